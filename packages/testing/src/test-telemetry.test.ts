import { DiagLogLevel, diag, type MeterProvider, metrics } from '@opentelemetry/api';
import { createMeter, defineMetric } from '@trademeter/instrumentation';
import { afterEach, describe, expect, expectTypeOf, test } from 'vitest';
import { createTestTelemetry, type GlobalTestTelemetry, type TestTelemetry } from './index.ts';

afterEach(() => {
  metrics.disable();
  diag.disable();
});

test('a value is the sum of the sums that match', async () => {
  await using telemetry = createTestTelemetry();
  const counter = telemetry.meterProvider.getMeter('t').createCounter('orders');
  counter.add(2, { symbol: 'A', side: 'buy' });
  counter.add(3, { symbol: 'A', side: 'sell' });
  expect(await telemetry.value('orders')).toBe(5);
  expect(await telemetry.value('orders', { side: 'sell' })).toBe(3);
  expect(await telemetry.value('orders', { side: 'hold' })).toBeUndefined();
  expect(await telemetry.value('trades')).toBeUndefined();
});

test('several gauges have no value together', async () => {
  await using telemetry = createTestTelemetry();
  const gauge = telemetry.meterProvider.getMeter('t').createGauge('price');
  gauge.record(1, { symbol: 'A' });
  gauge.record(2, { symbol: 'B' });
  expect(await telemetry.value('price', { symbol: 'B' })).toBe(2);
  await expect(telemetry.value('price')).rejects.toThrow(
    '2 series of price match, give more attributes: {"symbol":"A"}',
  );
});

test('a histogram comes with its buckets', async () => {
  await using telemetry = createTestTelemetry();
  const advice = { explicitBucketBoundaries: [1, 2] };
  const histogram = telemetry.meterProvider.getMeter('t').createHistogram('size', { advice });
  histogram.record(1.5);
  histogram.record(5);
  expect(await telemetry.histogram('size')).toEqual({
    count: 2,
    sum: 6.5,
    min: 1.5,
    max: 5,
    boundaries: [1, 2],
    counts: [0, 1, 1],
  });
  histogram.record(1, { symbol: 'A' });
  await expect(telemetry.histogram('size')).rejects.toThrow('2 series of size match');
});

test('it cannot be read after the shutdown, which may come twice', async () => {
  const telemetry = createTestTelemetry();
  const counter = telemetry.meterProvider.getMeter('t').createCounter('orders');
  await telemetry.shutdown();
  await telemetry.shutdown();
  counter.add(1);
  await expect(telemetry.series()).rejects.toThrow('the telemetry was shut down');
});

test('the series at 0 are those that nothing was added to', async () => {
  await using telemetry = createTestTelemetry();
  const meter = telemetry.meterProvider.getMeter('t');
  const counter = meter.createCounter('orders');
  counter.add(0, { symbol: 'A' });
  counter.add(0, { symbol: 'B' });
  meter.createCounter('trades').add(0);
  meter.createHistogram('size').record(0);
  counter.add(1, { symbol: 'B' });
  expect((await telemetry.zeroSeries()).map(({ name, attributes }) => [name, attributes])).toEqual([
    ['orders', { symbol: 'A' }],
    ['trades', {}],
  ]);
  expect(await telemetry.zeroSeries('trades')).toHaveLength(1);
  expect(await telemetry.zeroSeries('fills')).toEqual([]);
});

test('an option that does not exist is rejected', () => {
  expect(() => createTestTelemetry({ globl: true } as object)).toThrow(
    'there is no option globl (did you mean global?)',
  );
  expect(() => createTestTelemetry({ global: 'yes' as never })).toThrow('global must be true or false, got "yes"');
});

const placed = defineMetric({
  name: 'orders.placed',
  instrument: 'counter',
  unit: '{order}',
  description: 'Orders.',
  attributes: { symbol: { type: 'string', requirement: 'required' } },
});

describe('global telemetry', () => {
  test('is what the API hands out until its end', async () => {
    {
      await using telemetry = createTestTelemetry({ global: true });
      expect(metrics.getMeterProvider()).toBe(telemetry.meterProvider);
      metrics.getMeter('t').createCounter('orders').add(1);
      expect(await telemetry.value('orders')).toBe(1);
    }
    // nothing is registered any more: an SDK can start
    expect(metrics.setGlobalMeterProvider(createTestTelemetry().meterProvider)).toBe(true);
  });

  test('shows at once the series at 0 of instrumentations that were there before it', async () => {
    const counter = createMeter({ name: 'test' }).counter(placed);
    counter.initialize({ symbol: 'A' });
    counter.initialize({ symbol: 'B' });
    await using telemetry = createTestTelemetry({ global: true });
    expect((await telemetry.zeroSeries('orders.placed')).map(({ attributes }) => attributes)).toEqual([
      { symbol: 'A' },
      { symbol: 'B' },
    ]);
    counter.add(1, { symbol: 'A' });
    expect((await telemetry.zeroSeries('orders.placed')).map(({ attributes }) => attributes)).toEqual([
      { symbol: 'B' },
    ]);
  });

  test('hands instrumentations back to the provider that was there before', async () => {
    const counter = createMeter({ name: 'test' }).counter(placed);
    const outer = createTestTelemetry();
    metrics.setGlobalMeterProvider(outer.meterProvider);
    counter.add(1, { symbol: 'A' });
    {
      await using telemetry = createTestTelemetry({ global: true });
      counter.add(2, { symbol: 'A' });
      expect(await telemetry.value('orders.placed')).toBe(2);
    }
    counter.add(4, { symbol: 'A' });
    expect(await outer.value('orders.placed')).toBe(5);
    await outer.shutdown();
  });

  test('may end in any order, and leaves a provider that was registered since', async () => {
    const first = createTestTelemetry({ global: true });
    const second = createTestTelemetry({ global: true });
    await first.shutdown();
    expect(metrics.getMeterProvider()).toBe(second.meterProvider);
    await second.shutdown();
    const foreign: MeterProvider = createTestTelemetry().meterProvider;
    expect(metrics.setGlobalMeterProvider(foreign)).toBe(true);
    const third = createTestTelemetry({ global: true });
    metrics.disable();
    metrics.setGlobalMeterProvider(foreign);
    await third.shutdown();
    expect(metrics.getMeterProvider()).toBe(foreign);
  });

  test('captures warnings of instrumentations, and hands logging back', async () => {
    const logged: string[] = [];
    const log = (message: string) => void logged.push(message);
    diag.setLogger({ error: log, warn: log, info: log, debug: log, verbose: log }, { logLevel: DiagLogLevel.WARN });
    const counter = createMeter({ name: 'test' }).counter(placed);
    const telemetry = createTestTelemetry({ global: true });
    counter.add(Number.NaN, { symbol: 'A' });
    await telemetry.shutdown();
    diag.warn('after its end');
    expect(telemetry.messages).toEqual([expect.stringContaining('orders.placed')]);
    expect(logged).toEqual(['after its end']);
  });

  test('has messages in its type, other telemetry has none', async () => {
    await using other = createTestTelemetry({ global: false });
    expectTypeOf(other).toEqualTypeOf<TestTelemetry>();
    expectTypeOf<keyof GlobalTestTelemetry>().toEqualTypeOf<keyof TestTelemetry | 'messages'>();
    expect(other).not.toHaveProperty('messages');
  });
});
