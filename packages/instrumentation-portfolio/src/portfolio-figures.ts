import { epochMilliseconds, type Figure, type Meter, type Moment, secondsBetween } from '@trademeter/instrumentation';
import {
  ATTR_TRADING_ACCOUNT,
  ATTR_TRADING_CURRENCY,
  ATTR_TRADING_PERIOD,
  type AttributesOf,
  tradingPortfolioDrawdownAge,
  tradingPortfolioDrawdownCurrent,
  tradingPortfolioDrawdownMax,
  tradingPortfolioPnl,
  tradingPortfolioRealizedPnl,
  tradingPortfolioReturn,
} from '@trademeter/semantic-conventions';
import type { Clock } from './clock.ts';
import type { Performance } from './performance.ts';
import { type PerformanceFigures, takePerformance } from './performance-metrics.ts';
import { periods } from './period-baselines.ts';
import type { Period } from './period-calendar.ts';
import type { RealizedPnl } from './realized-pnl.ts';
import type { ReportedFigures } from './reported-figures.ts';
import { type GaugeDefinition, isDefined, showFigure } from './shown-figure.ts';

/** A figure by period. */
export type PeriodFigures = Readonly<Partial<Record<Period, Figure | null | undefined>>>;

/** Figures of a portfolio that the caller has, for example from the broker. Omitted figures are computed here. */
export interface PortfolioFigures extends PerformanceFigures {
  /** The change in equity, without deposits and withdrawals. */
  readonly pnl?: PeriodFigures | null | undefined;
  readonly realizedPnl?: PeriodFigures | null | undefined;
  /** As a ratio: 0.01 is 1%. */
  readonly return?: PeriodFigures | null | undefined;
  readonly drawdown?: DrawdownFigures | null | undefined;
}

/** How far equity is below its peak, as shares of the peak. */
export interface DrawdownFigures {
  readonly current?: Figure | null | undefined;
  readonly max?: Figure | null | undefined;
  /** When equity was at its peak. The age of the drawdown is computed from it. */
  readonly peakTime?: Moment | null | undefined;
}

/** The sources of a portfolio's figures. */
export interface FigureSources {
  readonly performance: Performance;
  /** The realized P&L since the portfolio last started again. */
  readonly realized: () => RealizedPnl;
  readonly clock: Clock;
  readonly currency: string;
  readonly account: string | undefined;
}

/** Exports the figures that are computed from equity over time. An undefined figure is not reported. */
export function showPortfolio(meter: Meter, { performance, realized, clock, currency, account }: FigureSources): void {
  const { reported } = performance;

  function showPeriods<const D extends GaugeDefinition>(
    definition: D,
    attributesOf: (period: Period) => AttributesOf<D>,
    compute: (period: Period, time: number) => number | undefined,
  ): void {
    meter.observable(definition).observe((observe) => {
      const time = clock.read();
      for (const period of periods) {
        const figure =
          reported.get(definition.name, period) ?? (time === undefined ? undefined : compute(period, time));
        if (isDefined(figure)) observe(figure, attributesOf(period));
      }
    });
  }

  const own = { [ATTR_TRADING_ACCOUNT]: account };
  const of = (period: Period) => ({ [ATTR_TRADING_PERIOD]: period, ...own });
  const priced = (period: Period) => ({ ...of(period), [ATTR_TRADING_CURRENCY]: currency });

  showPeriods(tradingPortfolioPnl, priced, (period, time) => performance.curve?.pnl(period, time));
  showPeriods(tradingPortfolioRealizedPnl, priced, (period, time) => realized().pnl(period, time));
  showPeriods(tradingPortfolioReturn, of, (period, time) => performance.curve?.return(period, time));
  showFigure(
    meter,
    tradingPortfolioDrawdownCurrent,
    own,
    () => reported.get(tradingPortfolioDrawdownCurrent.name) ?? performance.curve?.drawdown?.current,
  );
  showFigure(
    meter,
    tradingPortfolioDrawdownMax,
    own,
    () => reported.get(tradingPortfolioDrawdownMax.name) ?? performance.curve?.drawdown?.max,
  );
  showFigure(meter, tradingPortfolioDrawdownAge, own, () => {
    const time = clock.read();
    if (time === undefined) return undefined;
    const peakTime = reported.get(tradingPortfolioDrawdownAge.name);
    return peakTime === undefined ? performance.curve?.drawdown?.ageSeconds(time) : secondsBetween(peakTime, time);
  });
}

/** Takes the figures that the caller computed. */
export function takeFigures(meter: Meter, reported: ReportedFigures, figures: PortfolioFigures): void {
  takePerformance(meter, reported, figures);
  for (const period of periods) {
    reported.take(tradingPortfolioPnl.name, () => figures.pnl?.[period], period);
    reported.take(tradingPortfolioRealizedPnl.name, () => figures.realizedPnl?.[period], period);
    reported.take(tradingPortfolioReturn.name, () => figures.return?.[period], period);
  }
  reported.take(tradingPortfolioDrawdownCurrent.name, () => figures.drawdown?.current);
  reported.take(tradingPortfolioDrawdownMax.name, () => figures.drawdown?.max);
  reported.take(tradingPortfolioDrawdownAge.name, () => {
    const peakTime = figures.drawdown?.peakTime;
    return peakTime === undefined || peakTime === null ? undefined : epochMilliseconds(peakTime, meter.calendarNow());
  });
}
