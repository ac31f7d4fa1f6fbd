import type { FeatureStore } from './feature-store.ts';
import type { PriceHistory } from './price-history.ts';

const fastDays = 20;
/** How many days of prices the features need. */
export const slowDays = 50;
const volatilityDays = 20;

/** What strategy and analyst know of the market: each figure is calculated once a day and then found in the store. */
export class Features {
  readonly #store: FeatureStore;
  readonly #history: PriceHistory;

  constructor(store: FeatureStore, history: PriceHistory) {
    this.#store = store;
    this.#history = history;
  }

  /** How far the fast average is above the slow one, as a share of it. */
  trend(): number {
    const today = this.#history.date(0);
    const fast = this.#store.get('sma_20', today, () => this.#history.average(fastDays));
    const slow = this.#store.get('sma_50', today, () => this.#history.average(slowDays));
    return fast / slow - 1;
  }

  /** The standard deviation of daily returns, today. */
  volatility(): number {
    return this.#volatility(0);
  }

  /** The same, 25 trading days ago: long enough for the memory to have forgotten it, and the database not. */
  pastVolatility(): number {
    return this.#volatility(25);
  }

  #volatility(daysAgo: number): number {
    // Of a day before the bot began there is nothing in the store: today's has to do.
    return this.#store.get('volatility_20', this.#history.date(daysAgo), () =>
      this.#history.volatility(volatilityDays),
    );
  }
}
