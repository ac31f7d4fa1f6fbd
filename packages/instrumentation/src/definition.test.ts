import type { AttributesOf } from '@trademeter/semantic-conventions';
import { expect, expectTypeOf, test } from 'vitest';
import { ConfigurationError, createMeter, defineMetric } from './index.ts';

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

test('an invalid or missing attribute is a type error', () => {
  expectTypeOf<AttributesOf<typeof placed>['side']>().toEqualTypeOf<'buy' | 'sell'>();
  const counter = createMeter({ name: 'test' }).counter(placed);
  counter.add(1, { symbol: 'AAPL', side: 'buy' });
  counter.add(1, { symbol: 'AAPL', side: 'sell', type: 'iceberg', attempt: undefined });
  // @ts-expect-error side is missing
  counter.add(1, { symbol: 'AAPL' });
  // @ts-expect-error hold is not a side
  counter.add(1, { symbol: 'AAPL', side: 'hold' });
  // @ts-expect-error there is no such attribute
  counter.add(1, { symbol: 'AAPL', side: 'buy', orderId: '1' });
  // @ts-expect-error attempt is a number
  counter.add(1, { symbol: 'AAPL', side: 'buy', attempt: 'first' });
  // @ts-expect-error a counter is not a histogram
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
  [
    'key',
    { ...valid, cardinalityLimt: 5 },
    'there is no option metric "a.b".cardinalityLimt (did you mean cardinalityLimit?); the options are name, instrument,',
  ],
  [
    'key of an attribute',
    { ...valid, attributes: { x: { type: 'string', requirement: 'required', value: ['a'] } } },
    'there is no option attribute "x" of metric "a.b".value (did you mean values?); the options are type, requirement,',
  ],
])('a definition with an invalid %s throws', (_part, definition, message) => {
  const attempt = () => defineMetric(definition as never);
  expect(attempt).toThrow(ConfigurationError);
  expect(attempt).toThrow(expect.objectContaining({ code: 'ERR_TRADEMETER_DEFINITION' }));
  expect(attempt).toThrow(message);
});

test.each([
  [
    'option',
    { name: 'x', meterprovider: {} },
    'there is no option meterprovider (did you mean meterProvider?); the options are name, version',
  ],
  ['clock', { name: 'x', now: 5 }, 'now must be a function, got 5'],
  ['name', {}, 'name must be a non-empty string, got undefined'],
  ['options', undefined, 'options must be an object, got undefined'],
])('a meter with an invalid %s throws', (_what, options, message) => {
  expect(() => createMeter(options as never)).toThrow(`[trademeter/instrumentation] ${message}`);
});
