import type { ExponentialHistogram, Histogram } from '@opentelemetry/sdk-metrics';

/**
 * A histogram as its lines show it: `counts[i]` observations in the bucket that ends at `boundaries[i]`, and one more
 * above.
 */
export interface ClassicHistogram {
  /** Ascending and finite. */
  readonly boundaries: readonly number[];
  /** One more than `boundaries`; not cumulative. */
  readonly counts: readonly number[];
  readonly count: number;
  /** Undefined where observations may be negative. */
  readonly sum: number | undefined;
}

/** A histogram in any shape. */
export type AnyHistogram = Histogram | ExponentialHistogram | ClassicHistogram;

export function isExponential(histogram: AnyHistogram): histogram is ExponentialHistogram {
  return 'scale' in histogram;
}

/** Converts a histogram to the shape of its lines. */
export function toClassic(histogram: AnyHistogram): ClassicHistogram {
  if ('buckets' in histogram) return explicitHistogram(histogram);
  return isExponential(histogram) ? exponentialHistogram([histogram]) : histogram;
}

/**
 * An explicit-bucket point. The SDK's boundaries ascend; those of other producers may be in any order, and any number.
 */
function explicitHistogram({ buckets, count, sum }: Histogram): ClassicHistogram {
  const { boundaries, counts } = buckets;
  if (isAscending(boundaries)) {
    return { boundaries, counts, count, sum };
  }
  const pairs = boundaries.map((boundary, index) => ({ boundary, count: counts[index] ?? 0 }));
  const kept: number[] = [];
  const folded: number[] = [];
  let carried = 0;
  for (const pair of pairs.filter(({ boundary }) => boundary < Infinity).toSorted((a, b) => a.boundary - b.boundary)) {
    if (pair.boundary === -Infinity) {
      carried += pair.count;
    } else if (pair.boundary === kept.at(-1)) {
      folded.push((folded.pop() ?? 0) + pair.count);
    } else {
      kept.push(pair.boundary);
      folded.push(carried + pair.count);
      carried = 0;
    }
  }
  return { boundaries: kept, counts: [...folded, totalOf(counts) - totalOf(folded)], count, sum };
}

/** Whether boundaries are finite and ascending. */
export function isAscending(boundaries: readonly number[]): boolean {
  return boundaries.every((boundary, index) => {
    return Number.isFinite(boundary) && (index === 0 || boundary > (boundaries[index - 1] ?? boundary));
  });
}

/**
 * Converts exponential points to classic buckets, which the specification allows where the format has no native
 * histograms. Several points are added up.
 *
 * Buckets end at powers of two (scale 0, or coarser if a point is). Merging buckets to a smaller scale is exact, and a
 * boundary keeps its meaning when the scale of the point changes, so rates over it stay right. A value that is exactly
 * a negative power of two counts one bucket too high, because buckets below zero include their lower end.
 *
 * @param points at least one
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#differences-between-prometheus-formats
 */
export function exponentialHistogram(points: readonly ExponentialHistogram[]): ClassicHistogram {
  const scale = Math.min(0, ...points.map((point) => point.scale));
  const boundaries: number[] = [];
  const counts: number[] = [];
  for (const [index, bucket] of bucketsAt(scale, points, ({ negative }) => negative).toReversed()) {
    boundaries.push(-powerOfTwo(index, scale));
    counts.push(bucket);
  }
  boundaries.push(0);
  counts.push(totalOf(points.map(({ zeroCount }) => zeroCount)));
  for (const [index, bucket] of bucketsAt(scale, points, ({ positive }) => positive)) {
    const boundary = powerOfTwo(index + 1, scale);
    if (boundary === Number.POSITIVE_INFINITY) break;
    boundaries.push(boundary);
    counts.push(bucket);
  }
  const count = totalOf(points.map((point) => point.count));
  counts.push(Math.max(0, count - totalOf(counts)));
  return explicitHistogram({ buckets: { boundaries, counts }, count, sum: sumOfAll(points) } as Histogram);
}

type Side = ExponentialHistogram['positive'];

/** The buckets of one side by index, ascending, at a scale that is at most that of every point. */
function bucketsAt(
  scale: number,
  points: readonly ExponentialHistogram[],
  side: (point: ExponentialHistogram) => Side,
): [index: number, count: number][] {
  const byIndex = new Map<number, number>();
  for (const point of points) {
    const { offset, bucketCounts } = side(point);
    const divisor = 2 ** (point.scale - scale);
    for (const [position, count] of bucketCounts.entries()) {
      const index = Math.floor((offset + position) / divisor);
      byIndex.set(index, (byIndex.get(index) ?? 0) + count);
    }
  }
  return [...byIndex].toSorted(([a], [b]) => a - b);
}

/** The upper end of the bucket below `index`: 2^(2^-scale × index). */
function powerOfTwo(index: number, scale: number): number {
  return 2 ** (index * 2 ** -scale);
}

export function totalOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The sum of all observations; `undefined` if one of the histograms has no sum. */
export function sumOfAll(histograms: readonly { readonly sum?: number | undefined }[]): number | undefined {
  const sums = histograms.flatMap(({ sum }) => sum ?? []);
  return sums.length === histograms.length ? totalOf(sums) : undefined;
}

/** Whether two lists have the same numbers. */
export function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false;
  return true;
}
