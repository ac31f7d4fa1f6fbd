import { afterEach, expect, test, vi } from 'vitest';
import { writeErrorLine, writeSafely } from './standard-stream.ts';

afterEach(() => vi.restoreAllMocks());

test('many lines in one turn of the loop use one listener', async () => {
  const before = process.stderr.listenerCount('error');
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  for (let line = 0; line < 100; line += 1) writeErrorLine(`line ${line}`);
  expect(process.stderr.listenerCount('error')).toBe(before + 1);
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  expect(process.stderr.listenerCount('error')).toBe(before);
  expect(write).toHaveBeenCalledTimes(100);
});

test('every pending write gets the error', async () => {
  const error = new Error('ENOSPC');
  const writes = [1, 2].map(() => writeSafely(process.stderr, () => {}));
  process.stderr.emit('error', error);
  expect(await Promise.all(writes)).toEqual([error, error]);
  expect(await writeSafely(process.stderr, () => {})).toBeUndefined();
});
