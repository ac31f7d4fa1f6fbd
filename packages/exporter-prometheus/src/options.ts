import type { ExporterConfig } from '@opentelemetry/exporter-prometheus';
import { ConfigurationError } from './configuration-error.ts';
import { type TranslationStrategy, translationStrategies } from './naming.ts';
import type { RenditionOptions } from './rendition.ts';

/** What a {@link PrometheusExporter} takes: all of `@opentelemetry/exporter-prometheus`, and more. */
export interface PrometheusExporterConfig extends ExporterConfig {
  /** How names are translated. Default `UnderscoreEscapingWithSuffixes`. */
  translationStrategy?: TranslationStrategy;
  /** How long one collection may wait for observable callbacks, in milliseconds. Default 5,000. */
  collectTimeoutMillis?: number;
  /** How long a scraper may take to read an answer before it is cut off, in milliseconds. Default 30,000. */
  answerTimeoutMillis?: number;
}

/** Options with every default filled in. */
export interface ResolvedOptions extends RenditionOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** The path with its leading slash. */
  readonly endpoint: string;
  readonly collectTimeoutMillis: number;
  readonly answerTimeoutMillis: number;
}

/** @throws {ConfigurationError} naming the first option that is wrong */
export function resolveOptions(options: PrometheusExporterConfig): ResolvedOptions {
  const { prefix, endpoint, withResourceConstantLabels } = options;
  check('prefix', prefix, 'a metric name of [a-zA-Z0-9_:] that does not begin with a digit', (value) => {
    return typeof value === 'string' && /^([a-zA-Z_:][a-zA-Z0-9_:]*)?$/.test(value);
  });
  check('endpoint', endpoint, 'a path such as "/metrics"', (value) => {
    return typeof value === 'string' && /^[!-~]*$/.test(value) && !/[?#]/.test(value);
  });
  check('withResourceConstantLabels', withResourceConstantLabels, 'a regular expression', (value) => {
    return value instanceof RegExp;
  });
  return {
    host: text('host', options.host) ?? 'localhost',
    port: integer('port', options.port, 0, 65_535) ?? 9464,
    endpoint: (endpoint || '/metrics').replace(/^(?!\/)/, '/'),
    prefix: prefix ?? '',
    translationStrategy:
      oneOf('translationStrategy', options.translationStrategy, translationStrategies) ?? translationStrategies[0],
    appendTimestamp: flag('appendTimestamp', options.appendTimestamp),
    withoutScopeInfo: flag('withoutScopeInfo', options.withoutScopeInfo),
    withoutTargetInfo: flag('withoutTargetInfo', options.withoutTargetInfo),
    withResourceConstantLabels,
    collectTimeoutMillis: integer('collectTimeoutMillis', options.collectTimeoutMillis, 1, 2 ** 31 - 1) ?? 5_000,
    answerTimeoutMillis: integer('answerTimeoutMillis', options.answerTimeoutMillis, 1, 2 ** 31 - 1) ?? 30_000,
  };
}

function check(option: string, value: unknown, allowed: string, accepts: (value: unknown) => boolean): void {
  if (value !== undefined && !accepts(value)) throw new ConfigurationError(option, allowed, value);
}

function text(option: string, value: string | undefined): string | undefined {
  check(option, value, 'a non-empty string', (given) => typeof given === 'string' && given !== '');
  return value;
}

function flag(option: string, value: boolean | undefined): boolean {
  check(option, value, 'true or false', (given) => typeof given === 'boolean');
  return value ?? false;
}

function integer(option: string, value: number | undefined, minimum: number, maximum: number): number | undefined {
  check(option, value, `an integer from ${minimum} to ${maximum}`, (given) => {
    return Number.isInteger(given) && (given as number) >= minimum && (given as number) <= maximum;
  });
  return value;
}

function oneOf<T extends string>(option: string, value: T | undefined, allowed: readonly T[]): T | undefined {
  check(option, value, `one of ${allowed.join(', ')}`, (given) => allowed.includes(given as T));
  return value;
}
