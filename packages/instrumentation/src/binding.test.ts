import { type MeterProvider as ApiMeterProvider, type Attributes, metrics } from '@opentelemetry/api';
import { MetricReader, MeterProvider as UpstreamProvider } from '@opentelemetry/sdk-metrics';
import { MeterProvider } from '@trademeter/metric-store';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createMeter, defineMetric, onLateRecording } from './index.ts';

const fills = defineMetric({
  name: 'test.fills',
  instrument: 'counter',
  unit: '{fill}',
  description: 'Fills.',
  attributes: {
    venue: { type: 'string', requirement: 'required' },
    side: { type: 'string', requirement: 'required', values: ['buy', 'sell'] },
    strategy: { type: 'string', requirement: 'recommended' },
  },
});
const latency = defineMetric({
  name: 'test.latency',
  instrument: 'histogram',
  unit: 's',
  description: 'Latency.',
  attributes: { venue: { type: 'string', requirement: 'required' } },
  boundaries: [0.1, 1],
});

class MemoryReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}

  /** Each series as its attributes and value. */
  async read(name: string): Promise<(readonly [Attributes, unknown])[]> {
    const { resourceMetrics } = await this.collect();
    return resourceMetrics.scopeMetrics
      .flatMap((scope) => scope.metrics)
      .filter((metric) => metric.descriptor.name === name)
      .flatMap(({ dataPoints }) => dataPoints.map(({ attributes, value }) => [{ ...attributes }, value] as const));
  }

  /** How many measurements were dropped for this reason. */
  async dropped(reason: string): Promise<unknown> {
    const points = await this.read('trademeter.measurement.dropped');
    return points.find(([attributes]) => attributes['trademeter.drop.reason'] === reason)?.[1];
  }
}

type CreateProvider = (reader: MemoryReader) => ApiMeterProvider;
const ofTheStore: CreateProvider = (reader) => new MeterProvider({ readers: [reader] });
const ofTheSdk: CreateProvider = (reader) => new UpstreamProvider({ readers: [reader] });

function register(create: CreateProvider): MemoryReader {
  const reader = new MemoryReader();
  metrics.setGlobalMeterProvider(create(reader));
  return reader;
}

/** For input that the types refuse. */
// biome-ignore lint: the point is to pass anything
const anything = (value: unknown) => value as any;

const buy = { venue: 'binance', side: 'buy' } as const;

afterEach(() => metrics.disable());

describe.each([
  ['the metric store', ofTheStore],
  ['the OpenTelemetry SDK', ofTheSdk],
])('on %s', (_name, create) => {
  test('bound and unbound recordings with the same attributes share a series, in any sequence', async () => {
    const reader = register(create);
    const counter = createMeter({ name: 'test' }).counter(fills);
    const bound = counter.bind(buy);
    bound.add();
    counter.add(2, buy);
    counter.add(4, { side: 'buy', venue: 'binance' });
    counter.add(8, anything({ venue: 'binance', strategy: undefined, side: 'BUY' }));
    bound.add(16);
    expect(await reader.read('test.fills')).toEqual([[buy, 31]]);
  });

  test('a bound series records to the next provider that is registered', async () => {
    const bound = createMeter({ name: 'test' }).histogram(latency).bind({ venue: 'binance' });
    bound.record(0.5);
    for (const next of [create, ofTheStore, ofTheSdk, create]) {
      const reader = register(next);
      bound.record(0.5);
      bound.record(2);
      expect(await reader.read('test.latency')).toMatchObject([[{ venue: 'binance' }, { count: 2, sum: 2.5 }]]);
      metrics.disable();
      bound.record(0.5);
      expect(await reader.read('test.latency')).toMatchObject([[{ venue: 'binance' }, { count: 2, sum: 2.5 }]]);
    }
  });

  test('an invalid value is dropped and counted, bound or not', async () => {
    const reader = register(create);
    const counter = createMeter({ name: 'test' }).counter(fills);
    const bound = counter.bind(buy);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '1', null, 1n, -1]) {
      counter.add(1, buy);
      bound.add(anything(value));
      counter.add(anything(value), buy);
    }
    expect(await reader.read('test.fills')).toEqual([[buy, 6]]);
    expect(await reader.dropped('invalid_value')).toBe(10);
    expect(await reader.dropped('negative_value')).toBe(2);
  });

  test('invalid attributes count at each recording, even if the series without them exists', async () => {
    const reader = register(create);
    const counter = createMeter({ name: 'test' }).counter(fills);
    for (let round = 0; round < 3; round += 1) {
      counter.add(1, buy);
      counter.add(1, anything({ ...buy, orderId: 'x-1' }));
      counter.add(1, anything({ ...buy, strategy: {} }));
      counter.add(1, anything({ venue: 'binance' }));
    }
    expect(await reader.read('test.fills')).toEqual([[buy, 9]]);
    expect(await reader.dropped('unknown_attribute')).toBe(3);
    expect(await reader.dropped('invalid_attribute')).toBe(3);
    expect(await reader.dropped('missing_attribute')).toBe(3);
  });

  test('attributes that are not enumerable are recorded, even after their series exists', async () => {
    class Fill {
      readonly venue = 'binance';
      get side(): 'sell' {
        return 'sell';
      }
      get strategy(): string {
        return 'momentum';
      }
    }
    const reader = register(create);
    const optional = defineMetric({ ...fills, attributes: { ...fills.attributes, side: fills.attributes.strategy } });
    const counter = createMeter({ name: 'test' }).counter(optional);
    counter.add(1, { venue: 'binance' });
    counter.add(2, new Fill());
    counter.add(4, new Fill());
    expect(await reader.read('test.fills')).toEqual([
      [{ venue: 'binance' }, 1],
      [{ venue: 'binance', side: 'sell', strategy: 'momentum' }, 6],
    ]);
  });

  test('a getter that throws after its series exists drops its attribute, not the measurement', async () => {
    const reader = register(create);
    const counter = createMeter({ name: 'test' }).counter(fills);
    counter.add(1, buy);
    const attributes = {
      ...buy,
      get strategy(): string {
        throw new Error('no');
      },
    };
    counter.add(1, attributes);
    expect(await reader.read('test.fills')).toEqual([[buy, 2]]);
    expect(await reader.dropped('invalid_attribute')).toBe(1);
  });
});

