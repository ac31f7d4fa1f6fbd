import type { Attributes, Context } from '@opentelemetry/api';
import type { Series } from '../series/series.ts';
import type { Stream } from '../streams/stream.ts';

/** The part of an instrument that a bound series uses. */
interface BindingInstrument {
  /** The minimum value that is recorded. */
  readonly minimum: number;
  /** Drops a value that cannot be recorded. */
  refuse(value: unknown): void;
  /** Drops a measurement because something threw. */
  fail(error: unknown): void;
  /** Removes the fraction of a value for an instrument of integers. */
  truncate(value: number): number;
}

/** BoundCounter is one series of a counter or up-down counter. */
export interface BoundCounter {
  /**
   * Adds to the series. A value that is not a finite number, or is negative where that is not allowed, is dropped, counted
   * and logged once. Never throws, does not allocate, and takes a few nanoseconds.
   *
   * @param recorded the context for exemplars. Default: the active context
   */
  add(value: number, recorded?: Context): void;
}

/** BoundRecorder is one series of a histogram or gauge. */
export interface BoundRecorder {
  /** Records to the series, with the contract of {@link BoundCounter.add}. */
  record(value: number, recorded?: Context): void;
}

export type Bound = BoundCounter & BoundRecorder;

/**
 * One series of one stream. Views and the limit were applied when it was bound. If the series has ended since, the next
 * recording finds or creates its successor.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#instrument-bind
 */
export class BoundSeries implements Bound {
  readonly #instrument: BindingInstrument;
  readonly #stream: Stream;
  readonly #attributes: Attributes;
  readonly #minimum: number;
  #series: Series;

  constructor(instrument: BindingInstrument, stream: Stream, attributes: Attributes) {
    this.#instrument = instrument;
    this.#stream = stream;
    this.#attributes = attributes;
    this.#minimum = instrument.minimum;
    this.#series = stream.resolveToBind(attributes);
  }

  add(value: number, recorded?: Context): void {
    if (typeof value !== 'number' || !(value >= this.#minimum) || value === Number.POSITIVE_INFINITY) {
      this.#instrument.refuse(value);
      return;
    }
    this.recordChecked(value, recorded);
  }

  /** Records a value that the caller has validated. */
  recordChecked(value: number, recorded?: Context): void {
    if (this.#series.index < 0 && !this.#bindAgain()) return;
    this.#stream.write(this.#series, value, this.#attributes, recorded);
  }

  record(value: number, recorded?: Context): void {
    this.add(value, recorded);
  }

  #bindAgain(): boolean {
    try {
      this.#series = this.#stream.resolve(this.#attributes, undefined);
      return true;
    } catch (error) {
      this.#instrument.fail(error);
      return false;
    }
  }
}

/** The series of several streams, if views or readers create several for one instrument. */
export class BoundToMany implements Bound {
  readonly #bound: readonly Bound[];

  constructor(bound: readonly Bound[]) {
    this.#bound = bound;
  }

  add(value: number, recorded?: Context): void {
    for (const each of this.#bound) each.add(value, recorded);
  }

  record(value: number, recorded?: Context): void {
    this.add(value, recorded);
  }
}

/** A series of an instrument of whole numbers. */
export class BoundToInteger implements Bound {
  readonly #instrument: BindingInstrument;
  readonly #bound: Bound;

  constructor(instrument: BindingInstrument, bound: Bound) {
    this.#instrument = instrument;
    this.#bound = bound;
  }

  add(value: number, recorded?: Context): void {
    this.#bound.add(Number.isInteger(value) ? value : this.#instrument.truncate(value), recorded);
  }

  record(value: number, recorded?: Context): void {
    this.add(value, recorded);
  }
}

/** A series whose attributes could not be read or processed. Every recording is dropped and counted, but not the binding. */
export class BoundToNothing implements Bound {
  readonly #instrument: BindingInstrument;
  readonly #error: unknown;

  constructor(instrument: BindingInstrument, error: unknown) {
    this.#instrument = instrument;
    this.#error = error;
  }

  add(): void {
    this.#instrument.fail(this.#error);
  }

  record(): void {
    this.add();
  }
}
