import type { ATTR_TRADING_PERIOD, AttributesOf, tradingPortfolioPnl } from '@trademeter/semantic-conventions';

/** The period of a figure: the current day, week (from Monday, ISO 8601), month or year, or the total. */
export type Period = AttributesOf<typeof tradingPortfolioPnl>[typeof ATTR_TRADING_PERIOD];

/** A day in a time zone, with its week, month and year, each as a consecutive number. */
export interface CalendarDate {
  /** Days since 1970-01-01. */
  readonly day: number;
  /** Weeks since the Monday before 1970-01-01. */
  readonly week: number;
  readonly month: number;
  readonly year: number;
}

const millisecondsPerDay = 86_400_000;
/** The time range of ECMAScript. There are no dates outside it. */
const latestTime = 8.64e15;

/** Whether this is a valid time in milliseconds since the epoch. */
export function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= latestTime;
}

/** Whether this is the name of a time zone: `UTC`, `America/New_York`, `+02:00`. */
export function isTimeZone(value: unknown): boolean {
  if (typeof value !== 'string' || value === '') return false;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/**
 * Finds the day of a time in a time zone. The end of a period is found by comparing dates and not durations, so that
 * days of 23 or 25 hours, a day that a zone skipped, and weeks without a bot need no special treatment.
 */
export class PeriodCalendar {
  readonly #format: Intl.DateTimeFormat | undefined;

  /** @throws RangeError if the time zone does not exist */
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

  /** The local date, as the time at which it starts in UTC. */
  #localMidnight(format: Intl.DateTimeFormat, time: number): Date {
    const fields = { year: 0, month: 1, day: 1 };
    for (const { type, value } of format.formatToParts(time)) {
      if (type === 'year' || type === 'month' || type === 'day') fields[type] = Number(value);
    }
    // Date.UTC would read the years 0 to 99 as 1900 to 1999.
    const midnight = new Date(0);
    midnight.setUTCFullYear(fields.year, fields.month - 1, fields.day);
    return midnight;
  }
}
