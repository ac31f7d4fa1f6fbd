import { PeriodBaselines } from './period-baselines.ts';
import type { Period, PeriodCalendar } from './period-calendar.ts';

/** Realized P&L by period: from single amounts, or from a running total, which then takes precedence. */
export class RealizedPnl {
  readonly #calendar: PeriodCalendar;
  #baselines: PeriodBaselines<number> | undefined;
  #total = 0;
  #runningTotal: number | undefined;

  constructor(calendar: PeriodCalendar) {
    this.#calendar = calendar;
  }

  /** Adds an amount. Ignored once there is a running total, which includes it. */
  book(amount: number, time: number): void {
    if (this.#runningTotal === undefined) this.#add(amount, time);
  }

  /** @param total the realized P&L from any start; the first total only sets the origin */
  setTotal(total: number, time: number): void {
    this.#add(total - (this.#runningTotal ?? total), time);
    this.#runningTotal = total;
  }

  /** The realized P&L in the current period; `undefined` while there is none. */
  pnl(period: Period, time: number): number | undefined {
    if (this.#baselines === undefined) return undefined;
    return this.#total - this.#baselines.at(period, this.#calendar.dateAt(time), this.#total);
  }

  #add(amount: number, time: number): void {
    const date = this.#calendar.dateAt(time);
    if (this.#baselines === undefined) this.#baselines = new PeriodBaselines(date, this.#total);
    else this.#baselines.advance(date, this.#total);
    this.#total += amount;
  }
}
