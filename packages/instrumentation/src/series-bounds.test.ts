import { metrics } from '@opentelemetry/api';
import { MetricReader } from '@opentelemetry/sdk-metrics';
import { MeterProvider } from '@trademeter/metric-store';
import { captureLogs, createTestTelemetry } from '@trademeter/testing';
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

class Reader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}

  /** The values of `test.open`, by symbol. */
  async values(): Promise<Record<string, unknown>> {
    const { resourceMetrics } = await this.collect();
    const all = resourceMetrics.scopeMetrics.flatMap(({ metrics: own }) => own);
    const points = all.find(({ descriptor }) => descriptor.name === 'test.open')?.dataPoints ?? [];
    return Object.fromEntries(points.map(({ attributes, value }) => [String(attributes['symbol']), value]));
  }
}

afterEach(() => metrics.disable());

describe('a state', () => {
  test('removes ended series after they were read, so that symbols may come and go', async () => {
    await using telemetry = createTestTelemetry();
    const state = createMeter({ name: 'test', meterProvider: telemetry.meterProvider }).observable(open);
    state.set(5, { symbol: 'held' });
    for (let round = 0; round < 40; round += 1) {
      for (let index = 0; index < 20; index += 1) state.add(1, { symbol: `S${round}-${index}` });
      expect(await telemetry.value('test.open')).toBe(25);
      for (let index = 0; index < 20; index += 1) state.add(-1, { symbol: `S${round}-${index}` });
      expect(await telemetry.value('test.open')).toBe(5);
    }
    // 800 symbols with a limit of 100: none was dropped, and removed ones can return
    expect(await telemetry.value('trademeter.measurement.dropped')).toBe(0);
    state.add(3, { symbol: 'S0-0' });
    expect(await telemetry.value('test.open', { symbol: 'S0-0' })).toBe(3);
    expect(await telemetry.value('test.open', { symbol: 'S1-0' })).toBe(0);
    expect(await telemetry.value('test.open', { symbol: 'held' })).toBe(5);
  });

  test('on an SDK whose series can end, series at 0 make room for new ones, and every reader reads their 0', async () => {
    const [often, seldom] = [new Reader(), new Reader()];
    const meterProvider = new MeterProvider({
      readers: [often, seldom],
      views: [{ instrumentName: 'test.open', aggregationCardinalityLimit: 10 }],
    });
    const state = createMeter({ name: 'test', meterProvider }).observable(open);
    for (let index = 0; index < 9; index += 1) state.set(1, { symbol: `old${index}` });
    await often.values();
    await seldom.values();
    for (let index = 0; index < 9; index += 1) state.set(0, { symbol: `old${index}` });
    for (let index = 0; index < 4; index += 1) state.set(2, { symbol: `new${index}` });
    const ending = { old0: 0, old1: 0, old2: 0, old3: 0 };
    expect(await often.values()).toMatchObject(ending);
    const others = { old4: 0, old5: 0, old6: 0, old7: 0, old8: 0 };
    expect(await often.values()).toEqual({ ...others, new0: 2, new1: 2, new2: 2, new3: 2 });
    expect(await seldom.values()).toMatchObject(ending);
    expect(await seldom.values()).not.toHaveProperty('old0');
  });

  test('whose series ended before there was an SDK reads 0 once, unless it was set again', async () => {
    const meter = createMeter({ name: 'test' });
    const state = meter.observable(open);
    for (const symbol of ['a', 'b', 'c']) {
      const bound = state.bind({ symbol });
      bound.set(3);
      bound.end();
      if (symbol === 'c') bound.set(4);
    }
    const reader = new Reader();
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
    expect(meter.isActive()).toBe(true);
    expect(await reader.values()).toEqual({ a: 0, b: 0, c: 4 });
    expect(await reader.values()).toEqual({ c: 4 });
  });

  test('without ended series keeps ten times the cardinality limit, and counts what it drops', async () => {
    using logs = captureLogs();
    await using telemetry = createTestTelemetry();
    const state = createMeter({ name: 'test', meterProvider: telemetry.meterProvider }).observable(open);
    for (let index = 0; index < 150; index += 1) state.set(1, { symbol: `S${index}` });
    state.set(2, { symbol: 'S0' });
    expect(await telemetry.value('test.open')).toBe(101);
    expect(
      await telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': 'too_many_series' }),
    ).toBe(50);
    expect(logs.messages.filter((line) => line.includes('test.open'))).toEqual([
      '[trademeter] test.open: a state keeps at most 100 series, got one more. Logged once; trademeter.measurement.dropped counts every drop (too_many_series).',
    ]);
  });
});

test('a state says whether an addition was dropped, so that it is not taken back later', async () => {
  using _logs = captureLogs();
  await using telemetry = createTestTelemetry();
  const state = createMeter({ name: 'test', meterProvider: telemetry.meterProvider }).observable(open);
  for (let index = 0; index < 100; index += 1) expect(state.add(1, { symbol: `S${index}` })).toBe(true);
  const late = state.bind({ symbol: 'late' });
  expect(state.add(1, { symbol: 'late' })).toBe(false);
  expect(late.add(1)).toBe(false);
  expect(late.add(Number.NaN)).toBe(false);
  expect(state.add(1, { symbol: 5 as unknown as string })).toBe(false);
  expect(state.add(-1, { symbol: 'S0' })).toBe(true);
  await telemetry.value('test.open');
  expect(late.add(1)).toBe(true);
});

test('initialized series are remembered up to the cardinality limit, and all are created on the current SDK', async () => {
  await using first = createTestTelemetry({ global: true });
  const counter = createMeter({ name: 'test' }).counter(placed);
  for (let index = 0; index < 50; index += 1) counter.initialize({ symbol: `S${index}` });
  counter.add(1, { symbol: 'S49' });
  counter.initialize({ symbol: 'S49' });
  expect(await first.series('test.placed')).toHaveLength(50);
  expect(await first.value('test.placed')).toBe(1);

  await using second = createTestTelemetry({ global: true });
  counter.add(1, { symbol: 'S49' });
  expect(await second.series('test.placed')).toHaveLength(11);
});
