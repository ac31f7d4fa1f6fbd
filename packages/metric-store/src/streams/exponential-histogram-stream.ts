import type { Attributes, Context } from '@opentelemetry/api';
import type { Series } from '../series/series.ts';
import type { Aggregation } from './aggregation.ts';
import { isNonNegative } from './descriptor.ts';
import { bucketIndex, lowestScale } from './exponential-mapping.ts';
import { type ExponentialHistogramValue, type StoreContext, Stream, type StreamOptions } from './stream.ts';

// The cells of a series: these, then a range of positive buckets and, if values may be negative, one of negative buckets.
const cellOf = { count: 0, sum: 1, zeros: 2, min: 3, max: 4, scale: 5 } as const;
const headCells = 6;
// The cells of a range: the index of its first bucket, the number of buckets, and their counts.
const rangeHead = 2;

/** The offsets of an exponential histogram's cells. */
export interface ExponentialLayout {
  readonly count: number;
  readonly sum: number;
  readonly zeros: number;
  readonly min: number;
  readonly max: number;
  readonly scale: number;
  /** A range begins with the index of its first bucket and its number of buckets. */
  readonly positive: number;
  /** `undefined` if values are never negative. */
  readonly negative: number | undefined;
  readonly hasSum: boolean;
  readonly hasMinMax: boolean;
}

/**
 * A stream of base-2 exponential histograms, whose buckets widen as needed.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#base2-exponential-bucket-histogram-aggregation
 */
export class ExponentialHistogramStream extends Stream {
  readonly layout: ExponentialLayout;
  readonly #maxSize: number;
  readonly #maxScale: number;

  constructor(
    options: StreamOptions & { readonly aggregation: Aggregation & { readonly type: 'exponential histogram' } },
    context: StoreContext,
  ) {
    const { maxSize, maxScale, hasMinMax } = options.aggregation;
    const rangeCells = rangeHead + maxSize;
    const hasNegative = !isNonNegative(options.descriptor.type);
    super(options, context, headCells + (hasNegative ? 2 : 1) * rangeCells);
    this.#maxSize = maxSize;
    this.#maxScale = maxScale;
    this.layout = {
      ...cellOf,
      positive: headCells,
      negative: hasNegative ? headCells + rangeCells : undefined,
      hasSum: !hasNegative,
      hasMinMax,
    };
  }

