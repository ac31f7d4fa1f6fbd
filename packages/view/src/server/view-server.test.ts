import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startViewServer, type ViewServerOptions } from './index.ts';

async function bot(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function view(options: ViewServerOptions): Promise<string> {
  const server = await startViewServer(options);
  onTestFinished(() => server.stop());
  return server.url;
}

test('forwards the metrics of each target, with its credentials', async () => {
  const url = await bot(({ headers, url: path }, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(`# ${path} ${headers.authorization}\n`);
  });
  const page = await view({
    targets: [
      { url, bearerToken: 'secret' },
      { url: `${url}/other`, basicAuth: { user: 'ann', password: 'ä:b' } },
      { url },
    ],
  });
  const read = async (index: number, headers = {}) =>
    (await fetch(`${page}targets/${index}/metrics`, { headers })).text();
  expect(await read(0)).toBe('# /metrics Bearer secret\n');
  expect(await read(1)).toBe(`# /other Basic ${Buffer.from('ann:ä:b').toString('base64')}\n`);
  expect(await read(2, { authorization: 'Bearer typed' })).toBe('# /metrics Bearer typed\n');
});

test('reads a user and a password from the URL, and does not pass them to the page', async () => {
  const url = await bot(({ headers }, response) => response.end(`# ${headers.authorization}\n`));
  const page = await view({ targets: [{ url: url.replace('//', '//ann:p%40ss@') }] });
  const config = await (await fetch(`${page}view/config.json`)).text();
  expect(config).not.toContain('ann');
  expect(await (await fetch(`${page}targets/0/metrics`)).text()).toBe(
    `# Basic ${Buffer.from('ann:p@ss').toString('base64')}\n`,
  );
});

test('is not a proxy for anything else', async () => {
  const url = await bot((_, response) => response.end('# all right\n'));
  const page = await view({ targets: [{ url }] });
  const status = async (path: string, headers = {}) => (await fetch(new URL(path, page), { headers })).status;
  expect(await status('targets/1/metrics')).toBe(404);
  expect(await status(`targets/${encodeURIComponent(url)}/metrics`)).toBe(404);
  expect(await status('targets/0/metrics/../../secret')).toBe(404);
  expect(await status('targets/0/metrics', { 'sec-fetch-site': 'cross-site' })).toBe(403);
  expect((await fetch(`${page}targets/0/metrics`, { method: 'POST' })).status).toBe(405);
});

test('refuses a request for another host name', async () => {
  const url = await bot((_, response) => response.end('# all right\n'));
  const page = new URL(await view({ targets: [{ url }] }));
  const { request } = await import('node:http');
  const asked = request({
    host: page.hostname,
    port: page.port,
    path: '/targets/0/metrics',
    headers: { host: `evil.example:${page.port}` },
  });
  asked.end();
  const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage];
  response.resume();
  expect(response.statusCode).toBe(403);
});

test('follows no redirect, and reports the reason', async () => {
  const redirecting = await bot((_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end());
  const page = await view({ targets: [{ url: redirecting }, { url: 'http://127.0.0.1:1/metrics' }] });
  const read = async (index: number) => {
    const response = await fetch(`${page}targets/${index}/metrics`);
    return [response.status, (await response.text()).trim()];
  };
  expect(await read(0)).toEqual([502, expect.stringContaining('redirects to another address')]);
  expect(await read(1)).toEqual([502, expect.stringContaining('127.0.0.1:1 does not answer')]);
});

test('forwards the password challenge of a target', async () => {
  const url = await bot((_, response) => {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="metrics"' }).end();
  });
  const page = await view({ targets: [{ url }] });
  const response = await fetch(`${page}targets/0/metrics`);
  expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="metrics"']);
});

test.each([
  [{ targets: [] }, /targets must be a list of at least one, got \[\]/u],
  [{ targets: [{ url: 'localhost:9464' }] }, /targets\[0\]\.url must be a URL/u],
  [{ targets: [{ url: 'http://a' }], port: 70_000 }, /port must be an integer from 0 to 65535, got 70000/u],
  [{ targets: [{ url: 'http://a' }], host: '0.0.0.0' }, /host must be one of/u],
  [{ targets: [{ url: 'http://a' }], pollIntervalMillis: 1 }, /pollIntervalMillis must be/u],
  [{ targets: [{ url: 'http://a:b@c', bearerToken: 'd' }] }, /bearerToken and a user/u],
  [{ targets: [{ url: 'http://a%3Ab:c@d' }] }, /targets\[0\]\.url must be a URL whose user has no colon/u],
  [
    { targets: [{ url: 'http://a', basicAuth: { user: 'a:b', password: '' } }] },
    /basicAuth\.user must be a name without/u,
  ],
  [{ targets: [{ url: 'http://a' }], prot: 1 }, /there is no option prot \(did you mean port\?\)/u],
  [{ targets: [{ url: 'http://a', token: 'top secret' }] }, /there is no option targets\[0\]\.token/u],
  [{ targets: [{ url: 'ftp://a:top secret@b' }] }, /targets\[0\]\.url must be a URL/u],
  [{ targets: [{ url: 'http://a', bearerToken: 'top secret' }] }, /bearerToken must be printable ASCII/u],
])('refuses %j', async (options, message) => {
  await expect(startViewServer(options as ViewServerOptions)).rejects.toThrow(message);
  await expect(startViewServer(options as ViewServerOptions)).rejects.not.toThrow(/top.secret/u);
});
