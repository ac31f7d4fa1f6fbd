/**
 * What a bot may have besides the demo's metrics, because it needs outside services: Redis, TimescaleDB, a web API, a
 * database behind OpenTelemetry's instrumentation of pg, and prices for a language model. It is scraped, works for ten
 * seconds, prints what it did as one line of JSON, and stays.
 */
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { instrumentAgent } from '@trademeter/instrumentation-agent';
import { instrumentCache } from '@trademeter/instrumentation-cache';
import { instrumentRuntime, runtimeInstrumentations } from '@trademeter/instrumentation-runtime';
import { startTelemetry } from '@trademeter/sdk';
import type Express from 'express';
import type Pg from 'pg';

const rounds = 40;
const model = 'claude-haiku-4-5';

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
await startTelemetry({
  serviceName: 'outside-services',
  mode: 'paper',
  instrumentations: [
    new HttpInstrumentation(),
    new ExpressInstrumentation(),
    new PgInstrumentation(),
    ...runtimeInstrumentations(),
  ],
});

// loaded after the instrumentations that patch them
const require = createRequire(import.meta.url);
const express = require('express') as typeof Express;
const pg = require('pg') as typeof Pg;

const agent = instrumentAgent({ agent: 'analyst', prices: { [model]: { input: 1, output: 5, currency: 'USD' } } });
const cache = instrumentCache({ name: 'features' });
const redis = cache.layer('l1_redis');
const timescale = cache.layer('l2_timescaledb');
const runtime = instrumentRuntime();
for (const name of ['redis', 'timescaledb']) runtime.dependency(name).check(() => sleep(1), { everyMillis: 500 });

const app = express().use(express.json());
app.get('/orders/:id', (request, response) => void response.json({ id: request.params.id }));
app.get('/quotes/:symbol', (_request, response) => void response.sendStatus(503));
app.post('/orders', (_request, response) => void response.sendStatus(201));
const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const pool = new pg.Pool({ connectionString: process.env['POSTGRESQL_URL'], max: 4 });
// never returned to the pool, so that one connection is always in use
await pool.connect();

const fast = new Map<string, number>();
const stored = new Map([['SPY', 1.5]]);
const find = cache.wrap((key: string) => {
  const found = redis.lookup(() => fast.get(key)) ?? timescale.lookup(() => stored.get(key));
  if (found !== undefined) fast.set(key, found);
  return found;
});

for (let round = 0; round < rounds; round++) {
  for (const symbol of ['SPY', 'SPY', 'QQQ']) {
    if (find(symbol) === undefined) cache.feature('momentum').time(() => 0);
  }
  // a response in the shape of Anthropic's SDK
  const response = { type: 'message', model, usage: { input_tokens: 1000, output_tokens: 200 } };
  await agent.llm.call({ provider: 'anthropic', model }, () => sleep(10, response));
  await (await fetch(`${url}/orders/${round}`)).text();
  await (await fetch(`${url}/quotes/SPY`)).text();
  const body = JSON.stringify({ symbol: 'SPY' });
  await fetch(`${url}/orders`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  await pool.query('SELECT 1');
  await sleep(200);
}
console.log(`books ${JSON.stringify({ rounds, cost: (rounds * (1 * 1000 + 5 * 200)) / 1e6 })}`);
await sleep(2 ** 31 - 1);
