import { createTestTelemetry } from '@trademeter/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { createMeter, defineMetric } from './index.ts';

const heartbeatAge = defineMetric({
  name: 'test.heartbeat.age',
  instrument: 'gauge',
  unit: 's',
  description: 'Time since the last heartbeat.',
  attributes: { name: { type: 'string', requirement: 'required' } },
  cardinalityLimit: 2,
});

function setUp() {
  const telemetry = createTestTelemetry();
  const clock = { time: 1_000_000 };
  const { meterProvider } = telemetry;
  const ages = createMeter({ name: 'test', meterProvider, now: () => clock.time }).age(heartbeatAge);
  const age = (name: string) => telemetry.value('test.heartbeat.age', { name });
  return { telemetry, clock, ages, age };
}

afterEach(() => void vi.useRealTimers());

test('an age is absent at first, grows over time, and restarts when it happens again', async () => {
  const { clock, ages, age } = setUp();
  expect(await age('a')).toBeUndefined();
  ages.happened('a', { name: 'a' });
  clock.time += 2_500;
  expect(await age('a')).toBe(2.5);
  ages.happened('a', { name: 'a' });
  expect(await age('a')).toBe(0);
});

test('a clock that is set back does not make an age negative, or stop it', async () => {
  const { clock, ages, age } = setUp();
  ages.happened('a', { name: 'a' });
  clock.time -= 60_000;
  expect(await age('a')).toBe(0);
  clock.time += 1_000;
  expect(await age('a')).toBe(1);
});

test('if the clock fails, only the age is missing', async () => {
  const { clock, ages, age } = setUp();
  clock.time = Number.NaN;
  ages.happened('a', { name: 'a' });
  clock.time = 5_000;
  expect(await age('a')).toBeUndefined();
});

test('the number of ages is limited like the series of the metric, and further ones are logged', async () => {
  const { telemetry, ages } = setUp();
  for (const name of ['a', 'b', 'c']) ages.happened(name, { name });
  expect(await telemetry.series('test.heartbeat.age')).toHaveLength(2);
  expect(await telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': 'too_many_series' })).toBe(
    1,
  );
});

test('invalid attributes have no age, and are not logged at every collection', async () => {
  const { telemetry, ages } = setUp();
  ages.happened('', {} as never);
  expect(await telemetry.series('test.heartbeat.age')).toEqual([]);
  expect(await telemetry.value('trademeter.measurement.dropped')).toBe(0);
});

test('a Date.now that is replaced after the start takes effect', async () => {
  const telemetry = createTestTelemetry();
  const ages = createMeter({ name: 'test', meterProvider: telemetry.meterProvider }).age(heartbeatAge);
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });
  ages.happened('a', { name: 'a' });
  vi.setSystemTime(9_000);
  expect(await telemetry.value('test.heartbeat.age')).toBe(9);
});
