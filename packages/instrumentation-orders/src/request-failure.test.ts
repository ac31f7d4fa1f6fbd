import { once } from 'node:events';
import { createServer } from 'node:net';
import { createTestTelemetry } from '@trademeter/testing';
import { describe, expect, test } from 'vitest';
import { instrumentOrders, type NewOrder } from './index.ts';

const buy: NewOrder = { symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 0.5 };

function setUp(venue = 'binance') {
  const telemetry = createTestTelemetry();
  const orders = instrumentOrders({ venue, meterProvider: telemetry.meterProvider });
  const value = async (name: string, attributes = {}) => (await telemetry.value(`trading.${name}`, attributes)) ?? 0;
  const closed = (outcome: string) => value('order.closed', { 'trading.order.outcome': outcome });
  const counts = async () => ({
    placed: await value('order.placed'),
    closed: await value('order.closed'),
    reopened: await value('order.reopened'),
    open: await value('order.open'),
    unconfirmed: await value('order.unconfirmed'),
    rejections: await value('order.rejections'),
  });
  return { telemetry, orders, value, closed, counts };
}

/** An error as a client library throws it. */
function named(name: string, properties: object = {}): Error {
  return Object.assign(new Error(`${name} of a client`), { name, ...properties });
}

class ExchangeError extends Error {}
class NoSuchMarket extends ExchangeError {}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const refusals: readonly [string, unknown][] = [
  ['a plain text', 'insufficient funds'],
  ['an Error with a text', new Error('insufficient funds')],
  ['InsufficientFunds of ccxt', named('InsufficientFunds')],
  [
    'HTTP 400 and a text about a timeout',
    Object.assign(new Error('the timeout is too long'), { response: { status: 400, data: { label: 'INVALID_TIF' } } }),
  ],
  ['a class that extends an ExchangeError', new NoSuchMarket('no such market')],
  ['DDoSProtection of ccxt', named('DDoSProtection')],
  ['OnMaintenance of ccxt', named('OnMaintenance')],
  [
    'HTTP 400 of axios',
    named('AxiosError', { code: 'ERR_BAD_REQUEST', response: { status: 400, data: { code: -2010 } } }),
  ],
  ['HTTP 429 of got', named('HTTPError', { response: { statusCode: 429 } })],
  ['a code of Binance', { code: -2010, msg: 'Account has insufficient balance for requested action.' }],
  ['a retCode of Bybit', { retCode: 110007, retMsg: 'ab not enough for new order' }],
  ['a text of Kraken', new Error('EOrder:Insufficient funds')],
  ['a reason of FIX', { OrdRejReason: '3' }],
  ['a status', 403],
  [
    'a refusal of Bitfinex, always with status 500',
    named('AxiosError', { response: { status: 500, data: ['error', 10001, 'not enough exchange balance'] } }),
  ],
  ['a refusal of Coinbase', { success: false, error_response: { error: 'INSUFFICIENT_FUND' } }],
  ['RESOURCE_EXHAUSTED of gRPC', Object.assign(new Error('8 RESOURCE_EXHAUSTED: slow down'), { code: 8 })],
];
const unsent: readonly [string, unknown][] = [
  ['a connection that was refused', named('FetchError', { code: 'ECONNREFUSED' })],
  ['a name that is not known', Object.assign(new TypeError('fetch failed'), { cause: { code: 'ENOTFOUND' } })],
  ['a timeout while connecting', named('Error', { code: 'ETIMEDOUT', syscall: 'connect' })],
  [
    'several addresses, none of which answered',
    named('AggregateError', { code: 'ETIMEDOUT', errors: [{ code: 'ETIMEDOUT', syscall: 'connect' }] }),
  ],
  [
    'a connect timeout of undici',
    Object.assign(new TypeError('fetch failed'), {
      cause: named('ConnectTimeoutError', { code: 'UND_ERR_CONNECT_TIMEOUT' }),
    }),
  ],
  ['a certificate that has expired', named('Error', { code: 'CERT_HAS_EXPIRED' })],
  [
    'a failed TLS handshake',
    Object.assign(new Error('Client network socket disconnected before secure TLS connection was established'), {
      code: 'ECONNRESET',
    }),
  ],
  ['a socket that is not open', new Error('WebSocket is not open: readyState 0 (CONNECTING)')],
  ['an argument that ccxt requires', named('ArgumentsRequired')],
  ['a WebSocket that the server refused', new Error('Unexpected server response: 503')],
  ['a connect timeout of got', named('TimeoutError', { code: 'ETIMEDOUT', event: 'secureConnect' })],
  ['a refused connection in Bun', named('Error', { code: 'ConnectionRefused' })],
];
const unknown: readonly [string, unknown][] = [
  ['nothing', undefined],
  ['RequestTimeout of ccxt', named('RequestTimeout')],
  ['NetworkError of ccxt', named('NetworkError')],
  ['ExchangeNotAvailable of ccxt', named('ExchangeNotAvailable')],
  ['a TimeoutError', named('TimeoutError')],
  ['an AbortError', named('AbortError')],
  ['ECONNRESET', named('Error', { code: 'ECONNRESET', syscall: 'read' })],
  ['a timeout of axios', named('AxiosError', { code: 'ECONNABORTED' })],
  [
    'the headers of undici',
    Object.assign(new TypeError('fetch failed'), { cause: { code: 'UND_ERR_HEADERS_TIMEOUT' } }),
  ],
  ['HTTP 502 of axios', named('AxiosError', { code: 'ERR_BAD_RESPONSE', response: { status: 502 } })],
  ['HTTP 408', { status: 408 }],
  ['504', 504],
  ['a socket hang-up', new Error('socket hang up')],
  ['a text', new Error('request timed out after 5000 ms')],
  ['a word for a timeout', { error: 'request_timeout' }],
  ['a single word', { error: 'timeout' }],
  ['a word in a response', { response: { status: 200, data: { error: 'request_timeout' } } }],
  ['a message that is the body', new Error('{"error":"request_timeout"}')],
  ['a message with a code and a text', new Error('{"code":"GATEWAY","message":"the request timed out"}')],
  ['a code in the body', new Error('{"code":"TIMEOUT"}')],
  ['a revoked proxy', revoked()],
  ['a revoked proxy among its errors', { errors: revoked() }],
  ['-1007 of Binance', { code: -1007, msg: 'Timeout waiting for response from backend server.' }],
  ['a bug after the answer arrived', new TypeError("Cannot read properties of undefined (reading 'id')")],
  ['an answer that is not JSON', new SyntaxError('Unexpected token <')],
  [
    'an answer that got cannot read',
    named('ParseError', { code: 'ERR_BODY_PARSE_FAILURE', response: { statusCode: 200 } }),
  ],
  [
    'an answer that node-fetch cannot read',
    new Error('invalid json response body at https://x reason: Unexpected token'),
  ],
  ['an answer that is not HTTP', named('Error', { code: 'HPE_INVALID_CONSTANT' })],
  ['a response timeout of got', named('TimeoutError', { code: 'ETIMEDOUT', event: 'response' })],
  ['DEADLINE_EXCEEDED of gRPC', Object.assign(new Error('4 DEADLINE_EXCEEDED: x'), { code: 4 })],
  ['a WebSocket that was closed', { type: 'close', code: 1006, reason: '', wasClean: false }],
  ['EService:Unavailable of Kraken', { error: ['EService:Unavailable'] }],
  ['EService:Busy of Kraken', { error: ['EService:Busy'] }],
];

