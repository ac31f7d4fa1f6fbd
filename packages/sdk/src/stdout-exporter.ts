import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { ConsoleMetricExporter, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { writeSafely } from './standard-stream.ts';

/** Prints metrics on stdout, and survives a stdout that cannot be written to. */
export class StdoutExporter extends ConsoleMetricExporter {
  override export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    void writeSafely(process.stdout, () => super.export(metrics, () => {})).then((error) =>
      done(error === undefined ? { code: ExportResultCode.SUCCESS } : { code: ExportResultCode.FAILED, error }),
    );
  }
}
