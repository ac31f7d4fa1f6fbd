import type { Attributes } from '@opentelemetry/api';
import {
  AggregationTemporality,
  DataPointType,
  type IMetricReader,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';

/**
 * What observable sums were observed to be. The SDK adds up by how much they changed from one reading to the next, which
 * is the same but for the last digits: a position that is closed would read 0.0000000000005, and something else to each
 * reader.
 */
export class ObservedValues {
  // By the very object that a series was first observed with, which the SDK gives back with its points.
  readonly #values = new WeakMap<Attributes, number>();

  /** The last value of a series. */
  keep(attributes: Attributes, value: number): void {
    this.#values.set(attributes, value);
  }

  /** Lets a reader, which is not in use yet, read what was observed. */
  showTo(reader: IMetricReader): void {
    const setMetricProducer = reader.setMetricProducer.bind(reader);
    reader.setMetricProducer = (producer) =>
      setMetricProducer({
        collect: async (options) => {
          const result = await producer.collect(options);
          return { ...result, resourceMetrics: this.#corrected(result.resourceMetrics) };
        },
      });
  }

  #corrected(resourceMetrics: ResourceMetrics): ResourceMetrics {
    const scopeMetrics = resourceMetrics.scopeMetrics.map((scope) => ({
      ...scope,
      metrics: scope.metrics.map((metric) => this.#correctedMetric(metric)),
    }));
    return { ...resourceMetrics, scopeMetrics };
  }

  #correctedMetric(metric: MetricData): MetricData {
    if (
      metric.dataPointType !== DataPointType.SUM ||
      metric.aggregationTemporality !== AggregationTemporality.CUMULATIVE
    ) {
      return metric;
    }
    const dataPoints = metric.dataPoints.map((point) => {
      const observed = this.#values.get(point.attributes);
      return observed === undefined || !isRounding(point.value, observed) ? point : { ...point, value: observed };
    });
    return { ...metric, dataPoints };
  }
}

/** Whether they differ by no more than what additions round off; a counter that began again differs by more. */
function isRounding(sum: number, observed: number): boolean {
  return sum !== observed && Math.abs(sum - observed) <= 1e-6 * Math.max(1, Math.abs(observed));
}
