import { type Attributes, type Observable, type ObservableCallback, ValueType } from '@opentelemetry/api';
import { describeValue } from '@trademeter/config';
import { log } from '../log.ts';
import { type Descriptor, isNonNegative } from '../streams/descriptor.ts';
import type { StoreContext } from '../streams/stream.ts';
import type { Observations, ObservedStream } from './observed-stream.ts';

const noAttributes: Attributes = Object.freeze({});

/** The registry of an instrument's callbacks. */
interface CallbackRegistry {
  add(callback: ObservableCallback, instrument: ObservableInstrument): void;
  remove(callback: ObservableCallback, instrument: ObservableInstrument): void;
}

/** StoreObservable is an observable counter, up-down counter or gauge of the API. */
export class ObservableInstrument implements Observable {
  readonly descriptor: Descriptor;
  /** @internal One per reader and view. */
  readonly streams: readonly ObservedStream[];
  readonly #context: StoreContext;
  readonly #callbacks: CallbackRegistry;
  #isTruncationLogged = false;

  constructor(
    descriptor: Descriptor,
    streams: readonly ObservedStream[],
    context: StoreContext,
    callbacks: CallbackRegistry,
  ) {
    this.descriptor = descriptor;
    this.streams = streams;
    this.#context = context;
    this.#callbacks = callbacks;
  }

  /** @internal Whether these callbacks are those of its meter. */
  isOf(callbacks: object): boolean {
    return this.#callbacks === callbacks;
  }

  addCallback(callback: ObservableCallback): void {
    this.#callbacks.add(callback, this);
  }

  removeCallback(callback: ObservableCallback): void {
    this.#callbacks.remove(callback, this);
  }

  /**
   * Ends a series of an up-down counter or gauge: unless a callback observes it, each reader reads 0 once. Without this
   * call, a series ends without a 0 as soon as no callback observes it, as counters always do.
   */
  remove(attributes: Attributes): void {
    if (this.descriptor.type === 'OBSERVABLE_COUNTER') return;
    try {
      for (const stream of this.streams) stream.finish(attributes ?? noAttributes);
    } catch (error) {
      this.#context.dropped.drop(this.descriptor.name, 'error', describeValue(error));
    }
  }

  /** @internal Accepts an observation, if it is valid. */
  note(stream: ObservedStream, observations: Observations, given: number, attributes: Attributes | undefined): void {
    const value = this.descriptor.valueType === ValueType.INT ? this.#truncate(given) : given;
    const { name } = this.descriptor;
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      this.#context.dropped.drop(
        name,
        'invalid_value',
        `its value must be a finite number, got ${describeValue(value)}`,
      );
      return;
    }
    if (value < 0 && isNonNegative(this.descriptor.type)) {
      this.#context.dropped.drop(name, 'negative_value', `its value must not be negative, got ${value}`);
      return;
    }
    try {
      stream.note(observations, value, attributes ?? noAttributes);
    } catch (error) {
      this.#context.dropped.drop(name, 'error', describeValue(error));
    }
  }

  #truncate(value: number): number {
    if (typeof value !== 'number' || Number.isInteger(value)) return value;
    if (!this.#isTruncationLogged && Number.isFinite(value)) {
      this.#isTruncationLogged = true;
      log.warn(`${this.descriptor.name} records integers: dropped the fraction of ${value}. Logged once.`);
    }
    return Math.trunc(value);
  }
}
