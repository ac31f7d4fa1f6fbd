import { type Attributes, ValueType } from '@opentelemetry/api';
import type { DataPoint, Histogram, MetricReaderOptions } from '@opentelemetry/sdk-metrics';
import { captureLogs } from '@trademeter/testing';
import { describe, expect, test, vi } from 'vitest';
import { createStore, hourSeconds, ManualReader } from '../test/support.ts';

describe('attributes', () => {
  test('in any order are the same series', async () => {
    const { reader, meter } = createStore();
    const counter = meter.createCounter('c');
    counter.add(1, { venue: 'a', side: 'buy', id: 1 });
    counter.add(2, { id: 1, venue: 'a', side: 'buy' });
    counter.add(4, { side: 'buy', id: 1, venue: 'a' });
    expect((await reader.points('c')).map(({ value }) => value)).toEqual([7]);
  });

  test('of another type, number or name are another series', async () => {
    const { reader, meter } = createStore();
    const counter = meter.createCounter('c');
    const sets: Attributes[] = [
      { id: 1 },
      { id: '1' },
      { id: true },
      { id: 'true' },
      { id: [1] },
      { id: ['1'] },
      { id: '[1]' },
      {},
      { id: '' },
      { other: 1 },
      { id: 1, other: 1 },
      { id: 1, other: 2 },
      { id: Number.NaN },
    ];
    for (const [index, attributes] of sets.entries()) counter.add(index + 1, attributes);
    for (const [index, attributes] of sets.entries()) counter.add(100 * (index + 1), { ...attributes });
    const points = await reader.points('c');
    expect(points.map(({ attributes, value }) => [attributes, value])).toEqual(
      sets.map((attributes, index) => [attributes, 101 * (index + 1)]),
    );
  });

  test('that are missing, empty, null, or only undefined or null are the same series', async () => {
    const { reader, meter } = createStore();
    const counter = meter.createCounter('c');
    counter.add(1);
    counter.add(2, {});
    counter.add(4, null as unknown as Attributes);
    counter.add(8, { id: undefined });
    counter.add(16, { id: null as unknown as undefined });
    expect((await reader.points('c')).map(({ attributes, value }) => [attributes, value])).toEqual([[{}, 31]]);
  });

  test('may be changed by their owner after a recording', async () => {
    const { reader, meter } = createStore();
    const counter = meter.createCounter('c');
    const attributes: Attributes = { id: 'a', list: ['x'] };
    counter.add(1, attributes);
    attributes['id'] = 'b';
    (attributes['list'] as string[]).push('y');
    counter.add(2, attributes);
    expect((await reader.points('c')).map((point) => [point.attributes, point.value])).toEqual([
      [{ id: 'a', list: ['x'] }, 1],
      [{ id: 'b', list: ['x', 'y'] }, 2],
    ]);
  });

  test.each<[what: string, given: unknown, recorded: unknown]>([
    ['a proxy of a list', new Proxy(['x'], {}), ['x']],
    ['an object with a function', { text: 'x', run: () => 1 }, { text: 'x' }],
    ['a URL', new URL('http://localhost/x'), 'http://localhost/x'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['bytes', Buffer.from('x'), Uint8Array.of(120)],
    [
      'a list of lists and objects',
      [[1, [2]], { at: new Date(0), run: () => 1 }],
      [[1, [2]], { at: '1970-01-01T00:00:00.000Z' }],
    ],
    ['a decimal, which has a text of its own', { digits: [1, 5], toJSON: () => '1.5' }, '1.5'],
    ['a string object', new String('x'), 'x'],
    ['a list with values that JSON does not have', [Number.NaN, undefined, 1], [Number.NaN, undefined, 1]],
  ])('may be %s, which is recorded as plain data', async (_what, given, recorded) => {
    using logs = captureLogs();
    const { reader, meter } = createStore();
    const counter = meter.createCounter('c');
    const attributes = { id: given } as Attributes;
    counter.add(1, attributes);
    counter.bind(attributes).add(2);
    meter.createObservableGauge('g').addCallback((result) => result.observe(3, attributes));
    expect((await reader.points('c')).map((point) => [point.attributes, point.value])).toEqual([[{ id: recorded }, 3]]);
    expect((await reader.points('g')).map((point) => [point.attributes, point.value])).toEqual([[{ id: recorded }, 3]]);
    // A series that cannot be found again could not end, and would take recordings without showing them.
    counter.remove(attributes);
    counter.add(4, attributes);
    expect((await reader.points('c')).map((point) => [point.attributes, point.value])).toEqual([[{ id: recorded }, 4]]);
    expect(logs.messages).toEqual([]);
  });

  describe('that lead to many objects', () => {
    /** An object of that many keys that are counted when they are read. */
    function counted(keys: number) {
      const object: Record<string, unknown> = {};
      const counts = { reads: 0 };
      for (let key = 0; key < keys; key += 1) {
        Object.defineProperty(object, `key${key}`, {
          enumerable: true,
          get: () => {
            counts.reads += 1;
            return { key };
          },
        });
      }
      return { object, counts };
    }

    /** Shares its parts, so that it has twice as many paths at each level. */
    function shared(leaf: unknown, levels: number): unknown {
      let value = leaf;
      for (let level = 0; level < levels; level += 1) value = { left: value, right: value };
      return value;
    }

    test.each<[what: string, most: number, given: (object: Record<string, unknown>) => unknown, keys: number]>([
      ['contain themselves', 100, (object) => Object.assign(object, { self: object }), 100],
      ['contain themselves in a list', 100, (object) => Object.assign(object, { all: [[object]] }), 100],
      [
        'contain themselves in what they say in JSON',
        0,
        (object) => Object.assign(object, { toJSON: () => object }),
        9,
      ],
      ['share parts', 1_000, (object) => shared(object, 15), 2],
      ['have too many keys', 0, (object) => object, 5_000],
      ['have too many objects', 1_000, (object) => Array.from({ length: 100 }, () => object), 50],
    ])('are ignored if they %s, with at most %i reads', async (_what, most, given, keys) => {
      const { reader, meter } = createStore();
      const counter = meter.createCounter('c');
      const { object, counts } = counted(keys);
      const attributes = { id: given(object) } as Attributes;
      counter.add(1, attributes);
      expect(counts.reads).toBeLessThanOrEqual(most);
      expect((await reader.points('c')).map((point) => [point.attributes, point.value])).toEqual([[{}, 1]]);
    });

    test('are recorded if they have the same object in two places', async () => {
      const { reader, meter } = createStore();
      meter.createCounter('c').add(1, { id: shared('x', 2) });
      const side = { left: 'x', right: 'x' };
      expect((await reader.points('c')).map((point) => point.attributes)).toEqual([
        { id: { left: side, right: side } },
      ]);
    });
  });

  test('that say they are a number, but are objects, are copied', async () => {
    const { reader, meter } = createStore();
    const counter = meter.createCounter('c');
    const attributes = { id: { [Symbol.toStringTag]: 'Number', price: 1 } };
    counter.add(1, attributes);
    attributes.id.price = 2;
    expect((await reader.points('c')).map((point) => point.attributes)).toEqual([{ id: { price: 1 } }]);
  });

  test('that look like a list in the index are another series', async () => {
    const { reader, meter } = createStore();
    const counter = meter.createCounter('c');
    counter.add(1, { id: ['x'] });
    for (const id of ['["x"]', '\u0000["x"]']) counter.add(2, { id });
    expect((await reader.points('c')).map(({ value }) => value)).toEqual([1, 2, 2]);
  });

  test('that are inherited do not count, whether or not a series has them', async () => {
    const { reader, meter } = createStore();
    const counter = meter.createCounter('c');
    const inheriting = Object.assign(Object.create({ venue: 'a' }) as Attributes, { side: 'buy' });
    counter.add(1, inheriting);
    counter.add(2, { venue: 'a', side: 'buy' });
    counter.add(4, inheriting);
    const points = await reader.points('c');
    expect(points.map(({ attributes, value }) => [attributes, value])).toEqual([
      [{ side: 'buy' }, 5],
      [{ venue: 'a', side: 'buy' }, 2],
    ]);
  });

  test('that cannot be read are not those of a known series', async () => {
    const { reader, meter } = createStore();
    const counter = meter.createCounter('c');
    counter.add(1, { id: 'a' });
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    expect(counter.recordKnown(1, revoked.proxy)).toBe(false);
    expect(counter.recordKnown(1, { id: 'a' })).toBe(true);
    expect(await reader.values('c')).toEqual({ a: 2 });
  });

  test('that are invalid or cannot be read do not throw', async () => {
    using logs = captureLogs();
    const { reader, provider, meter } = createStore();
    const counter = meter.createCounter('c');
    const throwing = {
      get id(): string {
        throw new Error('no');
      },
    };
    const cyclic: Attributes = {};
    cyclic['self'] = cyclic;
    counter.add(1, throwing);
    const bound = counter.bind(throwing);
    bound.add(1);
    bound.add(1);
    counter.add(2, { id: 1n as unknown as number, ok: 'yes' });
    counter.add(4, { id: cyclic, ok: 'yes' });
    counter.add(8, { id: Symbol('s') as unknown as string, ok: 'yes' });
    counter.add(16, 'text' as unknown as Attributes);
    const points = await reader.points('c');
    expect(points.find(({ attributes }) => attributes['ok'] === 'yes')?.value).toBe(14);
    expect(points.find(({ attributes }) => Object.keys(attributes).length === 0)?.value).toBe(16);
    expect(provider.droppedMeasurements.error).toBe(3);
    expect(logs.messages.filter((line) => line.includes('ignored the attribute "id" of c'))).toHaveLength(1);
  });

  test('of a frozen object with getters are read once', async () => {
    const { clock, reader, meter } = createStore({ views: [{ instrumentName: 'c', aggregationCardinalityLimit: 3 }] });
    const counter = meter.createCounter('c');
    let reads = 0;
    const moving = Object.freeze({
      get id(): number {
        reads += 1;
        return reads;
      },
    });
    for (let round = 0; round < 20; round += 1) {
      counter.add(1, moving);
      clock.advance(2 * hourSeconds);
      await reader.collect();
    }
    const values = await reader.values('c');
    expect(Object.values(values)).toEqual([1, 1]);
  });

  test('with a getter that records are correct', async () => {
    const { reader, meter } = createStore();
    const counter = meter.createCounter('c');
    counter.add(1, { id: 'inner', more: 'x' });
    counter.add(1, { id: 'outer', more: 'x' });
    const attributes = {
      id: 'outer',
      get more(): string {
        counter.add(10, { id: 'inner', more: 'x' });
        return 'x';
      },
    };
    counter.add(100, attributes);
    const values = await reader.values('c');
    expect(values['outer']).toBe(101);
    expect(values['inner'] as number).toBeGreaterThanOrEqual(11);
  });

  test('with many keys are found again', async () => {
    const { reader, meter } = createStore();
    const counter = meter.createCounter('c');
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`key${index}`, index]));
    counter.add(1, many);
    counter.add(2, { ...many });
    counter.add(4, { ...many, key0: 1 });
    expect((await reader.points('c')).map(({ value }) => value)).toEqual([3, 4]);
  });
});

