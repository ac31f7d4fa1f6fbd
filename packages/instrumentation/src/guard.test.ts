import { type CapturedLogs, captureLogs, createTestTelemetry } from '@trademeter/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMeter, defineMetric } from './index.ts';

const required = { type: 'string', requirement: 'required' } as const;
const optional = { type: 'string', requirement: 'recommended' } as const;
const side = { type: 'string', requirement: 'required', values: ['buy', 'sell'] } as const;

const placed = defineMetric({
  name: 'test.placed',
  instrument: 'counter',
  unit: '{order}',
  description: 'Orders.',
  attributes: { symbol: required, side, strategy: optional, attempt: { type: 'int', requirement: 'opt_in' } },
});
const latency = defineMetric({
  name: 'test.latency',
  instrument: 'histogram',
  unit: 's',
  description: 'Latency.',
  attributes: { symbol: required, 'error.type': { type: 'string', requirement: 'conditionally_required' } },
  boundaries: [0.1, 1],
});
const exposure = defineMetric({
  name: 'test.exposure',
  instrument: 'gauge',
  unit: '1',
  description: 'Exposure.',
  attributes: { account: optional },
});
const open = defineMetric({
  name: 'test.open',
  instrument: 'updowncounter',
  unit: '{order}',
  description: 'Open orders.',
  attributes: { symbol: required },
});
const status = defineMetric({
  name: 'test.status',
  instrument: 'updowncounter',
  unit: '1',
  description: 'Status.',
  attributes: { name: required, state: { ...side, values: ['closed', 'open'] } },
});

let logs: CapturedLogs;

beforeEach(() => {
  logs = captureLogs({ level: 'info' });
});
afterEach(() => logs.stop());

function setUp() {
  const telemetry = createTestTelemetry();
  const meter = createMeter({ name: 'test', meterProvider: telemetry.meterProvider });
  const dropped = (reason: string) =>
    telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': reason });
  return { telemetry, meter, dropped, counter: meter.counter(placed) };
}

/** For input that the types refuse. */
// biome-ignore lint: the point is to pass anything
const anything = (value: unknown) => value as any;

describe('an invalid value', () => {
  test.each([
    ['NaN', Number.NaN, 'invalid_value'],
    ['infinite', Number.POSITIVE_INFINITY, 'invalid_value'],
    ['a bigint', 1n, 'invalid_value'],
    ['a symbol', Symbol('x'), 'invalid_value'],
    ['a string', '1', 'invalid_value'],
    ['missing', undefined, 'invalid_value'],
    ['negative in a counter', -1, 'negative_value'],
  ])('that is %s drops the measurement and counts it', async (_name, value, reason) => {
    const { telemetry, counter, dropped } = setUp();
    counter.add(anything(value), { symbol: 'AAPL', side: 'buy' });
    expect(await telemetry.series('test.placed')).toEqual([]);
    expect(await dropped(reason)).toBe(1);
  });

  test('is logged once, however often it occurs', async () => {
    const { counter, dropped } = setUp();
    for (let i = 0; i < 5; i++) counter.add(Number.NaN, { symbol: 'AAPL', side: 'buy' });
    expect(await dropped('invalid_value')).toBe(5);
    expect(logs.messages).toEqual([
      '[trademeter] test.placed: the value must be a finite number, got NaN. ' +
        'Logged once; trademeter.measurement.dropped counts every drop (invalid_value).',
    ]);
  });

  test('does not change the series', async () => {
    const { telemetry, counter } = setUp();
    counter.add(2, { symbol: 'AAPL', side: 'buy' });
    counter.add(Number.NaN, { symbol: 'AAPL', side: 'buy' });
    expect(await telemetry.value('test.placed')).toBe(2);
  });

  test('that is negative is dropped by a histogram, but not by a gauge or an updowncounter', async () => {
    const { telemetry, meter, dropped } = setUp();
    meter.histogram(latency).record(-1, { symbol: 'AAPL' });
    meter.gauge(exposure).record(-0.5, {});
    meter.upDownCounter(open).add(-1, { symbol: 'AAPL' });
    expect(await dropped('negative_value')).toBe(1);
    expect(await telemetry.value('test.exposure')).toBe(-0.5);
    expect(await telemetry.value('test.open')).toBe(-1);
  });
});

