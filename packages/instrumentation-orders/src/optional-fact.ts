import type { Meter, OptionCheck } from '@trademeter/instrumentation';

/**
 * A part of what a caller tells that may be left out: `null` is, and one that cannot be read costs only itself, which is
 * dropped, counted and told.
 */
export function optionalFact<T>(meter: Meter, metric: string, read: () => T | null | undefined): T | undefined {
  return meter.attempt(metric, read) ?? undefined;
}

/** As {@link optionalFact}, of a number: one that will not do is dropped, counted and told, too. */
export function optionalFigure(
  meter: Meter,
  metric: string,
  what: string,
  check: OptionCheck,
  read: () => number | null | undefined,
): number | undefined {
  const figure = optionalFact(meter, metric, read);
  return figure !== undefined && meter.accepts(metric, what, figure, check) ? figure : undefined;
}
