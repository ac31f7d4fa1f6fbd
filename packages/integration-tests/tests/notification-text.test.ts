import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { alertmanagerConfig } from '@trademeter/alerts';
import { makeDataFolder } from '@trademeter/workspace-tools';
import { expect, test } from 'vitest';
import { startAlertmanager } from '../servers/alertmanager.ts';

test('Telegram, Discord and Slack get the texts of an alert, with secrets from files only', async () => {
  const requests = new Map<string, string>();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      requests.set(request.url ?? '', body);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ok: true, result: { message_id: 1, date: 0, chat: { id: 7, type: 'private' } } }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const secretsFolder = join(await makeDataFolder('secrets'), 'secrets');
  await mkdir(secretsFolder);
  const secrets = {
    'telegram-bot-token': 'token',
    'telegram-chat-id': '7',
    'discord-webhook-url': `${url}/discord`,
    'slack-webhook-url': `${url}/slack`,
    'dead-mans-switch-url': `${url}/switch`,
  };
  for (const [name, secret] of Object.entries(secrets)) await writeFile(join(secretsFolder, name), secret);
  const config = alertmanagerConfig({ channels: ['telegram', 'discord', 'slack'], secretsFolder });
  const routes = config.route.routes.map((route) => ({ ...route, group_wait: '0s' }));
  await using alertmanager = await startAlertmanager({
    ...config,
    route: { ...config.route, routes },
    global: { telegram_api_url: url },
  });
  const annotations = {
    summary: 'Drawdown of bots/my_bot is 16%',
    description: 'Equity is this far below its highest value.',
    trading_mode: 'live',
    runbook_url: 'docs/runbooks/safety.md#tradingdrawdowncritical',
  };
  await alertmanager.fire([{ alertname: 'TradingDrawdownCritical', severity: 'critical', job: 'bots' }], annotations);

  await expect.poll(() => requests.size, { timeout: 60_000 }).toBe(3);
  const title = `FIRING: ${annotations.summary}`;
  const body = [annotations.summary, annotations.description, 'Mode: live', annotations.runbook_url].join('\n');
  expect(JSON.parse(requests.get('/bottoken/sendMessage') ?? '')).toMatchObject({
    chat_id: '7',
    text: `${title}\n${body}\n`,
  });
  const [discord] = (JSON.parse(requests.get('/discord') ?? '') as { embeds: object[] }).embeds;
  expect(discord).toMatchObject({ title, description: expect.stringContaining(body) });
  const [slack] = (JSON.parse(requests.get('/slack') ?? '') as { attachments: object[] }).attachments;
  expect(slack).toMatchObject({ title, text: expect.stringContaining(body) });
  server.closeAllConnections();
  server.close();
});
