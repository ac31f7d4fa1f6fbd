import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { AggregationTemporality, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { freePort } from '@trademeter/test-support/free-port';
import { startServer } from '@trademeter/workspace-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCollector, validateCollectorConfig } from '../servers/collector.ts';
import {
  checkConfig,
  checkMetrics,
  checkRules,
  prometheusGenerations,
  startPrometheus,
  waitForScrape,
} from '../servers/prometheus.ts';
import { PromqlApi } from '../servers/promql.ts';
import { startVictoriaMetrics } from '../servers/victoria-metrics.ts';
import { serveText } from './scrape-target.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'servers-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe.each(prometheusGenerations)('Prometheus %i', (generation) => {
  test('scrapes an endpoint and answers PromQL', async () => {
    await using target = await serveText('# TYPE orders_total counter\norders_total{side="buy"} 3\n');
    await using prometheus = await startPrometheus({ generation, scrape: [{ job: 'bot', url: target.url }] });
    await waitForScrape(prometheus, 'bot');
    expect(await prometheus.value('sum(orders_total{side="buy"})')).toBe(3);
    expect(await prometheus.metricNames('{job="bot",__name__=~"orders.*"}')).toEqual(['orders_total']);
    await expect(prometheus.query('sum(')).rejects.toThrow(/parse error/u);
  });

  test('reports why an endpoint cannot be scraped', async () => {
    await using target = await serveText('orders_total{ 3\n');
    await using prometheus = await startPrometheus({ generation, scrape: [{ job: 'bot', url: target.url }] });
    await expect(waitForScrape(prometheus, 'bot')).rejects.toThrow(/cannot scrape http.*: .+/u);
  });

  test('checks metrics', async () => {
    const good = '# HELP orders_total Orders placed.\n# TYPE orders_total counter\norders_total 1\n';
    expect(await checkMetrics(good, generation)).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    const bad = await checkMetrics('# HELP orders Orders placed.\n# TYPE orders counter\norders 1\n', generation);
    expect(bad.exitCode).not.toBe(0);
    expect(bad.stdout + bad.stderr).toContain('counter metrics should have "_total" suffix');
  });

  test('checks rules and configurations', async () => {
    const file = join(folder, 'file.yml');
    await writeFile(file, 'groups: [{name: a, rules: [{record: "a:b", expr: "sum(c)"}]}]');
    expect(await checkRules([file], generation)).toMatchObject({ exitCode: 0 });
    await writeFile(file, 'groups: [{name: a, rules: [{record: "a:b", expr: "sum("}]}]');
    expect((await checkRules([file], generation)).exitCode).not.toBe(0);
    await writeFile(file, 'scrape_configs: [{job_name: bot}]');
    expect(await checkConfig(file, generation)).toMatchObject({ exitCode: 0 });
    await writeFile(file, 'scrape_configs: [{job: bot}]');
    expect((await checkConfig(file, generation)).exitCode).not.toBe(0);
  });
});

test('VictoriaMetrics accepts OTLP and names metrics as Prometheus does', async () => {
  await using victoria = await startVictoriaMetrics();
  await push(victoria.otlpUrl, AggregationTemporality.CUMULATIVE);
  await victoria.flush();
  const [sample] = await victoria.until('trading_order_placed_total');
  expect(sample).toMatchObject({ labels: { trading_order_side: 'buy' }, value: 3 });
});

describe('the OpenTelemetry Collector', () => {
  test('receives OTLP and is scraped', async () => {
    await using collector = await startCollector();
    await push(`${collector.otlpHttpUrl}/v1/metrics`, AggregationTemporality.CUMULATIVE);
    expect(await scrape(collector.prometheusUrl)).toMatch(/^trading_order_placed_total\{.*\} 3$/mu);
  });

  test('adds up deltas', async () => {
    await using collector = await startCollector({
      pipeline: (endpoint) => ({ processors: { deltatocumulative: {} }, exporters: { prometheus: { endpoint } } }),
    });
    await push(`${collector.otlpHttpUrl}/v1/metrics`, AggregationTemporality.DELTA);
    expect(await scrape(collector.prometheusUrl)).toMatch(/^trading_order_placed_total\{.*\} 3$/mu);
  });

  test('writes to a Prometheus', async () => {
    await using prometheus = await startPrometheus({ flags: ['--web.enable-remote-write-receiver'] });
    await using collector = await startCollector({
      pipeline: () => ({ exporters: { prometheusremotewrite: { endpoint: `${prometheus.url}/api/v1/write` } } }),
    });
    await push(`${collector.otlpHttpUrl}/v1/metrics`, AggregationTemporality.CUMULATIVE);
    const [sample] = await prometheus.until('trading_order_placed_total');
    expect(sample?.value).toBe(3);
  });

  test('comes back on the same ports', async () => {
    const first = await startCollector();
    await first.stop();
    await using second = await startCollector({ ports: first.ports });
    await push(`${second.otlpHttpUrl}/v1/metrics`, AggregationTemporality.CUMULATIVE);
    expect(await scrape(second.prometheusUrl)).toContain('trading_order_placed_total');
  });

  test('validates configurations', async () => {
    const file = join(folder, 'collector.yaml');
    const pipelines = { metrics: { receivers: ['otlp'], exporters: ['debug'] } };
    const receivers = { otlp: { protocols: { http: {} } } };
    await writeFile(file, JSON.stringify({ receivers, exporters: { debug: {} }, service: { pipelines } }));
    expect(await validateCollectorConfig(file)).toMatchObject({ exitCode: 0 });
    await writeFile(file, JSON.stringify({ receivers, exporters: {}, service: { pipelines } }));
    expect((await validateCollectorConfig(file)).exitCode).not.toBe(0);
  });
});

describe('a server', () => {
  const script = (source: string) => ({ command: process.execPath, args: ['-e', source] });

  test('that ends before it is ready shows its log', async () => {
    const options = script('console.error("no disk"); process.exitCode = 3');
    const start = startServer({ name: 'broken', ...options, readyUrl: `http://127.0.0.1:${await freePort()}` });
    await expect(start).rejects.toThrow(/broken ended with 3 before it was ready[^]*no disk/u);
  });

  test('that never answers is stopped', async () => {
    const options = { name: 'mute', ...script('setInterval(() => {}, 1000)'), readySeconds: 0.5 };
    const start = startServer({ ...options, readyUrl: `http://127.0.0.1:${await freePort()}` });
    await expect(start).rejects.toThrow(/mute did not answer at .* in time/u);
  });

  test('is gone when it is stopped', async () => {
    const server = await startVictoriaMetrics();
    await server.stop();
    expect(server.hasEnded()).toBe(true);
    await expect(new PromqlApi(server.url).query('1')).rejects.toThrow(/fetch failed/u);
  });
});

/** Counts three orders and pushes them to an OTLP endpoint. */
async function push(url: string, temporality: AggregationTemporality): Promise<void> {
  const exporter = new OTLPMetricExporter({ url });
  exporter.selectAggregationTemporality = () => temporality;
  const reader = new PeriodicExportingMetricReader({ exporter });
  const provider = new MeterProvider({ readers: [reader] });
  const placed = provider.getMeter('orders').createCounter('trading.order.placed', { unit: '{order}' });
  placed.add(3, { 'trading.order.side': 'buy' });
  await provider.shutdown();
}

async function scrape(url: string): Promise<string> {
  const response = await fetch(url);
  return response.text();
}
