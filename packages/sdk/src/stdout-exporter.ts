import type { ExportResult } from '@opentelemetry/core';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { ExportResultCode } from '@trademeter/metric-store';
import { renderTable, type TableSize } from './metric-table.ts';
import { writeSafely } from './standard-stream.ts';

// Where nothing says how much can be seen.
const usualSize: TableSize = { rows: 50, columns: 200 };
// The title, the headings, the line that counts the rest, and the prompt.
const otherLines = 4;
const fewestRows = 10;

/** Prints what has changed on stdout, and survives a stdout that cannot be written to. */
export class StdoutExporter implements PushMetricExporter {
  readonly #now: () => Date;
  #amounts: ReadonlyMap<string, number> = new Map();

  constructor(now: () => Date = () => new Date()) {
    this.#now = now;
  }

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    const { text, amounts } = renderTable(metrics, this.#amounts, this.#now(), sizeOf(process.stdout));
    void writeSafely(process.stdout, () => process.stdout.write(text)).then((error) => {
      if (error === undefined) this.#amounts = amounts;
      done(error === undefined ? { code: ExportResultCode.SUCCESS } : { code: ExportResultCode.FAILED, error });
    });
  }

  async forceFlush(): Promise<void> {
    // Each export is written at once.
  }

  async shutdown(): Promise<void> {
    // There is nothing to end.
  }
}

function sizeOf({ isTTY, rows, columns }: NodeJS.WriteStream): TableSize {
  return isTTY ? { rows: Math.max(rows - otherLines, fewestRows), columns } : usualSize;
}
