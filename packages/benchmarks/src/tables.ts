import type { Measurement, Scenario } from './measure.ts';

/** All measurements as tables, one a size, each with the ratios to the first library in it. */
export function scrapeTables(measurements: readonly Measurement[]): string {
  const sizes = [...new Set(measurements.map(({ lines }) => lines))];
  return sizes
    .map((lines) => {
      const ofSize = measurements.filter((measurement) => measurement.lines === lines);
      return `${lines} lines, ${ofSize[0]?.series} series\n${table(rowsOf(ofSize))}`;
    })
    .join('\n');
}

const titles = [
  '',
  'first',
  'steady',
  '×',
  'stall',
  '×',
  'worst',
  'idle',
  'stall',
  'collect',
  'stall',
  'text',
  'allocated',
  'kept',
];

function rowsOf(measurements: readonly Measurement[]): string[][] {
  const [base] = measurements;
  const ratio = (pick: (measurement: Measurement) => number, measurement: Measurement) =>
    base === undefined ? '' : (pick(measurement) / pick(base)).toFixed(1);
  return [
    titles,
    ...measurements.map((each) => [
      each.peer,
      millis(each.first, 'millis'),
      millis(each.steady, 'millis'),
      ratio(({ steady }) => steady.millis, each),
      millis(each.steady, 'stallMillis'),
      ratio(({ steady }) => steady.stallMillis, each),
      millis(each.steady, 'worstStallMillis'),
      millis(each.idle, 'millis'),
      millis(each.idle, 'stallMillis'),
      each.collect === undefined ? '' : `${each.collect.millis.toFixed(1)} ms`,
      each.collect === undefined ? '' : `${each.collect.stallMillis.toFixed(1)} ms`,
      `${megabytes(each.bytes)} MB`,
      `${megabytes(each.steady.allocatedBytes)} MB`,
      `${Math.round(each.keptBytesPerSeries)} B`,
    ]),
  ];
}

function millis(scenario: Scenario, key: 'millis' | 'stallMillis' | 'worstStallMillis'): string {
  return `${scenario[key].toFixed(1)} ms`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
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
