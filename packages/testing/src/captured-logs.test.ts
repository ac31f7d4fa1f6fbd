import { DiagLogLevel, diag } from '@opentelemetry/api';
import { ConfigurationError } from '@trademeter/config';
import { expect, test } from 'vitest';
import { captureLogs } from './index.ts';

test('captures warnings and errors with their details, and leaves the rest', () => {
  using logs = captureLogs();
  const error = new Error('refused');
  diag.error('no connection:', error);
  diag.warn('[trademeter/sdk] a warning');
  diag.info('information');
  expect(logs.messages).toEqual(['no connection: Error: refused', '[trademeter/sdk] a warning']);
  expect(logs.entries[0]).toEqual({ level: 'error', message: 'no connection:', details: [error] });
  expect(logs.from('sdk')).toEqual(['a warning']);
});

test('captures what is less severe when it is asked to', () => {
  using logs = captureLogs({ level: 'verbose' });
  diag.verbose('a detail');
  expect(logs.entries).toEqual([{ level: 'verbose', message: 'a detail', details: [] }]);
});

test('restores the logger that was there before, with its level', () => {
  const logged: string[] = [];
  const log = (message: string) => void logged.push(message);
  const logger = { error: log, warn: log, info: log, debug: log, verbose: log };
  diag.setLogger(logger, { logLevel: DiagLogLevel.INFO, suppressOverrideMessage: true });
  const logs = captureLogs();
  diag.warn('captured');
  logs.stop();
  diag.info('to the logger');
  diag.debug('to nobody');
  expect(logged).toEqual(['to the logger']);
  expect(logs.messages).toEqual(['captured']);
  diag.disable();
});

test('leaves a logger that was set since', () => {
  const logs = captureLogs();
  using later = captureLogs();
  logs.stop();
  diag.warn('to the later one');
  expect(later.messages).toEqual(['to the later one']);
});

test('hands on an error to the code that logs, as a broken logger does', () => {
  using _logs = captureLogs({
    onEntry: () => {
      throw new Error('the log is closed');
    },
  });
  expect(() => diag.warn('x')).toThrow('the log is closed');
});

test('rejects a level that does not exist', () => {
  expect(() => captureLogs({ level: 'fatal' as 'error' })).toThrow(ConfigurationError);
  expect(() => captureLogs({ level: 'fatal' as 'error' })).toThrow(
    '[trademeter/testing] level must be one of error, warn, info, debug, verbose, got "fatal"',
  );
});
