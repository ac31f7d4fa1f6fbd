import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { readExposition } from '@trademeter/test-support';
import { describe, expect, test } from 'vitest';
import { Endpoint } from '../../test/scrape.ts';
import type { TranslationStrategy } from '../index.ts';

const text004 = 'text/plain; version=0.0.4; charset=utf-8';
const text100 = (scheme: string) => `text/plain; version=1.0.0; charset=utf-8; escaping=${scheme}`;
const openMetrics = (scheme: string, version = '1.0.0') =>
  `application/openmetrics-text; version=${version}; charset=utf-8; escaping=${scheme}`;

const prometheus2 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const prometheus3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1';
const prometheusProtobuf = `application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,${prometheus3}`;

describe('the format', () => {
  test.each<[accept: string | undefined, contentType: string]>([
    [undefined, text004],
    ['', text004],
    ['*/*', text004],
    ['text/*', text004],
    ['text/plain', text004],
    ['text/plain;version=0.0.4', text004],
    ['TEXT/PLAIN; Version="0.0.4"', text004],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', text004],
    ['application/json', text004],
    ['text/plain;version=2.0.0', text004],
    ['*/*,application/openmetrics-text', openMetrics('underscores')],
    ['*/*,text/*,application/openmetrics-text;q=1.0,text/plain', openMetrics('underscores')],
    ['text/*;q=0.5,*/*;q=0.5,application/openmetrics-text;q=0.5', openMetrics('underscores')],
    ['application/openmetrics-text;q=0x1', text004],
    ['application/openmetrics-text;q=1.5,text/plain;q=0.1', text004],
    ['application/openmetrics-text;q=1e0,text/plain;q=0.1', text004],
    ['application/openmetrics-text;q=+1,text/plain;q=0.1', text004],
    ['application/openmetrics-text;q=0.1234,text/plain;q=0.001', text004],
    ['application/openmetrics-text;q=0.999,text/plain;q=0.', openMetrics('underscores')],
    ['text/plain;version=1.0.0', text100('underscores')],
    ['text/plain;version=1.0.0;escaping=allow-utf-8', text100('allow-utf-8')],
    ['text/plain;version=1.0.0;escaping=dots', text100('dots')],
    ['text/plain;version=1.0.0;escaping=values', text100('values')],
    ['text/plain;version=1.0.0;escaping=unheard-of', text100('underscores')],
    ['text/plain;version=1.0.0;escaping="allow-utf-8\r\nx: y"', text004],
    ['text/plain;version=0.0.4;escaping=allow-utf-8', `${text004}; escaping=allow-utf-8`],
    ['application/openmetrics-text', openMetrics('underscores')],
    ['application/openmetrics-text;version=1.0.0;escaping=allow-utf-8', openMetrics('allow-utf-8')],
    ['application/openmetrics-text;version=0.0.1', openMetrics('underscores', '0.0.1')],
    ['application/openmetrics-text;version=2.0.0,text/plain;q=0.1', text004],
    ['application/openmetrics-text;q=0,text/plain', text004],
    ['text/plain;q=0.3,application/openmetrics-text;q=0.4', openMetrics('underscores')],
    ['text/plain;q=0.4,application/openmetrics-text;q=0.3', text004],
    ['text/plain,application/openmetrics-text', text004],
    ['text/plain;q=2,application/openmetrics-text;q=x,;;,=,"', text004],
    ['application/openmetrics-text;q=0.5,text/plain;q=0,*/*;q=0.8', openMetrics('underscores')],
    ['text/plain;q=0.1,*/*;q=0.9', openMetrics('underscores')],
    ['text/plain;q=0,*/*', openMetrics('underscores')],
    ['text/*;q=0.1,*/*;q=0.9', openMetrics('underscores')],
    ['*/*;q=0.9,application/*;q=0.1,text/plain;q=0.5', text004],
    ['application/openmetrics-text;q=0.5,*/*;q=0.8', text004],
    ['application/openmetrics-text;q=0,text/plain;q=0,*/*', text004],
    ['text/plain;version=1.0.0;q=0,*/*;q=0.1', text004],
    ['text/plain;version=1.0.0;q=0.2,text/plain;version=0.0.4;q=0.1,*/*;q=0.9', openMetrics('underscores')],
    ['application/json,text/plain,*/*', text004],
    ['application/*', openMetrics('underscores')],
    [prometheus2, openMetrics('underscores')],
    [prometheus3, openMetrics('allow-utf-8')],
    [prometheusProtobuf, openMetrics('allow-utf-8')],
  ])('for %j is %s', async (accept, contentType) => {
    await using endpoint = await Endpoint.start();
    // Node would not send these characters.
    const legal = accept?.replaceAll(/[\r\n]/g, '');
    const { headers, body } = await endpoint.get(legal === undefined ? {} : { headers: { accept: legal } });
    if (legal === accept) expect(headers['content-type']).toBe(contentType);
    expect(headers.vary).toBe('Accept, Accept-Encoding');
    readExposition(body, {
      openMetrics: headers['content-type']?.startsWith('application/openmetrics-text') === true,
    });
  });

  test('has the same series in all formats', async () => {
    await using endpoint = await Endpoint.start();
    endpoint.meter.createCounter('orders', { unit: '{order}' }).add(1, { 'a.b': 'x' });
    endpoint.meter.createGauge('cash', { unit: 'By' }).record(2.5);
    endpoint.meter.createHistogram('duration', { unit: 's' }).record(1);
    const inText = readExposition(await endpoint.scrape());
    const { body } = await endpoint.get({ headers: { accept: 'application/openmetrics-text' } });
    const inOpenMetrics = readExposition(body, { openMetrics: true });
    expect(inOpenMetrics.samples).toEqual(inText.samples);
    expect(Object.fromEntries(inText.types)).toEqual({
      target_info: 'gauge',
      cash_bytes: 'gauge',
      duration_seconds: 'histogram',
      orders_total: 'counter',
    });
    expect(Object.fromEntries(inOpenMetrics.types)).toEqual({
      target: 'info',
      cash_bytes: 'gauge',
      duration_seconds: 'histogram',
      orders: 'counter',
    });
    expect(Object.fromEntries(inOpenMetrics.units)).toEqual({ cash_bytes: 'bytes', duration_seconds: 'seconds' });
  });
});

