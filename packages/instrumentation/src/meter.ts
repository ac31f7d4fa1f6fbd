import {
  type Meter as ApiMeter,
  type MeterOptions as ApiMeterOptions,
  createNoopMeter,
  type MeterProvider,
  metrics,
} from '@opentelemetry/api';
import {
  anyFunction,
  checkOptions,
  describeValue,
  Log,
  messageOf,
  meterProviderOption,
  nonEmptyString,
  type OptionCheck,
} from '@trademeter/config';
import type { AttributeValue, MetricDefinition } from '@trademeter/semantic-conventions';
import { AgeInstrument } from './age-instrument.ts';
import { usableAttribute } from './attribute-guard.ts';
import { swallowIfPromise } from './callable.ts';
import { DropLog, type DropReason } from './drop-log.ts';
import { allowedFigure, readFigure } from './figure.ts';
import { Counter, Gauge, Histogram, UpDownCounter } from './instrument.ts';
import type { InstrumentHost, Rebindable } from './instrument-host.ts';
import { epochMilliseconds, type Moment } from './moment.ts';
import { lookForProviders, noteLateRecording, registeredMeterProvider, watchAnnouncements } from './provider-watch.ts';
import { StateInstrument } from './state-instrument.ts';
import { StatusInstrument } from './status-instrument.ts';

const log = new Log();

/** Options of {@link createMeter}. */
export interface MeterOptions {
  /** The name of the instrumentation scope: the name of the package. */
  readonly name: string;
  /** The version of the instrumentation scope: the version of the package. */
  readonly version?: string;
  /** The schema URL of the conventions that the metrics follow. */
  readonly schemaUrl?: string;
  /**
   * Where to record.
   *
   * @default the global meter provider, even if it is registered later
   */
  readonly meterProvider?: MeterProvider | undefined;
  /**
   * Returns milliseconds since the epoch, for timers.
   *
   * @default a monotonic clock
   */
  readonly now?: (() => number) | undefined;
}

// The clocks of a venue and of a bot differ. A time that is further in the future is a mistake.
const clockToleranceSeconds = 5;

type Of<I extends MetricDefinition['instrument']> = MetricDefinition & { readonly instrument: I };

/**
 * Meter creates typed instruments from definitions. `@opentelemetry/api` has no proxy for meters: an instrument that is
 * created before a provider is registered stays a no-op. The instruments of this meter look the provider up when they
 * record, so an instrumentation may be created first, and the SDK may be started later, stopped, and started again.
 */
export class Meter implements InstrumentHost {
  /** Milliseconds since the epoch; `NaN` if the caller's clock throws, so that the duration is dropped. */
  readonly now: () => number;
  /** As `now`, but by default the calendar clock, because times from callers are compared with it. */
  readonly calendarNow: () => number;
  readonly #name: string;
  readonly #version: string | undefined;
  readonly #scope: ApiMeterOptions;
  /** @internal The provider to record to; `undefined` for the global one. */
  readonly meterProvider: MeterProvider | undefined;
  readonly #drops = new DropLog();
  readonly #instruments: Rebindable[] = [];
  #found: unknown;
  #api: ApiMeter | undefined;

  /** @throws ConfigurationError if an option is invalid */
  constructor(options: MeterOptions) {
    checkOptions(
      'instrumentation',
      options,
      {
        name: nonEmptyString,
        version: nonEmptyString,
        schemaUrl: nonEmptyString,
        meterProvider: meterProviderOption,
        now: anyFunction,
      },
      ['name'],
    );
    this.#name = options.name;
    this.#version = options.version;
    this.#scope = options.schemaUrl === undefined ? {} : { schemaUrl: options.schemaUrl };
    this.meterProvider = options.meterProvider;
    this.now = options.now === undefined ? monotonicNow : guardedClock(options.now);
    this.calendarNow = options.now === undefined ? () => Date.now() : this.now;
    this.#findProvider();
    if (this.meterProvider === undefined) watchAnnouncements(this);
  }

  /**
   * Creates a counter, for events: `add`, `bind`, `initialize`.
   *
   * @throws ConfigurationError if the definition is not that of a counter
   */
  counter<const D extends Of<'counter'>>(definition: D): Counter<D> {
    return this.#keep(new Counter(this, definition));
  }

