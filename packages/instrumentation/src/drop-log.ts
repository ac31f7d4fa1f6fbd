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

const reasons: readonly DropReason[] = trademeterMeasurementDropped.attributes[ATTR_TRADEMETER_DROP_REASON].values;

// One counter a provider, whatever the number of meters: it would be the same series.
const counters = new WeakMap<MeterProvider, Counter>();

// Unknown keys and messages come from the caller.
const mostPending = 1_000;

/** Counts what a meter drops in `trademeter.measurement.dropped`, and logs each kind once through `diag`. */
export class DropLog {
  #counter: Counter | undefined;
  #isListening = false;
  readonly #pending = new Map<DropReason, number>();
  /** What was dropped before there was a provider, by kind. */
  readonly #pendingWarnings = new Map<string, string>();
  readonly #log = new Log();

  /** Counts on this provider from now on, beginning with what was dropped before there was one. */
  countOn(provider: MeterProvider): void {
    this.#counter = counterOf(provider);
    this.#isListening = true;
    for (const [reason, count] of this.#pending) this.#count(reason, count);
    this.#pending.clear();
    for (const [kind, message] of this.#pendingWarnings) this.#log.warnOnce(message, kind);
    this.#pendingWarnings.clear();
  }

  /** @param detail for the log; logged once for each metric, reason and text before `, got ` */
  drop(metric: string, reason: DropReason, detail: string): void {
    this.#count(reason, 1);
    const kind = `${metric} ${reason} ${detail.split(', got ', 1)[0]}`;
    const message = `${metric}: ${detail}. Told once; trademeter.measurement.dropped counts every one (${reason}).`;
    if (this.#isListening) this.#log.warnOnce(message, kind);
    else if (this.#pendingWarnings.size < mostPending) this.#pendingWarnings.set(kind, message);
  }

  #count(reason: DropReason, count: number): void {
    if (this.#counter === undefined) {
      this.#pending.set(reason, (this.#pending.get(reason) ?? 0) + count);
      return;
    }
    try {
      this.#counter.add(count, { [ATTR_TRADEMETER_DROP_REASON]: reason });
    } catch {
      // The SDK refuses the very count of what it refuses: there is nobody left to tell.
    }
  }
}

function counterOf(provider: MeterProvider): Counter | undefined {
  const known = counters.get(provider);
  if (known !== undefined) return known;
  try {
    const { name, unit, description } = trademeterMeasurementDropped;
    const counter = provider
      .getMeter('@trademeter/instrumentation', version, { schemaUrl: SCHEMA_URL })
      .createCounter(name, { unit, description });
    // An alert on the increase needs the series before the first drop.
    for (const reason of reasons) counter.add(0, { [ATTR_TRADEMETER_DROP_REASON]: reason });
    counters.set(provider, counter);
    return counter;
  } catch {
    return undefined;
  }
}
