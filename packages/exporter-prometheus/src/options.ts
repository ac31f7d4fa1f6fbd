import {
  anyBoolean,
  anyFunction,
  checkOptions,
  type Environment,
  filePath,
  hasMethods,
  integerBetween,
  isObject,
  listOf,
  nonEmptyString,
  type OptionCheck,
  oneOf,
  optionError,
  portNumber,
  regularExpression,
  secret,
  timerMillis,
} from '@trademeter/config';
import type { ExpositionOptions } from '@trademeter/exposition';
import { translationStrategies } from '@trademeter/prometheus-naming';
import { isBearerToken } from './access/authenticator.ts';
import { isPasswordHash, isUserName, passwordHashes } from './access/password-hash.ts';
import { clientAuthTypes, requiresCertificate, type TlsSettings, tlsVersions } from './access/tls-settings.ts';
import { WatchedFile } from './access/watched-file.ts';
import type { WebOptions } from './access/web-settings.ts';
import {
  allowedHostsEnvironment,
  definedOf,
  emptyCredentials,
  hostEnvironment,
  portEnvironment,
  prefixed,
  webEnvironment,
} from './environment.ts';
import type { PrometheusExporterConfig, TlsConfig } from './exporter-config.ts';
import { healthPath, type PageHandler } from './http/routes.ts';
import type { ScrapeServerOptions } from './http/scrape-server.ts';

/** Options with all defaults filled in. */
export interface ResolvedOptions extends ExpositionOptions, ScrapeServerOptions, WebOptions {
  readonly collectTimeoutMillis: number;
  readonly answerTimeoutMillis: number;
  /** Variables about who may scrape that are set but empty. */
  readonly emptyCredentials: readonly string[];
  readonly pages: PageHandler | undefined;
}

const packageName = 'exporter-prometheus';

const tokenCheck: OptionCheck = secret({
  allowed: 'a string of printable ASCII without spaces',
  accepts: (value) => typeof value === 'string' && isBearerToken(value),
});

const textChecks = {
  prefix: {
    allowed: 'a metric name of [a-zA-Z0-9_:] that does not begin with a digit',
    accepts: (value) => typeof value === 'string' && /^([a-zA-Z_:][a-zA-Z0-9_:]*)?$/.test(value),
  },
  appendTimestamp: anyBoolean,
  withResourceConstantLabels: regularExpression,
  withoutScopeInfo: anyBoolean,
  withoutTargetInfo: anyBoolean,
  translationStrategy: oneOf(...translationStrategies),
  collectTimeoutMillis: timerMillis,
} satisfies Partial<Record<keyof PrometheusExporterConfig, OptionCheck>>;

const checks: Readonly<Record<keyof PrometheusExporterConfig, OptionCheck>> = {
  ...textChecks,
  endpoint: { allowed: 'a path such as "/metrics"', accepts: isEndpoint },
  host: nonEmptyString,
  port: portNumber,
  preventServerStart: anyBoolean,
  metricProducers: listOf({ accepts: (value) => hasMethods(value, 'collect') }, 'objects with a method collect()'),
  answerTimeoutMillis: timerMillis,
  requestTimeoutMillis: timerMillis,
  closeTimeoutMillis: timerMillis,
  maxConnections: integerBetween(1, 1_000_000),
  allowedHosts: listOf({ accepts: (value) => typeof value === 'string' }, 'strings'),
  bearerToken: tokenCheck,
  bearerTokenFile: filePath,
  basicAuthUsers: secret({ allowed: 'a password hash for each user', accepts: isObject }),
  tls: { allowed: 'an object with certFile and keyFile', accepts: isObject },
  webConfigFile: filePath,
  pages: anyFunction,
};

const tlsChecks: Readonly<Record<keyof TlsConfig, OptionCheck>> = {
  certFile: filePath,
  keyFile: filePath,
  clientCaFile: filePath,
  clientAuthType: oneOf(...clientAuthTypes),
  clientAllowedSans: listOf({ accepts: (value) => typeof value === 'string' }, 'strings'),
  minVersion: oneOf(...Object.keys(tlsVersions)),
};

/**
 * Checks the options and fills in the defaults.
 *
 * @param environment the variables for options that are not set in code
 * @throws {ConfigurationError} naming the first option that is wrong
 */
export function resolveOptions(config: PrometheusExporterConfig, environment: Environment): ResolvedOptions {
  checkOptions(packageName, config, checks);
  if (config.tls !== undefined) checkOptions(packageName, config.tls, tlsChecks, ['certFile', 'keyFile'], 'tls');
  return {
    ...withTextDefaults(config),
    ...serverOptions(config, environment),
    ...webOptions(config, environment),
    emptyCredentials: emptyCredentials(environment),
    pages: config.pages,
  };
}

/** The defaults of upstream's options, read by programs as `PrometheusExporter.DEFAULT_OPTIONS`. */
export const defaultOptions = Object.freeze({
  host: 'localhost',
  port: 9464,
  endpoint: '/metrics',
  prefix: '',
  appendTimestamp: false,
  withResourceConstantLabels: undefined,
  withoutScopeInfo: false,
  withoutTargetInfo: false,
});

type TextConfig = Pick<PrometheusExporterConfig, keyof typeof textChecks>;
type TextOptions = ExpositionOptions & { readonly collectTimeoutMillis: number };

/** @throws {ConfigurationError} naming the first option that is wrong */
export function textOptions(config: TextConfig): TextOptions {
  checkOptions(packageName, config, textChecks);
  return withTextDefaults(config);
}

