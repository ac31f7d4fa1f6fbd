/** What becomes of a function's result when its end is told: any thenable becomes a promise, all else stays as it is. */
export type Settled<R> = R extends PromiseLike<infer T> ? Promise<T> : R;

/**
 * Runs `fn` once and tells `done` once when it has ended: at once, or when the promise that it returns settles. What it
 * throws, and a plain value that it returns, goes on to the caller unchanged; a promise, or any other thenable, as a
 * promise of the same value or error.
 *
 * @param done must not throw; gets the failure, or else the value
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
    // Called once only: a query builder runs its query each time.
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
    // As for whoever awaits it: unless it has answered before, this is its answer.
    end({ error }, undefined);
    reject(error);
  }
  return promise as Settled<R>;
}

type Then = (onFulfilled: (value: unknown) => void, onRejected: (error: unknown) => void) => unknown;

/** A getter that throws is no reason to throw here. */
function thenOf(value: unknown): Then | undefined {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  try {
    const { then } = value as { then?: unknown };
    return typeof then === 'function' ? (then as Then) : undefined;
  } catch {
    return undefined;
  }
}
