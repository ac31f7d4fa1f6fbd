import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { freePort } from '@trademeter/test-support/free-port';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Endpoint } from '../../test/scrape.ts';
import { PrometheusExporter } from '../index.ts';

describe('a request', () => {
  test.each(['127.0.0.1', 'localhost'])('right after the constructor is served on %s', async (host) => {
    for (let round = 0; round < 20; round += 1) {
      const port = await freePort();
      const exporter = new PrometheusExporter({ host, port });
      const answered = once(get({ host: '127.0.0.1', port, path: '/metrics', agent: false }), 'response');
      const provider = new MeterProvider({ readers: [exporter] });
      const [response] = (await answered) as [IncomingMessage];
      expect(response.statusCode).toBe(200);
      response.resume();
      await provider.shutdown();
    }
  });
});

describe('localhost', () => {
  test.each([0, 'a free one'])('can be reached as 127.0.0.1 and as ::1, on port %s', async (port) => {
    const chosen = port === 0 ? 0 : await freePort();
    await using endpoint = await Endpoint.start({ host: 'localhost', port: chosen });
    const { host, port: bound } = endpoint.exporter.address ?? {};
    expect(host).toBe('127.0.0.1');
    for (const address of ['127.0.0.1', '::1'])
      expect((await endpoint.get({ host: address, port: bound })).status).toBe(200);
    await endpoint.exporter.stopServer();
    for (const address of ['127.0.0.1', '::1']) {
      const [error] = (await once(connect({ port: bound ?? 0, host: address }), 'error').catch((each) => [each])) as [
        Error,
      ];
      expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    }
  });

  test.each(['127.0.0.1', '::1'])('is in use when its port is taken on %s', async (host) => {
    const port = await freePort();
    await using other = await Endpoint.start({ host, port });
    const exporter = new PrometheusExporter({ host: 'localhost', port, preventServerStart: true });
    await expect(exporter.startServer()).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await other.exporter.stopServer();
    await exporter.startServer();
    await exporter.stopServer();
  });

  test('may be an address in URL form', async () => {
    await using endpoint = await Endpoint.start({ host: '[::1]' });
    expect(endpoint.exporter.address?.host).toBe('::1');
  });
});

describe('the Host header', () => {
  afterEach(() => {
    Reflect.deleteProperty(process.env, 'OTEL_EXPORTER_PROMETHEUS_ALLOWED_HOSTS');
  });

  const status = async (endpoint: Endpoint, host: string, path = '/metrics') =>
    (await endpoint.get({ path, headers: { host } })).status;

  test.each([
    ['localhost', 200],
    ['LOCALHOST:9464', 200],
    ['bot.localhost', 200],
    ['127.0.0.1', 200],
    ['127.0.0.1:80', 200],
    ['[::1]:9464', 200],
    ['192.168.1.5', 200],
    ['', 200],
    ['evil.example', 403],
    ['evil.example:9464', 403],
    ['localhost.evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['[::1].evil.example', 403],
    ['evillocalhost', 403],
    ['[evil.example]', 403],
    ['localhost:80:80', 403],
    ['evil.example, localhost', 403],
  ])('%j is answered with %i by a server on loopback', async (host, expected) => {
    await using endpoint = await Endpoint.start();
    expect(await status(endpoint, host)).toBe(expected);
    expect(await status(endpoint, host, '/')).toBe(expected);
    expect(await status(endpoint, host, '/-/healthy')).toBe(200);
  });

  test.each([
    ['GET http://evil.example/metrics HTTP/1.1\r\nHost: localhost', 403],
    ['GET http://localhost:9464/metrics HTTP/1.1\r\nHost: evil.example', 403],
    ['GET http://localhost:9464/metrics HTTP/1.1\r\nHost: localhost:9464', 200],
    ['GET /metrics HTTP/1.1\r\nHost: localhost\r\nHost: evil.example', 403],
    ['GET /metrics HTTP/1.0', 200],
  ])('is checked in the request line and in every header: %j is answered with %i', async (head, expected) => {
    await using endpoint = await Endpoint.start();
    const socket = connect(endpoint.exporter.address?.port ?? 0, '127.0.0.1');
    // without an end, at which Node's server gives up an answer that is not ready
    socket.write(`${head}\r\nConnection: close\r\n\r\n`);
    const answer = Buffer.concat(await socket.toArray()).toString();
    expect(answer.split('\r\n')[0]).toContain(` ${expected} `);
  });

  test('may have an allowed name', async () => {
    await using endpoint = await Endpoint.start({ allowedHosts: ['Bot.example', 'other'] });
    expect(await status(endpoint, 'bot.example:9464')).toBe(200);
    expect(await status(endpoint, 'bot.example.')).toBe(200);
    expect(await status(endpoint, 'evil.example')).toBe(403);
  });

  test('may have any name when all are allowed', async () => {
    process.env['OTEL_EXPORTER_PROMETHEUS_ALLOWED_HOSTS'] = ' bot.example, * ';
    await using endpoint = await Endpoint.start();
    expect(await status(endpoint, 'evil.example')).toBe(200);
  });

  test('may have any name when other machines can reach the server', async () => {
    await using endpoint = await Endpoint.start({ host: '0.0.0.0' });
    expect(await status(endpoint, 'bot.example')).toBe(200);
  });

  test.each([[['http://bot.example']], [['bot.example:9464']], [['']], ['bot.example']])(
    '%j is refused as an option',
    (allowedHosts) => {
      const make = () => Reflect.construct(PrometheusExporter, [{ allowedHosts, preventServerStart: true }]) as unknown;
      expect(make).toThrow(/allowedHosts must be /);
    },
  );
});

describe('a scraper', () => {
  test('is served when all connections have clients that do not read', async () => {
    await using endpoint = await Endpoint.start({ maxConnections: 10 });
    const gauge = endpoint.meter.createGauge('big');
    for (let index = 0; index < 1_500; index += 1) gauge.record(index, { index, pad: 'x'.repeat(6_000) });
    const clients: Socket[] = [];
    for (let index = 0; index < 10; index += 1) {
      const client = connect(endpoint.exporter.address?.port ?? 0, '127.0.0.1').on('error', () => {});
      client.write('GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n');
      client.pause();
      clients.push(client);
    }
    await vi.waitFor(async () => expect((await endpoint.get()).status).toBe(200), { timeout: 60_000 });
    for (let round = 0; round < 3; round += 1) expect((await endpoint.get()).status).toBe(200);
    for (const client of clients) client.destroy();
  });
});
