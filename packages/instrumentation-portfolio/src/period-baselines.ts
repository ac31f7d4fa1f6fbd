import type { CalendarDate, Period } from './period-calendar.ts';

/** Every period there is. */
export const periods: readonly Period[] = ['day', 'week', 'month', 'year', 'total'];

/**
 * What something stood at when each of the running periods began: the last that was known before. A period that has
 * begun since is recognized when it is read, too, so a day without news reads 0 and not yesterday's figure.
 *
 * A clock that steps back into the day before stays in the running periods (a date can also recur for an hour where
 * summer time ends at midnight). One that was set back further begins all of them anew, except the total.
 */
export class PeriodBaselines<T> {
  #date: CalendarDate;
  #baselines: Record<Period, T>;

  constructor(date: CalendarDate, value: T) {
    this.#date = date;
    this.#baselines = { day: value, week: value, month: value, year: value, total: value };
  }

  /** Another one that goes on from here. */
  copy(): PeriodBaselines<T> {
    const copy = new PeriodBaselines(this.#date, this.#baselines.total);
    copy.#baselines = { ...this.#baselines };
    return copy;
  }

  /** Whether another period of this kind than the one last seen holds on this date. */
  hasBegun(period: Period, date: CalendarDate): boolean {
    if (period === 'total') return false;
    return this.#wasSetBack(date) || date[period] > this.#date[period];
  }

  /** Moves on to a date. @param latest what the periods that begin with it begin with */
  advance(date: CalendarDate, latest: T): void {
    for (const period of periods) {
      if (this.hasBegun(period, date)) this.#baselines[period] = latest;
    }
    if (date.day > this.#date.day || this.#wasSetBack(date)) this.#date = date;
  }

  /** What the period that holds on this date began with. @param latest the same as for {@link advance} */
  at(period: Period, date: CalendarDate, latest: T): T {
    return this.hasBegun(period, date) ? latest : this.baseline(period);
  }

  /** What the period of this kind that was last seen began with. */
  baseline(period: Period): T {
    return this.#baselines[period];
  }

  /** Changes what every running period began with. */
  rebase(change: (baseline: T) => T): void {
    for (const period of periods) this.#baselines[period] = change(this.#baselines[period]);
  }

  #wasSetBack(date: CalendarDate): boolean {
    return date.day < this.#date.day - 1;
  }
}
