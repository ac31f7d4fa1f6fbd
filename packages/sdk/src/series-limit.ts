import type { Attributes } from '@opentelemetry/api';
import type { IAttributesProcessor } from '@opentelemetry/sdk-metrics';
import { log } from './diagnostics.ts';

/** The SDK's own limit, for a metric that states none. */
export const defaultLimit = 2_000;

/** The attributes of what is beyond a limit. */
export const overflow: Attributes = Object.freeze({ 'otel.metric.overflow': true });

/** Where a series' attributes lead, name by name and value by value, in the order in which they are recorded. */
interface Step {
  isSeries: boolean;
  readonly next: Map<string, Map<unknown, Step>>;
}

/**
 * Holds a metric to a number of series for as long as the process lives; whatever would be one more goes to the series
 * `otel.metric.overflow`. The SDK's own limit counts from one collection to the next, while a reader of cumulative
 * values keeps what it has seen: with symbols that come and go, its memory would grow without end.
 *
 * Every recording passes through here: comparing the attributes step by step costs a tenth of joining them to a key.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#cardinality-limits
 */
export class SeriesLimit implements IAttributesProcessor {
  readonly #metric: string;
  readonly #limit: number;
  readonly #keys = new Set<string>();
  readonly #start: Step = { isSeries: false, next: new Map() };
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
    if (!this.#isKnown(incoming) && !this.#admit(incoming)) return this.#overflow();
    if (Object.isFrozen(incoming)) this.#knownObjects.add(incoming);
    return incoming;
  }

  #isKnown(attributes: Attributes): boolean {
    let step: Step | undefined = this.#start;
    for (const name in attributes) {
      step = step.next.get(name)?.get(attributes[name]);
      if (step === undefined) return false;
    }
    return step.isSeries;
  }

  #admit(attributes: Attributes): boolean {
    const key = JSON.stringify(Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    // It is known with its attributes in another order.
    if (this.#keys.has(key)) return true;
    if (this.#keys.size >= this.#limit - 1) return false;
    this.#keys.add(key);
    let step = this.#start;
    for (const name in attributes) {
      const values = valueIn(step.next, name, () => new Map<unknown, Step>());
      step = valueIn(values, attributes[name], () => ({ isSeries: false, next: new Map() }));
    }
    step.isSeries = true;
    return true;
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

function valueIn<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
