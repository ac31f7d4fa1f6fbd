import { type Meter, numberBetween, type OptionCheck, swallowIfPromise } from '@trademeter/instrumentation';

/** A finite number that is 0 or above. */
export const notNegative: OptionCheck = numberBetween(0, Number.POSITIVE_INFINITY);

/**
 * Reads an optional field of an argument; `null` counts as omitted. A field that cannot be read is dropped, counted and
 * logged once; the rest of the argument is used.
 */
export function readGiven<S extends object, K extends keyof S & string>(
  meter: Meter,
  metric: string,
  source: S,
  key: K,
): NonNullable<S[K]> | undefined {
  try {
    const given = source[key];
    if (given === undefined || given === null) return undefined;
    if (typeof given !== 'object' || !swallowIfPromise(given)) return given;
  } catch {
    // Dropped below.
  }
  return meter.attempt(metric, () => source[key]) ?? undefined;
}

/** As {@link readGiven}, for a value that is computed: if `read` throws, it is dropped, counted and logged once. */
export function readOptional<T>(meter: Meter, metric: string, read: () => T | null | undefined): T | undefined {
  return meter.attempt(metric, read) ?? undefined;
}

/** As {@link readGiven}, for a figure. A figure that fails the check is dropped, counted and logged once as well. */
export function readOptionalFigure<S extends object>(
  meter: Meter,
  metric: string,
  what: string,
  check: OptionCheck,
  source: S,
  key: keyof S & string,
): number | undefined {
  const given = readGiven(meter, metric, source, key);
  return given === undefined ? undefined : readFigureOf(meter, metric, what, given, check);
}

/** Reads a required figure. If it is missing or fails the check, it is dropped, counted and logged once. */
export function readFigureOf(
  meter: Meter,
  metric: string,
  what: string,
  given: unknown,
  check?: OptionCheck,
): number | undefined {
  const figure = meter.figure(metric, what, given);
  return figure === undefined || check === undefined || meter.accepts(metric, what, figure, check) ? figure : undefined;
}

/** As {@link readGiven}, for a time in the past. @returns how long ago it was, in seconds */
export function readAge<S extends object>(
  meter: Meter,
  metric: string,
  what: string,
  source: S,
  key: keyof S & string,
): number | undefined {
  const moment = readGiven(meter, metric, source, key);
  if (moment === undefined) return undefined;
  return readOptional(meter, metric, () => meter.ageSeconds(metric, what, moment as never));
}

/** Whether a field has a value. */
export function isGiven<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}
