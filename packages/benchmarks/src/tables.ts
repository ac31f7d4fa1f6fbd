import type { Measurement } from './measure.ts';
import type { RecordingCost } from './recording-cost.ts';

/** All scrapes as tables, one a size. Columns headed × are ratios to the first library in the table. */
export function scrapeTables(measurements: readonly Measurement[]): string {
  const sizes = [...new Set(measurements.map(({ lines }) => lines))];
  return sizes
    .map((lines) => {
      const ofSize = measurements.filter((measurement) => measurement.lines === lines);
      const [first] = ofSize;
      if (first === undefined) return '';
      return `${lines} lines, ${first.series} series, ${megabytes(first.bytes)} of text\n${table(scrapeRows(ofSize, first))}`;
    })
    .join('\n');
}

/** What recordings take, in nanoseconds. */
export function recordingTable(costs: readonly RecordingCost[]): string {
  const [base] = costs;
  if (base === undefined) return '';
  return `recording\n${table([
    ['', 'order, whole', '×', 'one bound add', 'one unbound add', '×'],
    ...costs.map((each) => [
      each.peer,
      `${Math.round(each.orderNanos)} ns`,
      ratio(each.orderNanos, base.orderNanos),
      each.boundAddNanos === undefined ? '' : `${Math.round(each.boundAddNanos)} ns`,
      `${Math.round(each.unboundAddNanos)} ns`,
      ratio(each.unboundAddNanos, base.unboundAddNanos),
    ]),
  ])}`;
}

function scrapeRows(measurements: readonly Measurement[], base: Measurement): string[][] {
  // The SDK's own collection is in neither library's hands.
  const rest = ({ steady, collect }: Measurement) => steady.millis - (collect?.millis ?? 0);
  return [
    [
      '',
      'first',
      'steady',
      '×',
      'collect',
      'rest',
      '×',
      'stall',
      '×',
      'of collect',
      'next',
      'idle',
      'allocated',
      'kept',
    ],
    ...measurements.map((each) => [
      each.peer,
      millis(each.first.millis),
      millis(each.steady.millis),
      ratio(each.steady.millis, base.steady.millis),
      each.collect === undefined ? '' : millis(each.collect.millis),
      millis(rest(each)),
      ratio(rest(each), rest(base)),
      millis(each.steady.stallMillis),
      ratio(each.steady.stallMillis, base.steady.stallMillis),
      each.collect === undefined ? '' : millis(each.collect.stallMillis),
      millis(each.steady.nextStallMillis),
      millis(each.idle.millis),
      megabytes(each.steady.allocatedBytes),
      `${Math.round(each.keptBytesPerSeries)} B`,
    ]),
  ];
}

function millis(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} ms`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function ratio(value: number, base: number): string {
  return (value / base).toFixed(1);
}

/** Columns side by side, the first to the left and all others to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    )
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}
