import type { Attributes } from '@opentelemetry/api';
import type { IAttributesProcessor } from '@opentelemetry/sdk-metrics';
import { log } from './diagnostics.ts';

/** The SDK's own limit, for a metric that states none. */
export const defaultLimit = 2_000;

/** The attributes of what is beyond a limit. */
export const overflow: Attributes = Object.freeze({ 'otel.metric.overflow': true });

/** Where a series' attributes lead, name by name and value by value, in the order in which they are recorded. */
interface Step {
  /** The attributes of the series that ends here, as they came first. */
  series: Attributes | undefined;
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
  readonly #keys = new Map<string, Attributes>();
  readonly #start: Step = { series: undefined, next: new Map() };
  // A bound recording comes with the same frozen object each time: nothing to compare.
  readonly #knownObjects = new WeakMap<Attributes, Attributes>();
  #isTold = false;

  /** @param limit how many series there may be, that of the overflow included */
  constructor(metric: string, limit: number) {
    this.#metric = metric;
    this.#limit = limit;
  }

  /** @returns for one series always the same object, the one that it came with first */
  process(incoming: Attributes): Attributes {
    const known = this.#knownObjects.get(incoming);
    if (known !== undefined) return known;
    const series = this.#find(incoming) ?? this.#admit(incoming);
    if (series === undefined) return this.#overflow();
    if (Object.isFrozen(incoming)) this.#knownObjects.set(incoming, series);
    return series;
  }

  #find(attributes: Attributes): Attributes | undefined {
    let step: Step | undefined = this.#start;
    for (const name in attributes) {
      step = step.next.get(name)?.get(attributes[name]);
      if (step === undefined) return undefined;
    }
    return step.series;
  }

  #admit(attributes: Attributes): Attributes | undefined {
    const key = JSON.stringify(Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const sorted = this.#keys.get(key);
    // It is known with its attributes in another order.
    if (sorted !== undefined) return sorted;
    if (this.#keys.size >= this.#limit - 1) return undefined;
    // A caller may go on to change its own.
    const series = Object.isFrozen(attributes) ? attributes : Object.freeze({ ...attributes });
    this.#keys.set(key, series);
    let step = this.#start;
    for (const name in attributes) {
      const values = valueIn(step.next, name, () => new Map<unknown, Step>());
      step = valueIn(values, attributes[name], () => ({ series: undefined, next: new Map() }));
    }
    step.series = series;
    return series;
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
