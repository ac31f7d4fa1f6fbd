/**
 * Runs `fn` once and tells `done` once when it has ended: at once, or when the promise that it returns settles. What it
 * returns or throws goes on to the caller unchanged.
 *
 * @param done must not throw; gets the failure, or else the value
 */
export function whenSettled<R>(
  fn: () => R,
  done: (failure: { readonly error: unknown } | undefined, value: Awaited<R> | undefined) => void,
): R {
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
    return result;
  }
  let isDone = false;
  const end: typeof done = (failure, value) => {
    if (!isDone) done(failure, value);
    isDone = true;
  };
  try {
    // Called once only: a query builder runs its query each time.
    return then.call(
      result,
      (value) => {
        end(undefined, value as Awaited<R>);
        return value;
      },
      (error: unknown) => {
        end({ error }, undefined);
        throw error;
      },
    ) as R;
  } catch (error) {
    // What it cannot tell us, it tells whoever awaits it.
    end({ error }, undefined);
    return result;
  }
}

type Then = (onFulfilled: (value: unknown) => unknown, onRejected: (error: unknown) => never) => unknown;

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
