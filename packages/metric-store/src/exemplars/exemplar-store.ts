import {
  type Attributes,
  type Context,
  context as contextApi,
  type HrTime,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import type { CellTable } from '../cells/cell-table.ts';
import type { StoreClock } from '../cells/store-clock.ts';
import { attributesOf, entriesOf } from '../series/attribute-values.ts';
import type { Series } from '../series/series.ts';

/** ExemplarFilter selects the measurements that may become exemplars: those in a sampled span, all, or none. */
export type ExemplarFilter = 'trace_based' | 'always_on' | 'always_off';

/** Exemplar is a sample measurement of a series. */
export interface Exemplar {
  readonly value: number;
  readonly timestamp: HrTime;
  /** The attributes that a view removed; they are exported in the exemplar. */
  readonly filteredAttributes: Attributes;
  readonly traceId?: string;
  readonly spanId?: string;
}

interface Reservoir {
  readonly exemplars: Map<number, Exemplar>;
  seen: number;
}

/**
 * ExemplarStore keeps the exemplars of all series: the last measurement of each bucket of an explicit histogram, a sample
 * of fixed size of others. It is not called while no tracer is registered. That is checked when an instrument is created
 * or bound, when a series begins and when a reader collects, not by each recording.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#exemplar
 */
export class ExemplarStore {
  readonly #filter: ExemplarFilter;
  readonly #table: CellTable;
  readonly #clock: StoreClock;
  readonly #reservoirs = new Map<Series, Reservoir>();

  constructor(filter: ExemplarFilter, table: CellTable, clock: StoreClock) {
    this.#filter = filter;
    this.#table = table;
    this.#clock = clock;
    this.refresh();
  }

  /** Checks whether measurements should be offered. */
  refresh(): void {
    this.#table.setSampling(this.#filter === 'always_on' || (this.#filter === 'trace_based' && isTracerRegistered()));
  }

  /** Offers a measurement as the exemplar of its bucket. Never throws. */
  offer(series: Series, bucket: number, value: number, attributes: Attributes, recorded: Context | undefined): void {
    const exemplar = this.#sample(series, value, attributes, recorded);
    if (exemplar !== undefined) this.#reservoirOf(series).exemplars.set(bucket, exemplar);
  }

  /** Offers a measurement to a sample of this size, with equal probability for each. Never throws. */
  offerAny(series: Series, size: number, value: number, attributes: Attributes, recorded: Context | undefined): void {
    const exemplar = this.#sample(series, value, attributes, recorded);
    if (exemplar === undefined) return;
    const reservoir = this.#reservoirOf(series);
    const place = reservoir.seen < size ? reservoir.seen : Math.floor(Math.random() * (reservoir.seen + 1));
    reservoir.seen += 1;
    if (place < size) reservoir.exemplars.set(place, exemplar);
  }

  /** The exemplars of a series, in the order of its buckets. */
  of(series: Series): Exemplar[] {
    const reservoir = this.#reservoirs.get(series);
    if (reservoir === undefined) return [];
    return [...reservoir.exemplars].toSorted(([a], [b]) => a - b).map(([, exemplar]) => exemplar);
  }

  /** Whether any series has an exemplar. */
  get isEmpty(): boolean {
    return this.#reservoirs.size === 0;
  }

  /** Restarts sampling after a collection. Exemplars stay until they are replaced. */
  beginCycle(): void {
    for (const reservoir of this.#reservoirs.values()) reservoir.seen = 0;
  }

  forget(series: Series): void {
    if (this.#reservoirs.size > 0) this.#reservoirs.delete(series);
  }

  #sample(series: Series, value: number, attributes: Attributes, recorded: Context | undefined): Exemplar | undefined {
    try {
      const span = trace.getSpanContext(recorded ?? contextApi.active());
      const isSampled = span !== undefined && (span.traceFlags & TraceFlags.SAMPLED) !== 0;
      if (this.#filter === 'trace_based' && !isSampled) return undefined;
      return {
        value,
        timestamp: this.#clock.toHrTime(this.#clock.now()),
        filteredAttributes: filteredAttributes(series.attributes, attributes),
        ...(isSampled && { traceId: span.traceId, spanId: span.spanId }),
      };
    } catch {
      // A context manager or getter that throws loses the exemplar, not the measurement.
      return undefined;
    }
  }

  #reservoirOf(series: Series): Reservoir {
    let reservoir = this.#reservoirs.get(series);
    if (reservoir === undefined) {
      reservoir = { exemplars: new Map(), seen: 0 };
      this.#reservoirs.set(series, reservoir);
    }
    return reservoir;
  }
}

const noAttributes: Attributes = Object.freeze({});

function filteredAttributes(kept: Attributes, all: Attributes): Attributes {
  if (kept === all) return noAttributes;
  // As plain data, because exporters would drop the series for an attribute that they cannot write.
  const filtered = entriesOf(all).filter(([key]) => !Object.hasOwn(kept, key));
  return filtered.length === 0 ? noAttributes : attributesOf(filtered);
}

const globalKey = Symbol.for('opentelemetry.js.api.1');

/** Reads the API's registration from the global object, because its accessors create a proxy if nothing is registered. */
function isTracerRegistered(): boolean {
  const registered = (globalThis as { readonly [globalKey]?: { readonly trace?: unknown } })[globalKey];
  return registered?.trace !== undefined;
}
