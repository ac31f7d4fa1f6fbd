import type { Meter } from '@trademeter/instrumentation';

/** How a function of the caller's ended. */
export type Outcome<V> =
  | { readonly value: V; readonly failed: false }
  | { readonly error: unknown; readonly failed: true };

/**
 * Calls `fn` once, tells `ended` once how it went and how long it took, and hands on what it gave: its result, a
 * promise if that was one, or its error, unchanged. While nobody listens it only calls.
 *
 * @param ended must not throw; gets NaN seconds when the clock cannot be read
 */
export function watchCall<R>(
  meter: Meter,
  fn: () => R,
  ended: (outcome: Outcome<Awaited<R>>, seconds: number) => void,
): R {
  if (!meter.isActive()) return fn();
  const start = readClock(meter);
  let isOver = false;
  const end = (outcome: Outcome<Awaited<R>>): void => {
    if (isOver) return;
    isOver = true;
    ended(outcome, Math.max(0, readClock(meter) - start) / 1000);
  };
  let result: R;
  try {
    result = fn();
  } catch (error) {
    end({ error, failed: true });
    throw error;
  }
  const then = thenOf(result);
  if (then === undefined) {
    end({ value: result as Awaited<R>, failed: false });
    return result;
  }
  try {
    // One call of `then`: a query builder runs its query each time that it is called.
    return then.call(
      result,
      (value) => {
        end({ value: value as Awaited<R>, failed: false });
        return value;
      },
      (error: unknown) => {
        end({ error, failed: true });
        throw error;
      },
    ) as R;
  } catch (error) {
    // It throws in `then`: whoever awaits it shall see that.
    end({ error, failed: true });
    return result;
  }
}

/** Whether it can be called. What cannot is told and counted as dropped under this metric's name. */
export function isCallable(meter: Meter, metric: string, fn: unknown): fn is (...args: never[]) => unknown {
  if (typeof fn === 'function') return true;
  meter.attempt(metric, () => {
    throw new TypeError('a function is needed');
  });
  return false;
}

/** Milliseconds since the epoch, or NaN from a clock that throws: that must not stop what is timed. */
export function readClock(meter: Meter): number {
  try {
    return meter.now();
  } catch {
    return Number.NaN;
  }
}

type Then = (onFulfilled: (value: unknown) => unknown, onRejected: (error: unknown) => never) => unknown;

function thenOf(value: unknown): Then | undefined {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  try {
    const { then } = value as { then?: unknown };
    return typeof then === 'function' ? (then as Then) : undefined;
  } catch {
    return undefined;
  }
}
