import type { Meter } from '@trademeter/instrumentation';
import { EquityCurve, type EquityPoint } from './equity-curve.ts';
import type { PeriodCalendar } from './period-calendar.ts';
import { ReportedFigures } from './reported-figures.ts';
import { TradeStatistics } from './trade-statistics.ts';

/** What a portfolio, or one strategy in it, has made of its money. */
export class Performance {
  /** What it is labelled with; `undefined` for a portfolio of no single strategy. */
  readonly strategy: string | undefined;
  readonly reported: ReportedFigures;
  readonly #calendar: PeriodCalendar;
  #curve: EquityCurve | undefined;
  #trades = new TradeStatistics();
  #deposits = 0;
  #withdrawals = 0;

  constructor(meter: Meter, calendar: PeriodCalendar, strategy: string | undefined) {
    this.#calendar = calendar;
    this.strategy = strategy;
    this.reported = new ReportedFigures(meter);
  }

  /** `undefined` before the first look at the equity. */
  get curve(): EquityCurve | undefined {
    return this.#curve;
  }

  get trades(): TradeStatistics {
    return this.#trades;
  }

  /** Money came in; it counts from the next look at the equity on, which contains it. */
  deposit(amount: number): void {
    this.#deposits += amount;
  }

  /** Money was taken out; it counts from the next look at the equity on, which lacks it. */
  withdraw(amount: number): void {
    this.#withdrawals += amount;
  }

  /** @returns the seconds from peak to peak, when this is the end of a drawdown */
  look(equity: number, time: number): number | undefined {
    const point = { time, equity, deposits: this.#deposits, withdrawals: this.#withdrawals };
    this.#deposits = 0;
    this.#withdrawals = 0;
    return this.add(point);
  }

  /** As {@link look}, with the flows since the last one. */
  add(point: EquityPoint): number | undefined {
    if (this.#curve !== undefined) return this.#curve.add(point);
    this.#curve = new EquityCurve(this.#calendar, point);
    return undefined;
  }

  /** Forgets everything. */
  reset(): void {
    this.#curve = undefined;
    this.#trades = new TradeStatistics();
    this.#deposits = 0;
    this.#withdrawals = 0;
    this.reported.clear();
  }
}
