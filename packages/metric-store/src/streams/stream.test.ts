import { captureLogs } from '@trademeter/testing';
import { describe, expect, test } from 'vitest';
import { createStore, hourSeconds, ManualReader } from '../../test/support.ts';

const sumOf = (values: Record<string, number>): number => Object.values(values).reduce((sum, value) => sum + value, 0);

describe('a series that is removed', () => {
  test('is read once more by each reader that did not read its last value', async () => {
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

  test('gives a delta reader its last increment', async () => {
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

  test('starts at 0 with a new start time if it is recorded again, bound or not', async () => {
    const { clock, reader, meter } = createStore();
    const histogram = meter.createHistogram('h', { advice: { explicitBucketBoundaries: [1] } });
    const bound = histogram.bind({ id: 'a' });
    for (let count = 0; count < 10; count += 1) bound.record(5);
    await reader.collect();
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

  test('does not change other bound series', async () => {
    const { reader, meter } = createStore();
    const counter = meter.createCounter('c');
    const bound = ['a', 'b', 'c'].map((id) => counter.bind({ id }));
    for (const each of bound) each.add(1);
    counter.remove({ id: 'b' });
    for (let round = 0; round < 3; round += 1) for (const each of bound) each.add(1);
    counter.remove({ id: 'x' });
    expect(await reader.values('c')).toEqual({ a: 4, c: 4, b: 4 });
  });

  test('is not kept forever for a reader that never collects, and no other reader misses anything', async () => {
    using logs = captureLogs();
    const [idle, other] = [new ManualReader(), new ManualReader()];
    const { clock, meter } = createStore({ readers: [idle, other] });
    const counter = meter.createCounter('c');
    let read = 0;
    for (let id = 0; id < 10_000; id += 1) {
      counter.add(1, { id });
      counter.remove({ id });
      if (id % 100 < 99) continue;
      clock.advance(hourSeconds / 10);
      const values = await other.values('c');
      expect(Object.keys(values)).toHaveLength(100);
      read += sumOf(values);
    }
    expect(read).toBe(10_000);
    expect((await idle.points('c')).length).toBeLessThan(2_000);
    expect(logs.messages).toEqual([expect.stringMatching(/ c: a reader has not collected for more than an hour/u)]);
  });

  test('that no reader has read stays if there is no room to keep it', async () => {
    const readers = [new ManualReader(), new ManualReader()];
    const { clock, meter } = createStore({ readers });
    const [counter, gauge] = [meter.createCounter('c'), meter.createGauge('g')];
    for (let id = 0; id < 10_000; id += 1) {
      counter.add(1, { id });
      gauge.record(1, { id });
      for (const instrument of [counter, gauge]) instrument.remove({ id });
      clock.advance(60);
    }
    for (const reader of readers) {
      const metrics = await reader.metrics();
      const [counts, last] = metrics.map(({ dataPoints }) => dataPoints.map(({ value }) => value as number));
      expect(counts?.length).toBeLessThanOrEqual(4_000);
      expect(counts?.reduce((sum, value) => sum + value, 0)).toBe(10_000);
      expect(last?.length).toBeLessThan(2_000);
    }
  });
});

describe('a series that returns after it was removed', () => {
  test('continues if no reader has read what it counted before', async () => {
    const { clock, reader, meter } = createStore();
    const [counter, histogram] = [meter.createCounter('c'), meter.createHistogram('h')];
    const began = clock.time;
    const bound = counter.bind({ id: 'a' });
    bound.add(5);
    histogram.record(5, { id: 'a' });
    clock.advance(1);
    counter.remove({ id: 'a' });
    histogram.remove({ id: 'a' });
    clock.advance(1);
    bound.add(1);
    counter.add(1, { id: 'a' });
    histogram.record(1, { id: 'a' });
    const metrics = await reader.metrics();
    expect(metrics.map(({ dataPoints }) => dataPoints)).toEqual([
      [expect.objectContaining({ startTime: began, value: 7 })],
      [expect.objectContaining({ startTime: began, value: expect.objectContaining({ count: 2, sum: 6, max: 5 }) })],
    ]);
  });

  test('continues for all readers while one has not read what it counted before', async () => {
    const [early, late] = [new ManualReader(), new ManualReader()];
    const { clock, meter } = createStore({ readers: [early, late] });
    const counter = meter.createCounter('c');
    counter.add(5, { id: 'a' });
    await early.collect();
    counter.remove({ id: 'a' });
    expect(await early.values('c')).toEqual({});
    counter.add(1, { id: 'a' });
    expect(await early.values('c')).toEqual({ a: 6 });
    expect(await late.values('c')).toEqual({ a: 6 });
    counter.remove({ id: 'a' });
    clock.advance(1);
    counter.add(2, { id: 'a' });
    for (const reader of [early, late]) {
      expect(await reader.points('c')).toMatchObject([{ startTime: clock.time, value: 2 }]);
    }
  });

  test('starts again for gauges and up-down counters', async () => {
    const { clock, reader, meter } = createStore();
    const [upDown, gauge] = [meter.createUpDownCounter('u'), meter.createGauge('g')];
    upDown.add(5, { id: 'a' });
    gauge.record(5, { id: 'a' });
    upDown.remove({ id: 'a' });
    gauge.remove({ id: 'a' });
    clock.advance(1);
    upDown.add(1, { id: 'a' });
    gauge.record(1, { id: 'a' });
    const metrics = await reader.metrics();
    expect(metrics.map(({ dataPoints }) => dataPoints)).toEqual([
      [expect.objectContaining({ startTime: clock.time, value: 1 })],
      [expect.objectContaining({ startTime: clock.time, value: 1 })],
    ]);
  });

  test.each([['createCounter'], ['createUpDownCounter'], ['createGauge']] as const)(
    'of %s is read once more before it does, also when it was bound again',
    async (create) => {
      const { reader, meter } = createStore();
      const instrument = meter[create]('i');
      if ('add' in instrument) instrument.add(5, { id: 'a' });
      else instrument.record(5, { id: 'a' });
      instrument.remove({ id: 'a' });
      instrument.bind({ id: 'a' });
      expect(await reader.values('i')).toEqual({ a: 5 });
      expect(await reader.values('i')).toEqual({});
    },
  );

  test('is distinguished from others by numbers that are not finite', async () => {
    const { reader, meter } = createStore();
    const counter = meter.createCounter('c');
    const ids = [Number.NaN, Number.POSITIVE_INFINITY, 'NaN'];
    for (const id of ids) counter.add(1, { id });
    for (const id of ids) counter.remove({ id });
    counter.add(1, { id: Number.NaN });
    const points = await reader.points('c');
    expect(points.map(({ attributes, value }) => [attributes['id'], value])).toEqual([
      [Number.NaN, 2],
      [Number.POSITIVE_INFINITY, 1],
      ['NaN', 1],
    ]);
  });

  test('is found by the attributes that identify it', async () => {
    const { reader, meter } = createStore();
    const counter = meter.createCounter('c');
    const attributes = { id: 'a', list: ['x'], missing: undefined, unusable: 1n as unknown as number };
    counter.add(1, attributes);
    counter.remove(attributes);
    counter.add(2, { ...attributes, missing: null as unknown as undefined });
    expect((await reader.points('c')).map(({ value }) => value)).toEqual([3]);
  });

  test('goes to the overflow if others took its place, and nothing is counted twice', async () => {
    const views = [{ instrumentName: '*', aggregationCardinalityLimit: 3 }];
    const { reader, meter } = createStore({ views });
    const counter = meter.createCounter('c');
    counter.add(1, { id: 'a' });
    counter.remove({ id: 'a' });
    counter.add(2, { id: 'b' });
    counter.add(4, { id: 'c' });
    counter.add(8, { id: 'a' });
    expect(await reader.values('c')).toEqual({ b: 2, c: 4, a: 1, overflow: 8 });
    expect(await reader.values('c')).toEqual({ b: 2, c: 4, overflow: 8 });
  });

  test('stays if it is initialized, with any temporality', async () => {
    const [cumulative, delta] = [new ManualReader(), ManualReader.delta()];
    const views = [{ instrumentName: '*', aggregationCardinalityLimit: 2 }];
    const { meter } = createStore({ readers: [cumulative, delta], views });
    const counter = meter.createCounter('c');
    counter.add(1, { id: 'a' });
    counter.remove({ id: 'a' });
    counter.initialize({ id: 'a' });
    for (let round = 0; round < 2; round += 1) {
      expect(await cumulative.values('c')).toEqual({ a: 1 });
      expect(await delta.values('c')).toEqual(round === 0 ? { a: 1 } : {});
    }
    counter.add(1, { id: 'b' });
    expect(await cumulative.values('c')).toEqual({ a: 1, overflow: 1 });
    expect(await delta.values('c')).toEqual({ overflow: 1 });
  });
});

describe('a delta reader', () => {
  test('gets what was recorded since its last collection, whatever others do', async () => {
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

  test('sees consecutive intervals, while a cumulative reader sees one start', async () => {
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
