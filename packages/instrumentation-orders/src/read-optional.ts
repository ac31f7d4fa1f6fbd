import { type Meter, numberBetween, type OptionCheck } from '@trademeter/instrumentation';

/**
 * Reads a part of an argument that may be omitted: `null` counts as omitted. One that cannot be read costs only itself:
 * it is dropped, counted and logged once.
 */
export function readOptional<T>(meter: Meter, metric: string, read: () => T | null | undefined): T | undefined {
  return meter.attempt(metric, read) ?? undefined;
}

/** As {@link readOptional}, for a figure: one that fails the check is dropped, counted and logged once, too. */
export function readOptionalFigure(
  meter: Meter,
  metric: string,
  what: string,
  check: OptionCheck,
  read: () => unknown,
): number | undefined {
  const given = readOptional(meter, metric, read);
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

/** A finite number that is 0 or above. */
export const notNegative: OptionCheck = numberBetween(0, Number.POSITIVE_INFINITY);
