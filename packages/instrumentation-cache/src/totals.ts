import type { Meter } from '@trademeter/instrumentation';

/** Totals that a cache counts itself since its start: of an LRU library, of `INFO` in Redis. */
export interface CacheTotals {
  readonly hits: number;
  readonly misses: number;
}

/** The verbs for totals. */
export interface TotalsVerbs {
  /** Counts the increase since the last totals. Use it instead of the other verbs. */
  record(totals: CacheTotals): void;
  /** Sets the totals from which the next `record` counts, for a server that is older than the bot. */
  restore(totals: CacheTotals): void;
}

/** @param count is called with the increase since the last totals */
export function createTotals(meter: Meter, metric: string, count: (news: CacheTotals) => void): TotalsVerbs {
  const totals = new TotalsReader();
  return {
    record(given) {
      meter.attempt(metric, () => {
        // Without an SDK nothing is read, so the increase counts with the first totals after its start.
        if (meter.isActive()) count(totals.read(given));
      });
    },
    restore(given) {
      meter.attempt(metric, () => totals.startFrom(given));
    },
  };
}

/** Converts totals to increases. */
class TotalsReader {
  #hits = 0;
  #misses = 0;

  /**
   * Returns the increase since the last totals. A lower total has restarted, and counts fully.
   *
   * @throws TypeError if the totals are not two numbers of at least 0
   */
  read(totals: CacheTotals): CacheTotals {
    const { hits, misses } = checked(totals);
    const news = { hits: since(this.#hits, hits), misses: since(this.#misses, misses) };
    this.#hits = hits;
    this.#misses = misses;
    return news;
  }

  /** @throws TypeError if the totals are not two numbers of at least 0 */
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
      throw new TypeError('hits and misses must be finite numbers of at least 0');
    }
  }
  return { hits, misses };
}