  /**
   * Creates an updowncounter, for sums that rise and fall: `add`, `bind`, `initialize`.
   *
   * @throws ConfigurationError if the definition is not that of an updowncounter
   */
  upDownCounter<const D extends Of<'updowncounter'>>(definition: D): UpDownCounter<D> {
    return this.#keep(new UpDownCounter(this, definition));
  }

  /**
   * Creates a histogram, for durations, sizes and scores: `record`, `bind`, `startTimer`.
   *
   * @throws ConfigurationError if the definition is not that of a histogram with boundaries
   */
  histogram<const D extends Of<'histogram'>>(definition: D): Histogram<D> {
    return this.#keep(new Histogram(this, definition));
  }

  /**
   * Creates a synchronous gauge, for values that are set: `record`, `bind`.
   *
   * @throws ConfigurationError if the definition is not that of a gauge
   */
  gauge<const D extends Of<'gauge'>>(definition: D): Gauge<D> {
    return this.#keep(new Gauge(this, definition));
  }

  /**
   * Creates a state that is read at collection, kept by the instrument or computed by a synchronous callback: `set`, `add`,
   * `end`, `delete`, `bind`, `observe`.
   *
   * @throws ConfigurationError if the definition is not that of a gauge or an updowncounter
   */
  observable<const D extends Of<'gauge' | 'updowncounter'>>(definition: D): StateInstrument<D> {
    return this.#keep(new StateInstrument(this, definition, definition.instrument === 'gauge' ? 'last' : 'sum'));
  }

  /**
   * Creates a status, one series for each possible state, 1 for the current one and 0 for the others: `set`.
   *
   * @param stateAttribute the attribute whose values are the possible states
   * @throws ConfigurationError if that attribute does not list its values
   * @see https://opentelemetry.io/docs/specs/semconv/how-to-write-conventions/status-metrics/
   */
  status<const D extends Of<'updowncounter'>, const K extends string & keyof D['attributes']>(
    definition: D,
    stateAttribute: K,
  ): StatusInstrument<D, K> {
    // If two instruments report different states of a thing, both are exported, so that an open breaker is never
    // hidden.
    const state = this.#keep(new StateInstrument(this, definition, 'max'));
    return new StatusInstrument(state, definition, stateAttribute);
  }

  /**
   * Creates an age, the time since something last happened: `happened`, `end`.
   *
   * @throws ConfigurationError if the definition is not that of a gauge
   */
  age<const D extends Of<'gauge'>>(definition: D): AgeInstrument<D> {
    return new AgeInstrument(this, this.observable(definition));
  }

