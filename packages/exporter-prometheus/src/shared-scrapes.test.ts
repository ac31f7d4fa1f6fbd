import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { readExposition } from '@trademeter/test-support';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { bytesInBuffers } from '../test/garbage.ts';
import { Endpoint } from '../test/scrape.ts';

const manySymbols = 3_000;

/** Stops the clock of the exporter, but not the sockets. */
function stopClock(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
}

afterEach(() => {
  vi.useRealTimers();
});

/** A gauge for every symbol with the number of the collection. */
function countCollections(endpoint: Endpoint): { readonly collections: number } {
  const seen = { collections: 0 };
  const symbols = Array.from({ length: manySymbols }, (_, index) => ({
    symbol: `SYMBOL ${index}`,
    // Random, so that compression does not shrink it.
    venue: randomBytes(2_250).toString('base64'),
  }));
  endpoint.meter.createObservableGauge('collection').addCallback((result) => {
    seen.collections += 1;
    for (const attributes of symbols) result.observe(seen.collections * 1_111, attributes);
  });
  return seen;
}

/** The values in a body; those of one collection are equal. */
function valuesIn(body: string): number[] {
  const { samples } = readExposition(body);
  return [...new Set(samples.filter(({ name }) => name === 'collection').map(({ value }) => value))];
}

/** A scraper that does not read until it is asked to. */
class SlowReader {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static async start(endpoint: Endpoint, encoding = 'identity'): Promise<SlowReader> {
    const { port = 0, host = '' } = endpoint.exporter.address ?? {};
    const socket = connect(port, host);
    socket.write(
      `GET /metrics HTTP/1.1\r\nhost: localhost\r\naccept-encoding: ${encoding}\r\nconnection: close\r\n\r\n`,
    );
    await once(socket, 'readable');
    return new SlowReader(socket);
  }

  async read(): Promise<string> {
    const { head, body } = await this.#answer();
    return (/^content-encoding: gzip/im.test(head) ? gunzipSync(body) : body).toString();
  }

  /** Reads on, and returns whether the server disconnected before the end. */
  async isCutOff(): Promise<boolean> {
    const { head, body } = await this.#answer();
    return body.length < Number(/^content-length: (\d+)/im.exec(head)?.[1]);
  }

  async #answer(): Promise<{ head: string; body: Buffer }> {
    const chunks: Buffer[] = [];
    this.#socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => {});
    if (!this.#socket.closed) await new Promise((resolve) => this.#socket.once('close', resolve));
    const answer = Buffer.concat(chunks);
    const end = answer.indexOf('\r\n\r\n') + 4;
    return { head: answer.toString('latin1', 0, end), body: answer.subarray(end) };
  }
}

