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

/** The checked settings of an OTLP exporter. */
export interface OtlpPlan {
  readonly protocol: Protocol;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly certificates: Certificates;
  /** Whether a gRPC target without a scheme is used without TLS. */
  readonly isInsecure: boolean;
  readonly agent: Agent | undefined;
  readonly timeoutMillis: number;
  readonly compression: Compression;
  readonly temporality: Temporality;
  readonly histogramAggregation: HistogramAggregation;
  readonly maxExportBatchSize: number | undefined;
}

/** Reads settings from the environment only if the code does not set them. */
export function planOtlp(options: OtlpOptions, path: string, environment: Environment, problems: Problems): OtlpPlan {
  const protocol = options.protocol ?? readProtocol(environment, problems);
  checkOtlp(environment, problems);
  problems.check(`${path}.url`, options.url, protocol === 'grpc' ? grpcTarget : httpUrl);
  if (protocol === 'grpc' && options.headers !== undefined) {
    problems.add(`${path}.headers`, `${path}.headers cannot be used with grpc: set OTEL_EXPORTER_OTLP_HEADERS instead`);
  }
  if (protocol === 'grpc' && options.agent !== undefined) {
    problems.add(`${path}.agent`, `${path}.agent cannot be used with grpc, only with OTLP over HTTP`);
  }
  if (environment['NODE_USE_ENV_PROXY'] === '1' && !process.allowedNodeEnvironmentFlags.has('--use-env-proxy')) {
    problems.doubt(
      'NODE_USE_ENV_PROXY needs Node.js 22.21, 24.5 or later. This version ignores it, so exports do not use the proxy.',
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
 * Creates a sender of OTLP.
 *
 * @throws ConfigurationError (`ERR_TRADEMETER_MISSING_PACKAGE`) if gRPC is chosen and its package is not installed
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
    throw new ConfigurationError(
      'sdk',
      'OTLP over gRPC needs a package that is not installed: npm install @grpc/grpc-js@1.14',
      {
        code: 'ERR_TRADEMETER_MISSING_PACKAGE',
        option: 'protocol',
        value: 'grpc',
      },
    );
  }
}

/** Advice about a failed export, in parentheses; empty if there is none. */
export function hintFor(plan: OtlpPlan, error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  if (code === 401 || code === 403) return ' (set the credentials in OTEL_EXPORTER_OTLP_HEADERS)';
  if (plan.protocol === 'grpc' || !URL.canParse(plan.url)) return '';
  const { port, pathname } = new URL(plan.url);
  if (/\/v1\/(?:metrics|traces|logs)\/v1\/metrics$/u.test(pathname)) {
    return ` (the path is ${pathname}: OTEL_EXPORTER_OTLP_ENDPOINT must end before /v1/, because /v1/metrics is added to it)`;
  }
  if (port === '4317') return ' (port 4317 is for gRPC; OTLP over HTTP uses 4318)';
  if (code === 404 && !pathname.endsWith('/v1/metrics')) return ` (the path is ${pathname}; it is usually /v1/metrics)`;
  if (code === 'ECONNREFUSED') return ' (is a Collector running there?)';
  return '';
}

function withLowerCaseKeys(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]));
}