describe('an order whose request failed', () => {
  test.each(refusals)('with %s is rejected', async (_name, error) => {
    const { orders, closed, counts } = setUp();
    orders.place(buy).error(error);
    expect(await counts()).toEqual({ placed: 1, closed: 1, reopened: 0, open: 0, unconfirmed: 0, rejections: 1 });
    expect(await closed('rejected')).toBe(1);
  });

  test.each(unsent)('with %s has failed', async (_name, error) => {
    const { orders, closed, counts } = setUp();
    orders.place(buy).error(error);
    expect(await counts()).toEqual({ placed: 1, closed: 1, reopened: 0, open: 0, unconfirmed: 0, rejections: 0 });
    expect(await closed('failed')).toBe(1);
  });

  test.each(unknown)('with %s is unconfirmed until an update shows it', async (_name, error) => {
    const { orders, counts, closed } = setUp();
    const order = orders.place(buy);
    order.error(error);
    order.error(error);
    expect(await counts()).toEqual({ placed: 1, closed: 0, reopened: 0, open: 1, unconfirmed: 1, rejections: 0 });
    order.update({ status: 'pending_new' });
    expect((await counts()).unconfirmed).toBe(1);
    order.update({ status: 'open' });
    expect(await counts()).toEqual({ placed: 1, closed: 0, reopened: 0, open: 1, unconfirmed: 0, rejections: 0 });
    order.fill({ quantity: 0.5, price: 64_000 });
    expect(await counts()).toMatchObject({ closed: 1, open: 0, unconfirmed: 0 });
    expect(await closed('filled')).toBe(1);
  });

  test.each<[string, (order: ReturnType<ReturnType<typeof instrumentOrders>['place']>) => void]>([
    ['acknowledge', (order) => order.acknowledge()],
    ['fill', (order) => order.fill({ quantity: 0.1, price: 64_000 })],
    ['fail', (order) => order.fail()],
    ['reject', (order) => order.reject('other')],
    ['cancel', (order) => order.cancel()],
    ['replace', (order) => order.replace({ quantity: 1 })],
    ['a second attempt that is a duplicate', (order) => order.error(named('DuplicateOrderId'))],
    ['a second attempt that is refused', (order) => order.error(named('InsufficientFunds'))],
    ['a second attempt that succeeds', (order) => void order.request('new', () => 'id')],
  ])('%s settles an unconfirmed order', async (_name, settle) => {
    const { orders, counts } = setUp();
    const order = orders.place(buy);
    order.error(named('RequestTimeout'));
    settle(order);
    const { placed, closed, open, unconfirmed } = await counts();
    expect([placed, unconfirmed]).toEqual([closed + open, 0]);
  });

  test('stays open if the venue had confirmed it, and a refusal counts', async () => {
    const { orders, counts } = setUp();
    const order = orders.place(buy);
    order.acknowledge();
    order.error(named('RequestTimeout'));
    order.error(named('Error', { code: 'ECONNREFUSED' }));
    expect(await counts()).toMatchObject({ open: 1, unconfirmed: 0, closed: 0 });
    order.error(named('InsufficientFunds'));
    expect(await counts()).toMatchObject({ open: 1, closed: 0, rejections: 1 });
    order.update({ status: 'rejected' });
    expect(await counts()).toMatchObject({ open: 0, closed: 1 });
  });

  test.each([
    ['an id that the venue has', named('DuplicateOrderId')],
    ['a code of Binance for it', { code: -4116 }],
  ])('stays open when a second attempt fails with %s after an update', async (_name, error) => {
    const { orders, counts } = setUp();
    const order = orders.place(buy);
    order.error(named('RequestTimeout'));
    order.update({ status: 'NEW' });
    order.error(error);
    expect(await counts()).toEqual({ placed: 1, closed: 0, reopened: 0, open: 1, unconfirmed: 0, rejections: 0 });
  });
});

