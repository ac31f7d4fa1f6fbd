/** The result of a function whose end is observed: a thenable becomes a promise, anything else stays the same. */
export type Settled<R> = R extends PromiseLike<infer T> ? Promise<T> : R;

/**
 * Runs `fn` once and calls `done` once when it has ended: immediately, or when the returned promise settles. An error
 * or a plain value reaches the caller unchanged; a promise, or any other thenable, becomes a promise of the same value
 * or error.
 *
 * @param done is called with the failure, or with the value; must not throw
 */
export function whenSettled<R>(
  fn: () => R,
  done: (failure: { readonly error: unknown } | undefined, value: Awaited<R> | undefined) => void,
): Settled<R> {
  let result: R;
  try {
    result = fn();
  } catch (error) {
    done({ error }, undefined);
    throw error;
  }
  const then = thenOf(result);
  if (then === undefined) {
    done(undefined, result as Awaited<R>);
    return result as Settled<R>;
  }
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  let isDone = false;
  const end: typeof done = (failure, value) => {
    if (!isDone) done(failure, value);
    isDone = true;
  };
  try {
    // Called only once, because a query builder runs its query each time.
    then.call(
      result,
      (value) => {
        end(undefined, value as Awaited<R>);
        resolve(value);
      },
      (error) => {
        end({ error }, undefined);
        reject(error);
      },
    );
  } catch (error) {
    // As with `await`, an error of `then` rejects unless the thenable has settled before.
    end({ error }, undefined);
    reject(error);
  }
  return promise as Settled<R>;
}

type Then = (onFulfilled: (value: unknown) => void, onRejected: (error: unknown) => void) => unknown;

/** Reads `then`. Does not throw if its getter does. */
function thenOf(value: unknown): Then | undefined {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  try {
    const { then } = value as { then?: unknown };
    return typeof then === 'function' ? (then as Then) : undefined;
  } catch {
    return undefined;
  }
}
