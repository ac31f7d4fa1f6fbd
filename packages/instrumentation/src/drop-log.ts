import type { Counter, MeterProvider } from '@opentelemetry/api';
import { Log } from '@trademeter/config';
import {
  ATTR_TRADEMETER_DROP_REASON,
  SCHEMA_URL,
  trademeterMeasurementDropped,
} from '@trademeter/semantic-conventions';
import { version } from './version.ts';

/** Why something was not recorded: the values of `trademeter.drop.reason`. */
export type DropReason =
  (typeof trademeterMeasurementDropped)['attributes'][typeof ATTR_TRADEMETER_DROP_REASON]['values'][number];

/** How many measurements were dropped, by reason. */
export type DropCounts = { [reason in DropReason]?: number };

const reasons: readonly DropReason[] = trademeterMeasurementDropped.attributes[ATTR_TRADEMETER_DROP_REASON].values;

// One counter for each provider, whoever counts: it is the same series.
const counters = new WeakMap<MeterProvider, Counter>();

// Unknown keys and messages come from the caller.
const mostPending = 1_000;

/** Counts what a meter drops in `trademeter.measurement.dropped`, and logs each kind once through `diag`. */
export class DropLog {
  #provider: MeterProvider | undefined;
  #isListening = false;
  #pending: DropCounts = {};
  /** What was dropped before there was a provider, by kind. */
  readonly #pendingWarnings = new Map<string, string>();
  readonly #log = new Log();

  /** Counts on this provider from now on, beginning with what was dropped before there was one. */
  countOn(provider: MeterProvider): void {
    this.#provider = provider;
    this.#isListening = true;
    countDrops(provider, this.#pending);
    this.#pending = {};
    for (const [kind, message] of this.#pendingWarnings) this.#log.warnOnce(message, kind);
    this.#pendingWarnings.clear();
  }

  /** @param detail for the log; logged once for each metric, reason and text before `, got ` */
  drop(metric: string, reason: DropReason, detail: string): void {
    if (this.#provider === undefined) this.#pending[reason] = (this.#pending[reason] ?? 0) + 1;
    else countDrops(this.#provider, { [reason]: 1 });
    const kind = `${metric} ${reason} ${detail.split(', got ', 1)[0]}`;
    const message = `${metric}: ${detail}. Told once; trademeter.measurement.dropped counts every one (${reason}).`;
    if (this.#isListening) this.#log.warnOnce(message, kind);
    else if (this.#pendingWarnings.size < mostPending) this.#pendingWarnings.set(kind, message);
  }
}

/** Adds to `trademeter.measurement.dropped` of a provider. The first call creates the series of every reason. Never throws. */
export function countDrops(provider: MeterProvider, counts: DropCounts): void {
  try {
    const counter = counterOf(provider);
    for (const [reason, count] of Object.entries(counts)) counter.add(count, { [ATTR_TRADEMETER_DROP_REASON]: reason });
  } catch {
    // The provider refuses the very count of what is dropped, and the log has the drop.
  }
}

function counterOf(provider: MeterProvider): Counter {
  const known = counters.get(provider);
  if (known !== undefined) return known;
  const { name, unit, description } = trademeterMeasurementDropped;
  const counter = provider
    .getMeter('@trademeter/instrumentation', version, { schemaUrl: SCHEMA_URL })
    .createCounter(name, { unit, description });
  // An alert on the increase needs the series before the first drop.
  for (const reason of reasons) counter.add(0, { [ATTR_TRADEMETER_DROP_REASON]: reason });
  counters.set(provider, counter);
  return counter;
}