test.each([201, 203])("IBKR's %i rejects an order that it had accepted", async (code) => {
  const { orders, closed } = setUp('ibkr');
  const order = orders.place(buy);
  order.update({ status: 'PreSubmitted' });
  order.error({ code, reqId: 7 });
  expect(await closed('rejected')).toBe(1);
});

test("IBKR's error callback also reports cancels and warnings", async () => {
  const { orders, closed, counts } = setUp('ibkr');
  orders.place(buy).error({ code: 202, reqId: 7 });
  orders.place(buy).error(399);
  orders.place(buy).error({ code: 2_109 });
  orders.place(buy).error({ code: 201 });
  orders.place(buy).error(504);
  expect([await closed('canceled'), await closed('rejected'), await closed('failed')]).toEqual([1, 1, 1]);
  expect(await counts()).toMatchObject({ open: 2, unconfirmed: 0 });
});

test.each([10_147, 135])('an order that TWS does not have (%i) never arrived, unless TWS had it', async (code) => {
  const { orders, closed, counts } = setUp('ibkr');
  const unconfirmed = orders.place(buy);
  unconfirmed.error(Object.assign(new Error('no answer'), { name: 'TimeoutError' }));
  const confirmed = orders.place(buy);
  confirmed.update({ status: 'Submitted' });
  for (const order of [unconfirmed, confirmed]) order.error({ code, reqId: 7 });
  expect(await closed('failed')).toBe(1);
  expect(await counts()).toMatchObject({ open: 1, unconfirmed: 0, rejections: 0 });
});

test.each([136, 161, 10_148])('an order that TWS cannot cancel (%i) stays open', async (code) => {
  const { orders, closed, counts } = setUp('ibkr');
  orders.place(buy).error({ code, reqId: 7 });
  expect(await closed('rejected')).toBe(0);
  expect(await counts()).toMatchObject({ open: 1, unconfirmed: 0, rejections: 0 });
});

