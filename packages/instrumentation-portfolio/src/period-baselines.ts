import type { CalendarDate, Period } from './period-calendar.ts';

/** All periods. */
export const periods: readonly Period[] = ['day', 'week', 'month', 'year', 'total'];

/**
 * The value of something at the start of each current period: the last value known before it. The start of a period is
 * also recognized when a value is read, so that a day without data reads 0 and not yesterday's figure.
 *
 * A clock that steps back into the previous day stays in the current periods. (A date can also recur for an hour if
 * daylight saving time ends at midnight.) A clock that is set back further restarts all periods except the total.
 */
export class PeriodBaselines<T> {
  #date: CalendarDate;
  #baselines: Record<Period, T>;

  constructor(date: CalendarDate, value: T) {
    this.#date = date;
    this.#baselines = { day: value, week: value, month: value, year: value, total: value };
  }

  /** A copy that changes independently. */
  copy(): PeriodBaselines<T> {
    const copy = new PeriodBaselines(this.#date, this.#baselines.total);
    copy.#baselines = { ...this.#baselines };
    return copy;
  }

  /** Whether this date is in another period of this kind than the last one. */
  hasBegun(period: Period, date: CalendarDate): boolean {
    if (period === 'total') return false;
    return this.#wasSetBack(date) || date[period] > this.#date[period];
  }

  /** Moves to a date. @param latest the baseline of the periods that start with this date */
  advance(date: CalendarDate, latest: T): void {
    for (const period of periods) {
      if (this.hasBegun(period, date)) this.#baselines[period] = latest;
    }
    if (date.day > this.#date.day || this.#wasSetBack(date)) this.#date = date;
  }

  /** The baseline of the period that includes this date. @param latest the same as for {@link advance} */
  at(period: Period, date: CalendarDate, latest: T): T {
    return this.hasBegun(period, date) ? latest : this.baseline(period);
  }

  /** The baseline of the last period of this kind. */
  baseline(period: Period): T {
    return this.#baselines[period];
  }

  /** Changes the baseline of every current period. */
  rebase(change: (baseline: T) => T): void {
    for (const period of periods) this.#baselines[period] = change(this.#baselines[period]);
  }

  #wasSetBack(date: CalendarDate): boolean {
    return date.day < this.#date.day - 1;
  }
}
