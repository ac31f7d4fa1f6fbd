import type { Attributes, ObservableCallback } from '@opentelemetry/api';

const none: ReadonlySet<Attributes> = new Set();

/**
 * Which series of an observable gauge were observed when its callbacks last came to an end. The SDK exports a series for
 * ever that nobody observes any more: the return of a day that is over, under the label of today.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#asynchronous-instrument-handling
 */
export class ObservedSeries {
  // A callback that fails or hangs leaves standing what it observed before. By the very objects that the SDK gives back
  // with its points.
  readonly #byCallback = new Map<ObservableCallback, ReadonlySet<Attributes>>();
  #isKnown = true;

  /** A callback is added. */
  expect(callback: ObservableCallback): void {
    if (!this.#byCallback.has(callback)) this.#byCallback.set(callback, none);
  }

  /** What a callback has observed, all of it. One that was taken away meanwhile is not looked at. */
  keep(callback: ObservableCallback, series: ReadonlySet<Attributes>): void {
    if (this.#byCallback.has(callback)) this.#byCallback.set(callback, series);
  }

  /** A callback that is taken away observes nothing any more. */
  forget(callback: ObservableCallback): void {
    this.#byCallback.delete(callback);
  }

  /** It is observed in a way that is not seen here: from now on every series counts as observed. */
  giveUp(): void {
    this.#isKnown = false;
  }

  has(attributes: Attributes): boolean {
    if (!this.#isKnown) return true;
    for (const series of this.#byCallback.values()) if (series.has(attributes)) return true;
    return false;
  }
}
