import type { Agent } from 'node:http';
import { ConfigurationError, type Environment, httpUrl, type Problems } from '@trademeter/config';
import {
  type Certificates,
  type Compression,
  createGrpcSender,
  createHttpSender,
  type Protocol,
  type Sender,
  type Temporality,
} from '@trademeter/exporter-otlp';
import type { OtlpOptions } from './options.ts';
import {
  checkHeader,
  checkOtlp,
  grpcTarget,
  type HistogramAggregation,
  readCertificates,
  readCompression,
  readHistogramAggregation,
  readInsecure,
  readOtlpHeaders,
  readOtlpTimeout,
  readOtlpUrl,
  readProtocol,
  readTemporality,
} from './otlp-environment.ts';
import { version } from './version.ts';

/** What an OTLP exporter is made from. */
export interface OtlpPlan {
  readonly protocol: Protocol;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly certificates: Certificates;
  /** Whether a gRPC target without a scheme is reached without TLS. */
  readonly isInsecure: boolean;
  readonly agent: Agent | undefined;
  readonly timeoutMillis: number;
  readonly compression: Compression;
  readonly temporality: Temporality;
  readonly histogramAggregation: HistogramAggregation;
  readonly maxExportBatchSize: number | undefined;
}

/** Reads the environment only where the code leaves something open. */
export function planOtlp(options: OtlpOptions, path: string, environment: Environment, problems: Problems): OtlpPlan {
  const protocol = options.protocol ?? readProtocol(environment, problems);
  checkOtlp(environment, problems);
  problems.check(`${path}.url`, options.url, protocol === 'grpc' ? grpcTarget : httpUrl);
  if (protocol === 'grpc' && options.headers !== undefined) {
    problems.add(`${path}.headers`, `${path}.headers: with grpc, OTEL_EXPORTER_OTLP_HEADERS gives them`);
  }
  if (protocol === 'grpc' && options.agent !== undefined) {
    problems.add(`${path}.agent`, `${path}.agent is for OTLP over HTTP, and the protocol is grpc`);
  }
  if (environment['NODE_USE_ENV_PROXY'] === '1' && !process.allowedNodeEnvironmentFlags.has('--use-env-proxy')) {
    problems.doubt(
      'NODE_USE_ENV_PROXY needs Node.js 22.21, 24.5 or later: exports go to the receiver without a proxy.',
    );
  }
  for (const name of Object.keys(options.headers ?? {})) checkHeader(name, `${path}.headers`, problems);
  return {
    protocol,
    url: options.url ?? readOtlpUrl(environment, protocol, problems),
    headers: { ...readOtlpHeaders(environment, problems), ...withLowerCaseKeys(options.headers ?? {}) },
    certificates: readCertificates(environment, problems),
    isInsecure: protocol === 'grpc' && readInsecure(environment, problems),
    timeoutMillis: options.timeoutMillis ?? readOtlpTimeout(environment, problems),
    agent: options.agent,
    compression: options.compression ?? readCompression(environment, problems),
    temporality: options.temporality ?? readTemporality(environment, problems),
    histogramAggregation: readHistogramAggregation(environment, problems),
    maxExportBatchSize: options.maxExportBatchSize,
  };
}

/**
 * A sender of OTLP.
 *
 * @throws ConfigurationError (`ERR_TRADEMETER_MISSING_PACKAGE`) when gRPC is chosen and its package is not installed
 */
export async function createOtlpSender(plan: OtlpPlan): Promise<Sender> {
  const { protocol, url, headers, compression, certificates, maxExportBatchSize, agent, isInsecure } = plan;
  const userAgent = `trademeter-sdk/${version}`;
  const options = { url, headers, compression, certificates, maxExportBatchSize, userAgent };
  if (protocol !== 'grpc') return createHttpSender({ ...options, protocol, agent });
  try {
    return await createGrpcSender({ ...options, isInsecure });
  } catch (error) {
    const isMissing = error instanceof Error && Reflect.get(error, 'code') === 'ERR_MODULE_NOT_FOUND';
    if (!isMissing) throw error;
    throw new ConfigurationError('sdk', 'OTLP over grpc needs one more package: npm install @grpc/grpc-js@1.14', {
      code: 'ERR_TRADEMETER_MISSING_PACKAGE',
      option: 'protocol',
      value: 'grpc',
    });
  }
}

/** What the user might do about a failed export, in parentheses; empty when nothing is known. */
export function hintFor(plan: OtlpPlan, error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  if (code === 401 || code === 403) return ' (OTEL_EXPORTER_OTLP_HEADERS carries the credentials)';
  if (plan.protocol === 'grpc' || !URL.canParse(plan.url)) return '';
  const { port, pathname } = new URL(plan.url);
  if (/\/v1\/(?:metrics|traces|logs)\/v1\/metrics$/u.test(pathname)) {
    return ` (the path is ${pathname}: /v1/metrics is added to OTEL_EXPORTER_OTLP_ENDPOINT, which has to end before it)`;
  }
  if (port === '4317') return ' (port 4317 is the one for grpc, OTLP over HTTP has 4318)';
  if (code === 404 && !pathname.endsWith('/v1/metrics'))
    return ` (the path is ${pathname}, the usual one is /v1/metrics)`;
  if (code === 'ECONNREFUSED') return ' (is a Collector running there?)';
  return '';
}

function withLowerCaseKeys(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]));
}
