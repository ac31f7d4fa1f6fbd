import { accessSync, constants } from 'node:fs';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { ConfigurationError } from '@trademeter/instrumentation';
import {
  type Compression,
  checkOtlp,
  type Environment,
  findCertificates,
  type Protocol,
  readCompression,
  readOtlpTimeout,
  readOtlpUrl,
  readProtocol,
  readTemporality,
  type Temporality,
} from './environment.ts';
import { spellNumbers } from './json-numbers.ts';
import type { OtlpOptions } from './options.ts';
import type { Problems } from './problems.ts';
import { version } from './version.ts';

/** What an OTLP exporter is made from. */
export interface OtlpPlan {
  readonly protocol: Protocol;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly timeoutMillis: number;
  readonly compression: Compression;
  readonly temporality: Temporality;
}

/** Reads the environment only where the code leaves something open. */
export function planOtlp(options: OtlpOptions, path: string, environment: Environment, problems: Problems): OtlpPlan {
  const protocol = options.protocol ?? readProtocol(environment, problems);
  checkOtlp(environment, protocol, problems);
  for (const { name, value } of findCertificates(environment)) {
    try {
      accessSync(value, constants.R_OK);
    } catch {
      problems.mustBe(name, 'a file that can be read', value);
    }
  }
  if (protocol === 'grpc' && options.headers !== undefined) {
    problems.add(`${path}.headers`, `${path}.headers: with grpc, OTEL_EXPORTER_OTLP_HEADERS gives them`, undefined);
  }
  return {
    protocol,
    url: options.url ?? readOtlpUrl(environment, protocol, problems),
    headers: options.headers,
    timeoutMillis: options.timeoutMillis ?? readOtlpTimeout(environment, problems),
    compression: options.compression ?? readCompression(environment, problems),
    temporality: options.temporality ?? readTemporality(environment, problems),
  };
}

/** As upstream's exporters take it; their enums have these values. */
interface ExporterConfig {
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly timeoutMillis: number;
  readonly compression: Compression;
  readonly temporalityPreference: number;
  readonly userAgent: string;
}

interface ExporterModule {
  readonly OTLPMetricExporter: new (config: ExporterConfig) => PushMetricExporter;
}

const preferences: Readonly<Record<Temporality, number>> = { delta: 0, cumulative: 1, lowmemory: 2 };

/**
 * Loads the exporter of the protocol, and makes one. Certificates, and the headers of the environment, it reads itself.
 *
 * @throws ConfigurationError (`ERR_TRADEMETER_MISSING_PACKAGE`) when gRPC is chosen and its exporter is not installed
 */
export async function createOtlpExporter(plan: OtlpPlan): Promise<PushMetricExporter> {
  const { OTLPMetricExporter } = await load(plan.protocol);
  const exporter = new OTLPMetricExporter({
    url: plan.url,
    ...(plan.headers !== undefined && { headers: { ...plan.headers } }),
    timeoutMillis: plan.timeoutMillis,
    compression: plan.compression,
    temporalityPreference: preferences[plan.temporality],
    userAgent: `trademeter-sdk/${version}`,
  });
  return plan.protocol === 'http/json' ? spellNumbers(exporter) : exporter;
}

const grpcPackage = '@opentelemetry/exporter-metrics-otlp-grpc';

async function load(protocol: Protocol): Promise<ExporterModule> {
  const modules: Record<Protocol, () => Promise<unknown>> = {
    'http/protobuf': () => import('@opentelemetry/exporter-metrics-otlp-proto'),
    'http/json': () => import('@opentelemetry/exporter-metrics-otlp-http'),
    grpc: () => import('@opentelemetry/exporter-metrics-otlp-grpc'),
  };
  try {
    return (await modules[protocol]()) as ExporterModule;
  } catch (error) {
    const isMissing = error instanceof Error && Reflect.get(error, 'code') === 'ERR_MODULE_NOT_FOUND';
    if (!isMissing || !error.message.includes(grpcPackage)) throw error;
    throw new ConfigurationError('sdk', `OTLP over grpc needs one more package: npm install ${grpcPackage}@0.301`, {
      code: 'ERR_TRADEMETER_MISSING_PACKAGE',
      option: 'protocol',
      value: protocol,
    });
  }
}

/** What the user might do about a failed export, in parentheses; empty when nothing is known. */
export function hintFor(plan: OtlpPlan, error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  if (code === 401 || code === 403) return ' (OTEL_EXPORTER_OTLP_HEADERS carries the credentials)';
  if (plan.protocol === 'grpc' || !URL.canParse(plan.url)) return '';
  const { port, pathname } = new URL(plan.url);
  if (port === '4317') return ' (port 4317 is the one for grpc, OTLP over HTTP has 4318)';
  if (code === 404 && !pathname.endsWith('/v1/metrics'))
    return ` (the path is ${pathname}, the usual one is /v1/metrics)`;
  if (code === 'ECONNREFUSED') return ' (is a Collector running there?)';
  return '';
}
