import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BucketTable } from './bucket-table.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const dense = fc.integer({ min: -50, max: 2_000 }).map((value) => value / 8);
const anyBoundaries = fc.uniqueArray(fc.oneof(finite, dense), { maxLength: 60, comparator: (a, b) => a === b });

/** The specification's rule as a linear search. */
function bucketOf(boundaries: readonly number[], value: number): number {
  const found = boundaries.findIndex((boundary) => value <= boundary);
  return found === -1 ? boundaries.length : found;
}

/** The neighbours of a double. */
function around(value: number): number[] {
  const step = Math.max(Math.abs(value) * Number.EPSILON, Number.MIN_VALUE);
  return [value - step, value, value + step].filter((each) => Number.isFinite(each));
}

test('finds the first boundary that is not below a value', () => {
  fc.assert(
    fc.property(anyBoundaries, fc.array(fc.oneof(finite, dense)), (given, values) => {
      const boundaries = given.toSorted((a, b) => a - b);
      const table = new BucketTable(boundaries);
      for (const value of [...values, ...boundaries.flatMap(around), 0, -0, Number.MIN_VALUE, Number.MAX_VALUE]) {
        expect(table.find(value), `${value} in ${boundaries.join()}`).toBe(bucketOf(boundaries, value));
      }
    }),
  );
});

test.each([
  [[], 5, 0],
  [[-1], -2, 0],
  [[-1], 5, 1],
  [[0], 0, 0],
  [[0], Number.MIN_VALUE, 1],
  [[Number.MIN_VALUE, Number.MAX_VALUE], 1, 1],
  [[1, 1.1, 1.2, 1.25], 1.2, 2],
])('with boundaries %j, %d is in bucket %i', (boundaries, value, bucket) => {
  expect(new BucketTable(boundaries).find(value)).toBe(bucket);
});
