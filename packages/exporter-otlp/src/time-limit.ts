/**
 * Waits for a promise, but not longer than this.
 *
 * @returns what it resolves to, or `undefined` when it takes longer; then it is left to itself
 */
export async function within<T>(limitMillis: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, limitMillis, undefined);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
