import type { Meter as ApiMeter, Attributes } from '@opentelemetry/api';
import { describeValue } from '@trademeter/config';
import type { AttributesOf, MetricDefinition } from '@trademeter/semantic-conventions';
import { AttributeGuard } from './attribute-guard.ts';
import { swallowIfPromise } from './callable.ts';
import type { DropReason } from './drop-log.ts';
import type { InstrumentHost, Rebindable } from './instrument-host.ts';
import { checkDefinition, seriesLimit } from './metric-definition.ts';
import { type EndingObservable, type Merge, type Reporter, shareObservable } from './shared-observable.ts';

/** Reports one value of a state while it is being read. */
export type Observe<D extends MetricDefinition> = (value: number, attributes: AttributesOf<D>) => void;

interface Kept {
  readonly attributes: Attributes;
  value: number;
  /** False once it was ended or forgotten; what was ended before there is an SDK ends there. */
  isKept: boolean;
}

/** One series of a state. */
export interface BoundState {
  /** Sets its value. Never throws: what cannot be kept is dropped, counted and logged once. */
  set(value: number): void;
  /** Adds to its value, which begins at 0. Never throws. */
  add(value: number): void;
  /** Ends it; see {@link StateInstrument.end}. It begins again when it is set. */
  end(): void;
}

/**
 * A state that is read when somebody collects: what was set last, or what a callback computes then. It needs no SDK to
 * be set, so what holds when the SDK starts is seen from the first scrape. The same series of several instruments, such
 * as those of two strategies, add up; of a gauge the one that was made last stands.
 */
export class StateInstrument<D extends MetricDefinition> implements Rebindable {
  readonly definition: D;
  readonly #meter: InstrumentHost;
  readonly #merge: Merge;
  readonly #guard: AttributeGuard;
  readonly #kept = new Map<string, Kept>();
  readonly #callbacks = new Set<(observe: Observe<D>) => void>();
  #observable: EndingObservable | undefined;

  /**
   * @param merge what the same series of several instruments of this metric make together
   * @internal
   */
  constructor(meter: InstrumentHost, definition: D, merge: Merge) {
    checkDefinition(definition, definition.instrument === 'gauge' ? 'gauge' : 'updowncounter');
    this.definition = definition;
    this.#meter = meter;
    this.#merge = merge;
    this.#guard = new AttributeGuard(definition);
  }

  /** @internal */
  rebind(meter: ApiMeter | undefined): void {
    this.#observable = meter && shareObservable(meter, this.definition, this.#merge, this.#report);
  }

  /** Sets the value of one series. Never throws: what cannot be kept is dropped, counted and told once. */
  set(value: number, attributes: AttributesOf<D>): void {
    const clean = this.#isUsable(value) ? this.clean(attributes) : undefined;
    if (clean !== undefined) this.keep(value, clean);
  }

