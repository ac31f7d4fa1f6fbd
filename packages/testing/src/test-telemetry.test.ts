import { expect, test } from 'vitest';
import { createTestTelemetry } from './index.ts';

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
