import type { AttributesOf, MetricDefinition } from '@trademeter/semantic-conventions';
import { type AttributesFor, attributesFor, decorateMethod, type MethodDecorator } from './decorator.ts';
import type { Histogram } from './instrument.ts';
import { type Settled, whenSettled } from './settled.ts';
import type { Timer } from './timer.ts';

/**
 * Runs `fn` and records how long it took, in seconds; when it throws or rejects, with `error.type`, and the error goes
 * on to the caller unchanged.
 *
 * @param fn gets the timer, to add attributes that are only known at the end
 * @returns what `fn` returns: a promise if it returns one, or any other thenable, a plain value otherwise
 * @example
 * const answer = await timed(requestDuration, attributes, () => exchange.createOrder(order));
 */
export function timed<D extends MetricDefinition, R>(
  histogram: Histogram<D>,
  attributes: AttributesOf<D>,
  fn: (timer: Timer<AttributesOf<D>>) => R,
): Settled<R>;
/**
 * A standard decorator (TypeScript 5 and later, no flag): times each call of a method as `timed(…, fn)` does. Of a
 * generator it times the making, not the use.
 *
 * @param attributes the same for every call, or a function of the call's arguments
 * @throws ConfigurationError when what it decorates is no method, or by the decorators before TypeScript 5
 * @example
 * class Bot {
 *   \@timed(cycleDuration, {})
 *   async cycle() {}
 * }
 */
export function timed<D extends MetricDefinition, P extends unknown[] = never[]>(
  histogram: Histogram<D>,
  attributes: AttributesFor<D, P>,
): MethodDecorator<P>;
export function timed<D extends MetricDefinition, R>(
  histogram: Histogram<D>,
  attributes: AttributesFor<D, never[]>,
  // Counted, not compared with undefined: who gives no function by mistake is to hear of it.
  ...fn: [((timer: Timer<AttributesOf<D>>) => R)?]
): Settled<R> | MethodDecorator<never[]> {
  if (fn.length > 0) return runTimed(histogram.startTimer(attributes as AttributesOf<D>), fn[0] as () => R);
  return decorateMethod('@timed', (run, args) =>
    runTimed(histogram.startTimer(attributesFor(attributes, args)), () => run()),
  );
}

/** As {@link timed}, with a timer that is already running. */
export function runTimed<T extends Pick<Timer<object>, 'fail' | 'stop'>, R>(timer: T, fn: (timer: T) => R): Settled<R> {
  return whenSettled(
    () => fn(timer),
    (failure) => {
      if (failure !== undefined) timer.fail(failure.error);
      timer.stop();
    },
  );
}
