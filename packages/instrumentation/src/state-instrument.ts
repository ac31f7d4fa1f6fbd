import type { Meter as ApiMeter, Attributes } from '@opentelemetry/api';
import { describeValue } from '@trademeter/config';
import type { AttributesOf, MetricDefinition } from '@trademeter/semantic-conventions';
import { AttributeGuard } from './attribute-guard.ts';
import { swallowIfPromise } from './callable.ts';
import type { DropReason } from './drop-log.ts';
import type { InstrumentHost, Rebindable } from './instrument-host.ts';
import { checkDefinition, seriesLimit } from './metric-definition.ts';
import { type EndingObservable, type Merge, type Reporter, shareObservable } from './shared-observable.ts';

/** Reports one value of a state during a collection. */
export type Observe<D extends MetricDefinition> = (value: number, attributes: AttributesOf<D>) => void;

interface Kept {
  readonly attributes: Attributes;
  value: number;
  /** False after it was ended or removed. A series that ended before there was an SDK ends there. */
  isKept: boolean;
}

/** BoundState is one series of a state. */
export interface BoundState {
  /** Sets the value. Never throws: an invalid value is dropped, counted and logged once. */
  set(value: number): void;
  /** Adds to the value; see {@link StateInstrument.add}. */
  add(value: number): boolean;
  /** Ends the series; see {@link StateInstrument.end}. It starts again when it is set. */
  end(): void;
}

/**
 * StateInstrument is a state that is read at collection: the value that was set last, or a value that a callback
 * computes. It can be set before there is an SDK, and appears in the first scrape. If several instruments have the same
 * series, such as those of two strategies, their values add up; for a gauge, the instrument that was created last wins.
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
   * @param merge how the same series of several instruments are combined
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

  /** Sets the value of one series. Never throws: invalid input is dropped, counted and logged once. */
  set(value: number, attributes: AttributesOf<D>): void {
    const clean = this.#isUsable(value) ? this.clean(attributes) : undefined;
    if (clean !== undefined) this.keep(value, clean);
  }

  /** Binds attributes: they are read and checked once. If they are invalid, each call counts as a drop. */
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
        return found !== undefined;
      },
      end: () => {
        clean ??= this.clean(attributes);
        if (clean !== undefined) this.#end(clean);
      },
    };
  }

  /**
   * Adds to the value of one series, which starts at 0. Never throws.
   *
   * @returns false if it was dropped: what takes it back later must be skipped, or the value ends below 0
   */
  add(value: number, attributes: AttributesOf<D>): boolean {
    const clean = this.#isUsable(value) ? this.clean(attributes) : undefined;
    const kept = clean && this.#find(clean);
    if (kept !== undefined) kept.value += value;
    return kept !== undefined;
  }

  /**
   * Ends one series: every reader reads 0 once more, then the series is gone. On an SDK whose series cannot end, it
   * stays at 0.
   */
  end(attributes: AttributesOf<D>): void {
    const clean = this.clean(attributes);
    if (clean !== undefined) this.#end(clean);
  }

  /** Stops reporting one series, without a last 0. An SDK whose series cannot end keeps exporting the last value. */
  delete(attributes: AttributesOf<D>): void {
    const clean = this.clean(attributes);
    if (clean !== undefined) this.#forget(JSON.stringify(clean));
  }

  /**
   * Adds a callback that computes values at collection.
   *
   * @param callback called at each collection; if it throws, what it has reported before is kept
   * @returns a function that removes the callback
   */
  observe(callback: (observe: Observe<D>) => void): () => void {
    this.#callbacks.add(callback);
    this.#meter.startPolling();
    return () => {
      this.#callbacks.delete(callback);
    };
  }

  /**
   * @internal Ends a series that is no longer reported: every reader reads 0 once.
   * @returns whether the SDK can do that
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

  /** @internal The attributes in their recorded form; `undefined` if they are invalid. */
  clean(attributes: unknown): Attributes | undefined {
    return this.#guard.clean(attributes, this.#drop);
  }

  /** @internal Sets the value of one series. The attributes must be checked. */
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
        this.#drop('too_many_series', `a state keeps at most ${most} series, got one more`);
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
    // If series can end, those at 0 are removed early, so that they do not take the place of new ones.
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
        // The type allows an async function, but later reports would be lost.
        if (swallowIfPromise(result))
          this.#drop('failing_callback', 'a callback returned a promise, but it must be synchronous');
      } catch (error) {
        this.#drop('failing_callback', `a callback threw, got ${describeValue(error)}`);
      }
    }
  };

  /** Ends the series that ended before there was an SDK. */
  #endPending(): void {
    for (const [key, { attributes, isKept }] of this.#kept) {
      if (!isKept && this.endObserved(attributes)) this.#kept.delete(key);
    }
  }

  /**
   * Limits memory if symbols come and go: removes series at 0, oldest first, down to the number of series that an SDK
   * keeps besides the overflow. Every reader reads 0 once; on an SDK whose series cannot end, they stay at 0.
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
