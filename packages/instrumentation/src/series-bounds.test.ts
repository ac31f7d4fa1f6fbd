import { diag, metrics } from '@opentelemetry/api';
import { createTestTelemetry } from '@trademeter/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { createMeter, defineMetric } from './index.ts';

const open = defineMetric({
  name: 'test.open',
  instrument: 'updowncounter',
  unit: '{order}',
  description: 'Open orders.',
  attributes: { symbol: { type: 'string', requirement: 'required' } },
  cardinalityLimit: 10,
});
const placed = defineMetric({ ...open, name: 'test.placed', instrument: 'counter' });

afterEach(() => {
  diag.disable();
  metrics.disable();
});

describe('a state', () => {
  test('forgets what has ended once it was read, so that symbols may come and go without end', async () => {
    await using telemetry = createTestTelemetry();
    const state = createMeter({ name: 'test', meterProvider: telemetry.meterProvider }).observable(open);
    state.set(5, { symbol: 'held' });
    for (let round = 0; round < 40; round += 1) {
      for (let index = 0; index < 20; index += 1) state.add(1, { symbol: `S${round}-${index}` });
      expect(await telemetry.value('test.open')).toBe(25);
      for (let index = 0; index < 20; index += 1) state.add(-1, { symbol: `S${round}-${index}` });
      expect(await telemetry.value('test.open')).toBe(5);
    }
    // 800 symbols, where 100 are kept: none was dropped, and what was forgotten can come back
    expect(await telemetry.value('trademeter.measurement.dropped')).toBe(0);
    state.add(3, { symbol: 'S0-0' });
    expect(await telemetry.value('test.open', { symbol: 'S0-0' })).toBe(3);
    expect(await telemetry.value('test.open', { symbol: 'S1-0' })).toBe(0);
    expect(await telemetry.value('test.open', { symbol: 'held' })).toBe(5);
  });

  test('of which nothing ends keeps ten times what the metric may have, and counts what it drops', async () => {
    const told: string[] = [];
    const tell = (message: string): void => void told.push(message);
    diag.setLogger({ error: tell, warn: tell, info: tell, debug: tell, verbose: tell });
    await using telemetry = createTestTelemetry();
    const state = createMeter({ name: 'test', meterProvider: telemetry.meterProvider }).observable(open);
    for (let index = 0; index < 150; index += 1) state.set(1, { symbol: `S${index}` });
    state.set(2, { symbol: 'S0' });
    expect(await telemetry.value('test.open')).toBe(101);
    expect(
      await telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': 'too_many_series' }),
    ).toBe(50);
    expect(told.filter((line) => line.includes('test.open'))).toEqual([
      '[trademeter] test.open: no more than 100 series of a state are kept, got one more. Told once; trademeter.measurement.dropped counts every one (too_many_series).',
    ]);
  });
});

test('as many series as a metric may have are remembered to be at 0, and all are told to the SDK that is there', async () => {
  await using first = createTestTelemetry();
  metrics.setGlobalMeterProvider(first.meterProvider);
  const counter = createMeter({ name: 'test' }).counter(placed);
  for (let index = 0; index < 50; index += 1) counter.initialize({ symbol: `S${index}` });
  counter.add(1, { symbol: 'S49' });
  counter.initialize({ symbol: 'S49' });
  expect(await first.series('test.placed')).toHaveLength(50);
  expect(await first.value('test.placed')).toBe(1);

  await using second = createTestTelemetry();
  metrics.disable();
  metrics.setGlobalMeterProvider(second.meterProvider);
  counter.add(1, { symbol: 'S49' });
  expect(await second.series('test.placed')).toHaveLength(11);
});
