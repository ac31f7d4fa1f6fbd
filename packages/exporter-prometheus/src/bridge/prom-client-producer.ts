import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api';
import type { CollectionResult, DataPoint, Histogram, MetricData, MetricProducer } from '@opentelemetry/sdk-metrics';
import { AggregationTemporality, DataPointType, emptyResource } from '@trademeter/metric-store';

/** The part of a registry of `prom-client` (14 or later) or `@prometheus-io/client` that the bridge reads. */
export interface PromClientRegistry {
  getMetricsAsJSON(): unknown;
}

/**
 * PromClientMetricProducer brings the metrics of a prom-client registry to OpenTelemetry's readers, so that one
 * endpoint or one push carries both.
 *
 * Counters become monotonic sums, gauges gauges, and histograms explicit-bucket histograms, all cumulative since the
 * start of the process, with the registry's labels as attributes. OpenTelemetry's JavaScript data model has no summary:
 * a summary `x` becomes the gauge `x`, one series per `quantile`, and the counters `x_sum` and `x_count`. Names stay as
 * they are in the registry; the exporter adds `_total` to a counter that does not end with it.
 *
 * Collecting never rejects: a registry that fails is reported in the result's `errors`, and a metric or sample that is
 * not what prom-client documents is dropped.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#metricproducer
 * @example
 * const exporter = new PrometheusExporter({ metricProducers: [new PromClientMetricProducer(register)] });
 */
export class PromClientMetricProducer implements MetricProducer {
  readonly #registry: PromClientRegistry;

  /** @throws {TypeError} when `registry` has no `getMetricsAsJSON` */
  constructor(registry: PromClientRegistry) {
    if (typeof registry?.getMetricsAsJSON !== 'function') {
      throw new TypeError(
        '[trademeter/exporter-prometheus] registry must be a prom-client registry (an object with a method getMetricsAsJSON())',
      );
    }
    this.#registry = registry;
  }

  async collect(): Promise<CollectionResult> {
    const errors: unknown[] = [];
    let metrics: MetricData[] = [];
    try {
      const families = await this.#registry.getMetricsAsJSON();
      const times = { startTime: processStart, endTime: toHrTime(performance.timeOrigin + performance.now()) };
      metrics = (Array.isArray(families) ? families : []).filter(isFamily).flatMap((family) => convert(family, times));
    } catch (error) {
      errors.push(error);
    }
    const scopeMetrics = metrics.length === 0 ? [] : [{ scope, metrics }];
    return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors };
  }
}

const scope = { name: '@trademeter/exporter-prometheus/prom-client' };
const processStart = toHrTime(performance.timeOrigin);

/** One metric of `getMetricsAsJSON()`. */
interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly unknown[];
}

interface Sample {
  readonly metricName?: unknown;
  readonly labels?: Readonly<Record<string, unknown>>;
  readonly value: number;
}

interface Times {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

/** @param millis since the epoch */
function toHrTime(millis: number): HrTime {
  const seconds = Math.floor(millis / 1_000);
  return [seconds, Math.floor((millis - seconds * 1_000) * 1_000_000)];
}

function convert(family: Family, times: Times): MetricData[] {
  const samples = family.values.filter(isSample);
  switch (family.type) {
    case 'counter':
      return [counter(family.name, family, samples, times)];
    case 'gauge':
      return [gauge(family, samples, times)];
    case 'histogram':
      return [histogram(family, samples, times)];
    case 'summary':
      return summary(family, samples, times);
    default:
      return [];
  }
}

function counter(name: string, family: Family, samples: readonly Sample[], times: Times): MetricData {
  return {
    descriptor: descriptor(name, family),
    dataPointType: DataPointType.SUM,
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    isMonotonic: true,
    dataPoints: numbers(samples, times),
  };
}

function gauge(family: Family, samples: readonly Sample[], times: Times): MetricData {
  return {
    descriptor: descriptor(family.name, family),
    dataPointType: DataPointType.GAUGE,
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPoints: numbers(samples, times),
  };
}

function histogram(family: Family, samples: readonly Sample[], times: Times): MetricData {
  const series = new Map<string, HistogramSeries>();
  for (const { labels = {}, metricName, value } of samples) {
    const { le, ...rest } = labels;
    const attributes = attributesOf(rest);
    const key = keyOf(attributes);
    let found = series.get(key);
    if (found === undefined) series.set(key, (found = { attributes, buckets: [], sum: 0, count: 0 }));
    if (metricName === `${family.name}_sum`) found.sum = value;
    else if (metricName === `${family.name}_count`) found.count = value;
    else if (le !== undefined && le !== '+Inf') found.buckets.push([Number(le), value]);
  }
  return {
    descriptor: descriptor(family.name, family),
    dataPointType: DataPointType.HISTOGRAM,
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPoints: [...series.values()].map((each) => ({
      attributes: each.attributes,
      value: histogramValue(each),
      ...times,
    })),
  };
}

interface HistogramSeries {
  readonly attributes: Attributes;
  /** Upper bound and number of observations up to it. */
  readonly buckets: [number, number][];
  sum: number;
  count: number;
}

/** prom-client counts up to each bound, OpenTelemetry between bounds. */
function histogramValue({ buckets, sum, count }: HistogramSeries): Histogram {
  buckets.sort(([left], [right]) => left - right);
  const totals = [...buckets.map(([, total]) => total), count];
  const counts = totals.map((total, index) => Math.max(0, total - (totals[index - 1] ?? 0)));
  return { buckets: { boundaries: buckets.map(([bound]) => bound), counts }, sum, count };
}

function summary(family: Family, samples: readonly Sample[], times: Times): MetricData[] {
  const { name } = family;
  const named = (suffix: string) => samples.filter(({ metricName }) => metricName === `${name}${suffix}`);
  const quantiles = samples.filter(
    ({ metricName, labels }) => metricName === undefined && labels?.['quantile'] !== undefined,
  );
  return [
    gauge(family, quantiles, times),
    ...['_sum', '_count'].map((suffix) => counter(`${name}${suffix}`, family, named(suffix), times)),
  ];
}

function descriptor(name: string, { help }: Family): MetricData['descriptor'] {
  return { name, description: help, unit: '', valueType: ValueType.DOUBLE };
}

function numbers(samples: readonly Sample[], times: Times): DataPoint<number>[] {
  return samples.map(({ labels = {}, value }) => ({ attributes: attributesOf(labels), value, ...times }));
}

/** prom-client writes a label's value as JavaScript does, and writes every label that is set. */
function attributesOf(labels: Readonly<Record<string, unknown>>): Attributes {
  return Object.fromEntries(
    Object.entries(labels)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  );
}

function keyOf(attributes: Attributes): string {
  return JSON.stringify(Object.entries(attributes).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function isFamily(value: unknown): value is Family {
  const { name, help, type, values } = (value ?? {}) as Partial<Record<keyof Family, unknown>>;
  return [name, help, type].every((text) => typeof text === 'string') && Array.isArray(values);
}

function isSample(value: unknown): value is Sample {
  const { value: number, labels = {} } = (value ?? {}) as Partial<Record<keyof Sample, unknown>>;
  return typeof number === 'number' && typeof labels === 'object' && labels !== null;
}
