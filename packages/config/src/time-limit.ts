/**
 * Waits for a promise, but not longer than this.
 *
 * @param keepsProcess whether the timer keeps the process alive, as a flush at the end needs it. Default true
 * @returns what the promise resolves to, or `undefined` when it takes longer; then it is left to itself
 */
export async function within<T>(limitMillis: number, promise: Promise<T>, keepsProcess = true): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, limitMillis, undefined);
    if (!keepsProcess) timer.unref();
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * True when a promise settles, one way or the other, before the time is over.
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
