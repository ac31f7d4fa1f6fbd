import * as prometheusIo from '@prometheus-io/client';
import { sampleLines } from '@trademeter/test-support';
import * as promClient from 'prom-client';
import { describe, expect, test } from 'vitest';
import { Endpoint } from '../../test/scrape.ts';
import { PromClientMetricProducer, type PromClientRegistry } from '../index.ts';

const config = { withoutScopeInfo: true, withoutTargetInfo: true };

async function scrapeOf(registry: PromClientRegistry): Promise<string> {
  await using endpoint = await Endpoint.start({
    ...config,
    metricProducers: [new PromClientMetricProducer(registry)],
  });
  return await endpoint.scrape();
}

/** Every sample as one line with sorted labels. */
function samplesOf(text: string): string[] {
  const lines = sampleLines(text);
  return lines
    .map((line) => line.replace(/\{(.*)\}/, (_, labels: string) => labels.split(',').toSorted().join()))
    .toSorted();
}

describe.each([
  ['prom-client', promClient],
  ['@prometheus-io/client', prometheusIo as unknown as typeof promClient],
])('a registry of %s', (_, { Registry, Counter, Gauge, Histogram, Summary }) => {
  test('is scraped with the samples that it writes itself', async () => {
    const registry = new Registry();
    registry.setDefaultLabels({ bot: 'momentum' });
    const registers = [registry];
    const fills = new Counter({ name: 'fills_total', help: 'Fills', labelNames: ['side', 'venue'], registers });
    fills.inc({ side: 'buy', venue: 'binance' }, 3);
    fills.inc({ side: 'sell' }, 0.5);
    new Counter({ name: 'rejects_total', help: 'Rejects', registers });
    new Gauge({ name: 'equity', help: 'Equity "in" USD\n', registers }).set(-12.5);
    new Gauge({ name: 'undefined_ratio', help: 'NaN', registers }).set(Number.NaN);
    const latency = new Histogram({
      name: 'latency_seconds',
      help: 'Latency',
      labelNames: ['venue'],
      buckets: [0.1, 1, 10],
      registers,
    });
    for (const seconds of [0.05, 0.1, 0.5, 99]) latency.observe({ venue: 'binance' }, seconds);
    latency.observe({ venue: 'kraken' }, 2);

    const text = await scrapeOf(registry);

    expect(samplesOf(text)).toEqual(samplesOf((await registry.metrics()).replaceAll(' Nan\n', ' NaN\n')));
    expect(text).toContain('# TYPE latency_seconds histogram\n');
    expect(text).toContain('# HELP fills_total Fills\n# TYPE fills_total counter\n');
  });

  test('shows a summary as a gauge for each quantile and two counters', async () => {
    const registry = new Registry();
    const summary = new Summary({
      name: 'slippage',
      help: 'Slippage',
      percentiles: [0.5, 0.99],
      labelNames: ['venue'],
      registers: [registry],
    });
    summary.observe({ venue: 'binance' }, 2);
    summary.observe({ venue: 'binance' }, 4);

    const text = await scrapeOf(registry);

    expect(text).toContain('# TYPE slippage gauge\n');
    expect(text).toContain('slippage{quantile="0.5",venue="binance"} 3\n');
    expect(text).toContain('# TYPE slippage_sum_total counter\n');
    expect(text).toContain('slippage_sum_total{venue="binance"} 6\n');
    expect(text).toContain('slippage_count_total{venue="binance"} 2\n');
  });

  test('reads gauges that are computed during the collection', async () => {
    const registry = new Registry();
    new Gauge({
      name: 'open_orders',
      help: 'Open orders',
      registers: [registry],
      async collect() {
        this.set(await Promise.resolve(7));
      },
    });

    expect(await scrapeOf(registry)).toContain('open_orders 7\n');
  });

  test('loses only its own series when it fails', async () => {
    const registry = new Registry();
    new Gauge({
      name: 'broken',
      help: 'Broken',
      registers: [registry],
      collect() {
        throw new Error('the venue is away');
      },
    });
    await using endpoint = await Endpoint.start({
      ...config,
      metricProducers: [new PromClientMetricProducer(registry)],
    });
    endpoint.meter.createCounter('orders').add(1);

    expect(await endpoint.scrape()).toContain('orders_total 1\n');
  });
});

test('adds _total to a counter without it', async () => {
  const registry = new promClient.Registry();
  new promClient.Counter({ name: 'orders', help: 'Orders', registers: [registry] }).inc();

  expect(await scrapeOf(registry)).toContain('orders_total 1\n');
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['a string', 'metrics'],
  ['entries that are not metrics', [null, 1, {}, { name: 'x', help: 'x', type: 'gauge' }]],
  ['an unknown type', [{ name: 'x', help: 'x', type: 'info', values: [{ value: 1, labels: {} }] }]],
  ['malformed samples', [{ name: 'x', help: 'x', type: 'gauge', values: [null, { value: '1' }, 3] }]],
])('drops %s', async (_, metrics) => {
  const producer = new PromClientMetricProducer({ getMetricsAsJSON: () => metrics });

  const { resourceMetrics, errors } = await producer.collect();

  expect(errors).toEqual([]);
  const points = resourceMetrics.scopeMetrics.flatMap((scope) =>
    scope.metrics.flatMap((metric) => [...metric.dataPoints]),
  );
  expect(points).toEqual([]);
});

test.each([undefined, null, {}, { metrics: () => '' }])('refuses %j as a registry', (registry) => {
  expect(() => new PromClientMetricProducer(registry as PromClientRegistry)).toThrow(
    '[trademeter/exporter-prometheus] registry must be a prom-client registry',
  );
});
