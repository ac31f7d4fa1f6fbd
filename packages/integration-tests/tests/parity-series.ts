import type { Sample } from '../servers/promql.ts';

/** How two ways to the same numbers may differ. */
export interface ParityOptions {
  /** Labels of origin, which each way writes differently; those in `target_info` with the same meaning are known. */
  readonly origin: RegExp;
  /** Compares the boundaries of buckets as numbers, if their spelling differs. */
  readonly respellsBoundaries?: boolean;
  /** Whether a store rounds large integers. */
  readonly roundsIntegers?: boolean;
  /** Series that one of the two sides cannot have: the test says why. */
  readonly leaveOut?: (sample: Sample) => boolean;
}

/** Metrics of the process, the machine, the clock and collections, which change even if the bot does nothing. */
const moving =
  /^(?:process|nodejs|v8js|system|http|otel_sdk|trademeter_metric_reader)_|^trading_(?:\w+_)?age_seconds$/u;

/**
 * Metrics whose series end, after each reader has read 0 once. A scrape then omits them; the receiver of the push keeps
 * the last 0 until it forgets the series.
 */
const ending = /^trading_position_(?:value|unrealized_pnl)$/u;

/** The pushed metrics, without those whose last series has ended in a scrape. */
export function withoutEnded<T>(pushed: ReadonlyMap<string, T>, scraped: ReadonlyMap<string, T>): Map<string, T> {
  return new Map([...pushed].filter(([name]) => scraped.has(name) || !ending.test(name)));
}

/** Series that Prometheus writes about each scrape. */
const ofScrapes = /^(?:up|scrape_.*)$/u;

/**
 * Returns the differences of two sets of series, one line each; none if all names, labels and values are equal. Values
 * that change on their own are not compared. For a series that has ended, the last pushed value must be 0.
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
  // If one series is wrong, hundreds often are.
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

/** JavaScript cannot parse `+Inf`. */
function respell(boundary: string): string {
  return boundary === '+Inf' ? boundary : String(Number(boundary));
}

/**
 * Counts must be equal. Sums of fractions may differ by rounding: the SDK adds up what each reader collects, and
 * readers collect at different times.
 */
function isEqual(a: number, b: number, roundsIntegers: boolean): boolean {
  if (a === b) return true;
  if (Number.isInteger(a) && Number.isInteger(b) && !roundsIntegers) return false;
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));
}
