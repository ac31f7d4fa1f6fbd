import { createServer } from 'node:http';
import type { Meter } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { type BenchmarkSeries, boundaries, metrics } from '../series.ts';
import { listen } from './listen.ts';
import type { Peer } from './peer.ts';

/** `@opentelemetry/sdk-metrics` with `@opentelemetry/exporter-prometheus`. */
export async function startOpenTelemetry(series: readonly BenchmarkSeries[]): Promise<Peer> {
  // The other libraries have no scope labels and no target_info.
  const exporter = new PrometheusExporter({
    withoutScopeInfo: true,
    withoutTargetInfo: true,
    preventServerStart: true,
  });
  const provider = new MeterProvider({
    readers: [exporter],
    views: [{ instrumentName: '*', aggregationCardinalityLimit: 1_000_000 }],
  });
  const server = createServer((request, response) => exporter.getMetricsRequestHandler(request, response));
  return { url: await listen(server), record: recordWithApi(provider.getMeter('benchmark'), series) };
}

/** Records through the API's instruments. */
export function recordWithApi(meter: Meter, series: readonly BenchmarkSeries[]): Peer['record'] {
  const instruments = new Map(
    metrics.map((metric) => {
      const { kind, name, help: description } = metric;
      switch (kind) {
        case 'counter': {
          const counter = meter.createCounter(name, { description });
          return [metric, (value: number, labels: object) => counter.add(value, { ...labels })] as const;
        }
        case 'gauge': {
          const gauge = meter.createGauge(name, { description });
          return [metric, (value: number, labels: object) => gauge.record(value, { ...labels })] as const;
        }
        case 'histogram': {
          const advice = { explicitBucketBoundaries: [...boundaries] };
          const histogram = meter.createHistogram(name, { description, advice });
          return [metric, (value: number, labels: object) => histogram.record(value, { ...labels })] as const;
        }
      }
    }),
  );
  return (index, value) => {
    const one = series[index];
    if (one !== undefined) instruments.get(one.metric)?.(value, one.labels);
  };
}
