import { dirname, resolve } from 'node:path';
import { ConfigurationError } from './configuration-error.ts';
import { loadYaml } from './optional-package.ts';
import { isPasswordHash } from './password-hash.ts';
import {
  type ClientAuthType,
  cipherName,
  clientAuthTypes,
  curveNames,
  type TlsSettings,
  type TlsVersion,
  tlsVersions,
} from './tls-settings.ts';
import { WatchedFile } from './watched-file.ts';

/** What a web.config.file says, the format that Prometheus' own exporters share. */
export interface WebConfig {
  /** Hashes of passwords, by user. */
  readonly users: ReadonlyMap<string, string>;
  readonly tls: TlsSettings | undefined;
  /** Of every answer. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rateLimit: { readonly intervalMillis: number; readonly burst: number } | undefined;
}

/** Reads text in the format. It is made once, because the parser comes as a package of its own. */
export type WebConfigParser = (content: string) => WebConfig;

type Section = Readonly<Record<string, unknown>>;

const allowedHeaders: ReadonlyMap<string, readonly string[]> = new Map([
  ['Content-Security-Policy', []],
  ['Strict-Transport-Security', []],
  ['X-Content-Type-Options', ['nosniff']],
  ['X-Frame-Options', ['deny', 'sameorigin']],
  ['X-XSS-Protection', []],
]);

/**
 * A parser of this file, from whose folder relative paths go.
 *
 * @see https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md
 */
export async function webConfigParser(file: WatchedFile): Promise<WebConfigParser> {
  const { option } = file;
  const { parse } = await loadYaml(option);
  const read = (content: string): unknown => {
    try {
      return parse(content);
    } catch (cause) {
      throw new Error(`is not YAML: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  };
  return (content) => {
    try {
      return webConfig(read(content), file);
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : String(cause);
      throw new ConfigurationError(`${option}: ${problem}`, { code: 'ERR_TRADEMETER_FILE', option, cause });
    }
  };
}

/** Throws what is wrong. Nothing of the file is quoted but what is no secret. */
function webConfig(document: unknown, file: WatchedFile): WebConfig {
  const root = section(document ?? {}, 'the file', [
    'tls_server_config',
    'http_server_config',
    'basic_auth_users',
    'rate_limit',
  ]);
  const http = section(root['http_server_config'] ?? {}, 'http_server_config', ['http2', 'headers']);
  return {
    users: usersOf(root['basic_auth_users'] ?? {}),
    tls: root['tls_server_config'] === undefined ? undefined : tlsOf(root['tls_server_config'], file),
    headers: headersOf(http['headers'] ?? {}),
    rateLimit: rateLimitOf(root['rate_limit'] ?? {}),
  };
}

function usersOf(value: unknown): ReadonlyMap<string, string> {
  const users = new Map<string, string>();
  for (const [user, hash] of Object.entries(section(value, 'basic_auth_users'))) {
    if (typeof hash !== 'string' || !isPasswordHash(hash)) {
      throw new Error(`basic_auth_users: the password of ${JSON.stringify(user)} must be a bcrypt hash (htpasswd -nB)`);
    }
    users.set(user, hash);
  }
  return users;
}

const tlsKeys = [
  ['cert', 'key', 'client_ca', 'cert_file', 'key_file', 'client_ca_file', 'client_auth_type', 'client_allowed_sans'],
  ['min_version', 'max_version', 'cipher_suites', 'prefer_server_cipher_suites', 'curve_preferences'],
].flat();

function tlsOf(value: unknown, { option, path }: WatchedFile): TlsSettings {
  const tls = section(value, 'tls_server_config', tlsKeys);
  const source = (key: string): string | WatchedFile | undefined => {
    const file = text(tls, `${key}_file`);
    return file === undefined ? text(tls, key) : new WatchedFile(option, resolve(dirname(path), file));
  };
  const [cert, key, clientCa] = [source('cert'), source('key'), source('client_ca')];
  if (cert === undefined || key === undefined) {
    throw new Error('tls_server_config must have cert_file and key_file (or cert and key)');
  }
  const given = text(tls, 'client_auth_type');
  // Go kept the older name.
  const clientAuthType = given === 'RequireClientCert' ? 'RequireAnyClientCert' : given;
  if (clientCa !== undefined && (clientAuthType ?? 'NoClientCert') === 'NoClientCert') {
    throw new Error('tls_server_config: client_ca_file needs a client_auth_type, RequireAndVerifyClientCert');
  }
  return {
    cert,
    key,
    clientCa,
    clientAuthType: oneOf<ClientAuthType>('client_auth_type', clientAuthType ?? 'NoClientCert', clientAuthTypes),
    clientAllowedSans: texts(tls, 'client_allowed_sans'),
    minVersion: version(tls, 'min_version', 'TLS12'),
    maxVersion: version(tls, 'max_version', 'TLS13'),
    ciphers: texts(tls, 'cipher_suites').map((name) => {
      const cipher = cipherName(name);
      if (cipher === undefined) throw new Error(`cipher_suites must not have ${JSON.stringify(name)}`);
      return cipher;
    }),
    curves: texts(tls, 'curve_preferences').map((name) => {
      const curve = curveNames.get(name);
      if (curve === undefined) throw new Error(`curve_preferences may have ${[...curveNames.keys()].join(', ')}`);
      return curve;
    }),
  };
}

function version(tls: Section, key: string, usual: TlsVersion): TlsVersion {
  return oneOf(key, text(tls, key) ?? usual, Object.keys(tlsVersions) as TlsVersion[]);
}

function headersOf(value: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, content] of Object.entries(section(value, 'headers', [...allowedHeaders.keys()]))) {
    if (typeof content !== 'string' || /[^\t -~]/.test(content)) throw new Error(`headers: ${name} must be a text`);
    if (content === '') continue;
    const allowed = allowedHeaders.get(name) ?? [];
    headers[name] = allowed.length === 0 ? content : oneOf(name, content, allowed);
  }
  return headers;
}

const unitMillis: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

function rateLimitOf(value: unknown): WebConfig['rateLimit'] {
  const { interval = 0, burst = 0 } = section(value, 'rate_limit', ['interval', 'burst']);
  if (typeof burst !== 'number' || !Number.isInteger(burst) || burst < 0) {
    throw new Error('rate_limit: burst must be a whole number');
  }
  const intervalMillis = durationMillis(interval);
  if (intervalMillis === undefined) throw new Error('rate_limit: interval must be a duration such as 1s or 100ms');
  return intervalMillis === 0 ? undefined : { intervalMillis, burst };
}

/** A duration as Go writes it: `1s`, `1m30s`, `0`. */
function durationMillis(value: unknown): number | undefined {
  if (value === 0 || value === '0') return 0;
  if (typeof value !== 'string' || !/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(value)) return undefined;
  const parts = [...value.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g)];
  return parts.reduce((total, [, number, unit = '']) => total + Number(number) * (unitMillis.get(unit) ?? 0), 0);
}

function section(value: unknown, name: string, keys?: readonly string[]): Section {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${name} must be a mapping`);
  const unknown = keys === undefined ? undefined : Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw new Error(`${name} must not have ${unknown}; it may have ${keys?.join(', ')}`);
  return value as Section;
}

function text(from: Section, key: string): string | undefined {
  const value = from[key];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw new Error(`${key} must be a text`);
  return value;
}

function texts(from: Section, key: string): string[] {
  const value = from[key] ?? [];
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string'))
    throw new Error(`${key} must be a list of texts`);
  return value;
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const known = allowed.find((each) => each === value);
  if (known === undefined)
    throw new Error(`${name} must be one of ${allowed.join(', ')}, got ${JSON.stringify(value)}`);
  return known;
}
