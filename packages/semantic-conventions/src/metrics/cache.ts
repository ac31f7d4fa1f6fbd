// Generated from model/ by `pnpm generate`. Change it there.

import type { MetricDefinition } from '../definition.ts';

/** The name of {@link tradingCacheQueryDuration}. */
export const METRIC_TRADING_CACHE_QUERY_DURATION = 'trading.cache.query.duration' as const;

/**
 * Time of a query to a cache, through all of its layers.
 *
 * A histogram, unit `s`, in Prometheus `trading_cache_query_duration_seconds`.
 */
export const tradingCacheQueryDuration = {
  name: 'trading.cache.query.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'Time of a query to a cache, through all of its layers.',
  attributes: {
    'trading.cache.result': { type: 'string', requirement: 'required', values: ['hit', 'miss'] },
    'trading.cache.name': { type: 'string', requirement: 'recommended' },
    'error.type': { type: 'string', requirement: 'conditionally_required', values: ['_OTHER'], open: true },
  },
  boundaries: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** The name of {@link tradingCacheHitRatio}. */
export const METRIC_TRADING_CACHE_HIT_RATIO = 'trading.cache.hit_ratio' as const;

/**
 * Share of the queries that a cache could answer, over a sliding window, from 0 to 1.
 *
 * A gauge, unit `1`, in Prometheus `trading_cache_hit_ratio`.
 */
export const tradingCacheHitRatio = {
  name: 'trading.cache.hit_ratio',
  instrument: 'gauge',
  unit: '1',
  description: 'Share of the queries that a cache could answer, over a sliding window, from 0 to 1.',
  attributes: { 'trading.cache.name': { type: 'string', requirement: 'recommended' } },
} as const satisfies MetricDefinition;

/** The name of {@link tradingCacheLookups}. */
export const METRIC_TRADING_CACHE_LOOKUPS = 'trading.cache.lookups' as const;

/**
 * Lookups in one layer of a cache, by result.
 *
 * A counter, unit `{lookup}`, in Prometheus `trading_cache_lookups_total`.
 */
export const tradingCacheLookups = {
  name: 'trading.cache.lookups',
  instrument: 'counter',
  unit: '{lookup}',
  description: 'Lookups in one layer of a cache, by result.',
  attributes: {
    'trading.cache.layer': {
      type: 'string',
      requirement: 'required',
      values: ['l1_memory', 'l1_redis', 'l2_timescaledb'],
      open: true,
    },
    'trading.cache.result': { type: 'string', requirement: 'required', values: ['hit', 'miss'] },
    'trading.cache.name': { type: 'string', requirement: 'recommended' },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingCacheLookupDuration}. */
export const METRIC_TRADING_CACHE_LOOKUP_DURATION = 'trading.cache.lookup.duration' as const;

/**
 * Time of a lookup in one layer of a cache.
 *
 * A histogram, unit `s`, in Prometheus `trading_cache_lookup_duration_seconds`.
 */
export const tradingCacheLookupDuration = {
  name: 'trading.cache.lookup.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'Time of a lookup in one layer of a cache.',
  attributes: {
    'trading.cache.layer': {
      type: 'string',
      requirement: 'required',
      values: ['l1_memory', 'l1_redis', 'l2_timescaledb'],
      open: true,
    },
    'trading.cache.name': { type: 'string', requirement: 'recommended' },
    'error.type': { type: 'string', requirement: 'conditionally_required', values: ['_OTHER'], open: true },
  },
  boundaries: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** The name of {@link tradingFeatureCalculationDuration}. */
export const METRIC_TRADING_FEATURE_CALCULATION_DURATION = 'trading.feature.calculation.duration' as const;

/**
 * Time to calculate a feature.
 *
 * A histogram, unit `s`, in Prometheus `trading_feature_calculation_duration_seconds`.
 */
export const tradingFeatureCalculationDuration = {
  name: 'trading.feature.calculation.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'Time to calculate a feature.',
  attributes: {
    'trading.feature.name': { type: 'string', requirement: 'required' },
    'error.type': { type: 'string', requirement: 'conditionally_required', values: ['_OTHER'], open: true },
  },
  boundaries: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** Caches and features: every metric of the domain. */
export const cacheMetrics: readonly MetricDefinition[] = [
  tradingCacheQueryDuration,
  tradingCacheHitRatio,
  tradingCacheLookups,
  tradingCacheLookupDuration,
  tradingFeatureCalculationDuration,
];
