import { expect, test } from 'vitest';
import { attributeValue } from './index.ts';

const text = { type: 'string', requirement: 'required' } as const;
const side = { ...text, values: ['buy', 'sell'] } as const;

test.each([
  ['a text unchanged', text, 'AAPL', 'AAPL'],
  ['a text in its own case', text, 'Momentum', 'Momentum'],
  ['a number as its digits', text, 5, '5'],
  ['a long text cut', text, 'x'.repeat(300), 'x'.repeat(255)],
  ['a lone surrogate replaced', text, 'a\uD800', 'a\uFFFD'],
  ['a listed value', side, 'buy', 'buy'],
  ['a listed value in another case', side, 'BUY', 'buy'],
  ['an unlisted value of an open list', { ...side, open: true }, 'Cover', 'Cover'],
  ['an integer', { type: 'int', requirement: 'required' }, 5, 5],
  ['a number', { type: 'double', requirement: 'required' }, 0.5, 0.5],
  ['a truth', { type: 'boolean', requirement: 'required' }, false, false],
] as const)('records %s', (_name, definition, value, recorded) => {
  expect(attributeValue(definition, value)).toBe(recorded);
});

test.each([
  ['an empty text', text, ''],
  ['nothing', text, undefined],
  ['null', text, null],
  ['an object', text, { toString: () => 'x' }],
  ['NaN', text, Number.NaN],
  ['an unlisted value of a closed list', side, 'hold'],
  ['a fraction for an integer', { type: 'int', requirement: 'required' }, 1.5],
  ['a text for a boolean', { type: 'boolean', requirement: 'required' }, 'true'],
] as const)('does not record %s', (_name, definition, value) => {
  expect(attributeValue(definition, value)).toBeUndefined();
});
