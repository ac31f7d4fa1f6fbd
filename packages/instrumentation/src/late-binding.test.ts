import { metrics } from '@opentelemetry/api';
import { createTestTelemetry } from '@trademeter/testing';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { announceMeterProvider, createMeter, defineMetric } from './index.ts';

const trips = defineMetric({
  name: 'test.trips',
  instrument: 'counter',
  unit: '{trip}',
  description: 'Trips.',
  attributes: { name: { type: 'string', requirement: 'required' } },
});
const status = defineMetric({
  name: 'test.status',
  instrument: 'updowncounter',
  unit: '1',
  description: 'Status.',
  attributes: {
    name: { type: 'string', requirement: 'required' },
    state: { type: 'string', requirement: 'required', values: ['closed', 'open'] },
  },
});
const size = defineMetric({
  name: 'test.size',
  instrument: 'histogram',
  unit: '1',
  description: 'Size.',
  attributes: {},
  boundaries: [0.5, 1],
});

// The process has one poll for providers, which must start on the fake clock of these tests.
beforeAll(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterAll(() => void vi.useRealTimers());
afterEach(() => {
  metrics.disable();
  announceMeterProvider();
});

test('an instrument that was created before the SDK records after its start', async () => {
  const counter = createMeter({ name: 'test' }).counter(trips);
  const bound = counter.bind({ name: 'daily_loss' });
  counter.add(1, { name: 'daily_loss' });
  await using telemetry = createTestTelemetry({ global: true });
  counter.add(1, { name: 'daily_loss' });
  bound.add(2);
  expect(await telemetry.value('test.trips')).toBe(3);
});

test('a series that was initialized before the SDK started is in the first collection', async () => {
  const meter = createMeter({ name: 'test' });
  meter.counter(trips).initialize({ name: 'daily_loss' });
  meter.status(status, 'state').set('closed', { name: 'daily_loss' });
  await using telemetry = createTestTelemetry({ global: true });
  expect(await telemetry.value('test.trips', { name: 'daily_loss' })).toBe(0);
  expect(await telemetry.value('test.status', { state: 'closed' })).toBe(1);
  expect(await telemetry.value('test.status', { state: 'open' })).toBe(0);
});

test('on an SDK that does not announce itself, and on the next one, it appears within a few seconds', async () => {
  createMeter({ name: 'test' }).counter(trips).initialize({ name: 'daily_loss' });
  const telemetry = createTestTelemetry();
  metrics.setGlobalMeterProvider(telemetry.meterProvider);
  expect(await telemetry.value('test.trips')).toBeUndefined();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await telemetry.value('test.trips')).toBe(0);

  metrics.disable();
  const next = createTestTelemetry();
  metrics.setGlobalMeterProvider(next.meterProvider);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await next.value('test.trips')).toBe(0);
});

test('initializing twice, or after recording, changes nothing', async () => {
  const telemetry = createTestTelemetry();
  const counter = createMeter({ name: 'test', meterProvider: telemetry.meterProvider }).counter(trips);
  counter.initialize({ name: 'a' });
  counter.add(3, { name: 'a' });
  counter.initialize({ name: 'a' });
  expect(await telemetry.value('test.trips')).toBe(3);
});

test('follows the SDK when it is stopped and another is started', async () => {
  const meter = createMeter({ name: 'test' });
  const counter = meter.counter(trips);
  counter.initialize({ name: 'a' });
  const first = createTestTelemetry({ global: true });
  counter.add(1, { name: 'a' });
  expect(await first.value('test.trips')).toBe(1);
  await first.shutdown();
  expect(meter.isActive()).toBe(false);
  counter.add(1, { name: 'a' });
  await using second = createTestTelemetry({ global: true });
  expect(await second.value('test.trips')).toBe(0);
});

test('the boundaries are passed as advice, for an SDK without views', async () => {
  const telemetry = createTestTelemetry();
  createMeter({ name: 'test', meterProvider: telemetry.meterProvider }).histogram(size).record(0.7, {});
  expect(await telemetry.histogram('test.size')).toMatchObject({ boundaries: [0.5, 1], counts: [0, 1, 0], count: 1 });
});

test("an SDK instrument's own bind is used if it has one", () => {
  const seen: unknown[] = [];
  const provider = {
    getMeter: () => ({
      createCounter: () => ({
        add: () => seen.push('unbound'),
        bind: (attributes: unknown) => ({ add: (value: number) => seen.push([attributes, value]) }),
      }),
    }),
  };
  const meter = createMeter({ name: 'test', meterProvider: provider as never });
  seen.length = 0;
  meter.counter(trips).bind({ name: 'a' }).add(5);
  expect(seen).toEqual([[{ name: 'a' }, 5]]);
});
