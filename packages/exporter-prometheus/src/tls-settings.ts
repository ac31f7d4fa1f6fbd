import { createSecureContext, type PeerCertificate, type SecureContextOptions, type TLSSocket } from 'node:tls';
import { ConfigurationError } from './configuration-error.ts';
import type { WatchedFile } from './watched-file.ts';

/** What is asked of a client's certificate, in the words of Go's crypto/tls and of web.config.file. */
export const clientAuthTypes = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const;

/** One of {@link clientAuthTypes}. */
export type ClientAuthType = (typeof clientAuthTypes)[number];

/** Versions of TLS, in the words of web.config.file. */
export const tlsVersions = { TLS10: 'TLSv1', TLS11: 'TLSv1.1', TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const;

/** One of {@link tlsVersions}. */
export type TlsVersion = keyof typeof tlsVersions;

/** How the server speaks TLS. */
export interface TlsSettings {
  /** PEM, or a file with it, which is read again when it changes. */
  readonly cert: string | WatchedFile;
  readonly key: string | WatchedFile;
  /** Whose clients' certificates are believed. */
  readonly clientCa: string | WatchedFile | undefined;
  readonly clientAuthType: ClientAuthType;
  /** When there are any, a client's certificate must have one of them. */
  readonly clientAllowedSans: readonly string[];
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** Of TLS up to 1.2, by OpenSSL's names; empty for Node's own. */
  readonly ciphers: readonly string[];
  /** By OpenSSL's names; empty for Node's own. */
  readonly curves: readonly string[];
}

/** OpenSSL's names of curves, by Go's. */
export const curveNames: ReadonlyMap<string, string> = new Map([
  ['CurveP256', 'P-256'],
  ['CurveP384', 'P-384'],
  ['CurveP521', 'P-521'],
  ['X25519', 'X25519'],
  ['X25519MLKEM768', 'X25519MLKEM768'],
]);

/** OpenSSL's name of a cipher suite, by its IANA name: `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`. */
export function cipherName(name: string): string | undefined {
  const [, exchange, cipher = ''] = /^TLS_(ECDHE_ECDSA|ECDHE_RSA|RSA)_WITH_(\w+)$/.exec(name) ?? [];
  if (exchange === undefined) return undefined;
  const short = cipher
    .replace(/^AES_(\d+)_/, 'AES$1-')
    .replace('-CBC_', '-')
    .replace('CHACHA20_POLY1305_SHA256', 'CHACHA20-POLY1305')
    .replaceAll('_', '-');
  return exchange === 'RSA' ? short : `${exchange.replace('_', '-')}-${short}`;
}

/** What Node needs, read from the files. @throws {ConfigurationError} when it cannot be used */
export function secureContextOptions(settings: TlsSettings): SecureContextOptions {
  const { cert, key, clientCa, minVersion, maxVersion, ciphers, curves } = settings;
  const options: SecureContextOptions = {
    cert: textOf(cert),
    key: textOf(key),
    minVersion: tlsVersions[minVersion],
    maxVersion: tlsVersions[maxVersion],
    honorCipherOrder: true,
    ...(clientCa === undefined ? {} : { ca: textOf(clientCa) }),
    ...(ciphers.length === 0 ? {} : { ciphers: ciphers.join(':') }),
    ...(curves.length === 0 ? {} : { ecdhCurve: curves.join(':') }),
  };
  try {
    // Node takes an empty text for none.
    if (options.cert === '' || options.key === '') throw new Error('a file is empty');
    createSecureContext(options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const files = [cert, key, clientCa].filter((each) => typeof each === 'object').map(({ path }) => path);
    const problem = `tls must be a certificate and its key: ${reason}${files.length === 0 ? '' : ` (${files.join(', ')})`}`;
    throw new ConfigurationError(problem, { code: 'ERR_TRADEMETER_FILE', option: 'tls', cause });
  }
  return options;
}

/** The files that change what {@link secureContextOptions} reads. */
export function filesOf({ cert, key, clientCa }: TlsSettings): WatchedFile[] {
  return [cert, key, clientCa].filter((each) => typeof each === 'object');
}

/** True when a client that has shaken hands may go on. */
export function admits(socket: TLSSocket, { clientAuthType, clientAllowedSans }: TlsSettings): boolean {
  const certificate = socket.getPeerCertificate();
  const isGiven = Object.keys(certificate).length > 0;
  const isVerified = isGiven && socket.authorized;
  switch (clientAuthType) {
    case 'NoClientCert':
      return true;
    case 'RequestClientCert':
      return !isGiven || hasSan(certificate, clientAllowedSans);
    case 'RequireAnyClientCert':
      return isGiven && hasSan(certificate, clientAllowedSans);
    case 'VerifyClientCertIfGiven':
      return !isGiven || (isVerified && hasSan(certificate, clientAllowedSans));
    case 'RequireAndVerifyClientCert':
      return isVerified && hasSan(certificate, clientAllowedSans);
  }
}

function hasSan({ subjectaltname = '' }: PeerCertificate, allowed: readonly string[]): boolean {
  // "DNS:a.example, IP Address:10.0.0.1, URI:spiffe://x, email:a@b"; a name with a comma in it is quoted.
  const names = [...subjectaltname.matchAll(/(?:DNS|IP Address|URI|email):("(?:[^"\\]|\\.)*"|[^,]*)/g)];
  return allowed.length === 0 || names.some(([, name = '']) => allowed.includes(name));
}

function textOf(source: string | WatchedFile): string {
  return typeof source === 'string' ? source : source.read();
}