describe('values', () => {
  const wrong: unknown[] = [Number.NaN, Infinity, -Infinity, undefined, null, '5', 5n, {}, [], true, Symbol('v')];

  test('that are not finite numbers are dropped and counted, bound or not', async () => {
    const { reader, provider, meter } = createStore();
    const [counter, upDown] = [meter.createCounter('c'), meter.createUpDownCounter('u')];
    const [histogram, gauge] = [meter.createHistogram('h'), meter.createGauge('g')];
    for (const instrument of [counter, upDown]) instrument.add(2);
    for (const instrument of [histogram, gauge]) instrument.record(2);
    for (const value of wrong as number[]) {
      for (const instrument of [counter, upDown, counter.bind({}), upDown.bind({})]) instrument.add(value);
      for (const instrument of [histogram, gauge, histogram.bind({}), gauge.bind({})]) instrument.record(value);
    }
    const metrics = await reader.metrics();
    expect(metrics.map(({ dataPoints }) => dataPoints.map(({ value }) => value))).toEqual([
      [2],
      [2],
      [expect.objectContaining({ count: 1, sum: 2, min: 2, max: 2 })],
      [2],
    ]);
    expect(provider.droppedMeasurements).toEqual({
      invalid_value: 8 * wrong.length,
      negative_value: 0,
      infinite_sum: 0,
      error: 0,
    });
  });

  test('that are negative are dropped by counters and histograms only', async () => {
    const { reader, provider, meter } = createStore();
    meter.createCounter('c').add(-1);
    meter.createHistogram('h').record(-1);
    meter.createCounter('c').bind({}).add(-1);
    meter.createUpDownCounter('u').add(-1);
    meter.createGauge('g').record(-1);
    expect((await reader.metrics()).map(({ descriptor }) => descriptor.name)).toEqual(['u', 'g']);
    expect(provider.droppedMeasurements.negative_value).toBe(3);
  });

  test('that are finite but would make a sum infinite are dropped', async () => {
    const { reader, provider, meter } = createStore();
    const largest = Number.MAX_VALUE;
    const [counter, upDown, histogram] = [
      meter.createCounter('c'),
      meter.createUpDownCounter('u'),
      meter.createHistogram('h'),
    ];
    for (let round = 0; round < 2; round += 1) {
      counter.add(largest);
      upDown.add(-largest);
      histogram.record(largest);
    }
    counter.bind({}).add(largest);
    const metrics = await reader.metrics();
    expect(metrics.map(({ dataPoints }) => dataPoints.map(({ value }) => value))).toEqual([
      [largest],
      [-largest],
      [expect.objectContaining({ count: 1, sum: largest })],
    ]);
    expect(provider.droppedMeasurements.infinite_sum).toBe(4);
  });

  test('that are dropped are reported by reason, even if the report is dropped or fails', async () => {
    const reports: string[] = [];
    const failing = {
      process: () => {
        throw new Error('no');
      },
    };
    const { provider, meter } = createStore({
      views: [{ instrumentName: 'fails', attributesProcessors: [failing] }],
      onDrop: (reason) => {
        reports.push(reason);
        meter.createCounter('fails').add(1, { reason });
        if (reason === 'negative_value') throw new Error('no');
      },
    });
    meter.createCounter('c').add(-1);
    meter.createCounter('c').add(Number.NaN);
    meter.createCounter('fails').add(1);
    expect(reports).toEqual(['negative_value', 'invalid_value', 'error']);
    expect(provider.droppedMeasurements).toMatchObject({ negative_value: 1, invalid_value: 1, error: 4 });
  });

  test('of an instrument of integers lose their fraction', async () => {
    const { reader, meter } = createStore();
    const options = { valueType: ValueType.INT };
    const counter = meter.createCounter('c', options);
    counter.add(1.9);
    counter.bind({}).add(1.9);
    counter.add(Number.NaN);
    meter.createHistogram('h', options).record(2.5);
    meter.createGauge('g', options).record(-2.5);
    const metrics = await reader.metrics();
    expect(metrics.map(({ dataPoints }) => dataPoints[0]?.value)).toEqual([2, expect.objectContaining({ sum: 2 }), -2]);
  });
});

