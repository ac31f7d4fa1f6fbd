import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import {
  type Environment,
  findVariable,
  httpUrl,
  isBlank,
  type OptionCheck,
  type Problems,
  readBoolean,
  readInteger,
  readList,
  readText,
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
import type { ExemplarFilter } from '@trademeter/metric-store';

export const exporterNames = ['prometheus', 'otlp', 'pushgateway', 'console', 'none'] as const;
export type ExporterName = (typeof exporterNames)[number];

export const logLevels = ['none', 'error', 'warn', 'info', 'debug', 'verbose', 'all'] as const;
export type LogLevel = (typeof logLevels)[number];

const exemplarFilters = ['trace_based', 'always_on', 'always_off'] as const satisfies readonly ExemplarFilter[];

const histogramAggregations = ['explicit_bucket_histogram', 'base2_exponential_bucket_histogram'] as const;
export type HistogramAggregation = (typeof histogramAggregations)[number];

export const detectorNames = ['all', 'none', 'env', 'host', 'os', 'process', 'serviceinstance'] as const;
export type DetectorName = (typeof detectorNames)[number];

/** Where a gRPC exporter can send: a URL, or host:port, which means TLS. */
export const grpcTarget: OptionCheck = {
  allowed: 'a URL that begins with http://, https:// or unix:, or host:port',
  accepts(value) {
    if (typeof value !== 'string' || value === '') return false;
    if (httpUrl.accepts(value) || /^unix:./.test(value)) return true;
    return !value.includes('://') && URL.canParse(`https://${value}`);
  },
};

/** A number of milliseconds that looks like one of seconds. */
function doubtMillis(
  found: Variable | undefined,
  value: number | undefined,
  plausible: number,
  problems: Problems,
): number | undefined {
  if (found !== undefined && value !== undefined && value < plausible) {
    problems.doubt(`${found.name}=${value} is ${value} milliseconds: for ${value} seconds it is ${value * 1_000}.`);
  }
  return value;
}

export function isDisabled(environment: Environment, problems: Problems): boolean {
  return readBoolean(findVariable(environment, 'OTEL_SDK_DISABLED'), problems);
}

export function readLogLevel(environment: Environment, problems: Problems): LogLevel | undefined {
  return readWord(findVariable(environment, 'OTEL_LOG_LEVEL'), logLevels, problems);
}

/** The specification's word for which measurements may become exemplars, as the store has it. */
export function readExemplarFilter(environment: Environment, problems: Problems): ExemplarFilter | undefined {
  return readWord(findVariable(environment, 'OTEL_METRICS_EXEMPLAR_FILTER'), exemplarFilters, problems);
}

/** The chosen exporters, each once; Prometheus when nothing is chosen. `none` gives an empty list. */
export function readExporterNames(environment: Environment, problems: Problems): Exclude<ExporterName, 'none'>[] {
  const found = findVariable(environment, 'OTEL_METRICS_EXPORTER');
  if (found === undefined) return ['prometheus'];
  const entries = readList(found).map((entry) => entry.toLowerCase());
  const names = exporterNames.filter((name) => entries.includes(name));
  const isKnown = entries.length > 0 && entries.every((entry) => (exporterNames as readonly string[]).includes(entry));
  if (!isKnown || (names.includes('none') && names.length > 1)) {
    problems.mustBe(
      found.name,
      { allowed: 'a list of prometheus, otlp, pushgateway, console, or none alone' },
      found.value,
    );
  }
  return names.filter((name) => name !== 'none');
}

/** `OTEL_RESOURCE_ATTRIBUTES`, with `OTEL_SERVICE_NAME` over its `service.name`; an empty value is an unset one. */
export function readResourceAttributes(environment: Environment, problems: Problems): Record<string, string> {
  const found = findVariable(environment, 'OTEL_RESOURCE_ATTRIBUTES');
  const pairs = found === undefined ? {} : readPairs(found, problems, 'key=value,key=value', isAttribute, false);
  const attributes = Object.fromEntries(Object.entries(pairs).filter(([, value]) => !isBlank(value)));
  const serviceName = findVariable(environment, 'OTEL_SERVICE_NAME');
  if (serviceName !== undefined) attributes['service.name'] = serviceName.value;
  return attributes;
}

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

/** The variable for metrics alone, then the one for all signals. */
function findOtlp(environment: Environment, setting: string): Variable | undefined {
  return findVariable(environment, `OTEL_EXPORTER_OTLP_METRICS_${setting}`, `OTEL_EXPORTER_OTLP_${setting}`);
}

export function readProtocol(environment: Environment, problems: Problems): Protocol {
  return readWord(findOtlp(environment, 'PROTOCOL'), protocols, problems) ?? 'http/protobuf';
}

/** The URL to post to; for gRPC the target as it was given. */
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

/** The headers for all signals, and over them those for metrics alone. */
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
 * Headers that say how one message is framed, or are for one connection: the client sets them itself.
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

/** Notes a header that is not for the user to give. */
export function checkHeader(name: string, option: string, problems: Problems): void {
  if (!clientHeaders.has(name.toLowerCase())) return;
  problems.add(option, `${option} must not contain ${name}, which the HTTP client sets itself`);
}

/** Whether a gRPC target without a scheme is reached without TLS. */
export function readInsecure(environment: Environment, problems: Problems): boolean {
  return readBoolean(findOtlp(environment, 'INSECURE'), problems);
}

/** Adds what is wrong with variables that are not read for their value. */
export function checkOtlp(environment: Environment, problems: Problems): void {
  checkCertificatePair(environment, problems);
}

/** What the files hold that the variables for certificates name. */
export function readCertificates(environment: Environment, problems: Problems): Certificates {
  const read = (setting: string, what: string, parse: (text: Buffer) => unknown): Buffer | undefined => {
    const found = findOtlp(environment, setting);
    if (found === undefined) return undefined;
    let text: Buffer;
    try {
      text = readSmallFile(found.value);
    } catch {
      const allowed = `a regular file of at most ${mostCertificateBytes} bytes that can be read`;
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

/** Throws for what is not a regular file: reading a named pipe or a device may never end, and the bot waits for it. */
function readSmallFile(path: string): Buffer {
  const stats = statSync(path);
  if (!stats.isFile() || stats.size > mostCertificateBytes) throw new Error(`${path} is not a small regular file`);
  return readFileSync(path);
}

function checkCertificatePair(environment: Environment, problems: Problems): void {
  const certificate = findOtlp(environment, 'CLIENT_CERTIFICATE');
  const key = findOtlp(environment, 'CLIENT_KEY');
  if (certificate !== undefined && key === undefined) {
    problems.add(
      certificate.name,
      `${certificate.name} needs OTEL_EXPORTER_OTLP_CLIENT_KEY beside it`,
      certificate.value,
    );
  }
  if (certificate === undefined && key !== undefined) {
    problems.add(key.name, `${key.name} needs OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE beside it`, key.value);
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
  // The variable for metrics is used as it is, the one for all signals is their common beginning:
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

/** Which buckets histograms are exported with over OTLP, where no view says so. */
export function readHistogramAggregation(environment: Environment, problems: Problems): HistogramAggregation {
  const found = findVariable(environment, 'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION');
  return readWord(found, histogramAggregations, problems) ?? 'explicit_bucket_histogram';
}

/** One `key=value` of a list; decoded. */
interface Pair {
  readonly key: string;
  readonly value: string;
}

/** `key=value,key=value`, percent-encoded. */
function readPairs(
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
      const rule = `${allowed}, percent-encoded (a comma is %2C): entry ${index + 1} is not`;
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

// The specification has no properties after a semicolon, and other SDKs cut the value there.
const isHeaderPair = ({ key, value }: Pair, entry: string): boolean => isHeader(key, value) && !entry.includes(';');

/** Whether it can be sent: https://www.rfc-editor.org/rfc/rfc9110#section-5 */
export function isHeader(key: string, value: unknown): boolean {
  const isValue = typeof value === 'string' && /^[\t\u0020-\u007e\u0080-\u00ff]+$/.test(value);
  return isValue && /^[\w!#$%&'*+.^`|~-]+$/.test(key);
}
