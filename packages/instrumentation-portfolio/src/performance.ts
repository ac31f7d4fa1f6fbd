import type { Meter } from '@trademeter/instrumentation';
import type { EquityCurve, EquityPoint } from './equity-curve.ts';
import type { PeriodCalendar } from './period-calendar.ts';
import { RecentLooks } from './recent-looks.ts';
import { ReportedFigures } from './reported-figures.ts';
import { TradeStatistics } from './trade-statistics.ts';

/** What a portfolio, or one strategy in it, has made of its money. */
export class Performance {
  /** What it is labelled with; `undefined` for a portfolio of no single strategy. */
  readonly strategy: string | undefined;
  readonly reported: ReportedFigures;
  readonly #looks: RecentLooks;
  #trades = new TradeStatistics();
  #deposits = 0;
  #withdrawals = 0;

  constructor(meter: Meter, calendar: PeriodCalendar, strategy: string | undefined) {
    this.#looks = new RecentLooks(calendar);
    this.strategy = strategy;
    this.reported = new ReportedFigures(meter);
  }

  /** `undefined` before the first look at the equity. */
  get curve(): EquityCurve | undefined {
    return this.#looks.curve;
  }

  get trades(): TradeStatistics {
    return this.#trades;
  }

  /**
   * Money came in. It counts from the first look at the equity on that is not before `time`, which contains it: the next
   * one where no time is given.
   */
  deposit(amount: number, time: number | undefined): void {
    if (!this.#looks.amend({ deposits: amount, withdrawals: 0 }, time)) this.#deposits += amount;
  }

  /** Money was taken out; it counts as a deposit does. */
  withdraw(amount: number, time: number | undefined): void {
    if (!this.#looks.amend({ deposits: 0, withdrawals: amount }, time)) this.#withdrawals += amount;
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
    return this.#looks.add(point);
  }

  /** Forgets everything. */
  reset(): void {
    this.#looks.clear();
    this.#trades = new TradeStatistics();
    this.#deposits = 0;
    this.#withdrawals = 0;
    this.reported.clear();
  }
}
