import type { Figure, Moment } from '@trademeter/instrumentation';
import type {
  ATTR_TRADING_PAYMENT_DIRECTION,
  AttributesOf,
  tradingPositionFunding,
} from '@trademeter/semantic-conventions';
import type { PortfolioHistory } from './history.ts';
import type { PerformanceFigures } from './performance-metrics.ts';
import type { PortfolioFigures } from './portfolio-figures.ts';
import type { Position } from './position-book.ts';

/**
 * The state of a portfolio now. All money is in the portfolio's currency. Omitted fields keep their last value, except
 * the exposure.
 */
export interface PortfolioSnapshot {
  /**
   * The equity: what would be left if every position were closed now. P&L, return and drawdown are computed from it.
   */
  readonly value: Figure | null | undefined;
  readonly cash?: Figure | null | undefined;
  readonly buyingPower?: Figure | null | undefined;
  /** All open positions: a position that is missing from the list is closed. */
  readonly positions?: readonly Position[] | null | undefined;
  /** The share of the available margin that is in use, from 0 to 1. */
  readonly marginUtilization?: Figure | null | undefined;
  /** The exposure in multiples of equity, for this snapshot only. Default: computed from the positions. */
  readonly exposure?: Exposure | null | undefined;
  /** A running total of realized P&L, from any start. Once set, it replaces trades and funding in the realized P&L. */
  readonly realizedPnl?: Figure | null | undefined;
  /** What the portfolio is compared with, such as buy and hold. */
  readonly benchmark?: Benchmark | null | undefined;
}

/** What a portfolio is compared with. */
export interface Benchmark {
  /** The current value of the same money in the benchmark, in the portfolio's currency. */
  readonly value: Figure | null | undefined;
  /** The name: `buy_and_hold`, `SPY`. Default: none. */
  readonly name?: string | null | undefined;
}

/** Exposure in multiples of equity. An omitted figure is computed from the positions. */
export interface Exposure {
  /** Long plus short: the leverage. */
  readonly gross?: Figure | null | undefined;
  /** Long minus short. */
  readonly net?: Figure | null | undefined;
}

/** Money that enters or leaves the portfolio. */
export interface CashFlow {
  /** An amount in the portfolio's currency, not negative. */
  readonly amount: Figure | null | undefined;
  /**
   * When the money moved. The first snapshot that is not before this time includes it, even if it was taken already.
   * Default: the next snapshot includes it.
   */
  readonly time?: Moment | null | undefined;
}

/** Whether a payment was `paid` or `received`. */
export type PaymentDirection = AttributesOf<typeof tradingPositionFunding>[typeof ATTR_TRADING_PAYMENT_DIRECTION];

/** A funding, swap or borrowing payment of a position. */
export interface FundingPayment {
  readonly symbol: string;
  /** Not negative if a direction is set. Otherwise a negative amount was paid and a positive one received. */
  readonly amount: Figure | null | undefined;
  readonly direction?: PaymentDirection | null | undefined;
  /** Default: the currency of the portfolio. A payment in another currency does not count in the realized P&L. */
  readonly currency?: string | null | undefined;
  /** Default: the venue of the portfolio. */
  readonly venue?: string | null | undefined;
}

/** A round trip: a position that was opened and closed again. */
export interface ClosedTrade {
  /** Profit or loss in the portfolio's currency, net of fees, without funding that is reported separately. */
  readonly pnl: Figure | null | undefined;
  /** The symbol whose realized P&L the trade counts in. */
  readonly symbol?: string | null | undefined;
  /** Default: the venue of the portfolio. */
  readonly venue?: string | null | undefined;
  /** Default: the strategy of the portfolio. */
  readonly strategy?: string | null | undefined;
}

/** Records the performance of one strategy. No verb throws. */
export interface StrategyPerformance {
  /** Records the current value of the strategy's share of the portfolio. Its Sharpe ratio is computed from it. */
  snapshot(snapshot: Pick<PortfolioSnapshot, 'value'>): void;
  /** Reports money that was assigned to the strategy. */
  deposit(flow: CashFlow): void;
  /** Reports money that was taken from the strategy. */
  withdraw(flow: CashFlow): void;
  /** Reports a round trip of this strategy. It counts for the portfolio as well. */
  trade(trade: Omit<ClosedTrade, 'strategy'>): void;
  /** Replaces all data by what happened before this process started. */
  restore(history: PortfolioHistory): void;
  /** Sets figures that the caller computed. Each stays until it is reported again. */
  report(figures: PerformanceFigures): void;
  /** Removes all data: the next snapshot and the next trade are the first. */
  reset(): void;
}

/** Records the metrics of a portfolio. No verb throws. */
export interface PortfolioMetrics {
  /**
   * Records the state of the portfolio. Call it after each change, and at least once a day. `value` is the equity: what
   * would be left if every position were closed.
   */
  snapshot(snapshot: PortfolioSnapshot): void;
  /**
   * Reports money that was paid in; otherwise it looks like a profit. Without `time`, the next snapshot includes it.
   * With it, the first snapshot at or after that time does, even if it was taken already: up to 1,000 snapshots are
   * computed again.
   */
  deposit(flow: CashFlow): void;
  /** Reports money that was paid out, like a deposit; otherwise it looks like a loss. */
  withdraw(flow: CashFlow): void;
  /**
   * Counts a funding, swap or borrowing payment, `paid` or `received`. Without a direction, a negative amount was paid.
   * It is part of the realized P&L.
   */
  funding(payment: FundingPayment): void;
  /**
   * Reports one round trip; `pnl` is net of fees. It counts in the performance of the portfolio and of its strategy,
   * and with a `symbol` in the realized P&L of the symbol.
   */
  trade(trade: ClosedTrade): void;
  /** The handle of one strategy; the same one for the same name. */
  strategy(name: string): StrategyPerformance;
  /**
   * Replaces all data, including that of strategies, by what happened before this process started, from the bot's own
   * records. Nothing is counted again.
   */
  restore(history: PortfolioHistory): void;
  /** Sets figures that the caller computed. Each stays until it is reported again, or until a reset. */
  report(figures: PortfolioFigures): void;
  /** Removes all data except the positions, including that of strategies: the next snapshot is the first. */
  reset(): void;
}
