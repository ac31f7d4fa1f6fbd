import { describe, expect, test, vi } from 'vitest';
import { ConfigurationError } from './index.ts';

const error = new ConfigurationError('sdk', 'port must be a number, got "a"', { option: 'port', value: 'a' });

test('has the package in its message, and the details in its fields', () => {
  expect(error).toMatchObject({
    name: 'ConfigurationError',
    message: '[trademeter/sdk] port must be a number, got "a"',
    problem: 'port must be a number, got "a"',
    code: 'ERR_TRADEMETER_OPTION',
    option: 'port',
    value: 'a',
    problems: [{ option: 'port', problem: 'port must be a number, got "a"', value: 'a' }],
  });
  expect(error).not.toHaveProperty('cause');
});

test('keeps its cause', () => {
  const cause = new Error('EACCES');
  const details = { code: 'ERR_TRADEMETER_FILE', option: 'tls', cause } as const;
  expect(new ConfigurationError('sdk', 'tls', details)).toMatchObject({ code: 'ERR_TRADEMETER_FILE', cause });
});

describe('instanceof', () => {
  test('is true for an error of another copy of the package', async () => {
    vi.resetModules();
    const copy = await import('./index.ts');
    expect(copy.ConfigurationError).not.toBe(ConfigurationError);
    const other: unknown = new copy.ConfigurationError('sdk', 'x', { option: 'x' });
    expect(other instanceof ConfigurationError).toBe(true);
    expect(error instanceof copy.ConfigurationError).toBe(true);
  });

  test.each([
    ['another error', new Error('x')],
    ['an error that only has the name', Object.assign(new Error('x'), { name: 'ConfigurationError' })],
    ['undefined', undefined],
    ['null', null],
    ['a string', 'x'],
  ])('is false for %s', (_, value: unknown) => {
    expect(value instanceof ConfigurationError).toBe(false);
  });

  test('of a subclass is true for its own instances only', () => {
    class OwnError extends ConfigurationError {}
    const own: unknown = new OwnError('bot', 'x', { option: 'x' });
    expect(own instanceof OwnError).toBe(true);
    expect(own instanceof ConfigurationError).toBe(true);
    expect(error instanceof OwnError).toBe(false);
  });
});
