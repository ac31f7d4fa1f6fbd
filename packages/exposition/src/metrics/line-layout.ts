import { formatGoFloat } from '../lines/go-float.ts';
import type { ClassicHistogram } from './classic-histogram.ts';

/** Which lines a series has. Series of one layout have the same number of lines. */
export interface LineLayout {
  /** The number of lines. */
  readonly lines: number;
  /** The finite boundaries of a histogram; empty for numbers. */
  readonly boundaries: readonly number[];
  readonly hasSum: boolean;
  /** The `le` of each bucket, with its quotes: `"0.5"`. */
  readonly le: readonly string[];
}

/** Of counters and gauges: one line a series. */
export const numberLayout: LineLayout = { lines: 1, boundaries: [], hasSum: false, le: [] };

/** Of histograms: the buckets, the sum if there is one, the count. */
export function histogramLayout(boundaries: readonly number[], hasSum: boolean): LineLayout {
  const le = [...boundaries, Number.POSITIVE_INFINITY].map((boundary) => `"${formatGoFloat(boundary)}"`);
  return { lines: boundaries.length + (hasSum ? 3 : 2), boundaries, hasSum, le };
}

/** Writes the values of a histogram's lines to `into`, from `at` on. */
export function writeHistogram(
  { counts, count, sum }: ClassicHistogram,
  { boundaries, hasSum }: LineLayout,
  into: Float64Array | number[],
  at: number,
): void {
  let below = 0;
  let line = at;
  for (let bucket = 0; bucket < boundaries.length; bucket += 1) {
    below += counts[bucket] ?? 0;
    into[line] = below;
    line += 1;
  }
  into[line] = count;
  if (hasSum) into[(line += 1)] = sum ?? 0;
  into[line + 1] = count;
}
