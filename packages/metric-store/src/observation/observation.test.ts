import { setImmediate } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import { type ObservableCallback, type ObservableResult, ValueType } from '@opentelemetry/api';
import { createAllowListAttributesProcessor } from '@opentelemetry/sdk-metrics';
import { captureLogs } from '@trademeter/testing';
import { describe, expect, test } from 'vitest';
import { createStore, hourSeconds, ManualReader } from '../../test/support.ts';

type Values = Record<string, number>;

function observing(values: () => Values): ObservableCallback {
  return (result) => {
    for (const [id, value] of Object.entries(values())) result.observe(value, { id });
  };
}

describe('a callback', () => {
  test.each([
    ['a promise', (work: () => void) => Promise.resolve().then(work)],
    ["another realm's promise", (work: () => void) => runInNewContext('Promise.resolve().then(work)', { work })],
    [
      "a library's thenable",
      (work: () => void) => ({
        // oxlint-disable-next-line unicorn/no-thenable -- this is what a library's promise is
        then: (resolve: () => void): void => {
          queueMicrotask(() => {
            work();
            resolve();
          });
        },
      }),
    ],
  ])('that returns %s is waited for', async (_, later) => {
    const { reader, meter } = createStore();
    const gauge = meter.createObservableGauge('g');
    gauge.addCallback((result) => later(() => result.observe(1, { id: 'a' })) as Promise<void>);
    for (let round = 0; round < 3; round += 1) expect(await reader.values('g')).toEqual({ a: 1 });
  });

  test('agrees with what is recorded meanwhile, even if another callback is slow', async () => {
    const { reader, meter } = createStore();
    let open = 0;
    const placed = meter.createCounter('placed');
    const place = (): void => {
      placed.add(1, { id: 'orders' });
      open += 1;
    };
    place();
    meter.createObservableUpDownCounter('open').addCallback((result) => result.observe(open, { id: 'orders' }));
    meter.createObservableGauge('file').addCallback(async (result) => {
      await setImmediate();
      place();
      result.observe(1, { id: 'size' });
    });
    for (let round = 0; round < 3; round += 1) {
      const collected = reader.collect();
      // between all steps of the collection
      for (let step = 0; step < 20; step += 1) await Promise.resolve().then(place);
      const { resourceMetrics } = await collected;
      const values = new Map(
        resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
          metrics.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints[0]?.value] as const),
        ),
      );
      expect(values.get('placed')).toBeGreaterThan(0);
      expect(values.get('open')).toBe(values.get('placed'));
      expect(values.get('file')).toBe(1);
    }
  });

  test('that hangs loses only its own series, and is not called again before it ends', async () => {
    const { reader, meter } = createStore({ callbackTimeoutMillis: 20 });
    const gauge = meter.createObservableGauge('g');
    let calls = 0;
    let hangs = false;
    const { promise, resolve } = Promise.withResolvers<void>();
    gauge.addCallback(async (result) => {
      calls += 1;
      result.observe(calls, { id: 'slow' });
      if (hangs) await promise;
      result.observe(100, { id: 'late' });
    });
    gauge.addCallback(observing(() => ({ quick: 1 })));
    meter.createCounter('c').add(1);
    expect(await reader.values('g')).toEqual({ slow: 1, late: 100, quick: 1 });
    hangs = true;
    for (const message of ['did not finish within 20 ms', 'is still running from an earlier collection']) {
      const { resourceMetrics, errors } = await reader.collect();
      expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining(message) })]);
      const values = resourceMetrics.scopeMetrics[0]?.metrics.map(({ dataPoints }) =>
        dataPoints.map((point) => point.value),
      );
      expect(values).toEqual([[1, 100, 1], [1]]);
    }
    expect(calls).toBe(2);
    hangs = false;
    resolve();
    await setImmediate();
    expect(await reader.values('g')).toEqual({ slow: 3, late: 100, quick: 1 });
  });

  test('is ignored after a shorter limit of the reader', async () => {
    const { reader, meter } = createStore();
    meter.createObservableGauge('g').addCallback(() => new Promise(() => {}));
    const { errors } = await reader.collect({ timeoutMillis: 5 });
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining('within 5 ms') })]);
  });

  test('that throws or rejects keeps its previous values, and is reported', async () => {
    const { reader, meter } = createStore();
    const counter = meter.createObservableCounter('c');
    let fails = false;
    counter.addCallback((result) => {
      result.observe(1, { id: 'sync' });
      if (fails) throw new Error('sync');
    });
    counter.addCallback(async (result) => {
      result.observe(2, { id: 'async' });
      if (fails) throw new Error('async');
    });
    const values = { sync: 1, async: 2 };
    expect(await reader.values('c')).toEqual(values);
    fails = true;
    const { errors } = await reader.collect();
    expect(errors).toEqual([new Error('async'), new Error('sync')]);
    expect(await reader.values('c')).toEqual(values);
  });

  test('is called for each reader, and its observations count only for that reader', async () => {
    const [first, second] = [new ManualReader(), new ManualReader()];
    const { meter } = createStore({ readers: [first, second] });
    let calls = 0;
    meter.createObservableGauge('g').addCallback((result) => {
      calls += 1;
      result.observe(calls, { id: `call ${calls}` });
    });
    expect(await first.values('g')).toEqual({ 'call 1': 1 });
    expect(await second.values('g')).toEqual({ 'call 2': 2 });
    expect(await first.values('g')).toEqual({ 'call 3': 3 });
  });

  test('is added only once, and can be removed', async () => {
    const { reader, meter } = createStore();
    const gauge = meter.createObservableGauge('g');
    let calls = 0;
    const callback = (result: ObservableResult): void => {
      calls += 1;
      result.observe(1);
    };
    for (let round = 0; round < 3; round += 1) gauge.addCallback(callback);
    await reader.collect();
    expect(calls).toBe(1);
    gauge.removeCallback(callback);
    expect(await reader.metrics()).toEqual([]);
    expect(calls).toBe(1);
  });

  test('that is removed while it runs does not count', async () => {
    const { reader, meter } = createStore();
    const gauge = meter.createObservableGauge('g');
    const { promise, resolve } = Promise.withResolvers<void>();
    const slow = async (result: ObservableResult): Promise<void> => {
      await promise;
      result.observe(1, { id: 'slow' });
    };
    gauge.addCallback(slow);
    gauge.addCallback(observing(() => ({ quick: 2 })));
    const collected = reader.values('g');
    gauge.removeCallback(slow);
    resolve();
    expect(await collected).toEqual({ quick: 2 });
  });

  test('that removes itself counts once, and always if it adds itself again', async () => {
    const { reader, meter } = createStore();
    const gauge = meter.createObservableGauge('g');
    const once = (result: ObservableResult): void => {
      result.observe(1, { id: 'once' });
      gauge.removeCallback(once);
    };
    const again = (result: ObservableResult): void => {
      result.observe(2, { id: 'again' });
      gauge.removeCallback(again);
      gauge.addCallback(again);
    };
    gauge.addCallback(once);
    gauge.addCallback(again);
    expect(await reader.values('g')).toEqual({ once: 1, again: 2 });
    expect(await reader.values('g')).toEqual({ again: 2 });
  });

  test.each([
    ['counter', 'createObservableCounter'],
    ['up-down counter', 'createObservableUpDownCounter'],
  ] as const)('of a %s that observes a series twice counts the last observation only', async (_what, create) => {
    const [cumulative, delta] = [new ManualReader(), ManualReader.delta()];
    const { clock, meter } = createStore({ readers: [cumulative, delta] });
    let total = 0;
    meter[create]('c').addCallback((result) => {
      for (const value of [total / 2, total, 0, total]) result.observe(value, { id: 'a' });
      for (const value of [2 * total, total]) result.observe(value, { id: 'b' });
    });
    const starts = new Set<string>();
    for (const expected of [10, 10, 0, 5]) {
      total += expected;
      clock.advance(1);
      expect(await delta.values('c')).toEqual({ a: expected, b: expected });
      const points = await cumulative.points('c');
      expect(points.map(({ value }) => value)).toEqual([total, total]);
      for (const { startTime } of points) starts.add(startTime.join('.'));
    }
    expect(starts.size).toBe(1);
  });

  test('for several instruments accepts only those of its meter', async () => {
    using logs = captureLogs();
    const { reader, provider, meter } = createStore();
    const own = meter.createObservableGauge('own');
    const foreign = provider.getMeter('other').createObservableGauge('foreign');
    meter.addBatchObservableCallback((result) => result.observe(own, 1), [own, foreign]);
    for (const wrong of [undefined, null, 5, {}, [], [foreign]]) {
      meter.addBatchObservableCallback((result) => result.observe(foreign, 1), wrong as never);
      meter.removeBatchObservableCallback(() => undefined, wrong as never);
    }
    expect((await reader.metrics()).map(({ descriptor }) => descriptor.name)).toEqual(['own']);
    expect(logs.messages).toHaveLength(7);
  });

  test('that observes after it ended does not count', async () => {
    const { reader, meter } = createStore();
    let kept: ObservableResult | undefined;
    meter.createObservableGauge('g').addCallback((result) => {
      kept = result;
      result.observe(1, { id: 'now' });
    });
    await reader.collect();
    kept?.observe(2, { id: 'later' });
    expect(await reader.values('g')).toEqual({ now: 1 });
  });

  test('may reuse its attributes object', async () => {
    const { reader, meter } = createStore();
    meter.createObservableGauge('g').addCallback((result) => {
      const attributes = { id: 0 };
      for (let id = 0; id < 3; id += 1) {
        attributes.id = id;
        result.observe(id, attributes);
      }
    });
    expect(await reader.values('g')).toEqual({ 0: 0, 1: 1, 2: 2 });
  });

  test('for several instruments can observe only those', async () => {
    const { reader, meter } = createStore();
    const [gauge, counter, other] = [
      meter.createObservableGauge('g'),
      meter.createObservableCounter('c'),
      meter.createObservableGauge('other'),
    ];
    const callback = (result: { observe(instrument: unknown, value: number): void }): void => {
      result.observe(gauge, 1);
      result.observe(counter, 2);
      result.observe(other, 3);
    };
    meter.addBatchObservableCallback(callback, [gauge, counter]);
    meter.addBatchObservableCallback(callback, [counter, gauge]);
    const metrics = await reader.metrics();
    expect(metrics.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints[0]?.value])).toEqual([
      ['g', 1],
      ['c', 2],
    ]);
    meter.removeBatchObservableCallback(callback, [counter, gauge]);
    expect(await reader.metrics()).toEqual([]);
  });

  test('that observes an invalid value, or a negative one in a counter, is ignored and counted', async () => {
    const { reader, provider, meter } = createStore();
    const values: unknown[] = [Number.NaN, Infinity, '1', undefined, 1n];
    meter.createObservableGauge('g').addCallback((result) => {
      for (const [id, value] of values.entries()) result.observe(value as number, { id });
      result.observe(-1, { id: 'ok' });
    });
    meter.createObservableCounter('c').addCallback((result) => result.observe(-1));
    meter.createObservableCounter('i', { valueType: ValueType.INT }).addCallback((result) => result.observe(2.9));
    expect(await reader.values('g')).toEqual({ ok: -1 });
    expect(await reader.values('c')).toEqual({});
    expect(await reader.values('i')).toEqual({ '': 2 });
    expect(provider.droppedMeasurements).toMatchObject({ invalid_value: 15, negative_value: 3 });
  });
});

