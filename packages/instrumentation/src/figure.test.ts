import { createTestTelemetry } from '@trademeter/testing';
import { Big } from 'big.js';
import { BigNumber } from 'bignumber.js';
import { Decimal } from 'decimal.js';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMeter, readFigure, requireFigure } from './index.ts';

test.each([
  ['0.5', 0.5],
  ['64010', 64_010],
  ['-0.000', -0],
  ['0.000', 0],
  ['00023.23', 23.23],
  ['+12.5', 12.5],
  ['.5', 0.5],
  ['5.', 5],
  ['1e-7', 1e-7],
  ['1.5E+3', 1_500],
  ['0E-18', 0],
  ['9007199254740993', 9_007_199_254_740_992],
  [`0.${'0'.repeat(400)}1`, 0],
])('reads the text %j as %d', (text, figure) => {
  expect(readFigure(text)).toBe(figure);
});

test.each([
  '',
  ' ',
  ' 5',
  '5\n',
  '1,000',
  '1.000,5',
  '1_000',
  '1.2.3',
  '0x10',
  '0b1',
  '5n',
  '$5',
  '5%',
  '12abc',
  '--1',
  '+-1',
  '-',
  '.',
  '-.',
  'e5',
  '1e',
  '1e5.5',
  'NaN',
  'Infinity',
  '-Infinity',
  'null',
  '１２',
  '٣',
  '1e400',
  '1e101',
  '-1e101',
  '9'.repeat(102),
  '9'.repeat(1_000_000),
])('the text %j is not a figure', (text) => {
  expect(readFigure(text)).toBeNaN();
});

test.each([
  [0n, 0],
  [-5n, -5],
  [2n ** 64n, 2 ** 64],
])('reads the bigint %o as %d', (integer, figure) => {
  expect(readFigure(integer)).toBe(figure);
});

test('a value beyond ±1e100 is not a figure, in any form', () => {
  for (const sign of [1, -1]) {
    expect(readFigure(sign * 1e100)).toBe(sign * 1e100);
    for (const absurd of [1.01e100, 1.7976931348623157e308, Number.POSITIVE_INFINITY]) {
      expect(readFigure(sign * absurd)).toBeNaN();
      expect(readFigure(String(sign * absurd))).toBeNaN();
      expect(readFigure(new BigNumber(sign * absurd))).toBeNaN();
    }
    expect(readFigure(BigInt(sign) * 10n ** 101n)).toBeNaN();
    expect(readFigure(BigInt(sign) * 10n ** 5_000n)).toBeNaN();
  }
  expect(readFigure(Number.NaN)).toBeNaN();
});

describe.each([
  ['bignumber.js', (text: string) => new BigNumber(text)],
  ['decimal.js', (text: string) => new Decimal(text)],
  ['big.js', (text: string) => new Big(text)],
])('of %s', (_, decimal) => {
  test.each(['0', '-0', '0.5', '-64010.25', '1e-18', '1e30', '0.1000000000000000055511151231257827'])(
    '%s reads as the nearest number',
    (text) => {
      expect(readFigure(decimal(text))).toBe(Number(text));
    },
  );

  test('any decimal reads as the nearest number', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }),
        fc.integer({ min: -60, max: 50 }),
        (digits, exponent) => {
          const text = `${digits}e${exponent}`;
          expect(readFigure(decimal(text))).toBe(readFigure(text));
        },
      ),
    );
  });
});

test("a decimal library's NaN is not a figure", () => {
  for (const none of [
    new BigNumber(Number.NaN),
    new BigNumber(1).div(0),
    new Decimal(Number.NaN),
    new Decimal(1).div(0),
  ]) {
    expect(readFigure(none)).toBeNaN();
  }
});

test('an object that does not return an inexact number is read from its text', () => {
  const strict = Big();
  strict.strict = true;
  expect(readFigure(new strict('0.30000000000000000001'))).toBe(0.3);
  const refuses = { toNumber: () => Number.NaN, toString: () => '1000000000000000000' };
  expect(readFigure(refuses)).toBe(1e18);
});

