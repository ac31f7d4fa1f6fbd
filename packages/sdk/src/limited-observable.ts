import type { Attributes, Observable, ObservableCallback, ObservableResult } from '@opentelemetry/api';
import { overflow, type SeriesLimit } from './series-limit.ts';

/**
 * An observable instrument whose series beyond the limit are put together: of a sum they add up, of a gauge the last one
 * stands. The SDK would let the last one stand for all of a sum, too.
 */
export function limitedObservable<T extends Observable>(observable: T, limit: SeriesLimit, isSum: boolean): T {
  const ours = new WeakMap<ObservableCallback, ObservableCallback>();
  const own: Observable = {
    addCallback(callback) {
      const through = ours.get(callback) ?? limitedCallback(callback, limit, isSum);
      ours.set(callback, through);
      observable.addCallback(through);
    },
    removeCallback(callback) {
      observable.removeCallback(ours.get(callback) ?? callback);
    },
  };
  return Object.assign(Object.create(observable) as T, own);
}

function limitedCallback(callback: ObservableCallback, limit: SeriesLimit, isSum: boolean): ObservableCallback {
  let beyond: number | undefined;
  const collect = (result: ObservableResult): ObservableResult => ({
    observe(value: number, attributes: Attributes = {}) {
      const led = limit.process(attributes);
      if (led !== overflow) result.observe(value, led);
      else beyond = isSum ? (beyond ?? 0) + value : value;
    },
  });
  const finish = (result: ObservableResult): void => {
    if (beyond === undefined) return;
    result.observe(beyond, overflow);
    // What is not reported any more has ended: the sum of nothing is 0, and has to be said.
    if (isSum) beyond = 0;
  };
  return (result) => {
    const returned = callback(collect(result));
    return returned instanceof Promise ? returned.then(() => finish(result)) : finish(result);
  };
}