function withTextDefaults(config: TextConfig): TextOptions {
  return {
    prefix: config.prefix ?? defaultOptions.prefix,
    translationStrategy: config.translationStrategy ?? 'UnderscoreEscapingWithSuffixes',
    appendTimestamp: config.appendTimestamp === true,
    withoutScopeInfo: config.withoutScopeInfo === true,
    withoutTargetInfo: config.withoutTargetInfo === true,
    withResourceConstantLabels: config.withResourceConstantLabels,
    collectTimeoutMillis: config.collectTimeoutMillis ?? 5_000,
  };
}

function serverOptions(
  config: PrometheusExporterConfig,
  environment: Environment,
): ScrapeServerOptions & { answerTimeoutMillis: number } {
  // The variable of an option that is set in code is ignored.
  const { host = hostEnvironment(environment), port = portEnvironment(environment) } = config;
  return {
    host: withoutBrackets(host ?? defaultOptions.host),
    port: port ?? defaultOptions.port,
    endpoint: config.endpoint ? rooted(config.endpoint) : defaultOptions.endpoint,
    allowedHosts: hostNames(config, environment),
    maxConnections: config.maxConnections ?? 100,
    answerTimeoutMillis: config.answerTimeoutMillis ?? 30_000,
    requestTimeoutMillis: config.requestTimeoutMillis ?? 5_000,
    closeTimeoutMillis: config.closeTimeoutMillis ?? 2_000,
  };
}

/** Removes the brackets of an IPv6 address in a URL: `[::1]`. */
function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function hostNames({ allowedHosts }: PrometheusExporterConfig, environment: Environment): readonly string[] {
  const option = allowedHosts === undefined ? prefixed('allowedHosts') : 'allowedHosts';
  const names = allowedHosts ?? allowedHostsEnvironment(environment);
  const wrong = names.find((name) => !/^(\*|[\w.-]+)$/.test(name));
  if (wrong === undefined) return names;
  throw optionError(packageName, option, { allowed: 'host names without ports, or *' }, wrong);
}

/** Whether a request can have this path, and nothing else is served there. Empty means the default. */
function isEndpoint(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (value === '') return true;
  const base = 'http://localhost';
  const path = rooted(value);
  return URL.canParse(path, base) && new URL(path, base).pathname === path && path !== healthPath;
}

function rooted(path: string): string {
  return path.replace(/^(?!\/)/, '/');
}

function webOptions(config: PrometheusExporterConfig, environment: Environment): WebOptions {
  const fromEnvironment = webEnvironment(environment, config);
  const names = (option: keyof typeof fromEnvironment) => (config[option] === undefined ? prefixed(option) : option);
  const merged = { ...fromEnvironment, ...definedOf(config) };
  const hasToken = config.bearerToken !== undefined || config.bearerTokenFile !== undefined;
  const { bearerToken, bearerTokenFile } = hasToken ? config : fromEnvironment;
  if (bearerToken !== undefined && !tokenCheck.accepts(bearerToken)) {
    throw optionError(packageName, names('bearerToken'), tokenCheck, bearerToken);
  }
  return {
    bearerToken,
    bearerTokenFile: file(names('bearerTokenFile'), bearerTokenFile),
    basicAuthUsers: users(names('basicAuthUsers'), merged.basicAuthUsers),
    tls: tlsSettings(merged.tls, config.tls === undefined ? prefixed : (option) => `tls.${option}`),
    webConfigFile: file(names('webConfigFile'), merged.webConfigFile),
  };
}

function users(option: string, hashes: Readonly<Record<string, unknown>> = {}): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [name, hash] of Object.entries(hashes)) {
    // Secrets from files may end with spaces or line ends, with which nobody could log in.
    const user = name.trim();
    if (!isUserName(user) || found.has(user)) {
      const allowed =
        'an object of password hashes by user name, each name once and without colons or control characters';
      throw optionError(packageName, option, { allowed, isSecret: true }, name);
    }
    if (typeof hash !== 'string' || !isPasswordHash(hash)) {
      const allowed = `a password hash for each user, ${passwordHashes}`;
      throw optionError(packageName, option, { allowed, isSecret: true }, hash);
    }
    found.set(user, hash);
  }
  return found;
}

function tlsSettings(config: TlsConfig | undefined, name: (option: string) => string): TlsSettings | undefined {
  if (config === undefined) return undefined;
  const { certFile, keyFile, clientCaFile, clientAllowedSans = [], minVersion = 'TLS12' } = config;
  const usual = clientCaFile === undefined ? 'NoClientCert' : 'RequireAndVerifyClientCert';
  const { clientAuthType = usual } = config;
  if (clientAllowedSans.length > 0 && !requiresCertificate(clientAuthType)) {
    const allowed = `${clientAuthTypes.filter(requiresCertificate).join(' or ')} when clientAllowedSans is set`;
    throw optionError(packageName, name('clientAuthType'), { allowed }, clientAuthType);
  }
  return {
    cert: new WatchedFile(name('certFile'), certFile),
    key: new WatchedFile(name('keyFile'), keyFile),
    clientCa: file(name('clientCaFile'), clientCaFile),
    clientAuthType,
    clientAllowedSans,
    minVersion,
    maxVersion: 'TLS13',
    ciphers: [],
    curves: [],
  };
}

function file(option: string, path: string | undefined): WatchedFile | undefined {
  return path === undefined ? undefined : new WatchedFile(option, path);
}
