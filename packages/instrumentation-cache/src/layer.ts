import type { BoundSum, Histogram, Meter, Settled } from '@trademeter/instrumentation';
import {
  ATTR_ERROR_TYPE,
  type AttributesOf,
  METRIC_TRADING_CACHE_LOOKUPS,
  type tradingCacheLookupDuration,
} from '@trademeter/semantic-conventions';
import type { HitTest } from './hit-test.ts';
import { createLookups, type LookupFacts } from './lookup.ts';
import { createTotals, type TotalsVerbs } from './totals.ts';
import { wrapped } from './wrapped-getter.ts';

/** Records one layer of a cache. No verb throws; only errors of passed functions reach the caller. */
export interface CacheLayer extends TotalsVerbs {
  /** The name of the layer. */
  readonly name: string;
  /**
   * Records a lookup: calls `get` once and returns its result. If `get` throws, the lookup counts as a miss and its
   * duration has an `error.type`.
   */
  lookup<R>(get: () => R, test?: HitTest<Awaited<R>>): Settled<R>;
  /** Wraps a getter, sync or async: each call is recorded as by `lookup`. */
  wrap<F extends (...args: never[]) => unknown>(get: F, test?: HitTest<Awaited<ReturnType<F>>>): F;
  /** Counts a hit. */
  hit(facts?: LookupFacts): void;
  /** Counts a miss. */
  miss(facts?: LookupFacts): void;
}

interface LayerParts {
  readonly meter: Meter;
  readonly attributes: AttributesOf<typeof tradingCacheLookupDuration>;
  readonly durations: Histogram<typeof tradingCacheLookupDuration>;
  readonly hits: BoundSum;
  readonly misses: BoundSum;
}

export function createLayer(name: string, { meter, attributes, durations, hits, misses }: LayerParts): CacheLayer {
  const duration = durations.bind(attributes);
  const lookups = createLookups(meter, METRIC_TRADING_CACHE_LOOKUPS, ({ found, seconds, errorType }) => {
    (found ? hits : misses).add();
    if (seconds === undefined) return;
    if (errorType === undefined) duration.record(seconds);
    else durations.record(seconds, { ...attributes, [ATTR_ERROR_TYPE]: errorType });
  });

  return {
    name,
    lookup: (get, test) => lookups.run(() => get(), test),
    wrap: (get, test) => wrapped(get, (call) => lookups.run(() => call(), test)),
    hit: (facts) => lookups.count(true, facts),
    miss: (facts) => lookups.count(false, facts),
    ...createTotals(meter, METRIC_TRADING_CACHE_LOOKUPS, (news) => {
      hits.add(news.hits);
      misses.add(news.misses);
    }),
  };
}
