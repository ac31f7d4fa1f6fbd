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

/** A series that was not recorded in the interval: all of its deltas were read, so it can end without a loss. */
export function findReported(
  lastEpoch: number,
  list: readonly Series[],
  mayEnd: (series: Series) => boolean,
): Series | undefined {
  return list.find((series) => series.stamp <= lastEpoch && mayEnd(series));
}