describe('names', () => {
  // The table of the specification, "Interaction with Translation Strategy", with the other escapings.
  test.each<[TranslationStrategy, underscores: string, utf8: string, dots: string, values: string]>([
    [
      'UnderscoreEscapingWithSuffixes',
      'foo_bar_bytes_total',
      'foo_bar_bytes_total',
      'foo__bar__bytes__total',
      'foo_bar_bytes_total',
    ],
    ['UnderscoreEscapingWithoutSuffixes', 'foo_bar', 'foo_bar', 'foo__bar', 'foo_bar'],
    [
      'NoUTF8EscapingWithSuffixes',
      'foo_bar_bytes_total',
      'foo.bar_bytes_total',
      'foo_dot_bar__bytes__total',
      'U__foo_2e_bar__bytes__total',
    ],
    ['NoTranslation', 'foo_bar', 'foo.bar', 'foo_dot_bar', 'U__foo_2e_bar'],
  ])('under %s are escaped as requested', async (translationStrategy, underscores, utf8, dots, values) => {
    await using endpoint = await Endpoint.start({ translationStrategy, withoutScopeInfo: true });
    endpoint.meter.createCounter('foo.bar', { unit: 'By' }).add(1, { größe: 'x' });
    for (const type of ['text/plain;version=1.0.0', 'application/openmetrics-text;version=1.0.0']) {
      const names: Record<string, string> = {};
      for (const escaping of [
        '',
        ';escaping=underscores',
        ';escaping=allow-utf-8',
        ';escaping=dots',
        ';escaping=values',
      ]) {
        const { body } = await endpoint.get({ headers: { accept: type + escaping } });
        const { samples } = readExposition(body, { openMetrics: type.startsWith('application') });
        names[escaping] = samples[1]?.name ?? '';
      }
      expect(names).toEqual({
        '': underscores,
        ';escaping=underscores': underscores,
        ';escaping=allow-utf-8': utf8,
        ';escaping=dots': dots,
        ';escaping=values': values,
      });
    }
  });

  test('are never in UTF-8 unless requested', async () => {
    await using endpoint = await Endpoint.start({ translationStrategy: 'NoTranslation' });
    endpoint.meter.createCounter('größe').add(1, { größe: 'x', 'a:b': 'y' });
    for (const accept of ['text/plain', 'text/plain;version=1.0.0', 'application/openmetrics-text', '*/*']) {
      const { body } = await endpoint.get({ headers: { accept } });
      expect(body).toContain('gr__e{a_b="y",gr__e="x",otel_scope_name="test"} 1\n');
    }
  });
});