describe('simultaneous scrapes', () => {
  test('share one collection, whatever their formats', async () => {
    await using endpoint = await Endpoint.start();
    const accepts = ['text/plain', 'application/openmetrics-text', 'text/plain;version=1.0.0', '*/*', 'text/plain'];
    let collections = 0;
    const { promise: arrived, resolve: allArrived } = Promise.withResolvers<void>();
    endpoint.meter.createObservableGauge('collection').addCallback(async (result) => {
      collections += 1;
      await arrived;
      result.observe(collections);
    });
    let requests = 0;
    const server = createServer((request, response) => {
      endpoint.exporter.getMetricsRequestHandler(request, response);
      requests += 1;
      if (requests === accepts.length) allArrived();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const answers = accepts.map((accept) => fetch(`http://127.0.0.1:${port}`, { headers: { accept } }));
    for (const answer of await Promise.all(answers)) {
      expect(await answer.text()).toContain('collection{otel_scope_name="test"} 1\n');
    }
    expect(collections).toBe(1);
    server.close();
    server.closeAllConnections();
  });

  test('fail together, and the next one works', async () => {
    await using endpoint = await Endpoint.start({}, {}, "OpenTelemetry's provider");
    countCollections(endpoint);
    const { exporter } = endpoint;
    const collect = exporter.collect.bind(exporter);
    exporter.collect = () => Promise.reject(new Error('no'));
    const answers = await Promise.all([endpoint.get(), endpoint.get(), endpoint.get()]);
    expect(answers.map(({ status }) => status)).toEqual([500, 500, 500]);
    exporter.collect = collect;
    expect((await endpoint.get()).status).toBe(200);
  });
});

describe('a running answer', () => {
  test('does not change however often others scrape', async () => {
    await using endpoint = await Endpoint.start();
    countCollections(endpoint);
    const slow: SlowReader[] = [];
    for (let round = 0; round < 3; round += 1) slow.push(await SlowReader.start(endpoint));
    for (let round = 0; round < 8; round += 1) await endpoint.scrape();
    const values: number[][] = [];
    for (const reader of slow) values.push(valuesIn(await reader.read()));
    expect(values).toEqual([[1_111], [2_222], [3_333]]);
    expect(valuesIn(await endpoint.scrape())).toEqual([12 * 1_111]);
  });

  test.each(['identity', 'gzip'])(
    'in %s is cut off when it is slow and four later ones are running',
    async (encoding) => {
      stopClock();
      await using endpoint = await Endpoint.start({ answerTimeoutMillis: 18_000 });
      countCollections(endpoint);
      const slow: SlowReader[] = [];
      for (let round = 0; round < 6; round += 1) {
        // A sixth of the time limit.
        if (round === 2) vi.advanceTimersByTime(3_100);
        slow.push(await SlowReader.start(endpoint, encoding));
      }
      const [first, second, ...others] = slow;
      expect([await first?.isCutOff(), await second?.isCutOff()]).toEqual([true, true]);
      const values: number[][] = [];
      for (const reader of others) values.push(valuesIn(await reader.read()));
      expect(values).toEqual([[3_333], [4_444], [5_555], [6_666]]);
    },
  );

  test('is cut off when it is slow and four later ones are running, even if no other follows', async () => {
    stopClock();
    await using endpoint = await Endpoint.start({ answerTimeoutMillis: 18_000, maxConnections: 6 });
    countCollections(endpoint);
    const slow: SlowReader[] = [];
    for (let round = 0; round < 6; round += 1) slow.push(await SlowReader.start(endpoint));
    await expect(endpoint.get()).rejects.toThrow(/ECONNRESET|socket hang up/);
    vi.advanceTimersByTime(3_000);
    const cutOff = slow.slice(0, 2).map((reader) => reader.isCutOff());
    expect(await Promise.all(cutOff)).toEqual([true, true]);
    expect((await endpoint.get({ path: '/-/healthy' })).status).toBe(200);
    const left = await Promise.all(slow.slice(2).map((reader) => reader.read()));
    expect(left.map(valuesIn)).toEqual([[3_333], [4_444], [5_555], [6_666]]);
  });

  test('has as much time as the last one with the same body', async () => {
    stopClock();
    await using endpoint = await Endpoint.start({ answerTimeoutMillis: 18_000 });
    let value = 0;
    const text = 'x'.repeat(20_000_000);
    endpoint.meter.createObservableGauge('big').addCallback((result) => result.observe(value, { text }));
    const slow = [await SlowReader.start(endpoint)];
    vi.advanceTimersByTime(2_900);
    slow.push(await SlowReader.start(endpoint));
    for (value = 1; value < 5; value += 1) slow.push(await SlowReader.start(endpoint));
    vi.advanceTimersByTime(2_900);
    slow.push(await SlowReader.start(endpoint));
    const cutOff = await Promise.all(slow.map((reader) => reader.isCutOff()));
    expect(cutOff).not.toContain(true);
  });

  test('is cut off at once when all together hold too many bytes, the oldest first', async () => {
    stopClock();
    await using endpoint = await Endpoint.start();
    countCollections(endpoint);
    await endpoint.scrape();
    const before = bytesInBuffers();
    const slow: SlowReader[] = [];
    for (let round = 0; round < 40; round += 1) slow.push(await SlowReader.start(endpoint));
    await vi.waitFor(() => expect(bytesInBuffers() - before).toBeLessThan(180_000_000), { timeout: 60_000 });
    const cutOff = await Promise.all(slow.map((reader) => reader.isCutOff()));
    const count = cutOff.indexOf(false);
    // 128 MB are twenty answers.
    expect(count).toBeGreaterThan(10);
    expect(count).toBeLessThan(30);
    expect(cutOff.slice(count)).not.toContain(true);
  });

  test('is not cut off for bytes that it shares with others', async () => {
    stopClock();
    await using endpoint = await Endpoint.start();
    const still = endpoint.meter.createGauge('still');
    for (let index = 0; index < manySymbols; index += 1) still.record(1, { symbol: index, text: 'x'.repeat(4_000) });
    const changing = endpoint.meter.createGauge('changing');
    const slow: SlowReader[] = [];
    for (let round = 0; round < 25; round += 1) {
      changing.record(round);
      slow.push(await SlowReader.start(endpoint), await SlowReader.start(endpoint));
    }
    const cutOff = await Promise.all(slow.map((reader) => reader.isCutOff()));
    expect(cutOff).not.toContain(true);
  });

  test('is not cut off when fifty scrapers request without a pause', async () => {
    await using endpoint = await Endpoint.start();
    const seen = countCollections(endpoint);
    const agent = new Agent({ keepAlive: true });
    const scrapers = Array.from({ length: 50 }, async (_, index) => {
      for (let round = 0; round < 4; round += 1) {
        const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
        get(endpoint.exporter.address?.url ?? '', { agent }, resolve).on('error', reject);
        let left = Number((await promise).headers['content-length']);
        for await (const chunk of await promise) left -= (chunk as Buffer).length;
        expect([index, round, left]).toEqual([index, round, 0]);
      }
    });
    await Promise.all(scrapers);
    agent.destroy();
    expect(seen.collections).toBeGreaterThan(3);
  });

  test('is cut off when its client reads too slowly, and others are served', async () => {
    stopClock();
    await using endpoint = await Endpoint.start({ answerTimeoutMillis: 2_000 });
    // More than the buffers of both sides hold.
    const big = endpoint.meter.createGauge('big');
    for (let index = 0; index < 100; index += 1) big.record(1, { symbol: `${index}`, text: 'x'.repeat(100_000) });
    const slow = await SlowReader.start(endpoint);
    vi.advanceTimersByTime(2_100);
    expect(await slow.isCutOff()).toBe(true);
    expect((await endpoint.get()).status).toBe(200);
  });

  test('ends with its connection', async () => {
    await using endpoint = await Endpoint.start();
    countCollections(endpoint);
    const { port = 0 } = endpoint.exporter.address ?? {};
    for (let round = 0; round < 5; round += 1) {
      const socket = connect(port, '127.0.0.1');
      socket.write('GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n');
      if (round > 2) await once(socket, 'readable');
      socket.destroy();
      await once(socket, 'close');
    }
    expect(valuesIn(await endpoint.scrape())).toHaveLength(1);
  });
});
