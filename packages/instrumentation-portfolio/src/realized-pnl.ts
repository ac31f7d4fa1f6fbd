import { PeriodBaselines } from './period-baselines.ts';
import type { Period, PeriodCalendar } from './period-calendar.ts';

/** What was realized in each period: booked piece by piece, or told as a running total, which then wins. */
export class RealizedPnl {
  readonly #calendar: PeriodCalendar;
  #baselines: PeriodBaselines<number> | undefined;
  #total = 0;
  #told: number | undefined;

  constructor(calendar: PeriodCalendar) {
    this.#calendar = calendar;
  }

  /** Something was realized. Counts for nothing once a running total is told, which contains it. */
  book(amount: number, time: number): void {
    if (this.#told === undefined) this.#add(amount, time);
  }

  /** @param total of all that was realized, from any beginning on; the first one only sets the origin */
  tell(total: number, time: number): void {
    this.#add(total - (this.#told ?? total), time);
    this.#told = total;
  }

  /** What was realized in the period that holds at this time; `undefined` while nothing is known. */
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