describe('an invalid attribute', () => {
  test('that is required drops the measurement', async () => {
    const { telemetry, counter, dropped } = setUp();
    counter.add(1, anything({ side: 'buy' }));
    counter.add(1, anything({ symbol: 7n, side: 'buy' }));
    counter.add(1, anything({ symbol: 'AAPL', side: 'hold' }));
    expect(await telemetry.series('test.placed')).toEqual([]);
    expect(await dropped('missing_attribute')).toBe(1);
    expect(await dropped('invalid_attribute')).toBe(2);
    expect(logs.messages.join('\n')).toContain('attribute side must be one of buy, sell, got "hold"');
  });

  test('that is optional is dropped on its own', async () => {
    const { telemetry, counter, dropped } = setUp();
    counter.add(1, anything({ symbol: 'AAPL', side: 'buy', strategy: {}, attempt: 1.5 }));
    expect(await telemetry.series('test.placed')).toMatchObject([
      { attributes: { symbol: 'AAPL', side: 'buy' }, value: 1 },
    ]);
    expect(await dropped('invalid_attribute')).toBe(2);
  });

  test('that throws when it is read is dropped on its own', async () => {
    const { telemetry, counter, dropped } = setUp();
    const attributes = {
      symbol: 'AAPL',
      side: 'buy',
      get strategy(): string {
        throw new Error('no');
      },
    };
    counter.add(1, anything(attributes));
    expect(await telemetry.value('test.placed')).toBe(1);
    expect(await dropped('invalid_attribute')).toBe(1);
  });

  test('that the definition does not have is dropped', async () => {
    const { telemetry, counter, dropped } = setUp();
    counter.add(1, anything({ symbol: 'AAPL', side: 'buy', orderId: 'x-123' }));
    expect(await telemetry.series('test.placed')).toMatchObject([{ attributes: { symbol: 'AAPL', side: 'buy' } }]);
    expect((await telemetry.series('test.placed'))[0]?.attributes).not.toHaveProperty('orderId');
    expect(await dropped('unknown_attribute')).toBe(1);
  });

  test('that is a megabyte long is cut', async () => {
    const { telemetry, counter, dropped } = setUp();
    counter.add(1, { symbol: 'x'.repeat(1_000_000), side: 'buy' });
    expect((await telemetry.series('test.placed'))[0]?.attributes['symbol']).toBe('x'.repeat(255));
    expect(await dropped('attribute_too_long')).toBe(1);
  });

  test('that is undefined or null counts as omitted', async () => {
    const { telemetry, counter, dropped } = setUp();
    counter.add(1, { symbol: 'AAPL', side: 'buy', strategy: undefined });
    counter.add(1, anything({ symbol: 'AAPL', side: 'buy', strategy: null }));
    expect(await telemetry.series('test.placed')).toMatchObject([{ value: 2 }]);
    expect(await dropped('invalid_attribute')).toBe(0);
    counter.add(1, anything({ symbol: null, side: 'buy' }));
    expect(await dropped('missing_attribute')).toBe(1);
  });

  test('in another case is recorded as the listed value', async () => {
    const { telemetry, counter } = setUp();
    counter.add(1, anything({ symbol: 'AAPL', side: 'BUY' }));
    expect(await telemetry.value('test.placed', { side: 'buy' })).toBe(1);
  });

  test('that was bound counts once for each dropped recording', async () => {
    const { telemetry, counter, dropped } = setUp();
    const bound = counter.bind(anything({ symbol: 'AAPL', side: 'hold' }));
    expect(await dropped('invalid_attribute')).toBe(0);
    bound.add();
    bound.add();
    expect(await telemetry.series('test.placed')).toEqual([]);
    expect(await dropped('invalid_attribute')).toBe(2);
    expect(logs.messages.join('\n')).toContain('attribute side must be one of buy, sell, got "hold"');
  });

  test('that was bound and is optional counts when it is bound', async () => {
    const { telemetry, counter, dropped } = setUp();
    const bound = counter.bind(anything({ symbol: 'AAPL', side: 'buy', strategy: {} }));
    bound.add();
    bound.add();
    expect(await telemetry.value('test.placed')).toBe(2);
    expect(await dropped('invalid_attribute')).toBe(1);
  });

  test('counts at the recording, and not again for the series at 0', async () => {
    const { telemetry, counter, dropped } = setUp();
    const attributes = anything({ symbol: 'AAPL', side: 'BUY', strategy: 7n });
    counter.initialize(attributes);
    counter.initialize(anything({ symbol: 'AAPL' }));
    expect(await telemetry.series('test.placed')).toMatchObject([
      { attributes: { symbol: 'AAPL', side: 'buy' }, value: 0 },
    ]);
    expect(await dropped('invalid_attribute')).toBe(0);
    counter.add(1, attributes);
    expect(await dropped('invalid_attribute')).toBe(1);
    expect(await dropped('missing_attribute')).toBe(0);
  });

  test('of a status counts once, however many states there are', async () => {
    const { telemetry, meter, dropped } = setUp();
    const breaker = meter.status(status, 'state');
    breaker.set('open', anything({}));
    breaker.set('open', { name: 'x'.repeat(300) });
    breaker.set(anything('ajar'), { name: 'daily' });
    expect(await telemetry.series('test.status')).toHaveLength(2);
    expect(await dropped('missing_attribute')).toBe(1);
    expect(await dropped('attribute_too_long')).toBe(1);
    expect(await dropped('invalid_attribute')).toBe(1);
  });
});

