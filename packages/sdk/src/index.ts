export type { Compression, Protocol, Temporality } from '@trademeter/exporter-otlp';
export { ConfigurationError } from '@trademeter/instrumentation';
export type { Endpoint } from './configured-reader.ts';
export type { ExporterName } from './environment.ts';
export type {
  ConsoleOptions,
  Exporter,
  Instrumentation,
  OtlpOptions,
  PrometheusOptions,
  TelemetryOptions,
} from './options.ts';
export { startTelemetry } from './start-telemetry.ts';
export type { Telemetry } from './telemetry.ts';
