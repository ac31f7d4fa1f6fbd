import { tradingOrderRejections } from '@trademeter/semantic-conventions';
import { expect, test } from 'vitest';
import { errorType } from './index.ts';

class InsufficientFunds extends Error {
  readonly status = 400;
}
class AnchorError extends Error {
  readonly error = { errorCode: { code: 'SlippageExceeded', number: 6111 } };
}

const named = (name: string, fields: object = {}) =>
  Object.assign(new Error('order 123 was refused'), { name, ...fields });
const plain = (fields: object) => named('Error', fields);

test.each<[string, unknown, string]>([
  ['a specific class', new InsufficientFunds('broke'), 'InsufficientFunds'],
  ['a specific name with a status', named('RateLimitExceeded', { status: 429 }), 'RateLimitExceeded'],
  ['a specific name with a code', named('TimeoutError', { code: 'ETIMEDOUT' }), 'TimeoutError'],
  ['a timeout of fetch', new DOMException('late', 'TimeoutError'), 'TimeoutError'],
  ['an abort of fetch', new DOMException('stop', 'AbortError'), 'AbortError'],
  ['a class of http-errors', named('TooManyRequestsError', { status: 429, statusCode: 429 }), 'TooManyRequestsError'],
  ['a plain object with a name', { name: 'OrderNotFound', message: 'no order 123' }, 'OrderNotFound'],
  ['a mistake', new TypeError('x'), 'TypeError'],
  ['an error without details', new Error('order 123 was refused'), 'Error'],
])('error.type of %s is its class', (_, error, type) => {
  expect(errorType(error)).toBe(type);
});

test.each<[string, unknown, string]>([
  ['axios', named('AxiosError', { code: 'ERR_BAD_REQUEST', response: { status: 401 } }), '401'],
  ['got', named('HTTPError', { code: 'ERR_NON_2XX_3XX_RESPONSE', response: { statusCode: 429 } }), '429'],
  ['ky', named('HTTPError', { response: new Response(null, { status: 404 }) }), '404'],
  ['undici', named('ResponseError', { code: 'UND_ERR_RESPONSE', statusCode: 503 }), '503'],
  ['superagent', plain({ status: 400, response: { status: 400, body: {} } }), '400'],
  ['the AWS SDK', plain({ $metadata: { httpStatusCode: 502 } }), '502'],
  ['a status as its digits', plain({ status: '429' }), '429'],
  ['a status in code', plain({ code: 404 }), '404'],
  ['a cause two deep', new Error('x', { cause: new Error('y', { cause: plain({ status: 503 }) }) }), '503'],
  ['ws, whose handshake was refused', new Error('Unexpected server response: 429'), '429'],
  ['a number', 503, '503'],
  ['a text of digits', '429', '429'],
  ['a ban of Binance with a code', plain({ status: 418, code: -1003 }), '418'],
])('error.type of an error of %s is its HTTP status', (_, error, type) => {
  expect(errorType(error)).toBe(type);
});

test.each<[string, unknown, string]>([
  ["Binance's client", named('BadRequestError', { code: -2010 }), '-2010'],
  ["Alpaca's client", named('PermissionError', { status: 403, code: 40310000 }), '40310000'],
  ["Binance's client, too many requests", named('TooManyRequestsError', { code: -1003 }), 'TooManyRequestsError'],
  ['a client of models', named('BadRequestError', { status: 400, code: 'context_length' }), 'BadRequestError'],
  ['a client without a code', named('ValidationError', { status: 422 }), 'ValidationError'],
])("error.type of a class of %s that only stands for a status is the venue's code", (_, error, type) => {
  expect(errorType(error)).toBe(type);
});

const refused = () => plain({ code: 'ECONNREFUSED' });

