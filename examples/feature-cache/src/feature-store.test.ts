import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instrumentCache } from '@trademeter/instrumentation-cache';
import { createTestTelemetry } from '@trademeter/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FeatureStore } from './feature-store.ts';

let telemetry: ReturnType<typeof createTestTelemetry>;
let folder: string;

beforeEach(() => {
  telemetry = createTestTelemetry();
  folder = mkdtempSync(join(tmpdir(), 'feature-store-'));
});

afterEach(async () => {
  await telemetry.shutdown();
  rmSync(folder, { recursive: true });
});

function open(memorySize = 2): FeatureStore {
  const cache = instrumentCache({ name: 'features', meterProvider: telemetry.meterProvider });
  return new FeatureStore({ cache, file: join(folder, 'features.sqlite'), memorySize });
}

const lookups = async (layer: string) =>
  Promise.all(
    ['hit', 'miss'].map((result) =>
      telemetry.value('trading.cache.lookups', { 'trading.cache.layer': layer, 'trading.cache.result': result }),
    ),
  );

test('calculates a feature once, then reads it from memory', async () => {
  using store = open();
  let calculations = 0;
  const calculate = () => (calculations += 1);
  expect(store.get('momentum', 'SPY', '2026-01-05', calculate)).toBe(1);
  expect(store.get('momentum', 'SPY', '2026-01-05', calculate)).toBe(1);
  expect(await lookups('l1_memory')).toEqual([1, 1]);
  expect(await lookups('l2_sqlite')).toEqual([0, 1]);
  expect(await telemetry.value('trading.cache.hit_ratio')).toBe(0.5);
  expect(await telemetry.histogram('trading.feature.calculation.duration')).toMatchObject({ count: 1 });
});

test('reads evicted features, and those of an earlier run, from disk', async () => {
  {
    using store = open();
    for (const symbol of ['A', 'B', 'C']) store.get('momentum', symbol, '2026-01-05', () => 1);
    expect(store.size).toBe(2);
    expect(store.get('momentum', 'A', '2026-01-05', () => 2)).toBe(1);
    expect(await lookups('l2_sqlite')).toEqual([1, 3]);
  }
  using store = open();
  expect(store.get('momentum', 'B', '2026-01-05', () => 2)).toBe(1);
  expect(await lookups('l2_sqlite')).toEqual([2, 3]);
  expect(await lookups('l1_memory')).toEqual([0, 5]);
});

test('keeps features, symbols and days apart', () => {
  using store = open();
  expect(store.get('momentum', 'SPY', '2026-01-05', () => 1)).toBe(1);
  expect(store.get('momentum', 'SPY', '2026-01-06', () => 2)).toBe(2);
  expect(store.get('momentum', 'QQQ', '2026-01-05', () => 3)).toBe(3);
  expect(store.get('volatility', 'SPY', '2026-01-05', () => 4)).toBe(4);
});

test('stores nothing if the calculation fails, and rethrows its error', async () => {
  using store = open();
  const failure = new RangeError('too few bars');
  expect(() =>
    store.get('momentum', 'SPY', '2026-01-05', () => {
      throw failure;
    }),
  ).toThrow(failure);
  expect(store.get('momentum', 'SPY', '2026-01-05', () => 1)).toBe(1);
  expect(
    await telemetry.histogram('trading.feature.calculation.duration', { 'error.type': 'RangeError' }),
  ).toMatchObject({ count: 1 });
});
