/** What the strategy wants. */
export interface Signal {
  readonly action: 'buy' | 'sell' | 'hold';
  /** From 0 to 1. */
  readonly confidence: number;
}

const fastDays = 20;
const slowDays = 50;

/** Long while the average close of 20 days is above that of 50, out of the market otherwise. */
export class MomentumStrategy {
  readonly #closes: number[] = [];

  /** @param isLong whether the position is open already */
  evaluate(close: number, isLong: boolean): Signal {
    this.#closes.push(close);
    if (this.#closes.length > slowDays) this.#closes.shift();
    if (this.#closes.length < slowDays) return { action: 'hold', confidence: 0 };
    const slow = mean(this.#closes);
    const fast = mean(this.#closes.slice(-fastDays));
    const trend = fast / slow - 1;
    // A trend of 5% between the averages is as strong as this market's get.
    const confidence = Math.min(1, Math.abs(trend) / 0.05);
    if (trend > 0 && !isLong) return { action: 'buy', confidence };
    if (trend < 0 && isLong) return { action: 'sell', confidence };
    return { action: 'hold', confidence };
  }

  /** Forgets the past: what comes next does not follow from it. */
  reset(): void {
    this.#closes.length = 0;
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
