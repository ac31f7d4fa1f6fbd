import { expect, test } from 'vitest';
import { formatBytes, formatDuration, formatNumber, formatSigned, formatTick, formatValue } from './format.js';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test.each([
  [0.00082, '820 µs'],
  [0.0031, '3.1 ms'],
  [0.0000005, '500 ns'],
  [0.9996, '1 s'],
  [4.24, '4.2 s'],
  [59.7, '1 m'],
  [61, '1 m 1 s'],
  [4320, '1 h 12 m'],
  [90_000, '1 d 1 h'],
  [0, '0 s'],
  [-0.5, '−500 ms'],
  [Number.NaN, '–'],
  [Number.POSITIVE_INFINITY, '∞'],
])('a duration of %d s is %s', (seconds, text) => {
  expect(plain(formatDuration(seconds))).toBe(text);
});

test.each([
  [195.05000000000996, 'USD', '195.05 USD'],
  [103_482.168, 'USD', '103,482.17 USD'],
  [-0.004, 'USD', '−0.004 USD'],
  [0.003212, 'USD', '0.00321 USD'],
  [0, 'EUR', '0.00 EUR'],
  [-1234.5, '', '−1,234.50'],
])('an amount of %d %s is %s', (value, currency, text) => {
  expect(plain(formatValue('money', value, currency))).toBe(text);
});

test.each([
  ['share', 0.0413, '4.1 %'],
  ['share', 1, '100 %'],
  ['share', 0.00012, '0.012 %'],
  ['count', 1234, '1,234'],
  ['count', 3.0000001, '3'],
  ['bytes', 53_700, '53.7 kB'],
  ['bytes', 999_900, '1 MB'],
  ['bytes', 12, '12 B'],
  ['basisPoints', -2.345, '−2.35 bp'],
  ['perMinute', 12.34, '12.3/min'],
  ['number', Number.NaN, '–'],
] as const)('as %s, %d is %s', (unit, value, text) => {
  expect(plain(formatValue(unit, value))).toBe(text);
});

test('shows the sign of a gain, but not of 0', () => {
  expect(plain(formatSigned('money', 12, 'USD'))).toBe('+12.00 USD');
  expect(plain(formatSigned('share', -0.012))).toBe('−1.2 %');
  expect(plain(formatSigned('share', 0))).toBe('0 %');
  expect(formatNumber(-0)).toBe('0');
  expect(plain(formatBytes(Number.NaN))).toBe('–');
});

test('shortens figures at an axis only as long as they differ', () => {
  expect(['money', 'money'].map((unit) => formatTick(unit as 'money', 102_500, 2500))).toEqual(['102.5k', '102.5k']);
  expect(formatTick('money', 100_000, 10_000)).toBe('100k');
  expect(formatTick('count', 0.5, 0.5)).toBe('0.5');
  expect(plain(formatTick('share', 0.025, 0.025))).toBe('2.5 %');
});
