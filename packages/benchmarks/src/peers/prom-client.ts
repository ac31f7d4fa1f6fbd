import { createServer } from 'node:http';
import * as fork from '@platformatic/prom-client';
import * as successor from '@prometheus-io/client';
import * as promClient from 'prom-client';
import { type BenchmarkSeries, boundaries, metrics } from '../series.ts';
import { listen } from './listen.ts';
import type { Peer } from './peer.ts';

/** `prom-client`. */
export function startPromClient(series: readonly BenchmarkSeries[]): Promise<Peer> {
  return start(promClient, series);
}

/** `@prometheus-io/client`, its successor. */
export function startPrometheusIo(series: readonly BenchmarkSeries[]): Promise<Peer> {
  return start(successor as unknown as typeof promClient, series);
}

/** `@platformatic/prom-client`, its fast fork. */
export function startPlatformatic(series: readonly BenchmarkSeries[]): Promise<Peer> {
  return start(fork as unknown as typeof promClient, series);
}

/** As in their READMEs. Each series is recorded through its labels, as from the middle of a program. */
async function start(library: typeof promClient, series: readonly BenchmarkSeries[]): Promise<Peer> {
  const registry = new library.Registry();
  const record = new Map(
    metrics.map((metric) => {
      const { kind, name, help } = metric;
      const options = { name, help, labelNames: [...metric.labelNames], registers: [registry] };
      switch (kind) {
        case 'counter': {
          const counter = new library.Counter(options);
          return [metric, (value: number, labels: Record<string, string>) => counter.inc(labels, value)] as const;
        }
        case 'gauge': {
          const gauge = new library.Gauge(options);
          return [metric, (value: number, labels: Record<string, string>) => gauge.set(labels, value)] as const;
        }
        case 'histogram': {
          const histogram = new library.Histogram({ ...options, buckets: [...boundaries] });
          return [metric, (value: number, labels: Record<string, string>) => histogram.observe(labels, value)] as const;
        }
      }
    }),
  );
  const server = createServer((_request, response) => {
    void (async () => {
      response.setHeader('content-type', registry.contentType);
      response.end(await registry.metrics());
    })();
  });
  return {
    url: await listen(server),
    record: (index, value) => {
      const one = series[index];
      if (one !== undefined) record.get(one.metric)?.(value, { ...one.labels });
    },
  };
}
