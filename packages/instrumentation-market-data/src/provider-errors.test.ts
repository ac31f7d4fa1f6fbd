import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTestTelemetry } from '@trademeter/testing';
import axios from 'axios';
import got from 'got';
import fetchOfNodeFetch from 'node-fetch';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { availabilityOf, instrumentMarketData } from './index.ts';

let telemetry: ReturnType<typeof createTestTelemetry>;
let server: Server;
let base: string;
let closedPort: string;

async function listen(): Promise<Server> {
  const listening = createServer((request, response) => {
    response.statusCode = Number(request.url?.slice(1, 4));
    response.setHeader('content-type', 'application/json');
    response.end(request.url?.endsWith('/venue') ? '{"code":-2010,"msg":"Account has insufficient balance"}' : '{}');
  });
  await new Promise<void>((resolve) => {
    listening.listen(0, '127.0.0.1', resolve);
  });
  return listening;
}

const addressOf = (listening: Server) => `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
const close = (listening: Server) =>
  new Promise((resolve) => {
    listening.close(resolve);
    listening.closeAllConnections();
  });

beforeAll(async () => {
  server = await listen();
  base = addressOf(server);
  const closing = await listen();
  closedPort = addressOf(closing);
  await close(closing);
});

afterAll(async () => {
  await close(server);
});

beforeEach(() => {
  telemetry = createTestTelemetry();
});

afterEach(async () => {
  await telemetry.shutdown();
});

/** Makes a request three times, which makes a failing provider unavailable. */
async function seenAfter(request: () => unknown) {
  const marketData = instrumentMarketData({ meterProvider: telemetry.meterProvider });
  const provider = marketData.provider('polygon');
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await provider.call('quotes', request);
    } catch {
      // The test checks the metrics.
    }
  }
  const series = await telemetry.series('trading.provider.request.duration');
  return {
    types: series.map(({ attributes }) => attributes['error.type']),
    hits: await telemetry.value('trading.provider.rate_limit.hits', { 'trading.provider.name': 'polygon' }),
    state: provider.state,
  };
}

const throws = (error: unknown) => () => {
  throw error;
};

const clients: readonly (readonly [name: string, get: (url: string) => Promise<unknown>])[] = [
  ['axios', (url) => axios.get(url)],
  ['axios on fetch', (url) => axios.get(url, { adapter: 'fetch' })],
  ['got', (url) => got(url, { retry: { limit: 0 } })],
  ["Node's fetch", (url) => fetch(url)],
  ['node-fetch', (url) => fetchOfNodeFetch(url)],
];

describe.each(clients)('a provider that is called with %s', (_, get) => {
  test.each([
    [429, 3, 'available'],
    [418, 3, 'available'],
    [401, 0, 'available'],
    [404, 0, 'available'],
    [503, 0, 'unavailable'],
  ])('and answers with %i has it as error.type, %i rate limit hits, and is %s', async (status, hits, state) => {
    expect(await seenAfter(() => get(`${base}/${status}`))).toEqual({ types: [`${status}`], hits, state });
  });

  test('and refuses connections has ECONNREFUSED as error.type and is unavailable', async () => {
    expect(await seenAfter(() => get(closedPort))).toEqual({ types: ['ECONNREFUSED'], hits: 0, state: 'unavailable' });
  });
});

test.each(clients.slice(0, 3))("a venue's code in a body that %s has read is the error.type", async (_, get) => {
  expect(await seenAfter(() => get(`${base}/400/venue`))).toEqual({ types: ['-2010'], hits: 0, state: 'available' });
});

// Like ccxt's classes: each sets its own name.
class NetworkError extends Error {
  override name = 'NetworkError';
}
class DDoSProtection extends NetworkError {
  override name = 'DDoSProtection';
}
class RateLimitExceeded extends NetworkError {
  override name = 'RateLimitExceeded';
}
class OwnBan extends DDoSProtection {
  override name = 'OwnBan';
}

test.each<[string, unknown, string]>([
  ["ccxt's DDoSProtection", new DDoSProtection('binance 429'), 'DDoSProtection'],
  ["ccxt's RateLimitExceeded", new RateLimitExceeded('kraken 429'), 'RateLimitExceeded'],
  ['a class that derives from DDoSProtection', new OwnBan('x'), 'OwnBan'],
  ['an error that wraps DDoSProtection', new Error('x', { cause: new DDoSProtection('y') }), 'DDoSProtection'],
  ['an error that wraps HTTP 429', new Error('x', { cause: { status: 429 } }), '429'],
  ['a plain object with the name', { name: 'DDoSProtection', message: 'x' }, 'DDoSProtection'],
  [
    'a specific class with HTTP 418',
    Object.assign(new Error('x'), { name: 'BannedError', status: 418 }),
    'BannedError',
  ],
  ['one of many errors', new AggregateError([{ status: 429 }]), '429'],
  ['a status that is a text', { statusCode: '429' }, '429'],
  ["Kraken's text", new Error('EAPI:Rate limit exceeded'), 'EAPI:Rate limit exceeded'],
])('%s is a rate limit hit and leaves the provider available', async (_, error, type) => {
  expect(await seenAfter(throws(error))).toEqual({ types: [type], hits: 3, state: 'available' });
  expect(availabilityOf(error)).toBe('available');
});

test.each<[string, unknown, string]>([
  ['Binance', { code: -2010, msg: 'x' }, '-2010'],
  ['Binance, as a number', -2010, '-2010'],
  ['Bybit', { retCode: 110007 }, '110007'],
  ['OKX', { code: '1', data: [{ sCode: '51008' }] }, '51008'],
  ['Alpaca', Object.assign(new Error('x'), { code: 40310000 }), '40310000'],
  ['IBKR', { code: 200, reqId: 4 }, 'ibkr_200'],
  ['Kraken', new Error('EOrder:Insufficient funds'), 'EOrder:Insufficient funds'],
  ['Bitfinex, with status 500', { response: { status: 500, data: ['error', 10020, 'symbol: invalid'] } }, '10020'],
  ['an error that wraps a 404', new Error('x', { cause: { response: { status: 404 } } }), '404'],
])('a refusal by %s shows that the provider is available', async (_, error, type) => {
  expect(await seenAfter(throws(error))).toEqual({ types: [type], hits: 0, state: 'available' });
});

test.each<[string, unknown, string]>([
  ['Binance', { code: -1001, msg: 'Internal error' }, '-1001'],
  ['Kraken', new Error('EService:Unavailable'), 'EService:Unavailable'],
  ["IBKR's connection to TWS", { code: 504, reqId: -1 }, 'ibkr_504'],
  ['a socket that closed', { code: 1006 }, '1006'],
  [
    'a reset that is wrapped twice',
    new Error('x', { cause: new Error('y', { cause: { code: 'ECONNRESET' } }) }),
    'ECONNRESET',
  ],
])('an outage of %s makes the provider unavailable', async (_, error, type) => {
  expect(await seenAfter(throws(error))).toEqual({ types: [type], hits: 0, state: 'unavailable' });
});

test.each<[string, unknown, string]>([
  ['Binance', { code: -1003, msg: 'Too many requests' }, '-1003'],
  ['Binance, as a number', -1003, '-1003'],
  ['Bybit', { retCode: 10006, retMsg: 'Too many visits!' }, '10006'],
  ['OKX', { code: '50011', msg: 'Rate limit reached' }, '50011'],
  ['KuCoin', { response: { status: 200, data: { code: '429000' } } }, '429000'],
  ['Deribit', { error: { code: 10028, message: 'too_many_requests' } }, '10028'],
  ['Bitfinex', { response: { status: 500, data: ['error', 11010, 'ratelimit: error'] } }, '11010'],
  ['ws', new Error('Unexpected server response: 429'), '429'],
])('too many requests at %s are rate limit hits', async (_, error, type) => {
  expect(await seenAfter(throws(error))).toEqual({ types: [type], hits: 3, state: 'available' });
});

test('a code of another field is not a rate limit hit', async () => {
  const refused = { code: 10006, reqId: 7, message: 'Missing parent order' };
  expect(await seenAfter(throws(refused))).toMatchObject({ hits: 0 });
});

test.each([[{ data: [{ code: '11010', name: 'a stock' }] }], [{ response: { status: 400, data: [{ code: -1003 }] } }]])(
  'a code in an entry of a list is not a rate limit hit: %j',
  async (body) => {
    expect(await seenAfter(throws(Object.assign(new Error('x'), body)))).toMatchObject({ hits: 0 });
  },
);

test('a cyclic cause ends', async () => {
  const error = new Error('x');
  error.cause = error;
  expect(await seenAfter(throws(error))).toEqual({ types: ['Error'], hits: 0, state: 'unavailable' });
});

test('a code from 100 to 599 that is not an HTTP status has the provider as prefix', async () => {
  expect((await seenAfter(throws({ code: 162 }))).types).toEqual(['polygon_162']);
});
