import {
  type Environment,
  hasMethods,
  integerBetween,
  isObject,
  nonEmptyString,
  type OptionCheck,
  oneOf,
  type Problems,
  secret,
  shownUrl,
  timerMillis,
} from '@trademeter/config';
import {
  compressions,
  createExporterSender,
  type Protocol,
  PushReader,
  type PushReaderOptions,
  protocols,
  temporalities,
} from '@trademeter/exporter-otlp';
import type { ConfiguredReader, OutputPlan, SharedOptions } from './configured-reader.ts';
import { log } from './diagnostics.ts';
import { readExportInterval, readExportTimeout } from './environment.ts';
import { type ExporterIdentity, ExportMetrics } from './export-metrics.ts';
import type { OtlpOptions, PushExporterOptions } from './options.ts';
import { createOtlpSender, hintFor, planOtlp } from './otlp.ts';
import { isHeader } from './otlp-environment.ts';
import { isTransientPush, planPushgateway, pushgatewayHint } from './pushgateway.ts';
import { StdoutExporter } from './stdout-exporter.ts';

// https://opentelemetry.io/docs/specs/semconv/registry/attributes/otel/#otel-component-attributes
const otlpComponentTypes: Readonly<Record<Protocol, string>> = {
  'http/protobuf': 'otlp_http_metric_exporter',
  'http/json': 'otlp_http_json_metric_exporter',
  grpc: 'otlp_grpc_metric_exporter',
};

const pushChecks = { exportIntervalMillis: timerMillis, exportTimeoutMillis: timerMillis };
const otlpChecks: Record<Exclude<keyof OtlpOptions, 'type'>, OptionCheck> = {
  ...pushChecks,
  // What is valid depends on the protocol, which may come from the environment.
  url: nonEmptyString,
  protocol: oneOf(...protocols),
  agent: { allowed: 'an http.Agent or https.Agent', accepts: (value) => hasMethods(value, 'addRequest', 'destroy') },
  headers: secret({
    allowed: 'an object of header names and values',
    accepts: (value) => isObject(value) && Object.entries(value).every(([key, each]) => isHeader(key, each)),
  }),
  timeoutMillis: timerMillis,
  compression: oneOf(...compressions),
  temporality: oneOf(...temporalities),
  maxExportBatchSize: integerBetween(1, Number.MAX_SAFE_INTEGER),
};

/** Adds what is wrong with the options of a push exporter; the Pushgateway exporter checks its own. */
export function checkPushOptions(options: PushExporterOptions, path: string, problems: Problems): void {
  switch (options.type) {
    case 'otlp':
      checkEach(options, path, otlpChecks, problems);
      break;
    case 'pushgateway':
      problems.check(`${path}.intervalMillis`, options.intervalMillis, timerMillis);
      break;
    case 'console':
      checkEach(options, path, pushChecks, problems);
  }
}

function checkEach(
  value: object,
  path: string,
  checksOfKeys: Readonly<Record<string, OptionCheck>>,
  problems: Problems,
): void {
  problems.checkKeys(path, value, ['type', ...Object.keys(checksOfKeys)]);
  for (const [key, check] of Object.entries(checksOfKeys))
    problems.check(`${path}.${key}`, Reflect.get(value, key), check);
}

/** Plans a push exporter; `undefined` if an option is wrong, which is added to `problems`. */
export function planPush(
  options: PushExporterOptions,
  path: string,
  shared: SharedOptions,
  environment: Environment,
  problems: Problems,
): OutputPlan | undefined {
  switch (options.type) {
    case 'otlp': {
      const schedule = planSchedule(options, 60_000, path, environment, problems);
      const plan = planOtlp(options, path, environment, problems);
      const timeoutMillis = Math.min(plan.timeoutMillis, schedule.timeoutMillis);
      return async () => ({
        ...pushOutput(
          {
            ...schedule,
            timeoutMillis,
            ...pushShared(shared),
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
            ...pushShared(shared),
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
          ...pushShared(shared),
          sender: createExporterSender(new StdoutExporter()),
          destination: 'stdout',
        });
    }
  }
}

function pushShared({ flushTimeoutMillis, metricProducers }: SharedOptions) {
  return { flushTimeoutMillis, metricProducers };
}

/** @param identity `undefined` for an exporter whose exports are not recorded */
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
  // A variable that is meant for another exporter is not an error.
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
