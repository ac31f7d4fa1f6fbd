import {
  type DataPoint,
  DataPointType,
  type Histogram,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';

/**
 * Spells what is not finite as protobuf's JSON has it: `"NaN"`, `"Infinity"`. OpenTelemetry's serializer would write
 * `null`, for which a receiver refuses the whole export, and each one after it. Our own instruments record nothing of
 * the kind, other people's do.
 *
 * @see https://protobuf.dev/programming-guides/json/
 */
export function spellNumbers(metrics: ResourceMetrics): ResourceMetrics {
  return {
    ...metrics,
    scopeMetrics: metrics.scopeMetrics.map((scope) => ({ ...scope, metrics: scope.metrics.map(spelledMetric) })),
  };
}

function spelledMetric(metric: MetricData): MetricData {
  if (metric.dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM) return metric;
  const points: readonly DataPoint<number | Histogram>[] = metric.dataPoints;
  if (points.every(({ value }) => isFinite(value))) return metric;
  // What stands for a number here is written where the number would be.
  return { ...metric, dataPoints: points.map((point) => ({ ...point, value: spell(point.value) })) } as MetricData;
}

function isFinite(value: number | Histogram): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return [value.sum, value.min, value.max].every((each) => each === undefined || Number.isFinite(each));
}

function spell(value: number | Histogram): unknown {
  if (typeof value === 'number') return spellNumber(value);
  const { sum, min, max } = value;
  return { ...value, sum: spellNumber(sum), min: spellNumber(min), max: spellNumber(max) };
}

function spellNumber(value: number | undefined): number | string | undefined {
  return value === undefined || Number.isFinite(value) ? value : String(value);
}
