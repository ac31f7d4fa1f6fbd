import type { Meter, OptionCheck } from '@trademeter/instrumentation';

/**
 * Reads a part of an argument that may be omitted: `null` counts as omitted. One that cannot be read costs only itself:
 * it is dropped, counted and logged once.
 */
export function readOptional<T>(meter: Meter, metric: string, read: () => T | null | undefined): T | undefined {
  return meter.attempt(metric, read) ?? undefined;
}

/** As {@link readOptional}, for a number: one that fails the check is dropped, counted and logged once, too. */
export function readOptionalFigure(
  meter: Meter,
  metric: string,
  what: string,
  check: OptionCheck,
  read: () => number | null | undefined,
): number | undefined {
  const figure = readOptional(meter, metric, read);
  return figure !== undefined && meter.accepts(metric, what, figure, check) ? figure : undefined;
}