describe('a bound series', () => {
  test('is the series of the attributes that it was bound with', async () => {
    const { reader, meter } = createStore();
    const counter = meter.createCounter('c');
    const bound = counter.bind({ id: 'a' });
    bound.add(1);
    counter.add(2, { id: 'a' });
    counter.bind({ id: 'a' }).add(4);
    const gauge = meter.createGauge('g');
    gauge.bind({ id: 'a' }).record(1);
    gauge.record(2, { id: 'a' });
    const upDown = meter.createUpDownCounter('u');
    upDown.bind({ id: 'a' }).add(-3);
    upDown.add(1, { id: 'a' });
    expect(await reader.values('c')).toEqual({ a: 7 });
    expect(await reader.values('g')).toEqual({ a: 2 });
    expect(await reader.values('u')).toEqual({ a: -2 });
  });

  test('is not exported before it is recorded', async () => {
    const delta = ManualReader.delta();
    const { reader, meter } = createStore();
    const other = createStore({ readers: [delta] });
    const bound = meter.createCounter('c').bind({ id: 'a' });
    other.meter.createCounter('c').bind({ id: 'a' });
    expect(await reader.metrics()).toEqual([]);
    expect(await delta.metrics()).toEqual([]);
    bound.add(0);
    expect(await reader.values('c')).toEqual({ a: 0 });
  });

  test('of null is the series without attributes', async () => {
    const { reader, provider, meter } = createStore();
    const counter = meter.createCounter('c');
    counter.bind(null as unknown as Attributes).add(1);
    counter.bind().add(2);
    counter.add(4);
    expect((await reader.points('c')).map(({ attributes, value }) => [attributes, value])).toEqual([[{}, 7]]);
    expect(provider.droppedMeasurements.error).toBe(0);
  });

  test.each([
    ['one view fails', 1, { kept: 2 }],
    ['two views fail', 2, { kept: 2 }],
    ['all views fail', 2, {}],
  ])('counts each dropped measurement once, and none when it is bound, if %s', async (_what, failing, kept) => {
    using logs = captureLogs();
    const process = (): never => {
      throw new Error('no such symbol');
    };
    const names = Array.from({ length: failing }, (_, index) => `failing${index}`);
    const { reader, provider, meter } = createStore({
      views: [
        ...Object.keys(kept).map((name) => ({ instrumentName: 'c', name })),
        ...names.map((name) => ({ instrumentName: 'c', name, attributesProcessors: [{ process }] })),
      ],
    });
    const bound = meter.createCounter('c').bind({ id: 'a' });
    expect(provider.droppedMeasurements.error).toBe(0);
    for (let round = 0; round < 2; round += 1) bound.add(1);
    expect(provider.droppedMeasurements.error).toBe(2);
    const metrics = await reader.metrics();
    const values = metrics.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints[0]?.value]);
    expect(Object.fromEntries(values)).toEqual(kept);
    expect(logs.messages).toEqual([expect.stringContaining('dropped a measurement of c: "no such symbol"')]);
  });

  test('copies attributes that may change', async () => {
    const { reader, meter } = createStore();
    const attributes = { id: 'a' };
    const counter = meter.createCounter('c');
    const bound = counter.bind(attributes);
    attributes.id = 'b';
    bound.add(1);
    await reader.collect();
    counter.remove({ id: 'a' });
    bound.add(2);
    expect(await reader.values('c')).toEqual({ a: 2 });
  });
});

