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

/** The number of dropped measurements by reason. */
export type DropCounts = { [reason in DropReason]?: number };

const reasons: readonly DropReason[] = trademeterMeasurementDropped.attributes[ATTR_TRADEMETER_DROP_REASON].values;

// One counter for each provider, because all meters count in the same series.
const counters = new WeakMap<MeterProvider, Counter>();

// Limits memory: keys and messages may contain input of the caller.
const mostPending = 1_000;

/** Counts the drops of a meter in `trademeter.measurement.dropped`, and logs each kind once through `diag`. */
export class DropLog {
  #provider: MeterProvider | undefined;
  #isListening = false;
  #pending: DropCounts = {};
  /** Drops before there was a provider, by kind. */
  readonly #pendingWarnings = new Map<string, string>();
  readonly #log = new Log();

  /** Counts on this provider from now on, starting with the drops before there was one. */
  countOn(provider: MeterProvider): void {
    this.#provider = provider;
    this.#isListening = true;
    countDrops(provider, this.#pending);
    this.#pending = {};
    for (const [kind, message] of this.#pendingWarnings) this.#log.warnOnce(message, kind);
    this.#pendingWarnings.clear();
  }

  /** @param detail the text of the log; logged once for each metric, reason and text before `, got ` */
  drop(metric: string, reason: DropReason, detail: string): void {
    if (this.#provider === undefined) this.#pending[reason] = (this.#pending[reason] ?? 0) + 1;
    else countDrops(this.#provider, { [reason]: 1 });
    const kind = `${metric} ${reason} ${detail.split(', got ', 1)[0]}`;
    const message = `${metric}: ${detail}. Logged once; trademeter.measurement.dropped counts every drop (${reason}).`;
    if (this.#isListening) this.#log.warnOnce(message, kind);
    else if (this.#pendingWarnings.size < mostPending) this.#pendingWarnings.set(kind, message);
  }
}

/**
 * Adds to `trademeter.measurement.dropped` of a provider. The first call creates the series of every reason. Never
 * throws.
 */
export function countDrops(provider: MeterProvider, counts: DropCounts): void {
  try {
    const counter = counterOf(provider);
    for (const [reason, count] of Object.entries(counts)) counter.add(count, { [ATTR_TRADEMETER_DROP_REASON]: reason });
  } catch {
    // The provider cannot count the drop, but the drop is in the log.
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
