import type { Attributes, Observable, ObservableCallback, ObservableResult } from '@opentelemetry/api';
import type { ObservedSeries } from './observed-series.ts';
import type { ObservedValues } from './observed-values.ts';
import { overflow, type SeriesLimit } from './series-limit.ts';

/** Where it is kept what an observable instrument observed: the values of a sum, or the series of a gauge. */
export type Kept = { readonly sums: ObservedValues } | { readonly gauge: ObservedSeries };

/**
 * An observable instrument whose series beyond the limit are put together: of a sum they add up, of a gauge the last one
 * stands. The SDK would let the last one stand for all of a sum, too.
 */
export function limitedObservable<T extends Observable>(observable: T, limit: SeriesLimit, kept: Kept): T {
  const ours = new WeakMap<ObservableCallback, ObservableCallback>();
  const own: Observable = {
    addCallback(callback) {
      const through = ours.get(callback) ?? limitedCallback(callback, limit, kept);
      ours.set(callback, through);
      if ('gauge' in kept) kept.gauge.expect(callback);
      observable.addCallback(through);
    },
    removeCallback(callback) {
      observable.removeCallback(ours.get(callback) ?? callback);
      if ('gauge' in kept) kept.gauge.forget(callback);
    },
  };
  return Object.assign(Object.create(observable) as T, own);
}

function limitedCallback(callback: ObservableCallback, limit: SeriesLimit, kept: Kept): ObservableCallback {
  return 'sums' in kept ? limitedSum(callback, limit, kept.sums) : limitedGauge(callback, limit, kept.gauge);
}

function limitedSum(callback: ObservableCallback, limit: SeriesLimit, sums: ObservedValues): ObservableCallback {
  let beyond: number | undefined;
  const collect = (result: ObservableResult): ObservableResult => ({
    observe(value: number, attributes: Attributes = {}) {
      const led = limit.process(attributes);
      if (led === overflow && typeof value === 'number') {
        beyond = (beyond ?? 0) + value;
        return;
      }
      // The SDK refuses what is no number, and says so.
      result.observe(value, led);
      if (typeof value === 'number') sums.keep(led, value);
    },
  });
  const finish = (result: ObservableResult): void => {
    if (beyond === undefined) return;
    result.observe(beyond, overflow);
    // What is not reported any more has ended: the sum of nothing is 0, and has to be said.
    beyond = 0;
  };
  return (result) => afterwards(callback(collect(result)), () => finish(result));
}

function limitedGauge(callback: ObservableCallback, limit: SeriesLimit, gauge: ObservedSeries): ObservableCallback {
  return (result) => {
    const observed = new Set<Attributes>();
    const collect: ObservableResult = {
      observe(value: number, attributes: Attributes = {}) {
        const led = limit.process(attributes);
        // The SDK refuses what is no number, and says so.
        result.observe(value, led);
        if (typeof value === 'number') observed.add(led);
      },
    };
    return afterwards(callback(collect), () => gauge.keep(callback, observed));
  };
}

function afterwards(returned: void | Promise<void>, finish: () => void): void | Promise<void> {
  return returned instanceof Promise ? returned.then(finish) : finish();
}
