import type { AttributesOf, MetricDefinition } from '@trademeter/semantic-conventions';
import type { Histogram } from './instrument.ts';
import type { Timer } from './timer.ts';

/**
 * Runs `fn` and records how long it took, in seconds; when it throws or rejects, with `error.type`, and the error goes
 * on to the caller unchanged.
 *
 * @param fn gets the timer, to add attributes that are only known at the end
 * @returns what `fn` returns: a promise if it returns one, a plain value otherwise
 * @example
 * const answer = await timed(requestDuration, attributes, () => exchange.createOrder(order));
 */
export function timed<D extends MetricDefinition, R>(
  histogram: Histogram<D>,
  attributes: AttributesOf<D>,
  fn: (timer: Timer<AttributesOf<D>>) => R,
): R {
  return runTimed(histogram.startTimer(attributes), fn);
}

/** As {@link timed}, with a timer that is already running. */
export function runTimed<T extends Pick<Timer<object>, 'fail' | 'stop'>, R>(timer: T, fn: (timer: T) => R): R {
  let result: R;
  try {
    result = fn(timer);
  } catch (error) {
    timer.fail(error);
    timer.stop();
    throw error;
  }
  if (!isPromiseLike(result)) {
    timer.stop();
    return result;
  }
  return result.then(
    (value) => {
      timer.stop();
      return value;
    },
    (error: unknown) => {
      timer.fail(error);
      timer.stop();
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
