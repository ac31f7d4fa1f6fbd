import { epochMilliseconds, type Meter, type Moment, secondsBetween } from '@trademeter/instrumentation';
import {
  ATTR_TRADING_ACCOUNT,
  ATTR_TRADING_CURRENCY,
  ATTR_TRADING_PERIOD,
  tradingPortfolioDrawdownAge,
  tradingPortfolioDrawdownCurrent,
  tradingPortfolioDrawdownMax,
  tradingPortfolioPnl,
  tradingPortfolioRealizedPnl,
  tradingPortfolioReturn,
} from '@trademeter/semantic-conventions';
import type { Clock } from './clock.ts';
import type { Performance } from './performance.ts';
import { isDefined, type PerformanceFigures, takePerformance } from './performance-metrics.ts';
import { periods } from './period-baselines.ts';
import type { Period } from './period-calendar.ts';
import type { RealizedPnl } from './realized-pnl.ts';
import type { ReportedFigures } from './reported-figures.ts';

/** A figure for each period it is known for. */
export type PeriodFigures = Readonly<Partial<Record<Period, number | undefined>>>;

/** The figures of a portfolio, as a caller may have them from the broker. What is left out is computed. */
export interface PortfolioFigures extends PerformanceFigures {
  /** The change in equity, without deposits and withdrawals. */
  readonly pnl?: PeriodFigures | undefined;
  readonly realizedPnl?: PeriodFigures | undefined;
  /** 0.01 is 1%. */
  readonly return?: PeriodFigures | undefined;
  readonly drawdown?: DrawdownFigures | undefined;
}

/** How far equity is below its peak, as shares of the peak. */
export interface DrawdownFigures {
  readonly current?: number | undefined;
  readonly max?: number | undefined;
  /** When equity was at its peak; the age is computed from it. */
  readonly peakTime?: Moment | undefined;
}

/** Where the figures of a portfolio come from. */
export interface FigureSources {
  readonly performance: Performance;
  /** What was realized since the portfolio began anew. */
  readonly realized: () => RealizedPnl;
  readonly clock: Clock;
  readonly currency: string;
  readonly account: string | undefined;
}

/** Shows what is computed from equity over time. A figure that is not defined is not reported. */
export function showPortfolio(meter: Meter, { performance, realized, clock, currency, account }: FigureSources): void {
  const { reported } = performance;

  function showPeriods(
    metric: string,
    observe: (value: number, period: Period) => void,
    compute: (period: Period, time: number) => number | undefined,
  ): void {
    const time = clock.read();
    for (const period of periods) {
      const value = reported.get(metric, period) ?? (time === undefined ? undefined : compute(period, time));
      if (isDefined(value)) observe(value, period);
    }
  }

  meter.state(tradingPortfolioPnl).observe((observe) => {
    showPeriods(
      tradingPortfolioPnl.name,
      (value, period) => observe(value, priced(period)),
      (period, time) => performance.curve?.pnl(period, time),
    );
  });
  meter.state(tradingPortfolioRealizedPnl).observe((observe) => {
    showPeriods(
      tradingPortfolioRealizedPnl.name,
      (value, period) => observe(value, priced(period)),
      (period, time) => realized().pnl(period, time),
    );
  });
  meter.state(tradingPortfolioReturn).observe((observe) => {
    showPeriods(
      tradingPortfolioReturn.name,
      (value, period) => observe(value, { [ATTR_TRADING_PERIOD]: period, [ATTR_TRADING_ACCOUNT]: account }),
      (period, time) => performance.curve?.return(period, time),
    );
  });
  meter.state(tradingPortfolioDrawdownCurrent).observe((observe) => {
    const value = reported.get(tradingPortfolioDrawdownCurrent.name) ?? performance.curve?.drawdown?.current;
    if (isDefined(value)) observe(value, { [ATTR_TRADING_ACCOUNT]: account });
  });
  meter.state(tradingPortfolioDrawdownMax).observe((observe) => {
    const value = reported.get(tradingPortfolioDrawdownMax.name) ?? performance.curve?.drawdown?.max;
    if (isDefined(value)) observe(value, { [ATTR_TRADING_ACCOUNT]: account });
  });
  meter.state(tradingPortfolioDrawdownAge).observe((observe) => {
    const time = clock.read();
    if (time === undefined) return;
    const peakTime = reported.get(tradingPortfolioDrawdownAge.name);
    const value =
      peakTime === undefined ? performance.curve?.drawdown?.ageSeconds(time) : secondsBetween(peakTime, time);
    if (isDefined(value)) observe(value, { [ATTR_TRADING_ACCOUNT]: account });
  });

  function priced(period: Period) {
    return { [ATTR_TRADING_PERIOD]: period, [ATTR_TRADING_CURRENCY]: currency, [ATTR_TRADING_ACCOUNT]: account };
  }
}

/** Takes what the caller computed. */
export function takeFigures(reported: ReportedFigures, figures: PortfolioFigures): void {
  takePerformance(reported, figures);
  for (const period of periods) {
    reported.take(tradingPortfolioPnl.name, () => figures.pnl?.[period], period);
    reported.take(tradingPortfolioRealizedPnl.name, () => figures.realizedPnl?.[period], period);
    reported.take(tradingPortfolioReturn.name, () => figures.return?.[period], period);
  }
  reported.take(tradingPortfolioDrawdownCurrent.name, () => figures.drawdown?.current);
  reported.take(tradingPortfolioDrawdownMax.name, () => figures.drawdown?.max);
  reported.take(tradingPortfolioDrawdownAge.name, () => {
    const peakTime = figures.drawdown?.peakTime;
    return peakTime === undefined ? undefined : epochMilliseconds(peakTime);
  });
}
