import { dirname, resolve } from 'node:path';
import {
  ConfigurationError,
  listOf,
  messageOf,
  nonEmptyString,
  type OptionCheck,
  oneOf,
  optionError,
  secret,
} from '@trademeter/config';
import { loadYaml } from './optional-package.ts';
import { isPasswordHash, isUserName } from './password-hash.ts';
import {
  cipherName,
  clientAuthTypes,
  curveNames,
  laterCiphers,
  requiresCertificate,
  type TlsSettings,
  type TlsVersion,
  tlsVersions,
} from './tls-settings.ts';
import { WatchedFile } from './watched-file.ts';

/** WebConfig has the settings of a web.config.file, the format that Prometheus' own exporters share. */
export interface WebConfig {
  /** Password hashes by user. */
  readonly users: ReadonlyMap<string, string>;
  readonly tls: TlsSettings | undefined;
  /** Headers of every answer. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rateLimit: { readonly intervalMillis: number; readonly burst: number } | undefined;
  /** The parsed document, for {@link emptiedSince} and {@link emptySections}. */
  readonly document: unknown;
}

/** Parses the text of a web.config.file. It is created once, because the YAML parser is loaded on demand. */
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
 * Creates a parser for this file. Relative paths start at the file's folder.
 *
 * @see https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md
 */
export async function webConfigParser(file: WatchedFile): Promise<WebConfigParser> {
  const { option } = file;
  const yaml = await loadYaml(option);
  return (content) => {
    try {
      return webConfig(documentIn(content, yaml), file);
    } catch (error) {
      // Without the error as its cause: a parser's error quotes the file.
      throw new ConfigurationError('exporter-prometheus', `${option}: ${messageOf(error)}`, {
        code: 'ERR_TRADEMETER_FILE',
        option,
      });
    }
  };
}

/** Parses YAML, and reports errors without the parser's message, which quotes the file and so may contain secrets. */
function documentIn(content: string, { parse, YAMLParseError }: typeof import('yaml')): unknown {
  try {
    // Warnings would go to the console and quote the file.
    return parse(content, { logLevel: 'error' });
  } catch (error) {
    const isParseError = error instanceof YAMLParseError;
    const at = isParseError ? error.linePos?.[0] : undefined;
    const where = at === undefined ? '' : `, line ${at.line}, column ${at.col}`;
    // oxlint-disable-next-line preserve-caught-error -- it quotes the file
    throw new Error(`is not valid YAML (${isParseError ? error.code : 'UNRESOLVED'}${where})`);
  }
}

/** Throws for the first mistake. Quotes nothing that may be secret. */
function webConfig(document: unknown, file: WatchedFile): WebConfig {
  const root = section(document ?? {}, 'the file', [
    'tls_server_config',
    'http_server_config',
    'basic_auth_users',
    'rate_limit',
  ]);
  const http = section(root['http_server_config'] ?? {}, 'http_server_config', ['http2', 'headers']);
  checked('http2', given(http, 'http2'), flag);
  return {
    users: usersOf(root['basic_auth_users'] ?? {}),
    tls: tlsOf(root['tls_server_config'] ?? {}, file),
    headers: headersOf(http['headers'] ?? {}),
    rateLimit: rateLimitOf(root['rate_limit'] ?? {}),
    document,
  };
}

/**
 * Returns the keys that lead to a section whose key is there while its content is gone, as in a file that is cut off
 * while it is written; an empty list for the whole document, and `undefined` if there is no such section.
 */
