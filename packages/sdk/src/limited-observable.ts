import type { Attributes, Observable, ObservableCallback, ObservableResult } from '@opentelemetry/api';
import type { ObservedValues } from './observed-values.ts';
import { overflow, type SeriesLimit } from './series-limit.ts';

/**
 * An observable instrument whose series beyond the limit are put together: of a sum they add up, of a gauge the last one
 * stands. The SDK would let the last one stand for all of a sum, too.
 *
 * @param sums where the values of a sum are kept; left out for a gauge
 */
export function limitedObservable<T extends Observable>(observable: T, limit: SeriesLimit, sums?: ObservedValues): T {
  const ours = new WeakMap<ObservableCallback, ObservableCallback>();
  const own: Observable = {
    addCallback(callback) {
      const through = ours.get(callback) ?? limitedCallback(callback, limit, sums);
      ours.set(callback, through);
      observable.addCallback(through);
    },
    removeCallback(callback) {
      observable.removeCallback(ours.get(callback) ?? callback);
    },
  };
  return Object.assign(Object.create(observable) as T, own);
}

function limitedCallback(callback: ObservableCallback, limit: SeriesLimit, sums?: ObservedValues): ObservableCallback {
  let beyond: number | undefined;
  const collect = (result: ObservableResult): ObservableResult => ({
    observe(value: number, attributes: Attributes = {}) {
      const led = limit.process(attributes);
      // The SDK refuses what is no number, and says so.
      if (typeof value !== 'number') {
        result.observe(value, led);
      } else if (led === overflow) {
        beyond = sums === undefined ? value : (beyond ?? 0) + value;
      } else {
        result.observe(value, led);
        sums?.keep(led, value);
      }
    },
  });
  const finish = (result: ObservableResult): void => {
    if (beyond === undefined) return;
    result.observe(beyond, overflow);
    // What is not reported any more has ended: the sum of nothing is 0, and has to be said.
    if (sums !== undefined) beyond = 0;
  };
  return (result) => {
    const returned = callback(collect(result));
    return returned instanceof Promise ? returned.then(() => finish(result)) : finish(result);
  };
}
