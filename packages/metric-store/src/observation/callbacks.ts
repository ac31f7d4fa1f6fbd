import type { Attributes, BatchObservableCallback, ObservableCallback } from '@opentelemetry/api';
import { describeValue } from '@trademeter/config';
import { log } from '../log.ts';
import type { ObservableInstrument } from './observable-instrument.ts';
import { Observations, type ObservedStream } from './observed-stream.ts';

/** A reader's streams of observable instruments. */
export type StreamsOf = (instrument: ObservableInstrument) => readonly ObservedStream[];

/** A registered callback and its state. */
interface Registration {
  readonly callback: ObservableCallback | BatchObservableCallback;
  readonly instruments: ReadonlySet<ObservableInstrument>;
  readonly isBatch: boolean;
  /** Whether it is asynchronous: an async function, or one that has returned a promise. */
  isAsync: boolean;
  isRunning: boolean;
  isRemoved: boolean;
  /** What it observed when it last succeeded, by stream; kept while it fails. */
  readonly last: WeakMap<ObservedStream, Observations>;
}

/** One call of one callback. */
interface Call {
  readonly registration: Registration;
  readonly observations: ReadonlyMap<ObservedStream, Observations>;
  /** Whether its observations still count. */
  isOpen: boolean;
  hasSucceeded: boolean;
}

/** The callbacks of a meter's observable instruments. */
export class Callbacks {
  #registrations: Registration[] = [];

  add(callback: ObservableCallback, instrument: ObservableInstrument): void {
    this.#add(callback, [instrument], false);
  }

  addBatch(callback: BatchObservableCallback, instruments: readonly ObservableInstrument[]): void {
    this.#add(callback, instruments, true);
  }

  remove(callback: ObservableCallback, instrument: ObservableInstrument): void {
    this.#remove(callback, [instrument], false);
  }

  removeBatch(callback: BatchObservableCallback, instruments: readonly ObservableInstrument[]): void {
    this.#remove(callback, instruments, true);
  }

  /**
   * Starts a collection of one reader: calls all asynchronous callbacks.
   *
   * @param pending receives the promises to wait for
   */
  callAsync(streamsOf: StreamsOf, pending: Promise<unknown>[], errors: unknown[]): CalledCallbacks {
    const called = new CalledCallbacks();
    const slow = this.#registrations.filter(({ isAsync }) => isAsync);
    for (const registration of slow) called.call(registration, streamsOf, pending, errors);
    return called;
  }

  /** Calls the synchronous callbacks right before values are copied, so that they agree with what was recorded. */
  callRest(called: CalledCallbacks, streamsOf: StreamsOf, pending: Promise<unknown>[], errors: unknown[]): void {
    const registrations = [...this.#registrations];
    for (const registration of registrations) {
      if (!called.has(registration)) called.call(registration, streamsOf, pending, errors);
    }
    called.order(registrations);
  }

  #add(
    callback: ObservableCallback | BatchObservableCallback,
    instruments: readonly ObservableInstrument[],
    isBatch: boolean,
  ): void {
    if (typeof callback !== 'function') {
      log.error(`ignored a callback: it must be a function, got ${describeValue(callback)}`);
      return;
    }
    if (this.#find(callback, instruments, isBatch) !== undefined) return;
    this.#registrations.push({
      callback,
      instruments: new Set(instruments),
      isBatch,
      isAsync: isAsyncFunction(callback),
      isRunning: false,
      isRemoved: false,
      last: new WeakMap(),
    });
  }

  #remove(
    callback: ObservableCallback | BatchObservableCallback,
    instruments: readonly ObservableInstrument[],
    isBatch: boolean,
  ): void {
    const found = this.#find(callback, instruments, isBatch);
    if (found === undefined) return;
    found.isRemoved = true;
    this.#registrations = this.#registrations.filter((registration) => registration !== found);
  }

  #find(
    callback: ObservableCallback | BatchObservableCallback,
    instruments: readonly ObservableInstrument[],
    isBatch: boolean,
  ): Registration | undefined {
    return this.#registrations.find(
      (registration) =>
        registration.callback === callback &&
        registration.isBatch === isBatch &&
        registration.instruments.size === instruments.length &&
        instruments.every((instrument) => registration.instruments.has(instrument)),
    );
  }
}

/** The calls of one collection. */
export class CalledCallbacks {
  #calls = new Map<Registration, Call>();

  has(registration: Registration): boolean {
    return this.#calls.has(registration);
  }

  call(registration: Registration, streamsOf: StreamsOf, pending: Promise<unknown>[], errors: unknown[]): void {
    this.#calls.set(registration, callOne(registration, streamsOf, pending, errors));
  }