export function emptiedSince(before: unknown, now: unknown): readonly string[] | undefined {
  if (isNothing(before)) return undefined;
  if (now === null) return [];
  if (typeof before !== 'object' || typeof now !== 'object') return undefined;
  for (const [key, value] of Object.entries(now as Section)) {
    const below = emptiedSince((before as Section)[key], value);
    if (below !== undefined) return [key, ...below];
  }
  return undefined;
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** Sections that are present but empty. */
export function emptySections(document: unknown): string[] {
  return Object.entries(document ?? {}).flatMap(([key, value]) => (value === null ? [key] : []));
}

function usersOf(value: unknown): ReadonlyMap<string, string> {
  const users = new Map<string, string>();
  for (const [user, hash] of Object.entries(section(value, 'basic_auth_users'))) {
    if (!isUserName(user)) {
      throw new Error(`basic_auth_users: ${JSON.stringify(user)} must be a name without colons or control characters`);
    }
    if (typeof hash !== 'string' || !isPasswordHash(hash)) {
      const isCostly = typeof hash === 'string' && /^\$2[aby]\$\d\d\$/.test(hash);
      const allowed = `a bcrypt hash (htpasswd -nB)${isCostly ? ' with a cost of at most 16' : ''}`;
      throw new Error(`basic_auth_users: the password of ${JSON.stringify(user)} must be ${allowed}`);
    }
    users.set(user, hash);
  }
  return users;
}

const tlsKeys = [
  ['cert', 'key', 'client_ca', 'cert_file', 'key_file', 'client_ca_file', 'client_auth_type', 'client_allowed_sans'],
  ['min_version', 'max_version', 'cipher_suites', 'prefer_server_cipher_suites', 'curve_preferences'],
].flat();

// Without any of these keys there is no TLS, as in exporter-toolkit.
const tlsSwitches = ['cert', 'key', 'client_ca', 'cert_file', 'key_file', 'client_ca_file', 'client_auth_type'];

function tlsOf(value: unknown, { option, path }: WatchedFile): TlsSettings | undefined {
  const tls = section(value, 'tls_server_config', tlsKeys);
  if (tlsSwitches.every((key) => given(tls, key) === undefined)) return undefined;
  const source = (key: string): string | WatchedFile | undefined => {
    const file = text(tls, `${key}_file`);
    if (file === undefined) return text(tls, key, secret(nonEmptyString));
    return new WatchedFile(option, resolve(dirname(path), file), `${option}: tls_server_config.${key}_file`);
  };
  const [cert, key, clientCa] = [source('cert'), source('key'), source('client_ca')];
  if (cert === undefined || key === undefined) {
    throw new Error('tls_server_config must have cert_file and key_file (or cert and key)');
  }
  const asked = given(tls, 'client_auth_type');
  // Go kept the older name.
  const inGo = asked === 'RequireClientCert' ? 'RequireAnyClientCert' : asked;
  const clientAuthType =
    clientAuthTypes.find((each) => each === checked('client_auth_type', inGo, oneOf(...clientAuthTypes))) ??
    'NoClientCert';
  if (clientCa !== undefined && clientAuthType === 'NoClientCert') {
    throw new Error('tls_server_config: client_ca_file needs a client_auth_type, RequireAndVerifyClientCert');
  }
  const clientAllowedSans = texts(tls, 'client_allowed_sans');
  if (clientAllowedSans.length > 0 && !requiresCertificate(clientAuthType)) {
    const types = clientAuthTypes.filter(requiresCertificate).join(' or ');
    throw new Error(`tls_server_config: client_allowed_sans needs a client_auth_type, ${types}`);
  }
  const suites = texts(tls, 'cipher_suites');
  const ciphers = suites.filter((name) => !laterCiphers.includes(name)).map(cipherNamed);
  // Naming only suites of TLS 1.3 excludes all others.
  const usual = suites.length > 0 && ciphers.length === 0 ? 'TLS13' : 'TLS12';
  const minVersion = version(tls, 'min_version') ?? usual;
  const maxVersion = version(tls, 'max_version') ?? 'TLS13';
  const inOrder = Object.keys(tlsVersions);
  if (inOrder.indexOf(minVersion) > inOrder.indexOf(maxVersion)) {
    throw new Error(`tls_server_config: min_version (${minVersion}) must not be above max_version (${maxVersion})`);
  }
  checked('prefer_server_cipher_suites', given(tls, 'prefer_server_cipher_suites'), flag);
  return {
    cert,
    key,
    clientCa,
    clientAuthType,
    clientAllowedSans,
    minVersion,
    maxVersion,
    ciphers,
    curves: texts(tls, 'curve_preferences').map(curveNamed),
  };
}

function cipherNamed(name: string): string {
  const cipher = cipherName(name);
  if (cipher === undefined)
    throw new Error(`cipher_suites must not contain ${JSON.stringify(name)}, which this Node.js does not support`);
  return cipher;
}

function curveNamed(name: string): string {
  const curve = curveNames.get(name);
  if (curve === undefined)
    throw new Error(
      `curve_preferences must be a list of ${[...curveNames.keys()].join(', ')}, got ${JSON.stringify(name)}`,
    );
  return curve;
}

function version(tls: Section, key: string): TlsVersion | undefined {
  return text(tls, key, oneOf(...Object.keys(tlsVersions))) as TlsVersion | undefined;
}

const textList = listOf({ accepts: (value) => typeof value === 'string' }, 'strings');

/** Also accepts the words of YAML 1.1, which exporter-toolkit does. */
const flag: OptionCheck = {
  allowed: 'true or false',
  accepts: (value) => typeof value === 'boolean' || (typeof value === 'string' && /^(y|yes|on|n|no|off)$/i.test(value)),
};

function headersOf(value: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, content] of Object.entries(section(value, 'headers', [...allowedHeaders.keys()]))) {
    if (typeof content !== 'string' || /[^\t -~]/.test(content))
      throw new Error(`headers: ${name} must be a string of printable ASCII`);
    if (content === '') continue;
    const allowed = allowedHeaders.get(name) ?? [];
    if (allowed.length > 0) checked(name, content, oneOf(...allowed));
    headers[name] = content;
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
  if (unknown !== undefined) {
    // Anything that does not look like a key may be part of a secret.
    const shown = /^[a-z][\w-]{0,39}$/i.test(unknown) ? `the key ${unknown}` : 'a key that is not shown here';
    throw new Error(`${name} must not have ${shown}; allowed keys are ${keys?.join(', ')}`);
  }
  return value as Section;
}

function text(from: Section, key: string, check: OptionCheck = nonEmptyString): string | undefined {
  return checked(key, given(from, key), check) as string | undefined;
}

function texts(from: Section, key: string): readonly string[] {
  return (checked(key, given(from, key), textList) ?? []) as readonly string[];
}

/** Returns the value if it is undefined or passes the check. */
function checked(key: string, value: unknown, check: OptionCheck): unknown {
  if (value === undefined || check.accepts(value)) return value;
  throw optionError('exporter-prometheus', key, check, value);
}

/** As in Go, an empty value counts as absent. */
function given(from: Section, key: string): unknown {
  const value = from[key];
  return value === null || value === '' ? undefined : value;
}
