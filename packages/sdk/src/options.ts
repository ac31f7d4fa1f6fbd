import type { Agent } from 'node:http';
import type { Attributes, MeterProvider } from '@opentelemetry/api';
import type { ResourceDetector } from '@opentelemetry/resources';
import type { IMetricReader, MetricProducer, ViewOptions } from '@opentelemetry/sdk-metrics';
import {
  anyBoolean,
  anyList,
  anyObject,
  hasMethods,
  isObject,
  listOf,
  nonEmptyString,
  type OptionCheck,
  oneOf,
  type Problems,
  timerMillis,
} from '@trademeter/config';
import type { Compression, Protocol, Temporality } from '@trademeter/exporter-otlp';
import type { PrometheusExporterConfig, PushgatewayExporterConfig } from '@trademeter/exporter-prometheus';
import {
  type MetricDefinition,
  TRADING_MODE_VALUE_BACKTEST,
  TRADING_MODE_VALUE_LIVE,
  TRADING_MODE_VALUE_PAPER,
} from '@trademeter/semantic-conventions';
import { type ExporterName, exporterNames } from './environment.ts';

export const modes = [TRADING_MODE_VALUE_LIVE, TRADING_MODE_VALUE_PAPER, TRADING_MODE_VALUE_BACKTEST] as const;

export const usualFlushTimeoutMillis = 3_000;

/** Options of {@link startTelemetry}. An omitted option is read from the environment, else it has its default. */
export interface TelemetryOptions {
  /**
   * `service.name` of the resource.
   *
   * @default the name in the nearest package.json, or of the script
   * @env OTEL_SERVICE_NAME
   */
  readonly serviceName?: string | undefined;
  /** `service.version` of the resource. */
  readonly serviceVersion?: string | undefined;
  /**
   * `service.instance.id` of the resource, which distinguishes bots.
   *
   * @default a random UUID at each start
   */
  readonly serviceInstanceId?: string | undefined;
  /** `trading.mode` of the resource, which `OTEL_RESOURCE_ATTRIBUTES=trading.mode=live` sets too. */
  readonly mode?: (typeof modes)[number] | undefined;
  /**
   * Any resource attributes; in the variable as `key=value,key=value`, percent-encoded.
   *
   * @env OTEL_RESOURCE_ATTRIBUTES
   */
  readonly resourceAttributes?: Attributes | undefined;
  /** OpenTelemetry resource detectors to run in addition to those of the variable `OTEL_NODE_RESOURCE_DETECTORS`. */
  readonly resourceDetectors?: readonly ResourceDetector[] | undefined;
  /**
   * Where metrics go: a list of `prometheus`, `otlp`, `pushgateway` and `console`, or `none`.
   *
   * @default `prometheus`
   * @env OTEL_METRICS_EXPORTER
   */
  readonly exporters?: readonly Exporter[] | undefined;
  /**
   * Further sources of metrics for every exporter except your own readers, such as a prom-client registry through
   * `PromClientMetricProducer` from `@trademeter/exporter-prometheus`.
   */
  readonly metricProducers?: readonly MetricProducer[] | undefined;
  /** Definitions of your own metrics, made by `defineMetric`, whose buckets and cardinality limits are applied. */
  readonly metrics?: readonly MetricDefinition[] | undefined;
  /**
   * Histogram boundaries by metric name: ascending, in the metric's unit. Also for metrics outside the conventions, such
   * as `http.server.request.duration`.
   *
   * @default those of the conventions
   */
  readonly buckets?: Readonly<Record<string, readonly number[]>> | undefined;
  /** OpenTelemetry views; see below. */
  readonly views?: readonly ViewOptions[] | undefined;
  /**
   * Whether the scrape endpoint serves the live page at `/` if `@trademeter/view` is installed. The page's files are public;
   * it reads the metrics from the endpoint like any scraper.
   *
   * @default true
   */
  readonly view?: boolean | undefined;
  /** OpenTelemetry instrumentations. Do not list trademeter's own: they find the SDK by themselves. */
  readonly instrumentations?: readonly Instrumentation[] | undefined;
  /**
   * Whether signals that end the process, and a normal exit, flush pending metrics.
   *
   * @default true
   */
  readonly flushOnExit?: boolean | undefined;
  /**
   * Milliseconds that a flush may take.
   *
   * @default 3,000
   */
  readonly flushTimeoutMillis?: number | undefined;
}

