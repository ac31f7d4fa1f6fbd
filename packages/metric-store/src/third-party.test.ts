import type * as Http from 'node:http';
import { createRequire } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import type { MeterProvider as ApiMeterProvider } from '@opentelemetry/api';
import { HostMetricsInstrumentation } from '@opentelemetry/instrumentation-host-metrics';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';
import { type IMetricReader, MeterProvider as UpstreamMeterProvider } from '@opentelemetry/sdk-metrics';
import { afterAll, expect, test } from 'vitest';
import { ManualReader } from '../test/support.ts';
import { MeterProvider } from './index.ts';

const instrumentations = [
  new HttpInstrumentation(),
  new RuntimeNodeInstrumentation({ monitoringPrecision: 1 }),
  new HostMetricsInstrumentation(),
];

afterAll(() => {
  for (const instrumentation of instrumentations) instrumentation.disable();
});

/** The metrics that third-party instrumentations record, with their attribute keys. */
async function recordedIn(make: (readers: IMetricReader[]) => ApiMeterProvider): Promise<string[]> {
  const reader = new ManualReader();
  const provider = make([reader]);
  for (const instrumentation of instrumentations) {
    instrumentation.disable();
    instrumentation.setMeterProvider(provider);
    instrumentation.enable();
  }
  // The instrumentation patches required modules, not imported ones.
  const http = createRequire(import.meta.url)('node:http') as typeof Http;
  const server = http.createServer((_request, response) => response.end('ok'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { readonly port: number };
  for (let count = 0; count < 3; count += 1) {
    await new Promise<void>((resolve) => {
      http.get({ host: '127.0.0.1', port, path: '/' }, (response) => response.resume().on('end', resolve));
    });
  }
  server.close();
  let result = await reader.collect();
  // The event loop delay appears after it was sampled.
  while (!JSON.stringify(result.resourceMetrics.scopeMetrics).includes('nodejs.eventloop.delay.max')) {
    await setTimeout(2);
    result = await reader.collect();
  }
  const { resourceMetrics, errors } = result;
  expect(errors).toEqual([]);
  return resourceMetrics.scopeMetrics
    .flatMap(({ scope, metrics }) =>
      metrics.map(({ descriptor, dataPointType, dataPoints }) => {
        const keys = [...new Set(dataPoints.flatMap(({ attributes }) => Object.keys(attributes)))].toSorted();
        const counts = descriptor.name.startsWith('http.')
          ? dataPoints.map(({ value }) => (value as { count: number }).count)
          : [];
        return [scope.name, descriptor.name, descriptor.unit, dataPointType, ...keys, ...counts].join(' ');
      }),
    )
    .filter((line) => !line.includes('gc.duration'))
    .toSorted();
}

test('third-party instrumentations record the same as into the upstream SDK', async () => {
  const upstreams = await recordedIn((readers) => new UpstreamMeterProvider({ readers }));
  const ours = await recordedIn((readers) => new MeterProvider({ readers }));
  expect(ours).toEqual(upstreams);
  for (const name of [
    'http.server.request.duration',
    'http.client.request.duration',
    'nodejs.eventloop',
    'system.cpu.time',
  ]) {
    expect(ours.join('\n')).toContain(name);
  }
});
