export type { Compression, Protocol, Temporality } from '@trademeter/exporter-otlp';
export { ConfigurationError } from '@trademeter/instrumentation';
export type { ExporterName } from './environment.ts';
export type {
  ConsoleOptions,
  Exporter,
  Instrumentation,
  OtlpOptions,
  PrometheusOptions,
  TelemetryOptions,
} from './options.ts';
export type { Endpoint } from './outputs.ts';
export { startTelemetry } from './start-telemetry.ts';
export type { Telemetry } from './telemetry.ts';
