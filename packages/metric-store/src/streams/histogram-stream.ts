import type { Attributes, Context } from '@opentelemetry/api';
import type { Series } from '../series/series.ts';
import type { Aggregation } from './aggregation.ts';
import { isNonNegative } from './descriptor.ts';
import { type HistogramValue, type StoreContext, Stream, type StreamOptions } from './stream.ts';

const mostLinear = 32;

/** Where the cells of a histogram are, from its first one on. */
export interface HistogramLayout {
  /** Upper boundaries; there is one bucket more, and the buckets come first. */
  readonly boundaries: readonly number[];
  readonly sum: number;
  readonly count: number;
  /** Only meaningful when something was recorded. */
  readonly min: number;
  readonly max: number;
  readonly hasSum: boolean;
  readonly hasMinMax: boolean;
}

/**
 * A stream of histograms with explicit boundaries: the buckets, sum, count, min and max of a series are neighbouring
 * cells.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#explicit-bucket-histogram-aggregation
 */
export class HistogramStream extends Stream {
  readonly layout: HistogramLayout;
  readonly #boundaries: Float64Array;

  constructor(
    options: StreamOptions & { readonly aggregation: Aggregation & { readonly type: 'histogram' } },
    context: StoreContext,
  ) {
    const { boundaries, hasMinMax } = options.aggregation;
    const buckets = boundaries.length + 1;
    super(options, context, buckets + 4);
    this.#boundaries = Float64Array.from(boundaries);
    this.layout = {
      boundaries,
      sum: buckets,
      count: buckets + 1,
      min: buckets + 2,
      max: buckets + 3,
      hasSum: isNonNegative(options.descriptor.type),
      hasMinMax,
    };
  }

  override write(series: Series, value: number, attributes: Attributes, recorded: Context | undefined): void {
    const { chunk, index } = series;
    const { cells, blocks, epoch } = chunk;
    const boundaries = this.#boundaries;
    const { length } = boundaries;
    let bucket = 0;
    if (length > mostLinear) bucket = this.#search(value);
    else while (bucket < length && value > (boundaries[bucket] as number)) bucket += 1;
    const at = index + length + 1;
    const sum = (cells[at] as number) + value;
    if (sum - sum !== 0) {
      this.context.dropped.drop(this.descriptor.name, 'infinite_sum', `${value} would make its sum infinite`);
      return;
    }
    const cell = index + bucket;
    cells[cell] = (cells[cell] as number) + 1;
    cells[at] = sum;
    cells[at + 1] = (cells[at + 1] as number) + 1;
    if (value < (cells[at + 2] as number)) cells[at + 2] = value;
    if (value > (cells[at + 3] as number)) cells[at + 3] = value;
    blocks[cell >> 6] = epoch;
    blocks[at >> 6] = epoch;
    blocks[(at + 3) >> 6] = epoch;
    series.stamp = epoch;
    if (chunk.isSampling) this.context.exemplars.offer(series, bucket, value, attributes, recorded);
  }

  override point(cells: Float64Array, index: number): HistogramValue {
    const { boundaries, sum, count, min, max, hasSum, hasMinMax } = this.layout;
    const total = cells[index + count] as number;
    const showsMinMax = hasMinMax && total > 0;
    return {
      min: showsMinMax ? cells[index + min] : undefined,
      max: showsMinMax ? cells[index + max] : undefined,
      sum: hasSum ? cells[index + sum] : undefined,
      buckets: {
        boundaries: boundaries as number[],
        counts: Array.from(cells.subarray(index, index + boundaries.length + 1)),
      },
      count: total,
    };
  }

  protected override reset({ chunk, index }: Series): void {
    chunk.cells[index + this.layout.min] = Number.POSITIVE_INFINITY;
    chunk.cells[index + this.layout.max] = Number.NEGATIVE_INFINITY;
  }

  /** The bucket whose boundary is the first that is not below the value. */
  #search(value: number): number {
    let low = 0;
    let high = this.#boundaries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value > (this.#boundaries[middle] as number)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