/** Exporter is where metrics go: a name, options, or an OpenTelemetry reader. */
export type Exporter = ExporterName | PrometheusOptions | PushExporterOptions | IMetricReader;

/** Options of an exporter that pushes. */
export type PushExporterOptions = OtlpOptions | PushgatewayOptions | ConsoleOptions;

/** PrometheusOptions configures a scrape endpoint, with the options of `PrometheusExporter` from `@trademeter/exporter-prometheus`. */
export interface PrometheusOptions extends PrometheusExporterConfig {
  readonly type: 'prometheus';
}

/** Options that all push exporters share. */
interface PushOptions {
  /**
   * Milliseconds between exports.
   *
   * @default 60,000; console: 10,000
   * @env OTEL_METRIC_EXPORT_INTERVAL
   */
  readonly exportIntervalMillis?: number | undefined;
  /**
   * Milliseconds that an export may take, retries included; at most the interval.
   *
   * @default 30,000, or a shorter interval
   * @env OTEL_METRIC_EXPORT_TIMEOUT
   */
  readonly exportTimeoutMillis?: number | undefined;
}

/** OtlpOptions configures a push to an OTLP receiver. */
export interface OtlpOptions extends PushOptions {
  readonly type: 'otlp';
  /**
   * The complete URL of the OTLP receiver, `http://` or `https://`; for grpc also `unix:`, and `host:port` with TLS.
   * `/v1/metrics` is added to the variable only.
   *
   * @default `http://localhost:4318/v1/metrics`; grpc: `http://localhost:4317`
   * @env OTEL_EXPORTER_OTLP_ENDPOINT
   */
  readonly url?: string | undefined;
  /**
   * How to encode and send.
   *
   * @default `http/protobuf`
   * @env OTEL_EXPORTER_OTLP_PROTOCOL
   */
  readonly protocol?: Protocol | undefined;
  /**
   * Headers of every request, such as credentials; never logged. They are added to those of the variable
   * (`name=value,name=value`, percent-encoded), and override headers of the same name. Not for grpc, which takes the
   * variable only. Headers that HTTP sets itself, such as `content-length`, are rejected.
   *
   * @env OTEL_EXPORTER_OTLP_HEADERS
   */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * Milliseconds that a request may take, retries included; at most the export timeout.
   *
   * @default 10,000
   * @env OTEL_EXPORTER_OTLP_TIMEOUT
   */
  readonly timeoutMillis?: number | undefined;
  /**
   * How requests are compressed.
   *
   * @default `none`
   * @env OTEL_EXPORTER_OTLP_COMPRESSION
   */
  readonly compression?: Compression | undefined;
  /**
   * Whether values count from the start or from the last export; `lowmemory` chooses what needs less memory.
   *
   * @default `cumulative`
   * @env OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE
   */
  readonly temporality?: Temporality | undefined;
  /**
   * Maximum data points of a request.
   *
   * @default as many as fit into 4 MiB, which a Collector accepts over gRPC
   */
  readonly maxExportBatchSize?: number | undefined;
  /**
   * Creates the connections, for example through a proxy; not for grpc.
   *
   * @default an agent that keeps connections open
   */
  readonly agent?: Agent | undefined;
}

/**
 * PushgatewayOptions configures a push to a Prometheus Pushgateway, for a run that ends before it is scraped, such as a
 * backtest. The whole group is pushed on an interval and at the end.
 */
