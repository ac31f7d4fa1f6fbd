import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { LivePage } from './live-page.ts';

test('a request that comes before the page is loaded gets the page', async () => {
  const page = new LivePage();
  const server = createServer((request, response) => {
    void page.handle(request, response, '/').then((isAnswered) => isAnswered || response.writeHead(404).end());
  });
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  expect(page.isServed).toBe(false);
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain('<!doctype html>');
  expect(page.isServed).toBe(true);
});
