import { createAllowListAttributesProcessor, type DataPoint } from '@opentelemetry/sdk-metrics';
import { captureLogs } from '@trademeter/testing';
import { describe, expect, test, vi } from 'vitest';
import { createStore, hourSeconds, ManualReader } from '../../test/support.ts';

const limited = { views: [{ instrumentName: '*', aggregationCardinalityLimit: 4 }] };

describe('a cardinality limit', () => {
  test('holds for the life of the process and combines the rest', async () => {
    const { reader, meter } = createStore(limited);
    const counter = meter.createCounter('c');
    for (let id = 0; id < 100; id += 1) {
      counter.add(1, { id });
      if (id % 7 === 0) await reader.collect();
    }
    counter.add(5, { id: 1 });
    counter.bind({ id: 77 }).add(1);
    expect(await reader.values('c')).toEqual({ 0: 1, 1: 6, 2: 1, overflow: 98 });
  });

  test('of histograms and gauges has an overflow too', async () => {
    const { reader, meter } = createStore(limited);
    const histogram = meter.createHistogram('h');
    const gauge = meter.createGauge('g');
    for (let id = 0; id < 10; id += 1) {
      histogram.record(id, { id });
      gauge.record(id, { id });
    }
    const points = await reader.points('h');
    expect(points.map(({ value }) => (value as { count: number }).count)).toEqual([1, 1, 1, 7]);
    expect(await reader.values('g')).toEqual({ 0: 0, 1: 1, 2: 2, overflow: 9 });
  });

  test('applies after a view removed attributes', async () => {
    const attributesProcessors = [createAllowListAttributesProcessor(['id'])];
    const { reader, meter } = createStore({
      views: [{ instrumentName: 'c', aggregationCardinalityLimit: 4, attributesProcessors }],
    });
    const counter = meter.createCounter('c');
    for (let order = 0; order < 30; order += 1) counter.add(1, { id: order % 3, order });
    expect(await reader.values('c')).toEqual({ 0: 10, 1: 10, 2: 10 });
  });

  test('is logged once, with how to raise it', async () => {
    using logs = captureLogs();
    const { meter } = createStore(limited);
    for (let id = 0; id < 100; id += 1) meter.createCounter('c').add(1, { id });
    expect(logs.messages).toEqual([
      expect.stringMatching(/c has reached its cardinality limit of 4 series.*aggregationCardinality/u),
    ]);
  });

  test('can be set per reader, and is 2,000 by default', async () => {
    const large = new ManualReader({ cardinalitySelector: () => 5_000 });
    const usual = new ManualReader();
    const { meter } = createStore({ readers: [large, usual] });
    const counter = meter.createCounter('c');
    for (let id = 0; id < 4_000; id += 1) counter.add(1, { id });
    expect(Object.keys(await large.values('c'))).toHaveLength(4_000);
    const values = await usual.values('c');
    expect(Object.keys(values)).toHaveLength(2_000);
    expect(values['overflow']).toBe(2_001);
  });

  test('of a view overrides that of a reader', async () => {
    const reader = new ManualReader({ cardinalitySelector: () => 50 });
    const { meter } = createStore({ ...limited, readers: [reader] });
    for (let id = 0; id < 10; id += 1) meter.createCounter('c').add(1, { id });
    expect(Object.keys(await reader.values('c'))).toHaveLength(4);
  });

  test('keeps what a user records under the attributes of the overflow', async () => {
    const { reader, meter } = createStore(limited);
    const counter = meter.createCounter('c');
    counter.add(1, { 'otel.metric.overflow': true });
    for (let id = 0; id < 5; id += 1) counter.add(1, { id });
    expect(await reader.values('c')).toEqual({ overflow: 3, 0: 1, 1: 1, 2: 1 });
  });
});

