import { describe, expect, test } from 'vitest';
import { createStore, ManualReader } from '../../test/support.ts';

describe('a series that is removed', () => {
  test('is read once more by each reader that has not read its last value', async () => {
    const [early, late] = [new ManualReader(), new ManualReader()];
    const { meter } = createStore({ readers: [early, late] });
    const counter = meter.createUpDownCounter('c');
    counter.add(1, { id: 'a' });
    counter.add(1, { id: 'b' });
    await early.collect();
    await late.collect();
    counter.add(-1, { id: 'a' });
    expect(await early.values('c')).toEqual({ a: 0, b: 1 });
    counter.remove({ id: 'a' });
    expect(await early.values('c')).toEqual({ b: 1 });
    expect(await late.values('c')).toEqual({ a: 0, b: 1 });
    expect(await late.values('c')).toEqual({ b: 1 });
    expect(await early.values('c')).toEqual({ b: 1 });
  });

  test('gives a reader of deltas its last increment', async () => {
    const reader = ManualReader.delta();
    const { meter } = createStore({ readers: [reader] });
    const counter = meter.createCounter('c');
    const bound = counter.bind({ id: 'a' });
    bound.add(1);
    await reader.collect();
    bound.add(2);
    counter.remove({ id: 'a' });
    bound.add(4);
    expect(await reader.values('c')).toEqual({ a: 6 });
    bound.add(8);
    expect(await reader.values('c')).toEqual({ a: 8 });
    counter.remove({ id: 'a' });
    expect(await reader.metrics()).toEqual([]);
  });

  test('begins at 0 with a new start time when it is recorded again, bound or not', async () => {
    const { clock, reader, meter } = createStore();
    const histogram = meter.createHistogram('h', { advice: { explicitBucketBoundaries: [1] } });
    const bound = histogram.bind({ id: 'a' });
    for (let count = 0; count < 10; count += 1) bound.record(5);
    histogram.remove({ id: 'a' });
    clock.advance(10);
    bound.record(0.5);
    histogram.record(0.75, { id: 'a' });
    expect(await reader.points('h')).toEqual([
      {
        attributes: { id: 'a' },
        startTime: clock.time,
        endTime: clock.time,
        value: { buckets: { boundaries: [1], counts: [2, 0] }, count: 2, sum: 1.25, min: 0.5, max: 0.75 },
      },
    ]);
  });

  test('leaves other bound series as they are', async () => {
    const { reader, meter } = createStore();
    const counter = meter.createCounter('c');
    const bound = ['a', 'b', 'c'].map((id) => counter.bind({ id }));
    for (const each of bound) each.add(1);
    counter.remove({ id: 'b' });
    for (let round = 0; round < 3; round += 1) for (const each of bound) each.add(1);
    counter.remove({ id: 'x' });
    expect(await reader.values('c')).toEqual({ a: 4, c: 4, b: 3 });
  });

  test('is not kept for a reader that never collects', async () => {
    const idle = new ManualReader();
    const { meter } = createStore({ readers: [idle, new ManualReader()] });
    const counter = meter.createCounter('c');
    for (let id = 0; id < 10_000; id += 1) {
      counter.add(1, { id });
      counter.remove({ id });
    }
    expect((await idle.points('c')).length).toBeLessThan(2_000);
  });
});

describe('a reader of deltas', () => {
  test('gets what was recorded since it last collected, whatever others do', async () => {
    const [delta, other, cumulative] = [ManualReader.delta(), ManualReader.delta(), new ManualReader()];
    const { meter } = createStore({ readers: [delta, other, cumulative] });
    const counter = meter.createCounter('c');
    counter.add(1, { id: 'a' });
    counter.add(1, { id: 'b' });
    expect(await delta.values('c')).toEqual({ a: 1, b: 1 });
    counter.add(2, { id: 'b' });
    expect(await cumulative.values('c')).toEqual({ a: 1, b: 3 });
    expect(await delta.values('c')).toEqual({ b: 2 });
    expect(await delta.values('c')).toEqual({});
    expect(await other.values('c')).toEqual({ a: 1, b: 3 });
    counter.add(0, { id: 'a' });
    expect(await delta.values('c')).toEqual({ a: 0 });
  });

  test('gets exact sums, however large the total is', async () => {
    const reader = ManualReader.delta();
    const { meter } = createStore({ readers: [reader] });
    const counter = meter.createCounter('c').bind({});
    counter.add(1e17);
    await reader.collect();
    counter.add(0.1);
    counter.add(0.2);
    expect((await reader.points('c')).map(({ value }) => value)).toEqual([0.1 + 0.2]);
  });

  test('gets min and max of its interval', async () => {
    const reader = ManualReader.delta();
    const { meter } = createStore({ readers: [reader] });
    const histogram = meter.createHistogram('h', { advice: { explicitBucketBoundaries: [] } });
    histogram.record(1);
    histogram.record(100);
    await reader.collect();
    histogram.record(7);
    expect((await reader.points('h')).map(({ value }) => value)).toEqual([
      { buckets: { boundaries: [], counts: [1] }, count: 1, sum: 7, min: 7, max: 7 },
    ]);
  });

  test('sees intervals that follow each other, and one of cumulative values the same start', async () => {
    const [delta, cumulative] = [ManualReader.delta(), new ManualReader()];
    const { clock, meter } = createStore({ readers: [delta, cumulative] });
    const counter = meter.createCounter('c');
    const created = clock.time;
    clock.advance(1);
    counter.add(1);
    const recorded = clock.time;
    clock.advance(10);
    const first = clock.time;
    expect(await delta.points('c')).toMatchObject([{ startTime: created, endTime: first }]);
    expect(await cumulative.points('c')).toMatchObject([{ startTime: recorded, endTime: first }]);
    clock.advance(10);
    const second = clock.time;
    await delta.collect();
    clock.advance(10);
    counter.add(1);
    expect(await delta.points('c')).toMatchObject([{ startTime: second, endTime: clock.time }]);
    expect(await cumulative.points('c')).toMatchObject([{ startTime: recorded, endTime: clock.time }]);
  });
});
