import type { Attributes } from '@opentelemetry/api';
import type { InstrumentHost } from './instrument-host.ts';
import { registeredMeterProvider } from './provider-watch.ts';

/** A bound series of an SDK. Bound instruments are in development in the specification. */
interface ApiBound {
  add?(value: number): void;
  record?(value: number): void;
  /** Records a number that the caller has checked: finite, and not below the minimum of the instrument. */
  recordChecked?(value: number): void;
}

/** A synchronous instrument of an SDK. `bind` and `recordKnown` are those of `@trademeter/metric-store`. */
export interface ApiInstrument {
  add?(value: number, attributes: Attributes): void;
  record?(value: number, attributes: Attributes): void;
  bind?(attributes: Attributes): ApiBound;
  /** Records if the series of these attributes exists. @returns whether it recorded */
  recordKnown?(value: number, attributes: Attributes): boolean;
  /** Creates the series at 0. It never makes room for other series. */
  initialize?(attributes: Attributes): void;
}

/** The current target of a bound series. */
interface Target {
  recordChecked(value: number): void;
}

/** What a binding needs from its instrument. */
export interface BindingInstrument {
  readonly meter: InstrumentHost;
  /** The lowest value that is recorded. */
  readonly minimum: number;
  /** Binds attributes on the current SDK; `undefined` without an SDK. */
  bindOnSdk(attributes: Attributes): Target | undefined;
  /** Drops an invalid value. */
  refuse(value: unknown): void;
  /** Drops a measurement for which the SDK threw. */
  fail(error: unknown): void;
}

// The target before the first recording. An object like a provider, because engines compare objects fastest.
const unbound = Object.freeze({});

/**
 * Binding is one series of a typed instrument, on the provider that is registered when it records. It binds with the
 * first recording, and again when the provider changes. Other recordings cost a read of the global provider, a check of
 * the value, and the write.
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

  /** @param attributes checked attributes, which must not change */
  constructor(instrument: BindingInstrument, attributes: Attributes) {
    this.#instrument = instrument;
    this.#meter = instrument.meter;
    this.#given = instrument.meter.meterProvider;
    this.#minimum = instrument.minimum;
    this.#attributes = attributes;
  }

  /** Adds to the series, like {@link record}. */
  add(value = 1): void {
    this.record(value);
  }

  /** Records a value. Never throws: an invalid value is dropped, counted and logged once. */
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

/** Whether a value is a finite number that is not below a minimum. */
export function isWithin(value: unknown, minimum: number): boolean {
  return typeof value === 'number' && value >= minimum && value <= Number.MAX_VALUE;
}

/** Binds attributes to an instrument of an SDK. Without bound instruments, they are passed with every recording. */
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
 * Records with unchecked attributes if their series exists: it was created with checked attributes that are equal.
 *
 * @returns false if the attributes have to be checked first
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
 * Whether it is a plain object. Other objects may have attributes that are not enumerable, which only the check reads.
 * One property read: `Object.getPrototypeOf` takes as long as finding the series.
 */
function isPlain(attributes: unknown): attributes is Attributes {
  return typeof attributes === 'object' && attributes !== null && attributes.constructor === Object;
}
