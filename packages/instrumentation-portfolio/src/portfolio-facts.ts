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

/** A portfolio at this moment. All money is in the portfolio's currency; what is omitted stays as it was, except the exposure. */
export interface PortfolioSnapshot {
  /** Equity: what would be left if every position were closed now. P&L, return and drawdown follow from it. */
  readonly value: Figure | null | undefined;
  readonly cash?: Figure | null | undefined;
  readonly buyingPower?: Figure | null | undefined;
  /** All positions that are held: one that is missing here is closed. */
  readonly positions?: readonly Position[] | null | undefined;
  /** Share of the available margin that is in use, from 0 to 1. */
  readonly marginUtilization?: Figure | null | undefined;
  /** In multiples of equity, where the broker reports it, for this snapshot. Default: computed from the positions. */
  readonly exposure?: Exposure | null | undefined;
  /** All that was realized so far, from any beginning on. Once given, it is used instead of trades and funding. */
  readonly realizedPnl?: Figure | null | undefined;
  /** What the portfolio is compared with, such as buying and holding. */
  readonly benchmark?: Benchmark | null | undefined;
}

/** What a portfolio is compared with. */
export interface Benchmark {
  /** What the same money would be worth in it now, in the portfolio's currency. */
  readonly value: Figure | null | undefined;
  /** `buy_and_hold`, `SPY`. Default: none. */
  readonly name?: string | null | undefined;
}

/** Positions in multiples of equity. What is omitted is computed from the positions. */
export interface Exposure {
  /** Long and short added up: the leverage. */
  readonly gross?: Figure | null | undefined;
  /** Long minus short. */
  readonly net?: Figure | null | undefined;
}

/** Money that comes into the portfolio or leaves it. */
export interface CashFlow {
  /** In the portfolio's currency, not negative. */
  readonly amount: Figure | null | undefined;
  /**
   * When it came or left. The first snapshot that is not before this moment contains it, also when that has been taken
   * already. Default: the next snapshot is the first that contains it.
   */
  readonly time?: Moment | null | undefined;
}

/** Whether a payment was `paid` or `received`. */
export type PaymentDirection = AttributesOf<typeof tradingPositionFunding>[typeof ATTR_TRADING_PAYMENT_DIRECTION];

/** A funding, swap or borrowing payment of a position. */
export interface FundingPayment {
  readonly symbol: string;
  /** With a direction it is not negative; without one, below 0 is paid and above is received. */
  readonly amount: Figure | null | undefined;
  readonly direction?: PaymentDirection | null | undefined;
  /** Default: the portfolio's. A payment in another currency does not count in the realized P&L. */
  readonly currency?: string | null | undefined;
  /** Default: the portfolio's. */
  readonly venue?: string | null | undefined;
}

/** A round trip: a position that was opened and is closed now. */
export interface ClosedTrade {
  /** Profit or loss in the portfolio's currency, net of fees, without funding that is told by itself. */
  readonly pnl: Figure | null | undefined;
  /** What was traded. With it, the trade counts in the realized P&L of this symbol. */
  readonly symbol?: string | null | undefined;
  /** Default: the portfolio's. */
  readonly venue?: string | null | undefined;
  /** Default: the portfolio's. */
  readonly strategy?: string | null | undefined;
}

/** The performance of one strategy. No verb of it ever throws. */
export interface StrategyPerformance {
  /** What the strategy's share of the portfolio is worth now. Its Sharpe ratio follows from it. */
  snapshot(snapshot: Pick<PortfolioSnapshot, 'value'>): void;
  /** The strategy was given money. */
  deposit(flow: CashFlow): void;
  /** Money was taken from the strategy. */
  withdraw(flow: CashFlow): void;
  /** A round trip of this strategy; counts for the portfolio as well. */
  trade(trade: Omit<ClosedTrade, 'strategy'>): void;
  /** Forgets what is known, and begins with what happened before this process started. */
  restore(history: PortfolioHistory): void;
  /** Takes figures that the caller computed; each stands until it is reported anew. */
  report(figures: PerformanceFigures): void;
  /** Forgets everything: the next snapshot and the next trade are the first. */
  reset(): void;
}

/** The verbs of a portfolio. None of them ever throws. */
export interface PortfolioMetrics {
  /** The portfolio at this moment. Take one whenever it has changed, and at least once a day. */
  snapshot(snapshot: PortfolioSnapshot): void;
  /** Money came in. It is no profit. */
  deposit(flow: CashFlow): void;
  /** Money was taken out. It is no loss. */
  withdraw(flow: CashFlow): void;
  /** A funding payment was paid or received; it counts in the realized P&L. */
  funding(payment: FundingPayment): void;
  /** A round trip is over: it counts in the performance of the portfolio and of its strategy, and in the realized P&L. */
  trade(trade: ClosedTrade): void;
  /** The performance of the strategy of this name; the same one each time. */
  strategy(name: string): StrategyPerformance;
  /** Forgets what is known, also of strategies, and begins with what happened before this process started. */
  restore(history: PortfolioHistory): void;
  /** Takes figures that the caller computed; each stands until it is reported anew. */
  report(figures: PortfolioFigures): void;
  /** Forgets everything but the positions, also of strategies: the next snapshot is the first, as for a replay that starts over. */
  reset(): void;
}