  /** Reads and checks the attributes once, for a state that is set often. Unusable ones are counted by each setting. */
  bind(attributes: AttributesOf<D>): BoundState {
    let clean: Attributes | undefined;
    let kept: Kept | undefined;
    const find = (value: number): Kept | undefined => {
      if (!this.#isUsable(value)) return undefined;
      if (kept?.isKept !== true) {
        clean ??= this.clean(attributes);
        kept = clean && this.#find(clean);
      }
      return kept;
    };
    return {
      set: (value) => {
        const found = find(value);
        if (found !== undefined) found.value = value;
      },
      add: (value) => {
        const found = find(value);
        if (found !== undefined) found.value += value;
      },
      end: () => {
        clean ??= this.clean(attributes);
        if (clean !== undefined) this.#end(clean);
      },
    };
  }

  /** Adds to the value of one series, which begins at 0. Never throws. */
  add(value: number, attributes: AttributesOf<D>): void {
    const clean = this.#isUsable(value) ? this.clean(attributes) : undefined;
    const kept = clean && this.#find(clean);
    if (kept !== undefined) kept.value += value;
  }

  /**
   * Ends one series: every reader reads 0 once more, and then no more of it. On an SDK whose series cannot end, which
   * would export the last value for ever, it goes on reading 0.
   */
  end(attributes: AttributesOf<D>): void {
    const clean = this.clean(attributes);
    if (clean !== undefined) this.#end(clean);
  }

  /** Stops to report one series, without a last 0. An SDK whose series cannot end goes on showing its last value. */
  delete(attributes: AttributesOf<D>): void {
    const clean = this.clean(attributes);
    if (clean !== undefined) this.#forget(JSON.stringify(clean));
  }

  /**
   * Computes values when they are read.
   *
   * @param callback called at each collection; one that throws costs only what it had not reported yet
   * @returns a function that takes it away
   */
  observe(callback: (observe: Observe<D>) => void): () => void {
    this.#callbacks.add(callback);
    this.#meter.startPolling();
    return () => {
      this.#callbacks.delete(callback);
    };
  }

  /**
   * @internal Lets every reader read 0 once for a series that is not reported any more.
   * @returns whether the SDK does that
   */
  endObserved(clean: Attributes): boolean {
    if (this.#observable?.remove === undefined) return false;
    try {
      this.#observable.remove(clean);
      return true;
    } catch (error) {
      this.#drop('sdk_error', `the SDK threw, got ${describeValue(error)}`);
      return false;
    }
  }

  /** @internal The attributes as they are recorded; `undefined` when they cannot be. */
  clean(attributes: unknown): Attributes | undefined {
    return this.#guard.clean(attributes, this.#drop);
  }

  /** @internal Sets the value of one series whose attributes are clean. */
  keep(value: number, clean: Attributes): void {
    const kept = this.#find(clean);
    if (kept !== undefined) kept.value = value;
  }

  #end(clean: Attributes): void {
    const key = JSON.stringify(clean);
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    kept.value = 0;
    kept.isKept = false;
    if (this.endObserved(clean)) this.#kept.delete(key);
  }

  #forget(key: string): void {
    const kept = this.#kept.get(key);
    if (kept !== undefined) kept.isKept = false;
    this.#kept.delete(key);
  }

  #find(clean: Attributes): Kept | undefined {
    const key = JSON.stringify(clean);
    let kept = this.#kept.get(key);
    if (kept === undefined) {
      const most = 10 * seriesLimit(this.definition);
      if (this.#kept.size >= most) {
        this.#drop('too_many_series', `no more than ${most} series of a state are kept, got one more`);
        return undefined;
      }
      kept = { attributes: clean, value: 0, isKept: true };
      this.#kept.set(key, kept);
      this.#meter.startPolling();
    }
    kept.isKept = true;
    return kept;
  }

  readonly #report: Reporter = (observe) => {
    // Where series can end, what is at 0 makes room before it takes the place of what is new.
    const endsSeries = this.#observable?.remove !== undefined;
    if (endsSeries) {
      this.#endPending();
      this.#forgetEnded();
    }
    for (const { attributes, value } of this.#kept.values()) observe(value, attributes);
    if (!endsSeries) this.#forgetEnded();
    for (const callback of this.#callbacks) {
      try {
        const result: unknown = callback((value, attributes) => {
          if (!this.#isUsable(value)) return;
          const clean = this.clean(attributes);
          if (clean !== undefined) observe(value, clean);
        });
        // The type allows an async function; what it reports later is lost.
        if (swallowIfPromise(result))
          this.#drop('failing_callback', 'a callback returned a promise: it has to report at once');
      } catch (error) {
        this.#drop('failing_callback', `a callback threw, got ${describeValue(error)}`);
      }
    }
  };

  /** What ended before there was an SDK. */
  #endPending(): void {
    for (const [key, { attributes, isKept }] of this.#kept) {
      if (!isKept && this.endObserved(attributes)) this.#kept.delete(key);
    }
  }

  /**
   * With symbols that come and go without end, what is at 0 is forgotten, the oldest first, down to as many series as an
   * SDK keeps beside the overflow: every reader reads 0 once, or goes on showing it where series cannot end.
   */
  #forgetEnded(): void {
    let surplus = this.#kept.size - (seriesLimit(this.definition) - 1);
    if (surplus <= 0) return;
    for (const [key, { attributes, value }] of this.#kept) {
      if (value !== 0) continue;
      this.#forget(key);
      this.endObserved(attributes);
      surplus -= 1;
      if (surplus === 0) return;
    }
  }

  #isUsable(value: number): boolean {
    if (typeof value === 'number' && Number.isFinite(value)) return true;
    this.#drop('invalid_value', `the value must be a finite number, got ${describeValue(value)}`);
    return false;
  }

  readonly #drop = (reason: DropReason, detail: string): void => {
    this.#meter.drop(this.definition.name, reason, detail);
  };
}
