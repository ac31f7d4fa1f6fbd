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
  /** `service.name` of the resource. Default: `OTEL_SERVICE_NAME`, else the name of the bot's package or script. */
  readonly serviceName?: string | undefined;
  /** `service.version` of the resource. */
  readonly serviceVersion?: string | undefined;
  /** `service.instance.id` of the resource, which distinguishes bots. Default: a random UUID at each start. */
  readonly serviceInstanceId?: string | undefined;
  /** `trading.mode` of the resource. */
  readonly mode?: (typeof modes)[number] | undefined;
  /** More resource attributes. */
  readonly resourceAttributes?: Attributes | undefined;
  /** OpenTelemetry resource detectors to run in addition to the built-in one. */
  readonly resourceDetectors?: readonly ResourceDetector[] | undefined;
  /** Where metrics go; overrides `OTEL_METRICS_EXPORTER`. An empty list means `['none']`. */
  readonly exporters?: readonly Exporter[] | undefined;
  /**
   * Further sources of metrics for every exporter except your own readers, such as a prom-client registry through
   * `PromClientMetricProducer` from `@trademeter/exporter-prometheus`.
   */
  readonly metricProducers?: readonly MetricProducer[] | undefined;
  /** Definitions of your own metrics, whose buckets and cardinality limits are applied. */
  readonly metrics?: readonly MetricDefinition[] | undefined;
  /** Bucket boundaries by metric name: ascending, in the metric's unit. */
  readonly buckets?: Readonly<Record<string, readonly number[]>> | undefined;
  /** OpenTelemetry views. A view that matches a metric of the conventions replaces the built-in view. */
  readonly views?: readonly ViewOptions[] | undefined;
  /**
   * Whether the scrape endpoint serves the live page at `/` if `@trademeter/view` is installed. The page's files are public;
   * it reads the metrics from the endpoint like any scraper. Default true.
   */
  readonly view?: boolean | undefined;
  /** OpenTelemetry instrumentations. Do not list trademeter's own: they find the SDK by themselves. */
  readonly instrumentations?: readonly Instrumentation[] | undefined;
  /** Whether signals that end the process, and a normal exit, flush pending metrics. Default true. */
  readonly flushOnExit?: boolean | undefined;
  /** Milliseconds that a flush may take. Default 3,000. */
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
  /** Milliseconds between exports. Default: `OTEL_METRIC_EXPORT_INTERVAL`, else 60,000, or 10,000 for the console. */
  readonly exportIntervalMillis?: number | undefined;
  /** Milliseconds that an export may take, retries included. Default: `OTEL_METRIC_EXPORT_TIMEOUT`, else 30,000. */
  readonly exportTimeoutMillis?: number | undefined;
}

/** OtlpOptions configures a push to an OTLP receiver. */
export interface OtlpOptions extends PushOptions {
  readonly type: 'otlp';
  /** Default: `OTEL_EXPORTER_OTLP_PROTOCOL`, else `http/protobuf`. */
  readonly protocol?: Protocol | undefined;
  /** The complete URL, path included. Default: `OTEL_EXPORTER_OTLP_ENDPOINT` with `/v1/metrics`. */
  readonly url?: string | undefined;
  /** Creates the connections, for example through a proxy; not for grpc. Default: an agent that keeps them open. */
  readonly agent?: Agent | undefined;
  /** Added to `OTEL_EXPORTER_OTLP_HEADERS`; overrides headers of the same name. Not for grpc. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds that a request may take, retries included. Default: `OTEL_EXPORTER_OTLP_TIMEOUT`, else 10,000. */
  readonly timeoutMillis?: number | undefined;
  /** Default: `OTEL_EXPORTER_OTLP_COMPRESSION`, else `none`. */
  readonly compression?: Compression | undefined;
  /** Default: `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`, else `cumulative`. */
  readonly temporality?: Temporality | undefined;
  /** Maximum data points of a request. Default: as many as fit into 4 MiB, which a Collector accepts over gRPC by default. */
  readonly maxExportBatchSize?: number | undefined;
}

/**
 * PushgatewayOptions configures a push to a Prometheus Pushgateway, for a run that ends before it is scraped, such as a
 * backtest. The whole group is pushed on an interval and at the end.
 */
export interface PushgatewayOptions extends PushgatewayExporterConfig {
  readonly type: 'pushgateway';
  /** Default: `TRADEMETER_PUSHGATEWAY_URL`, else `http://localhost:9091`. */
  readonly url?: string | undefined;
  /** Default: `TRADEMETER_PUSHGATEWAY_JOB`, else the service's name. */
  readonly job?: string | undefined;
  /** Milliseconds between pushes. Default: `OTEL_METRIC_EXPORT_INTERVAL`, else 60,000. */
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
