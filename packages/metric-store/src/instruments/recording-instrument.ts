import { type Attributes, type Context, ValueType } from '@opentelemetry/api';
import { describeValue } from '@trademeter/config';
import { log } from '../log.ts';
import { copyAttributes } from '../series/attribute-values.ts';
import { type Descriptor, isNonNegative } from '../streams/descriptor.ts';
import type { StoreContext, Stream } from '../streams/stream.ts';
import { type Bound, BoundSeries, BoundToInteger, BoundToMany, BoundToNothing } from './bound.ts';

const noAttributes: Attributes = Object.freeze({});

/** Base of the four kinds of synchronous instruments. */
export abstract class RecordingInstrument {
  readonly descriptor: Descriptor;
  /** The minimum value that is recorded. */
  readonly minimum: number;
  readonly #context: StoreContext;
  readonly #streams: readonly Stream[];
  // Most instruments have exactly one stream.
  readonly #only: Stream | undefined;
  readonly #isInteger: boolean;
  #isTruncationLogged = false;

  constructor(descriptor: Descriptor, streams: readonly Stream[], context: StoreContext) {
    this.descriptor = descriptor;
    this.minimum = isNonNegative(descriptor.type) ? 0 : -Number.MAX_VALUE;
    this.#streams = streams;
    this.#only = streams.length === 1 ? streams[0] : undefined;
    this.#context = context;
    this.#isInteger = descriptor.valueType === ValueType.INT;
  }

  /**
   * Whether recordings are kept: false if views drop the instrument or no reader exists.
   *
   * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#instrument-enabled
   */
  enabled(): boolean {
    return this.#streams.length > 0;
  }

  /**
   * Ends the series of these attributes. Each reader that has not read its last value does so once. If it is recorded
   * again, it begins at 0 with a new start time. Only a counter or histogram that some reader has yet to read goes on
   * instead, with the start time that it had: no reader misses an increment. Readers of deltas get each increment once.
   */
  remove(attributes: Attributes): void {
    this.#attempt(() => {
      for (const stream of this.#streams) stream.remove(attributes ?? noAttributes);
    });
  }

  /**
   * Records if a series with exactly these attributes exists, and returns whether it did. For callers that check or change
   * attributes before a series begins: attributes of an existing series need no second check. Does not allocate.
   */
  recordKnown(value: number, attributes: Attributes): boolean {
    if (!this.#isRecordable(value)) return false;
    try {
      const stream = this.#only;
      if (stream === undefined) return this.#recordKnownInAll(value, attributes);
      const series = stream.findKnown(attributes);
      if (series === undefined) return false;
      stream.write(series, value, attributes, undefined);
      return true;
    } catch {
      // Attributes that cannot be read are no known ones.
      return false;
    }
  }

  /** @internal Drops a value that cannot be recorded. */
  refuse(value: unknown): void {
    const { name } = this.descriptor;
    if (typeof value === 'number' && value < this.minimum && Number.isFinite(value)) {
      this.#context.dropped.drop(name, 'negative_value', `its value must not be negative, got ${value}`);
    } else {
      this.#context.dropped.drop(
        name,
        'invalid_value',
        `its value must be a finite number, got ${describeValue(value)}`,
      );
    }
  }

  /** @internal Drops a measurement because something threw. */
  fail(error: unknown): void {
    this.#context.dropped.drop(this.descriptor.name, 'error', describeValue(error));
  }

  /** @internal Removes the fraction of a value for an instrument of integers. */
  truncate(value: number): number {
    if (typeof value !== 'number') return value;
    if (!this.#isTruncationLogged && Number.isFinite(value)) {
      this.#isTruncationLogged = true;
      const { name } = this.descriptor;
      log.warn(`${name} records integers: dropped the fraction of ${value}. Logged once.`);
    }
    return Math.trunc(value);
  }

  protected measure(given: number, attributes: Attributes | undefined, recorded: Context | undefined): void {
    const value = this.#isInteger && !Number.isInteger(given) ? this.truncate(given) : given;
    if (!this.#isRecordable(value)) {
      this.refuse(value);
      return;
    }
    try {
      const all = attributes ?? noAttributes;
      const stream = this.#only;
      if (stream === undefined) this.#measureAll(value, all, recorded);
      else stream.write(stream.resolve(all, recorded), value, all, recorded);
    } catch (error) {
      this.fail(error);
    }
  }

  protected initializeSeries(attributes: Attributes): void {
    this.#attempt(() => {
      for (const stream of this.#streams) stream.initialize(attributes ?? noAttributes);
    });
  }

  protected bindSeries(attributes: Attributes | undefined): Bound {
    this.#context.exemplars.refresh();
    const bound: Bound[] = [];
    // One for all that fail, because each measurement counts once.
    let failed: BoundToNothing | undefined;
    try {
      const own = copyAttributes(attributes ?? noAttributes);
      for (const stream of this.#streams) {
        try {
          bound.push(new BoundSeries(this, stream, own));
        } catch (error) {
          failed ??= new BoundToNothing(this, error);
        }
      }
    } catch (error) {
      failed = new BoundToNothing(this, error);
    }
    if (failed !== undefined) bound.push(failed);
    const [first, ...others] = bound;
    const all = first !== undefined && others.length === 0 ? first : new BoundToMany(bound);
    return this.#isInteger ? new BoundToInteger(this, all) : all;
  }

  #isRecordable(value: unknown): boolean {
    return (
      typeof value === 'number' &&
      value >= this.minimum &&
      value <= Number.MAX_VALUE &&
      (!this.#isInteger || Number.isInteger(value))
    );
  }

  #recordKnownInAll(value: number, attributes: Attributes): boolean {
    const isKnown = this.#streams.every((stream) => stream.findKnown(attributes) !== undefined);
    if (isKnown) this.#measureAll(value, attributes, undefined);
    return isKnown;
  }

  #measureAll(value: number, attributes: Attributes, recorded: Context | undefined): void {
    for (const stream of this.#streams) stream.write(stream.resolve(attributes, recorded), value, attributes, recorded);
  }

  #attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }
}
