import type { Meter } from '@trademeter/instrumentation';

/** What a cache has counted by itself, since it began: of an LRU, of `INFO` in Redis. */
export interface CacheTotals {
  readonly hits: number;
  readonly misses: number;
}

/** The verbs that take over totals. */
export interface TotalsVerbs {
  /** Takes over totals; only what came since the last ones is counted. Use it in place of the other verbs. */
  record(totals: CacheTotals): void;
  /** Sets the totals from which the next `record` counts: those of a server that was there before the bot. */
  restore(totals: CacheTotals): void;
}

/** @param count counts what has come since the last totals */
export function createTotals(meter: Meter, metric: string, count: (news: CacheTotals) => void): TotalsVerbs {
  const totals = new TotalsReader();
  return {
    record(given) {
      meter.attempt(metric, () => {
        // Nobody listens yet: what has come till then counts with the first totals that somebody hears.
        if (meter.isActive()) count(totals.read(given));
      });
    },
    restore(given) {
      meter.attempt(metric, () => totals.startFrom(given));
    },
  };
}

/** Turns totals, which may be handed over any number of times, into what has come since the last time. */
class TotalsReader {
  #hits = 0;
  #misses = 0;

  /**
   * What has come since the last totals. One that is lower than before has begun anew, and counts whole.
   *
   * @throws TypeError when the totals are not two numbers from 0 up
   */
  read(totals: CacheTotals): CacheTotals {
    const { hits, misses } = checked(totals);
    const news = { hits: since(this.#hits, hits), misses: since(this.#misses, misses) };
    this.#hits = hits;
    this.#misses = misses;
    return news;
  }

  /** @throws TypeError when the totals are not two numbers from 0 up */
  startFrom(totals: CacheTotals): void {
    const { hits, misses } = checked(totals);
    this.#hits = hits;
    this.#misses = misses;
  }
}

function since(before: number, now: number): number {
  return now < before ? now : now - before;
}

function checked({ hits, misses }: CacheTotals): CacheTotals {
  for (const total of [hits, misses]) {
    if (typeof total !== 'number' || !Number.isFinite(total) || total < 0) {
      throw new TypeError('hits and misses must be finite numbers from 0 up');
    }
  }
  return { hits, misses };
}
