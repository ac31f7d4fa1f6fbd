import type { IMetricReader, MetricProducer } from '@opentelemetry/sdk-metrics';
import { type Environment, type Problems, shownUrl } from '@trademeter/config';
import { createExporterSender, type Protocol, PushReader, type PushReaderOptions } from '@trademeter/exporter-otlp';
import { GuardedMetricProducer } from '@trademeter/exporter-prometheus';
import { log } from './diagnostics.ts';
import { readExporterNames, readExportInterval, readExportTimeout } from './environment.ts';
import { type ExporterIdentity, ExportMetrics } from './export-metrics.ts';
import {
  type ConsoleOptions,
  checkExporter,
  type Exporter,
  isReader,
  type OtlpOptions,
  type PrometheusOptions,
  type PushgatewayOptions,
  type TelemetryOptions,
  usualFlushTimeoutMillis,
} from './options.ts';
import { createOtlpSender, hintFor, planOtlp } from './otlp.ts';
import { planScrapeEndpoint, type ScrapeEndpoint } from './prometheus.ts';
import { isTransientPush, planPushgateway, pushgatewayHint } from './pushgateway.ts';
import { StdoutExporter } from './stdout-exporter.ts';

/** Where metrics can be found, or are sent. */
export interface Endpoint {
  readonly exporter: 'prometheus' | 'otlp' | 'pushgateway';
  readonly url: string;
  /** The live page on the bot, where `@trademeter/view` is installed. */
  readonly pageUrl?: string | undefined;
}

/** One way out, made and not begun. */
export interface ConfiguredReader {
  readonly reader: IMetricReader;
  /** Where it is now; `undefined` for one that has no address, or cannot be reached. */
  readonly endpoint?: Endpoint | undefined;
  readonly scrapeEndpoint?: ScrapeEndpoint;
  /** The reader, when it pushes and is ours. */
  readonly push?: PushReader;
  /** What is recorded about its exports. */
  readonly exportMetrics?: ExportMetrics | undefined;
}

/** Makes a way out once everything is known to be right. */
export type OutputPlan = () => Promise<ConfiguredReader>;

// https://opentelemetry.io/docs/specs/semconv/registry/attributes/otel/#otel-component-attributes
const otlpComponentTypes: Readonly<Record<Protocol, string>> = {
  'http/protobuf': 'otlp_http_metric_exporter',
  'http/json': 'otlp_http_json_metric_exporter',
  grpc: 'otlp_grpc_metric_exporter',
};

/** What was chosen, in the code or else in the environment. */
export function planOutputs(options: TelemetryOptions, environment: Environment, problems: Problems): OutputPlan[] {
  const { flushTimeoutMillis = usualFlushTimeoutMillis, metricProducers = [] } = options;
  const plan = (exporter: Exclude<Exporter, 'none'>, path: string) =>
    planOutput(
      exporter,
      path,
      { flushTimeoutMillis, metricProducers, showsPage: options.view !== false },
      environment,
      problems,
    ) ?? [];
  if (options.exporters === undefined) {
    return readExporterNames(environment, problems).flatMap((name) => plan(name, name));
  }
  const chosen = options.exporters.filter((each, index) => checkExporter(each, `exporters[${index}]`, problems));
  if (chosen.includes('none') && chosen.length > 1) {
    problems.mustBe('exporters', { allowed: 'none alone, or others without it' }, options.exporters);
  }
  // The same name twice is the same exporter; the same options twice are the user's will.
  return [...new Set(chosen)]
    .filter((each) => each !== 'none')
    .flatMap((each) => plan(each, `exporters[${chosen.indexOf(each)}]`));
}

/** What all outputs have in common. */
interface SharedOptions {
  readonly flushTimeoutMillis: number;
  readonly metricProducers: readonly MetricProducer[];
  /** Whether a scrape endpoint serves the live page. */
  readonly showsPage: boolean;
}

