import {
  PrometheusExporter as Upstream,
  PrometheusSerializer as UpstreamSerializer,
} from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { readExposition } from '@trademeter/test-support';
import { describe, expect, test } from 'vitest';
import { addSlowGauge } from '../test/slow-gauge.ts';
import { ConfigurationError, type ExporterConfig, PrometheusExporter, PrometheusSerializer } from './index.ts';

function recorded(config: ExporterConfig = {}) {
  const exporter = new PrometheusExporter({ ...config, preventServerStart: true });
  const resource = resourceFromAttributes({ 'service.name': 'bot', 'trading.mode': 'paper' });
  const meter = new MeterProvider({ readers: [exporter], resource }).getMeter('test', '1.0');
  meter.createCounter('orders', { description: 'Orders' }).add(2, { side: 'buy' });
  meter.createHistogram('delay', { advice: { explicitBucketBoundaries: [1, 2] } }).record(1.5);
  return { exporter, meter };
}

describe('the serializer', () => {
  test.each<[what: string, parameters: ConstructorParameters<typeof UpstreamSerializer>]>([
    ['no parameters', []],
    ['a prefix', ['app']],
    ['timestamps', ['app', true]],
    ['constant labels', [undefined, false, /^trading/]],
    ['no target_info', ['', undefined, undefined, true]],
    ['no scope labels', ['', false, undefined, false, true]],
  ])('writes the same samples as upstream, with %s', async (_what, parameters) => {
    const { exporter } = recorded();
    const { resourceMetrics } = await exporter.collect();
    const ours = readExposition(new PrometheusSerializer(...parameters).serialize(resourceMetrics));
    const upstream = readExposition(new UpstreamSerializer(...parameters).serialize(resourceMetrics));
    const sorted = ({ samples }: typeof ours) =>
      samples
        .map(({ name, labels, value }) =>
          JSON.stringify([name, Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)), value]),
        )
        .toSorted();
    expect(sorted(ours)).toEqual(sorted(upstream));
    expect(
      ours.samples
        .filter(({ name }) => name !== 'target_info')
        .every(({ timestamp }) => (timestamp !== undefined) === (parameters[1] === true)),
    ).toBe(true);
  });

  test('writes the next collection too', async () => {
    const { exporter, meter } = recorded();
    const serializer = new PrometheusSerializer();
    const counter = meter.createCounter('orders', { description: 'Orders' });
    for (const expected of [3, 4]) {
      counter.add(1, { side: 'buy' });
      const { resourceMetrics } = await exporter.collect();
      expect(serializer.serialize(resourceMetrics)).toContain(`} ${expected}\n`);
    }
  });

  test('refuses a wrong parameter', () => {
    expect(() => new PrometheusSerializer('1x')).toThrow(ConfigurationError);
  });
});

test('the default options are those of upstream', () => {
  const { host, port, endpoint } = PrometheusExporter.DEFAULT_OPTIONS;
  expect(`http://localhost:${port}${endpoint}`).toBe('http://localhost:9464/metrics');
  expect(PrometheusExporter.DEFAULT_OPTIONS).toEqual(Upstream.DEFAULT_OPTIONS);
  const exporter = new PrometheusExporter({ host, port, endpoint, preventServerStart: true });
  expect(exporter.configuredAddress).toEqual({ host, port });
});

describe('text()', () => {
  test('equals the answer of a scrape', async () => {
    const { exporter } = recorded();
    const text = await exporter.text();
    expect(text).toContain('orders_total{otel_scope_name="test",otel_scope_version="1.0",side="buy"} 2\n');
    expect(text).toBe(
      await new Promise((end) => Reflect.apply(exporter.getMetricsRequestHandler, exporter, [{}, { end }])),
    );
  });

  test('shares a collection with simultaneous scrapes', async () => {
    const { exporter, meter } = recorded();
    let collections = 0;
    meter.createObservableGauge('collections').addCallback((result) => result.observe((collections += 1)));
    const { release } = addSlowGauge(meter);
    const texts = [exporter.text(), exporter.text()];
    release();
    const [first, second] = await Promise.all(texts);
    expect(second).toBe(first);
    expect(collections).toBe(1);
  });

  test('is empty before there is a meter provider', async () => {
    const exporter = new PrometheusExporter({ preventServerStart: true });
    expect(await exporter.text()).toBe('');
    const meter = new MeterProvider({ readers: [exporter] }).getMeter('test');
    meter.createCounter('orders').add(1);
    expect(await exporter.text()).toContain('orders_total');
  });

  test('rejects when the collection fails', async () => {
    const { exporter } = recorded();
    exporter.collect = () => Promise.reject(new Error('no metrics'));
    await expect(exporter.text()).rejects.toThrow('no metrics');
  });
});
