import { describe, expect, test } from 'vitest';
import {
  type ConfigurationError,
  findVariable,
  httpUrl,
  Problems,
  portNumber,
  readBoolean,
  readInteger,
  readList,
  readText,
  readWord,
  secret,
  throwFirstProblem,
} from './index.ts';

const strict = throwFirstProblem('bot');

function problemsOf(read: (problems: Problems) => unknown): string[] {
  const problems = new Problems('bot');
  expect(read(problems)).toBeUndefined();
  try {
    problems.throwIfAny();
    return [];
  } catch (error) {
    return (error as ConfigurationError).problems.map(({ problem }) => problem);
  }
}

describe('a variable', () => {
  test.each([' 9999 ', '9999\n', '\t9999'])('is trimmed: %j', (value) => {
    expect(readInteger(findVariable({ PORT: value }, 'PORT'), portNumber, strict)).toBe(9999);
  });

  test.each([undefined, '', ' ', '\n', '""', "''", ' "" ', '\u200b'])('that is empty counts as unset: %j', (value) => {
    expect(findVariable({ PORT: value }, 'PORT')).toBeUndefined();
  });

  test('is the first one that is set', () => {
    expect(findVariable({ A: ' ', B: 'b', C: 'c' }, 'A', 'B', 'C')).toEqual({ name: 'B', value: 'b' });
  });
});

test.each(['1e3', '0x10', '-1', '1.5', '8 0', '65536', 'abc', '+1'])('%j is not a port', (value) => {
  const variable = { name: 'PORT', value };
  const message = `PORT must be an integer from 0 to 65535, got ${JSON.stringify(value)}`;
  expect(problemsOf((problems) => readInteger(variable, portNumber, problems))).toEqual([message]);
  expect(() => readInteger(variable, portNumber, strict)).toThrow(`[trademeter/bot] ${message}`);
});

test('a word is read in any case', () => {
  expect(readWord({ name: 'A', value: 'GZIP' }, ['none', 'gzip'], strict)).toBe('gzip');
  expect(readBoolean({ name: 'A', value: 'True' }, strict)).toBe(true);
  expect(readBoolean({ name: 'A', value: 'false' }, strict)).toBe(false);
  expect(readBoolean(undefined, strict)).toBe(false);
  expect(() => readBoolean({ name: 'A', value: 'yes' }, strict)).toThrow('A must be one of true, false, got "yes"');
});

test('a list is separated by commas, without empty entries', () => {
  expect(readList({ name: 'A', value: 'a, b,,c ,' })).toEqual(['a', 'b', 'c']);
  expect(readList(undefined)).toEqual([]);
});

test('a secret text is not shown', () => {
  const read = (problems: Problems) => readText({ name: 'URL', value: 's3cret' }, secret(httpUrl), problems);
  expect(problemsOf(read)).toEqual([
    'URL must be a URL that begins with http:// or https://, got a value that is not shown, because it may be a secret',
  ]);
});
