import { describeValue } from '@trademeter/config';
import { swallowIfPromise } from './callable.ts';

/**
 * A figure in the forms that client libraries use: a number, a decimal text, a `bigint`, or an object with `toNumber()`
 * or a decimal `toString()`, such as those of bignumber.js, decimal.js and big.js.
 */
export type Figure = number | string | bigint | object;

/** The largest valid figure. A larger one is an unset field (1.797e308), or would make sums useless. */
const largestFigure = 1e100;

/** The allowed figures, for messages. */
export const allowedFigure = 'a finite number or a decimal text, of at most 1e100';

/** The longest text that is read, which limits the time that reading takes. */
const longestText = 1_000;

/** `xsd:double` without infinity and NaN. No digit can match in two ways, so matching takes linear time. */
const decimalText = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Converts a figure to the nearest number. Returns `NaN` for anything else: `''`, `'1,000'`, `'0x10'`, a list, a date,
 * and values beyond ±1e100. Never throws. A plain number costs one comparison.
 */
export function readFigure(value: unknown): number {
  if (typeof value === 'number') return bounded(value);
  if (typeof value === 'string') return bounded(fromText(value));
  if (typeof value === 'bigint') return bounded(Number(value));
  return typeof value === 'object' && value !== null ? bounded(fromObject(value)) : Number.NaN;
}

/**
 * As {@link readFigure}, but throws.
 *
 * @throws TypeError with the name and the value if it is not a figure
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
  try {
    // A list or a buffer with one item would have the text of that item.
    if (Array.isArray(value) || ArrayBuffer.isView(value)) return Number.NaN;
  } catch {
    // A revoked proxy.
    return Number.NaN;
  }
  const number = answerOf(value, 'toNumber');
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  // Some libraries do not return an inexact number, but their text has every digit.
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
