export { ConfigurationError } from './configuration-error.ts';
export type { TranslationStrategy } from './naming.ts';
export type { PrometheusExporterConfig } from './options.ts';
export { PrometheusExporter } from './prometheus-exporter.ts';
export type { ServerAddress } from './scrape-server.ts';
