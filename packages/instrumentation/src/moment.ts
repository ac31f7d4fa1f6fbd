/** A moment: milliseconds since the epoch, or a `Date`. */
export type Moment = number | Date;

/** The milliseconds since the epoch of a moment; `NaN` of what is none. */
export function epochMilliseconds(moment: Moment): number {
  if (typeof moment === 'number') return moment;
  return moment instanceof Date ? moment.getTime() : Number.NaN;
}

/** Seconds from one time to a later one, both in milliseconds; 0 when a clock ran backwards between them. */
export function secondsBetween(start: number, end: number): number {
  return Math.max(0, end - start) / 1000;
}
