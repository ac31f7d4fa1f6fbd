import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { settlesWithin, within } from './index.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new Promise<never>(() => undefined);

test('waits for a promise that resolves in time, and leaves no timer', async () => {
  expect(await within(100, Promise.resolve(5))).toBe(5);
  await expect(within(100, Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await settlesWithin(Promise.resolve(), 100)).toBe(true);
  expect(await settlesWithin(Promise.reject(new Error('no')), 100)).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test('stops waiting after the limit', async () => {
  const waits = Promise.all([within(100, never), settlesWithin(never, 100)]);
  await vi.advanceTimersByTimeAsync(100);
  expect(await waits).toEqual([undefined, false]);
});

test.each([Number.POSITIVE_INFINITY, 1e12])(
  'a limit of %d, longer than a timer can be, does not end at once',
  async (limit) => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const waits = within(limit, promise);
    await vi.advanceTimersByTimeAsync(60_000);
    resolve(5);
    expect(await waits).toBe(5);
  },
);

test('a late rejection is not unhandled', async () => {
  const { promise, reject } = Promise.withResolvers<void>();
  const waits = Promise.all([within(100, promise), settlesWithin(promise, 100)]);
  await vi.advanceTimersByTimeAsync(100);
  reject(new Error('late'));
  expect(await waits).toEqual([undefined, false]);
});
