// A bot with an Express server and OpenTelemetry's instrumentations, set up as in the README. Prints what was recorded
// for a few requests, as JSON.
import { once } from 'node:events';
import { register } from 'node:module';
import type { AddressInfo } from 'node:net';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { runtimeInstrumentations } from '@trademeter/instrumentation-runtime';
import { createTestTelemetry } from '@trademeter/testing';
import type { Response } from 'express';

// oxlint-disable-next-line typescript/no-deprecated -- the hook of OpenTelemetry is of this kind
register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const telemetry = createTestTelemetry();
registerInstrumentations({
  instrumentations: [new HttpInstrumentation(), new ExpressInstrumentation(), ...runtimeInstrumentations()],
  meterProvider: telemetry.meterProvider,
});

const { default: express } = await import('express');
const orders = express.Router();
orders.get('/:id', (request, response) => {
  response.json({ id: request.params.id });
});
orders.post('/', express.json(), (_request, response) => {
  response.sendStatus(201);
});
const accounts = express.Router();
accounts.get('/positions/:symbol', (_request, response) => {
  response.send('10');
});
const app = express()
  .use('/health', (_request, response) => {
    response.send('OK');
  })
  .use('/orders', orders)
  .use('/accounts/:account', accounts)
  .get(['/quotes/:symbol', '/prices/:symbol'], (_request, response) => {
    response.send('187.2');
  });
// Answered while another request is handled, like a request that waits for news.
const { promise: waiting, resolve: wait } = Promise.withResolvers<Response>();
app.get('/news/:topic', (_request, response) => {
  wait(response);
});
app.get('/publish/:topic', async (_request, response) => {
  (await waiting).send('news');
  response.send('published');
});
const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const requests: readonly [path: string, init?: RequestInit][] = [
  ['/orders/7'],
  ['/orders/1234'],
  ['/orders/', { method: 'POST', body: '{"quantity":5}', headers: { 'content-type': 'application/json' } }],
  ['/nothing'],
  ['/accounts/1001/positions/SPY'],
  ['/accounts/1002/positions/QQQ'],
  ['/prices/SPY'],
  ['/health'],
];
for (const [path, init] of requests) await (await fetch(`${url}${path}`, init)).text();
const news = fetch(`${url}/news/SPY`);
await waiting;
await (await fetch(`${url}/publish/SPY`)).text();
await (await news).text();
server.close();
await once(server, 'close');

const series = (await telemetry.series()).filter(({ name }) => name.startsWith('http.server.'));
console.log(JSON.stringify(series));
