import { type Figure, type Meter, numberBetween } from '@trademeter/instrumentation';
import {
  ATTR_TRADING_ACCOUNT,
  ATTR_TRADING_CURRENCY,
  ATTR_TRADING_STRATEGY_NAME,
  ATTR_TRADING_TRADE_RESULT,
  type AttributesOf,
  tradingPerformancePnl,
  tradingPerformanceProfitFactor,
  tradingPerformanceSharpeRatio,
  tradingPerformanceStreak,
  tradingPerformanceTradePnlBest,
  tradingPerformanceTradePnlMeanLoss,
  tradingPerformanceTradePnlMeanWin,
  tradingPerformanceTradePnlWorst,
  tradingPerformanceWinRatio,
} from '@trademeter/semantic-conventions';
import type { Clock } from './clock.ts';
import type { Performance } from './performance.ts';
import type { ReportedFigures } from './reported-figures.ts';
import { sharpeRatio } from './sharpe-ratio.ts';
import { type GaugeDefinition, isDefined } from './shown-figure.ts';
import type { Streak } from './trade-statistics.ts';

/** Figures of performance that the caller has computed. Omitted figures are computed here. */
export interface PerformanceFigures {
  /** The ratio of wins to all round trips, from 0 to 1. */
  readonly winRatio?: Figure | null | undefined;
  /** The sum of the profits divided by the sum of the losses. */
  readonly profitFactor?: Figure | null | undefined;
  readonly sharpeRatio?: Figure | null | undefined;
  /** The P&L of round trips, net of fees, in the currency of the portfolio. */
  readonly tradePnl?: TradePnlFigures | null | undefined;
  /** The number of last round trips that have the same result. */
  readonly streak?: Streak<Figure> | null | undefined;
}

/** P&L of round trips, net of fees, in the currency of the portfolio. */
export interface TradePnlFigures {
  readonly total?: Figure | null | undefined;
  readonly best?: Figure | null | undefined;
  /** The lowest P&L; below 0 for a loss. */
  readonly worst?: Figure | null | undefined;
  readonly meanWin?: Figure | null | undefined;
  /** The mean of the losses; below 0. */
  readonly meanLoss?: Figure | null | undefined;
}

const notNegative = numberBetween(0, Number.POSITIVE_INFINITY);
const results = tradingPerformanceStreak.attributes[ATTR_TRADING_TRADE_RESULT].values;

/** Exports every performance in the list, including those that are added later. */
export function showPerformances(
  meter: Meter,
  performances: Iterable<Performance>,
  {
    clock,
    currency,
    account,
    annualization,
  }: { clock: Clock; currency: string; account: string | undefined; annualization: number },
): void {
  function show<D extends GaugeDefinition>(
    definition: D,
    attributesOf: (performance: Performance) => AttributesOf<D>,
    compute: (performance: Performance) => number | undefined,
  ): void {
    meter.observable(definition).observe((observe) => {
      for (const performance of performances) {
        const value = performance.reported.get(definition.name) ?? compute(performance);
        if (isDefined(value)) observe(value, attributesOf(performance));
      }
    });
  }

  const named = (performance: Performance) => ({
    [ATTR_TRADING_STRATEGY_NAME]: performance.strategy,
    [ATTR_TRADING_ACCOUNT]: account,
  });
  const priced = (performance: Performance) => ({ ...named(performance), [ATTR_TRADING_CURRENCY]: currency });

  show(tradingPerformanceWinRatio, named, ({ trades }) => trades.winRatio);
  show(tradingPerformanceProfitFactor, named, ({ trades }) => trades.profitFactor);
  show(tradingPerformancePnl, priced, ({ trades }) => trades.total);
  show(tradingPerformanceTradePnlBest, priced, ({ trades }) => trades.best);
  show(tradingPerformanceTradePnlWorst, priced, ({ trades }) => trades.worst);
  show(tradingPerformanceTradePnlMeanWin, priced, ({ trades }) => trades.meanWin);
  show(tradingPerformanceTradePnlMeanLoss, priced, ({ trades }) => trades.meanLoss);
  show(tradingPerformanceSharpeRatio, named, ({ curve }) => {
    const time = clock.read();
    return curve === undefined || time === undefined ? undefined : sharpeRatio(curve.dailyReturns(time), annualization);
  });
  meter.observable(tradingPerformanceStreak).observe((observe) => {
    for (const performance of performances) {
      const { streak } = performance.trades;
      for (const result of results) {
        const computed = streak && (streak.result === result ? streak.length : 0);
        const length = performance.reported.get(tradingPerformanceStreak.name, result) ?? computed;
        if (isDefined(length)) observe(length, { ...named(performance), [ATTR_TRADING_TRADE_RESULT]: result });
      }
    }
  });
}

/** Takes the figures that the caller computed. */
export function takePerformance(meter: Meter, reported: ReportedFigures, figures: PerformanceFigures): void {
  reported.take(tradingPerformanceWinRatio.name, () => figures.winRatio);
  reported.take(tradingPerformanceProfitFactor.name, () => figures.profitFactor);
  reported.take(tradingPerformanceSharpeRatio.name, () => figures.sharpeRatio);
  reported.take(tradingPerformancePnl.name, () => figures.tradePnl?.total);
  reported.take(tradingPerformanceTradePnlBest.name, () => figures.tradePnl?.best);
  reported.take(tradingPerformanceTradePnlWorst.name, () => figures.tradePnl?.worst);
  reported.take(tradingPerformanceTradePnlMeanWin.name, () => figures.tradePnl?.meanWin);
  reported.take(tradingPerformanceTradePnlMeanLoss.name, () => figures.tradePnl?.meanLoss);
  meter.attempt(tradingPerformanceStreak.name, () => {
    const { streak } = figures;
    if (streak !== undefined && streak !== null) takeStreak(meter, reported, streak);
  });
}

/** Takes a streak as a whole: a streak of one result ends the streaks of the others. */
function takeStreak(meter: Meter, reported: ReportedFigures, { result, length }: Streak<Figure>): void {
  const { name } = tradingPerformanceStreak;
  const last = meter.attribute(tradingPerformanceStreak, ATTR_TRADING_TRADE_RESULT, result);
  const figure = last === undefined ? undefined : meter.figure(name, 'the length of a streak', length);
  if (figure === undefined || !meter.accepts(name, 'the length of a streak', figure, notNegative)) return;
  for (const each of results) reported.take(name, () => (each === last ? figure : 0), each);
}
