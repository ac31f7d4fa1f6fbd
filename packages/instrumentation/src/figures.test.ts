import { createTestTelemetry } from '@trademeter/testing';
import { expect, test } from 'vitest';
import { createMeter, finiteNumber, listOf, numberBetween, oneOf, requireFunction } from './index.ts';

test('an invalid figure is dropped as an invalid value, and logged', async () => {
  await using telemetry = createTestTelemetry();
  const meter = createMeter({ name: 'test', meterProvider: telemetry.meterProvider });
  const isAccepted = (figure: unknown) => meter.accepts('test.size', 'the confidence', figure, numberBetween(0, 1));
  expect([0, 0.5, 1].map(isAccepted)).toEqual([true, true, true]);
  expect([-0.1, 80, Number.NaN, '0.5', undefined].map(isAccepted)).toEqual([false, false, false, false, false]);
  expect(await telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': 'invalid_value' })).toBe(
    5,
  );
});

test.each([
  [0, true],
  [-1e300, true],
  [Number.NaN, false],
  [Number.POSITIVE_INFINITY, false],
  ['1', false],
])('%o is a finite number: %o', (value, isFinite) => {
  expect(finiteNumber.accepts(value)).toBe(isFinite);
  expect(finiteNumber.allowed).toBe('a finite number');
});

test('a list is valid if each of its items is valid', () => {
  const sides = listOf(oneOf('buy', 'sell'), 'sides');
  expect(sides.allowed).toBe('a list of sides');
  expect([[], ['buy'], ['sell', 'buy']].every((list) => sides.accepts(list))).toBe(true);
  expect([['buy', 'hold'], 'buy', { 0: 'buy', length: 1 }, undefined].some((list) => sides.accepts(list))).toBe(false);
});

test('anything except a function throws what a call would throw', () => {
  expect(() => requireFunction(() => undefined)).not.toThrow();
  expect(() => requireFunction('get')).toThrow(new TypeError('"get" is not a function'));
  expect(() => requireFunction(undefined)).toThrow(new TypeError('undefined is not a function'));
});
