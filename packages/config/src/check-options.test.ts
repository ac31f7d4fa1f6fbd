import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  anyBoolean,
  anyFunction,
  ConfigurationError,
  checkOptions,
  httpUrl,
  integerBetween,
  listOf,
  nonEmptyString,
  numberBetween,
  type OptionCheck,
  oneOf,
  portNumber,
  positiveNumber,
  regularExpression,
  secret,
  timerMillis,
} from './index.ts';

const checks: Readonly<Record<string, OptionCheck>> = {
  port: portNumber,
  host: nonEmptyString,
  timeoutMillis: timerMillis,
  onError: anyFunction,
  token: secret(nonEmptyString),
};

function errorOf(options: unknown, required?: readonly string[], path?: string): ConfigurationError | undefined {
  try {
    checkOptions('bot', options, checks, required, path);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
}

test.each([undefined, {}, { port: 0, host: undefined }, { port: 65_535, onError() {}, token: 'x' }])(
  'accepts %j',
  (options) => {
    expect(errorOf(options)).toBeUndefined();
  },
);

test.each<[unknown, string]>([
  [{ port: '80' }, 'port must be an integer from 0 to 65535, got "80"'],
  [{ port: Number.NaN }, 'port must be an integer from 0 to 65535, got NaN'],
  [{ port: null }, 'port must be an integer from 0 to 65535, got null'],
  [{ host: ' ' }, 'host must be a non-empty string, got " "'],
  [
    { timeoutMillis: 2 ** 31 },
    'timeoutMillis must be a whole number of milliseconds from 1 to 2147483647, got 2147483648',
  ],
  [{ onError: true }, 'onError must be a function, got true'],
  ['bot', 'options must be an object, got "bot"'],
  [[], 'options must be an object, got []'],
  [null, 'options must be an object, got null'],
])('rejects %j', (options, problem) => {
  expect(errorOf(options)).toMatchObject({ problem, code: 'ERR_TRADEMETER_OPTION' });
});

test('reports all problems at once', () => {
  const error = errorOf({ prot: 1, port: -1 });
  expect(error?.message).toBe(
    '[trademeter/bot] 2 settings are wrong:\n' +
      '  - there is no option prot (did you mean port?); the options are port, host, timeoutMillis, onError, token\n' +
      '  - port must be an integer from 0 to 65535, got -1',
  );
  expect(error).toMatchObject({ option: 'prot', value: undefined });
  expect(error?.problems.map(({ option }) => option)).toEqual(['prot', 'port']);
});

test('rejects a missing required option', () => {
  expect(errorOf(undefined, ['port'])?.problem).toBe('options must be an object, got undefined');
  expect(errorOf({}, ['port'])?.problem).toBe('port must be an integer from 0 to 65535, got undefined');
});

test('names a nested option by its path', () => {
  expect(errorOf({ port: -1 }, [], 'exporters[0]')?.option).toBe('exporters[0].port');
  expect(errorOf({ nothing: 1 }, [], 'exporters[0]')?.option).toBe('exporters[0].nothing');
  expect(errorOf(5, [], 'exporters[0]')?.problem).toBe('exporters[0] must be an object, got 5');
});

describe('the name that was probably meant', () => {
  test.each([
    ['prot', 'port'],
    ['Port', 'port'],
    ['hots', 'host'],
    ['timeout', 'timeoutMillis'],
    ['timeout_millis', 'timeoutMillis'],
    ['timeoutMs', 'timeoutMillis'],
    ['onerror', 'onError'],
    ['onErr', 'onError'],
    ['tokens', 'token'],
  ])('of %s is %s', (given, meant) => {
    expect(errorOf({ [given]: 1 })?.message).toContain(`there is no option ${given} (did you mean ${meant}?);`);
  });

  test.each(['x', 'venue', 'constructor', 'hop', ''])('of %j is nothing', (given) => {
    expect(errorOf({ [given]: 1 })?.message).not.toContain('did you mean');
  });

  test('is not guessed between two that are equally close', () => {
    const close: Readonly<Record<string, OptionCheck>> = { cat: nonEmptyString, car: nonEmptyString };
    expect(() => checkOptions('bot', { cas: 1 }, close)).toThrow('there is no option cas; the options are cat, car');
  });

  test('of a key that is not a name is quoted and cut', () => {
    expect(errorOf({ 'a\nb': 1 })?.message).toContain('there is no option "a\\nb";');
    expect(errorOf({ ['x'.repeat(1e5)]: 1 })?.message.length).toBeLessThan(300);
  });
});

describe('a secret', () => {
  test('does not appear in the error', () => {
    const error = errorOf({ token: ['s3cret'] });
    expect(error?.problem).toBe(
      'token must be a non-empty string, got a value that is not shown, because it may be a secret',
    );
    expect(inspect(error)).not.toContain('s3cret');
  });

  test('under a misspelt name is not shown either', () => {
    const error = errorOf({ tokn: 's3cret' });
    expect(inspect(error)).not.toContain('s3cret');
  });

  test('in a URL is not shown', () => {
    const error = errorOf({ port: 'https://user:s3cret@host:1/path?token=s3cret' });
    expect(error).toMatchObject({
      problem: 'port must be an integer from 0 to 65535, got "https://host:1/path"',
      value: 'https://host:1/path',
    });
  });
});

test.each<[OptionCheck, readonly unknown[], readonly unknown[]]>([
  [integerBetween(1, Number.POSITIVE_INFINITY), [1, 2 ** 52], [0, 1.5, 2 ** 53, '1', Number.POSITIVE_INFINITY]],
  [numberBetween(0, 1), [0, 0.5, 1], [-0.1, 1.1, Number.NaN, '0']],
  [positiveNumber, [Number.MIN_VALUE, 5], [0, -1, Number.POSITIVE_INFINITY]],
  [timerMillis, [1, 2_147_483_647], [0, 2_147_483_648, 1.5]],
  [oneOf('a', 'b'), ['a', 'b'], ['c', '', undefined, 'a,b']],
  [listOf(nonEmptyString, 'texts'), [[], ['a']], ['a', [''], [1], { 0: 'a', length: 1 }]],
  [httpUrl, ['http://a', 'HTTPS://a/b'], ['a', 'ftp://a', 'http://', 'localhost:80', new URL('http://a')]],
  [anyBoolean, [true, false], ['true', 1, null]],
  [regularExpression, [/a/], ['a', {}]],
])('$allowed', (check, valid, invalid) => {
  expect(valid.filter((value) => !check.accepts(value))).toEqual([]);
  expect(invalid.filter((value) => check.accepts(value))).toEqual([]);
});
