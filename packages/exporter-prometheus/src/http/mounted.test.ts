import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { captureLogs } from '@trademeter/testing';
import { inject } from 'light-my-request';
import { createRequest, createResponse } from 'node-mocks-http';
import { describe, expect, test, vi } from 'vitest';
import { addSlowGauge } from '../../test/slow-gauge.ts';
import { PrometheusExporter, type PrometheusExporterConfig } from '../index.ts';

const host = '127.0.0.1';

function mountable(config: PrometheusExporterConfig = {}) {
  const exporter = new PrometheusExporter({ ...config, preventServerStart: true });
  const meter = new MeterProvider({ readers: [exporter] }).getMeter('test');
  meter.createCounter('orders').add(1);
  /** Accepts anything, as JavaScript does. */
  const handle = (...given: unknown[]) => Reflect.apply(exporter.getMetricsRequestHandler, exporter, given) as void;
  return { exporter, meter, handle };
}

/** The application's server, which is closed with all of its connections. */
async function serve(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<AsyncDisposable & { readonly port: number; readonly server: Server }> {
  const server = createServer(handle).listen(0, host);
  await once(server, 'listening');
  return {
    server,
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** An answer of about 2 MB. */
const manySeries = { description: 'x'.repeat(2_000_000) };

describe("a request from an application's server", () => {
  test('is answered on a response with just setHeader and end', async () => {
    const { handle } = mountable();
    const headers = new Map<string, unknown>();
    const text = await new Promise((resolve) => {
      handle({}, { setHeader: (name: string, value: unknown) => headers.set(name, value), end: resolve });
    });
    expect(text).toContain('orders_total{otel_scope_name="test"} 1\n');
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  test('is answered on a response with just end, without a request', async () => {
    const { handle } = mountable();
    const response = { statusCode: 0 };
    const text = await new Promise((end) => handle(undefined, Object.assign(response, { end })));
    expect(text).toContain('orders_total');
    expect(response.statusCode).toBe(200);
  });

  test('is answered completely through light-my-request', async () => {
    const { meter, handle } = mountable();
    meter.createCounter('long', manySeries).add(1);
    const response = await inject(handle, {
      method: 'GET',
      url: '/metrics',
      headers: { 'accept-encoding': 'gzip' },
    });
    expect(response.statusCode).toBe(200);
    expect(response.payload.length).toBeGreaterThan(2_000_000);
    expect(response.payload).toContain('orders_total');
  });

  test('is answered completely through node-mocks-http', async () => {
    const { meter, handle } = mountable();
    meter.createCounter('long', manySeries).add(1);
    const response = createResponse();
    handle(createRequest({ method: 'GET', url: '/metrics' }), response);
    await vi.waitFor(() => expect(response._isEndCalled()).toBe(true), { timeout: 60_000 });
    expect(response.statusCode).toBe(200);
    expect(response._getData()).toContain('orders_total');
  });

  test('is answered over HTTP/2', async () => {
    const { handle } = mountable();
    const server = createHttp2Server(handle).listen(0, host);
    await once(server, 'listening');
    const client = connectHttp2(`http://${host}:${(server.address() as AddressInfo).port}`);
    const stream = client.request({ ':path': '/metrics' }).setEncoding('utf8');
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    let text = '';
    for await (const chunk of stream) text += chunk;
    expect(headers[':status']).toBe(200);
    expect(text).toContain('orders_total');
    client.close();
    server.close();
  });

  test('is refused properly on an incomplete response', async () => {
    const { handle } = mountable({ bearerToken: 'secret' });
    const response = { statusCode: 0 };
    const text = await new Promise((end) => handle({ headers: [] }, Object.assign(response, { end })));
    expect([response.statusCode, text]).toEqual([401, 'Unauthorized\n']);
    const allowed = new Promise((end) => handle({ headers: { authorization: 'Bearer secret' } }, { end }));
    expect(await allowed).toContain('orders_total');
  });
});

function throwing(): never {
  throw new Error('no');
}

const everythingThrows = new Proxy({}, { get: throwing, set: throwing, has: throwing, getPrototypeOf: throwing });

describe('no error escapes the handler', () => {
  test.each<[what: string, request: unknown, response: unknown, logged: string | undefined]>([
    [
      'nothing',
      undefined,
      undefined,
      'a request was not answered: getMetricsRequestHandler() was called without a response',
    ],
    ['null', null, null, 'a request was not answered: getMetricsRequestHandler() was called without a response'],
    ['numbers', 1, 2, 'a request was not answered: getMetricsRequestHandler() was called without a response'],
    ['an empty response', {}, {}, 'a request was not answered: the response has no method end()'],
    [
      'an end that is not a function',
      {},
      { end: true },
      'a request was not answered: the response has no method end()',
    ],
    ['an end that throws', {}, { end: throwing }, 'a request was not answered: Error: no'],
    ['an end that rejects', {}, { end: async () => throwing() }, 'a request was not answered: Error: no'],
    ['a setHeader that throws', {}, { setHeader: throwing, end() {} }, undefined],
    ['a setHeader that rejects', {}, { setHeader: async () => throwing(), end() {} }, undefined],
    ['a writeHead that throws', {}, { writeHead: throwing, end: throwing }, 'a request was not answered: Error: no'],
    ['a frozen response', {}, Object.freeze({ end() {} }), undefined],
    ['a response that throws on every access', {}, everythingThrows, 'a request was not answered: Error: no'],
    ['a request that throws on every access', everythingThrows, { end() {} }, 'a request was not answered: Error: no'],
    ['headers that throw', { headers: everythingThrows }, { end() {} }, 'a request was not answered: Error: no'],
    ['headers that are not strings', { headers: { accept: 1, authorization: {} } }, { end() {} }, undefined],
    [
      'a response that was already sent',
      {},
      { headersSent: true, end() {} },
      'a request was not answered: its response was already sent',
    ],
  ])('when it gets %s', async (_what, given, response, logged) => {
    using logs = captureLogs();
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', note);
    const { handle } = mountable();
    expect(() => handle(given, response)).not.toThrow();
    const answered = new Promise((end) => handle({}, { end }));
    expect(await answered).toContain('orders_total');
    await new Promise((resolve) => setImmediate(resolve));
    if (logged !== undefined)
      expect(logs.from('exporter-prometheus').map((line) => line.split('\n')[0])).toContain(logged);
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  test('when the logger throws', async () => {
    using _logs = captureLogs({ onEntry: throwing });
    const { handle } = mountable();
    handle({}, { end: throwing });
    expect(await new Promise((end) => handle({}, { end }))).toContain('orders_total');
  });

  test.each(['GET', 'POST'])('when middleware has already answered a %s of a refused scraper', async (method) => {
    using logs = captureLogs();
    const { handle } = mountable({ bearerToken: 'secret' });
    await using application = await serve((incoming, response) => {
      response.end('by the middleware');
      handle(incoming, response);
    });
    const response = await fetch(`http://${host}:${application.port}/metrics`, { method });
    expect(await response.text()).toBe('by the middleware');
    expect(logs.from('exporter-prometheus')).toEqual(['a request was not answered: its response was already sent']);
  });

  test('when a timeout answers during the collection', async () => {
    const { handle, meter } = mountable();
    const { asked, release } = addSlowGauge(meter);
    await using application = await serve((incoming, response) => {
      handle(incoming, response);
      void asked.then(() => response.writeHead(503).end('too late'));
    });
    const response = await fetch(`http://${host}:${application.port}/metrics`);
    expect([response.status, await response.text()]).toEqual([503, 'too late']);
    release();
    expect(await new Promise((end) => handle({}, { end }))).toContain('slow');
  });

  test('when something else ends the response halfway', async () => {
    const { handle, meter } = mountable();
    const gauge = meter.createGauge('long');
    for (let index = 0; index < 1_500; index += 1) gauge.record(index, { index, pad: 'x'.repeat(10_000) });
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    await using application = await serve((incoming, response) => {
      handle(incoming, response);
      response.once('close', resolve);
      const write = response.write.bind(response);
      let writes = 0;
      response.write = (chunk: Uint8Array) => {
        writes += 1;
        if (writes === 20) response.end();
        return write(chunk);
      };
    });
    const client = request({ port: application.port, host }).on('error', () => {});
    client.end();
    const [response] = (await once(client, 'response')) as [IncomingMessage];
    response.on('error', () => {}).resume();
    await closed;
    await new Promise((next) => setTimeout(next, 20));
    client.destroy();
    expect(await new Promise((end) => handle({}, { end }))).toContain('long');
  });

  test('when the connection is gone', async () => {
    const { handle } = mountable();
    const { promise: handled, resolve } = Promise.withResolvers<void>();
    await using application = await serve((incoming, response) => {
      incoming.socket.destroy();
      incoming.socket.once('close', () => {
        handle(incoming, response);
        resolve();
      });
    });
    await expect(fetch(`http://${host}:${application.port}/metrics`)).rejects.toThrow('fetch failed');
    await handled;
    expect(await new Promise((end) => handle({}, { end }))).toContain('orders_total');
  });
});

describe('requests that wait on one connection of the application', () => {
  test('share one close listener, and get 503 beyond a hundred', async () => {
    const { handle, meter } = mountable();
    const { asked, release } = addSlowGauge(meter);
    await using application = await serve(handle);
    const accepted = once(application.server, 'connection') as Promise<[Socket]>;
    const client = connect(application.port, host).setEncoding('utf8');
    let answers = '';
    client.on('data', (chunk: string) => {
      answers += chunk;
    });
    const [socket] = await accepted;
    const before = socket.listenerCount('close');
    client.write('GET /metrics HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'.repeat(150));
    await asked;
    expect(socket.listenerCount('close')).toBe(before + 1);
    release();
    await once(client, 'close');
    const statuses = answers.match(/HTTP\/1\.1 \d+/g);
    expect(statuses).toEqual([...Array<string>(100).fill('HTTP/1.1 200'), 'HTTP/1.1 503']);
  });
});
