import { createServer } from 'node:http';
import { connect } from 'node:net';
import { PrometheusExporter as UpstreamExporter } from '@opentelemetry/exporter-prometheus';
import { detectResources } from '@opentelemetry/resources';
import { type CollectionResult, MeterProvider, type MetricData } from '@opentelemetry/sdk-metrics';
import { readExposition } from '@trademeter/test-support';
import { captureLogs } from '@trademeter/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Producer, produced } from '../test/producer.ts';
import { Endpoint, send } from '../test/scrape.ts';
import { addSlowGauge } from '../test/slow-gauge.ts';
import { ConfigurationError, PrometheusExporter, type TlsConfig } from './index.ts';

const host = '127.0.0.1';

describe('a scrape', () => {
  test('is answered in the text format', async () => {
    await using endpoint = await Endpoint.start();
    endpoint.meter.createCounter('orders').add(1);
    const { status, headers, body } = await endpoint.get();
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(body).toContain('orders_total{otel_scope_name="test"} 1\n');
  });

  test('shows what was recorded since the last one', async () => {
    await using endpoint = await Endpoint.start();
    const counter = endpoint.meter.createCounter('orders');
    for (const expected of [1, 2, 3]) {
      counter.add(1);
      expect(await endpoint.scrape()).toContain(`orders_total{otel_scope_name="test"} ${expected}\n`);
    }
  });

  test('with HEAD has no body', async () => {
    await using endpoint = await Endpoint.start();
    const { status, headers, body } = await endpoint.get({ method: 'HEAD' });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(body).toBe('');
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('refuses %s', async (method) => {
    await using endpoint = await Endpoint.start();
    const { status, headers } = await endpoint.get({ method });
    expect(status).toBe(405);
    expect(headers.allow).toBe('GET, HEAD');
  });

  test.each(['/other', '/metrics/', '/metricsx', '//metrics', '/METRICS'])('is not found at %s', async (path) => {
    await using endpoint = await Endpoint.start();
    expect((await endpoint.get({ path })).status).toBe(404);
  });

  test.each(['/metrics?name[]=x', '/metrics#x', '/a/../metrics'])('is found at %s', async (path) => {
    await using endpoint = await Endpoint.start();
    expect((await endpoint.get({ path })).status).toBe(200);
  });

  test('is found at the configured endpoint', async () => {
    await using endpoint = await Endpoint.start({ endpoint: 'prom/scrape' });
    expect(endpoint.exporter.address?.url).toMatch(/\/prom\/scrape$/);
    expect((await endpoint.get()).status).toBe(200);
    expect((await endpoint.get({ path: '/metrics' })).status).toBe(404);
  });

  test.each<[what: string, answered: () => Promise<boolean>, status: number]>([
    ['answers', async () => true, 202],
    ['does not answer', async () => false, 404],
    ['fails', () => Promise.reject(new Error('no page')), 500],
  ])('waits for a page that %s once it is loaded', async (_what, answered, expected) => {
    using _logs = captureLogs();
    const loaded = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    await using endpoint = await Endpoint.start({
      async pages(_request, response) {
        asked.resolve();
        await loaded.promise;
        const isAnswered = await answered();
        if (isAnswered) response.writeHead(202).end();
        return isAnswered;
      },
    });
    const answer = endpoint.get({ path: '/page' });
    await asked.promise;
    // The endpoint does not wait.
    expect((await endpoint.get()).status).toBe(200);
    loaded.resolve();
    expect((await answer).status).toBe(expected);
  });

  test('fails when the collection fails', async () => {
    using logs = captureLogs();
    await using endpoint = await Endpoint.start({}, {}, "OpenTelemetry's provider");
    endpoint.exporter.collect = () => Promise.reject(new Error('secret reason'));
    const { status, body } = await endpoint.get();
    expect(status).toBe(500);
    expect(body).not.toContain('reason');
    expect(logs.from('exporter-prometheus')).toEqual(['the metrics could not be collected: Error: secret reason']);
  });

  test('has no metrics without a meter provider, which is logged once', async () => {
    using logs = captureLogs();
    const exporter = new PrometheusExporter({ host, port: 0, preventServerStart: true });
    await exporter.startServer();
    for (let round = 0; round < 2; round += 1) expect(await send(exporter)).toMatchObject({ status: 200, body: '' });
    const accept = 'application/openmetrics-text';
    expect((await send(exporter, { headers: { accept } })).body).toBe('# EOF\n');
    await exporter.stopServer();
    expect(logs.from('exporter-prometheus')).toEqual([
      'there are no metrics: no MeterProvider has this exporter as a reader yet',
    ]);
  });

  test('serves all other series when a callback fails, and logs it once', async () => {
    using logs = captureLogs();
    await using endpoint = await Endpoint.start();
    endpoint.meter.createObservableGauge('broken').addCallback(() => {
      throw new TypeError('no connection');
    });
    endpoint.meter.createObservableGauge('rejecting').addCallback(() => Promise.reject(new Error('gone')));
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- other code does
    endpoint.meter.createObservableGauge('nameless').addCallback(() => Promise.reject(Object.create(null)));
    endpoint.meter.createObservableGauge('healthy').addCallback((result) => result.observe(1));
    for (const _ of ['first', 'second']) {
      const text = await endpoint.scrape();
      expect(text).toContain('healthy{otel_scope_name="test"} 1\n');
      expect(text).not.toMatch(/broken|rejecting|nameless/);
    }
    expect(logs.from('exporter-prometheus')).toEqual([
      'an observable callback failed, its series keep their last values: TypeError: no connection',
      'an observable callback failed, its series keep their last values: Error: gone',
      'an observable callback failed, its series keep their last values: a value that cannot be shown',
    ]);
  });

  test('does not wait for a callback that hangs', async () => {
    using logs = captureLogs();
    await using endpoint = await Endpoint.start({ collectTimeoutMillis: 10 });
    endpoint.meter.createObservableGauge('hanging').addCallback(() => new Promise(() => {}));
    endpoint.meter.createObservableGauge('healthy').addCallback((result) => result.observe(1));
    expect(await endpoint.scrape()).toContain('healthy{otel_scope_name="test"} 1\n');
    expect(logs.from('exporter-prometheus')).toHaveLength(1);
  });

  test.each<[what: string, collect: () => Promise<CollectionResult>, notice: string]>([
    ['hangs', () => new Promise(() => {}), 'a metric producer did not answer within 10 ms; its series are missing'],
    ['rejects', () => Promise.reject(new Error('no')), 'a metric producer failed: Error: no; its series are missing'],
    [
      'throws',
      () => {
        throw new TypeError('none');
      },
      'a metric producer failed: TypeError: none; its series are missing',
    ],
    [
      'resolves to nothing',
      () => Promise.resolve(undefined as unknown as CollectionResult),
      'a metric producer failed: TypeError',
    ],
  ])('omits the series of a metric producer that %s, until it works again', async (_what, collect, notice) => {
    using logs = captureLogs();
    const producer = new Producer();
    producer.show([produced('gauge', 'foreign', [{ attributes: {}, value: 1 }])]);
    const well = producer.collect.bind(producer);
    producer.collect = collect;
    await using endpoint = await Endpoint.start({ collectTimeoutMillis: 10, metricProducers: [producer] });
    endpoint.meter.createCounter('orders').add(1);
    for (let round = 0; round < 2; round += 1) {
      const text = await endpoint.scrape();
      expect(text).toContain('orders_total');
      expect(text).not.toContain('foreign');
    }
    producer.collect = well;
    expect(await endpoint.scrape()).toContain('foreign{otel_scope_name="produced"} 1\n');
    expect(logs.from('exporter-prometheus')).toEqual([expect.stringContaining(notice)]);
  });

  test('drops malformed metrics of a producer, and logs it once', async () => {
    using logs = captureLogs();
    const producer = new Producer();
    const none = { ...produced('gauge', 'none', []), descriptor: { name: 'none' } } as unknown as MetricData;
    const histogram = { buckets: { boundaries: [1], counts: [1, 2] }, count: 3, sum: 4 };
    const points = (kind: 'gauge' | 'histogram', good: unknown, ...bad: unknown[]) =>
      produced(kind, kind, [
        { attributes: { is: 'good' }, value: good },
        ...bad.map((value) => ({ attributes: {}, value })),
      ]);
    producer.show([
      none,
      points('gauge', 1, 1n, '1', undefined, {}),
      points('histogram', histogram, 1, { ...histogram, count: 3n }, { ...histogram, buckets: undefined }),
      produced('counter', 'nobody', [
        { attributes: undefined as unknown as object, value: 1 },
        { attributes: null as unknown as object, value: 1 },
      ]),
    ]);
    const config = { metricProducers: [producer], withoutScopeInfo: true, withoutTargetInfo: true };
    await using endpoint = await Endpoint.start(config);
    for (let round = 0; round < 2; round += 1) {
      const { samples } = readExposition(await endpoint.scrape());
      expect(samples.map(({ name, labels }) => `${name} ${labels['is']}`)).toEqual([
        'gauge good',
        ...['bucket', 'bucket', 'sum', 'count'].map((line) => `histogram_${line} good`),
      ]);
    }
    expect(logs.from('exporter-prometheus')).toEqual([
      'dropped malformed metrics from scope "produced"',
      'dropped malformed data points of metric "gauge"',
      'dropped malformed data points of metric "histogram"',
      'dropped malformed data points of metric "nobody"',
    ]);
  });

  test('logs a thousand different messages at once, then one a minute', async () => {
    using logs = captureLogs();
    const producer = new Producer();
    await using endpoint = await Endpoint.start({ metricProducers: [producer] });
    const show = (from: number, to: number) =>
      producer.show(
        Array.from({ length: to - from }, (_, index) => [
          produced('gauge', `conflict_${from + index}`, []),
          produced('histogram', `conflict_${from + index}`, []),
        ]).flat(),
      );
    show(0, 1_500);
    await endpoint.scrape();
    expect(logs.from('exporter-prometheus')).toHaveLength(1_000);
    const { now } = performance;
    const later = vi.spyOn(performance, 'now').mockImplementation(() => now.call(performance) + 61_000);
    show(1_500, 1_502);
    await endpoint.scrape();
    later.mockRestore();
    expect(logs.from('exporter-prometheus')).toHaveLength(1_001);
    expect(logs.from('exporter-prometheus').at(-1)).toContain('dropped conflict_1500');
  });

  test('ends however long a description is', async () => {
    await using endpoint = await Endpoint.start();
    const description = 'x'.repeat(300_000);
    endpoint.meter.createCounter('orders', { description }).add(1);
    expect(await endpoint.scrape()).toContain(`# HELP orders_total ${description}\n`);
  });

  test('waits for resource attributes that are still detected', async () => {
    const found = new Promise<string>((resolve) => setImmediate(resolve, 'machine-1'));
    const resource = detectResources({ detectors: [{ detect: () => ({ attributes: { 'host.name': found } }) }] });
    await using endpoint = await Endpoint.start({ withResourceConstantLabels: /host/ }, { resource });
    endpoint.meter.createCounter('orders').add(1);
    const text = await endpoint.scrape();
    expect(text).toContain('target_info{host_name="machine-1"} 1\n');
    expect(text).toContain('orders_total{host_name="machine-1",otel_scope_name="test"} 1\n');
  });

  test('waits for resource attributes up to a limit', async () => {
    using _quiet = captureLogs();
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

  test('waits once for attributes that never resolve, and then renders nothing again', async () => {
    using _quiet = captureLogs();
    const found = new Promise<string>(() => {});
    const detector = { detect: () => ({ attributes: { 'host.name': found, 'os.type': 'linux' } }) };
    const resource = detectResources({ detectors: [detector] });
    const waited = vi.spyOn(resource, 'waitForAsyncAttributes');
    // The store drops such an attribute.
    const config = { collectTimeoutMillis: 10 };
    await using endpoint = await Endpoint.start(config, { resource }, "OpenTelemetry's provider");
    // Counts how often the attribute is rendered.
    let looks = 0;
    const symbol = { toJSON: () => `look ${(looks += 1)}` };
    endpoint.meter.createCounter('orders').add(1, { symbol });
    const first = await endpoint.scrape();
    expect(first).toContain('target_info{os_type="linux"} 1\n');
    expect(first).toContain('look');
    for (let round = 0; round < 3; round += 1) expect(await endpoint.scrape()).toBe(first);
    expect(waited).toHaveBeenCalledTimes(1);
  });

  test("can be answered on the application's server", async () => {
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
  test('takes a free port for 0, and reports its address', async () => {
    const exporter = new PrometheusExporter({ host, port: 0, preventServerStart: true });
    expect(exporter.address).toBeUndefined();
    await exporter.startServer();
    const { address } = exporter;
    expect(address?.port).toBeGreaterThan(0);
    expect(address).toEqual({ host, port: address?.port, url: `http://${host}:${address?.port}/metrics` });
    await exporter.stopServer();
    expect(exporter.address).toBeUndefined();
  });

  test('rejects when the port is in use, and starts when it is free again', async () => {
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

  test('starts once however often it is called', async () => {
    const exporter = new PrometheusExporter({ host, port: 0, preventServerStart: true });
    await Promise.all([exporter.startServer(), exporter.startServer()]);
    const { address } = exporter;
    await exporter.startServer();
    expect(exporter.address).toEqual(address);
    await exporter.stopServer();
  });

  test('starts again after it was stopped', async () => {
    await using endpoint = await Endpoint.start();
    await endpoint.exporter.stopServer();
    await endpoint.exporter.stopServer();
    await endpoint.exporter.startServer();
    expect((await endpoint.get()).status).toBe(200);
  });

  test('starts by itself and calls back', async () => {
    const { promise, resolve } = Promise.withResolvers<Error | void>();
    const exporter = new PrometheusExporter({ host, port: 0 }, resolve);
    expect(await promise).toBeUndefined();
    expect(exporter.address).toBeDefined();
    await exporter.shutdown();
    expect(exporter.address).toBeUndefined();
  });

  test('calls back with the error that prevented the start', async () => {
    using logs = captureLogs();
    const first = new PrometheusExporter({ host, port: 0, preventServerStart: true });
    await first.startServer();
    const { promise, resolve } = Promise.withResolvers<Error | void>();
    void new PrometheusExporter({ host, port: first.address?.port ?? 0 }, resolve);
    expect(await promise).toMatchObject({ code: 'EADDRINUSE' });
    expect(logs.from('exporter-prometheus')).toEqual([expect.stringContaining('EADDRINUSE')]);
    await first.stopServer();
  });

  test('logs the error of a callback that fails', async () => {
    using logs = captureLogs();
    const { promise, resolve } = Promise.withResolvers<void>();
    void new PrometheusExporter({ preventServerStart: true }, () => {
      resolve();
      throw new Error('no');
    });
    await promise;
    await Promise.resolve();
    expect(logs.from('exporter-prometheus')).toEqual(['the callback of the exporter failed: Error: no']);
  });

  test('calls back when it should not start', async () => {
    const { promise, resolve } = Promise.withResolvers<Error | void>();
    void new PrometheusExporter({ preventServerStart: true }, resolve);
    expect(await promise).toBeUndefined();
  });

  test('answers a whole URL in the request line', async () => {
    await using endpoint = await Endpoint.start();
    expect((await endpoint.get({ path: 'http://localhost/metrics' })).status).toBe(200);
    expect((await endpoint.get({ path: 'http://localhost/other' })).status).toBe(404);
    // the host that another site's name resolves to, as in a Host header
    expect((await endpoint.get({ path: 'http://elsewhere.example/metrics' })).status).toBe(403);
  });

  test.each([
    'http:///metrics',
    'http:metrics',
    'http://',
    'https://:80/metrics',
    'HTTP://\\\\metrics',
    'ftp://a/metrics',
    '*',
  ])('answers 400 to a request for %s', async (path) => {
    await using endpoint = await Endpoint.start();
    expect((await endpoint.get({ path })).status).toBe(400);
  });

  test('answers OPTIONS * like any method that does not read', async () => {
    await using endpoint = await Endpoint.start();
    const { status, headers } = await endpoint.get({ method: 'OPTIONS', path: '*' });
    expect(status).toBe(405);
    expect(headers.allow).toBe('GET, HEAD');
  });

  test('answers garbage with 400', async () => {
    await using endpoint = await Endpoint.start();
    const socket = connect(endpoint.exporter.address?.port ?? 0, host);
    socket.end('garbage\r\n\r\n');
    let answer = '';
    for await (const chunk of socket.setEncoding('utf8')) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('starting and stopping', () => {
  test('take turns in any order of calls', async () => {
    await using endpoint = await Endpoint.start({ closeTimeoutMillis: 60_000 });
    const { exporter } = endpoint;
    const { asked, release } = addSlowGauge(endpoint.meter);
    const scrape = endpoint.scrape();
    await asked;
    const events: string[] = [];
    const stops = [exporter.stopServer(), exporter.stopServer()].map((stop) => stop.then(() => events.push('stopped')));
    expect(exporter.address).toBeUndefined();
    const starts = [exporter.startServer(), exporter.startServer()].map((start) =>
      start.then(() => events.push('started')),
    );
    release();
    expect(await scrape).toContain('slow');
    await Promise.all([...stops, ...starts]);
    expect(events).toEqual(['stopped', 'stopped', 'started', 'started']);
    expect((await endpoint.get({ path: '/-/healthy' })).status).toBe(200);
  });

  test('end in the state of the last call', async () => {
    const exporter = new PrometheusExporter({ host, port: 0, preventServerStart: true });
    void exporter.startServer();
    void exporter.stopServer();
    await exporter.startServer();
    expect(exporter.address).toBeDefined();
    void exporter.stopServer();
    void exporter.startServer();
    await exporter.stopServer();
    expect(exporter.address).toBeUndefined();
  });

  test('close only connections of the old server', async () => {
    await using endpoint = await Endpoint.start({ closeTimeoutMillis: 50 });
    const { asked, release } = addSlowGauge(endpoint.meter);
    const old = endpoint.get().catch((error: Error) => error.message);
    await asked;
    void endpoint.exporter.stopServer();
    await endpoint.exporter.startServer();
    expect(await old).toMatch(/ECONNRESET|socket hang up/);
    const next = endpoint.get();
    await new Promise((resolve) => setTimeout(resolve, 100));
    release();
    expect((await next).status).toBe(200);
  });
});

test('has every public method of the exporter that it replaces', () => {
  const names = Object.getOwnPropertyNames(UpstreamExporter.prototype).filter((name) => !name.startsWith('_'));
  expect(names).toContain('getMetricsRequestHandler');
  for (const name of names) expect(PrometheusExporter.prototype, name).toHaveProperty(name);
});

describe('the address to listen on', () => {
  const variable = (name: string) => `OTEL_EXPORTER_PROMETHEUS_${name}`;

  afterEach(() => {
    for (const name of ['HOST', 'PORT']) Reflect.deleteProperty(process.env, variable(name));
  });

  test('comes from the environment, unless code sets it', async () => {
    process.env[variable('HOST')] = '127.0.0.2';
    process.env[variable('PORT')] = '0';
    const exporter = new PrometheusExporter({ preventServerStart: true });
    await exporter.startServer();
    expect(exporter.address?.host).toBe('127.0.0.2');
    expect(exporter.address?.port).not.toBe(9464);
    await exporter.stopServer();
    process.env[variable('PORT')] = 'abc';
    const inCode = new PrometheusExporter({ host, port: 0, preventServerStart: true });
    await inCode.startServer();
    expect(inCode.address?.host).toBe(host);
    await inCode.stopServer();
    const portInCode = new PrometheusExporter({ port: 0, preventServerStart: true });
    await portInCode.startServer();
    expect(portInCode.address?.host).toBe('127.0.0.2');
    await portInCode.stopServer();
  });

  test.each(['abc', '65536', '-1', '1e3', '0x10', '8 0'])('is refused when the variable has the port %j', (port) => {
    process.env[variable('PORT')] = port;
    const make = () => new PrometheusExporter({ host, preventServerStart: true });
    expect(make).toThrow(
      `[trademeter/exporter-prometheus] ${variable('PORT')} must be an integer from 0 to 65535, got "${port}"`,
    );
    expect(make).toThrow(expect.objectContaining({ option: variable('PORT'), value: port }));
  });

  test.each(['', ' ', '""'])('has the default port when the variable is empty: %j', (port) => {
    process.env[variable('PORT')] = port;
    expect(new PrometheusExporter({ preventServerStart: true }).configuredAddress.port).toBe(9464);
  });

  test('is trimmed', () => {
    process.env[variable('HOST')] = ' 127.0.0.2\n';
    process.env[variable('PORT')] = ' 9999 ';
    const exporter = new PrometheusExporter({ preventServerStart: true });
    expect(exporter.configuredAddress).toEqual({ host: '127.0.0.2', port: 9999 });
  });
});

describe('a wrong option', () => {
  test.each<[option: string, value: unknown, message: string]>([
    ['port', 'abc', 'port must be an integer from 0 to 65535, got "abc"'],
    ['port', 65_536, 'port must be an integer from 0 to 65535, got 65536'],
    ['port', Number.NaN, 'port must be an integer from 0 to 65535, got NaN'],
    ['host', '', 'host must be a non-empty string, got ""'],
    ['host', 1, 'host must be a non-empty string, got 1'],
    ['endpoint', '/metrics?x', 'endpoint must be a path such as "/metrics", got "/metrics?x"'],
    ...['//metrics', '/a/../metrics', './metrics', '/{bot}/metrics', '/métrics', '/a b', '/-/healthy', '-/healthy'].map(
      (endpoint): [string, unknown, string] => [
        'endpoint',
        endpoint,
        `endpoint must be a path such as "/metrics", got "${endpoint}"`,
      ],
    ),
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
    ['metricProducers', {}, 'metricProducers must be a list of objects with a method collect(), got an object'],
    ['metricProducers', [null], 'metricProducers must be a list of objects with a method collect(), got [null]'],
    ['preventServerStart', 1, 'preventServerStart must be true or false, got 1'],
    [
      'collectTimeoutMillis',
      0,
      'collectTimeoutMillis must be a whole number of milliseconds from 1 to 2147483647, got 0',
    ],
  ])('%s %j is refused', (option, value, message) => {
    const make = () => new PrometheusExporter({ preventServerStart: true, [option]: value });
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(`[trademeter/exporter-prometheus] ${message}`);
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_TRADEMETER_OPTION', option, value, problem: message }));
  });

  test.each([
    ['prot', 'there is no option prot (did you mean port?); the options are prefix, '],
    ['collectTimeout', 'there is no option collectTimeout (did you mean collectTimeoutMillis?); the options are '],
    ['registry', 'there is no option registry; the options are '],
  ])('includes misspelt ones: %s', (option, problem) => {
    const make = () => new PrometheusExporter({ preventServerStart: true, [option]: 's3cret' });
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(`[trademeter/exporter-prometheus] ${problem}`);
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_TRADEMETER_OPTION', option, value: undefined }));
    expect(make).not.toThrow(/s3cret/);
  });

  test('includes misspelt ones of tls', () => {
    const tls = { certFile: 'a', keyFil: 'b' };
    const make = () => new PrometheusExporter({ preventServerStart: true, tls: tls as unknown as TlsConfig });
    expect(make).toThrow(
      '  - there is no option tls.keyFil (did you mean keyFile?); the options are certFile, keyFile',
    );
    expect(make).toThrow('  - tls.keyFile must be the path of a file, got undefined');
  });

  test('is reported before anything is bound', () => {
    expect(() => new PrometheusExporter({ port: 0, host: '' })).toThrow(ConfigurationError);
  });
});
