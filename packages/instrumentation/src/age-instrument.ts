import type { AttributesOf, MetricDefinition } from '@trademeter/semantic-conventions';
import { AttributeGuard } from './attribute-guard.ts';
import type { InstrumentHost } from './instrument-host.ts';
import { seriesLimit } from './metric-definition.ts';
import { secondsBetween } from './moment.ts';
import type { StateInstrument } from './state-instrument.ts';

interface Last<D extends MetricDefinition> {
  readonly attributes: AttributesOf<D>;
  /** Milliseconds since the epoch; `undefined` once it has ended. */
  time: number | undefined;
}

/**
 * The time since something last happened, in seconds, one series for each thing. It is computed when it is read: an age
 * that was computed when the thing happened would stay small when it stops happening. Absent before the first time.
 */
export class AgeInstrument<D extends MetricDefinition & { readonly instrument: 'gauge' }> {
  readonly #meter: InstrumentHost;
  readonly #definition: D;
  readonly #guard: AttributeGuard;
  readonly #state: StateInstrument<D>;
  readonly #last = new Map<string, Last<D>>();

  /** @internal */
  constructor(meter: InstrumentHost, state: StateInstrument<D>) {
    this.#meter = meter;
    this.#definition = state.definition;
    this.#state = state;
    this.#guard = new AttributeGuard(state.definition);
    state.observe((observe) => {
      const now = meter.calendarNow();
      for (const [key, last] of this.#last) {
        if (last.time === undefined) {
          this.#last.delete(key);
          observe(0, last.attributes);
          continue;
        }
        // After a clock was set back, a time ahead of it would read 0 until the clock has reached it.
        if (last.time > now) last.time = now;
        observe(secondsBetween(last.time, now), last.attributes);
      }
    });
  }

  /**
   * It happened now. Never throws; what has no usable attributes has no age, and is reported by the metric that counts it.
   *
   * @param key tells one series from another: the same key, the same attributes
   */
  happened(key: string, attributes: AttributesOf<D>): void {
    const now = this.#meter.calendarNow();
    if (!Number.isFinite(now)) return;
    const last = this.#last.get(key);
    if (last !== undefined) {
      last.time = now;
      return;
    }
    if (this.#guard.clean(attributes, () => undefined) === undefined) return;
    const most = seriesLimit(this.#definition);
    if (this.#last.size >= most) {
      this.#meter.drop(this.#definition.name, 'too_many_series', `no more than ${most} ages are kept, got one more`);
      return;
    }
    this.#last.set(key, { attributes, time: now });
  }

  /** It is not expected to happen any more: the series reads 0 once and ends. */
  end(key: string): void {
    const last = this.#last.get(key);
    if (last === undefined) return;
    const clean = this.#guard.clean(last.attributes, () => undefined);
    if (clean !== undefined && this.#state.endObserved(clean)) this.#last.delete(key);
    // Where series cannot end, the first reader reads 0.
    else last.time = undefined;
  }
}
