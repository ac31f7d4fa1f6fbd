export type { TranslationStrategy } from '@trademeter/prometheus-naming';
export { ConfigurationError, type ConfigurationErrorDetails } from './configuration-error.ts';
export type { PrometheusExporterConfig, TlsConfig } from './options.ts';
export { hashPassword } from './password-hash.ts';
export { PromClientMetricProducer, type PromClientRegistry } from './prom-client-producer.ts';
export { PrometheusExporter } from './prometheus-exporter.ts';
export type { ServerAddress } from './scrape-server.ts';
export type { ClientAuthType, TlsVersion } from './tls-settings.ts';
