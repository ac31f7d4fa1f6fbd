import type { AttributesOf, MetricDefinition } from '@trademeter/semantic-conventions';
import { AttributeGuard } from './attribute-guard.ts';
import type { InstrumentHost } from './instrument-host.ts';
import { seriesLimit } from './metric-definition.ts';
import { secondsBetween } from './moment.ts';
import type { StateInstrument } from './state-instrument.ts';

interface Last<D extends MetricDefinition> {
  readonly attributes: AttributesOf<D>;
  /** Milliseconds since the epoch; `undefined` after the end. */
  time: number | undefined;
}

/**
 * AgeInstrument is a gauge of the time since something last happened, in seconds, with one series for each thing. The
 * age is computed at collection, so that it grows while nothing happens. Absent before the first time.
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
        // A clock that was set back must not make the age read 0 until it has caught up.
        if (last.time > now) last.time = now;
        observe(secondsBetween(last.time, now), last.attributes);
      }
    });
  }

  /**
   * Reports that it happened now. Never throws. With invalid attributes there is no age; the metric that counts the
   * thing logs them.
   *
   * @param key identifies the series: the same key always has the same attributes
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
      this.#meter.drop(this.#definition.name, 'too_many_series', `at most ${most} ages are recorded, got one more`);
      return;
    }
    this.#last.set(key, { attributes, time: now });
  }

  /** Ends a series: it reads 0 once more. */
  end(key: string): void {
    const last = this.#last.get(key);
    if (last === undefined) return;
    const clean = this.#guard.clean(last.attributes, () => undefined);
    if (clean !== undefined && this.#state.endObserved(clean)) this.#last.delete(key);
    // On an SDK whose series cannot end, the first reader reads 0.
    else last.time = undefined;
  }
}
