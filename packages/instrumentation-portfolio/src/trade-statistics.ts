import type {
  ATTR_TRADING_TRADE_RESULT,
  AttributesOf,
  tradingPerformanceStreak,
} from '@trademeter/semantic-conventions';

/** The result of a round trip, net of fees; a P&L of exactly 0 is `breakeven`. */
export type TradeResult = AttributesOf<typeof tradingPerformanceStreak>[typeof ATTR_TRADING_TRADE_RESULT];

/** Consecutive round trips with the same result. */
export interface Streak<Length = number> {
  readonly result: TradeResult;
  readonly length: Length;
}

/** Statistics of the P&L of round trips. Figures that are not defined yet are `undefined`. */
export class TradeStatistics {
  #count = 0;
  #wins = 0;
  #losses = 0;
  #profits = 0;
  #losings = 0;
  #best: number | undefined;
  #worst: number | undefined;
  #streak: Streak | undefined;

  /** @param pnl net of fees, finite */
  add(pnl: number): void {
    const result = resultOf(pnl);
    this.#count += 1;
    if (result === 'win') {
      this.#wins += 1;
      this.#profits += pnl;
    } else if (result === 'loss') {
      this.#losses += 1;
      this.#losings += pnl;
    }
    this.#best = Math.max(this.#best ?? pnl, pnl);
    this.#worst = Math.min(this.#worst ?? pnl, pnl);
    this.#streak = { result, length: this.#streak?.result === result ? this.#streak.length + 1 : 1 };
  }

  /** The sum of all P&L; `undefined` before the first round trip. */
  get total(): number | undefined {
    return this.#count === 0 ? undefined : this.#profits + this.#losings;
  }

  /** Wins divided by all round trips, including breakeven ones; `undefined` before the first. */
  get winRatio(): number | undefined {
    return this.#count === 0 ? undefined : this.#wins / this.#count;
  }

  /** Sum of profits divided by sum of losses; `undefined` before the first loss. */
  get profitFactor(): number | undefined {
    return this.#losses === 0 ? undefined : this.#profits / -this.#losings;
  }

  get best(): number | undefined {
    return this.#best;
  }

  /** The lowest P&L, which is a profit while there is no loss. */
  get worst(): number | undefined {
    return this.#worst;
  }

  get meanWin(): number | undefined {
    return this.#wins === 0 ? undefined : this.#profits / this.#wins;
  }

  /** The mean of the losses, below 0. */
  get meanLoss(): number | undefined {
    return this.#losses === 0 ? undefined : this.#losings / this.#losses;
  }

  /** The number of last round trips that have the same result. */
  get streak(): Streak | undefined {
    return this.#streak;
  }
}

function resultOf(pnl: number): TradeResult {
  if (pnl > 0) return 'win';
  return pnl < 0 ? 'loss' : 'breakeven';
}
