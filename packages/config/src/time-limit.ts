import { longestTimerMillis } from './option-checks.ts';

/**
 * within waits for a promise, but not longer than a limit.
 *
 * @param keepsProcess whether the timer keeps the process alive, as a flush at the end needs. Default true
 * @returns the result of the promise, or `undefined` if it takes longer; it is not canceled
 */
export async function within<T>(limitMillis: number, promise: Promise<T>, keepsProcess = true): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    // A longer timer, or one of infinity, would fire at once.
    timer = setTimeout(resolve, Math.min(limitMillis, longestTimerMillis), undefined);
    if (!keepsProcess) timer.unref();
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * settlesWithin returns whether a promise resolves or rejects within the limit.
 *
 * @param keepsProcess whether the timer keeps the process alive. Default false
 */
export async function settlesWithin(
  promise: Promise<unknown>,
  limitMillis: number,
  keepsProcess = false,
): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  );
  return (await within(limitMillis, settled, keepsProcess)) === true;
}
