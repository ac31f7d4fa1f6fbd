import { errorType, type Meter, type Settled, secondsBetween, whenSettled } from '@trademeter/instrumentation';
import { type HitTest, isHit } from './hit-test.ts';

/** What is known of a lookup or query that somebody else made. */
export interface LookupFacts {
  /** How long it took; left out, its time is not recorded. */
  readonly durationSeconds?: number | undefined;
}

/** Says how a query ended, where its result does not. The last word counts. */
export interface CacheQuery {
  /** The cache had it, whatever the function returns. */
  hit(): void;
  /** The cache did not have it, even though the function returns something: it was calculated. */
  miss(): void;
}

/** Looks things up and records how each lookup ended, in one layer or in the whole cache. */
export interface Lookups {
  /** Calls `fn` once and hands on what it gives. One that throws is a miss, with `error.type`. */
  run<R>(fn: (query: CacheQuery) => R, test?: HitTest<Awaited<R>>): Settled<R>;
  /** Takes a lookup that somebody else made. */
  count(found: boolean, facts: LookupFacts | undefined): void;
}

/** How a lookup ended. */
interface LookupEnd {
  readonly found: boolean;
  /** Left out, its time is not known. */
  readonly seconds: number | undefined;
  /** What it failed with. */
  readonly errorType?: string;
}

/**
 * @param metric what a caller's test, or facts, that cannot be used are told under
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
