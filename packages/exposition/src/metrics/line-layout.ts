import { formatGoFloat } from '../lines/go-float.ts';
import type { ClassicHistogram } from './classic-histogram.ts';

/** LineLayout says which lines a series has. */
export interface LineLayout {
  /** The number of lines. */
  readonly lines: number;
  /** The finite boundaries of a histogram; empty for numbers. */
  readonly boundaries: readonly number[];
  readonly hasSum: boolean;
  /** The `le` of each bucket in quotes: `"0.5"`. */
  readonly le: readonly string[];
}

/** The layout of counters and gauges: one line per series. */
export const numberLayout: LineLayout = { lines: 1, boundaries: [], hasSum: false, le: [] };

/** The layout of histograms: buckets, the sum if there is one, the count. */
export function histogramLayout(boundaries: readonly number[], hasSum: boolean): LineLayout {
  const le = [...boundaries, Number.POSITIVE_INFINITY].map((boundary) => `"${formatGoFloat(boundary)}"`);
  return { lines: boundaries.length + (hasSum ? 3 : 2), boundaries, hasSum, le };
}

/** Writes the values of a histogram's lines into `into`, starting at `at`. */
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
