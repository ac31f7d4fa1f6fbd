import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { Endpoint } from '../../test/scrape.ts';
import { addSlowGauge } from '../../test/slow-gauge.ts';

const get = 'GET /metrics HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n';

function open(endpoint: Endpoint): Socket {
  return connect(endpoint.exporter.address?.port ?? 0, '127.0.0.1').on('error', () => {});
}

test('answers a hundred simultaneous requests on one connection in order', async () => {
  await using endpoint = await Endpoint.start();
  const counter = endpoint.meter.createCounter('scrapes');
  endpoint.meter.createObservableGauge('once_a_scrape').addCallback(() => counter.add(1));
  const client = open(endpoint).setEncoding('utf8');
  let text = '';
  client.on('data', (chunk: string) => {
    text += chunk;
  });
  client.write(`${get.repeat(99)}GET /metrics HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`);
  await once(client, 'close');
  expect(text.match(/^HTTP\/1\.1 200 OK/gm)).toHaveLength(100);
  const scrapes = [...text.matchAll(/^scrapes_total.* (\d+)$/gm)].map(([, count]) => Number(count));
  expect(scrapes).toHaveLength(100);
  expect(scrapes).toEqual(scrapes.toSorted((a, b) => a - b));
});

test.each([101, 5_000])('closes a connection with %i unanswered requests, and serves others', async (requests) => {
  await using endpoint = await Endpoint.start();
  const { asked, release } = addSlowGauge(endpoint.meter);
  const client = open(endpoint);
  let bytes = 0;
  client.on('data', (chunk) => {
    bytes += chunk.length;
  });
  const closed = new Promise((resolve) => client.once('close', resolve));
  client.write(get.repeat(requests));
  await closed;
  expect(bytes).toBe(0);
  const scrape = endpoint.scrape();
  await asked;
  release();
  expect(await scrape).toContain('slow');
});

test('accepts further requests on a connection whose earlier ones are answered', async () => {
  await using endpoint = await Endpoint.start();
  const client = open(endpoint).setEncoding('utf8');
  let text = '';
  client.on('data', (chunk: string) => {
    text += chunk;
  });
  for (let round = 1; round <= 3; round += 1) {
    client.write(get.repeat(80));
    await vi.waitFor(() => expect(text.match(/^HTTP\/1\.1 200 OK/gm)).toHaveLength(round * 80), { timeout: 60_000 });
  }
  client.destroy();
});