test('every reason exists at 0 before anything is dropped', async () => {
  const { telemetry } = setUp();
  const series = await telemetry.series('trademeter.measurement.dropped');
  expect(series.length).toBeGreaterThan(5);
  expect(series.every(({ value }) => value === 0)).toBe(true);
});

describe('an invalid argument', () => {
  const attempt = (error: unknown) => {
    using own = captureLogs();
    const { meter } = setUp();
    meter.attempt('test.placed', () => {
      throw error;
    });
    return own.messages;
  };

  test('is logged with the full reason', () => {
    const problem =
      'reasons must be a list of at least one, and each of them a text that is no longer than a label may be';
    expect(attempt(new TypeError(problem))).toEqual([
      `[trademeter] test.placed: invalid argument: ${problem}. ` +
        'Logged once; trademeter.measurement.dropped counts every drop (invalid_argument).',
    ]);
    expect(attempt(new Error('x'.repeat(10_000)))[0]?.length).toBeLessThan(500);
    expect(attempt('no error')[0]).toContain('invalid argument: "no error"');
  });

  test('is logged once for each problem, whatever the value', () => {
    const { meter } = setUp();
    const mistakes = ['a must be a number, got 1', 'a must be a number, got 2', 'b must be a number', 'c is missing'];
    for (const mistake of [...mistakes, ...mistakes]) {
      meter.attempt('test.placed', () => {
        throw new TypeError(mistake);
      });
    }
    expect(logs.messages.map((message) => /argument: (\w)/.exec(message)?.[1])).toEqual(['a', 'b', 'c']);
  });
});

test('an error of the SDK is counted, and does not reach the caller', () => {
  const throwing = {
    getMeter: () => ({
      createCounter: () => ({
        add() {
          throw new Error('SDK');
        },
      }),
    }),
  };
  const counter = createMeter({ name: 'test', meterProvider: anything(throwing) }).counter(placed);
  counter.add(1, { symbol: 'AAPL', side: 'buy' });
  expect(logs.messages.join('\n')).toContain('the SDK threw, got "SDK"');
});

test('an error of the logger does not reach the caller', async () => {
  const { counter, dropped } = setUp();
  using broken = captureLogs({
    onEntry: () => {
      throw new Error('logger');
    },
  });
  counter.add(Number.NaN, { symbol: 'AAPL', side: 'buy' });
  expect(await dropped('invalid_value')).toBe(1);
  expect(broken.messages).toHaveLength(1);
});

const trap = () => {
  throw new Error('trap');
};
const cyclic: Record<string, unknown> = {};
cyclic['symbol'] = cyclic;
const worst: unknown[] = [
  Symbol('s'),
  () => 1,
  Object.create(null, { symbol: { get: trap, enumerable: true } }),
  new Proxy({}, { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap }),
  cyclic,
  'x'.repeat(100_000),
  '\uD800',
];

/** Anything that a JavaScript caller could pass, in a function because fast-check cannot print some of it. */
const hostile = fc.oneof(
  fc
    .anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withObjectString: true })
    .map((value) => () => value),
  fc.nat(worst.length - 1).map((index) => () => worst[index]),
);

test('no input to a recording throws, and recorded series have only known attributes', async () => {
  const { telemetry, meter, counter } = setUp();
  const gauge = meter.gauge(exposure);
  const histogram = meter.histogram(latency);
  const upDown = meter.upDownCounter(open);
  const state = meter.observable(open);
  const breaker = meter.status(status, 'state');
  state.observe(() => {
    throw new Error('callback');
  });
  fc.assert(
    fc.property(hostile, hostile, (value, attributes) => {
      const v = anything(value());
      const a = anything(attributes());
      counter.add(v, a);
      counter.bind(a).add(v);
      counter.initialize(a);
      gauge.record(v, a);
      gauge.bind(a).record(v);
      histogram.record(v, a);
      histogram.bind(a).record(v);
      const timer = histogram.startTimer(a);
      timer.set(a);
      timer.fail(v);
      timer.stop();
      upDown.add(v, a);
      state.set(v, a);
      state.add(v, a);
      state.delete(a);
      breaker.set(v, a);
      meter.attempt('test.placed', () => {
        throw v;
      });
    }),
    { numRuns: 500 },
  );
  const known = new Set([
    'symbol',
    'side',
    'strategy',
    'attempt',
    'account',
    'name',
    'state',
    'error.type',
    'trademeter.drop.reason',
  ]);
  for (const series of await telemetry.series()) {
    expect(Number.isFinite(series.value)).toBe(true);
    for (const [key, attribute] of Object.entries(series.attributes)) {
      expect(known).toContain(key);
      if (typeof attribute === 'string') expect(attribute.isWellFormed()).toBe(true);
    }
  }
});