const fails = () => {
  throw new Error('no');
};

test.each([
  ['undefined', undefined],
  ['null', null],
  ['true', true],
  ['a symbol', Symbol('5')],
  ['a function', () => 5],
  ['an empty object', {}],
  ['a list of one figure', [5]],
  ['a list of lists', [['5']]],
  ['bytes that spell a figure', Buffer.from('5')],
  ['an array of bytes', new Uint8Array([5])],
  ['a date', new Date(5)],
  ['a map', new Map([['5', 5]])],
  ['an object without a prototype', Object.create(null)],
  ['an object whose toNumber is not a function', { toNumber: 5, toString: 5 }],
  ['an object whose methods throw', { toNumber: fails, toString: fails }],
  ['an object whose methods are unreadable', new Proxy({}, { get: fails })],
  ['an object whose text is not decimal', { toNumber: () => '5', toString: () => '0x5' }],
])('%s is not a figure', (_, value) => {
  expect(readFigure(value)).toBeNaN();
});

test('a promise of a figure is not a figure, and its rejection is ignored', async () => {
  expect(readFigure({ toNumber: () => Promise.reject(new Error('late')), toString: async () => '5' })).toBeNaN();
  expect(readFigure(Promise.resolve(5))).toBeNaN();
  // An unhandled rejection would fail the run here.
  await new Promise((resolve) => setImmediate(resolve));
});

test('every number up to 1e100 reads as itself, and so does its text in JavaScript', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e100, max: 1e100, noNaN: true }), (number) => {
      expect(readFigure(number)).toBe(number);
      // The text of -0 has no sign.
      expect(readFigure(String(number))).toBe(number + 0);
    }),
  );
});

test('a text in fixed notation reads as the nearest number, even with extra zeros', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(fc.constantFrom('', '-', '+'), digits, digits, fc.nat(5), (sign, whole, fraction, zeros) => {
      const padding = '0'.repeat(zeros);
      expect(readFigure(`${sign}${padding}${whole}.${fraction}${padding}`)).toBe(Number(`${sign}${whole}.${fraction}`));
    }),
  );
});

test('a text is read only if all of its characters belong to a decimal', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789+-.eE _,xn'.split('')), maxLength: 8 }), (text) => {
      const figure = readFigure(text);
      if (Number.isNaN(figure)) return;
      expect(text).toMatch(/^[-+0-9.eE]+$/);
      expect(text).toMatch(/[0-9]/);
      expect(figure).toBe(Number(text));
    }),
    { numRuns: 2_000 },
  );
});

test('any value reads as a number up to 1e100 or as NaN, and nothing throws', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withTypedArray: true,
  });
  fc.assert(
    fc.property(anything, (value) => {
      const figure = readFigure(value);
      expect(typeof figure).toBe('number');
      expect(Math.abs(figure) > 1e100).toBe(false);
    }),
    { numRuns: 1_000 },
  );
});

test('an invalid required figure throws with its name and its value', () => {
  expect(requireFigure('value', '0.5')).toBe(0.5);
  expect(() => requireFigure('value', '1,000')).toThrow(
    new TypeError('value must be a finite number or a decimal text, of at most 1e100, got "1,000"'),
  );
});

test('a meter reads figures, and drops and counts anything else', async () => {
  await using telemetry = createTestTelemetry();
  const meter = createMeter({ name: 'test', meterProvider: telemetry.meterProvider });
  const read = (value: unknown) => meter.figure('test.size', 'the amount', value);

  expect([5, '0.5', 3n, new Decimal('1.25')].map(read)).toEqual([5, 0.5, 3, 1.25]);
  expect([Number.NaN, '', null, undefined, 1.7976931348623157e308].map(read)).toEqual(Array(5).fill(undefined));
  expect(await telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': 'invalid_value' })).toBe(
    5,
  );
});
