import { AggregationType } from '@opentelemetry/sdk-metrics';
import { expect, test } from 'vitest';
import { createStore, ManualReader, SnapshotReader } from '../../test/support.ts';
import type { Snapshot } from '../index.ts';

function readAll(snapshot: Snapshot): Record<string, unknown> {
  const streams = snapshot.scopes.flatMap((scope) => scope.streams);
  return Object.fromEntries(
    streams.map((stream) => [
      stream.descriptor.name,
      stream.series.slice(0, stream.count).map((series) => stream.pointOf(series)),
    ]),
  );
}

test('shows one moment, whatever is recorded meanwhile', async () => {
  const reader = new SnapshotReader();
  const { meter } = createStore({ readers: [reader] });
  const counter = meter.createCounter('c');
  const histogram = meter.createHistogram('h', { advice: { explicitBucketBoundaries: [1, 2] } });
  for (let id = 0; id < 500; id += 1) {
    counter.add(id, { id });
    histogram.record(1.5, { id });
  }
  const snapshot = await reader.snapshot();
  const before = readAll(snapshot);
  for (let id = 0; id < 600; id += 1) {
    counter.add(1, { id });
    histogram.record(0.5, { id });
  }
  for (let id = 0; id < 300; id += 1) counter.remove({ id });
  for (let id = 600; id < 900; id += 1) counter.add(7, { id });
  expect(readAll(snapshot)).toEqual(before);
  const [, counts] = [before['h'], before['c'] as number[]];
  expect(counts).toEqual(Array.from({ length: 500 }, (_, id) => id));
});

test('equals what a reader of data points gets, over several collections', async () => {
  const [snapshots, points] = [new SnapshotReader(), new ManualReader()];
  const views = [{ instrumentName: 'e', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const }];
  const { meter } = createStore({ readers: [snapshots, points], views });
  const [counter, histogram] = [meter.createCounter('c'), meter.createHistogram('h')];
  const [exponential, gauge] = [meter.createHistogram('e'), meter.createGauge('g')];
  let state = 0;
  meter.createObservableUpDownCounter('o').addCallback((result) => {
    for (let id = 0; id < state; id += 1) result.observe(state, { id });
  });
  for (let round = 0; round < 30; round += 1) {
    for (let id = 0; id < 20; id += 1) {
      const set = { id: (round * 13 + id * 7) % 200 };
      counter.add(id, set);
      histogram.record(id * id, set);
      exponential.record(id / 3, set);
      gauge.record(id - 10, set);
    }
    if (round % 5 === 0) counter.remove({ id: round });
    state = round % 6;
    const expected = Object.fromEntries(
      (await points.metrics()).map(({ descriptor, dataPoints }) => [
        descriptor.name,
        dataPoints.map(({ value }) => value as unknown),
      ]),
    );
    expect(readAll(await snapshots.snapshot())).toEqual(expected);
  }
});

test('contains recordings in every block of an initialized series', async () => {
  const reader = new SnapshotReader();
  const { meter } = createStore({ readers: [reader] });
  const boundaries = Array.from({ length: 200 }, (_, index) => index);
  const histogram = meter.createHistogram('h', { advice: { explicitBucketBoundaries: boundaries } });
  histogram.record(0);
  await reader.snapshot();
  histogram.initialize({ id: 1 });
  for (const value of boundaries) histogram.record(value, { id: 1 });
  const [, second] = readAll(await reader.snapshot())['h'] as {
    buckets: { counts: number[] };
    count: number;
    max: number;
  }[];
  expect(second).toMatchObject({ count: 200, max: 199, buckets: { counts: [...boundaries.map(() => 1), 0] } });
});

test('has deltas for a delta reader', async () => {
  const reader = new SnapshotReader({ aggregationTemporalitySelector: () => 0 });
  const { clock, meter } = createStore({ readers: [reader] });
  const counter = meter.createCounter('c');
  let total = 0;
  meter.createObservableCounter('o').addCallback((result) => result.observe(total));
  for (let round = 1; round < 5; round += 1) {
    const start = clock.time;
    clock.advance(1);
    counter.add(round);
    total += 10 * round;
    const snapshot = await reader.snapshot();
    expect(readAll(snapshot)).toEqual({ c: [round], o: [10 * round] });
    const [stream] = snapshot.scopes[0]?.streams ?? [];
    const [series] = stream?.series ?? [];
    expect(series && stream?.startOf(series)).toEqual(start);
    expect(snapshot.time).toEqual(clock.time);
  }
});

test('reports which series changed', async () => {
  const reader = new SnapshotReader();
  const { meter } = createStore({ readers: [reader] });
  const counter = meter.createCounter('c');
  for (let id = 0; id < 5; id += 1) counter.add(1, { id });
  const first = await reader.snapshot();
  const [stream] = first.scopes[0]?.streams ?? [];
  for (const series of stream?.series ?? []) expect(first.isChanged(series)).toBe(true);
  counter.add(1, { id: 3 });
  counter.add(1, { id: 7 });
  const second = await reader.snapshot();
  const series = second.scopes[0]?.streams[0]?.series ?? [];
  expect(series.map((each) => [each.attributes['id'], second.isChanged(each), second.read(each)])).toEqual([
    [0, false, 1],
    [1, false, 1],
    [2, false, 1],
    [3, true, 2],
    [4, false, 1],
    [7, true, 1],
  ]);
});

test('reads the cells of a histogram by its layout without allocating', async () => {
  const reader = new SnapshotReader();
  const { meter } = createStore({ readers: [reader] });
  const histogram = meter.createHistogram('h', { advice: { explicitBucketBoundaries: [1, 10] } });
  for (const value of [0.5, 5, 5, 50]) histogram.record(value);
  const snapshot = await reader.snapshot();
  const [stream] = snapshot.scopes[0]?.streams ?? [];
  const [series] = stream?.series ?? [];
  const layout = stream?.histogram;
  if (series === undefined || layout === undefined) throw new Error('there is no histogram');
  const read = (offset: number): number => snapshot.read(series, offset);
  expect([0, 1, 2].map(read)).toEqual([1, 2, 1]);
  expect([layout.count, layout.sum, layout.min, layout.max].map(read)).toEqual([4, 60.5, 0.5, 50]);
});

test('has errors of callbacks, and the exemplars of its moment', async () => {
  const reader = new SnapshotReader();
  const { meter } = createStore({ readers: [reader], exemplarFilter: 'always_on' });
  meter.createObservableGauge('g').addCallback(() => {
    throw new Error('broken');
  });
  const histogram = meter.createHistogram('h');
  histogram.record(3);
  const snapshot = await reader.snapshot();
  histogram.record(4);
  const [stream] = snapshot.scopes[0]?.streams ?? [];
  expect(snapshot.errors).toEqual([new Error('broken')]);
  expect(stream?.series.map((series) => stream.exemplarsOf(series))).toMatchObject([[{ value: 3 }]]);
});
