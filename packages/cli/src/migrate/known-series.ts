import {
  httpServerRequestBodySize,
  httpServerResponseBodySize,
  processMemoryVirtual,
  processUptime,
  systemFilesystemUsage,
  systemFilesystemUtilization,
} from '@trademeter/instrumentation-runtime';
import { type NamedMetric, translateLabelName, translateMetricName } from '@trademeter/prometheus-naming';
import { allMetrics, type MetricDefinition } from '@trademeter/semantic-conventions';

/** A metric as Prometheus sees it, with the labels that rules may use. */
export interface KnownMetric {
  /** The name of its series; of a histogram the name without `_bucket`, `_sum` and `_count`. */
  readonly name: string;
  readonly instrument: NamedMetric['instrument'];
  readonly unit: string;
  readonly labels: readonly string[];
  /** A histogram's bounds, if they are fixed. */
  readonly boundaries?: readonly number[];
}

interface MetricSource extends NamedMetric {
  readonly attributes: readonly string[];
  readonly boundaries?: readonly number[];
}

/** Metrics of OpenTelemetry's own instrumentations, with the units that they are exported with: several have none. */
const openTelemetryMetrics: readonly MetricSource[] = [
  { name: 'process.cpu.time', instrument: 'counter', unit: 's', attributes: ['cpu.mode'] },
  { name: 'process.cpu.utilization', instrument: 'gauge', unit: '', attributes: ['cpu.mode'] },
  { name: 'process.memory.usage', instrument: 'gauge', unit: '', attributes: [] },
  { name: 'system.cpu.time', instrument: 'counter', unit: 's', attributes: ['cpu.mode', 'cpu.logical_number'] },
  {
    name: 'http.server.request.duration',
    instrument: 'histogram',
    unit: 's',
    attributes: ['http.request.method', 'http.route', 'http.response.status_code', 'error.type'],
  },
  {
    name: 'db.client.operation.duration',
    instrument: 'histogram',
    unit: 's',
    attributes: ['db.operation.name', 'db.system.name', 'db.namespace', 'error.type'],
  },
  {
    name: 'db.client.connection.count',
    instrument: 'updowncounter',
    unit: '{connection}',
    attributes: ['db.client.connection.state', 'db.client.connection.pool.name'],
  },
];

/** What `@trademeter/instrumentation-runtime` adds to them. */
const runtimeMetrics: readonly MetricDefinition[] = [
  httpServerRequestBodySize,
  httpServerResponseBodySize,
  processMemoryVirtual,
  processUptime,
  systemFilesystemUsage,
  systemFilesystemUtilization,
];

const definitions = [...allMetrics, ...runtimeMetrics].map(
  (metric): MetricSource => ({ ...metric, attributes: Object.keys(metric.attributes) }),
);

/** Every metric of the conventions and of OpenTelemetry's instrumentations, by its Prometheus name. */
export const knownMetrics: ReadonlyMap<string, KnownMetric> = new Map(
  [...definitions, ...openTelemetryMetrics].map((metric) => {
    const { instrument, unit, attributes, boundaries } = metric;
    const name = translateMetricName(metric) ?? metric.name;
    const labels = attributes.map((key) => translateLabelName(key) ?? key);
    return [name, { name, instrument, unit, labels, ...(boundaries === undefined ? {} : { boundaries }) }];
  }),
);

/** Series that Prometheus and every scraped bot have besides metrics. */
const otherSeries: readonly string[] = ['up', 'target_info'];

/** True for a series that exists when the bot is scraped: `trading_order_placed_total`, `…_bucket`, `up`. */
export function isKnownSeries(series: string): boolean {
  return metricOfSeries(series) !== undefined || otherSeries.includes(series);
}

/** The metric that a series belongs to. The bare name of a histogram is not a series, so it belongs to none. */
export function metricOfSeries(series: string): KnownMetric | undefined {
  const metric = knownMetrics.get(series);
  if (metric !== undefined) return metric.instrument === 'histogram' ? undefined : metric;
  const histogram = knownMetrics.get(series.replace(/_(?:bucket|sum|count)$/u, ''));
  return histogram?.instrument === 'histogram' ? histogram : undefined;
}