test.each<[string, unknown, string]>([
  ['an error with a code', refused(), 'ECONNREFUSED'],
  ['a plain object', { code: 'EPIPE' }, 'EPIPE'],
  ['a fetch error', new TypeError('fetch failed', { cause: refused() }), 'ECONNREFUSED'],
  [
    'a timeout of undici in fetch',
    new TypeError('fetch failed', { cause: named('ConnectTimeoutError', { code: 'UND_ERR_CONNECT_TIMEOUT' }) }),
    'UND_ERR_CONNECT_TIMEOUT',
  ],
  ['a cause two deep', new Error('x', { cause: new TypeError('y', { cause: refused() }) }), 'ECONNREFUSED'],
  [
    'two addresses that refuse',
    new TypeError('x', { cause: new AggregateError([refused(), refused()]) }),
    'ECONNREFUSED',
  ],
  ["axios' network error", named('AxiosError', { code: 'ERR_NETWORK', cause: refused() }), 'ECONNREFUSED'],
  [
    'a body that axios cannot read',
    named('AxiosError', { code: 'ERR_BAD_RESPONSE', response: { status: 200 } }),
    'ERR_BAD_RESPONSE',
  ],
  ['a specific class as cause', new Error('x', { cause: new RangeError('y') }), 'RangeError'],
  ['a TypeError with a generic cause', new TypeError('x', { cause: new Error('y') }), 'TypeError'],
  ["a database's SQLSTATE", named('error', { code: '23505' }), '23505'],
  ['a SQLSTATE with leading zeros', named('error', { code: '08006' }), '08006'],
])('error.type of %s is the code', (_, error, type) => {
  expect(errorType(error)).toBe(type);
});

test.each<[string, unknown, string]>([
  ['Binance', { code: -2010, msg: 'Account has insufficient balance for requested action.' }, '-2010'],
  ['Binance by axios', named('AxiosError', { response: { status: 400, data: { code: -2010 } } }), '-2010'],
  ['Binance by got', named('HTTPError', { response: { statusCode: 400, body: '{"code":-1121,"msg":"x"}' } }), '-1121'],
  ['Bybit', { retCode: 110007, retMsg: 'ab not enough' }, '110007'],
  ["Bybit's own client", { code: 400, body: { retCode: 110007 } }, '110007'],
  ['OKX', { code: '51008', msg: 'Order failed' }, '51008'],
  ['OKX in a batch', { code: '1', data: [{ ordId: '918273645', sCode: '51008', sMsg: 'x' }] }, '51008'],
  ['Alpaca', plain({ code: 40310000 }), '40310000'],
  ['Alpaca by axios', named('AxiosError', { response: { status: 403, data: { code: 40310000 } } }), '40310000'],
  ['Deribit', { jsonrpc: '2.0', error: { code: 10009, message: 'not_enough_funds' } }, '10009'],
  [
    'Gate',
    named('AxiosError', { response: { status: 400, data: { label: 'BALANCE_NOT_ENOUGH' } } }),
    'BALANCE_NOT_ENOUGH',
  ],
  ['HTX', { status: 'error', 'err-code': 'order-orderprice-precision-error' }, 'order-orderprice-precision-error'],
  ['Kraken Futures', { result: 'error', error: 'insufficientAvailableFunds' }, 'insufficientAvailableFunds'],
  ['Coinbase', { success: false, error_response: { error: 'INSUFFICIENT_FUND', message: 'x' } }, 'INSUFFICIENT_FUND'],
  [
    'Coinbase, a word for its status',
    named('AxiosError', { status: 401, response: { data: { error: 'Unauthorized' } } }),
    '401',
  ],
  ['Bitfinex', ['error', 10001, 'Invalid order: not enough exchange balance'], '10001'],
  [
    'Bitfinex by axios, always with status 500',
    named('AxiosError', { response: { status: 500, data: ['error', 10020, 'amount: invalid'] } }),
    '10020',
  ],
  [
    'Alpaca, whose body is the message',
    new Error('{"code":40310000,"message":"insufficient buying power"}'),
    '40310000',
  ],
  [
    'gRPC',
    Object.assign(new Error('4 DEADLINE_EXCEEDED: Deadline exceeded'), { code: 4, details: 'Deadline exceeded' }),
    'DEADLINE_EXCEEDED',
  ],
  ['a FIX session', { 35: '3', 373: '5' }, 'value_is_incorrect'],
  ['a FIX application', { BusinessRejectReason: 6 }, 'not_authorized'],
  ['IBKR', { code: 10147, reqId: 7 }, '10147'],
  ['IBKR below 600', { code: 201, reqId: 7, error: new Error('Order rejected') }, 'ibkr_201'],
  ['IBKR above 400', { code: 404, reqId: 7 }, 'ibkr_404'],
  ['an unknown venue', { code: 201 }, 'code_201'],
  ['a chain program', plain({ code: 6111 }), '6111'],
  ['Anchor', new AnchorError('x'), '6111'],
  ['Kraken', 'EOrder:Insufficient funds', 'EOrder:Insufficient funds'],
  ['Kraken in an answer', { error: ['EOrder:Insufficient funds'] }, 'EOrder:Insufficient funds'],
  ['Kraken in a message', new Error('EAPI:Invalid key'), 'EAPI:Invalid key'],
  ['Kraken with a detail', new Error('EGeneral:Invalid arguments:volume 123'), 'EGeneral:Invalid arguments'],
  ['Kraken with a time', new Error('EService:Throttled: [1790000000]'), 'EService:Throttled'],
  ['FIX by name', { ordRejReason: 3 }, 'order_exceeds_limit'],
  ['FIX by tag', { 35: '8', 103: '18' }, 'invalid_price_increment'],
  ['FIX, refusing to cancel', { CxlRejReason: '0' }, 'too_late_to_cancel'],
  ['FIX with an unknown number', { ordRejReason: 54 }, 'other'],
])("error.type of %s is the venue's code", (_, error, type) => {
  expect(errorType(error)).toBe(type);
});

