import { expect, test } from 'vitest';
import { epochMilliseconds, secondsBetween } from './index.ts';

test.each([
  [1_767_623_400_000, 1_767_623_400_000],
  [new Date(1_767_623_400_000), 1_767_623_400_000],
  ['2026-01-05', Number.NaN],
  [undefined, Number.NaN],
  [5n, Number.NaN],
])('the milliseconds of %o', (moment, milliseconds) => {
  expect(epochMilliseconds(moment as never)).toBe(milliseconds);
});

test('seconds between two times are not negative, and those from an unknown time unknown', () => {
  expect(secondsBetween(1_000, 2_500)).toBe(1.5);
  expect(secondsBetween(2_500, 1_000)).toBe(0);
  expect(secondsBetween(Number.NaN, 1_000)).toBeNaN();
});
