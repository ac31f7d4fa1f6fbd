import type { HrTime } from '@opentelemetry/api';

/** The halves of an unsigned 64-bit integer. */
export interface Fixed64 {
  readonly low: number;
  readonly high: number;
}

/** Nanoseconds since the epoch, which exceed the precision of a double. */
export function nanosOf([seconds, nanos]: HrTime): Fixed64 {
  const upper = Math.floor(seconds / 65_536) * 1e9;
  const lower = (seconds % 65_536) * 1e9 + nanos;
  const sum = (upper % 65_536) * 65_536 + (lower % 2 ** 32);
  return {
    low: sum >>> 0,
    high: (Math.floor(upper / 65_536) + Math.floor(lower / 2 ** 32) + Math.floor(sum / 2 ** 32)) >>> 0,
  };
}
