import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { afterEach, expect, test } from 'vitest';
import { Log } from './index.ts';

afterEach(() => diag.disable());

/** Everything that is logged from now on. */
function listen(): unknown[][] {
  const logged: unknown[][] = [];
  const note = (...given: unknown[]) => void logged.push(given);
  const logger: DiagLogger = { error: note, warn: note, info: note, debug: note, verbose: note };
  diag.setLogger(logger, { suppressOverrideMessage: true });
  logged.length = 0;
  return logged;
}

test('begins with the package', () => {
  const logged = listen();
  const log = new Log('sdk');
  const cause = new Error('x');
  log.error('no connection:', cause);
  log.warn('a warning');
  expect(logged).toEqual([['[trademeter/sdk] no connection:', cause], ['[trademeter/sdk] a warning']]);
});

test('warns once of each kind', () => {
  const logged = listen();
  const log = new Log('sdk');
  log.warnOnce('a');
  log.warnOnce('a');
  log.warnOnce('b, got 1', 'b');
  log.warnOnce('b, got 2', 'b');
  expect(logged.flat()).toEqual(['[trademeter/sdk] a', '[trademeter/sdk] b, got 1']);
});

test('logs one more a minute when the application makes up messages without end', () => {
  const logged = listen();
  let now = 0;
  const log = new Log('sdk', () => now);
  for (let count = 0; count < 5_000; count += 1) log.warnOnce(`new ${count}`);
  expect(logged).toHaveLength(1_000);
  now += 60_000;
  log.warnOnce('new 5000');
  log.warnOnce('new 5001');
  expect(logged).toHaveLength(1_001);
  expect(logged.at(-1)).toEqual(['[trademeter/sdk] new 5000']);
});

test('does not throw when the logger does', () => {
  const fail = () => {
    throw new Error('full');
  };
  diag.setLogger(
    { error: fail, warn: fail, info: fail, debug: fail, verbose: fail },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const log = new Log('sdk');
  for (const level of ['error', 'warn', 'info', 'debug', 'warnOnce'] as const) {
    expect(() => log[level]('x')).not.toThrow();
  }
});