test('error.type maps the FIX number of every reject reason of the conventions', () => {
  const names = Array.from({ length: 100 }, (_, reason) => errorType({ ordRejReason: reason }));
  const reasons = tradingOrderRejections.attributes['error.type'].values.filter((value) => value !== '_OTHER');
  expect(names).toEqual(expect.arrayContaining([...reasons]));
});

test.each([
  ['IBKR', 'ibkr_201'],
  ['Interactive Brokers', 'ibkr_201'],
  ['Trade Station', 'trade_station_201'],
  [`key-${'a1'.repeat(40)}`, 'code_201'],
])('a code from 100 to 599 that is not an HTTP status has the venue %s as prefix', (venue, type) => {
  expect(errorType({ code: 201 }, venue)).toBe(type);
});

const apiKey = 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw6MuIgwCIPy6utIco14y7Ju91duEh8A';

test.each<[string, unknown, string]>([
  ['a sentence', 'order 123 was refused because the price moved', '_OTHER'],
  ['a UUID', '550e8400-e29b-41d4-a716-446655440000', '_OTHER'],
  ['an API key', apiKey, '_OTHER'],
  ['an API key as code', plain({ code: apiKey }), 'Error'],
  ['a secret with a prefix', plain({ code: 'sk-live-abcdEFGHijkl' }), 'Error'],
  ['a hexadecimal secret', plain({ code: 'deadbeefcafedeadbeef' }), 'Error'],
  ['an order id as code', plain({ code: 'ORD-918273' }), 'Error'],
  ['an order id that is a number', plain({ code: 918_273_645 }), 'Error'],
  ['an order id as name', named('1234567890'), '_OTHER'],
  ['a text that starts like a code of Kraken', `EOrder:${apiKey}`, 'EOrder'],
  ['a fraction', plain({ code: 110007.5 }), 'Error'],
  ['a success', { retCode: 0, retMsg: 'OK' }, '_OTHER'],
  ['a number that is not a code', 12, '_OTHER'],
  ['undefined', undefined, '_OTHER'],
  ['null', null, '_OTHER'],
])('error.type never contains %s', (_, error, type) => {
  expect(errorType(error)).toBe(type);
});

test('error.type keeps the reasons that a bot passes by name', () => {
  expect(errorType('insufficient_credit_limit')).toBe('insufficient_credit_limit');
});

test('error.type of an unreadable value is _OTHER', () => {
  const trap = () => {
    throw new Error('trap');
  };
  expect(errorType(new Proxy({}, { get: trap, getPrototypeOf: trap }))).toBe('_OTHER');
});

test('error.type is found behind a getter that throws', () => {
  const error = plain({ code: 'ECONNRESET' });
  for (const key of ['status', 'response', 'cause', 'name']) {
    Object.defineProperty(error, key, {
      get() {
        throw new Error('hostile');
      },
    });
  }
  expect(errorType(error)).toBe('ECONNRESET');
});

test('error.type reads a limited number of errors of a tree', () => {
  let read = 0;
  const tree = (depth: number): object => ({
    get errors() {
      read += 1;
      return depth === 0 ? [] : Array.from({ length: 8 }, () => tree(depth - 1));
    },
  });
  expect(errorType(tree(8))).toBe('_OTHER');
  expect(read).toBeLessThan(100);
});

test('error.type ends for cyclic causes and bodies', () => {
  const first = plain({});
  const second = new Error('y', { cause: first });
  first.cause = second;
  expect(errorType(first)).toBe('Error');
  const body: { data?: unknown } = {};
  body.data = [body];
  expect(errorType(plain({ body }))).toBe('Error');
});
