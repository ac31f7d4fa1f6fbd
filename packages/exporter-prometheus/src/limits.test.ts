import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { Endpoint } from '../test/scrape.ts';

function open(endpoint: Endpoint, text: string): Socket {
  const socket = connect(endpoint.exporter.address?.port ?? 0, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(text);
  return socket;
}

/** Everything that is answered until the server closes the connection. */
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
  it.each<[line: string, status: string]>([
    ['GET /metrics HTTP/1.1', '200'],
    ['GET /metrics HTTP/1.0', '200'],
    ['GET http://elsewhere/metrics HTTP/1.1', '200'],
    ['GET /a/../metrics HTTP/1.1', '200'],
    ['GET /../../etc/passwd HTTP/1.1', '404'],
    ['GET /%2e%2e/metrics HTTP/1.1', '200'],
    ['GET /metrics%00 HTTP/1.1', '404'],
    ['GET //metrics HTTP/1.1', '404'],
    ['GET /unknown HTTP/1.1', '404'],
    ['GET metrics HTTP/1.1', '400'],
    ['GET file:///metrics HTTP/1.1', '400'],
    ['GET http:// HTTP/1.1', '400'],
    ['OPTIONS * HTTP/1.1', '400'],
    ['TRACE /metrics HTTP/1.1', '405'],
    ['PROPFIND /metrics HTTP/1.1', '405'],
    ['BREW /metrics HTTP/1.1', '400'],
    ['GET /metrics HTTP/9.9', '400'],
    ['GET /me trics HTTP/1.1', '400'],
    ['GET', '400'],
    ['\u0016\u0003\u0001\u0002', '400'],
  ])('%j is answered with %s', async (line, status) => {
    await using endpoint = await Endpoint.start();
    const answer = await answerTo(endpoint, `${line}\r\nhost: x\r\nconnection: close\r\n\r\n`);
    expect(answer.slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
    expect((await endpoint.get()).status).toBe(200);
  });

  it('with headers beyond measure is refused', async () => {
    await using endpoint = await Endpoint.start();
    const answer = await answerTo(endpoint, `GET /metrics HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('that never ends is cut off', async () => {
    await using endpoint = await Endpoint.start({ requestTimeoutMillis: 50 });
    expect(await answerTo(endpoint, 'GET /metrics HTTP/1.1\r\nhost: x\r\nx: ')).toMatch(/^HTTP\/1\.1 408 /);
    expect(await answerTo(endpoint, 'POST /metrics HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nx')).toMatch(
      /^HTTP\/1\.1 405 /,
    );
  });

  it.each(['/', '/-/healthy'])('may read %s', async (path) => {
    await using endpoint = await Endpoint.start();
    expect((await endpoint.get({ path })).status).toBe(200);
    expect((await endpoint.get({ path, method: 'HEAD' })).body).toBe('');
    const { status, headers } = await endpoint.get({ path, method: 'POST' });
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  it('for the page at / finds the way to the metrics', async () => {
    await using endpoint = await Endpoint.start({ endpoint: '/a&b"<metrics' });
    const { body, headers } = await endpoint.get({ path: '/' });
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body).toContain('<a href="/a&amp;b&quot;&lt;metrics">/a&amp;b&quot;&lt;metrics</a>');
  });

  it('for / is for the metrics where those are there', async () => {
    await using endpoint = await Endpoint.start({ endpoint: '/' });
    expect((await endpoint.get({ path: '/' })).body).toContain('target_info');
  });
});

describe('connections', () => {
  it('are taken up to a limit', async () => {
    await using endpoint = await Endpoint.start({ maxConnections: 2 });
    const kept = [open(endpoint, ''), open(endpoint, '')];
    await Promise.all(kept.map((socket) => once(socket, 'connect')));
    await expect(endpoint.get()).rejects.toThrow(/ECONNRESET|socket hang up/);
    for (const socket of kept) socket.destroy();
    // The server has to learn of it first.
    await vi.waitFor(async () => expect((await endpoint.get()).status).toBe(200), { timeout: 60_000 });
  });

  it('that are idle do not keep the server from closing', async () => {
    const endpoint = await Endpoint.start({ closeTimeoutMillis: 60_000 });
    const idle = open(endpoint, '');
    const used = open(endpoint, 'GET /-/healthy HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(used, 'data');
    await endpoint[Symbol.asyncDispose]();
    for (const socket of [idle, used]) {
      socket.resume();
      if (!socket.closed) await once(socket, 'close');
    }
    expect(endpoint.exporter.address).toBeUndefined();
  });

  it('with an answer under way are waited for', async () => {
    const endpoint = await Endpoint.start({ closeTimeoutMillis: 60_000 });
    const { promise: asked, resolve: isAsked } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    endpoint.meter.createObservableGauge('slow').addCallback(async (result) => {
      isAsked();
      await released;
      result.observe(1);
    });
    const answer = answerTo(endpoint, 'GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n');
    await asked;
    const closed = endpoint.exporter.stopServer();
    release();
    await closed;
    expect(await answer).toContain('slow{otel_scope_name="test"} 1\n');
    await endpoint[Symbol.asyncDispose]();
  });

  it('with an answer that takes too long are cut off', async () => {
    const endpoint = await Endpoint.start({ closeTimeoutMillis: 20 });
    const { promise: asked, resolve: isAsked } = Promise.withResolvers<void>();
    endpoint.meter.createObservableGauge('slow').addCallback(() => {
      isAsked();
      return new Promise(() => {});
    });
    const answer = answerTo(endpoint, 'GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n');
    await asked;
    await endpoint.exporter.stopServer();
    expect(await answer).toBe('');
  });

  it('do not keep a program alive that has nothing else to do', async () => {
    const program = spawn(process.execPath, [
      '--conditions=@trademeter/source',
      '--input-type=module-typescript',
      '-e',
      `
      import { PrometheusExporter } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
      import { connect } from 'node:net';
      const exporter = new PrometheusExporter({ host: '127.0.0.1', port: 0, preventServerStart: true });
      await exporter.startServer();
      const socket = connect(exporter.address.port, '127.0.0.1');
      await new Promise((resolve) => socket.once('connect', resolve));
      socket.unref();
    `,
    ]);
    expect(await once(program, 'exit')).toEqual([0, null]);
  });
});
