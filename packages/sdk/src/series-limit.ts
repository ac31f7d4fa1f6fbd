import type { Attributes } from '@opentelemetry/api';
import type { IAttributesProcessor } from '@opentelemetry/sdk-metrics';
import { log } from './diagnostics.ts';

const overflow: Attributes = Object.freeze({ 'otel.metric.overflow': true });

/**
 * Holds a metric to a number of series for as long as the process lives; whatever would be one more goes to the series
 * `otel.metric.overflow`. The SDK's own limit counts from one collection to the next, while a reader of cumulative
 * values keeps what it has seen: with symbols that come and go, its memory would grow without end.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#cardinality-limits
 */
export class SeriesLimit implements IAttributesProcessor {
  readonly #metric: string;
  readonly #limit: number;
  readonly #known = new Set<string>();
  // A bound recording comes with the same frozen object each time: nothing to compare.
  readonly #knownObjects = new WeakSet<Attributes>();
  #isTold = false;

  /** @param limit how many series there may be, that of the overflow included */
  constructor(metric: string, limit: number) {
    this.#metric = metric;
    this.#limit = limit;
  }

  process(incoming: Attributes): Attributes {
    if (this.#knownObjects.has(incoming)) return incoming;
    const key = seriesKey(incoming);
    if (!this.#known.has(key)) {
      if (this.#known.size >= this.#limit - 1) return this.#overflow();
      this.#known.add(key);
    }
    if (Object.isFrozen(incoming)) this.#knownObjects.add(incoming);
    return incoming;
  }

  #overflow(): Attributes {
    if (!this.#isTold) {
      this.#isTold = true;
      log.warn(
        `${this.#metric} has reached its limit of ${this.#limit} series: new ones are counted together under otel.metric.overflow. A view with a higher aggregationCardinalityLimit lifts it. Told once.`,
      );
    }
    return overflow;
  }
}

function seriesKey(attributes: Attributes): string {
  let key = '';
  for (const name of Object.keys(attributes).toSorted()) {
    const value = attributes[name];
    key += `${name}\u0000${typeof value === 'string' ? value : JSON.stringify(value)}\u0000`;
  }
  return key;
}
