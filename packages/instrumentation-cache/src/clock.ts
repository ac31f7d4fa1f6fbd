import type { Meter } from '@trademeter/instrumentation';

/** Milliseconds since the epoch, or NaN from a clock that throws: that must not stop what is timed. */
export function readClock(meter: Meter): number {
  try {
    return meter.now();
  } catch {
    return Number.NaN;
  }
}

export function secondsSince(start: number, meter: Meter): number {
  return Math.max(0, readClock(meter) - start) / 1000;
}
