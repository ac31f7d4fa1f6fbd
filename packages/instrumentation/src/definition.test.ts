import type { AttributesOf } from '@trademeter/semantic-conventions';
import { expect, expectTypeOf, test } from 'vitest';
import { ConfigurationError, createMeter, defineMetric, errorType } from './index.ts';

const placed = defineMetric({
  name: 'test.placed',
  instrument: 'counter',
  unit: '{order}',
  description: 'Orders.',
  attributes: {
    symbol: { type: 'string', requirement: 'required' },
    side: { type: 'string', requirement: 'required', values: ['buy', 'sell'] },
    type: { type: 'string', requirement: 'recommended', values: ['limit'], open: true },
    attempt: { type: 'int', requirement: 'opt_in' },
  },
});

test('a wrong or missing attribute is a type error', () => {
  expectTypeOf<AttributesOf<typeof placed>['side']>().toEqualTypeOf<'buy' | 'sell'>();
  const counter = createMeter({ name: 'test' }).counter(placed);
  counter.add(1, { symbol: 'AAPL', side: 'buy' });
  counter.add(1, { symbol: 'AAPL', side: 'sell', type: 'iceberg', attempt: undefined });
  // @ts-expect-error side is missing
  counter.add(1, { symbol: 'AAPL' });
  // @ts-expect-error hold is no side
  counter.add(1, { symbol: 'AAPL', side: 'hold' });
  // @ts-expect-error there is no such attribute
  counter.add(1, { symbol: 'AAPL', side: 'buy', orderId: '1' });
  // @ts-expect-error attempt is a number
  counter.add(1, { symbol: 'AAPL', side: 'buy', attempt: 'first' });
  // @ts-expect-error a counter is no histogram
  expect(() => createMeter({ name: 'test' }).histogram(placed)).toThrow(ConfigurationError);
});

const valid = {
  name: 'a.b',
  instrument: 'histogram',
  unit: 's',
  description: '',
  attributes: {},
  boundaries: [1],
} as const;

test.each([
  ['name', { ...valid, name: '1st' }, 'the name of metric "1st" must be a letter followed by'],
  ['instrument', { ...valid, instrument: 'meter' }, 'the instrument of metric "a.b" must be counter,'],
  ['boundaries', { ...valid, boundaries: undefined }, 'the boundaries of metric "a.b" must be a list of ascending'],
  ['order of the boundaries', { ...valid, boundaries: [1, 1] }, 'the boundaries of metric "a.b" must be a list of asc'],
  [
    'attribute',
    { ...valid, attributes: { x: { type: 'text' } } },
    'the type of attribute x of metric "a.b" must be one',
  ],
])('a definition with a wrong %s is refused', (_part, definition, message) => {
  const attempt = () => defineMetric(definition as never);
  expect(attempt).toThrow(ConfigurationError);
  expect(attempt).toThrow(message);
});

test.each([
  ['option', { name: 'x', meterprovider: {} }, 'there is no option "meterprovider"; the options are name, version'],
  ['clock', { name: 'x', now: 5 }, 'now must be a function, got 5'],
  ['name', {}, 'name must be a non-empty string, got undefined'],
  ['options', undefined, 'options must be an object, got undefined'],
])('a meter with a wrong %s is refused', (_what, options, message) => {
  expect(() => createMeter(options as never)).toThrow(`[trademeter/instrumentation] ${message}`);
});

class InsufficientFunds extends Error {}

test.each([
  [new InsufficientFunds('broke'), 'InsufficientFunds'],
  [Object.assign(new Error('x'), { name: 'RateLimitExceeded' }), 'RateLimitExceeded'],
  [Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  [Object.assign(new Error('x'), { status: 429 }), '429'],
  [new Error('order 123 was refused'), 'Error'],
  [new TypeError('x'), 'TypeError'],
  [503, '503'],
  ['insufficient_credit_limit', 'insufficient_credit_limit'],
  ['order 123 was refused because the price moved', '_OTHER'],
  [undefined, '_OTHER'],
  [12, '_OTHER'],
  [{ code: 'EPIPE' }, 'EPIPE'],
  [Object.assign(new Error('duplicate key'), { name: 'error', code: '23505' }), '23505'],
  [Object.assign(new Error('x'), { status: '429' }), 'Error'],
  ['429', '429'],
  ['550e8400-e29b-41d4-a716-446655440000', '_OTHER'],
  [Object.assign(new Error('x'), { code: 'ORD-918273' }), 'Error'],
  [Object.assign(new Error('x'), { name: '1234567890' }), '_OTHER'],
])('error.type of %s is %s', (error, type) => {
  expect(errorType(error)).toBe(type);
});

test('error.type of what cannot even be read is _OTHER', () => {
  const trap = () => {
    throw new Error('trap');
  };
  expect(errorType(new Proxy({}, { get: trap, getPrototypeOf: trap }))).toBe('_OTHER');
});