describe('a series that was idle for an hour', () => {
  test('makes room for a new one, the longest idle first', async () => {
    const { clock, reader, meter } = createStore(limited);
    const counter = meter.createCounter('c');
    for (const id of ['a', 'b', 'c']) {
      counter.add(1, { id });
      await reader.collect();
      clock.advance(60);
    }
    counter.add(1, { id: 'a' });
    clock.advance(hourSeconds);
    await reader.collect();
    counter.add(1, { id: 'd' });
    expect(await reader.values('c')).toEqual({ a: 2, c: 1, d: 1 });
  });

  test('makes room even if nobody collects', async () => {
    const { clock, reader, meter } = createStore(limited);
    const counter = meter.createCounter('c');
    const add = (...ids: string[]): void => {
      for (const id of ids) counter.add(1, { id });
    };
    add('a', 'b', 'c', 'too early');
    for (let minutes = 0; minutes < 62; minutes += 1) {
      clock.advance(60);
      add('b', 'c', 'in between');
    }
    add('d');
    expect(await reader.values('c')).toMatchObject({ b: 63, c: 63 });
    expect(Object.keys(await reader.values('c'))).not.toContain('a');
  });

  test('returns at 0 with a new start time, and a bound series finds it', async () => {
    const { clock, reader, meter } = createStore(limited);
    const counter = meter.createCounter('c');
    const bound = counter.bind({ id: 'a' });
    bound.add(10);
    await reader.collect();
    clock.advance(2 * hourSeconds);
    for (const id of ['b', 'c', 'd']) counter.add(1, { id });
    expect(await reader.values('c')).toEqual({ b: 1, c: 1, d: 1 });
    clock.advance(2 * hourSeconds);
    await reader.collect();
    bound.add(1);
    const points = await reader.points('c');
    const point = points.find(({ attributes }) => attributes['id'] === 'a');
    expect(point).toMatchObject({ value: 1, startTime: clock.time });
  });

  test('stays if it was initialized, or belongs to an up-down counter or gauge', async () => {
    const { clock, reader, meter } = createStore(limited);
    const counter = meter.createCounter('c');
    const upDown = meter.createUpDownCounter('u');
    const gauge = meter.createGauge('g');
    for (const id of ['a', 'b', 'c']) {
      counter.initialize({ id });
      upDown.add(1, { id });
      gauge.record(1, { id });
    }
    for (let hours = 0; hours < 5; hours += 1) {
      clock.advance(hourSeconds);
      await reader.collect();
    }
    counter.add(1, { id: 'd' });
    upDown.add(1, { id: 'd' });
    gauge.record(1, { id: 'd' });
    expect(await reader.values('c')).toEqual({ a: 0, b: 0, c: 0, overflow: 1 });
    expect(await reader.values('u')).toEqual({ a: 1, b: 1, c: 1, overflow: 1 });
    expect(await reader.values('g')).toEqual({ a: 1, b: 1, c: 1, overflow: 1 });
  });

  test('makes room for one that is recorded before the only collection of the day', async () => {
    const { clock, reader, meter } = createStore({
      views: [{ instrumentName: '*', aggregationCardinalityLimit: 41 }],
    });
    const counter = meter.createCounter('c');
    for (let day = 0; day < 20; day += 1) {
      for (let id = 0; id < 20; id += 1) counter.add(1, { id: `${day}-${id}` });
      counter.add(1, { id: 'always' });
      const values = await reader.values('c');
      expect(values['overflow']).toBeUndefined();
      expect(values['always']).toBeGreaterThanOrEqual(1);
      clock.advance(4 * hourSeconds);
    }
  });

  test('bounds series and memory with symbols that come and go', async () => {
    const { clock, reader, meter } = createStore({
      views: [{ instrumentName: '*', aggregationCardinalityLimit: 50 }],
    });
    const counter = meter.createCounter('c');
    const histogram = meter.createHistogram('h');
    for (let day = 0; day < 200; day += 1) {
      for (let id = 0; id < 20; id += 1) {
        counter.add(1, { id: `${day}-${id}` });
        histogram.record(1, { id: `${day}-${id}` });
      }
      await reader.collect();
      clock.advance(24 * hourSeconds);
    }
    const values = await reader.values('c');
    expect(values['overflow']).toBeUndefined();
    expect(values['199-19']).toBe(1);
    expect(Object.keys(values)).toHaveLength(49);
    expect((await reader.points('h')).map(({ value }) => (value as { count: number }).count)).toEqual(
      Array.from({ length: 49 }, () => 1),
    );
  });
});

test('after the clock was set back, a series still makes room once it was idle for an hour', async () => {
  const { clock, reader, meter } = createStore(limited);
  const counter = meter.createCounter('c');
  for (const id of ['a', 'b', 'c']) counter.add(1, { id });
  await reader.collect();
  clock.advance(-365 * 24 * hourSeconds);
  await reader.collect();
  counter.add(1, { id: 'too early' });
  for (let minutes = 0; minutes < 62; minutes += 1) {
    clock.advance(60);
    await reader.collect();
  }
  counter.add(1, { id: 'd' });
  expect(await reader.values('c')).toEqual({ b: 1, c: 1, d: 1, overflow: 1 });
});

test('after a wrong clock is corrected, series that were not idle for an hour stay', async () => {
  const { clock, reader, meter } = createStore({ views: [{ instrumentName: '*', aggregationCardinalityLimit: 6 }] });
  const counter = meter.createCounter('c');
  for (const id of ['a', 'b', 'c', 'd', 'e']) counter.add(1, { id });
  clock.advance(60);
  await reader.collect();
  clock.advance(24 * hourSeconds);
  await reader.collect();
  counter.add(1, { id: 'while the clock is wrong' });
  clock.advance(-24 * hourSeconds);
  await reader.collect();
  for (const id of ['x', 'y']) counter.add(1, { id });
  const corrected = await reader.values('c');
  expect(corrected).toEqual({ b: 1, c: 1, d: 1, e: 1, 'while the clock is wrong': 1, overflow: 2 });
  for (let minutes = 0; minutes < 62; minutes += 1) {
    clock.advance(60);
    await reader.collect();
  }
  counter.add(1, { id: 'z' });
  expect(await reader.values('c')).toMatchObject({ z: 1, overflow: 2 });
});

