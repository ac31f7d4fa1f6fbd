import { type HrTime, ValueType } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type CollectionResult,
  DataPointType,
  type MetricData,
  type MetricProducer,
  type ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Exemplar } from '@trademeter/exposition';

/** A data point from a producer. */
export interface ProducedPoint<Value> {
  readonly attributes: object;
  readonly value: Value;
  readonly endTime?: HrTime;
  readonly exemplars?: readonly Exemplar[] | undefined;
}

/** A metric producer besides the SDK, with metrics that the test chooses. */
export class Producer implements MetricProducer {
  scopeMetrics: ScopeMetrics[] = [];

  show(metrics: readonly MetricData[], scope = 'produced'): void {
    this.scopeMetrics = [{ scope: { name: scope }, metrics: [...metrics] }];
  }

  collect(): Promise<CollectionResult> {
    const resourceMetrics = { resource: emptyResource(), scopeMetrics: this.scopeMetrics };
    return Promise.resolve({ resourceMetrics, errors: [] });
  }
}

/** A metric of any kind from a producer, unchecked. */
export function produced(
  kind: 'counter' | 'updowncounter' | 'gauge' | 'histogram' | 'exponential_histogram',
  name: string,
  points: readonly ProducedPoint<unknown>[],
  { unit = '', description = '' } = {},
): MetricData {
  const dataPointType = {
    counter: DataPointType.SUM,
    updowncounter: DataPointType.SUM,
    gauge: DataPointType.GAUGE,
    histogram: DataPointType.HISTOGRAM,
    exponential_histogram: DataPointType.EXPONENTIAL_HISTOGRAM,
  }[kind];
  return {
    descriptor: { name, description, unit, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPointType,
    dataPoints: points.map((point) => ({ startTime: [1, 0], endTime: [2, 0], ...point })),
    ...(dataPointType === DataPointType.SUM ? { isMonotonic: kind === 'counter' } : {}),
  } as MetricData;
}
