import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { readExposition } from '@trademeter/test-support';
import { captureLogs } from '@trademeter/testing';
import { describe, expect, test, vi } from 'vitest';
import { PushgatewayExporter, type PushgatewayExporterConfig } from '../index.ts';

interface Request {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that answers like a Pushgateway; integration tests use the real one. */
async function startGateway(status = 202, answer = '') {
  const requests: Request[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url: path, headers } = request;
      requests.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
      if (status !== 0) response.writeHead(status, { location: '/elsewhere' }).end(answer);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    requests,
    server,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

const resource = resourceFromAttributes({ 'service.name': 'momentum-bot' });

/** Records one fill, pushes it, and returns the error. */
async function push(config: PushgatewayExporterConfig, attributes = resource): Promise<unknown> {
  const exporter = new PushgatewayExporter(config);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e6, exportTimeoutMillis: 1e6 });
  const provider = new MeterProvider({ resource: attributes, readers: [reader] });
  provider.getMeter('bot').createCounter('fills', { unit: '{fill}' }).add(2, { side: 'buy' });
  const { resourceMetrics } = await reader.collect();
  const error = await exporter.push(resourceMetrics).catch((reason: unknown) => reason);
  await exporter.shutdown();
  return error;
}

test('puts all metrics as one group, in the text format', async () => {
  await using gateway = await startGateway();

  expect(await push({ url: gateway.url, job: 'backtest' })).toBeUndefined();

  expect(gateway.requests).toHaveLength(1);
  const [request] = gateway.requests;
  expect(request).toMatchObject({
    method: 'PUT',
    path: '/metrics/job/backtest',
    headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
  });
  const names = readExposition(request?.body ?? '').samples.map(({ name }) => name);
  expect(names).toEqual(['target_info', 'fills_total']);
});

test('pushes again over a new connection if a kept one was closed', async () => {
  await using gateway = await startGateway();
  let resets = 0;
  gateway.server.on('connection', (socket) => {
    let requests = 0;
    socket.on('data', () => {
      requests += 1;
      if (requests === 1) return;
      resets += 1;
      socket.resetAndDestroy();
    });
  });
  const exporter = new PushgatewayExporter({ url: gateway.url, job: 'backtest' });
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e6, exportTimeoutMillis: 1e6 });
  const provider = new MeterProvider({ resource, readers: [reader] });
  provider.getMeter('bot').createCounter('fills').add(1);
  const { resourceMetrics } = await reader.collect();
  for (let round = 0; round < 4; round += 1) await exporter.push(resourceMetrics);
  await exporter.delete();
  expect(resets).toBeGreaterThan(0);
  await provider.shutdown();
});

test('pushes a large body again if a kept connection was closed before', async () => {
  await using gateway = await startGateway();
  const sockets: Socket[] = [];
  gateway.server.on('connection', (socket) => sockets.push(socket));
  const exporter = new PushgatewayExporter({ url: gateway.url, job: 'backtest' });
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e6, exportTimeoutMillis: 1e6 });
  const provider = new MeterProvider({ resource, readers: [reader] });
  provider
    .getMeter('bot')
    .createCounter('fills')
    .add(1, { note: 'x'.repeat(8_000_000) });
  const { resourceMetrics } = await reader.collect();
  await exporter.push(resourceMetrics);
  for (let round = 0; round < 3; round += 1) {
    const closed = once(sockets.at(-1) as Socket, 'close');
    sockets.at(-1)?.destroy();
    await closed;
    // The client has not noticed yet.
    await exporter.push(resourceMetrics);
  }
  expect(gateway.requests.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'PUT', 'PUT']);
  expect(sockets).toHaveLength(4);
  await provider.shutdown();
});

test('a callback of an export that throws is logged', async () => {
  using logs = captureLogs();
  await using gateway = await startGateway();
  const exporter = new PushgatewayExporter({ url: gateway.url, job: 'backtest' });
  exporter.export({ resource, scopeMetrics: [] }, () => {
    throw new Error('no');
  });
  await vi.waitFor(() => expect(logs.messages.join()).toContain('the callback of an export failed'));
});

test('replaces the last push with the current totals', async () => {
  await using gateway = await startGateway();
  const exporter = new PushgatewayExporter({ url: gateway.url });
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e6, exportTimeoutMillis: 1e6 });
  await using provider = Object.assign(new MeterProvider({ resource, readers: [reader] }), {
    [Symbol.asyncDispose]: () => provider.shutdown(),
  });
  const fills = provider.getMeter('bot').createCounter('fills');
  fills.add(1);
  await reader.forceFlush();
  fills.add(1);
  await reader.forceFlush();

  expect(gateway.requests.map(({ body }) => /^fills_total.* (\d+)$/mu.exec(body)?.[1])).toEqual(['1', '2']);
});