describe('the work of ending series', () => {
  const series = 1_000;

  /** How many elements are visited by filters while something runs. */
  function visitedWhile(work: () => void): number {
    let visited = 0;
    const { filter } = Array.prototype;
    const spy = vi.spyOn(Array.prototype, 'filter').mockImplementation(function count(this: unknown[], ...parameters) {
      visited += this.length;
      return Reflect.apply(filter, this, parameters) as unknown[];
    });
    try {
      work();
    } finally {
      spy.mockRestore();
    }
    return visited;
  }

  test('does not grow with the square of their number when all are removed', async () => {
    const { reader, meter } = createStore();
    const counter = meter.createCounter('c');
    for (let id = 0; id < series; id += 1) counter.add(1, { id });
    await reader.collect();
    const visited = visitedWhile(() => {
      for (let id = 0; id < series; id += 1) counter.remove({ id });
    });
    expect(visited).toBeLessThan(10 * series);
    counter.add(1, { id: 0 });
    expect(await reader.values('c')).toEqual({ 0: 1 });
  });

  test('does not grow with the square of their number when idle ones make room, the longest idle first', async () => {
    const { clock, reader, meter } = createStore({
      views: [{ instrumentName: 'c', aggregationCardinalityLimit: series + 1 }],
    });
    const counter = meter.createCounter('c');
    // The second half is recorded a minute before the first.
    for (const first of [series / 2, 0]) {
      for (let id = first; id < first + series / 2; id += 1) counter.add(1, { id });
      await reader.collect();
      clock.advance(60);
    }
    clock.advance(hourSeconds);
    await reader.collect();
    counter.add(1, { id: 0 });
    const visited = visitedWhile(() => {
      for (let id = series; id < series + series / 2 + 10; id += 1) counter.add(1, { id });
    });
    expect(visited).toBeLessThan(20 * series);
    const values = await reader.values('c');
    expect(values[0]).toBe(2);
    expect(Object.keys(values)).toEqual([
      '0',
      ...Array.from({ length: series / 2 - 11 }, (_, index) => `${index + 11}`),
      ...Array.from({ length: series / 2 + 10 }, (_, index) => `${index + series}`),
    ]);
  });

  test('does not grow with the square of their number when deltas make room', async () => {
    const reader = ManualReader.delta();
    const { meter } = createStore({
      readers: [reader],
      views: [{ instrumentName: 'c', aggregationCardinalityLimit: series + 1 }],
    });
    const counter = meter.createCounter('c');
    for (let id = 0; id < series; id += 1) counter.add(1, { id });
    await reader.collect();
    const visited = visitedWhile(() => {
      // Half of them go to the overflow.
      for (let id = series; id < 3 * series; id += 1) counter.add(1, { id });
    });
    expect(visited).toBeLessThan(20 * series);
    const values = await reader.values('c');
    expect(Object.keys(values)).toHaveLength(series + 1);
    expect(values['overflow']).toBe(series);
  });
});

describe('with delta temporality', () => {
  test('a series makes room after its increment was read', async () => {
    const reader = ManualReader.delta();
    const { meter } = createStore({ ...limited, readers: [reader] });
    const counter = meter.createCounter('c');
    for (let round = 0; round < 5; round += 1) {
      for (let id = 0; id < 3; id += 1) counter.add(1, { id: `${round}-${id}` });
      expect(await reader.values('c')).toEqual({ [`${round}-0`]: 1, [`${round}-1`]: 1, [`${round}-2`]: 1 });
    }
  });

  test('bound series that were not recorded make room for each other', async () => {
    const reader = ManualReader.delta();
    const { meter } = createStore({ ...limited, readers: [reader] });
    const counter = meter.createCounter('c');
    const bound = Array.from({ length: 10 }, (_, id) => counter.bind({ id }));
    await reader.collect();
    for (const id of [9, 8, 0]) bound[id]?.add(1);
    expect(await reader.values('c')).toEqual({ 9: 1, 8: 1, 0: 1 });
    for (const id of [9, 1]) bound[id]?.add(1);
    expect(await reader.values('c')).toEqual({ 9: 1, 1: 1 });
  });

  test('an interval does not begin after its end when the clock is set back', async () => {
    const reader = ManualReader.delta();
    const { clock, meter } = createStore({ readers: [reader] });
    const counter = meter.createCounter('c');
    for (const seconds of [10, -5_000, 10]) {
      clock.advance(seconds);
      counter.add(1);
      const [point] = await reader.points('c');
      expect(point).toMatchObject({ value: 1, endTime: clock.time });
      expect((point as DataPoint<number>).startTime[0]).toBe(clock.time[0] - Math.max(0, seconds));
    }
  });

  test('nothing is lost or counted twice without room', async () => {
    const reader = ManualReader.delta();
    const { meter } = createStore({ ...limited, readers: [reader] });
    const counter = meter.createCounter('c');
    let read = 0;
    for (let round = 0; round < 20; round += 1) {
      for (let id = 0; id < round; id += 1) counter.add(1, { id: `${round % 3}-${id}` });
      for (const value of Object.values(await reader.values('c'))) read += value;
    }
    expect(read).toBe((19 * 20) / 2);
  });
});
