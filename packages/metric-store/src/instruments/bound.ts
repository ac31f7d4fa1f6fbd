import type { Attributes, Context } from '@opentelemetry/api';
import type { Series } from '../series/series.ts';
import type { Stream } from '../streams/stream.ts';

/** What a bound series needs of its instrument. */
interface BindingInstrument {
  /** The lowest value that is recorded. */
  readonly minimum: number;
  /** Drops a value that cannot be recorded. */
  refuse(value: unknown): void;
  /** Drops a measurement that something threw at. */
  fail(error: unknown): void;
  /** The whole part of a value for an instrument of integers. */
  truncate(value: number): number;
}

/** One series of a counter or up-down counter. */
export interface BoundCounter {
  /**
   * Adds to the series. A value that is not a finite number, or is negative where that is not allowed, is dropped and
   * counted. Never throws, allocates nothing, and costs a few nanoseconds.
   *
   * @param recorded the context, for exemplars; the active one when omitted
   */
  add(value: number, recorded?: Context): void;
}

/** One series of a histogram or gauge. */
export interface BoundRecorder {
  /** Records to the series, as {@link BoundCounter.add} adds. */
  record(value: number, recorded?: Context): void;
}

export type Bound = BoundCounter & BoundRecorder;

/**
 * One series of one stream. The attributes were filtered, and held against the limit, when it was bound; a series that
 * has ended since is found or begun again by the next recording.
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

  /** Records a value that the caller has checked: a finite number, and not negative where that is not allowed. */
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

/** The series of several streams, where views or readers make several of one instrument. */
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

/** No series: the attributes could not be read. Each recording is lost to that, so each is counted. */
export class BoundToNothing implements Bound {
  readonly #instrument: BindingInstrument;

  constructor(instrument: BindingInstrument) {
    this.#instrument = instrument;
  }

  add(): void {
    this.#instrument.fail('the bound attributes cannot be read');
  }

  record(): void {
    this.add();
  }
}