test('initialize creates series at 0', async () => {
  const delta = ManualReader.delta();
  const { reader, meter } = createStore({ readers: [new ManualReader(), delta] });
  expect(reader).toBeDefined();
  meter.createCounter('c').initialize({ id: 'a' });
  meter.createUpDownCounter('u').initialize({ id: 'a' });
  meter.createHistogram('h').initialize({ id: 'a' });
  expect((await delta.metrics()).map(({ dataPoints }) => dataPoints[0]?.value)).toEqual([
    0,
    0,
    expect.objectContaining({ count: 0, sum: 0, min: undefined, max: undefined }),
  ]);
  expect(await delta.metrics()).toEqual([]);
});

describe('a histogram', () => {
  test('counts a value in the first bucket whose upper boundary it does not exceed', async () => {
    const { reader, meter } = createStore();
    const narrow = meter.createHistogram('narrow', { advice: { explicitBucketBoundaries: [10, 0, 5, 5.5] } });
    for (const value of [0, 0.1, 5, 5.1, 5.5, 10, 11]) narrow.record(value);
    const [point] = await reader.points('narrow');
    expect(point?.value).toEqual({
      buckets: { boundaries: [0, 5, 5.5, 10], counts: [1, 2, 2, 1, 1] },
      count: 7,
      sum: 0 + 0.1 + 5 + 5.1 + 5.5 + 10 + 11,
      min: 0,
      max: 11,
    });
  });

  test('counts equally with too many boundaries for linear search', async () => {
    const { reader, meter } = createStore();
    const boundaries = Array.from({ length: 5_000 }, (_, index) => index * 2);
    const wide = meter.createHistogram('wide', { advice: { explicitBucketBoundaries: boundaries } });
    for (const value of [0, 1, 2, 3, 9_998, 9_999, 50_000]) wide.record(value);
    const [point] = await reader.points('wide');
    const { counts } = (point as DataPoint<Histogram>).value.buckets;
    expect(counts).toHaveLength(5_001);
    expect(counts.slice(0, 3)).toEqual([1, 2, 1]);
    expect(counts.slice(-2)).toEqual([1, 2]);
    expect(point?.value).toMatchObject({ count: 7, max: 50_000 });
  });
});

