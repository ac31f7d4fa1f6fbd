import type { AttributesOf, MetricDefinition } from '@trademeter/semantic-conventions';
import { type AttributesFor, attributesFor, decorateMethod, type MethodDecorator } from './decorator.ts';
import type { Histogram } from './instrument.ts';
import { type Settled, whenSettled } from './settled.ts';
import type { Timer } from './timer.ts';

/**
 * Runs `fn` and records how long it took, in seconds. If it throws or rejects, the recording has an `error.type` and
 * the error reaches the caller unchanged.
 *
 * @param fn is called with the timer, to add attributes that are only known at the end
 * @returns what `fn` returns; a thenable as a promise
 * @example
 * const answer = await timed(requestDuration, attributes, () => exchange.createOrder(order));
 */
export function timed<D extends MetricDefinition, R>(
  histogram: Histogram<D>,
  attributes: AttributesOf<D>,
  fn: (timer: Timer<AttributesOf<D>>) => R,
): Settled<R>;
/**
 * A standard decorator (TypeScript 5 and later, without flags) that times each call of a method as `timed(…, fn)` does.
 * For a generator method it times the creation of the generator, not its use.
 *
 * @param attributes the attributes of every call, or a function of the call's arguments
 * @throws ConfigurationError if it does not decorate a method, or is used as a legacy decorator
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
  // A rest parameter, so that passing undefined by mistake throws.
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
