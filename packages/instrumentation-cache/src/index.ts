export type { RunningTimer, Timing } from '@trademeter/instrumentation';
export { type CacheMetrics, type CacheOptions, type CacheQuery, instrumentCache } from './cache.ts';
export type { Feature } from './feature.ts';
export type { HitTest } from './hit-test.ts';
export type { CacheLayer, LookupFacts } from './layer.ts';
export type { CacheTotals } from './totals.ts';