describe('an observed series', () => {
  test('ends when it is no longer observed, and can return', async () => {
    const [first, second] = [new ManualReader(), new ManualReader()];
    const { meter } = createStore({ readers: [first, second] });
    let values: Values = { a: 1, b: 2 };
    for (const instrument of [
      meter.createObservableGauge('g'),
      meter.createObservableCounter('c'),
      meter.createObservableUpDownCounter('u'),
    ]) {
      instrument.addCallback(observing(() => values));
    }
    for (const expected of [{ a: 1, b: 2 }, { b: 3 }, {}, { a: 7 }]) {
      values = expected;
      for (const reader of [first, second]) {
        for (const name of ['g', 'c', 'u']) expect(await reader.values(name)).toEqual(expected);
      }
    }
  });

  test('of a removed gauge reads 0 once for each reader that had it; that of a counter ends', async () => {
    const [first, second] = [new ManualReader(), new ManualReader()];
    const { meter } = createStore({ readers: [first, second] });
    let values: Values = { a: 5, b: 2 };
    const [gauge, counter] = [meter.createObservableGauge('g'), meter.createObservableCounter('c')];
    for (const instrument of [gauge, counter]) instrument.addCallback(observing(() => values));
    for (const reader of [first, second]) await reader.collect();
    values = { b: 2 };
    for (const instrument of [gauge, counter]) instrument.remove({ id: 'a' });
    expect(await first.values('g')).toEqual({ a: 0, b: 2 });
    expect(await first.values('g')).toEqual({ b: 2 });
    expect(await second.values('c')).toEqual({ b: 2 });
    for (const instrument of [gauge, counter]) instrument.remove({ id: 'b' });
    values = {};
    expect(await second.values('g')).toEqual({ b: 0 });
    expect(await second.values('g')).toEqual({});
  });

  test('that began and ended between two collections reads 0 once, if there is room', async () => {
    const [first, second] = [new ManualReader(), new ManualReader()];
    const { meter } = createStore({
      readers: [first, second],
      views: [{ instrumentName: 'u', aggregationCardinalityLimit: 3 }],
    });
    const positions = meter.createObservableUpDownCounter('u');
    positions.addCallback(observing(() => ({ held: 1 })));
    positions.remove({ id: 'short' });
    positions.remove({ id: 'held' });
    expect(await first.values('u')).toEqual({ held: 1, short: 0 });
    expect(await first.values('u')).toEqual({ held: 1 });
    for (const id of ['a', 'b', 'c']) positions.remove({ id });
    expect(await first.values('u')).toEqual({ held: 1, a: 0 });
    expect(await second.values('u')).toMatchObject({ held: 1, short: 0 });
    expect(await second.values('u')).toEqual({ held: 1 });
  });

  test('of a removed up-down counter reads 0 once for each reader that had it, and ends', async () => {
    const [first, second, third] = [new ManualReader(), new ManualReader(), ManualReader.delta()];
    const { meter } = createStore({ readers: [first, second, third] });
    const positions = meter.createObservableUpDownCounter('u');
    let values: Values = { a: 5, b: 2 };
    positions.addCallback(observing(() => values));
    for (const reader of [first, second, third]) await reader.collect();
    values = { b: 2 };
    positions.remove({ id: 'a' });
    expect(await first.values('u')).toEqual({ a: 0, b: 2 });
    expect(await first.values('u')).toEqual({ b: 2 });
    expect(await second.values('u')).toEqual({ a: 0, b: 2 });
    expect(await third.values('u')).toEqual({ a: -5, b: 0 });
    expect(await third.values('u')).toEqual({ b: 0 });
    expect(await second.values('u')).toEqual({ b: 2 });
    values = { a: 9, b: 2 };
    positions.remove({ id: 'b' });
    expect(await first.values('u')).toEqual({ a: 9, b: 2 });
  });

  test('is read exactly as observed, by every reader', async () => {
    const [often, seldom] = [new ManualReader(), new ManualReader()];
    const { meter } = createStore({ readers: [often, seldom] });
    let value = 0;
    meter.createObservableUpDownCounter('u').addCallback((result) => result.observe(value));
    for (let day = 1; day <= 60; day += 1) {
      value = Math.sin(day) * 1e5;
      expect(await often.values('u')).toEqual({ '': value });
      if (day % 7 === 0) expect(await seldom.values('u')).toEqual({ '': value });
    }
  });

  test('of a delta reader is the difference to its last collection', async () => {
    const reader = ManualReader.delta();
    const { clock, meter } = createStore({ readers: [reader] });
    let value = 5;
    meter.createObservableCounter('c').addCallback((result) => result.observe(value));
    meter.createObservableUpDownCounter('u').addCallback((result) => result.observe(-value));
    meter.createObservableGauge('g').addCallback((result) => result.observe(value));
    const all = async () => (await reader.metrics()).map(({ dataPoints }) => dataPoints[0]?.value);
    const created = clock.time;
    clock.advance(1);
    expect(await all()).toEqual([5, -5, 5]);
    value = 7;
    clock.advance(1);
    expect(await all()).toEqual([2, -2, 7]);
    clock.advance(1);
    // A restarted process counts from 0.
    value = 3;
    expect(await all()).toEqual([3, 4, 3]);
    expect(created).not.toEqual(clock.time);
  });

  test('of a sum that is not observed for a while continues from what the reader has', async () => {
    const [cumulative, delta] = [new ManualReader(), ManualReader.delta()];
    const { clock, meter } = createStore({ readers: [cumulative, delta] });
    let values: Values = { a: 100, b: 1 };
    meter.createObservableCounter('c').addCallback(observing(() => values));
    meter.createObservableUpDownCounter('u').addCallback(observing(() => values));
    const read = async (name: string) => [await cumulative.values(name), await delta.values(name)];
    clock.advance(1);
    expect(await read('c')).toEqual([values, values]);
    const started = (await cumulative.points('c'))[0]?.startTime;
    values = { b: 1 };
    clock.advance(1);
    expect(await read('c')).toEqual([{ b: 1 }, { b: 0 }]);
    clock.advance(1);
    expect(await read('u')).toEqual([{ b: 1 }, { b: 0 }]);
    values = { b: 1, a: 105 };
    clock.advance(1);
    expect(await delta.collect().then(() => delta.values('c'))).toEqual({ a: 0, b: 0 });
    expect(await cumulative.points('c')).toMatchObject([
      { value: 1, startTime: started },
      { value: 105, startTime: started },
    ]);
  });

  test('of a delta reader adds up, whichever series are observed in a round', async () => {
    const reader = ManualReader.delta();
    const { meter } = createStore({ readers: [reader] });
    const rounds: Values[] = [{ a: 100 }, {}, { a: 105 }, { b: 7 }, { a: 40, b: 7 }, {}, {}, { a: 41, b: 2 }];
    let values: Values = {};
    meter.createObservableCounter('c').addCallback(observing(() => values));
    meter.createObservableUpDownCounter('u').addCallback(observing(() => values));
    const sums: Record<string, Values> = { c: {}, u: {} };
    for (const round of rounds) {
      values = round;
      for (const { descriptor, dataPoints } of await reader.metrics()) {
        const sum = sums[descriptor.name] ?? {};
        for (const { attributes, value } of dataPoints) {
          const id = String(attributes['id']);
          sum[id] = (sum[id] ?? 0) + (value as number);
        }
      }
    }
    // the counters restarted when a fell to 40 and b to 2
    expect(sums).toEqual({ c: { a: 146, b: 9 }, u: { a: 41, b: 2 } });
  });

  test('of a counter that restarts has a new start time', async () => {
    const { clock, reader, meter } = createStore();
    let value = 5;
    const created = clock.time;
    meter.createObservableCounter('c').addCallback((result) => result.observe(value));
    clock.advance(1);
    expect(await reader.points('c')).toMatchObject([{ value: 5, startTime: created }]);
    const before = clock.time;
    clock.advance(1);
    value = 1;
    expect(await reader.points('c')).toMatchObject([{ value: 1, startTime: before }]);
    clock.advance(1);
    value = 2;
    expect(await reader.points('c')).toMatchObject([{ value: 2, startTime: before }]);
  });
});