function planOutput(
  exporter: Exclude<Exporter, 'none'>,
  path: string,
  shared: SharedOptions,
  environment: Environment,
  problems: Problems,
): OutputPlan | undefined {
  if (isReader(exporter)) return async () => ({ reader: exporter });
  const options: PrometheusOptions | OtlpOptions | PushgatewayOptions | ConsoleOptions =
    typeof exporter === 'string' ? { type: exporter } : exporter;
  switch (options.type) {
    case 'prometheus': {
      const scrapeEndpoint = planScrapeEndpoint(withProducers(options, shared), path, problems, shared.showsPage);
      if (scrapeEndpoint === undefined) return undefined;
      return async () => ({
        reader: scrapeEndpoint.reader,
        scrapeEndpoint,
        get endpoint(): Endpoint | undefined {
          const { url, pageUrl } = scrapeEndpoint;
          if (url === undefined) return undefined;
          return { exporter: 'prometheus', url, ...(pageUrl === undefined ? {} : { pageUrl }) };
        },
      });
    }
    case 'otlp': {
      const schedule = planSchedule(options, 60_000, path, environment, problems);
      const plan = planOtlp(options, path, environment, problems);
      const timeoutMillis = Math.min(plan.timeoutMillis, schedule.timeoutMillis);
      return async () => ({
        ...pushOutput(
          {
            ...schedule,
            timeoutMillis,
            ...pushShared(shared, timeoutMillis),
            sender: await createOtlpSender({ ...plan, timeoutMillis }),
            temporality: plan.temporality,
            hasExponentialHistograms: plan.histogramAggregation === 'base2_exponential_bucket_histogram',
            destination: shownUrl(plan.url),
            hint: (error) => hintFor(plan, error),
          },
          { type: otlpComponentTypes[plan.protocol], url: plan.url },
        ),
        endpoint: { exporter: 'otlp', url: shownUrl(plan.url) },
      });
    }
    case 'pushgateway': {
      const interval = { exportIntervalMillis: options.intervalMillis };
      const schedule = planSchedule(interval, 60_000, path, environment, problems, 'shortens');
      const plan = planPushgateway(options, path, schedule.timeoutMillis, environment, problems);
      if (plan === undefined) return undefined;
      const url = shownUrl(plan.url);
      return async () => ({
        ...pushOutput(
          {
            ...schedule,
            ...pushShared(shared, schedule.timeoutMillis),
            sender: createExporterSender(plan.exporter, isTransientPush),
            destination: url,
            hint: pushgatewayHint,
          },
          { type: 'prometheus_pushgateway_metric_exporter', url: plan.url },
        ),
        endpoint: { exporter: 'pushgateway', url },
      });
    }
    case 'console': {
      // https://opentelemetry.io/docs/specs/otel/metrics/sdk_exporters/stdout/ has ten seconds
      const schedule = planSchedule(options, 10_000, path, environment, problems, 'shortens');
      return async () =>
        pushOutput({
          ...schedule,
          ...pushShared(shared, schedule.timeoutMillis),
          sender: createExporterSender(new StdoutExporter()),
          destination: 'stdout',
        });
    }
  }
}

function withProducers(options: PrometheusOptions, { metricProducers }: SharedOptions): PrometheusOptions {
  return { ...options, metricProducers: [...(options.metricProducers ?? []), ...metricProducers] };
}

function pushShared({ flushTimeoutMillis, metricProducers }: SharedOptions, timeoutMillis: number) {
  const guarded = metricProducers.map((producer) => new GuardedMetricProducer(producer, timeoutMillis));
  return { flushTimeoutMillis, metricProducers: guarded };
}

/** @param identity `undefined` for an exporter whose exports are not worth recording */
function pushOutput(options: PushReaderOptions, identity?: ExporterIdentity): ConfiguredReader {
  const exportMetrics = identity && new ExportMetrics(identity);
  const push = new PushReader({
    ...options,
    warn: (message) => log.warn(message),
    ...(exportMetrics && { observer: exportMetrics }),
  });
  return { reader: push, push, exportMetrics };
}

interface Schedule {
  readonly intervalMillis: number;
  readonly timeoutMillis: number;
}

function planSchedule(
  options: { readonly exportIntervalMillis?: number | undefined; readonly exportTimeoutMillis?: number | undefined },
  usualIntervalMillis: number,
  path: string,
  environment: Environment,
  problems: Problems,
  // A variable that is meant for another exporter is nothing wrong.
  usualInterval: 'refuses' | 'shortens' = 'refuses',
): Schedule {
  const interval = options.exportIntervalMillis ?? readExportInterval(environment, problems);
  const timeout = options.exportTimeoutMillis ?? readExportTimeout(environment, problems);
  const intervalMillis = interval ?? usualIntervalMillis;
  const isShortened =
    usualInterval === 'shortens' && interval === undefined && options.exportTimeoutMillis === undefined;
  if (timeout !== undefined && timeout > intervalMillis && !isShortened) {
    const name =
      options.exportTimeoutMillis === undefined ? 'OTEL_METRIC_EXPORT_TIMEOUT' : `${path}.exportTimeoutMillis`;
    problems.mustBe(name, { allowed: `at most the export interval, ${intervalMillis} ms` }, timeout);
  }
  return { intervalMillis, timeoutMillis: Math.min(timeout ?? 30_000, intervalMillis) };
}
