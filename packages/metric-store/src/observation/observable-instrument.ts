import { type Attributes, type Observable, type ObservableCallback, ValueType } from '@opentelemetry/api';
import { describeValue } from '@trademeter/config';
import { log } from '../log.ts';
import { type Descriptor, isNonNegative } from '../streams/descriptor.ts';
import type { StoreContext } from '../streams/stream.ts';
import type { Observations, ObservedStream } from './observed-stream.ts';

const noAttributes: Attributes = Object.freeze({});

/** Where the callbacks of an instrument are kept. */
interface CallbackRegistry {
  add(callback: ObservableCallback, instrument: ObservableInstrument): void;
  remove(callback: ObservableCallback, instrument: ObservableInstrument): void;
}

/** An observable counter, up-down counter or gauge of the API. */
export class ObservableInstrument implements Observable {
  readonly descriptor: Descriptor;
  /** @internal One for each reader and view. */
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

  addCallback(callback: ObservableCallback): void {
    this.#callbacks.add(callback, this);
  }

  removeCallback(callback: ObservableCallback): void {
    this.#callbacks.remove(callback, this);
  }

  /**
   * Ends a series of an up-down counter or gauge: unless a callback observes it, every reader reads 0 once, and then no
   * more. Without this, a series ends as soon as no callback observes it; that of a counter, which
   * cannot go to 0, always does.
   */
  remove(attributes: Attributes): void {
    if (this.descriptor.type === 'OBSERVABLE_COUNTER') return;
    try {
      for (const stream of this.streams) stream.finish(attributes ?? noAttributes);
    } catch (error) {
      this.#context.dropped.drop(this.descriptor.name, 'error', describeValue(error));
    }
  }

  /** @internal Takes an observation, if it can be used. */
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
