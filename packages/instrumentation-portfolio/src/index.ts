export type { Figure, Moment } from '@trademeter/instrumentation';
export type { PastSnapshot, PastTrade, PortfolioHistory } from './history.ts';
export { instrumentPortfolio, type PortfolioMetrics, type PortfolioOptions } from './instrument-portfolio.ts';
export type { PerformanceFigures, TradePnlFigures } from './performance-metrics.ts';
export type { Period } from './period-calendar.ts';
export type {
  CashFlow,
  ClosedTrade,
  Exposure,
  FundingPayment,
  PaymentDirection,
  PortfolioSnapshot,
  StrategyPerformance,
} from './portfolio-facts.ts';
export type { DrawdownFigures, PeriodFigures, PortfolioFigures } from './portfolio-figures.ts';
export type { Position, PositionSide } from './position-book.ts';
export type { Streak, TradeResult } from './trade-statistics.ts';
