import { captureLogs } from '@trademeter/testing';
import { expect, test } from 'vitest';
import { Log } from './index.ts';

test('starts with the package', () => {
  using logs = captureLogs();
  const log = new Log('sdk');
  const cause = new Error('x');
  log.error('no connection:', cause);
  log.warn('a warning');
  expect(logs.entries).toEqual([
    { level: 'error', message: '[trademeter/sdk] no connection:', details: [cause] },
    { level: 'warn', message: '[trademeter/sdk] a warning', details: [] },
  ]);
});

test('warns once per kind', () => {
  using logs = captureLogs();
  const log = new Log('sdk');
  log.warnOnce('a');
  log.warnOnce('a');
  log.warnOnce('b, got 1', 'b');
  log.warnOnce('b, got 2', 'b');
  expect(logs.messages).toEqual(['[trademeter/sdk] a', '[trademeter/sdk] b, got 1']);
});

test('logs one per minute after a thousand different messages', () => {
  using logs = captureLogs();
  let now = 0;
  const log = new Log('sdk', () => now);
  for (let count = 0; count < 5_000; count += 1) log.warnOnce(`new ${count}`);
  expect(logs.messages).toHaveLength(1_000);
  now += 60_000;
  log.warnOnce('new 5000');
  log.warnOnce('new 5001');
  expect(logs.messages).toHaveLength(1_001);
  expect(logs.messages.at(-1)).toBe('[trademeter/sdk] new 5000');
});

test('does not throw if the logger throws', () => {
  using logs = captureLogs({
    level: 'verbose',
    onEntry: () => {
      throw new Error('full');
    },
  });
  const log = new Log('sdk');
  for (const level of ['error', 'warn', 'info', 'debug', 'warnOnce'] as const) {
    expect(() => log[level]('x')).not.toThrow();
  }
  expect(logs.messages).toHaveLength(5);
});
