import { AggregationType, type DataPoint, type ExponentialHistogram } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createStore } from '../../test/support.ts';
import { bucketIndex } from './exponential-mapping.ts';

const scales = Array.from({ length: 31 }, (_, index) => index - 10);
const exponents = Array.from({ length: 2_046 }, (_, index) => index - 1_022);

const double = new Float64Array(1);
const bits = new BigUint64Array(double.buffer);

/** The double this many steps after a value. */
function after(value: number, steps: number): number {
  double[0] = value;
  bits[0] = (bits[0] as bigint) + BigInt(steps);
  return double[0];
}

/** The bucket of `2 ** exponent`, or of the double right above or below it: (base ** index, base ** (index + 1)]. */
function exactIndex(exponent: number, step: -1 | 0 | 1, scale: number): number {
  if (scale >= 0) return step === 1 ? exponent * 2 ** scale : exponent * 2 ** scale - 1;
  const width = 2 ** -scale;
  return step === 1 ? Math.floor(exponent / width) : Math.ceil(exponent / width) - 1;
}

/** Whether a normal number is at most `2 ** (numerator / 2 ** scale)`, in whole numbers. */
function isAtMost(value: number, numerator: number, scale: number): boolean {
  double[0] = value;
  const pattern = bits[0] as bigint;
  const mantissa = (pattern & ((1n << 52n) - 1n)) | (1n << 52n);
  const exponent = Number((pattern >> 52n) & 0x7ffn) - 1_075;
  // Both sides raised to the power 2 ** scale.
  const shift = numerator - exponent * 2 ** scale;
  return shift >= 0 && mantissa ** BigInt(2 ** scale) <= 1n << BigInt(shift);
}

test.each(scales)('powers of 2 and their neighbours are in their buckets at scale %i', (scale) => {
  const wrong = exponents.flatMap((exponent) =>
    ([-1, 0, 1] as const).flatMap((step) => {
      const value = after(2 ** exponent, step);
      // Numbers that are not normal count as the smallest one that is.
      const expected = exactIndex(exponent, value < 2 ** -1022 ? 0 : step, scale);
      const found = bucketIndex(value, scale);
      return found === expected ? [] : [{ value, found, expected }];
    }),
  );
  expect(wrong).toEqual([]);
});

test('numbers that are not normal, and the largest, are in the outermost buckets', () => {
  for (const scale of scales) {
    expect(bucketIndex(Number.MIN_VALUE, scale)).toBe(exactIndex(-1022, 0, scale));
    expect(bucketIndex(Number.MAX_VALUE, scale)).toBe(exactIndex(1024, -1, scale));
  }
});

test('numbers around every other boundary are in their buckets, but perhaps for the one that is nearest', () => {
  const boundary = fc.integer({ min: 1, max: 8 }).chain((scale) =>
    fc.record({
      scale: fc.constant(scale),
      exponent: fc.integer({ min: -1_000, max: 1_000 }),
      part: fc.integer({ min: 1, max: 2 ** scale - 1 }),
      step: fc.integer({ min: -20, max: 20 }).filter((step) => Math.abs(step) > 1),
    }),
  );
  fc.assert(
    fc.property(boundary, ({ scale, exponent, part, step }) => {
      const numerator = exponent * 2 ** scale + part;
      const value = after(2 ** exponent * 2 ** (part / 2 ** scale), step);
      const expected = isAtMost(value, numerator, scale) ? numerator - 1 : numerator;
      expect(bucketIndex(value, scale)).toBe(expected);
    }),
    { numRuns: 2_000 },
  );
});

const recorded = fc.record({
  exponent: fc.integer({ min: -1_000, max: 1_000 }),
  step: fc.constantFrom(-1 as const, 0 as const, 1 as const),
});
const near = fc.record({ exponent: fc.integer({ min: -3, max: 3 }), step: recorded.map(({ step }) => step) });

test('a histogram has the buckets of the largest scale at which they are few enough', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.array(recorded, { minLength: 1 }), fc.array(near, { minLength: 1 })),
      fc.integer({ min: 2, max: 12 }),
      async (values, maxSize) => {
        const aggregation = { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize } } as const;
        const { reader, meter } = createStore({ views: [{ instrumentName: 'h', aggregation }] });
        const histogram = meter.createHistogram('h');
        for (const { exponent, step } of values) histogram.record(after(2 ** exponent, step));
        const indexesAt = (scale: number) => values.map(({ exponent, step }) => exactIndex(exponent, step, scale));
        const best = scales.findLast((scale) => {
          const indexes = indexesAt(scale);
          return Math.max(...indexes) - Math.min(...indexes) < maxSize;
        });
        const [point] = (await reader.points('h')) as DataPoint<ExponentialHistogram>[];
        const { scale, positive } = (point as DataPoint<ExponentialHistogram>).value;
        expect(scale).toBe(best);
        const first = Math.min(...indexesAt(scale));
        const counts: number[] = [];
        for (const index of indexesAt(scale)) counts[index - first] = (counts[index - first] ?? 0) + 1;
        expect(positive).toEqual({ offset: first, bucketCounts: Array.from(counts, (count) => count ?? 0) });
      },
    ),
    { numRuns: 300 },
  );
});
