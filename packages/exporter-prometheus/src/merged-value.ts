import {
  type AnyHistogram,
  type ClassicHistogram,
  exponentialHistogram,
  isExponential,
  sameNumbers,
  sumOfAll,
  toClassic,
  totalOf,
} from './classic-histogram.ts';

/** What the lines of a series show. */
export type SeriesValue = number | AnyHistogram;

/**
 * The sum of values, as far as they can be added to the first: of histograms, those that have its buckets. Exponential
 * ones always have, since buckets can be made coarser without an error.
 *
 * @param values at least one
 * @returns with the number of values that are in the sum
 * @see https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponential-scale
 */
export function sumOf(values: readonly SeriesValue[]): { readonly value: SeriesValue; readonly count: number } {
  const [first] = values as readonly [SeriesValue];
  if (values.length === 1) return { value: first, count: 1 };
  if (typeof first === 'number') {
    const numbers = values.filter((value) => typeof value === 'number');
    return { value: totalOf(numbers), count: numbers.length };
  }
  const histograms = values.filter((value) => typeof value !== 'number');
  if (isExponential(first)) {
    const exponential = histograms.filter(isExponential);
    return { value: exponentialHistogram(exponential), count: exponential.length };
  }
  const { boundaries } = toClassic(first);
  const alike = histograms
    .filter((histogram) => !isExponential(histogram))
    .map(toClassic)
    .filter((histogram) => sameNumbers(histogram.boundaries, boundaries));
  return { value: sumOfClassic(boundaries, alike), count: alike.length };
}

function sumOfClassic(boundaries: readonly number[], histograms: readonly ClassicHistogram[]): ClassicHistogram {
  const counts = [...boundaries, Number.POSITIVE_INFINITY].map((_, bucket) =>
    totalOf(histograms.map((histogram) => histogram.counts[bucket] ?? 0)),
  );
  const count = totalOf(histograms.map((histogram) => histogram.count));
  return { boundaries, counts, count, sum: sumOfAll(histograms) };
}
