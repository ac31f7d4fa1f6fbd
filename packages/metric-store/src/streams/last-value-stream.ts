import type { Attributes, Context } from '@opentelemetry/api';
import type { Series } from '../series/series.ts';
import { type StoreContext, Stream, type StreamOptions } from './stream.ts';

/**
 * A stream of last values, with one cell per series.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#last-value-aggregation
 */
export class LastValueStream extends Stream {
  constructor(options: StreamOptions, context: StoreContext) {
    super(options, context, 1);
  }

  override write(series: Series, value: number, attributes: Attributes, recorded: Context | undefined): void {
    const { chunk, index } = series;
    chunk.cells[index] = value;
    if (series.stamp !== chunk.epoch) this.touch(series);
    if (chunk.isSampling) this.context.exemplars.offerAny(series, 1, value, attributes, recorded);
  }

  override point(cells: Float64Array, index: number): number {
    return cells[index] as number;
  }
}
