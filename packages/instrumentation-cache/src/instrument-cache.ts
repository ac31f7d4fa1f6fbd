import {
  createInstrumentationMeter,
  createTiming,
  handlesByName,
  type InstrumentationOptions,
  nonEmptyString,
  positiveNumber,
  type Settled,
} from '@trademeter/instrumentation';
import {
  ATTR_ERROR_TYPE,
  ATTR_TRADING_CACHE_LAYER,
  ATTR_TRADING_CACHE_NAME,
  ATTR_TRADING_CACHE_RESULT,
  ATTR_TRADING_FEATURE_NAME,
  METRIC_TRADING_CACHE_HIT_RATIO,
  METRIC_TRADING_CACHE_QUERY_DURATION,
  tradingCacheHitRatio,
  tradingCacheLookupDuration,
  tradingCacheLookups,
  tradingCacheQueryDuration,
  tradingFeatureCalculationDuration,
} from '@trademeter/semantic-conventions';
import type { Feature } from './feature.ts';
import { HitRatioWindow } from './hit-ratio-window.ts';
import type { HitTest } from './hit-test.ts';
import { type CacheLayer, createLayer } from './layer.ts';
import { type CacheQuery, createLookups, type LookupFacts } from './lookup.ts';
import { createTotals, type TotalsVerbs } from './totals.ts';
import { version } from './version.ts';
import { wrapped } from './wrapped-getter.ts';

/** Options of {@link instrumentCache}. */
export interface CacheOptions extends InstrumentationOptions {
  /** The name of the cache, if a bot has several. Use the name of the provider for a provider's own cache. */
  readonly name?: string | undefined;
  /**
   * The window of the hit ratio in seconds. It moves in 60 steps.
   *
   * @default 300
   */
  readonly hitRatioWindowSeconds?: number | undefined;
}

/**
 * Records the metrics of one cache. No verb throws; only errors of passed functions reach the caller. `record` and
 * `restore` take totals of the whole cache, for the hit ratio.
 */
export interface CacheMetrics extends TotalsVerbs {
  /**
   * Returns the handle of one layer. Number layers from the fastest: `l1_memory`, `l2_sqlite`. Its lookups start at 0.
   */
  layer(name: string): CacheLayer;
  /**
   * Records a query of the whole cache: calls `fn` once and returns its result. `fn` may call `hit()` or `miss()`. If
   * it throws, the query counts as a miss and its duration has an `error.type`.
   */
  query<R>(fn: (query: CacheQuery) => R, test?: HitTest<Awaited<R>>): Settled<R>;
  /**
   * Wraps a getter of the whole cache, sync or async: each call is recorded as by `query`.
   */
  wrap<F extends (...args: never[]) => unknown>(get: F, test?: HitTest<Awaited<ReturnType<F>>>): F;
  /** Adds a hit of the whole cache to the hit ratio. With a duration, it is also recorded as a query. */
  hit(facts?: LookupFacts): void;
  /** Adds a miss of the whole cache to the hit ratio. With a duration, it is also recorded as a query. */
  miss(facts?: LookupFacts): void;
  /** Returns the handle of a calculated feature; the same one for the same name. */
  feature(name: string): Feature;
}

/**
 * Creates the metrics of a cache: its layers, its hit ratio over a sliding window, and the calculation of features.
 *
 * @throws ConfigurationError (`ERR_TRADEMETER_OPTION`) if an option is invalid
 * @example
 * const cache = instrumentCache({ name: 'features' });
 * const memory = cache.layer('l1_memory').wrap((key: string) => lru.get(key));
 * const disk = cache.layer('l2_sqlite').wrap((key: string) => readRow(key));
 * const find = cache.wrap((key: string) => memory(key) ?? disk(key));
 * const momentum = find('SPY') ?? cache.feature('momentum').time(() => calculateMomentum('SPY'));
 */
export function instrumentCache(options?: CacheOptions): CacheMetrics {
  const meter = createInstrumentationMeter({
    domain: 'cache',
    version,
    options,
    checks: {
      name: nonEmptyString,
      hitRatioWindowSeconds: positiveNumber,
    },
  });
  const { name: cacheName, hitRatioWindowSeconds = 300 } = options ?? {};
  const queryDurations = meter.histogram(tradingCacheQueryDuration);
  const lookups = meter.counter(tradingCacheLookups);
  const lookupDurations = meter.histogram(tradingCacheLookupDuration);
  const calculationDurations = meter.histogram(tradingFeatureCalculationDuration);

  const common = { [ATTR_TRADING_CACHE_NAME]: cacheName };
  const window = new HitRatioWindow(hitRatioWindowSeconds);
  const missed = { ...common, [ATTR_TRADING_CACHE_RESULT]: 'miss' } as const;
  const hitDuration = queryDurations.bind({ ...common, [ATTR_TRADING_CACHE_RESULT]: 'hit' });
  const missDuration = queryDurations.bind(missed);

  meter.observable(tradingCacheHitRatio).observe((observe) => {
    const ratio = window.ratio(meter.now());
    // Without queries in the window there is no ratio: 0 would raise an alert, and 1 would be wrong.
    if (ratio !== undefined) observe(ratio, common);
  });

  function addToRatio(hits: number, misses: number): void {
    meter.attempt(METRIC_TRADING_CACHE_HIT_RATIO, () => window.add(meter.now(), hits, misses));
  }

  const queries = createLookups(meter, METRIC_TRADING_CACHE_QUERY_DURATION, ({ found, seconds, errorType }) => {
    addToRatio(found ? 1 : 0, found ? 0 : 1);
    if (seconds === undefined) return;
    if (errorType === undefined) (found ? hitDuration : missDuration).record(seconds);
    else queryDurations.record(seconds, { ...missed, [ATTR_ERROR_TYPE]: errorType });
  });

  function makeLayer(name: string): CacheLayer {
    const attributes = { ...common, [ATTR_TRADING_CACHE_LAYER]: name };
    const hits = { ...attributes, [ATTR_TRADING_CACHE_RESULT]: 'hit' } as const;
    const misses = { ...attributes, [ATTR_TRADING_CACHE_RESULT]: 'miss' } as const;
    lookups.initialize(hits);
    lookups.initialize(misses);
    return createLayer(name, {
      meter,
      attributes,
      durations: lookupDurations,
      hits: lookups.bind(hits),
      misses: lookups.bind(misses),
    });
  }

  function makeFeature(name: string): Feature {
    return { name, ...createTiming(calculationDurations, { [ATTR_TRADING_FEATURE_NAME]: name }) };
  }

  return {
    layer: handlesByName('layer', makeLayer, tradingCacheLookups.attributes[ATTR_TRADING_CACHE_LAYER]),
    query: (fn, test) => queries.run(fn, test),
    wrap: (get, test) => wrapped(get, (call) => queries.run(() => call(), test)),
    hit: (facts) => queries.count(true, facts),
    miss: (facts) => queries.count(false, facts),
    ...createTotals(meter, METRIC_TRADING_CACHE_HIT_RATIO, (news) => {
      window.add(meter.now(), news.hits, news.misses);
    }),
    feature: handlesByName('feature', makeFeature),
  };
}