describe('a meter or instrument whose options cannot be read', () => {
  const untouchable = new Proxy(() => {}, {
    get: () => {
      throw new Error('no');
    },
    ownKeys: () => {
      throw new Error('no');
    },
  }) as never;
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  const unreadable: unknown[] = [null, 5, 5n, Symbol('s'), circular, untouchable];

  test('still records', async () => {
    using _logs = captureLogs();
    const { reader, provider } = createStore();
    for (const [index, each] of unreadable.entries()) {
      const given = each as never;
      for (const options of [given, { schemaUrl: given }, { attributes: given }, { attributes: { a: given } }]) {
        provider.getMeter('m', '1', options).createCounter('c').add(1);
      }
      provider.getMeter(given, given).createCounter('c').add(1);
      const meter = provider.getMeter('options');
      for (const key of ['unit', 'description', 'valueType', 'advice']) {
        meter.createHistogram(`${key}${index}`, { [key]: given }).record(1);
      }
      meter.createObservableGauge(`gauge${index}`, given).addCallback(given);
    }
    const metrics = await reader.metrics();
    const counters = metrics.filter(({ descriptor }) => descriptor.name === 'c');
    const values = counters.flatMap(({ dataPoints }) => dataPoints.map(({ value }) => value as number));
    expect(values.reduce((sum, value) => sum + value, 0)).toBe(5 * unreadable.length);
    const others = metrics.filter(({ descriptor }) => descriptor.name !== 'c');
    expect(others).toHaveLength(4 * unreadable.length);
    expect(others.every(({ descriptor }) => descriptor.unit === '' && descriptor.description === '')).toBe(true);
  });
});

