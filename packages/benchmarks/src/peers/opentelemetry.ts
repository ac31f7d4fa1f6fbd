import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { MeterProvider } from '@opentelemetry/api';
import { PrometheusExporter as UpstreamExporter } from '@opentelemetry/exporter-prometheus';
import {
  type MeterProviderOptions,
  type MetricReader,
  MeterProvider as UpstreamProvider,
} from '@opentelemetry/sdk-metrics';
import { PrometheusExporter } from '@trademeter/exporter-prometheus';
import { MeterProvider as StoreProvider } from '@trademeter/metric-store';
import { type BenchmarkSeries, boundaries, metrics } from '../series.ts';
import { listen } from './listen.ts';
import type { Peer } from './peer.ts';

interface ScrapedReader extends MetricReader {
  getMetricsRequestHandler(request: IncomingMessage, response: ServerResponse): void;
}

/** `@opentelemetry/exporter-prometheus`. */
export async function startUpstream(series: readonly BenchmarkSeries[]): Promise<Peer> {
  const exporter = new UpstreamExporter({ ...sameLines, preventServerStart: true });
  const server = createServer((request, response) => exporter.getMetricsRequestHandler(request, response));
  return { url: await listen(server), ...recorderFor(exporter, series, (options) => new UpstreamProvider(options)) };
}

/** This workspace's exporter and store. */
export async function startTrademeter(series: readonly BenchmarkSeries[]): Promise<Peer> {
  const exporter = new PrometheusExporter({ ...sameLines, host: '127.0.0.1', port: 0, preventServerStart: true });
  const recorder = recorderFor(exporter, series, (options) => new StoreProvider(options));
  await exporter.startServer();
  return { url: exporter.address?.url ?? '', ...recorder };
}

// The other libraries have neither.
const sameLines = { withoutScopeInfo: true, withoutTargetInfo: true };

function recorderFor(
  exporter: ScrapedReader,
  series: readonly BenchmarkSeries[],
  createProvider: (options: MeterProviderOptions) => MeterProvider,
): Pick<Peer, 'record' | 'collectMillis'> {
  const provider = createProvider({
    readers: [exporter],
    views: [{ instrumentName: '*', aggregationCardinalityLimit: 1_000_000 }],
  });
  const meter = provider.getMeter('benchmark');
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
  return {
    record: (index, value) => {
      const one = series[index];
      if (one !== undefined) instruments.get(one.metric)?.(value, one.labels);
    },
    collectMillis: timeCollections(exporter),
  };
}

/** Both exporters collect through this method. */
function timeCollections(reader: MetricReader): () => number {
  const collect = reader.collect.bind(reader);
  let millis = 0;
  reader.collect = async (options) => {
    const start = performance.now();
    const result = await collect(options);
    millis = performance.now() - start;
    return result;
  };
  return () => millis;
}