  /** Sorts calls in the order of registration: the last of several observations of a series counts. */
  order(registrations: readonly Registration[]): void {
    const ordered = new Map<Registration, Call>();
    for (const registration of registrations) {
      const call = this.#calls.get(registration);
      if (call !== undefined) ordered.set(registration, call);
    }
    // Callbacks removed while running still have to be closed.
    for (const [registration, call] of this.#calls) ordered.set(registration, call);
    this.#calls = ordered;
  }

  /** Ends the calls: later observations are ignored. Reports the calls that did not finish. */
  close(errors: unknown[], timeoutMillis: number): void {
    for (const call of this.#calls.values()) {
      if (call.isOpen && call.registration.isRunning && !call.hasSucceeded) {
        errors.push(
          timeoutError(`an observable callback of ${namesOf(call)} did not finish within ${timeoutMillis} ms`),
        );
      }
      call.isOpen = false;
    }
  }

  /** The observations for a stream: current ones, or for failed callbacks those of their last success. */
  observationsOf(stream: ObservedStream): Observations[] {
    return [...this.#calls.values()].flatMap(({ registration, observations, hasSucceeded }) => {
      // A synchronous callback that removes itself, or is removed by a later one, was still called for this collection.
      if (registration.isRemoved && (registration.isAsync || !hasSucceeded)) return [];
      const now = observations.get(stream);
      if (now === undefined || !hasSucceeded) return registration.last.get(stream) ?? [];
      registration.last.set(stream, now);
      return now;
    });
  }
}

function callOne(
  registration: Registration,
  streamsOf: StreamsOf,
  pending: Promise<unknown>[],
  errors: unknown[],
): Call {
  const streams = [...registration.instruments].flatMap((instrument) => streamsOf(instrument));
  const observations = new Map(streams.map((stream) => [stream, new Observations()]));
  const call: Call = { registration, observations, isOpen: true, hasSucceeded: false };
  if (registration.isRunning) {
    // It must finish before it is called again.
    errors.push(timeoutError(`an observable callback of ${namesOf(call)} is still running from an earlier collection`));
    call.isOpen = false;
    return call;
  }
  const observe = (instrument: ObservableInstrument, value: number, attributes: Attributes | undefined): void => {
    if (!call.isOpen || !registration.instruments.has(instrument)) return;
    for (const stream of streamsOf(instrument)) {
      const own = observations.get(stream);
      if (own !== undefined) instrument.note(stream, own, value, attributes);
    }
  };
  const fail = (error: unknown): void => {
    if (call.isOpen) errors.push(error);
    call.isOpen = false;
  };
  try {
    const returned: unknown = invoke(registration, observe);
    if (!isThenable(returned)) {
      call.hasSucceeded = true;
      return call;
    }
    registration.isAsync = true;
    // May throw, if reading the promise does.
    const promise = Promise.resolve(returned);
    registration.isRunning = true;
    const settled = promise.then(
      () => {
        registration.isRunning = false;
        if (call.isOpen) call.hasSucceeded = true;
      },
      (error: unknown) => {
        registration.isRunning = false;
        fail(error);
      },
    );
    pending.push(settled);
  } catch (error) {
    fail(error);
  }
  return call;
}

function invoke(
  { callback, instruments, isBatch }: Registration,
  observe: (instrument: ObservableInstrument, value: number, attributes: Attributes | undefined) => void,
): unknown {
  if (isBatch) {
    return (callback as BatchObservableCallback)({
      observe: (instrument, value, attributes) => observe(instrument as ObservableInstrument, value, attributes),
    });
  }
  const [instrument] = instruments;
  if (instrument === undefined) return undefined;
  return (callback as ObservableCallback)({ observe: (value, attributes) => observe(instrument, value, attributes) });
}

/** An error named like that of upstream's collections. */
function timeoutError(message: string): Error {
  return Object.assign(new Error(message), { name: 'TimeoutError' });
}

function isAsyncFunction(callback: ObservableCallback | BatchObservableCallback): boolean {
  try {
    return Object.prototype.toString.call(callback) === '[object AsyncFunction]';
  } catch {
    // A proxy that does not say.
    return false;
  }
}

/** Promises of any realm or library have `then`. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    value !== null &&
    (typeof value === 'object' || typeof value === 'function') &&
    typeof (value as { readonly then?: unknown }).then === 'function'
  );
}

function namesOf({ registration }: Call): string {
  return [...registration.instruments].map(({ descriptor }) => describeValue(descriptor.name)).join(', ');
}