test.each<[what: string, options: MetricReaderOptions]>([
  ['an aggregation of null', { aggregationSelector: () => null as never }],
  ['wrong boundaries', { aggregationSelector: () => ({ type: 4, options: { boundaries: 'x' } }) as never }],
  [
    'nothing, but throws',
    {
      aggregationSelector: () => {
        throw new Error('no');
      },
      aggregationTemporalitySelector: () => {
        throw new Error('no');
      },
      cardinalitySelector: () => {
        throw new Error('no');
      },
    },
  ],
  ['a limit that is not a number', { cardinalitySelector: () => Number.NaN }],
  ['a limit of 0', { cardinalitySelector: () => 0 }],
])('a reader that selects %s gets the default', async (what, options) => {
  using logs = captureLogs();
  const reader = new ManualReader(options);
  const { meter } = createStore({ readers: [reader] });
  const counter = meter.createCounter('c');
  for (let id = 0; id < 2_100; id += 1) counter.add(1, { id });
  meter.createHistogram('h').record(1);
  expect(await reader.points('c')).toHaveLength(2_000);
  expect(await reader.points('h')).toMatchObject([{ value: { count: 1 } }]);
  expect(logs.messages.some((message) => message.includes('so the default is used'))).toBe(!what.includes('null'));
});

test('a bound series whose view cannot process the attributes drops and counts each recording', async () => {
  using _logs = captureLogs();
  const process = (): never => {
    throw new Error('no');
  };
  const { reader, provider, meter } = createStore({
    views: [
      { instrumentName: 'c', name: 'broken', attributesProcessors: [{ process }] },
      { instrumentName: 'c', name: 'whole' },
    ],
  });
  const bound = meter.createCounter('c').bind({ id: 'a' });
  for (let count = 0; count < 5; count += 1) bound.add(1);
  expect(await reader.values('whole')).toEqual({ a: 5 });
  expect(provider.droppedMeasurements.error).toBe(5);
});

test('creating an instrument does not compare its name with all others', () => {
  const { meter } = createStore();
  const toLowerCase = vi.spyOn(String.prototype, 'toLowerCase');
  try {
    for (let number = 0; number < 500; number += 1) meter.createCounter(`c${number}`);
    expect(toLowerCase.mock.calls.length).toBeLessThan(10 * 500);
  } finally {
    toLowerCase.mockRestore();
  }
});
