import { X509Certificate } from 'node:crypto';
import {
  createSecureContext,
  getCiphers,
  type PeerCertificate,
  type SecureContextOptions,
  type TLSSocket,
} from 'node:tls';
import { ConfigurationError, messageOf } from '@trademeter/config';
import type { WatchedFile } from './watched-file.ts';

/** What is required of client certificates, as in Go's crypto/tls and in web.config.file. */
export const clientAuthTypes = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const;

/** One of {@link clientAuthTypes}. */
export type ClientAuthType = (typeof clientAuthTypes)[number];

/** TLS versions, named as in web.config.file. */
export const tlsVersions = { TLS10: 'TLSv1', TLS11: 'TLSv1.1', TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const;

/** One of {@link tlsVersions}. */
export type TlsVersion = keyof typeof tlsVersions;

/** The TLS settings of the server. */
export interface TlsSettings {
  /** PEM text, or a file with it, which is read again when it changes. */
  readonly cert: string | WatchedFile;
  readonly key: string | WatchedFile;
  /** The authorities that sign client certificates. */
  readonly clientCa: string | WatchedFile | undefined;
  readonly clientAuthType: ClientAuthType;
  /** If not empty, a client certificate must have one of these names. */
  readonly clientAllowedSans: readonly string[];
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** Ciphers of TLS up to 1.2, by their OpenSSL names; empty for Node's defaults. */
  readonly ciphers: readonly string[];
  /** Curves, by their OpenSSL names; empty for Node's defaults. */
  readonly curves: readonly string[];
}

/** OpenSSL's names of curves, by Go's names. */
export const curveNames: ReadonlyMap<string, string> = new Map([
  ['CurveP256', 'P-256'],
  ['CurveP384', 'P-384'],
  ['CurveP521', 'P-521'],
  ['X25519', 'X25519'],
  ['X25519MLKEM768', 'X25519MLKEM768'],
]);

/** Cipher suites of TLS 1.3. Go's servers always offer all of them. */
export const laterCiphers: readonly string[] = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
];

/**
 * OpenSSL's name of a cipher suite of TLS up to 1.2, by its IANA name: `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`.
 *
 * @returns `undefined` when this Node does not support the suite
 */
export function cipherName(name: string): string | undefined {
  const [, exchange, cipher = ''] = /^TLS_(ECDHE_ECDSA|ECDHE_RSA|RSA)_WITH_(\w+)$/.exec(name) ?? [];
  if (exchange === undefined) return undefined;
  const short = cipher
    .replace(/^AES_(\d+)_/, 'AES$1-')
    .replace('-CBC_', '-')
    .replace('CHACHA20_POLY1305_SHA256', 'CHACHA20-POLY1305')
    .replaceAll('_', '-');
  const found = exchange === 'RSA' ? short : `${exchange.replace('_', '-')}-${short}`;
  return getCiphers().includes(found.toLowerCase()) ? found : undefined;
}

/** True when every client needs a certificate. Otherwise, allowed names would have no effect. */
export function requiresCertificate(clientAuthType: ClientAuthType): boolean {
  return clientAuthType === 'RequireAnyClientCert' || clientAuthType === 'RequireAndVerifyClientCert';
}

/** Reads Node's TLS options from the files. Rejects with a {@link ConfigurationError} when they cannot be used. */
export async function secureContextOptions(settings: TlsSettings): Promise<SecureContextOptions> {
  const { cert, key, clientCa, minVersion, maxVersion, ciphers, curves } = settings;
  const options: SecureContextOptions = {
    cert: await textOf(cert),
    key: await textOf(key),
    minVersion: tlsVersions[minVersion],
    maxVersion: tlsVersions[maxVersion],
    honorCipherOrder: true,
    ...(clientCa === undefined ? {} : { ca: await certificatesOf(clientCa) }),
    ...(ciphers.length === 0 ? {} : { ciphers: ciphers.join(':') }),
    ...(curves.length === 0 ? {} : { ecdhCurve: curves.join(':') }),
  };
  try {
    // Node would ignore an empty text.
    if (options.cert === '' || options.key === '') throw new Error('a file is empty');
    createSecureContext(options);
  } catch (cause) {
    const files = filesOf(settings).map(({ path }) => path);
    const where = files.length === 0 ? '' : ` (${files.join(', ')})`;
    const problem = `tls must have a certificate and its key: ${messageOf(cause)}${where}`;
    throw new ConfigurationError('exporter-prometheus', problem, { code: 'ERR_TRADEMETER_FILE', option: 'tls', cause });
  }
  return options;
}

/** The files that {@link secureContextOptions} reads. */
export function filesOf({ cert, key, clientCa }: TlsSettings): WatchedFile[] {
  return [cert, key, clientCa].filter((each) => typeof each === 'object');
}

/** True when a client may continue after the TLS handshake. */
export function admits(socket: TLSSocket, { clientAuthType, clientAllowedSans }: TlsSettings): boolean {
  const certificate = socket.getPeerCertificate();
  const isGiven = Object.keys(certificate).length > 0;
  const isVerified = isGiven && socket.authorized;
  switch (clientAuthType) {
    case 'NoClientCert':
    case 'RequestClientCert':
      return true;
    case 'VerifyClientCertIfGiven':
      return !isGiven || isVerified;
    case 'RequireAnyClientCert':
      return isGiven && hasSan(certificate, clientAllowedSans);
    case 'RequireAndVerifyClientCert':
      return isVerified && hasSan(certificate, clientAllowedSans);
  }
}

const sanTypes = ['DNS', 'IP Address', 'URI', 'email'];

function hasSan({ subjectaltname = '' }: PeerCertificate, allowed: readonly string[]): boolean {
  // "DNS:a.example, IP Address:10.0.0.1, DirName:CN=x"; a name with a comma or a quote is a JSON string.
  const names = [...subjectaltname.matchAll(/([^:,]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/gy)];
  return (
    allowed.length === 0 ||
    names.some(([, type = '', name = '']) => sanTypes.includes(type) && allowed.includes(unquoted(name)))
  );
}

function unquoted(name: string): string {
  return name.startsWith('"') ? (JSON.parse(name) as string) : name;
}

/**
 * Reads certificates in PEM format. Without any, Node would trust all public authorities; with a broken one, nobody.
 */
async function certificatesOf(source: string | WatchedFile): Promise<string> {
  const pem = await textOf(source);
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? [];
  const begun = pem.split('-----BEGIN ').length - 1;
  if (blocks.length > 0 && blocks.length === begun && blocks.every(isCertificate)) return pem;
  const isText = typeof source === 'string';
  const option = isText ? 'client_ca' : source.option;
  const where = isText ? '' : `, which ${source.path} does not`;
  const problem = `${isText ? option : source.namedBy} must contain complete certificates in PEM format${where}`;
  throw new ConfigurationError('exporter-prometheus', problem, { code: 'ERR_TRADEMETER_FILE', option });
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

async function textOf(source: string | WatchedFile): Promise<string> {
  return typeof source === 'string' ? source : await source.read();
}
