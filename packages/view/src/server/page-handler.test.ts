import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { loadAssets } from './assets.ts';
import { createPageHandler } from './index.ts';

let origin = '';

beforeAll(async () => {
  const page = createPageHandler({ targets: [{ path: 'metrics' }] });
  const server = createServer((request, response) => {
    if (!page(request, response, request.url ?? '/')) response.writeHead(418).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return () => {
    server.close();
    server.closeAllConnections();
  };
});

test('serves the page with a policy that allows no other origin', async () => {
  const response = await fetch(`${origin}/`);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const policy = response.headers.get('content-security-policy');
  expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'/u);
  expect(policy).not.toMatch(/unsafe|\*|http/u);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await response.text()).not.toMatch(/<script>|<style|\sstyle=|\son\w+=|https?:\/\//u);
});

test('preloads all modules of the page, and only existing ones', async () => {
  const assets = await loadAssets();
  const html = assets.get('page/index.html')?.plain.toString() ?? '';
  const preloaded = [...html.matchAll(/rel="modulepreload" href="view\/([^"]+)"/gu)].map(([, path]) => path);
  const imported = new Set<string>();
  const visit = (path: string) => {
    if (imported.has(path)) return;
    imported.add(path);
    const source = assets.get(path)?.plain.toString() ?? '';
    for (const [, specifier = ''] of source.matchAll(
      /^(?:import|\} from|import .* from|export .* from) ?'?([^']*)';$/gmu,
    )) {
      if (specifier.startsWith('.')) visit(new URL(specifier, `http://a/${path}`).pathname.slice(1));
    }
  };
  visit('page/main.js');
  expect(new Set(preloaded)).toEqual(new Set([...imported].filter((path) => path !== 'page/main.js')));
  for (const path of imported) expect(assets.has(path), path).toBe(true);
});

test('takes at most 100 kB compressed', async () => {
  const assets = await loadAssets();
  const total = [...assets.values()].reduce((sum, { gzip }) => sum + gzip.length, 0);
  expect(total).toBeLessThan(100_000);
});

test.each([
  ['br', (body: Buffer) => brotliDecompressSync(body)],
  ['gzip', (body: Buffer) => gunzipSync(body)],
  ['identity', (body: Buffer) => body],
])('sends a file once in the coding %s', async (coding, decode) => {
  const { request } = await import('node:http');
  const get = async (headers: Record<string, string>) => {
    const asked = request(`${origin}/view/page/page.css`, { headers: { 'accept-encoding': coding, ...headers } });
    asked.end();
    const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage];
    return { response, body: Buffer.concat(await response.toArray()) };
  };
  const { response, body } = await get({});
  expect(response.headers['content-encoding'] ?? 'identity').toBe(coding);
  const file = readFileSync(new URL('../page/page.css', import.meta.url));
  expect(decode(body).equals(file)).toBe(true);
  const again = await get({ 'if-none-match': response.headers.etag ?? '' });
  expect([again.response.statusCode, again.body.length]).toEqual([304, 0]);
});

test('does not answer other paths and methods', async () => {
  for (const [path, method, status] of [
    ['/metrics', 'GET', 418],
    ['/', 'POST', 418],
    ['/view/server/assets.ts', 'GET', 404],
    ['/view/page/../server/assets.ts', 'GET', 404],
    ['/view/page/main.js', 'HEAD', 200],
  ] as const) {
    expect((await fetch(`${origin}${path}`, { method })).status, path).toBe(status);
  }
});
