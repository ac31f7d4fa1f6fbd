import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';

/** One trading day of the market. */
export interface Bar {
  /** 21:00 UTC, after New York closes in summer and winter, in milliseconds since the epoch. */
  readonly time: number;
  /** `2008-09-29` */
  readonly date: string;
  /** Rounded to cents, as the index is quoted; the file has 32-bit floats such as 1399.420044. */
  readonly close: number;
}

/** The S&P 500's daily bars, 2000-01-03 to 2020-04-17, oldest first. */
export async function loadBars(): Promise<readonly Bar[]> {
  const entry = import.meta.resolve('vega-datasets');
  const csv = await readFile(new URL('../data/sp500-2000.csv', entry), 'utf8');
  const rows = parse<Record<string, string>>(csv, { columns: true, skip_empty_lines: true });
  return rows.map(({ date = '', close }) => ({
    time: Date.parse(`${date}T21:00:00Z`),
    date,
    close: Math.round(Number(close) * 100) / 100,
  }));
}