export interface PushgatewayOptions extends PushgatewayExporterConfig {
  readonly type: 'pushgateway';
  /**
   * The Pushgateway's URL, `http://` or `https://`, with `user:password@` if it requires them.
   *
   * @default `http://localhost:9091`
   * @env TRADEMETER_PUSHGATEWAY_URL
   */
  readonly url?: string | undefined;
  /**
   * The group's `job` label.
   *
   * @default `service.namespace/service.name`, or the name
   * @env TRADEMETER_PUSHGATEWAY_JOB
   */
  readonly job?: string | undefined;
  /**
   * Milliseconds between pushes.
   *
   * @default 60,000
   * @env OTEL_METRIC_EXPORT_INTERVAL
   */
  readonly intervalMillis?: number | undefined;
}

/** ConsoleOptions prints the series that changed on stdout, for looking at. */
export interface ConsoleOptions extends PushOptions {
  readonly type: 'console';
}

/** Instrumentation is the part of an OpenTelemetry instrumentation that is used. */
export interface Instrumentation {
  readonly instrumentationName: string;
  setMeterProvider(meterProvider: MeterProvider): void;
  enable(): void;
  getConfig(): { readonly enabled?: boolean };
}

const checks: Readonly<Record<keyof TelemetryOptions, OptionCheck>> = {
  serviceName: nonEmptyString,
  serviceVersion: nonEmptyString,
  serviceInstanceId: nonEmptyString,
  mode: {
    allowed: oneOf(...modes).allowed,
    accepts: (value) => typeof value === 'string' && (modes as readonly string[]).includes(value.trim().toLowerCase()),
  },
  resourceAttributes: {
    allowed: 'an object of strings, numbers, booleans, or lists of these',
    accepts: (value) => isObject(value) && Object.values(value).every(isAttributeValue),
  },
  resourceDetectors: listOf(withMethods('detect'), 'OpenTelemetry resource detectors'),
  exporters: anyList,
  metricProducers: listOf(withMethods('collect'), 'OpenTelemetry metric producers'),
  metrics: anyList,
  buckets: anyObject,
  views: listOf(anyObject, 'view options'),
  instrumentations: listOf(
    withMethods('setMeterProvider', 'enable', 'getConfig'),
    "OpenTelemetry instrumentations (do not list trademeter's own)",
  ),
  view: anyBoolean,
  flushOnExit: anyBoolean,
  flushTimeoutMillis: timerMillis,
};

/** Whether the options can be read further; adds what is wrong to `problems`. */
export function checkTopLevel(options: unknown, problems: Problems): options is TelemetryOptions {
  if (!isObject(options)) {
    problems.mustBe('options', anyObject, options);
    return false;
  }
  problems.checkKeys(undefined, options, Object.keys(checks));
  const wrong = Object.entries(checks).filter(([key, check]) => {
    const value: unknown = Reflect.get(options, key);
    return problems.check(key, value, check) !== value;
  });
  return wrong.length === 0;
}

const exporterTypes = exporterNames.filter((name) => name !== 'none');

export function isReader(exporter: unknown): exporter is IMetricReader {
  return hasMethods(exporter, 'setMetricProducer', 'collect', 'shutdown', 'forceFlush');
}

/** Whether an entry of `exporters` is of a known kind; otherwise adds a problem. Its options are checked later. */
export function checkExporter(exporter: unknown, path: string, problems: Problems): exporter is Exporter {
  if (isReader(exporter) || (exporterNames as readonly unknown[]).includes(exporter)) return true;
  const type: unknown = isObject(exporter) ? Reflect.get(exporter, 'type') : undefined;
  if (!isObject(exporter) || !(exporterTypes as readonly unknown[]).includes(type)) {
    const allowed = `one of ${exporterNames.join(', ')}, an object whose type is one of ${exporterTypes.join(', ')}, or an OpenTelemetry MetricReader`;
    problems.mustBe(path, { allowed }, type === undefined ? exporter : type);
    return false;
  }
  return true;
}

function isAttributeValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((each) => each === null || isAttributeValue(each));
  return value === undefined || ['string', 'number', 'boolean'].includes(typeof value);
}

function withMethods(...names: readonly string[]): Pick<OptionCheck, 'accepts'> {
  return { accepts: (value) => hasMethods(value, ...names) };
}
