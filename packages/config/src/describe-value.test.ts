import { expect, test } from 'vitest';
import { ConfigurationError, describeError, describeValue, messageOf } from './index.ts';

const hostile = new Proxy(
  {},
  {
    get() {
      throw new Error('no');
    },
    getPrototypeOf() {
      throw new Error('no');
    },
  },
);

test.each<[unknown, string]>([
  ['a"b\n', '"a\\"b\\n"'],
  ['x'.repeat(61), `"${'x'.repeat(60)}…"`],
  [5n, '5n'],
  [-0, '0'],
  [Number.NaN, 'NaN'],
  [undefined, 'undefined'],
  [null, 'null'],
  [() => 5, 'a function'],
  [Symbol('s'), 'a symbol'],
  [{}, 'an object'],
  [new Error('gone'), '"gone"'],
  [[], '[]'],
  [[1, 3, 2], '[1, 3, 2]'],
  [['a', {}, [1]], '["a", an object, an array]'],
  [Array.from({ length: 100 }, () => 0), `[${'0, '.repeat(20)}…]`],
  ['postgres://me:s3cret@db/bots?password=s3cret', '"postgres://db/bots"'],
  ['ftp://me:s3 cret@host/a', '"ftp://host/a"'],
  ['http://me:s3/cr?et@host:9091', '"http://host:9091"'],
  ['https://host/@scope/a', '"https://host/@scope/a"'],
  ['sent to https://me:s3cret@host, then', '"sent to https://host, then"'],
])('describes %s', (value, text) => {
  expect(describeValue(value)).toBe(text);
});

test('describes an object of which every access throws', () => {
  expect(describeValue(hostile)).toBe('a object');
});

test('returns the message of an error', () => {
  expect(messageOf(new Error('gone'))).toBe('gone');
  expect(messageOf(new Error(''))).toBe('""');
  expect(messageOf('gone')).toBe('"gone"');
  expect(messageOf(new Error('x'.repeat(1_000)))).toHaveLength(301);
  expect(messageOf(new ConfigurationError('sdk', 'port is taken', { option: 'port' }))).toBe('port is taken');
  expect(messageOf(hostile)).toBe('a object');
});

test('describes an error with its class', () => {
  expect(describeError(new TypeError('no connection'))).toBe('TypeError: no connection');
  expect(describeError('gone')).toBe('gone');
  expect(describeError(hostile)).toBe('a value that cannot be shown');
});
