import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import {
  type Environment,
  findVariable,
  httpUrl,
  type OptionCheck,
  type Problems,
  readBoolean,
  readInteger,
  readWord,
  timerMillis,
  type Variable,
} from '@trademeter/config';
import {
  type Certificates,
  type Compression,
  compressions,
  type Protocol,
  protocols,
  type Temporality,
  temporalities,
} from '@trademeter/exporter-otlp';
import { doubtMillis, type Pair, readPairs } from './environment.ts';

const histogramAggregations = ['explicit_bucket_histogram', 'base2_exponential_bucket_histogram'] as const;
export type HistogramAggregation = (typeof histogramAggregations)[number];

/** The target of a gRPC exporter: a URL, or host:port, which means TLS. */
export const grpcTarget: OptionCheck = {
  allowed: 'a URL that begins with http://, https:// or unix:, or host:port',
  accepts(value) {
    if (typeof value !== 'string' || value === '') return false;
    if (httpUrl.accepts(value) || /^unix:./.test(value)) return true;
    return !value.includes('://') && URL.canParse(`https://${value}`);
  },
};

/** The variable for metrics, else the one for all signals. */
function findOtlp(environment: Environment, setting: string): Variable | undefined {
  return findVariable(environment, `OTEL_EXPORTER_OTLP_METRICS_${setting}`, `OTEL_EXPORTER_OTLP_${setting}`);
}

export function readProtocol(environment: Environment, problems: Problems): Protocol {
  return readWord(findOtlp(environment, 'PROTOCOL'), protocols, problems) ?? 'http/protobuf';
}

/** The URL to post to; for gRPC, the target as given. */
export function readOtlpUrl(environment: Environment, protocol: Protocol, problems: Problems): string {
  return protocol === 'grpc' ? readGrpcTarget(environment, problems) : readHttpUrl(environment, problems);
}

export function readOtlpTimeout(environment: Environment, problems: Problems): number {
  const found = findOtlp(environment, 'TIMEOUT');
  return doubtMillis(found, readInteger(found, timerMillis, problems), 100, problems) ?? 10_000;
}

export function readCompression(environment: Environment, problems: Problems): Compression {
  return readWord(findOtlp(environment, 'COMPRESSION'), compressions, problems) ?? 'none';
}

export function readTemporality(environment: Environment, problems: Problems): Temporality {
  const found = findVariable(environment, 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE');
  return readWord(found, temporalities, problems) ?? 'cumulative';
}

/** The headers for all signals, overridden by those for metrics. */
export function readOtlpHeaders(environment: Environment, problems: Problems): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_METRICS_HEADERS']) {
    const found = findVariable(environment, name);
    if (found === undefined) continue;
    for (const [key, value] of Object.entries(
      readPairs(found, problems, 'name=value,name=value', isHeaderPair, true),
    )) {
      const header = key.toLowerCase();
      checkHeader(header, name, problems);
      headers[header] = value;
    }
  }
  return headers;
}

/**
 * Headers that frame a message or belong to one connection: the HTTP client sets them itself.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
 */
const clientHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Adds a problem for a header that users must not set. */
export function checkHeader(name: string, option: string, problems: Problems): void {
  if (!clientHeaders.has(name.toLowerCase())) return;
  problems.add(option, `${option} must not contain ${name}, which the HTTP client sets itself`);
}

/**
 * `true` uses a grpc target `host:port` without TLS.
 *
 * @default `false`
 * @env OTEL_EXPORTER_OTLP_INSECURE
 */
export function readInsecure(environment: Environment, problems: Problems): boolean {
  return readBoolean(findOtlp(environment, 'INSECURE'), problems);
}

/** Checks variables whose values are read elsewhere. */
export function checkOtlp(environment: Environment, problems: Problems): void {
  checkCertificatePair(environment, problems);
}

/**
 * Files in PEM: authorities to trust; a client certificate and its key, which need each other. Readable regular files of
 * at most 1 MiB.
 *
 * @default the authorities of the system
 * @env OTEL_EXPORTER_OTLP_CERTIFICATE
 * @env OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE
 * @env OTEL_EXPORTER_OTLP_CLIENT_KEY
 */
