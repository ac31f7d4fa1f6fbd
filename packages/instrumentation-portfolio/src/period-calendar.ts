import type { ATTR_TRADING_PERIOD, AttributesOf, tradingPortfolioPnl } from '@trademeter/semantic-conventions';

/** What a figure is about: the running day, week (from Monday, ISO 8601), month or year, or all there is. */
export type Period = AttributesOf<typeof tradingPortfolioPnl>[typeof ATTR_TRADING_PERIOD];

/** A day in some time zone, and the week, month and year that it lies in: each as a number that counts up by one. */
export interface CalendarDate {
  /** Days since 1970-01-01. */
  readonly day: number;
  /** Weeks since the Monday before it. */
  readonly week: number;
  readonly month: number;
  readonly year: number;
}

const millisecondsPerDay = 86_400_000;
/** ECMAScript's time range: outside it there is no calendar. */
const latestTime = 8.64e15;

/** Whether this is a moment: milliseconds since the epoch. */
export function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= latestTime;
}

/** Whether this names a time zone: `UTC`, `America/New_York`, `+02:00`. */
export function isTimeZone(value: unknown): boolean {
  if (typeof value !== 'string' || value === '') return false;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/**
 * Tells which day a moment lies in. Whether a period has ended is a question about two dates, not about lengths of time,
 * so that a day of 23 or 25 hours, one that never was, and a week without a bot need no special treatment.
 */
export class PeriodCalendar {
  readonly #format: Intl.DateTimeFormat | undefined;

  /** @throws RangeError when there is no such time zone */
  constructor(timeZone: string) {
    if (timeZone === 'UTC') return;
    this.#format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
      timeZone,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
    });
  }

  /** @param time milliseconds since the epoch */
  dateAt(time: number): CalendarDate {
    const local = this.#format === undefined ? new Date(time) : this.#localMidnight(this.#format, time);
    const day = Math.floor(local.getTime() / millisecondsPerDay);
    const year = local.getUTCFullYear();
    // 1970-01-01 was a Thursday, three days after the Monday of its week.
    return { day, week: Math.floor((day + 3) / 7), month: year * 12 + local.getUTCMonth(), year };
  }

  /** The local date, as the moment at which it begins in UTC. */
  #localMidnight(format: Intl.DateTimeFormat, time: number): Date {
    const fields = { year: 0, month: 1, day: 1 };
    for (const { type, value } of format.formatToParts(time)) {
      if (type === 'year' || type === 'month' || type === 'day') fields[type] = Number(value);
    }
    // Not Date.UTC, which reads the years 0 to 99 as 1900 to 1999.
    const midnight = new Date(0);
    midnight.setUTCFullYear(fields.year, fields.month - 1, fields.day);
    return midnight;
  }
}
