import type { MetricProducer } from '@opentelemetry/sdk-metrics';
import type { ExpositionOptions } from '@trademeter/exposition';
import { translationStrategies } from '@trademeter/prometheus-naming';
import { isBearerToken } from './access/authenticator.ts';
import { isPasswordHash, isUserName, passwordHashes } from './access/password-hash.ts';
import {
  clientAuthTypes,
  requiresCertificate,
  type TlsSettings,
  type TlsVersion,
  tlsVersions,
} from './access/tls-settings.ts';
import { WatchedFile } from './access/watched-file.ts';
import type { WebOptions } from './access/web-settings.ts';
import { notAllowed, secretNotAllowed } from './configuration-error.ts';
import {
  allowedHostsEnvironment,
  definedOf,
  type Environment,
  emptyCredentials,
  hostEnvironment,
  portEnvironment,
  prefixed,
  webEnvironment,
} from './environment.ts';
import type { PrometheusExporterConfig, TlsConfig } from './exporter-config.ts';
import { healthPath, type PageHandler } from './http/routes.ts';
import type { ScrapeServerOptions } from './http/scrape-server.ts';
import { check, flag, integer, oneOf, text, texts } from './option-checks.ts';

/** Options with every default filled in. */
export interface ResolvedOptions extends ExpositionOptions, ScrapeServerOptions, WebOptions {
  readonly collectTimeoutMillis: number;
  readonly answerTimeoutMillis: number;
  /** Variables that were meant to say who may scrape, and are empty. */
  readonly emptyCredentials: readonly string[];
  readonly pages: PageHandler | undefined;
}

/**
 * @param environment what is not set in code is looked for here
 * @throws {ConfigurationError} naming the first option that is wrong
 */
export function resolveOptions(config: PrometheusExporterConfig, environment: Environment): ResolvedOptions {
  check('options', config, 'an object', (given) => typeof given === 'object' && given !== null);
  check('metricProducers', config.metricProducers, 'a list of objects with a method collect()', (given) => {
    return (
      Array.isArray(given) && given.every((each) => typeof (each as MetricProducer | null)?.collect === 'function')
    );
  });
  check('preventServerStart', config.preventServerStart, 'true or false', (given) => typeof given === 'boolean');
  check('pages', config.pages, 'a function', (given) => typeof given === 'function');
  return {
    ...textOptions(config),
    ...serverOptions(config, environment),
    ...webOptions(config, environment),
    emptyCredentials: emptyCredentials(environment),
    pages: config.pages,
  };
}

/** @throws {ConfigurationError} naming the first option that is wrong */
export function textOptions(config: PrometheusExporterConfig): ExpositionOptions & { collectTimeoutMillis: number } {
  const { prefix, withResourceConstantLabels, translationStrategy } = config;
  check('prefix', prefix, 'a metric name of [a-zA-Z0-9_:] that does not begin with a digit', (value) => {
    return typeof value === 'string' && /^([a-zA-Z_:][a-zA-Z0-9_:]*)?$/.test(value);
  });
  check('withResourceConstantLabels', withResourceConstantLabels, 'a regular expression', (value) => {
    return value instanceof RegExp;
  });
  return {
    prefix: prefix ?? '',
    translationStrategy:
      oneOf('translationStrategy', translationStrategy, translationStrategies) ?? 'UnderscoreEscapingWithSuffixes',
    appendTimestamp: flag('appendTimestamp', config.appendTimestamp),
    withoutScopeInfo: flag('withoutScopeInfo', config.withoutScopeInfo),
    withoutTargetInfo: flag('withoutTargetInfo', config.withoutTargetInfo),
    withResourceConstantLabels,
    collectTimeoutMillis: millis('collectTimeoutMillis', config.collectTimeoutMillis) ?? 5_000,
  };
}

function serverOptions(
  config: PrometheusExporterConfig,
  environment: Environment,
): ScrapeServerOptions & { answerTimeoutMillis: number } {
  // A variable whose option is set in code is not looked at.
  const { host = hostEnvironment(environment), port = portEnvironment(environment), maxConnections } = config;
  return {
    host: withoutBrackets(text('host', host) ?? 'localhost'),
    port: integer('port', port, 0, 65_535) ?? 9464,
    endpoint: urlPath('endpoint', config.endpoint) ?? '/metrics',
    allowedHosts: hostNames(config, environment),
    maxConnections: integer('maxConnections', maxConnections, 1, 1_000_000) ?? 100,
    answerTimeoutMillis: millis('answerTimeoutMillis', config.answerTimeoutMillis) ?? 30_000,
    requestTimeoutMillis: millis('requestTimeoutMillis', config.requestTimeoutMillis) ?? 5_000,
    closeTimeoutMillis: millis('closeTimeoutMillis', config.closeTimeoutMillis) ?? 2_000,
  };
}

