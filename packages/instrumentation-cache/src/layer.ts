import {
  type BoundRecorder,
  type BoundSum,
  errorType,
  type Histogram,
  type Meter,
  whenSettled,
} from '@trademeter/instrumentation';
import {
  ATTR_ERROR_TYPE,
  type AttributesOf,
  METRIC_TRADING_CACHE_LOOKUPS,
  type tradingCacheLookupDuration,
} from '@trademeter/semantic-conventions';
import { isCallable } from './callable.ts';
import { readClock, secondsSince } from './clock.ts';
import { type HitTest, isHit } from './hit-test.ts';
import { type CacheTotals, TotalsReader } from './totals.ts';

/** What is known of a lookup or query that somebody else made. */
export interface LookupFacts {
  /** How long it took; left out, its time is not recorded. */
  readonly durationSeconds?: number | undefined;
}

/** One layer of a cache. No verb of it ever throws; only what the given function throws reaches the caller. */
export interface CacheLayer {
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
  /**
   * Takes over the totals that the layer counts by itself; only what came since the last ones is counted. Use it in
   * place of the other verbs.
   */
  record(totals: CacheTotals): void;
  /** Sets the totals from which the next `record` counts: those of a server that was there before the bot. */
  restore(totals: CacheTotals): void;
}

interface LayerParts {
  readonly meter: Meter;
  readonly attributes: AttributesOf<typeof tradingCacheLookupDuration>;
  readonly durations: Histogram<typeof tradingCacheLookupDuration>;
  readonly hits: BoundSum;
  readonly misses: BoundSum;
}

export function createLayer(name: string, { meter, attributes, durations, hits, misses }: LayerParts): CacheLayer {
  const totals = new TotalsReader();
  const duration: BoundRecorder = durations.bind(attributes);

  function lookup<R>(get: () => R, test?: HitTest<Awaited<R>>): R {
    if (!isCallable(meter, METRIC_TRADING_CACHE_LOOKUPS, get)) return undefined as R;
    if (!meter.isActive()) return get();
    const start = readClock(meter);
    return whenSettled(get, (failure, value) => {
      const seconds = secondsSince(start, meter);
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
    wrap<F extends (...args: never[]) => unknown>(get: F, test?: HitTest<Awaited<ReturnType<F>>>): F {
      if (!isCallable(meter, METRIC_TRADING_CACHE_LOOKUPS, get)) return get;
      return function wrapped(this: unknown, ...args: never[]) {
        return lookup(() => get.apply(this, args) as ReturnType<F>, test);
      } as F;
    },
    hit: (facts) => count(hits, facts),
    miss: (facts) => count(misses, facts),
    record(given) {
      meter.attempt(METRIC_TRADING_CACHE_LOOKUPS, () => {
        // Nobody listens yet: what has come till then is counted with the first totals that somebody hears.
        if (!meter.isActive()) return;
        const news = totals.read(given);
        hits.add(news.hits);
        misses.add(news.misses);
      });
    },
    restore(given) {
      meter.attempt(METRIC_TRADING_CACHE_LOOKUPS, () => totals.startFrom(given));
    },
  };
}
