import type { Attributes } from '@opentelemetry/api';
import {
  AggregationTemporality,
  DataPointType,
  type GaugeMetricData,
  type IMetricReader,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { ObservedSeries } from './observed-series.ts';

/**
 * What observable instruments were observed to be, for readers. Series of gauges that are not observed any more are
 * left out; of sums there are the very values. The SDK adds up by how much they changed from one reading to the next, which
 * is the same but for the last digits: a position that is closed would read 0.0000000000005, and something else to each
 * reader.
 */
export class ObservedValues {
  // By the very object that a series was first observed with, which the SDK gives back with its points.
  readonly #values = new WeakMap<Attributes, number>();
  readonly #gauges = new Map<string, ObservedSeries>();

  /** The last value of a series of a sum. */
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

  /** The series of an observable gauge. Instruments of one name are one metric. */
  gauge(meter: string, name: string): ObservedSeries {
    const key = keyOf(meter, name);
    const gauge = this.#gauges.get(key) ?? new ObservedSeries();
    this.#gauges.set(key, gauge);
    return gauge;
  }

  #corrected(resourceMetrics: ResourceMetrics): ResourceMetrics {
    const scopeMetrics = resourceMetrics.scopeMetrics.map((each) => ({
      ...each,
      metrics: each.metrics
        .map((metric) => this.#correctedMetric(metric, each.scope.name))
        .filter(({ dataPoints }) => dataPoints.length > 0),
    }));
    return { ...resourceMetrics, scopeMetrics: scopeMetrics.filter(({ metrics }) => metrics.length > 0) };
  }

  #correctedMetric(metric: MetricData, meter: string): MetricData {
    if (metric.dataPointType === DataPointType.GAUGE) return this.#correctedGauge(metric, meter);
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

  #correctedGauge(metric: GaugeMetricData, meter: string): GaugeMetricData {
    const gauge = this.#gauges.get(keyOf(meter, metric.descriptor.name));
    if (gauge === undefined) return metric;
    return { ...metric, dataPoints: metric.dataPoints.filter(({ attributes }) => gauge.has(attributes)) };
  }
}

/** Of one meter, names in any case are one metric. */
function keyOf(meter: string, name: string): string {
  return `${meter}\n${name.toLowerCase()}`;
}

/** Whether they differ by no more than what additions round off; a counter that began again differs by more. */
function isRounding(sum: number, observed: number): boolean {
  return sum !== observed && Math.abs(sum - observed) <= 1e-6 * Math.max(1, Math.abs(observed));
}
