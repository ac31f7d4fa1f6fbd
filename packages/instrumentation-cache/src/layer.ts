import {
  type BoundRecorder,
  type BoundSum,
  errorType,
  type Histogram,
  type Meter,
  secondsBetween,
  whenSettled,
} from '@trademeter/instrumentation';
import {
  ATTR_ERROR_TYPE,
  type AttributesOf,
  METRIC_TRADING_CACHE_LOOKUPS,
  type tradingCacheLookupDuration,
} from '@trademeter/semantic-conventions';
import { type HitTest, isHit } from './hit-test.ts';
import { createTotals, type TotalsVerbs } from './totals.ts';
import { wrapped } from './wrapped-getter.ts';

/** What is known of a lookup or query that somebody else made. */
export interface LookupFacts {
  /** How long it took; left out, its time is not recorded. */
  readonly durationSeconds?: number | undefined;
}

/** One layer of a cache. No verb of it ever throws; only what the given function throws reaches the caller. */
export interface CacheLayer extends TotalsVerbs {
  readonly name: string;
  /**
   * Looks one thing up: calls `get` once and hands on what it gives. A lookup that throws counts as a miss, its time
   * with `error.type`: a layer that is down helps nobody.
   */
  lookup<R>(get: () => R, test?: HitTest<Awaited<R>>): R;
  /** The same getter, sync or async, with every call of it looked at as {@link CacheLayer.lookup} does. */
  wrap<F extends (...args: never[]) => unknown>(get: F, test?: HitTest<Awaited<ReturnType<F>>>): F;
  /** A lookup found something. */
  hit(facts?: LookupFacts): void;
  /** A lookup found nothing. */
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
  const duration: BoundRecorder = durations.bind(attributes);

  function lookup<R>(get: () => R, test?: HitTest<Awaited<R>>): R {
    if (!meter.isActive()) return get();
    const start = meter.now();
    return whenSettled(get, (failure, value) => {
      const seconds = secondsBetween(start, meter.now());
      if (failure !== undefined) {
        misses.add();
        durations.record(seconds, { ...attributes, [ATTR_ERROR_TYPE]: errorType(failure.error) });
        return;
      }
      const found = meter.attempt(METRIC_TRADING_CACHE_LOOKUPS, () => isHit(value, test));
      (found === true ? hits : misses).add();
      duration.record(seconds);
    });
  }

  function count(which: BoundSum, facts: LookupFacts | undefined): void {
    which.add();
    meter.attempt(METRIC_TRADING_CACHE_LOOKUPS, () => {
      const seconds = facts?.durationSeconds;
      if (seconds !== undefined) duration.record(seconds);
    });
  }

  return {
    name,
    lookup,
    wrap: (get, test) => wrapped(get, (call) => lookup(call, test)),
    hit: (facts) => count(hits, facts),
    miss: (facts) => count(misses, facts),
    ...createTotals(meter, METRIC_TRADING_CACHE_LOOKUPS, (news) => {
      hits.add(news.hits);
      misses.add(news.misses);
    }),
  };
}
