import type { Meter } from '@trademeter/instrumentation';
import type { EquityCurve, EquityPoint } from './equity-curve.ts';
import type { PeriodCalendar } from './period-calendar.ts';
import { RecentLooks } from './recent-looks.ts';
import { ReportedFigures } from './reported-figures.ts';
import { TradeStatistics } from './trade-statistics.ts';

/** The performance of a portfolio, or of one strategy in it. */
export class Performance {
  /** The strategy attribute; `undefined` for a portfolio that has no single strategy. */
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

  /** `undefined` before the first snapshot. */
  get curve(): EquityCurve | undefined {
    return this.#looks.curve;
  }

  get trades(): TradeStatistics {
    return this.#trades;
  }

  /**
   * Adds a deposit. The first snapshot that is not before `time` includes it; without a time, the next snapshot does.
   */
  deposit(amount: number, time: number | undefined): void {
    if (!this.#looks.amend({ deposits: amount, withdrawals: 0 }, time)) this.#deposits += amount;
  }

  /** Adds a withdrawal. It is assigned to a snapshot like a deposit. */
  withdraw(amount: number, time: number | undefined): void {
    if (!this.#looks.amend({ deposits: 0, withdrawals: amount }, time)) this.#withdrawals += amount;
  }

  /** Adds a snapshot. @returns the seconds from peak to peak, if it ends a drawdown */
  look(equity: number, time: number): number | undefined {
    const point = { time, equity, deposits: this.#deposits, withdrawals: this.#withdrawals };
    this.#deposits = 0;
    this.#withdrawals = 0;
    return this.add(point);
  }

  /** As {@link look}, with the flows since the previous snapshot. */
  add(point: EquityPoint): number | undefined {
    return this.#looks.add(point);
  }

  /** Starts again without any data. */
  reset(): void {
    this.#looks.clear();
    this.#trades = new TradeStatistics();
    this.#deposits = 0;
    this.#withdrawals = 0;
    this.reported.clear();
  }
}
