import type { FeatureStore } from './feature-store.ts';
import type { PriceHistory } from './price-history.ts';

const fastDays = 20;
/** Days of prices that the features need. */
export const slowDays = 50;
const volatilityDays = 20;

/** Figures of the market for strategy and analyst, each calculated once a day and then read from the store. */
export class Features {
  readonly #store: FeatureStore;
  readonly #history: PriceHistory;

  constructor(store: FeatureStore, history: PriceHistory) {
    this.#store = store;
    this.#history = history;
  }

  /** The fast average less the slow one, as a fraction of the slow one. */
  trend(): number {
    const today = this.#history.date(0);
    const fast = this.#store.get('sma_20', today, () => this.#history.average(fastDays));
    const slow = this.#store.get('sma_50', today, () => this.#history.average(slowDays));
    return fast / slow - 1;
  }

  /** Today's standard deviation of daily returns. */
  volatility(): number {
    return this.#volatility(0);
  }

  /** The same 25 trading days ago: no longer in memory, still in the database. */
  pastVolatility(): number {
    return this.#volatility(25);
  }

  #volatility(daysAgo: number): number {
    // The store has no day before the start of the bot: use today's.
    return this.#store.get('volatility_20', this.#history.date(daysAgo), () =>
      this.#history.volatility(volatilityDays),
    );
  }
}
