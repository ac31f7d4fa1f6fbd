import type { Attributes, Context } from '@opentelemetry/api';
import type { Series } from '../series/series.ts';
import type { Aggregation } from './aggregation.ts';
import { BucketTable } from './bucket-table.ts';
import { isNonNegative } from './descriptor.ts';
import { type HistogramValue, type StoreContext, Stream, type StreamOptions } from './stream.ts';

/** The offsets of a histogram's cells. */
export interface HistogramLayout {
  /** Upper boundaries. There is one more bucket; buckets are the first cells. */
  readonly boundaries: readonly number[];
  readonly sum: number;
  readonly count: number;
  /** Only meaningful after a recording. */
  readonly min: number;
  readonly max: number;
  readonly hasSum: boolean;
  readonly hasMinMax: boolean;
}

/**
 * A stream of histograms with explicit boundaries. The buckets, sum, count, min and max of a series are adjacent cells.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#explicit-bucket-histogram-aggregation
 */
export class HistogramStream extends Stream {
  readonly layout: HistogramLayout;
  readonly #buckets: BucketTable;
  // The offset of the sum; count, min and max follow.
  readonly #sum: number;

  constructor(
    options: StreamOptions & { readonly aggregation: Aggregation & { readonly type: 'histogram' } },
    context: StoreContext,
  ) {
    const { boundaries, hasMinMax } = options.aggregation;
    const buckets = boundaries.length + 1;
    super(options, context, buckets + 4);
    this.#buckets = new BucketTable(boundaries);
    this.#sum = buckets;
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
    const { cells } = chunk;
    const bucket = this.#buckets.find(value);
    const at = index + this.#sum;
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
    if (series.stamp !== chunk.epoch) this.touch(series);
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
}