  /** Whether a recording would reach an SDK. Takes about a nanosecond, because every recording checks it. */
  isActive(): boolean {
    this.lookForProvider();
    if (this.#api === undefined && this.meterProvider === undefined) noteLateRecording();
    return this.#api !== undefined;
  }

  /** Looks for a provider that was registered since the last call. */
  lookForProvider(): void {
    if ((this.meterProvider ?? registeredMeterProvider()) !== this.#found) this.#findProvider();
  }

  /** @internal Looks for a global provider at intervals, so that series appear before the first recording. */
  startPolling(): void {
    if (this.meterProvider === undefined) lookForProviders();
  }

  /**
   * Runs the code of a verb that reads its caller's input. What it throws never reaches the caller: it is dropped as
   * `invalid_argument`, counted and logged once. So is a promise, returned by a caller's function that must be
   * synchronous, because its rejection would end the process.
   *
   * @param what the metric, or the verb, that the input is for
   * @returns what `prepare` returns; `undefined` if it threw
   */
  attempt<R>(what: string, prepare: () => R): R | undefined {
    try {
      const result = prepare();
      if (!swallowIfPromise(result)) return result;
      this.drop(
        what,
        'invalid_argument',
        'invalid argument: a function returned a promise, but it must be synchronous',
      );
      return undefined;
    } catch (error) {
      this.drop(what, 'invalid_argument', `invalid argument: ${messageOf(error)}`);
      return undefined;
    }
  }

  /**
   * Checks a figure of a verb's argument. An invalid one is dropped as `invalid_value`, counted and logged once.
   *
   * @param what the name of the figure: `the confidence`
   */
  accepts(metric: string, what: string, figure: unknown, check: OptionCheck): boolean {
    if (check.accepts(figure)) return true;
    this.drop(metric, 'invalid_value', `${what} must be ${check.allowed}, got ${describeValue(figure)}`);
    return false;
  }

  /**
   * Reads a figure of a verb's argument, as {@link readFigure} does. An invalid one is dropped as `invalid_value`,
   * counted and logged once.
   *
   * @param what the name of the figure: `the amount`
   */
  figure(metric: string, what: string, value: unknown): number | undefined {
    const figure = readFigure(value);
    if (!Number.isNaN(figure)) return figure;
    this.drop(metric, 'invalid_value', `${what} must be ${allowedFigure}, got ${describeValue(value)}`);
    return undefined;
  }

  /**
   * Converts an attribute of a verb's argument to its recorded form, for a verb that decides something by it. An
   * invalid one is dropped, counted and logged here, and not again by a recording with the result.
   *
   * @param value `null` and `undefined` are dropped as `missing_attribute` if the attribute is required
   */
  attribute<const D extends MetricDefinition, const K extends string & keyof D['attributes']>(
    definition: D,
    key: K,
    value: unknown,
  ): AttributeValue<D['attributes'][K]> | undefined {
    const attribute: D['attributes'][K] = definition.attributes[key] as D['attributes'][K];
    return usableAttribute(key, attribute, value, (reason, detail) => this.drop(definition.name, reason, detail)) as
      | AttributeValue<D['attributes'][K]>
      | undefined;
  }

  /**
   * Returns how long ago a time was, in seconds, by the calendar clock; 0 for up to 5 seconds in the future. A time that
   * is invalid, in seconds, or further in the future is dropped as `invalid_value`, counted and logged once.
   *
   * @param what the name of the time: `signalTime`
   */
  ageSeconds(metric: string, what: string, moment: Moment | null | undefined): number | undefined {
    if (moment === undefined || moment === null) return undefined;
    const now = this.calendarNow();
    const age = (now - epochMilliseconds(moment, now)) / 1000;
    if (age >= -clockToleranceSeconds) return Math.max(0, age);
    this.drop(
      metric,
      'invalid_value',
      `${what} must be a time in the past, in milliseconds, got ${describeValue(moment)}`,
    );
    return undefined;
  }

  /** Counts a drop and logs it once. */
  drop(metric: string, reason: DropReason, detail: string): void {
    this.#drops.drop(metric, reason, detail);
  }

  #keep<I extends Rebindable>(instrument: I): I {
    this.#instruments.push(instrument);
    this.#rebind(instrument);
    return instrument;
  }

  #findProvider(): void {
    this.#found = this.meterProvider ?? registeredMeterProvider();
    const provider = this.meterProvider ?? metrics.getMeterProvider();
    this.#api = undefined;
    try {
      const api = provider.getMeter(this.#name, this.#version, this.#scope);
      if (api !== createNoopMeter()) this.#api = api;
    } catch (error) {
      log.warn(`the meter provider could not create a meter for ${this.#name}`, error);
    }
    if (this.#api !== undefined) this.#drops.countOn(provider);
    for (const instrument of this.#instruments) this.#rebind(instrument);
  }

  #rebind(instrument: Rebindable): void {
    try {
      instrument.rebind(this.#api);
    } catch (error) {
      log.warn(`the SDK could not create an instrument of ${this.#name}`, error);
    }
  }
}

/**
 * Creates a {@link Meter}.
 *
 * @throws ConfigurationError if an option is invalid
 */
export function createMeter(options: MeterOptions): Meter {
  return new Meter(options);
}

/** Returns milliseconds since the epoch that never decrease, even if the machine's clock is set back. */
export function monotonicNow(): number {
  return performance.timeOrigin + performance.now();
}

/** A clock that never throws, because it may time an order. `NaN` if `now` throws or does not return a number. */
function guardedClock(now: () => number): () => number {
  return () => {
    try {
      const time: unknown = now();
      if (typeof time === 'number') return time;
      swallowIfPromise(time);
      return Number.NaN;
    } catch {
      return Number.NaN;
    }
  };
}
