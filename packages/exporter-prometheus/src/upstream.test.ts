import { createServer } from 'node:http';
import { PrometheusExporter as UpstreamExporter } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { type Exposition, readExposition, type Sample } from '@trademeter/test-support';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { PrometheusExporter, type PrometheusExporterConfig } from './index.ts';

/** Scrapes both exporters of one provider, and compares the series as Prometheus reads them. */
async function bothOf(
  config: PrometheusExporterConfig,
  record: (provider: MeterProvider) => void,
): Promise<[ours: Exposition, upstream: Exposition]> {
  const ours = new PrometheusExporter({ ...config, preventServerStart: true });
  const upstream = new UpstreamExporter({ ...config, preventServerStart: true });
  const resource = resourceFromAttributes({ 'service.name': 'bot', 'trading.mode': 'paper' });
  const provider = new MeterProvider({ resource, readers: [ours, upstream] });
  record(provider);
  const texts = [];
  for (const exporter of [ours, upstream]) {
    const server = createServer((request, response) => exporter.getMetricsRequestHandler(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    texts.push(await (await fetch(`http://127.0.0.1:${port}/`)).text());
    server.close();
    server.closeAllConnections();
  }
  await provider.shutdown();
  const [first = '', second = ''] = texts;
  return [readExposition(first), readExposition(second)];
}

function labelsInOrder(labels: object): [string, unknown][] {
  return Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function sorted(samples: readonly Sample[]): unknown[] {
  return samples
    .map(({ name, labels, value, timestamp }) => {
      // Upstream writes le as JavaScript does; the boundary is the same number.
      const le = labels['le'] === undefined || labels['le'] === '+Inf' ? labels['le'] : String(Number(labels['le']));
      return JSON.stringify([name, labelsInOrder({ ...labels, le }), String(value), timestamp !== undefined]);
    })
    .toSorted();
}

// Metrics that upstream exports correctly: no units, colliding keys or conflicting metrics.
const keys = fc.constantFrom('symbol', 'venue', 'side', 'order_type', 'Größe', 'a.b', 'x-y', 'UPPER', 'instance');
const values = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.string({ minLength: 1 }),
  fc.integer(),
  fc.boolean(),
  fc.array(fc.string()),
);
const attributes = fc.dictionary(keys, values, { maxKeys: 4 });
const amounts = fc.double({ noNaN: true, min: -1e9, max: 1e9 });
const recordings = fc.array(fc.record({ attributes, amount: amounts }), { maxLength: 8 });
const metrics = fc.record({ counter: recordings, updowncounter: recordings, gauge: recordings, histogram: recordings });
const configs = fc.record(
  {
    prefix: fc.constantFrom('app', 'app_x'),
    withoutScopeInfo: fc.boolean(),
    withoutTargetInfo: fc.boolean(),
    appendTimestamp: fc.boolean(),
    withResourceConstantLabels: fc.constant(/^trading/),
  },
  { requiredKeys: [] },
);

test('exports the same as upstream where upstream is correct', async () => {
  await fc.assert(
    fc.asyncProperty(configs, metrics, async (config, recorded) => {
      const [ours, upstream] = await bothOf(config, (provider) => {
        const meter = provider.getMeter('scope', '1.0');
        const counter = meter.createCounter('orders.placed', { description: 'Orders' });
        const updowncounter = meter.createUpDownCounter('orders.open', { description: 'Open orders' });
        const gauge = meter.createGauge('price', { description: 'A price' });
        const histogram = meter.createHistogram('latency', {
          description: 'Latency',
          advice: { explicitBucketBoundaries: [0.001, 1, 1000, 2_592_000] },
        });
        for (const each of recorded.counter) counter.add(Math.abs(each.amount), each.attributes);
        for (const each of recorded.updowncounter) updowncounter.add(each.amount, each.attributes);
        for (const each of recorded.gauge) gauge.record(each.amount, each.attributes);
        for (const each of recorded.histogram) histogram.record(Math.abs(each.amount), each.attributes);
      });
      expect(sorted(ours.samples)).toEqual(sorted(upstream.samples));
      expect(ours.types).toEqual(upstream.types);
      expect(ours.help).toEqual(upstream.help);
    }),
    { numRuns: 60 },
  );
});
