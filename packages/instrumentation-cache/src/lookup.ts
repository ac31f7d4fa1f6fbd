import { errorType, type Meter, type Settled, secondsBetween, whenSettled } from '@trademeter/instrumentation';
import { type HitTest, isHit } from './hit-test.ts';

/** Facts about a lookup or query that the caller made. */
export interface LookupFacts {
  /** How long it took, in seconds. Default: no duration is recorded. */
  readonly durationSeconds?: number | undefined;
}

/** Reports how a query ended, if its result does not show it. The last call counts. */
export interface CacheQuery {
  /** Reports a hit, whatever the function returns. */
  hit(): void;
  /** Reports a miss, for a function that calculates what the cache does not have. */
  miss(): void;
}

/** Runs and records lookups in one layer, or queries of the whole cache. */
export interface Lookups {
  /** Calls `fn` once and returns its result. If it throws, it is a miss with an `error.type`. */
  run<R>(fn: (query: CacheQuery) => R, test?: HitTest<Awaited<R>>): Settled<R>;
  /** Counts a lookup that the caller made. */
  count(found: boolean, facts: LookupFacts | undefined): void;
}

/** How a lookup ended. */
interface LookupEnd {
  readonly found: boolean;
  /** `undefined` if the time is not known. */
  readonly seconds: number | undefined;
  /** The type of the error, if it failed. */
  readonly errorType?: string;
}

/**
 * @param metric the metric under which invalid tests and facts are logged
 * @param record must not throw
 */
export function createLookups(meter: Meter, metric: string, record: (end: LookupEnd) => void): Lookups {
  return {
    run(fn, test) {
      let said: boolean | undefined;
      const query: CacheQuery = {
        hit: () => {
          said = true;
        },
        miss: () => {
          said = false;
        },
      };
      if (!meter.isActive())
        return whenSettled(
          () => fn(query),
          () => {},
        );
      const start = meter.now();
      return whenSettled(
        () => fn(query),
        (failure, value) => {
          const seconds = secondsBetween(start, meter.now());
          if (failure !== undefined) {
            record({ found: false, seconds, errorType: errorType(failure.error) });
            return;
          }
          const found = said ?? meter.attempt(metric, () => isHit(value, test)) ?? false;
          record({ found, seconds });
        },
      );
    },
    count(found, facts) {
      record({ found, seconds: meter.attempt(metric, () => facts?.durationSeconds) ?? undefined });
    },
  };
}