test('two finite values never make a sum infinite on the metric store', async () => {
  const reader = register(ofTheStore);
  const counter = createMeter({ name: 'test' }).counter(fills);
  const bound = counter.bind(buy);
  for (let round = 0; round < 2; round += 1) {
    bound.add(Number.MAX_VALUE);
    counter.add(Number.MAX_VALUE, buy);
  }
  expect(await reader.read('test.fills')).toEqual([[buy, Number.MAX_VALUE]]);
});

test('a bound series that has ended is bound again at its next recording', async () => {
  const reader = new MemoryReader();
  const provider = new MeterProvider({ readers: [reader] });
  const bound = createMeter({ name: 'test', meterProvider: provider }).counter(fills).bind(buy);
  bound.add(3);
  await reader.collect();
  provider.getMeter('test').createCounter(fills.name, { unit: fills.unit }).remove(buy);
  await reader.collect();
  bound.add(5);
  expect(await reader.read('test.fills')).toEqual([[buy, 5]]);
});

test('the attributes of a bound series are read once', () => {
  register(ofTheStore);
  const read = vi.fn<() => string>(() => 'binance');
  const bound = createMeter({ name: 'test' })
    .counter(fills)
    .bind({
      get venue(): string {
        return read();
      },
      side: 'buy',
    });
  const before = read.mock.calls.length;
  bound.add();
  bound.add();
  expect(read).toHaveBeenCalledTimes(before);
});

test('on an SDK without bind, every recording of a bound series passes the same object', () => {
  const seen: unknown[] = [];
  const provider = {
    getMeter: () => ({
      createCounter: () => ({ add: (value: number, attributes: Attributes) => seen.push([value, attributes]) }),
    }),
  };
  const meter = createMeter({ name: 'test', meterProvider: provider as never });
  seen.length = 0;
  const bound = meter.counter(fills).bind(buy);
  bound.add();
  bound.add(2);
  expect(seen).toEqual([
    [1, buy],
    [2, buy],
  ]);
  const [first, second] = seen as [unknown[], unknown[]];
  expect(second[1]).toBe(first[1]);
});

test('a recording after the end of the SDK is reported once', () => {
  const bound = createMeter({ name: 'test' }).counter(fills).bind(buy);
  register(ofTheStore);
  bound.add();
  metrics.disable();
  const isLate = vi.fn<() => void>();
  onLateRecording(isLate);
  bound.add();
  bound.add(Number.NaN);
  expect(isLate).toHaveBeenCalledTimes(1);
});

test('a second copy of the package records to the same series', async () => {
  const reader = register(ofTheStore);
  vi.resetModules();
  const copy = await import('./index.ts');
  createMeter({ name: 'test' }).counter(fills).bind(buy).add(1);
  copy.createMeter({ name: 'test' }).counter(fills).bind(buy).add(2);
  copy.createMeter({ name: 'test' }).counter(fills).add(4, buy);
  expect(await reader.read('test.fills')).toEqual([[buy, 7]]);
});
