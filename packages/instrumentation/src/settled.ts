/**
 * Runs `fn` once and tells `done` when it has ended: at once, or when the promise that it returns settles. What it
 * returns or throws goes on to the caller unchanged.
 */
export function whenSettled<R>(fn: () => R, done: (failure?: { readonly error: unknown }) => void): R {
  let result: R;
  try {
    result = fn();
  } catch (error) {
    done({ error });
    throw error;
  }
  if (!isPromiseLike(result)) {
    done();
    return result;
  }
  return result.then(
    (value) => {
      done();
      return value;
    },
    (error: unknown) => {
      done({ error });
      throw error;
    },
  ) as R;
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