/** An IPv6 address as it stands in a URL: `[::1]`. */
function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function hostNames({ allowedHosts }: PrometheusExporterConfig, environment: Environment): readonly string[] {
  const option = allowedHosts === undefined ? prefixed('allowedHosts') : 'allowedHosts';
  const names = texts(option, allowedHosts) ?? allowedHostsEnvironment(environment);
  for (const name of names) {
    check(option, name, 'host names without ports, or *', (given) => /^(\*|[\w.-]+)$/.test(String(given)));
  }
  return names;
}

/** A path that a request can have as it is, and that nothing else is at. */
function urlPath(option: string, value: string | undefined): string | undefined {
  const rooted = (given: string) => given.replace(/^(?!\/)/, '/');
  check(option, value, 'a path such as "/metrics"', (given) => {
    if (typeof given !== 'string') return false;
    if (given === '') return true;
    const base = 'http://localhost';
    const isWhole = URL.canParse(rooted(given), base) && new URL(rooted(given), base).pathname === rooted(given);
    return isWhole && rooted(given) !== healthPath;
  });
  return value === undefined || value === '' ? undefined : rooted(value);
}

function webOptions(config: PrometheusExporterConfig, environment: Environment): WebOptions {
  const fromEnvironment = webEnvironment(environment, config);
  const names = (option: keyof typeof fromEnvironment) => (config[option] === undefined ? prefixed(option) : option);
  const merged = { ...fromEnvironment, ...definedOf(config) };
  const hasToken = config.bearerToken !== undefined || config.bearerTokenFile !== undefined;
  const { bearerToken, bearerTokenFile } = hasToken ? config : fromEnvironment;
  if (bearerToken !== undefined && !(typeof bearerToken === 'string' && isBearerToken(bearerToken))) {
    throw secretNotAllowed(names('bearerToken'), 'a text of printable ASCII without spaces');
  }
  return {
    bearerToken,
    bearerTokenFile: file(names('bearerTokenFile'), bearerTokenFile),
    basicAuthUsers: users(names('basicAuthUsers'), merged.basicAuthUsers),
    tls: tlsSettings(merged.tls, config.tls === undefined ? prefixed : (option) => `tls.${option}`),
    webConfigFile: file(names('webConfigFile'), merged.webConfigFile),
  };
}

function users(option: string, value: unknown): ReadonlyMap<string, string> {
  check(option, value, 'a hash of a password for each user', (given) => typeof given === 'object' && given !== null);
  const entries = Object.entries((value ?? {}) as Record<string, unknown>);
  const found = new Map<string, string>();
  for (const [name, hash] of entries) {
    // Spaces and line ends come with secrets from files; nobody could log in with them.
    const user = name.trim();
    if (!isUserName(user) || found.has(user)) {
      throw secretNotAllowed(option, 'hashes by user, each once, whose name has no colons and control characters');
    }
    if (typeof hash !== 'string' || !isPasswordHash(hash)) {
      throw secretNotAllowed(option, `a hash of a password for each user, ${passwordHashes}`);
    }
    found.set(user, hash);
  }
  return found;
}

function tlsSettings(config: TlsConfig | undefined, name: (option: string) => string): TlsSettings | undefined {
  if (config === undefined) return undefined;
  check('tls', config, 'an object with certFile and keyFile', (given) => typeof given === 'object' && given !== null);
  const { clientCaFile, clientAllowedSans, clientAuthType, minVersion } = config;
  const needed = (option: 'certFile' | 'keyFile'): WatchedFile => {
    const found = file(name(option), config[option]);
    if (found === undefined) throw notAllowed(name(option), 'the path of a file', undefined);
    return found;
  };
  const [cert, key, clientCa] = [needed('certFile'), needed('keyFile'), file(name('clientCaFile'), clientCaFile)];
  const usual = clientCa === undefined ? 'NoClientCert' : 'RequireAndVerifyClientCert';
  const authType = oneOf(name('clientAuthType'), clientAuthType, clientAuthTypes) ?? usual;
  const sans = texts(name('clientAllowedSans'), clientAllowedSans) ?? [];
  if (sans.length > 0 && !requiresCertificate(authType)) {
    const allowed = `${clientAuthTypes.filter(requiresCertificate).join(' or ')} for clientAllowedSans to mean anything`;
    throw notAllowed(name('clientAuthType'), allowed, authType);
  }
  return {
    cert,
    key,
    clientCa,
    clientAuthType: authType,
    clientAllowedSans: sans,
    minVersion: oneOf(name('minVersion'), minVersion, Object.keys(tlsVersions) as TlsVersion[]) ?? 'TLS12',
    maxVersion: 'TLS13',
    ciphers: [],
    curves: [],
  };
}

function file(option: string, path: string | undefined): WatchedFile | undefined {
  check(option, path, 'the path of a file', (given) => typeof given === 'string' && given !== '');
  return path === undefined ? undefined : new WatchedFile(option, path);
}

/** A time as timers take it. */
function millis(option: string, value: number | undefined): number | undefined {
  return integer(option, value, 1, 2 ** 31 - 1);
}