describe('the group', () => {
  test.each<[string, PushgatewayExporterConfig, string]>([
    ['is the name of the service by default', {}, '/metrics/job/momentum-bot'],
    [
      'has the labels of grouping, sorted',
      { job: 'b', grouping: { run: '7', desk: 'fx' } },
      '/metrics/job/b/desk/fx/run/7',
    ],
    ['carries a slash in base64', { job: 'a/b' }, '/metrics/job@base64/YS9i'],
    ['carries dots in base64', { job: 'b', grouping: { run: '..' } }, '/metrics/job/b/run@base64/Li4'],
    ['carries an empty value', { job: 'b', grouping: { run: '' } }, '/metrics/job/b/run@base64/='],
    [
      'escapes what a URL cannot carry',
      { job: 'b', grouping: { pair: 'BTC €?#%' } },
      '/metrics/job/b/pair/BTC%20%E2%82%AC%3F%23%25',
    ],
  ])('%s', async (_, config, path) => {
    await using gateway = await startGateway();
    await push({ url: gateway.url, ...config });

    expect(gateway.requests.map((request) => request.path)).toEqual([path]);
  });

  test('has the namespace of the service, as the Collector names a job', async () => {
    await using gateway = await startGateway();
    const attributes = { 'service.namespace': 'desk', 'service.name': 'bot' };
    await push({ url: gateway.url }, resourceFromAttributes(attributes));

    expect(gateway.requests[0]?.path).toBe(`/metrics/job@base64/${Buffer.from('desk/bot').toString('base64url')}`);
  });
});

test('keeps the path of a Pushgateway behind a proxy, its credentials and headers', async () => {
  await using gateway = await startGateway();
  const url = `${gateway.url.replace('//', '//desk:p%40ss@')}/gateway/`;
  await push({ url, job: 'b', headers: { 'X-Tenant': 'fx' } });

  expect(gateway.requests[0]).toMatchObject({
    path: '/gateway/metrics/job/b',
    headers: { authorization: `Basic ${Buffer.from('desk:p@ss').toString('base64')}`, 'x-tenant': 'fx' },
  });
});

test('deletes nothing at its end, unless configured', async () => {
  await using gateway = await startGateway();
  await push({ url: gateway.url, job: 'kept' });
  await push({ url: gateway.url, job: 'gone', deleteOnShutdown: true });

  expect(gateway.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'PUT /metrics/job/kept',
    'PUT /metrics/job/gone',
    'DELETE /metrics/job/gone',
  ]);
});

describe('a failed push', () => {
  test.each([
    [400, 'pushed metrics are invalid\u001b[31m', 'HTTP 400 Bad Request: pushed metrics are invalid [31m'],
    [503, '<html>busy</html>', 'HTTP 503 Service Unavailable'],
    [302, '', 'HTTP 302 Found'],
  ])('rejects with the status %i and the answer', async (status, answer, message) => {
    await using gateway = await startGateway(status, answer);

    expect(await push({ url: gateway.url })).toMatchObject({ code: status, message });
  });

  test('rejects with the code of a refused connection', async () => {
    const gateway = await startGateway();
    await gateway[Symbol.asyncDispose]();

    expect(await push({ url: gateway.url })).toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('rejects when there is no answer in time', async () => {
    await using gateway = await startGateway(0);

    expect(await push({ url: gateway.url, timeoutMillis: 50 })).toMatchObject({
      code: 'ETIMEDOUT',
      message: 'no answer within 50 ms',
    });
  });
});

describe('a wrong option', () => {
  test.each<[unknown, string]>([
    [{ ulr: 'http://127.0.0.1' }, 'there is no option ulr (did you mean url?); the options are url, job, grouping'],
    [{ url: '127.0.0.1:9091' }, 'url must be a URL that begins with http:// or https://'],
    [{ url: 'http://100%:x@127.0.0.1' }, 'url must be a URL whose user and password are percent-encoded'],
    [{ job: '' }, 'job must be a non-empty string, got ""'],
    [{ grouping: { job: 'x' } }, 'grouping must be an object of label names'],
    [{ grouping: { 'a.b': 'x' } }, 'grouping must be an object of label names'],
    [{ grouping: { run: 7 } }, 'grouping.run must be a string, got 7'],
    [{ headers: { 'a b': 'x' } }, 'headers must be an object of header names and values'],
    [{ timeoutMillis: 0 }, 'timeoutMillis must be a whole number of milliseconds from 1 to 2147483647, got 0'],
    [{ deleteOnShutdown: 'yes' }, 'deleteOnShutdown must be true or false, got "yes"'],
  ])('%j is refused', (config, message) => {
    expect(() => new PushgatewayExporter(config as PushgatewayExporterConfig)).toThrow(message);
  });
});
