import { ExportResultCode } from '@opentelemetry/core';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { Outcome, Sender } from './delivery.ts';

/** Sends with an exporter of OpenTelemetry's, which cannot be told to stop: it has a time limit of its own. */
export function createExporterSender(
  exporter: PushMetricExporter,
  isTransient: (error: unknown) => boolean = () => false,
): Sender {
  return {
    prepare: async (metrics) => () =>
      new Promise<Outcome>((resolve) => {
        exporter.export(metrics, ({ code, error = new Error('no reason is given') }) => {
          resolve(code === ExportResultCode.SUCCESS ? {} : { error, isTransient: isTransient(error) });
        });
      }),
    shutdown: () => exporter.shutdown(),
  };
}
