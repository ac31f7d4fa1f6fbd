import {
  describeValue,
  epochMilliseconds,
  type Figure,
  type Meter,
  type Moment,
  requireFigure,
} from '@trademeter/instrumentation';
import { tradingPerformancePnl, tradingPortfolioPnl } from '@trademeter/semantic-conventions';
import { isTime } from './period-calendar.ts';
import type { TradedSymbol } from './symbol-pnl.ts';

/** The equity at a time in the past. */
export interface PastSnapshot {
  readonly time: Moment;
  /** The equity. */
  readonly value: Figure | null | undefined;
  /** Deposits since the previous snapshot. Default: 0. */
  readonly deposits?: Figure | null | undefined;
  /** Withdrawals since the previous snapshot. Default: 0. */
  readonly withdrawals?: Figure | null | undefined;
  /** The running total of realized P&L at that time, as in a snapshot. */
  readonly realizedPnl?: Figure | null | undefined;
}

/** A round trip in the past. */
export interface PastTrade {
  /** When the position was closed. */
  readonly time: Moment;
  /** Profit or loss, net of fees. */
  readonly pnl: Figure | null | undefined;
  /** The symbol whose realized P&L the trade counts in. */
  readonly symbol?: string | null | undefined;
  /** Default: the venue of the portfolio. */
  readonly venue?: string | null | undefined;
  /** Default: the strategy of the portfolio. */
  readonly strategy?: string | null | undefined;
}

/** What happened before this process started. The lists may be in any order. */
export interface PortfolioHistory {
  /** One snapshot a day is enough for everything except drawdowns within a day. */
  readonly snapshots?: readonly PastSnapshot[] | null | undefined;
  readonly trades?: readonly PastTrade[] | null | undefined;
}

/** A validated history, oldest entries first. */
export interface UsableHistory {
  readonly snapshots: readonly {
    readonly time: number;
    readonly equity: number;
    readonly deposits: number;
    readonly withdrawals: number;
    readonly realizedPnl: number | undefined;
  }[];
  readonly trades: readonly (TradedSymbol & {
    readonly time: number;
    readonly pnl: number;
    readonly strategy: string | null | undefined;
  })[];
}

/** Reads a history. Invalid entries are dropped, counted and logged. @throws TypeError if it is not a history */
export function readHistory(meter: Meter, history: PortfolioHistory): UsableHistory {
  const snapshots = history.snapshots ?? [];
  const trades = history.trades ?? [];
  if (!Array.isArray(snapshots)) throw new TypeError('snapshots must be a list');
  if (!Array.isArray(trades)) throw new TypeError('trades must be a list');
  const now = meter.calendarNow();
  return {
    snapshots: readEach(meter, tradingPortfolioPnl.name, snapshots as readonly PastSnapshot[], (snapshot) => ({
      time: timeOf(snapshot.time, now),
      equity: requireFigure('value', snapshot.value),
      deposits: amount('deposits', snapshot.deposits ?? 0),
      withdrawals: amount('withdrawals', snapshot.withdrawals ?? 0),
      realizedPnl: isGiven(snapshot.realizedPnl) ? requireFigure('realizedPnl', snapshot.realizedPnl) : undefined,
    })),
    trades: readEach(meter, tradingPerformancePnl.name, trades as readonly PastTrade[], (trade) => ({
      time: timeOf(trade.time, now),
      pnl: requireFigure('pnl', trade.pnl),
      strategy: trade.strategy,
      symbol: trade.symbol,
      venue: trade.venue,
    })),
  };
}

function readEach<T, R extends { readonly time: number }>(
  meter: Meter,
  metric: string,
  entries: readonly T[],
  read: (entry: T) => R,
): R[] {
  return entries
    .flatMap((entry) => meter.attempt(metric, () => read(entry)) ?? [])
    .toSorted((one, other) => one.time - other.time);
}

export function isGiven<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}

/** @throws TypeError if it is not a time, or in seconds */
export function timeOf(moment: Moment, now: number): number {
  const time = epochMilliseconds(moment, now);
  if (!isTime(time)) throw new TypeError('time must be milliseconds since the epoch, or a Date');
  return time;
}

function amount(name: string, value: unknown): number {
  const figure = requireFigure(name, value);
  if (figure < 0) throw new TypeError(`${name} must not be negative, got ${describeValue(value)}`);
  return figure;
}
