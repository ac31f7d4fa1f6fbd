export type { RunningTimer, Timing } from '@trademeter/instrumentation';
export type { Feature } from './feature.ts';
export type { HitTest } from './hit-test.ts';
export { type CacheMetrics, type CacheOptions, instrumentCache } from './instrument-cache.ts';
export type { CacheLayer } from './layer.ts';
export type { CacheQuery, LookupFacts } from './lookup.ts';
export type { CacheTotals } from './totals.ts';
