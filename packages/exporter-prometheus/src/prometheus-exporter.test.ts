import { createServer } from 'node:http';
import { connect } from 'node:net';
import { PrometheusExporter as UpstreamExporter } from '@opentelemetry/exporter-prometheus';
import { detectResources } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { describe, expect, it } from 'vitest';
import { Diagnostics } from '../test/diagnostics.ts';
import { Endpoint, send } from '../test/scrape.ts';
import { ConfigurationError, PrometheusExporter } from './index.ts';

const host = '127.0.0.1';

describe('a scrape', () => {
  it('is answered in the text format', async () => {
    await using endpoint = await Endpoint.start();
    endpoint.meter.createCounter('orders').add(1);
    const { status, headers, body } = await endpoint.get();
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(body).toContain('orders_total{otel_scope_name="test"} 1\n');
  });

  it('shows what was recorded since the last one', async () => {
    await using endpoint = await Endpoint.start();
    const counter = endpoint.meter.createCounter('orders');
    for (const expected of [1, 2, 3]) {
      counter.add(1);
      expect(await endpoint.scrape()).toContain(`orders_total{otel_scope_name="test"} ${expected}\n`);
    }
  });

  it('has a head without a body', async () => {
    await using endpoint = await Endpoint.start();
    const { status, headers, body } = await endpoint.get({ method: 'HEAD' });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(body).toBe('');
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('refuses %s', async (method) => {
    await using endpoint = await Endpoint.start();
    const { status, headers } = await endpoint.get({ method });
    expect(status).toBe(405);
    expect(headers.allow).toBe('GET, HEAD');
  });

  it.each(['/other', '/metrics/', '/metricsx', '//metrics', '/METRICS'])('is not found at %s', async (path) => {
    await using endpoint = await Endpoint.start();
    expect((await endpoint.get({ path })).status).toBe(404);
  });

  it.each(['/metrics?name[]=x', '/metrics#x', '/a/../metrics'])('is found at %s', async (path) => {
    await using endpoint = await Endpoint.start();
    expect((await endpoint.get({ path })).status).toBe(200);
  });

  it('is found where the endpoint option says', async () => {
    await using endpoint = await Endpoint.start({ endpoint: 'prom/scrape' });
    expect(endpoint.exporter.address?.url).toMatch(/\/prom\/scrape$/);
    expect((await endpoint.get()).status).toBe(200);
    expect((await endpoint.get({ path: '/metrics' })).status).toBe(404);
  });

  it('fails when nothing can be collected', async () => {
    using diagnostics = new Diagnostics();
    const exporter = new PrometheusExporter({ host, port: 0, preventServerStart: true });
    await exporter.startServer();
    const { status, body } = await send(exporter);
    await exporter.stopServer();
    expect(status).toBe(500);
    expect(body).not.toContain('MetricReader');
    expect(diagnostics.told).toEqual([expect.stringContaining('MetricReader is not bound to a MetricProducer')]);
  });

  it('does without the series of a callback that fails, and tells it once', async () => {
    using diagnostics = new Diagnostics();
    await using endpoint = await Endpoint.start();
    endpoint.meter.createObservableGauge('broken').addCallback(() => {
      throw new TypeError('no connection');
    });
    endpoint.meter.createObservableGauge('rejecting').addCallback(() => Promise.reject(new Error('gone')));
    endpoint.meter.createObservableGauge('healthy').addCallback((result) => result.observe(1));
    for (const _ of ['first', 'second']) {
      const text = await endpoint.scrape();
      expect(text).toContain('healthy{otel_scope_name="test"} 1\n');
      expect(text).not.toMatch(/broken|rejecting/);
    }
    expect(diagnostics.told).toEqual([
      'an observable callback failed, its series stand still: TypeError: no connection',
      'an observable callback failed, its series stand still: Error: gone',
    ]);
  });

  it('does not wait for a callback that hangs', async () => {
    using diagnostics = new Diagnostics();
    await using endpoint = await Endpoint.start({ collectTimeoutMillis: 10 });
    endpoint.meter.createObservableGauge('hanging').addCallback(() => new Promise(() => {}));
    endpoint.meter.createObservableGauge('healthy').addCallback((result) => result.observe(1));
    expect(await endpoint.scrape()).toContain('healthy{otel_scope_name="test"} 1\n');
    expect(diagnostics.told).toHaveLength(1);
  });

  it('waits for resource attributes that are still looked for', async () => {
    const found = new Promise<string>((resolve) => setImmediate(resolve, 'machine-1'));
    const resource = detectResources({ detectors: [{ detect: () => ({ attributes: { 'host.name': found } }) }] });
    await using endpoint = await Endpoint.start({ withResourceConstantLabels: /host/ }, { resource });
    endpoint.meter.createCounter('orders').add(1);
    const text = await endpoint.scrape();
    expect(text).toContain('target_info{host_name="machine-1"} 1\n');
    expect(text).toContain('orders_total{host_name="machine-1",otel_scope_name="test"} 1\n');
  });

  it('does not wait without end for resource attributes', async () => {
    using _quiet = new Diagnostics();
    let settle: (value: string) => void = () => {};
    const found = new Promise<string>((resolve) => {
      settle = resolve;
    });
    const detector = { detect: () => ({ attributes: { 'host.name': found, 'os.type': 'linux' } }) };
    const resource = detectResources({ detectors: [detector] });
    await using endpoint = await Endpoint.start({ collectTimeoutMillis: 10 }, { resource });
    expect(await endpoint.scrape()).toContain('target_info{os_type="linux"} 1\n');
    settle('machine-1');
    expect(await endpoint.scrape()).toContain('target_info{host_name="machine-1",os_type="linux"} 1\n');
  });

  it('can be answered by a server of the application', async () => {
    const exporter = new PrometheusExporter({ preventServerStart: true });
    const provider = new MeterProvider({ readers: [exporter] });
    provider.getMeter('test').createCounter('orders').add(1);
    const server = createServer((request, response) => exporter.getMetricsRequestHandler(request, response));
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    const { port } = server.address() as { port: number };
    const response = await fetch(`http://${host}:${port}/anything`);
    expect(await response.text()).toContain('orders_total');
    server.close();
    server.closeAllConnections();
    await provider.shutdown();
  });
});

describe('the server', () => {
  it('chooses a free port when it is 0, and says where it listens', async () => {
    const exporter = new PrometheusExporter({ host, port: 0, preventServerStart: true });
    expect(exporter.address).toBeUndefined();
    await exporter.startServer();
    const { address } = exporter;
    expect(address?.port).toBeGreaterThan(0);
    expect(address).toEqual({ host, port: address?.port, url: `http://${host}:${address?.port}/metrics` });
    await exporter.stopServer();
    expect(exporter.address).toBeUndefined();
  });

  it('rejects when the port is in use, and starts when it is free again', async () => {
    const first = new PrometheusExporter({ host, port: 0, preventServerStart: true });
    await first.startServer();
    const second = new PrometheusExporter({ host, port: first.address?.port ?? 0, preventServerStart: true });
    await expect(second.startServer()).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(second.address).toBeUndefined();
    await first.stopServer();
    await second.startServer();
    expect(second.address).toBeDefined();
    await second.stopServer();
  });

  it('starts once however often it is asked to', async () => {
    const exporter = new PrometheusExporter({ host, port: 0, preventServerStart: true });
    await Promise.all([exporter.startServer(), exporter.startServer()]);
    const { address } = exporter;
    await exporter.startServer();
    expect(exporter.address).toEqual(address);
    await exporter.stopServer();
  });

  it('starts again after it was stopped', async () => {
    await using endpoint = await Endpoint.start();
    await endpoint.exporter.stopServer();
    await endpoint.exporter.stopServer();
    await endpoint.exporter.startServer();
    expect((await endpoint.get()).status).toBe(200);
  });

  it('starts by itself and calls back', async () => {
    const { promise, resolve } = Promise.withResolvers<Error | void>();
    const exporter = new PrometheusExporter({ host, port: 0 }, resolve);
    expect(await promise).toBeUndefined();
    expect(exporter.address).toBeDefined();
    await exporter.shutdown();
    expect(exporter.address).toBeUndefined();
  });

  it('calls back with the error that kept it from starting', async () => {
    using diagnostics = new Diagnostics();
    const first = new PrometheusExporter({ host, port: 0, preventServerStart: true });
    await first.startServer();
    const { promise, resolve } = Promise.withResolvers<Error | void>();
    void new PrometheusExporter({ host, port: first.address?.port ?? 0 }, resolve);
    expect(await promise).toMatchObject({ code: 'EADDRINUSE' });
    expect(diagnostics.told).toEqual([expect.stringContaining('EADDRINUSE')]);
    await first.stopServer();
  });

  it('calls back when it is not to start at all', async () => {
    const { promise, resolve } = Promise.withResolvers<Error | void>();
    void new PrometheusExporter({ preventServerStart: true }, resolve);
    expect(await promise).toBeUndefined();
  });

  it('answers a whole URL in the request line', async () => {
    await using endpoint = await Endpoint.start();
    expect((await endpoint.get({ path: 'http://elsewhere.example/metrics' })).status).toBe(200);
    expect((await endpoint.get({ path: 'http://elsewhere.example/other' })).status).toBe(404);
  });

  it('answers garbage with 400', async () => {
    await using endpoint = await Endpoint.start();
    const socket = connect(endpoint.exporter.address?.port ?? 0, host);
    socket.end('garbage\r\n\r\n');
    let answer = '';
    for await (const chunk of socket.setEncoding('utf8')) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('it takes the place of the one it extends', () => {
  it('is one of them', () => {
    expect(new PrometheusExporter({ preventServerStart: true })).toBeInstanceOf(UpstreamExporter);
  });
});

describe('a wrong option', () => {
  it.each<[option: string, value: unknown, message: string]>([
    ['port', 'abc', 'port must be an integer from 0 to 65535, got "abc"'],
    ['port', 65_536, 'port must be an integer from 0 to 65535, got 65536'],
    ['port', Number.NaN, 'port must be an integer from 0 to 65535, got NaN'],
    ['host', '', 'host must be a non-empty string, got ""'],
    ['host', 1, 'host must be a non-empty string, got 1'],
    ['endpoint', '/metrics?x', 'endpoint must be a path such as "/metrics", got "/metrics?x"'],
    ['endpoint', null, 'endpoint must be a path such as "/metrics", got null'],
    ['prefix', '1x', 'prefix must be a metric name of [a-zA-Z0-9_:] that does not begin with a digit, got "1x"'],
    [
      'translationStrategy',
      'None',
      'translationStrategy must be one of UnderscoreEscapingWithSuffixes, UnderscoreEscapingWithoutSuffixes, NoUTF8EscapingWithSuffixes, NoTranslation, got "None"',
    ],
    ['withoutScopeInfo', 'yes', 'withoutScopeInfo must be true or false, got "yes"'],
    ['withoutTargetInfo', 1, 'withoutTargetInfo must be true or false, got 1'],
    ['appendTimestamp', {}, 'appendTimestamp must be true or false, got an object'],
    ['withResourceConstantLabels', 'service', 'withResourceConstantLabels must be a regular expression, got "service"'],
    ['collectTimeoutMillis', 0, 'collectTimeoutMillis must be an integer from 1 to 2147483647, got 0'],
  ])('%s %j is refused', (option, value, message) => {
    const make = () => new PrometheusExporter({ preventServerStart: true, [option]: value });
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(`[trademeter/exporter-prometheus] ${message}`);
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_TRADEMETER_OPTION', option, value }));
  });

  it('is told before anything is bound', () => {
    expect(() => new PrometheusExporter({ port: 0, host: '' })).toThrow(ConfigurationError);
  });
});
