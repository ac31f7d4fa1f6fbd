import type { ComparedMeasurement, ComparedRecording } from './ratios.ts';

/** All scrapes as tables, one a size. Columns headed × are ratios to the first library in the table. */
export function scrapeTables(measurements: readonly ComparedMeasurement[]): string {
  const sizes = [...new Set(measurements.map(({ lines }) => lines))];
  return sizes
    .map((lines) => {
      const ofSize = measurements.filter((measurement) => measurement.lines === lines);
      const [first] = ofSize;
      if (first === undefined) return '';
      return `${lines} lines, ${first.series} series, ${megabytes(first.bytes)} of text\n${table(scrapeRows(ofSize))}`;
    })
    .join('\n');
}

/** What recordings take, in nanoseconds. */
export function recordingTable(costs: readonly ComparedRecording[]): string {
  if (costs.length === 0) return '';
  return `recording\n${table([
    ['', 'order, whole', '×', 'one bound add', 'one unbound add', '×'],
    ...costs.map((each) => [
      each.peer,
      `${Math.round(each.orderNanos)} ns`,
      each.ratios.order.toFixed(1),
      each.boundAddNanos === undefined ? '' : `${Math.round(each.boundAddNanos)} ns`,
      `${Math.round(each.unboundAddNanos)} ns`,
      each.ratios.unboundAdd.toFixed(1),
    ]),
  ])}`;
}

function scrapeRows(measurements: readonly ComparedMeasurement[]): string[][] {
  return [
    ['', 'first', 'steady', '×', 'collect', 'rest', '×', 'stall', '×', 'of rest', '×', 'idle', 'allocated', 'kept'],
    ...measurements.map((each) => [
      each.peer,
      millis(each.first.millis),
      millis(each.steady.millis),
      each.ratios.steady.toFixed(1),
      each.steady.collectMillis === undefined ? '' : millis(each.steady.collectMillis),
      millis(each.steady.restMillis),
      each.ratios.rest.toFixed(1),
      millis(each.steady.stallMillis),
      each.ratios.stall.toFixed(1),
      millis(each.steady.restStallMillis),
      each.ratios.restStall.toFixed(1),
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
