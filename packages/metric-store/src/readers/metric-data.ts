import type { DataPoint, MetricData } from '@opentelemetry/sdk-metrics';
import type { StoreTime } from '../cells/store-clock.ts';
import { firstCell, type Series } from '../series/series.ts';
import type { PointValue, StoreContext, Stream } from '../streams/stream.ts';

// The numbers of upstream's enumerations, to avoid loading them.
const temporalities = { delta: 0, cumulative: 1 };
const pointTypes = { histogram: 0, 'exponential histogram': 1, 'last value': 2, sum: 3, drop: Number.NaN };

/** Converts a stream for readers of `@opentelemetry/sdk-metrics`. */
export function metricDataOf(
  stream: Stream,
  series: readonly Series[],
  end: StoreTime,
  { clock, exemplars }: StoreContext,
): MetricData {
  const endTime = clock.toHrTime(end);
  const dataPoints = series.map((each) => {
    const point: DataPoint<PointValue> = {
      startTime: clock.toHrTime(stream.startOf(each, end)),
      endTime,
      attributes: each.attributes,
      value: stream.point(each.chunk.cells, firstCell(each)),
    };
    if (exemplars.isEmpty) return point;
    const own = exemplars.of(each);
    return own.length === 0 ? point : { ...point, exemplars: own };
  });
  const { type } = stream.aggregation;
  const data = {
    descriptor: stream.descriptor,
    aggregationTemporality: temporalities[stream.temporality],
    dataPointType: pointTypes[type],
    dataPoints,
    ...(type === 'sum' && { isMonotonic: stream.isMonotonic }),
  };
  return data as unknown as MetricData;
}
