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

/** The value of a series: a number or a histogram. */
export type SeriesValue = number | AnyHistogram;

/** The sum of parts, and which parts it includes. */
export interface Sum<Part> {
  readonly value: SeriesValue;
  readonly added: readonly Part[];
}

/**
 * Adds up values as far as they fit the first one: histograms need its buckets. Exponential histograms always fit,
 * because buckets can be merged exactly.
 *
 * @param parts at least one
 * @see https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponential-scale
 */
export function sumOf<Part extends { readonly value: SeriesValue }>(parts: readonly Part[]): Sum<Part> {
  const [{ value: first }] = parts as readonly [Part, ...Part[]];
  const added = parts.filter(({ value }) => value === first || canBeAdded(first, value));
  return { value: added.length === 1 ? first : total(added.map(({ value }) => value)), added };
}

function canBeAdded(first: SeriesValue, value: SeriesValue): boolean {
  if (typeof first === 'number' || typeof value === 'number') return typeof first === typeof value;
  if (isExponential(first) || isExponential(value)) return isExponential(first) && isExponential(value);
  return sameNumbers(toClassic(first).boundaries, toClassic(value).boundaries);
}

function total(values: readonly SeriesValue[]): SeriesValue {
  const histograms = values.filter((value) => typeof value !== 'number');
  if (histograms.length === 0) return totalOf(values.filter((value) => typeof value === 'number'));
  const exponential = histograms.filter(isExponential);
  return exponential.length > 0 ? exponentialHistogram(exponential) : sumOfClassic(histograms.map(toClassic));
}

function sumOfClassic(histograms: readonly ClassicHistogram[]): ClassicHistogram {
  const boundaries = histograms[0]?.boundaries ?? [];
  const counts = [...boundaries, Number.POSITIVE_INFINITY].map((_, bucket) =>
    totalOf(histograms.map((histogram) => histogram.counts[bucket] ?? 0)),
  );
  const count = totalOf(histograms.map((histogram) => histogram.count));
  return { boundaries, counts, count, sum: sumOfAll(histograms) };
}