  override write(series: Series, value: number, attributes: Attributes, recorded: Context | undefined): void {
    const { chunk, index } = series;
    const { cells } = chunk;
    const sum = (cells[index + cellOf.sum] as number) + value;
    if (sum - sum !== 0) {
      this.context.dropped.drop(this.descriptor.name, 'infinite_sum', `${value} would make its sum infinite`);
      return;
    }
    cells[index + cellOf.sum] = sum;
    cells[index + cellOf.count] = (cells[index + cellOf.count] as number) + 1;
    if (value < (cells[index + cellOf.min] as number)) cells[index + cellOf.min] = value;
    if (value > (cells[index + cellOf.max] as number)) cells[index + cellOf.max] = value;
    if (value === 0) cells[index + cellOf.zeros] = (cells[index + cellOf.zeros] as number) + 1;
    else this.#count(cells, index, value);
    if (series.stamp !== chunk.epoch) this.touch(series);
    if (chunk.isSampling)
      this.context.exemplars.offerAny(series, Math.min(20, this.#maxSize), value, attributes, recorded);
  }

  override point(cells: Float64Array, index: number): ExponentialHistogramValue {
    const { positive, negative, hasSum, hasMinMax } = this.layout;
    const count = cells[index + cellOf.count] as number;
    const zeroCount = cells[index + cellOf.zeros] as number;
    const showsMinMax = hasMinMax && count > 0;
    return {
      min: showsMinMax ? cells[index + cellOf.min] : undefined,
      max: showsMinMax ? cells[index + cellOf.max] : undefined,
      sum: hasSum ? cells[index + cellOf.sum] : undefined,
      positive: rangeOf(cells, index + positive),
      negative: negative === undefined ? { offset: 0, bucketCounts: [] } : rangeOf(cells, index + negative),
      count,
      // With zeros only, any scale is right.
      scale: count === zeroCount ? 0 : (cells[index + cellOf.scale] as number),
      zeroCount,
    };
  }

  protected override reset({ chunk, index }: Series): void {
    chunk.cells[index + cellOf.min] = Number.POSITIVE_INFINITY;
    chunk.cells[index + cellOf.max] = Number.NEGATIVE_INFINITY;
    chunk.cells[index + cellOf.scale] = this.#maxScale;
  }

  #count(cells: Float64Array, index: number, value: number): void {
    const { positive, negative = positive } = this.layout;
    const range = index + (value > 0 ? positive : negative);
    const magnitude = Math.abs(value);
    let scale = cells[index + cellOf.scale] as number;
    let bucket = bucketIndex(magnitude, scale);
    const excess = this.#excess(cells, range, bucket);
    if (excess > 0) {
      scale = Math.max(scale - excess, lowestScale);
      this.#widen(cells, index, (cells[index + cellOf.scale] as number) - scale);
      cells[index + cellOf.scale] = scale;
      bucket = bucketIndex(magnitude, scale);
    }
    increment(cells, range, bucket);
  }

  /** By how much the scale must decrease to include another bucket in the range. */
  #excess(cells: Float64Array, range: number, bucket: number): number {
    const length = cells[range + 1] as number;
    if (length === 0) return 0;
    const first = cells[range] as number;
    let low = Math.min(bucket, first);
    let top = Math.max(bucket, first + length - 1);
    let excess = 0;
    while (top - low >= this.#maxSize) {
      low = Math.floor(low / 2);
      top = Math.floor(top / 2);
      excess += 1;
    }
    return excess;
  }

  #widen(cells: Float64Array, index: number, by: number): void {
    const { positive, negative } = this.layout;
    widenRange(cells, index + positive, by);
    if (negative !== undefined) widenRange(cells, index + negative, by);
  }
}

function rangeOf(cells: Float64Array, range: number): { readonly offset: number; readonly bucketCounts: number[] } {
  const counts = range + rangeHead;
  return {
    offset: cells[range] as number,
    bucketCounts: Array.from(cells.subarray(counts, counts + (cells[range + 1] as number))),
  };
}

/** Counts in a bucket for which the range has room. */
function increment(cells: Float64Array, range: number, bucket: number): void {
  const counts = range + rangeHead;
  let first = cells[range] as number;
  let length = cells[range + 1] as number;
  if (length === 0) {
    first = bucket;
    length = 1;
  } else if (bucket < first) {
    const by = first - bucket;
    cells.copyWithin(counts + by, counts, counts + length);
    cells.fill(0, counts, counts + by);
    first = bucket;
    length += by;
  } else if (bucket >= first + length) {
    length = bucket - first + 1;
  }
  cells[range] = first;
  cells[range + 1] = length;
  cells[counts + bucket - first] = (cells[counts + bucket - first] as number) + 1;
}

/** Merges `2 ** by` adjacent buckets into one. */
function widenRange(cells: Float64Array, range: number, by: number): void {
  const length = cells[range + 1] as number;
  if (length === 0) return;
  const counts = range + rangeHead;
  const first = cells[range] as number;
  const width = 2 ** by;
  const newFirst = Math.floor(first / width);
  let newLength = 0;
  for (let position = 0; position < length; position += 1) {
    const to = Math.floor((first + position) / width) - newFirst;
    const count = cells[counts + position] as number;
    cells[counts + position] = 0;
    // Never overwrites counts that are still to be read.
    cells[counts + to] = (cells[counts + to] as number) + count;
    newLength = to + 1;
  }
  cells[range] = newFirst;
  cells[range + 1] = newLength;
}
