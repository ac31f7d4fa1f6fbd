import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { bytesInBuffers } from '../../test/garbage.ts';
import { Endpoint } from '../../test/scrape.ts';

const rows = 200;
const rowBytes = 10_000;
const rounds = 15;

let endpoint: Endpoint;
let server: Server;
let round = 0;
/** Blocks a collection. */
let collected: Promise<unknown> | undefined;
/** Called during a collection. */
let collecting = () => {};

beforeAll(async () => {
  endpoint = await Endpoint.start();
  const series = Array.from({ length: rows }, (_, index) => ({ index, pad: 'x'.repeat(rowBytes) }));
  endpoint.meter.createObservableGauge('big').addCallback(async (result) => {
    collecting();
    await collected;
    // A new length each time, so that text in use by an answer cannot be overwritten.
    for (const attributes of series) result.observe(10 ** (round % 5), attributes);
  });
  // With its own server, the test knows when the connection has ended on this side too.
  server = createServer((request, response) => endpoint.exporter.getMetricsRequestHandler(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await endpoint[Symbol.asyncDispose]();
});

/** Sends requests, and disconnects during the collection. */
async function abandon(requests: number): Promise<void> {
  round += 1;
  const { promise: asked, resolve: isAsked } = Promise.withResolvers<void>();
  collecting = isAsked;
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const { port } = server.address() as AddressInfo;
  const client = connect(port, '127.0.0.1').on('error', () => {});
  const [socket] = await accepted;
  const closed = new Promise((resolve) => socket.once('close', resolve));
  collected = closed;
  client.write('GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(requests));
  await asked;
  client.destroy();
  await closed;
}

test.each([
  ['one scrape', 1],
  ['scrapes that wait on one connection', 20],
])('releases %s whose client disconnects during the collection', async (_what, requests) => {
  await endpoint.scrape();
  const before = bytesInBuffers();
  for (let each = 0; each < rounds; each += 1) await abandon(requests);
  collected = undefined;
  await endpoint.scrape();
  await vi.waitFor(() => expect(bytesInBuffers() - before).toBeLessThan(rows * rowBytes * 3), { timeout: 60_000 });
});
