/**
 * A time: milliseconds since the epoch, as a number or as digits, with or without a fraction; a `Date`; or an ISO 8601 date and time with its zone,
 * such as `2026-01-05T14:30:00.123Z`.
 */
export type Moment = number | string | Date;

const dayMilliseconds = 24 * 60 * 60 * 1_000;
const nearMilliseconds = 5 * 365 * dayMilliseconds;
/** Seconds, microseconds and nanoseconds, in milliseconds. */
const otherUnits = [1_000, 1e-3, 1e-6];
const isoText = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)$/i;
const digits = /^\d{1,19}(?:\.\d{1,9})?$/;

/**
 * Converts a time to milliseconds since the epoch; `NaN` if it is invalid. Never throws.
 *
 * @param now if it is set, other units become `NaN`: numbers that, read as seconds, microseconds or nanoseconds, are
 * within five years of `now`. A backtest on old data passes its own clock.
 */
export function epochMilliseconds(moment: Moment, now?: number): number {
  const time = millisecondsOf(moment);
  // A simulated clock may start at 0.
  if (now === undefined || now < 2 * nearMilliseconds) return time;
  return otherUnits.some((unit) => Math.abs(time * unit - now) < nearMilliseconds) ? Number.NaN : time;
}

function millisecondsOf(moment: unknown): number {
  if (typeof moment === 'number') return moment;
  if (typeof moment === 'object' && moment !== null) return millisecondsOfDate(moment);
  if (typeof moment !== 'string') return Number.NaN;
  if (digits.test(moment)) return Number(moment);
  return isoText.test(moment) ? Date.parse(moment) : Number.NaN;
}

function millisecondsOfDate(moment: object): number {
  try {
    return moment instanceof Date ? moment.getTime() : Number.NaN;
  } catch {
    // A proxy may throw.
    return Number.NaN;
  }
}

/** Returns the seconds between two times in milliseconds; 0 if the clock stepped back. */
export function secondsBetween(start: number, end: number): number {
  return Math.max(0, end - start) / 1000;
}
