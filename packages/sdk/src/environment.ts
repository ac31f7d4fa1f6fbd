import {
  type Environment,
  findVariable,
  httpUrl,
  isBlank,
  type Problems,
  readBoolean,
  readInteger,
  readList,
  readText,
  readWord,
  timerMillis,
  type Variable,
} from '@trademeter/config';
import type { ExemplarFilter } from '@trademeter/metric-store';

export const exporterNames = ['prometheus', 'otlp', 'pushgateway', 'console', 'none'] as const;
export type ExporterName = (typeof exporterNames)[number];

export const logLevels = ['none', 'error', 'warn', 'info', 'debug', 'verbose', 'all'] as const;
export type LogLevel = (typeof logLevels)[number];

const exemplarFilters = ['trace_based', 'always_on', 'always_off'] as const satisfies readonly ExemplarFilter[];

export const detectorNames = ['all', 'none', 'env', 'host', 'os', 'process', 'serviceinstance'] as const;
export type DetectorName = (typeof detectorNames)[number];

/** Adds a doubt about a number of milliseconds that looks like seconds. */
export function doubtMillis(
  found: Variable | undefined,
  value: number | undefined,
  plausible: number,
  problems: Problems,
): number | undefined {
  if (found !== undefined && value !== undefined && value < plausible) {
    problems.doubt(
      `${found.name}=${value} means ${value} milliseconds. For ${value} seconds, set it to ${value * 1_000}.`,
    );
  }
  return value;
}

/**
 * `true` turns everything off, even with other settings wrong.
 *
 * @default `false`
 * @env OTEL_SDK_DISABLED
 */
export function isDisabled(environment: Environment, problems: Problems): boolean {
  return readBoolean(findVariable(environment, 'OTEL_SDK_DISABLED'), problems);
}

/**
 * Messages of this level and above are logged.
 *
 * @default `warn`
 * @env OTEL_LOG_LEVEL
 */
export function readLogLevel(environment: Environment, problems: Problems): LogLevel | undefined {
  return readWord(findVariable(environment, 'OTEL_LOG_LEVEL'), logLevels, problems);
}

/**
 * Which measurements may become exemplars (a measurement with its trace). With `trace_based`, those of sampled spans, so
 * none without a tracer.
 *
 * @default `trace_based`
 * @env OTEL_METRICS_EXEMPLAR_FILTER
 */
export function readExemplarFilter(environment: Environment, problems: Problems): ExemplarFilter | undefined {
  return readWord(findVariable(environment, 'OTEL_METRICS_EXEMPLAR_FILTER'), exemplarFilters, problems);
}

/** The chosen exporters, each once; Prometheus if the variable is unset, an empty list for `none`. */
export function readExporterNames(environment: Environment, problems: Problems): Exclude<ExporterName, 'none'>[] {
  const found = findVariable(environment, 'OTEL_METRICS_EXPORTER');
  if (found === undefined) return ['prometheus'];
  const entries = readList(found).map((entry) => entry.toLowerCase());
  const names = exporterNames.filter((name) => entries.includes(name));
  const isKnown = entries.length > 0 && entries.every((entry) => (exporterNames as readonly string[]).includes(entry));
  if (!isKnown || (names.includes('none') && names.length > 1)) {
    problems.mustBe(found.name, { allowed: 'none, or a list of prometheus, otlp, pushgateway, console' }, found.value);
  }
  return names.filter((name) => name !== 'none');
}

/** `OTEL_RESOURCE_ATTRIBUTES`, with `OTEL_SERVICE_NAME` overriding its `service.name`. Empty values are omitted. */
export function readResourceAttributes(environment: Environment, problems: Problems): Record<string, string> {
  const found = findVariable(environment, 'OTEL_RESOURCE_ATTRIBUTES');
  const pairs = found === undefined ? {} : readPairs(found, problems, 'key=value,key=value', isAttribute, false);
  const attributes = Object.fromEntries(Object.entries(pairs).filter(([, value]) => !isBlank(value)));
  const serviceName = findVariable(environment, 'OTEL_SERVICE_NAME');
  if (serviceName !== undefined) attributes['service.name'] = serviceName.value;
  return attributes;
}

/**
 * Which detectors look for resource attributes. `process` adds the command line, including API keys in it.
 *
 * @default unset: finds `host.name`, `process.pid`, `process.runtime.*`
 * @env OTEL_NODE_RESOURCE_DETECTORS
 */
export function readDetectorNames(environment: Environment, problems: Problems): DetectorName[] | undefined {
  const found = findVariable(environment, 'OTEL_NODE_RESOURCE_DETECTORS');
  if (found === undefined) return undefined;
  const entries = readList(found).map((entry) => entry.toLowerCase());
  const names = detectorNames.filter((name) => entries.includes(name));
  if (entries.some((entry) => !(detectorNames as readonly string[]).includes(entry))) {
    problems.mustBe(found.name, { allowed: `a list of ${detectorNames.join(', ')}` }, found.value);
  }
  return names;
}

export function readPushgatewayUrl(environment: Environment, problems: Problems): string | undefined {
  return readText(findVariable(environment, 'TRADEMETER_PUSHGATEWAY_URL'), httpUrl, problems);
}

export function readPushgatewayJob(environment: Environment): string | undefined {
  return findVariable(environment, 'TRADEMETER_PUSHGATEWAY_JOB')?.value;
}

export function readExportInterval(environment: Environment, problems: Problems): number | undefined {
  const found = findVariable(environment, 'OTEL_METRIC_EXPORT_INTERVAL');
  return doubtMillis(found, readInteger(found, timerMillis, problems), 250, problems);
}

export function readExportTimeout(environment: Environment, problems: Problems): number | undefined {
  const found = findVariable(environment, 'OTEL_METRIC_EXPORT_TIMEOUT');
  return doubtMillis(found, readInteger(found, timerMillis, problems), 100, problems);
}

/** One decoded `key=value` of a list. */
export interface Pair {
  readonly key: string;
  readonly value: string;
}

/** Parses `key=value,key=value`, percent-encoded. */
export function readPairs(
  found: Variable,
  problems: Problems,
  allowed: string,
  accepts: (pair: Pair, entry: string) => boolean,
  isSecret: boolean,
): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const [index, entry] of readList(found).entries()) {
    const pair = readPair(entry);
    if (pair === undefined || !accepts(pair, entry)) {
      const rule = `${allowed}, percent-encoded (a comma is %2C), but entry ${index + 1} is malformed`;
      if (isSecret) problems.add(found.name, `${found.name} must be ${rule}`);
      else problems.mustBe(found.name, { allowed: rule }, found.value);
      break;
    }
    pairs[pair.key] = pair.value;
  }
  return pairs;
}

function readPair(entry: string): Pair | undefined {
  const equals = entry.indexOf('=');
  if (equals < 1) return undefined;
  try {
    return {
      key: decodeURIComponent(entry.slice(0, equals).trim()),
      value: decodeURIComponent(entry.slice(equals + 1).trim()),
    };
  } catch {
    return undefined;
  }
}

const isAttribute = ({ key }: Pair): boolean => key !== '';
