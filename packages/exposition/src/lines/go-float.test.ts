import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatGoFloat } from './go-float.ts';
import golden from './testdata/go-floats.json' with { type: 'json' };

test('writes numbers as Go does', () => {
  for (const [value, expected] of golden.floats) expect(formatGoFloat(value as number)).toBe(expected);
});

test.each([
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
  [Number.NaN, 'NaN'],
  [-0, '0'],
  [2_592_000, '2.592e+06'],
])('writes %d as %s', (value, expected) => {
  expect(formatGoFloat(value)).toBe(expected);
});

test('reads back as the same number', () => {
  fc.assert(
    fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (value) => {
      expect(Number(formatGoFloat(value))).toBe(value === 0 ? 0 : value);
    }),
  );
});
