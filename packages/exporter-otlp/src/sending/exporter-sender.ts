import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { ExportResultCode } from '@trademeter/metric-store';
import type { Outcome, Sender } from './delivery.ts';

/** Creates a sender that uses an OpenTelemetry exporter. Its exports cannot be canceled; it has its own time limit. */
export function createExporterSender(
  exporter: PushMetricExporter,
  isTransient: (error: unknown) => boolean = () => false,
): Sender {
  const attempt = (metrics: ResourceMetrics): Promise<Outcome> =>
    new Promise((resolve) => {
      exporter.export(metrics, ({ code, error = new Error('no reason was given') }) => {
        resolve(code === ExportResultCode.SUCCESS ? {} : { error, isTransient: isTransient(error) });
      });
    });
  return {
    takesSnapshots: false,
    async *requests({ resourceMetrics }) {
      yield { attempt: () => attempt(resourceMetrics), dataPoints: countDataPoints(resourceMetrics) };
    },
    shutdown: () => exporter.shutdown(),
  };
}

function countDataPoints({ scopeMetrics }: ResourceMetrics): number {
  let count = 0;
  for (const { metrics } of scopeMetrics) for (const { dataPoints } of metrics) count += dataPoints.length;
  return count;
}
