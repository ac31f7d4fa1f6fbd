import type { ExponentialHistogram, Histogram } from '@opentelemetry/sdk-metrics';

/** A histogram as its lines are: `counts[i]` observations in the bucket that ends at `boundaries[i]`, one more above. */
export interface ClassicHistogram {
  /** Ascending, finite. */
  readonly boundaries: readonly number[];
  /** One longer than `boundaries`; not cumulative. */
  readonly counts: readonly number[];
  readonly count: number;
  /** Absent where observations may be negative. */
  readonly sum: number | undefined;
}

/** An explicit-bucket point. The SDK's boundaries ascend; of other producers' ones, any order and any number will do. */
export function explicitHistogram({ buckets, count, sum }: Histogram): ClassicHistogram {
  const { boundaries, counts } = buckets;
  if (boundaries.every((boundary, index) => isAscending(boundaries, boundary, index))) {
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
  const all = counts.reduce((total, each) => total + each, 0);
  const below = folded.reduce((total, each) => total + each, 0);
  return { boundaries: kept, counts: [...folded, all - below], count, sum };
}

function isAscending(boundaries: readonly number[], boundary: number, index: number): boolean {
  return Number.isFinite(boundary) && (index === 0 || boundary > (boundaries[index - 1] ?? boundary));
}

/**
 * An exponential point as classic buckets, which the specification allows where the format has no native histograms.
 *
 * The buckets end at powers of two (scale 0, or coarser when the point is): merging buckets to a smaller scale is
 * exact, and a boundary once shown keeps its meaning however the scale of the point changes, so that rates over it
 * stay right. A value that is exactly a negative power of two counts one bucket too high, because the buckets below
 * zero include their lower end.
 *
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#differences-between-prometheus-formats
 */
export function exponentialHistogram(point: ExponentialHistogram): ClassicHistogram {
  const shift = Math.max(0, point.scale);
  const scale = point.scale - shift;
  const boundaries: number[] = [];
  const counts: number[] = [];
  const negative = mergedBuckets(point.negative.offset, point.negative.bucketCounts, shift);
  for (const [index, count] of negative.toReversed()) {
    boundaries.push(-powerOfTwo(index, scale));
    counts.push(count);
  }
  boundaries.push(0);
  counts.push(point.zeroCount);
  for (const [index, count] of mergedBuckets(point.positive.offset, point.positive.bucketCounts, shift)) {
    const boundary = powerOfTwo(index + 1, scale);
    if (boundary === Number.POSITIVE_INFINITY) break;
    boundaries.push(boundary);
    counts.push(count);
  }
  const below = counts.reduce((total, count) => total + count, 0);
  counts.push(Math.max(0, point.count - below));
  return explicitHistogram({ buckets: { boundaries, counts }, count: point.count, sum: point.sum } as Histogram);
}

/** Buckets by their index at a scale smaller by `shift`, without gaps, ascending. */
function mergedBuckets(offset: number, counts: readonly number[], shift: number): [index: number, count: number][] {
  const merged: [number, number][] = [];
  const divisor = 2 ** shift;
  for (const [position, count] of counts.entries()) {
    const index = Math.floor((offset + position) / divisor);
    const last = merged.at(-1);
    if (last?.[0] === index) last[1] += count;
    else merged.push([index, count]);
  }
  return merged;
}

/** The upper end of the bucket below `index`: 2^(2^-scale × index). */
function powerOfTwo(index: number, scale: number): number {
  return 2 ** (index * 2 ** -scale);
}