describe('observations beyond the limit', () => {
  const limited = { views: [{ instrumentName: '*', aggregationCardinalityLimit: 3 }] };

  test('add up in sums over all callbacks, and the last counts in a gauge', async () => {
    const { reader, meter } = createStore(limited);
    for (const instrument of [
      meter.createObservableCounter('c'),
      meter.createObservableUpDownCounter('u'),
      meter.createObservableGauge('g'),
    ]) {
      instrument.addCallback(observing(() => ({ a: 1, b: 2, c: 3, d: 4 })));
      instrument.addCallback(observing(() => ({ e: 10, a: 1 })));
    }
    for (let round = 0; round < 3; round += 1) {
      expect(await reader.values('c')).toEqual({ a: 1, b: 2, overflow: 17 });
      expect(await reader.values('u')).toEqual({ a: 1, b: 2, overflow: 17 });
      expect(await reader.values('g')).toEqual({ a: 1, b: 2, overflow: 10 });
    }
  });

  test.each(['cumulative', 'delta'] as const)(
    'adds up where a view removes attributes, and ends no series that is still observed: %s',
    async (temporality) => {
      const reader = temporality === 'delta' ? ManualReader.delta() : new ManualReader();
      const { clock, meter } = createStore({
        readers: [reader],
        views: [
          {
            instrumentName: 'c',
            aggregationCardinalityLimit: 3,
            attributesProcessors: [createAllowListAttributesProcessor(['id'])],
          },
        ],
      });
      let ids = ['a', 'b'];
      let total = 10;
      meter.createObservableCounter('c').addCallback((result) => {
        for (const id of ids) for (const core of [0, 1]) result.observe(total / 2, { id, core });
      });
      expect(await reader.values('c')).toEqual({ a: 10, b: 10 });
      ids = ['a', 'b', 'c', 'd'];
      total = 12;
      // Long enough for an idle series to make room.
      clock.advance(3 * hourSeconds);
      const isDelta = temporality === 'delta';
      expect(await reader.values('c')).toEqual(isDelta ? { a: 2, b: 2, overflow: 24 } : { a: 12, b: 12, overflow: 24 });
      total = 14;
      for (let hour = 0; hour < 3; hour += 1) {
        clock.advance(hourSeconds);
        const values = isDelta
          ? { a: hour ? 0 : 2, b: hour ? 0 : 2, overflow: hour ? 0 : 4 }
          : { a: 14, b: 14, overflow: 28 };
        expect(await reader.values('c')).toEqual(values);
      }
    },
  );

  test('count once if observed twice', async () => {
    const { reader, meter } = createStore(limited);
    meter.createObservableUpDownCounter('u').addCallback((result) => {
      for (const id of ['a', 'b', 'c', 'c', 'd']) result.observe(1, { id });
      result.observe(5, { id: 'd' });
    });
    expect(await reader.values('u')).toEqual({ a: 1, b: 1, overflow: 6 });
  });

  test('take the place of ended series in order of observation', async () => {
    const { reader, meter } = createStore(limited);
    let values: Values = { a: 1, b: 2, c: 3 };
    meter.createObservableUpDownCounter('u').addCallback(observing(() => values));
    expect(await reader.values('u')).toEqual({ a: 1, b: 2, overflow: 3 });
    values = { d: 4, e: 5, b: 2 };
    expect(await reader.values('u')).toEqual({ b: 2, d: 4, overflow: 5 });
    values = { e: 5, f: 6 };
    expect(await reader.values('u')).toEqual({ e: 5, f: 6 });
  });

  test('keep what a failing callback observed', async () => {
    const { reader, meter } = createStore(limited);
    const counter = meter.createObservableUpDownCounter('u');
    let fails = false;
    counter.addCallback(observing(() => ({ a: 1, b: 1, c: 1 })));
    counter.addCallback((result) => {
      if (fails) throw new Error('fails');
      result.observe(10, { id: 'd' });
    });
    expect(await reader.values('u')).toEqual({ a: 1, b: 1, overflow: 11 });
    fails = true;
    expect(await reader.values('u')).toEqual({ a: 1, b: 1, overflow: 11 });
  });
});

test('sums that a view merges are added up, gauges are not', async () => {
  const attributesProcessors = [createAllowListAttributesProcessor(['id'])];
  const { reader, meter } = createStore({ views: [{ instrumentName: '*', attributesProcessors }] });
  let factor = 2;
  for (const instrument of [
    meter.createObservableCounter('c'),
    meter.createObservableUpDownCounter('u'),
    meter.createObservableGauge('g'),
  ]) {
    instrument.addCallback((result) => {
      for (let core = 0; core < 4; core += 1) result.observe(core * factor, { id: 'cpu', core });
    });
  }
  for (factor of [2, 3]) {
    expect(await reader.values('c')).toEqual({ cpu: 6 * factor });
    expect(await reader.values('u')).toEqual({ cpu: 6 * factor });
    expect(await reader.values('g')).toEqual({ cpu: 3 * factor });
  }
});
