import { type Meter, numberBetween, type OptionCheck, swallowIfPromise } from '@trademeter/instrumentation';

/** A finite number that is 0 or above. */
export const notNegative: OptionCheck = numberBetween(0, Number.POSITIVE_INFINITY);

/**
 * Reads a part of an argument that may be omitted: `null` counts as omitted. One that cannot be read costs only itself:
 * it is dropped, counted and logged once.
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

/** As {@link readGiven}, for what is made of a part: whatever that throws is dropped, counted and logged once. */
export function readOptional<T>(meter: Meter, metric: string, read: () => T | null | undefined): T | undefined {
  return meter.attempt(metric, read) ?? undefined;
}

/** As {@link readGiven}, for a figure: one that fails the check is dropped, counted and logged once, too. */
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

/** A figure that is needed: one that is missing or fails the check is dropped, counted and logged once. */
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

/** As {@link readGiven}, for a moment that is past: how long ago it was, in seconds. */
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
