import { once } from 'node:events';
import { Agent } from 'node:https';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { startBot } from '@trademeter/test-support';
import { describe, expect, test } from 'vitest';
import { Endpoint } from '../../test/scrape.ts';
import { addSlowGauge } from '../../test/slow-gauge.ts';

function open(endpoint: Endpoint, text: string): Socket {
  const socket = connect(endpoint.exporter.address?.port ?? 0, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(text);
  return socket;
}

const healthy = 'GET /-/healthy HTTP/1.1\r\nhost: localhost\r\n\r\n';

/** The whole answer until the server closes the connection. */
async function answerTo(endpoint: Endpoint, text: string): Promise<string> {
  const socket = open(endpoint, text);
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    answer += chunk;
  });
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  return answer;
}

describe('a request', () => {
  test.each<[line: string, status: string]>([
    ['GET /metrics HTTP/1.1', '200'],
    ['GET /metrics HTTP/1.0', '200'],
    ['GET http://localhost/metrics HTTP/1.1', '200'],
    ['GET http://elsewhere/metrics HTTP/1.1', '403'],
    ['GET /a/../metrics HTTP/1.1', '200'],
    ['GET /../../etc/passwd HTTP/1.1', '404'],
    ['GET /%2e%2e/metrics HTTP/1.1', '200'],
    ['GET /metrics%00 HTTP/1.1', '404'],
    ['GET //metrics HTTP/1.1', '404'],
    ['GET /unknown HTTP/1.1', '404'],
    ['GET metrics HTTP/1.1', '400'],
    ['GET file:///metrics HTTP/1.1', '400'],
    ['GET http:// HTTP/1.1', '400'],
    ['GET * HTTP/1.1', '400'],
    ['OPTIONS * HTTP/1.1', '405'],
    ['TRACE /metrics HTTP/1.1', '405'],
    ['CONNECT elsewhere:443 HTTP/1.1', '405'],
    ['PROPFIND /metrics HTTP/1.1', '405'],
    ['BREW /metrics HTTP/1.1', '400'],
    ['GET /metrics HTTP/9.9', '400'],
    ['GET /me trics HTTP/1.1', '400'],
    ['GET', '400'],
    ['\u0016\u0003\u0001\u0002', '400'],
  ])('%j is answered with %s', async (line, status) => {
    await using endpoint = await Endpoint.start();
    const answer = await answerTo(endpoint, `${line}\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
    expect(answer.slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
    expect((await endpoint.get()).status).toBe(200);
  });

  test('with too long headers is refused', async () => {
    await using endpoint = await Endpoint.start();
    const answer = await answerTo(
      endpoint,
      `GET /metrics HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('that never ends is disconnected', async () => {
    await using endpoint = await Endpoint.start({ requestTimeoutMillis: 1_000 });
    expect(await answerTo(endpoint, 'GET /metrics HTTP/1.1\r\nhost: localhost\r\nx: ')).toMatch(/^HTTP\/1\.1 408 /);
    expect(
      await answerTo(endpoint, 'POST /metrics HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\nx'),
    ).toMatch(/^HTTP\/1\.1 405 /);
  });

  test('with a body is answered without reading the body', async () => {
    await using endpoint = await Endpoint.start();
    for (const head of [
      'content-length: 100\r\nexpect: 100-continue',
      'content-length: 100',
      'transfer-encoding: chunked',
    ]) {
      const answer = await answerTo(endpoint, `PUT /metrics HTTP/1.1\r\nhost: localhost\r\n${head}\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 405 [^]*^connection: close\r\n/im);
    }
    const expecting = 'GET /metrics HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: 1\r\n\r\n';
    expect(await answerTo(endpoint, expecting)).toMatch(/^HTTP\/1\.1 200 /);
  });

  test.each(['/', '/-/healthy'])('may use HEAD for %s', async (path) => {
    await using endpoint = await Endpoint.start();
    expect((await endpoint.get({ path })).status).toBe(200);
    expect((await endpoint.get({ path, method: 'HEAD' })).body).toBe('');
    const { status, headers } = await endpoint.get({ path, method: 'POST' });
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  test('for / finds a link to the metrics', async () => {
    await using endpoint = await Endpoint.start({ endpoint: "/a&b'metrics" });
    const { body, headers } = await endpoint.get({ path: '/' });
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body).toContain(`<a href="/a&amp;b'metrics">/a&amp;b'metrics</a>`);
  });

  test('for / gets the metrics if they are there', async () => {
    await using endpoint = await Endpoint.start({ endpoint: '/' });
    expect((await endpoint.get({ path: '/' })).body).toContain('target_info');
  });
});

describe('connections', () => {
  test('are accepted up to a limit, then the longest idle one is closed', async () => {
    await using endpoint = await Endpoint.start({ maxConnections: 3 });
    const kept: Socket[] = [];
    for (const text of ['', healthy, healthy]) {
      const socket = open(endpoint, text);
      await once(socket, text === '' ? 'connect' : 'data');
      kept.push(socket);
    }
    const [unused, first, second] = kept;
    first?.write(healthy);
    await once(first as Socket, 'data');
    for (const next of [unused, second, first]) {
      const isOpen = kept.filter((socket) => socket !== next && !socket.destroyed);
      const latest = open(endpoint, healthy);
      await once(latest, 'data');
      if (next?.closed === false) await once(next.resume(), 'close');
      for (const socket of isOpen) expect(socket.destroyed).toBe(false);
      kept.push(latest);
    }
  });

  test('are distinguished even if one client port connects to several addresses', async () => {
    await using endpoint = await Endpoint.start({ host: '0.0.0.0', maxConnections: 2 });
    const { port = 0 } = endpoint.exporter.address ?? {};
    const sockets: Socket[] = [];
    let localPort = 0;
    for (const host of ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4']) {
      const socket = connect({ host, port, localAddress: '127.0.0.1', localPort });
      socket.on('error', () => {});
      socket.write(healthy);
      await once(socket, 'data');
      localPort = socket.localPort ?? 0;
      sockets.push(socket);
    }
    for (const socket of sockets.slice(0, 2)) if (!socket.closed) await once(socket.resume(), 'close');
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true, true, false, false]);
    for (const socket of sockets) socket.destroy();
  });

  test('over TLS are counted in the same way', async () => {
    const certificates = join(import.meta.dirname, '../testdata/tls');
    const tls = { certFile: join(certificates, 'server.crt'), keyFile: join(certificates, 'server.key') };
    await using endpoint = await Endpoint.start({ tls, maxConnections: 2 });
    const idle = [open(endpoint, ''), open(endpoint, '')];
    await Promise.all(idle.map((socket) => once(socket, 'connect')));
    const closed = Promise.all(idle.map((socket) => once(socket.resume(), 'close')));
    const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
    for (let round = 0; round < 3; round += 1) {
      expect((await endpoint.get({ agent })).status).toBe(200);
      expect((await endpoint.get({ rejectUnauthorized: false })).status).toBe(200);
    }
    agent.destroy();
    await closed;
  });

  test('with running answers are not closed for others', async () => {
    await using endpoint = await Endpoint.start({ maxConnections: 1 });
    const { asked, release } = addSlowGauge(endpoint.meter);
    const answer = endpoint.scrape();
    await asked;
    await expect(endpoint.get()).rejects.toThrow(/ECONNRESET|socket hang up/);
    release();
    expect(await answer).toContain('slow{otel_scope_name="test"} 1\n');
  });

  test('that are idle do not delay closing', async () => {
    const endpoint = await Endpoint.start({ closeTimeoutMillis: 60_000 });
    const idle = open(endpoint, '');
    const used = open(endpoint, healthy);
    await once(used, 'data');
    await endpoint[Symbol.asyncDispose]();
    for (const socket of [idle, used]) {
      socket.resume();
      if (!socket.closed) await once(socket, 'close');
    }
    expect(endpoint.exporter.address).toBeUndefined();
  });

  test('with running answers are waited for', async () => {
    const endpoint = await Endpoint.start({ closeTimeoutMillis: 60_000 });
    const { asked, release } = addSlowGauge(endpoint.meter);
    const answer = answerTo(endpoint, 'GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await asked;
    const idle = open(endpoint, healthy);
    await once(idle, 'data');
    const closed = endpoint.exporter.stopServer();
    // At once, not after the others.
    await once(idle.resume(), 'close');
    release();
    await closed;
    expect(await answer).toContain('slow{otel_scope_name="test"} 1\n');
    await endpoint[Symbol.asyncDispose]();
  });

  test('with slow answers are closed after the limit', async () => {
    const endpoint = await Endpoint.start({ closeTimeoutMillis: 20 });
    const { promise: asked, resolve: isAsked } = Promise.withResolvers<void>();
    endpoint.meter.createObservableGauge('slow').addCallback(() => {
      isAsked();
      return new Promise(() => {});
    });
    const answer = answerTo(endpoint, 'GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await asked;
    await endpoint.exporter.stopServer();
    expect(await answer).toBe('');
  });

  test.each([
    ['CONNECT elsewhere:443 HTTP/1.1', '405'],
    ['GET /metrics HTTP/1.0', '200'],
    ['GET /metrics HTTP/1.1\r\nupgrade: websocket\r\nconnection: upgrade, close', '200'],
  ])('are closed after the answer to %j even if the client stays', async (line, status) => {
    await using endpoint = await Endpoint.start();
    const { port = 0 } = endpoint.exporter.address ?? {};
    const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).setEncoding('utf8');
    let answer = '';
    client
      .on('error', () => {})
      .on('data', (chunk: string) => {
        answer += chunk;
      });
    const closed = new Promise((resolve) => client.once('close', resolve));
    client.write(`${line}\r\nhost: localhost\r\n\r\n`);
    await once(client, 'end');
    expect(answer.slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
    // Refused when the other end is gone.
    const writes = setInterval(() => client.write('x'), 10);
    await closed;
    clearInterval(writes);
  });

  test('do not keep an otherwise idle process alive', async () => {
    const code = `
      import { PrometheusExporter } from ${JSON.stringify(join(import.meta.dirname, '../index.ts'))};
      import { connect } from 'node:net';
      const exporter = new PrometheusExporter({ host: '127.0.0.1', port: 0, preventServerStart: true });
      await exporter.startServer();
      const socket = connect(exporter.address.port, '127.0.0.1');
      await new Promise((resolve) => socket.once('connect', resolve));
      socket.unref();
    `;
    await using program = startBot({ nodeOptions: ['--input-type=module-typescript', '-e', code] });
    expect(await program.ended).toEqual({ code: 0, signal: null });
  });
});
