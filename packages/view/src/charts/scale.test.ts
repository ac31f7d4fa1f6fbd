import { expect, test } from 'vitest';
import { formatTick } from '../page/format.js';
import { linearScale } from './scale.js';

const labels = (high: number, unit: 'seconds' | 'number') => {
  const { ticks, step } = linearScale(0, high, 3, { min: 0, unit });
  return ticks.map((tick) => formatTick(unit, tick, step).replaceAll('\u00a0', ' '));
};

test.each([
  [0.5, ['0 s', '200 ms', '400 ms', '600 ms']],
  [25, ['0 s', '10 s', '20 s', '30 s']],
  [40, ['0 s', '15 s', '30 s', '45 s']],
  [400, ['0 s', '5 m', '10 m']],
  [60_000, ['0 s', '6 h', '12 h', '18 h']],
  [500_000, ['0 s', '2 d', '4 d', '6 d']],
])('an axis of durations up to %d seconds has whole units', (high, expected) => {
  expect(labels(high, 'seconds')).toEqual(expected);
});

test('an axis of other figures keeps powers of ten', () => {
  expect(labels(60_000, 'number')).toEqual(['0', '20k', '40k', '60k']);
});
