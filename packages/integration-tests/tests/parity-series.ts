import type { Sample } from '../servers/promql.ts';

/** How two ways to the same numbers may differ. */
export interface ParityOptions {
  /** Labels of origin, which each way writes in its own manner; those of `target_info` that say the same are known. */
  readonly origin: RegExp;
  /** Compares the boundaries of buckets as numbers, where they are spelled otherwise. */
  readonly respellsBoundaries?: boolean;
  /** Whether a store keeps large integers to some digits only. */
  readonly roundsIntegers?: boolean;
  /** Series that one of the two sides cannot have: a test says why. */
  readonly leaveOut?: (sample: Sample) => boolean;
}

/** What is measured of the process, the machine, the clock and collections moves while the bot stands still. */
const moving =
  /^(?:process|nodejs|v8js|system|http|otel_sdk|trademeter_metric_reader)_|^trading_(?:\w+_)?age_seconds$/u;

/**
 * Metrics whose series end, after each reader has read 0 once. A scrape then shows no more of them, and what received
 * the push keeps the last 0 until it forgets the series.
 */
export const ending = /^trading_position_(?:value|unrealized_pnl)$/u;

/** What Prometheus itself writes about each scrape. */
const ofScrapes = /^(?:up|scrape_.*)$/u;

/**
 * What two sets of series do not have in common, a line each: nothing, when every name, label and value is equal.
 * Values that move on their own are not compared; of a series that has ended, the last one that was pushed must be 0.
 */
export function differences(scraped: readonly Sample[], pushed: readonly Sample[], options: ParityOptions): string[] {
  const [ours, theirs] = [seriesByLabels(scraped, options), seriesByLabels(pushed, options)];
  const found: string[] = [];
  for (const [series, value] of ours) {
    const other = theirs.get(series);
    if (other === undefined) found.push(`only scraped: ${series} ${value}`);
    else if (!moving.test(nameOf(series)) && !isEqual(value, other, options.roundsIntegers ?? false)) {
      found.push(`scraped as ${value} and pushed as ${other}: ${series}`);
    }
  }
  for (const [series, value] of theirs) {
    const hasEnded = value === 0 && ending.test(nameOf(series));
    if (!ours.has(series) && !hasEnded) found.push(`only pushed: ${series} ${value}`);
  }
  // Where something is wrong with one, it often is with hundreds.
  return found.length > 20 ? [...found.slice(0, 20), `… of ${found.length}`] : found;
}

function seriesByLabels(samples: readonly Sample[], options: ParityOptions): Map<string, number> {
  const series = new Map<string, number>();
  for (const sample of samples) {
    const { __name__: name = '', ...labels } = sample.labels;
    if (ofScrapes.test(name) || options.leaveOut?.(sample) === true) continue;
    const kept = Object.entries(labels)
      .filter(([label]) => !options.origin.test(label) && !(name === 'target_info' && label.startsWith('service_')))
      .map(([label, value]) => [label, label === 'le' && options.respellsBoundaries ? respell(value) : value])
      .toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1));
    const key = `${name}${JSON.stringify(Object.fromEntries(kept))}`;
    if (series.has(key)) throw new Error(`the origin is not all that tells these series apart: ${key}`);
    series.set(key, sample.value);
  }
  return series;
}

function nameOf(series: string): string {
  return series.split('{')[0] ?? '';
}

/** `+Inf` is no number to JavaScript. */
function respell(boundary: string): string {
  return boundary === '+Inf' ? boundary : String(Number(boundary));
}

/**
 * What is counted is equal. A sum of fractions is so up to the rounding of its additions: the SDK adds up for each reader
 * what came between its collections, and readers collect at different times.
 */
function isEqual(a: number, b: number, roundsIntegers: boolean): boolean {
  if (a === b) return true;
  if (Number.isInteger(a) && Number.isInteger(b) && !roundsIntegers) return false;
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));
}
