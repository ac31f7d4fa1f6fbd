import { createTestTelemetry } from '@trademeter/testing';
import { describe, expect, test } from 'vitest';
import { createMeter, epochMilliseconds, secondsBetween } from './index.ts';

test.each([
  [1_767_623_400_000, 1_767_623_400_000],
  [new Date(1_767_623_400_000), 1_767_623_400_000],
  ['2026-01-05', Number.NaN],
  [undefined, Number.NaN],
  [5n, Number.NaN],
  ['1767623400000', 1_767_623_400_000],
  ['1767623400000.456', 1_767_623_400_000.456],
  ['2026-01-05T14:30:00Z', 1_767_623_400_000],
  ['2026-01-05T14:30:00.123456789Z', 1_767_623_400_123],
  ['2026-01-05T15:30:00+01:00', 1_767_623_400_000],
  ['2026-01-05T14:30:00', Number.NaN],
  ['yesterday', Number.NaN],
])('the milliseconds of %o', (moment, milliseconds) => {
  expect(epochMilliseconds(moment as never)).toBe(milliseconds);
});

test('seconds between two times are never negative, and NaN from an unknown time', () => {
  expect(secondsBetween(1_000, 2_500)).toBe(1.5);
  expect(secondsBetween(2_500, 1_000)).toBe(0);
  expect(secondsBetween(Number.NaN, 1_000)).toBeNaN();
});

describe('the age of a moment', () => {
  const now = Date.UTC(2026, 0, 5);

  function setUp() {
    const telemetry = createTestTelemetry();
    const meter = createMeter({ name: 'test', meterProvider: telemetry.meterProvider, now: () => now });
    const dropped = () =>
      telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': 'invalid_value' });
    return { meter, dropped };
  }

  test.each([
    [now - 1_500, 1.5],
    [new Date(now - 1_500), 1.5],
    [now + 1, 0],
    [now + 5_000, 0],
    [undefined, undefined],
    [null, undefined],
  ])('%o', async (moment, seconds) => {
    const { meter, dropped } = setUp();
    expect(meter.ageSeconds('test', 'openedTime', moment)).toBe(seconds);
    expect(await dropped()).toBe(0);
  });

  test.each([
    [now + 5_001],
    [now + 60_000],
    [now * 1_000],
    [now * 1e6],
    ['2026-01-05'],
    [Number.NaN],
    [now / 1_000],
    [`${now / 1_000}`],
    [`${now / 1_000}.25`],
  ])('that is %o is dropped and counted', async (moment) => {
    const { meter, dropped } = setUp();
    expect(meter.ageSeconds('test', 'openedTime', moment as never)).toBeUndefined();
    expect(await dropped()).toBe(1);
  });
});