describe('a request that settles its order', () => {
  const settle = { settle: true };

  test('decides by the error, which reaches the caller', async () => {
    const { orders, closed, counts } = setUp();
    for (const error of [
      named('InsufficientFunds'),
      named('Error', { code: 'ECONNREFUSED' }),
      named('RequestTimeout'),
    ]) {
      await expect(orders.place(buy).request('new', () => Promise.reject(error), settle)).rejects.toBe(error);
    }
    expect(() =>
      orders.place(buy).request(
        'new',
        () => {
          throw new ExchangeError('no');
        },
        settle,
      ),
    ).toThrow('no');
    expect([await closed('rejected'), await closed('failed')]).toEqual([2, 1]);
    expect(await counts()).toMatchObject({ placed: 4, open: 1, unconfirmed: 1, rejections: 2 });
  });

  test('leaves the order open when a replace or a cancel is refused', async () => {
    const { orders, counts, telemetry } = setUp();
    const order = orders.place(buy);
    expect(await order.request('new', async () => 'id', settle)).toBe('id');
    for (const operation of ['replace', 'cancel'] as const) {
      await expect(order.request(operation, () => Promise.reject(named('OrderNotFound')), settle)).rejects.toThrow(
        'of a client',
      );
      await expect(order.request(operation, () => Promise.reject(named('RequestTimeout')), settle)).rejects.toThrow(
        'of a client',
      );
    }
    expect(await counts()).toMatchObject({ open: 1, unconfirmed: 0, rejections: 2 });
    const failed = { 'trading.order.operation': 'replace', 'error.type': 'OrderNotFound' };
    expect(await telemetry.histogram('trading.order.request.duration', failed)).toMatchObject({ count: 1 });
  });

  test('without settling, the caller decides', async () => {
    const { orders, counts } = setUp();
    await expect(orders.place(buy).request('new', () => Promise.reject(named('InsufficientFunds')))).rejects.toThrow(
      'of a client',
    );
    expect(await counts()).toMatchObject({ open: 1, closed: 0, unconfirmed: 0 });
  });

  test('recognizes the errors of fetch', async () => {
    const { orders, closed, counts } = setUp();
    const cut = createServer((socket) => void socket.once('data', () => socket.destroy())).listen(0, '127.0.0.1');
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    const gone = createServer().listen(0, '127.0.0.1');
    await Promise.all([cut, silent, gone].map((server) => once(server, 'listening')));
    const address = (server: typeof cut) => `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
    const goneAddress = address(gone);
    await new Promise((resolve) => gone.close(resolve));
    const place = (url: string, signal?: AbortSignal) =>
      orders
        .place(buy)
        .request('new', () => fetch(url, { method: 'POST', body: '{}', ...(signal && { signal }) }), settle)
        .catch(() => undefined);
    await place(goneAddress);
    expect([await closed('failed'), (await counts()).unconfirmed]).toEqual([1, 0]);
    await place(address(cut));
    await place(address(silent), AbortSignal.timeout(20));
    expect([await closed('failed'), (await counts()).unconfirmed]).toEqual([1, 2]);
    cut.close();
    silent.close();
  });
});

describe('an order that was reported as failed', () => {
  test('can be reopened, and placed = closed - reopened + open', async () => {
    const { orders, counts, closed } = setUp();
    const order = orders.place(buy);
    order.reopen();
    order.fail();
    order.reopen();
    order.reopen();
    expect(await counts()).toMatchObject({ placed: 1, closed: 1, reopened: 1, open: 1 });
    order.fill({ quantity: 0.5, price: 64_000 });
    expect(await counts()).toMatchObject({ placed: 1, closed: 2, reopened: 1, open: 0 });
    expect(await closed('filled')).toBe(1);
  });

  test('stays closed when only known messages are delivered again', async () => {
    const { orders, counts } = setUp();
    const order = orders.place(buy);
    const execution = { executionId: 'a', quantity: 0.1, price: 64_000 };
    order.fill(execution);
    order.fail();
    order.update({ filledQuantity: 0.1, executions: [execution] });
    expect(await counts()).toMatchObject({ reopened: 0, open: 0 });
  });

  test.each([
    [{ status: 'open' }, 1, 1],
    [{ status: 'filled', filledQuantity: 0.5, averagePrice: 64_000 }, 1, 0],
    [{ executions: [{ executionId: 'a', quantity: 0.1, price: 64_000 }] }, 1, 1],
    [{ status: 'canceled', filledQuantity: 0 }, 0, 0],
    [{ status: 'pending_new' }, 0, 0],
  ])('is reopened by an update that shows it alive: %o', async (update, reopened, open) => {
    const { orders, counts } = setUp();
    const order = orders.place(buy);
    order.fail();
    order.update(update);
    order.update(update);
    expect(await counts()).toMatchObject({ reopened, open });
  });
});