export function readCertificates(environment: Environment, problems: Problems): Certificates {
  const read = (setting: string, what: string, parse: (text: Buffer) => unknown): Buffer | undefined => {
    const found = findOtlp(environment, setting);
    if (found === undefined) return undefined;
    let text: Buffer;
    try {
      text = readSmallFile(found.value);
    } catch {
      const allowed = `a readable regular file of at most ${mostCertificateBytes} bytes`;
      problems.mustBe(found.name, { allowed }, found.value);
      return undefined;
    }
    try {
      parse(text);
      return text;
    } catch {
      problems.mustBe(found.name, { allowed: `a file with ${what} in PEM` }, found.value);
      return undefined;
    }
  };
  const certificate = (text: Buffer): unknown => new X509Certificate(text);
  const ca = read('CERTIFICATE', 'a certificate', certificate);
  const cert = read('CLIENT_CERTIFICATE', 'a certificate', certificate);
  const key = read('CLIENT_KEY', 'a private key without a passphrase', createPrivateKey);
  return { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) };
}

const mostCertificateBytes = 1024 * 1024;

/** Throws for anything but a regular file: reading a named pipe or device may never end, and would block the bot. */
function readSmallFile(path: string): Buffer {
  const stats = statSync(path);
  if (!stats.isFile() || stats.size > mostCertificateBytes) throw new Error(`${path} is not a small regular file`);
  return readFileSync(path);
}

function checkCertificatePair(environment: Environment, problems: Problems): void {
  const certificate = findOtlp(environment, 'CLIENT_CERTIFICATE');
  const key = findOtlp(environment, 'CLIENT_KEY');
  if (certificate !== undefined && key === undefined) {
    problems.add(certificate.name, `${certificate.name} also needs OTEL_EXPORTER_OTLP_CLIENT_KEY`, certificate.value);
  }
  if (certificate === undefined && key !== undefined) {
    problems.add(key.name, `${key.name} also needs OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE`, key.value);
  }
}

function readHttpUrl(environment: Environment, problems: Problems): string {
  const found = findOtlp(environment, 'ENDPOINT');
  if (found === undefined) return 'http://localhost:4318/v1/metrics';
  if (!httpUrl.accepts(found.value)) {
    problems.mustBe(found.name, httpUrl, found.value);
    return '';
  }
  const url = new URL(found.value);
  // The variable for metrics is used as is; the one for all signals is a base URL:
  // https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp
  if (found.name === 'OTEL_EXPORTER_OTLP_ENDPOINT') url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/metrics`;
  return url.href;
}

function readGrpcTarget(environment: Environment, problems: Problems): string {
  const found = findOtlp(environment, 'ENDPOINT');
  if (found === undefined) return 'http://localhost:4317';
  if (!grpcTarget.accepts(found.value)) problems.mustBe(found.name, grpcTarget, found.value);
  return found.value;
}

/**
 * The buckets of histograms, unless a view sets them. Those of scrapes are always explicit.
 *
 * @default `explicit_bucket_histogram`
 * @env OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION
 */
export function readHistogramAggregation(environment: Environment, problems: Problems): HistogramAggregation {
  const found = findVariable(environment, 'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION');
  return readWord(found, histogramAggregations, problems) ?? 'explicit_bucket_histogram';
}

// The specification defines no properties after a semicolon, and other SDKs cut the value there.
const isHeaderPair = ({ key, value }: Pair, entry: string): boolean => isHeader(key, value) && !entry.includes(';');

/** Whether the header can be sent: https://www.rfc-editor.org/rfc/rfc9110#section-5 */
export function isHeader(key: string, value: unknown): boolean {
  const isValue = typeof value === 'string' && /^[\t\u0020-\u007e\u0080-\u00ff]+$/.test(value);
  return isValue && /^[\w!#$%&'*+.^`|~-]+$/.test(key);
}
