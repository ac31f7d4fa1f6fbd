import { ExponentialHistogramStream } from './exponential-histogram-stream.ts';
import { HistogramStream } from './histogram-stream.ts';
import { LastValueStream } from './last-value-stream.ts';
import type { StoreContext, Stream, StreamOptions } from './stream.ts';
import { SumStream } from './sum-stream.ts';

/** Creates the stream of a synchronous instrument, unless the aggregation drops everything. */
export function createStream(options: StreamOptions, context: StoreContext): Stream {
  const { aggregation } = options;
  switch (aggregation.type) {
    case 'drop':
      throw new TypeError('a stream that drops everything is not created');
    case 'sum':
      return new SumStream(options, context);
    case 'last value':
      return new LastValueStream(options, context);
    case 'histogram':
      return new HistogramStream({ ...options, aggregation }, context);
    case 'exponential histogram':
      return new ExponentialHistogramStream({ ...options, aggregation }, context);
  }
}
