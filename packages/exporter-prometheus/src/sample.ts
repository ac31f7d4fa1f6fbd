import { type DataPoint, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import { type ClassicHistogram, explicitHistogram, exponentialHistogram } from './classic-histogram.ts';

/** What a data point comes to in Prometheus: one number, or a histogram with classic buckets. */
export type SampleValue = number | ClassicHistogram;

/** The points of a metric with their values as Prometheus has them. */
export function samplesOf(metric: MetricData): { point: DataPoint<unknown>; value: SampleValue }[] {
  switch (metric.dataPointType) {
    case DataPointType.HISTOGRAM:
      return metric.dataPoints.map((point) => ({ point, value: explicitHistogram(point.value) }));
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return metric.dataPoints.map((point) => ({ point, value: exponentialHistogram(point.value) }));
    default:
      return metric.dataPoints.map((point) => ({ point, value: point.value }));
  }
}

/**
 * Two points that came to have the same labels, as one: sums and histograms of the same buckets add up, as the data
 * model has it when attributes are removed. Of others (gauges) there is no sum.
 *
 * @returns `undefined` when they cannot be one
 */
export function mergedValue(a: SampleValue, b: SampleValue, additive: boolean): SampleValue | undefined {
  if (!additive) return undefined;
  if (typeof a === 'number') return typeof b === 'number' ? a + b : undefined;
  if (typeof b === 'number' || a.boundaries.length !== b.boundaries.length) return undefined;
  if (a.boundaries.some((boundary, index) => boundary !== b.boundaries[index])) return undefined;
  return {
    boundaries: a.boundaries,
    counts: a.counts.map((count, index) => count + (b.counts[index] ?? 0)),
    count: a.count + b.count,
    sum: a.sum === undefined || b.sum === undefined ? undefined : a.sum + b.sum,
  };
}
