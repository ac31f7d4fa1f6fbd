import type { ExportResult } from '@opentelemetry/core';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { ExportResultCode } from '@trademeter/metric-store';
import { renderTable, type TableSize } from './metric-table.ts';
import { writeSafely } from './standard-stream.ts';

// For files and pipes, which have no size.
const usualSize: TableSize = { rows: 50, columns: 200 };
// The title, the headings, the line that counts hidden series, and the prompt.
const otherLines = 4;
const fewestRows = 10;

/** StdoutExporter prints the series that changed on stdout. A stdout that cannot be written does not end the bot. */
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
    // Each export is written immediately.
  }

  async shutdown(): Promise<void> {
    // Nothing to close.
  }
}

function sizeOf({ isTTY, rows, columns }: NodeJS.WriteStream): TableSize {
  return isTTY ? { rows: Math.max(rows - otherLines, fewestRows), columns } : usualSize;
}