describe('the coding', () => {
  test.each<[acceptEncoding: string | undefined, coding: string | undefined]>([
    [undefined, undefined],
    ['identity', undefined],
    ['br', undefined],
    ['gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['gzip, deflate, br, zstd', 'zstd'],
    ['zstd;q=0.5, gzip', 'gzip'],
    ['gzip;q=0', undefined],
    ['*', 'zstd'],
    ['*;q=0.1, zstd;q=0', 'gzip'],
    ['gzip;q=0.5, identity', undefined],
    ['gzip;q=nonsense', undefined],
  ])('for %j is %s', async (acceptEncoding, coding) => {
    await using endpoint = await Endpoint.start();
    const gauge = endpoint.meter.createGauge('price');
    for (let symbol = 0; symbol < 2_000; symbol += 1) gauge.record(symbol / 7, { symbol: `größe ${symbol}` });
    const plain = await endpoint.scrape();
    const headers = acceptEncoding === undefined ? {} : { 'accept-encoding': acceptEncoding };
    const { contentEncoding, length, body } = await fetchRaw(endpoint, headers);
    expect(contentEncoding).toBe(coding);
    expect(length).toBe(String(body.length));
    const decode = { gzip: gunzipSync, zstd: zstdDecompressSync, identity: (bytes: Buffer) => bytes };
    expect(decode[(coding ?? 'identity') as keyof typeof decode](body).toString()).toBe(plain);
    if (coding !== undefined) expect(body.length).toBeLessThan(plain.length / 4);
  });

  test('is identity for small answers', async () => {
    await using endpoint = await Endpoint.start();
    expect((await fetchRaw(endpoint, { 'accept-encoding': 'gzip' })).contentEncoding).toBeUndefined();
  });

  test('is identity while two other texts are being compressed', async () => {
    await using endpoint = await Endpoint.start();
    const gauge = endpoint.meter.createGauge('price');
    const scrapeNext = (round: number) => {
      for (let symbol = 0; symbol < 100; symbol += 1) gauge.record(round, { symbol: `S${symbol}` });
      return fetchRaw(endpoint, { 'accept-encoding': 'gzip' });
    };
    await using threads = occupyThreads();
    const waiting = [];
    for (const round of [1, 2]) {
      waiting.push(scrapeNext(round));
      // Answered, so the previous one was collected.
      expect((await fetchRaw(endpoint, {})).contentEncoding).toBeUndefined();
    }
    const third = await scrapeNext(3);
    expect(third.contentEncoding).toBeUndefined();
    expect(third.body.toString()).toContain('symbol="S99"} 3\n');
    threads.release();
    const compressed = await Promise.all(waiting);
    expect(compressed.map(({ contentEncoding }) => contentEncoding)).toEqual(['gzip', 'gzip']);
    expect(compressed.map(({ body }) => /"S99"} (\d)/.exec(gunzipSync(body).toString())?.[1])).toEqual(['1', '2']);
    expect((await scrapeNext(4)).contentEncoding).toBe('gzip');
  });

  test('belongs to the current metrics', async () => {
    await using endpoint = await Endpoint.start();
    const gauge = endpoint.meter.createGauge('price');
    for (const round of [1, 2, 2, 3]) {
      for (let symbol = 0; symbol < 100; symbol += 1) gauge.record(round, { symbol: `S${symbol}` });
      const { body } = await fetchRaw(endpoint, { 'accept-encoding': 'gzip' });
      expect(gunzipSync(body).toString()).toContain(`symbol="S99"} ${round}\n`);
    }
  });
});

/** Occupies Node's thread pool: opening a pipe waits for its other end. */
function occupyThreads(): AsyncDisposable & { release(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'exporter-'));
  const pipe = join(folder, 'pipe');
  execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
  const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4);
  const opened = Array.from({ length: threads }, () => open(pipe, 'r'));
  let writer: number | undefined;
  const release = () => {
    writer ??= openSync(pipe, 'w');
  };
  return {
    release,
    async [Symbol.asyncDispose]() {
      release();
      for (const reader of await Promise.all(opened)) await reader.close();
      if (writer !== undefined) closeSync(writer);
      rmSync(folder, { recursive: true });
    },
  };
}

async function fetchRaw(endpoint: Endpoint, headers: Record<string, string>) {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  let contentEncoding: string | undefined;
  let length: string | undefined;
  request(endpoint.exporter.address?.url ?? '', { agent: false, headers }, (response) => {
    contentEncoding = response.headers['content-encoding'];
    length = response.headers['content-length'];
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => resolve(Buffer.concat(chunks)));
  })
    .once('error', reject)
    .end();
  const body = await promise;
  return { contentEncoding, length, body };
}
