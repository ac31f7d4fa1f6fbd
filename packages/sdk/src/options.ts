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

/** How {@link startTelemetry} sets telemetry up. What is left out, the environment decides, and then the default. */
export interface TelemetryOptions {
  /** The resource's `service.name`: the bot. Else `OTEL_SERVICE_NAME`, else the name of its package or script. */
  readonly serviceName?: string | undefined;
  /** The resource's `service.version`. */
  readonly serviceVersion?: string | undefined;
  /** The resource's `service.instance.id`, which keeps the bots of a fleet apart. Default: a random UUID at each start. */
  readonly serviceInstanceId?: string | undefined;
  /** The resource's `trading.mode`. */
  readonly mode?: (typeof modes)[number] | undefined;
  /** More resource attributes. */
  readonly resourceAttributes?: Attributes | undefined;
  /** OpenTelemetry resource detectors to run beside the built-in one. */
  readonly resourceDetectors?: readonly ResourceDetector[] | undefined;
  /** Where the metrics go; wins over `OTEL_METRICS_EXPORTER`. An empty list is the same as `['none']`. */
  readonly exporters?: readonly Exporter[] | undefined;
  /**
   * Further sources of metrics, for every exporter that is not a reader of your own: a registry of prom-client through
   * `PromClientMetricProducer` from `@trademeter/exporter-prometheus`.
   */
  readonly metricProducers?: readonly MetricProducer[] | undefined;
  /** Definitions of your own metrics, so that their buckets and cardinality limits hold. */
  readonly metrics?: readonly MetricDefinition[] | undefined;
  /** Other bucket boundaries, by metric: ascending, in the metric's unit. */
  readonly buckets?: Readonly<Record<string, readonly number[]>> | undefined;
  /** OpenTelemetry views. One that matches a metric of the conventions takes the place of the built-in one. */
  readonly views?: readonly ViewOptions[] | undefined;
  /**
   * Whether the scrape endpoint serves the live page at `/` when `@trademeter/view` is installed. Its files are public; what
   * it shows it gets from the endpoint, as any scraper. Default true.
   */
  readonly view?: boolean | undefined;
  /** Any OpenTelemetry instrumentations. (Trademeter's own need no mention: they find the SDK by themselves.) */
  readonly instrumentations?: readonly Instrumentation[] | undefined;
  /** Whether signals that end the process, and a normal exit, flush what is not exported yet. Default true. */
  readonly flushOnExit?: boolean | undefined;
  /** Milliseconds that a flush may take before the bot stops waiting for it. Default 3,000. */
  readonly flushTimeoutMillis?: number | undefined;
}

/** A way out for the metrics: by name, with options, or a reader of your own. */
export type Exporter = ExporterName | PrometheusOptions | PushExporterOptions | IMetricReader;

/** The options of an exporter that pushes. */
export type PushExporterOptions = OtlpOptions | PushgatewayOptions | ConsoleOptions;

/** A scrape endpoint; the options of `PrometheusExporter` from `@trademeter/exporter-prometheus`. */
export interface PrometheusOptions extends PrometheusExporterConfig {
  readonly type: 'prometheus';
}

/** What readers that push have in common. */
interface PushOptions {
  /** Milliseconds between exports. Else `OTEL_METRIC_EXPORT_INTERVAL`, else 60,000, and 10,000 to the console. */
  readonly exportIntervalMillis?: number | undefined;
  /** Milliseconds that one export may take, retries included. Else `OTEL_METRIC_EXPORT_TIMEOUT`, else 30,000. */
  readonly exportTimeoutMillis?: number | undefined;
}

/** A push to an OTLP receiver. */
export interface OtlpOptions extends PushOptions {
  readonly type: 'otlp';
  /** Else `OTEL_EXPORTER_OTLP_PROTOCOL`, else `http/protobuf`. */
  readonly protocol?: Protocol | undefined;
  /** Used as it is, path included. Else `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url?: string | undefined;
  /** Makes the connections, through a proxy for example; for http and not for grpc. Default: one that keeps them open. */
  readonly agent?: Agent | undefined;
  /** Sent beside, and over, those of `OTEL_EXPORTER_OTLP_HEADERS`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds that one request, with its retries, may take. Else `OTEL_EXPORTER_OTLP_TIMEOUT`, else 10,000. */
  readonly timeoutMillis?: number | undefined;
  /** Else `OTEL_EXPORTER_OTLP_COMPRESSION`, else `none`. */
  readonly compression?: Compression | undefined;
  /** Else `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`, else `cumulative`. */
  readonly temporality?: Temporality | undefined;
  /** The most data points of one request. Default: as many as 4 MiB hold, the most that a Collector receives over gRPC. */
  readonly maxExportBatchSize?: number | undefined;
}

/**
 * A push to a Prometheus Pushgateway, for a run that ends before it is scraped, such as a backtest: on an interval and at
 * the end, each time the whole group.
 */
export interface PushgatewayOptions extends PushgatewayExporterConfig {
  readonly type: 'pushgateway';
  /** Else `TRADEMETER_PUSHGATEWAY_URL`, else `http://localhost:9091`. */
  readonly url?: string | undefined;
  /** Else `TRADEMETER_PUSHGATEWAY_JOB`, else the service's name. */
  readonly job?: string | undefined;
  /** Milliseconds between pushes. Else `OTEL_METRIC_EXPORT_INTERVAL`, else 60,000. */
  readonly intervalMillis?: number | undefined;
}

/** Prints every metric on stdout, to look at. */
export interface ConsoleOptions extends PushOptions {
  readonly type: 'console';
}

/** What is needed of an OpenTelemetry instrumentation. */
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

/** Whether the options are such that they can be read on; what is wrong with them is noted. */
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

/** Whether one entry of `exporters` is of a kind that there is, which is noted otherwise. Its options are checked where it is planned. */
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
