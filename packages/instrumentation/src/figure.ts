import { describeValue } from '@trademeter/config';
import { swallowIfPromise } from './callable.ts';

/**
 * A figure as clients give it: a number, a decimal text, a `bigint`, or an object with `toNumber()` or a decimal
 * `toString()`, such as those of bignumber.js, decimal.js and big.js.
 */
export type Figure = number | string | bigint | object;

/** No price, quantity or amount of money is larger: what is, is an unset field (1.797e308) or would spoil a sum. */
const largestFigure = 1e100;

/** What a figure may be, for messages. */
export const allowedFigure = 'a finite number or a decimal text, of at most 1e100';

/** More digits than any figure has: what reading a text costs has to end somewhere. */
const longestText = 1_000;

/** `xsd:double` without its words for infinity and NaN; no digit can match in two ways, so reading takes linear time. */
const decimalText = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * The number nearest to a figure. `NaN` for what is not a figure: `''`, `'1,000'`, `'0x10'`, a list, a date, and
 * anything beyond 1e100 on either side of 0. Never throws. A plain number costs one comparison.
 */
export function readFigure(value: unknown): number {
  if (typeof value === 'number') return bounded(value);
  if (typeof value === 'string') return bounded(fromText(value));
  if (typeof value === 'bigint') return bounded(Number(value));
  return typeof value === 'object' && value !== null ? bounded(fromObject(value)) : Number.NaN;
}

/**
 * As {@link readFigure}, for what throws on a wrong argument.
 *
 * @throws TypeError naming the figure and its value when it is not one
 */
export function requireFigure(name: string, value: unknown): number {
  const figure = readFigure(value);
  if (Number.isNaN(figure)) throw new TypeError(`${name} must be ${allowedFigure}, got ${describeValue(value)}`);
  return figure;
}

function bounded(value: number): number {
  return value >= -largestFigure && value <= largestFigure ? value : Number.NaN;
}

function fromText(text: string): number {
  return text.length <= longestText && decimalText.test(text) ? Number(text) : Number.NaN;
}

function fromObject(value: object): number {
  // The text of a list or of bytes is that of their only item.
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Number.NaN;
  const number = answerOf(value, 'toNumber');
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  // Some refuse to give a number that is not exact, and give every digit as text.
  const text = answerOf(value, 'toString');
  return typeof text === 'string' ? fromText(text) : Number.NaN;
}

function answerOf(value: object, method: 'toNumber' | 'toString'): unknown {
  try {
    const answer: unknown = (value as Partial<Record<typeof method, () => unknown>>)[method]?.();
    return swallowIfPromise(answer) ? undefined : answer;
  } catch {
    return undefined;
  }
}
