/**
 * The interval of a delta reader: from the epoch that its last collection ended until now. The cells of a delta stream go
 * back to 0 between two intervals (`beginInterval` in `stream.ts`), so a delta is exactly what was recorded in its
 * interval. Deltas of observed totals are in `observed-stream.ts`.
 */
import type { Series } from '../series/series.ts';

/** The series that were recorded in the interval. */
export function recordedSince(lastEpoch: number, list: readonly Series[]): Series[] {
  return list.filter(({ stamp }) => stamp > lastEpoch);
}

/**
 * The series that were not recorded in the interval, the oldest last: all of their deltas were read, so they can end without
 * a loss.
 */
export function reportedBy(lastEpoch: number, list: readonly Series[]): Series[] {
  return list.filter(({ stamp }) => stamp <= lastEpoch).toReversed();
}
