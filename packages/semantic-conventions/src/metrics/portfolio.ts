// Generated from model/ by `pnpm generate`. Change it there.

import type { MetricDefinition } from '../definition.ts';

/** The name of {@link tradingPortfolioValue}. */
export const METRIC_TRADING_PORTFOLIO_VALUE = 'trading.portfolio.value' as const;

/**
 * Equity: cash plus the value of all positions.
 *
 * An updowncounter, unit `{currency}`, in Prometheus `trading_portfolio_value`.
 */
export const tradingPortfolioValue = {
  name: 'trading.portfolio.value',
  instrument: 'updowncounter',
  unit: '{currency}',
  description: 'Equity: cash plus the value of all positions.',
  attributes: {
    'trading.currency': { type: 'string', requirement: 'required' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingPortfolioCash}. */
export const METRIC_TRADING_PORTFOLIO_CASH = 'trading.portfolio.cash' as const;

/**
 * Cash, excluding positions.
 *
 * An updowncounter, unit `{currency}`, in Prometheus `trading_portfolio_cash`.
 */
export const tradingPortfolioCash = {
  name: 'trading.portfolio.cash',
  instrument: 'updowncounter',
  unit: '{currency}',
  description: 'Cash, excluding positions.',
  attributes: {
    'trading.currency': { type: 'string', requirement: 'required' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingPortfolioBuyingPower}. */
export const METRIC_TRADING_PORTFOLIO_BUYING_POWER = 'trading.portfolio.buying_power' as const;

/**
 * Buying power, including the margin of the broker.
 *
 * An updowncounter, unit `{currency}`, in Prometheus `trading_portfolio_buying_power`.
 */
export const tradingPortfolioBuyingPower = {
  name: 'trading.portfolio.buying_power',
  instrument: 'updowncounter',
  unit: '{currency}',
  description: 'Buying power, including the margin of the broker.',
  attributes: {
    'trading.currency': { type: 'string', requirement: 'required' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingPortfolioBenchmarkValue}. */
export const METRIC_TRADING_PORTFOLIO_BENCHMARK_VALUE = 'trading.portfolio.benchmark.value' as const;

/**
 * Value of the same money in the benchmark. Comparable to `trading.portfolio.value`, for one panel with both.
 *
 * An updowncounter, unit `{currency}`, in Prometheus `trading_portfolio_benchmark_value`.
 */
export const tradingPortfolioBenchmarkValue = {
  name: 'trading.portfolio.benchmark.value',
  instrument: 'updowncounter',
  unit: '{currency}',
  description: 'Value of the same money in the benchmark.',
  attributes: {
    'trading.currency': { type: 'string', requirement: 'required' },
    'trading.benchmark.name': { type: 'string', requirement: 'recommended' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingPortfolioSnapshotAge}. */
export const METRIC_TRADING_PORTFOLIO_SNAPSHOT_AGE = 'trading.portfolio.snapshot.age' as const;

/**
 * Time since the last snapshot of the portfolio. Without snapshots, all other figures of the portfolio stand still,
 * but this one grows.
 *
 * A gauge, unit `s`, in Prometheus `trading_portfolio_snapshot_age_seconds`.
 */
export const tradingPortfolioSnapshotAge = {
  name: 'trading.portfolio.snapshot.age',
  instrument: 'gauge',
  unit: 's',
  description: 'Time since the last snapshot of the portfolio.',
  attributes: { 'trading.account': { type: 'string', requirement: 'opt_in' } },
} as const satisfies MetricDefinition;

/** The name of {@link tradingPortfolioExposureGross}. */
export const METRIC_TRADING_PORTFOLIO_EXPOSURE_GROSS = 'trading.portfolio.exposure.gross' as const;

/**
 * Long plus short positions, as a multiple of equity: the leverage.
 *
 * A gauge, unit `1`, in Prometheus `trading_portfolio_exposure_gross_ratio`.
 */
export const tradingPortfolioExposureGross = {
  name: 'trading.portfolio.exposure.gross',
  instrument: 'gauge',
  unit: '1',
  description: 'Long plus short positions, as a multiple of equity: the leverage.',
  attributes: { 'trading.account': { type: 'string', requirement: 'opt_in' } },
} as const satisfies MetricDefinition;

/** The name of {@link tradingPortfolioExposureNet}. */
export const METRIC_TRADING_PORTFOLIO_EXPOSURE_NET = 'trading.portfolio.exposure.net' as const;

/**
 * Long minus short positions, as a multiple of equity; below 0 if the portfolio is short.
 *
 * A gauge, unit `1`, in Prometheus `trading_portfolio_exposure_net_ratio`.
 */
export const tradingPortfolioExposureNet = {
  name: 'trading.portfolio.exposure.net',
  instrument: 'gauge',
  unit: '1',
  description: 'Long minus short positions, as a multiple of equity; below 0 if the portfolio is short.',
  attributes: { 'trading.account': { type: 'string', requirement: 'opt_in' } },
} as const satisfies MetricDefinition;

/** The name of {@link tradingPortfolioMarginUtilization}. */
export const METRIC_TRADING_PORTFOLIO_MARGIN_UTILIZATION = 'trading.portfolio.margin.utilization' as const;

/**
 * Share of the available margin that is in use, from 0 to 1.
 *
 * A gauge, unit `1`, in Prometheus `trading_portfolio_margin_utilization_ratio`.
 */
export const tradingPortfolioMarginUtilization = {
  name: 'trading.portfolio.margin.utilization',
  instrument: 'gauge',
  unit: '1',
  description: 'Share of the available margin that is in use, from 0 to 1.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'recommended' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingPortfolioPnl}. */
export const METRIC_TRADING_PORTFOLIO_PNL = 'trading.portfolio.pnl' as const;

/**
 * Profit or loss of a period: the change in equity, net of fees, without deposits and withdrawals.
 *
 * A gauge, unit `{currency}`, in Prometheus `trading_portfolio_pnl`.
 */
export const tradingPortfolioPnl = {
  name: 'trading.portfolio.pnl',
  instrument: 'gauge',
  unit: '{currency}',
  description: 'Profit or loss of a period: the change in equity, net of fees, without deposits and withdrawals.',
  attributes: {
    'trading.period': { type: 'string', requirement: 'required', values: ['day', 'week', 'month', 'year', 'total'] },
    'trading.currency': { type: 'string', requirement: 'required' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingPortfolioRealizedPnl}. */
export const METRIC_TRADING_PORTFOLIO_REALIZED_PNL = 'trading.portfolio.realized_pnl' as const;

/**
 * Profit or loss of a period from closed positions and funding, net of fees.
 *
 * A gauge, unit `{currency}`, in Prometheus `trading_portfolio_realized_pnl`.
 */
export const tradingPortfolioRealizedPnl = {
  name: 'trading.portfolio.realized_pnl',
  instrument: 'gauge',
  unit: '{currency}',
  description: 'Profit or loss of a period from closed positions and funding, net of fees.',
  attributes: {
    'trading.period': { type: 'string', requirement: 'required', values: ['day', 'week', 'month', 'year', 'total'] },
    'trading.currency': { type: 'string', requirement: 'required' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingPortfolioReturn}. */
export const METRIC_TRADING_PORTFOLIO_RETURN = 'trading.portfolio.return' as const;

/**
 * Time-weighted return of a period.
 *
 * A gauge, unit `1`, in Prometheus `trading_portfolio_return_ratio`.
 */
export const tradingPortfolioReturn = {
  name: 'trading.portfolio.return',
  instrument: 'gauge',
  unit: '1',
  description: 'Time-weighted return of a period.',
  attributes: {
    'trading.period': { type: 'string', requirement: 'required', values: ['day', 'week', 'month', 'year', 'total'] },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingPortfolioDrawdownCurrent}. */
export const METRIC_TRADING_PORTFOLIO_DRAWDOWN_CURRENT = 'trading.portfolio.drawdown.current' as const;

/**
 * How far equity is below its peak, as a share of the peak; 0 at a new peak.
 *
 * A gauge, unit `1`, in Prometheus `trading_portfolio_drawdown_current_ratio`.
 */
export const tradingPortfolioDrawdownCurrent = {
  name: 'trading.portfolio.drawdown.current',
  instrument: 'gauge',
  unit: '1',
  description: 'How far equity is below its peak, as a share of the peak; 0 at a new peak.',
  attributes: { 'trading.account': { type: 'string', requirement: 'opt_in' } },
} as const satisfies MetricDefinition;

/** The name of {@link tradingPortfolioDrawdownMax}. */
export const METRIC_TRADING_PORTFOLIO_DRAWDOWN_MAX = 'trading.portfolio.drawdown.max' as const;

/**
 * The largest drawdown so far, as a share of its peak.
 *
 * A gauge, unit `1`, in Prometheus `trading_portfolio_drawdown_max_ratio`.
 */
export const tradingPortfolioDrawdownMax = {
  name: 'trading.portfolio.drawdown.max',
  instrument: 'gauge',
  unit: '1',
  description: 'The largest drawdown so far, as a share of its peak.',
  attributes: { 'trading.account': { type: 'string', requirement: 'opt_in' } },
} as const satisfies MetricDefinition;

/** The name of {@link tradingPortfolioDrawdownAge}. */
export const METRIC_TRADING_PORTFOLIO_DRAWDOWN_AGE = 'trading.portfolio.drawdown.age' as const;

/**
 * Time since the last peak of equity.
 *
 * A gauge, unit `s`, in Prometheus `trading_portfolio_drawdown_age_seconds`.
 */
export const tradingPortfolioDrawdownAge = {
  name: 'trading.portfolio.drawdown.age',
  instrument: 'gauge',
  unit: 's',
  description: 'Time since the last peak of equity.',
  attributes: { 'trading.account': { type: 'string', requirement: 'opt_in' } },
} as const satisfies MetricDefinition;

/** The name of {@link tradingPortfolioRecoveryDuration}. */
export const METRIC_TRADING_PORTFOLIO_RECOVERY_DURATION = 'trading.portfolio.recovery.duration' as const;

/**
 * Time from a peak of equity to its recovery.
 *
 * A histogram, unit `s`, in Prometheus `trading_portfolio_recovery_duration_seconds`.
 */
export const tradingPortfolioRecoveryDuration = {
  name: 'trading.portfolio.recovery.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'Time from a peak of equity to its recovery.',
  attributes: {
    'trading.account': { type: 'string', requirement: 'opt_in' },
    'error.type': { type: 'string', requirement: 'conditionally_required', values: ['_OTHER'], open: true },
  },
  boundaries: [1, 10, 60, 300, 900, 3600, 14400, 86400, 604800, 2592000],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** The name of {@link tradingPositionOpen}. */
export const METRIC_TRADING_POSITION_OPEN = 'trading.position.open' as const;

/**
 * Open positions.
 *
 * An updowncounter, unit `{position}`, in Prometheus `trading_position_open`.
 */
export const tradingPositionOpen = {
  name: 'trading.position.open',
  instrument: 'updowncounter',
  unit: '{position}',
  description: 'Open positions.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'recommended' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
    'trading.position.side': { type: 'string', requirement: 'recommended', values: ['long', 'short'] },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingPositionValue}. */
export const METRIC_TRADING_POSITION_VALUE = 'trading.position.value' as const;

/**
 * Market value of a position, as an absolute amount; 0 after it was closed.
 *
 * An updowncounter, unit `{currency}`, in Prometheus `trading_position_value`.
 */
export const tradingPositionValue = {
  name: 'trading.position.value',
  instrument: 'updowncounter',
  unit: '{currency}',
  description: 'Market value of a position, as an absolute amount; 0 after it was closed.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'required' },
    'trading.symbol': { type: 'string', requirement: 'required' },
    'trading.position.side': { type: 'string', requirement: 'required', values: ['long', 'short'] },
    'trading.currency': { type: 'string', requirement: 'required' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
  },
  cardinalityLimit: 5_000,
} as const satisfies MetricDefinition;

/** The name of {@link tradingPositionUnrealizedPnl}. */
export const METRIC_TRADING_POSITION_UNREALIZED_PNL = 'trading.position.unrealized_pnl' as const;

/**
 * Profit or loss of a position at the market price; 0 after it was closed.
 *
 * An updowncounter, unit `{currency}`, in Prometheus `trading_position_unrealized_pnl`.
 */
export const tradingPositionUnrealizedPnl = {
  name: 'trading.position.unrealized_pnl',
  instrument: 'updowncounter',
  unit: '{currency}',
  description: 'Profit or loss of a position at the market price; 0 after it was closed.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'required' },
    'trading.symbol': { type: 'string', requirement: 'required' },
    'trading.position.side': { type: 'string', requirement: 'required', values: ['long', 'short'] },
    'trading.currency': { type: 'string', requirement: 'required' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
  },
  cardinalityLimit: 5_000,
} as const satisfies MetricDefinition;

/** The name of {@link tradingPositionRealizedPnl}. */
export const METRIC_TRADING_POSITION_REALIZED_PNL = 'trading.position.realized_pnl' as const;

/**
 * Profit or loss of round trips by symbol, net of fees. Excludes funding, which `trading.position.funding` records by
 * symbol.
 *
 * An updowncounter, unit `{currency}`, in Prometheus `trading_position_realized_pnl`.
 */
export const tradingPositionRealizedPnl = {
  name: 'trading.position.realized_pnl',
  instrument: 'updowncounter',
  unit: '{currency}',
  description: 'Profit or loss of round trips by symbol, net of fees.',
  attributes: {
    'trading.symbol': { type: 'string', requirement: 'required' },
    'trading.currency': { type: 'string', requirement: 'required' },
    'trading.venue': { type: 'string', requirement: 'recommended' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
  },
  cardinalityLimit: 5_000,
} as const satisfies MetricDefinition;

/** The name of {@link tradingPositionFunding}. */
export const METRIC_TRADING_POSITION_FUNDING = 'trading.position.funding' as const;

/**
 * Funding, swap and borrowing payments of positions.
 *
 * A counter, unit `{currency}`, in Prometheus `trading_position_funding_total`.
 */
export const tradingPositionFunding = {
  name: 'trading.position.funding',
  instrument: 'counter',
  unit: '{currency}',
  description: 'Funding, swap and borrowing payments of positions.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'required' },
    'trading.symbol': { type: 'string', requirement: 'required' },
    'trading.currency': { type: 'string', requirement: 'required' },
    'trading.payment.direction': { type: 'string', requirement: 'required', values: ['paid', 'received'] },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
  cardinalityLimit: 5_000,
} as const satisfies MetricDefinition;

/** The name of {@link tradingPerformanceWinRatio}. */
export const METRIC_TRADING_PERFORMANCE_WIN_RATIO = 'trading.performance.win_ratio' as const;

/**
 * Share of round trips that made money, from 0 to 1.
 *
 * A gauge, unit `1`, in Prometheus `trading_performance_win_ratio`.
 */
export const tradingPerformanceWinRatio = {
  name: 'trading.performance.win_ratio',
  instrument: 'gauge',
  unit: '1',
  description: 'Share of round trips that made money, from 0 to 1.',
  attributes: {
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingPerformanceProfitFactor}. */
export const METRIC_TRADING_PERFORMANCE_PROFIT_FACTOR = 'trading.performance.profit_factor' as const;

/**
 * Sum of the profits divided by the sum of the losses.
 *
 * A gauge, unit `1`, in Prometheus `trading_performance_profit_factor_ratio`.
 */
export const tradingPerformanceProfitFactor = {
  name: 'trading.performance.profit_factor',
  instrument: 'gauge',
  unit: '1',
  description: 'Sum of the profits divided by the sum of the losses.',
  attributes: {
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingPerformanceSharpeRatio}. */
export const METRIC_TRADING_PERFORMANCE_SHARPE_RATIO = 'trading.performance.sharpe_ratio' as const;

/**
 * Sharpe ratio: the mean of the daily returns on equity divided by their sample deviation. Over a rolling window of
 * days. The instrumentation may annualize it.
 *
 * A gauge, unit `1`, in Prometheus `trading_performance_sharpe_ratio`.
 */
export const tradingPerformanceSharpeRatio = {
  name: 'trading.performance.sharpe_ratio',
  instrument: 'gauge',
  unit: '1',
  description: 'Sharpe ratio: the mean of the daily returns on equity divided by their sample deviation.',
  attributes: {
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingPerformancePnl}. */
export const METRIC_TRADING_PERFORMANCE_PNL = 'trading.performance.pnl' as const;

/**
 * Profit or loss of all round trips, net of fees.
 *
 * A gauge, unit `{currency}`, in Prometheus `trading_performance_pnl`.
 */
export const tradingPerformancePnl = {
  name: 'trading.performance.pnl',
  instrument: 'gauge',
  unit: '{currency}',
  description: 'Profit or loss of all round trips, net of fees.',
  attributes: {
    'trading.currency': { type: 'string', requirement: 'required' },
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingPerformanceStreak}. */
export const METRIC_TRADING_PERFORMANCE_STREAK = 'trading.performance.streak' as const;

/**
 * Number of consecutive last round trips with the same result.
 *
 * A gauge, unit `{trade}`, in Prometheus `trading_performance_streak`.
 */
export const tradingPerformanceStreak = {
  name: 'trading.performance.streak',
  instrument: 'gauge',
  unit: '{trade}',
  description: 'Number of consecutive last round trips with the same result.',
  attributes: {
    'trading.trade.result': { type: 'string', requirement: 'required', values: ['win', 'loss', 'breakeven'] },
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingPerformanceTradePnlBest}. */
export const METRIC_TRADING_PERFORMANCE_TRADE_PNL_BEST = 'trading.performance.trade_pnl.best' as const;

/**
 * Profit of the best round trip.
 *
 * A gauge, unit `{currency}`, in Prometheus `trading_performance_trade_pnl_best`.
 */
export const tradingPerformanceTradePnlBest = {
  name: 'trading.performance.trade_pnl.best',
  instrument: 'gauge',
  unit: '{currency}',
  description: 'Profit of the best round trip.',
  attributes: {
    'trading.currency': { type: 'string', requirement: 'required' },
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingPerformanceTradePnlWorst}. */
export const METRIC_TRADING_PERFORMANCE_TRADE_PNL_WORST = 'trading.performance.trade_pnl.worst' as const;

/**
 * Profit or loss of the worst round trip; below 0 for a loss.
 *
 * A gauge, unit `{currency}`, in Prometheus `trading_performance_trade_pnl_worst`.
 */
export const tradingPerformanceTradePnlWorst = {
  name: 'trading.performance.trade_pnl.worst',
  instrument: 'gauge',
  unit: '{currency}',
  description: 'Profit or loss of the worst round trip; below 0 for a loss.',
  attributes: {
    'trading.currency': { type: 'string', requirement: 'required' },
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingPerformanceTradePnlMeanWin}. */
export const METRIC_TRADING_PERFORMANCE_TRADE_PNL_MEAN_WIN = 'trading.performance.trade_pnl.mean_win' as const;

/**
 * Mean profit of the round trips that made money.
 *
 * A gauge, unit `{currency}`, in Prometheus `trading_performance_trade_pnl_mean_win`.
 */
export const tradingPerformanceTradePnlMeanWin = {
  name: 'trading.performance.trade_pnl.mean_win',
  instrument: 'gauge',
  unit: '{currency}',
  description: 'Mean profit of the round trips that made money.',
  attributes: {
    'trading.currency': { type: 'string', requirement: 'required' },
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingPerformanceTradePnlMeanLoss}. */
export const METRIC_TRADING_PERFORMANCE_TRADE_PNL_MEAN_LOSS = 'trading.performance.trade_pnl.mean_loss' as const;

/**
 * Mean result of the round trips that lost money; below 0.
 *
 * A gauge, unit `{currency}`, in Prometheus `trading_performance_trade_pnl_mean_loss`.
 */
export const tradingPerformanceTradePnlMeanLoss = {
  name: 'trading.performance.trade_pnl.mean_loss',
  instrument: 'gauge',
  unit: '{currency}',
  description: 'Mean result of the round trips that lost money; below 0.',
  attributes: {
    'trading.currency': { type: 'string', requirement: 'required' },
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
} as const satisfies MetricDefinition;

/** Portfolio and performance: every metric of the domain. */
export const portfolioMetrics: readonly MetricDefinition[] = [
  tradingPortfolioValue,
  tradingPortfolioCash,
  tradingPortfolioBuyingPower,
  tradingPortfolioBenchmarkValue,
  tradingPortfolioSnapshotAge,
  tradingPortfolioExposureGross,
  tradingPortfolioExposureNet,
  tradingPortfolioMarginUtilization,
  tradingPortfolioPnl,
  tradingPortfolioRealizedPnl,
  tradingPortfolioReturn,
  tradingPortfolioDrawdownCurrent,
  tradingPortfolioDrawdownMax,
  tradingPortfolioDrawdownAge,
  tradingPortfolioRecoveryDuration,
  tradingPositionOpen,
  tradingPositionValue,
  tradingPositionUnrealizedPnl,
  tradingPositionRealizedPnl,
  tradingPositionFunding,
  tradingPerformanceWinRatio,
  tradingPerformanceProfitFactor,
  tradingPerformanceSharpeRatio,
  tradingPerformancePnl,
  tradingPerformanceStreak,
  tradingPerformanceTradePnlBest,
  tradingPerformanceTradePnlWorst,
  tradingPerformanceTradePnlMeanWin,
  tradingPerformanceTradePnlMeanLoss,
];
