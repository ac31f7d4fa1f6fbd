import type { BatchObservableCallback, Meter, MeterProvider } from '@opentelemetry/api';

/** OpenTelemetry's instrumentation omits the delays with fewer samples since the last collection. */
const leastSamples = 5;
const leastRepeatMillis = 1_000;

/**
 * Returns a meter provider for OpenTelemetry's instrumentation of Node, which omits the event loop delays when it is
 * collected soon after another reader: of two Prometheuses that scrape within 50 ms of each other, the second would
 * never get them. It gets the values of the first instead. Values are not repeated once a second has passed, or twice
 * the time of five samples if that is longer: a loop that takes fewer samples is blocked.
 *
 * @param isEnabled whether the instrumentation records
 */
export function repeatLastDelays(
  provider: MeterProvider,
  resolutionMillis: number,
  isEnabled: () => boolean,
): MeterProvider {
  const repeatMillis = Math.max(leastRepeatMillis, 2 * leastSamples * resolutionMillis);
  return {
    getMeter: (...args) => {
      const meter = provider.getMeter(...args);
      const repeating: Pick<Meter, 'addBatchObservableCallback'> = {
        addBatchObservableCallback: (callback, observables) =>
          meter.addBatchObservableCallback(repeatLast(callback, repeatMillis, isEnabled), observables),
      };
      return new Proxy(meter, {
        get: (target, key): unknown => {
          const member: unknown = Reflect.get(Object.hasOwn(repeating, key) ? repeating : target, key);
          return typeof member === 'function' ? member.bind(target) : member;
        },
      });
    },
  };
}

/** Observes the values of the last call once more if the callback observes nothing. */
function repeatLast(
  callback: BatchObservableCallback,
  repeatMillis: number,
  isEnabled: () => boolean,
): BatchObservableCallback {
  type Observe = Parameters<BatchObservableCallback>[0]['observe'];
  let last: Parameters<Observe>[] = [];
  let lastAt = Number.NEGATIVE_INFINITY;
  return async (result) => {
    const observed: Parameters<Observe>[] = [];
    await callback({ observe: (...observation) => void observed.push(observation) });
    if (observed.length > 0) {
      last = observed;
      lastAt = performance.now();
    }
    if (!isEnabled() || performance.now() - lastAt >= repeatMillis) return;
    for (const observation of last) result.observe(...observation);
  };
}
