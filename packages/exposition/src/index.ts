export { CachedExposition, type CollectedMetrics, type ExpositionOptions } from './cached-exposition.ts';
export { CachedExpositions } from './cached-expositions.ts';
export { type Encoding, encodings } from './compression.ts';
export { type Exposition, openMetricsExposition, textExposition } from './exposition.ts';
export type { Exemplar } from './lines/sample-suffix.ts';
export type { ScrapeBody } from './scrape-body.ts';
export { validMetrics } from './validate-metrics.ts';
export type { Warnings } from './warnings.ts';
