import type { Attributes } from '@opentelemetry/api';
import type { InstrumentHost } from './instrument-host.ts';
import { registeredMeterProvider } from './provider-watch.ts';

/** One series of an SDK. The specification has bound instruments in development. */
interface ApiBound {
  add?(value: number): void;
  record?(value: number): void;
  /** Records a finite number that is not below the instrument's minimum. */
  recordChecked?(value: number): void;
}

/** A synchronous instrument of an SDK. `bind` and `recordKnown` are those of `@trademeter/metric-store`. */
export interface ApiInstrument {
  add?(value: number, attributes: Attributes): void;
  record?(value: number, attributes: Attributes): void;
  bind?(attributes: Attributes): ApiBound;
  /** Records when the series of these attributes exists, and says whether it did. */
  recordKnown?(value: number, attributes: Attributes): boolean;
  /** Makes the series exist at 0 and never make room for others. */
  initialize?(attributes: Attributes): void;
}

/** Where a bound series records now. */
interface Target {
  recordChecked(value: number): void;
}

/** What a binding needs of its instrument. */
export interface BindingInstrument {
  readonly meter: InstrumentHost;
  /** The lowest value that is recorded. */
  readonly minimum: number;
  /** Binds attributes on the SDK of now; `undefined` when there is none. */
  bindOnSdk(attributes: Attributes): Target | undefined;
  /** Drops a value that cannot be recorded. */
  refuse(value: unknown): void;
  /** Drops a measurement that the SDK threw at. */
  fail(error: unknown): void;
}

// Before the first recording: no provider is equal to it. An object, as providers are: engines compare those fastest.
const unbound = Object.freeze({});

/**
 * One series of a typed instrument, on whatever provider is registered when it records. It binds with its first
 * recording, and again when the provider has changed; otherwise a recording is one look at the global, the check of the
 * value and the write.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/api/#synchronous-instrument-api
 */
export class Binding {
  readonly #instrument: BindingInstrument;
  readonly #meter: InstrumentHost;
  readonly #minimum: number;
  readonly #attributes: Attributes;
  readonly #given: unknown;
  #provider: unknown = unbound;
  #target: Target | undefined;

  /** @param attributes checked, and not changed any more */
  constructor(instrument: BindingInstrument, attributes: Attributes) {
    this.#instrument = instrument;
    this.#meter = instrument.meter;
    this.#given = instrument.meter.meterProvider;
    this.#minimum = instrument.minimum;
    this.#attributes = attributes;
  }

  /** As {@link record}. */
  add(value = 1): void {
    this.record(value);
  }

  /** Never throws: what cannot be recorded is dropped, counted and logged once. */
  record(value: number): void {
    if (this.#isStale()) this.#bindAgain();
    if (this.#target === undefined) {
      this.#meter.isActive();
    } else if (isWithin(value, this.#minimum)) {
      try {
        this.#target.recordChecked(value);
      } catch (error) {
        this.#instrument.fail(error);
      }
    } else {
      this.#instrument.refuse(value);
    }
  }

  #isStale(): boolean {
    return this.#given === undefined ? registeredMeterProvider() !== this.#provider : this.#given !== this.#provider;
  }

  #bindAgain(): void {
    this.#provider = this.#given ?? registeredMeterProvider();
    this.#meter.lookForProvider();
    this.#target = this.#instrument.bindOnSdk(this.#attributes);
  }
}

/** Whether a value is a number from a minimum up, and finite. */
export function isWithin(value: unknown, minimum: number): boolean {
  return typeof value === 'number' && value >= minimum && value <= Number.MAX_VALUE;
}

/** Binds attributes to an instrument of an SDK; on one that cannot, they are passed with every recording. */
export function bindOn(api: ApiInstrument | undefined, attributes: Attributes): Target | undefined {
  if (api === undefined) return undefined;
  const bound = tryToBind(api, attributes);
  if (typeof bound?.recordChecked === 'function') return bound as Target;
  if (typeof bound?.add === 'function') return { recordChecked: (value) => bound.add?.(value) };
  if (typeof bound?.record === 'function') return { recordChecked: (value) => bound.record?.(value) };
  return api.add === undefined
    ? { recordChecked: (value) => api.record?.(value, attributes) }
    : { recordChecked: (value) => api.add?.(value, attributes) };
}

function tryToBind(api: ApiInstrument, attributes: Attributes): ApiBound | undefined {
  try {
    return api.bind?.(attributes);
  } catch {
    return undefined;
  }
}

/**
 * Records under attributes that nobody has checked, when their series exists: it began with attributes that were checked,
 * and these are equal. False when the attributes have yet to be checked.
 */
export function recordsKnown(api: ApiInstrument, value: number, attributes: unknown): boolean {
  try {
    return api.recordKnown !== undefined && isPlain(attributes) && api.recordKnown(value, attributes);
  } catch {
    // A getter that throws.
    return false;
  }
}

/**
 * Whether it is an object as a literal makes it. Others may have attributes that cannot be enumerated, which only the
 * check reads. One property read: `Object.getPrototypeOf` takes as long as finding the series.
 */
function isPlain(attributes: unknown): attributes is Attributes {
  return typeof attributes === 'object' && attributes !== null && attributes.constructor === Object;
}
