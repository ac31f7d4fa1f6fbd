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

/** How a {@link Meter} is made. */
export interface MeterOptions {
  /** The instrumentation scope's name: the package's. */
  readonly name: string;
  /** The instrumentation scope's version: the package's. */
  readonly version?: string;
  /** The schema URL of the conventions that its metrics keep to. Default: none. */
  readonly schemaUrl?: string;
  /** Where to record. Left out: the global provider, whenever it is registered, also after the meter was made. */
  readonly meterProvider?: MeterProvider | undefined;
  /** Milliseconds since the epoch, for timers. Default: a monotonic clock. */
  readonly now?: (() => number) | undefined;
}

// Two clocks of one machine, one of whole milliseconds, may differ by that.
const clockGranularitySeconds = 0.001;

type Of<I extends MetricDefinition['instrument']> = MetricDefinition & { readonly instrument: I };

/**
 * Makes typed instruments from definitions. `@opentelemetry/api` has no proxy for meters: an instrument that is made
 * before a provider is registered stays a no-op for good. These find the provider when they record, so an
 * instrumentation may be made first and the SDK started later, stopped, and started again.
 */
export class Meter implements InstrumentHost {
  /** Milliseconds since the epoch; `NaN` when the clock that was given throws, which drops what it times. */
  readonly now: () => number;
  /** As `now`, and by default the machine's calendar, which what callers call a time is compared with. */
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

  /** @throws ConfigurationError when an option is wrong */
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

  /** A counter of things that happened. @throws ConfigurationError when the definition is not a counter's */
  counter<const D extends Of<'counter'>>(definition: D): Counter<D> {
    return this.#keep(new Counter(this, definition));
  }

  /** A sum that goes up and down. @throws ConfigurationError when the definition is not an updowncounter's */
  upDownCounter<const D extends Of<'updowncounter'>>(definition: D): UpDownCounter<D> {
    return this.#keep(new UpDownCounter(this, definition));
  }

  /** A distribution. @throws ConfigurationError when the definition is not a histogram's or has no boundaries */
  histogram<const D extends Of<'histogram'>>(definition: D): Histogram<D> {
    return this.#keep(new Histogram(this, definition));
  }

  /** A value that is set when it changes. @throws ConfigurationError when the definition is not a gauge's */
  gauge<const D extends Of<'gauge'>>(definition: D): Gauge<D> {
    return this.#keep(new Gauge(this, definition));
  }

  /**
   * A state that is read at collection: kept here, or computed by a callback.
   *
   * @throws ConfigurationError when the definition is neither a gauge's nor an updowncounter's
   */
  observable<const D extends Of<'gauge' | 'updowncounter'>>(definition: D): StateInstrument<D> {
    return this.#keep(new StateInstrument(this, definition, definition.instrument === 'gauge' ? 'last' : 'sum'));
  }

  /**
   * A status: one series per possible state, 1 for the one that holds and 0 for the others, from the start.
   *
   * @param stateAttribute the attribute that names the state; its values are the possible states
   * @throws ConfigurationError when that attribute has no list of values
   * @see https://opentelemetry.io/docs/specs/semconv/how-to-write-conventions/status-metrics/
   */
  status<const D extends Of<'updowncounter'>, const K extends string & keyof D['attributes']>(
    definition: D,
    stateAttribute: K,
  ): StatusInstrument<D, K> {
    // Of two that tell a state of the same thing, either is to be seen: an open breaker above all.
    const state = this.#keep(new StateInstrument(this, definition, 'max'));
    return new StatusInstrument(state, definition, stateAttribute);
  }

  /** The time since something last happened. @throws ConfigurationError when the definition is not a gauge's */
  age<const D extends Of<'gauge'>>(definition: D): AgeInstrument<D> {
    return new AgeInstrument(this, this.observable(definition));
  }

  /** Whether anything is listening. Recording begins with it, so it takes about a nanosecond. */
  isActive(): boolean {
    this.lookForProvider();
    if (this.#api === undefined && this.meterProvider === undefined) noteLateRecording();
    return this.#api !== undefined;
  }

  /** Finds the provider that was registered since it was last looked for. */
  lookForProvider(): void {
    if ((this.meterProvider ?? registeredMeterProvider()) !== this.#found) this.#findProvider();
  }

  /** @internal Looks for a global provider at intervals, so that series appear before the first recording. */
  startPolling(): void {
    if (this.meterProvider === undefined) lookForProviders();
  }

  /**
   * Runs what a verb does with its caller's input. Whatever it throws is dropped as `invalid_argument`, counted and told
   * once; it never reaches the caller. So is a promise, which comes from a function of the caller's that should answer at
   * once: its rejection would end the process.
   *
   * @param what the metric, or the verb, that the input was for
   * @returns what `prepare` returns, or `undefined` when it threw
   */
  attempt<R>(what: string, prepare: () => R): R | undefined {
    try {
      const result = prepare();
      if (!swallowIfPromise(result)) return result;
      this.drop(
        what,
        'invalid_argument',
        'the argument cannot be used: a function gave a promise, and has to answer at once',
      );
      return undefined;
    } catch (error) {
      this.drop(what, 'invalid_argument', `the argument cannot be used: ${messageOf(error)}`);
      return undefined;
    }
  }

  /**
   * Whether a figure in a verb's argument will do. One that will not is dropped as `invalid_value`, counted and told once.
   *
   * @param what names the figure: `the confidence`
   */
  accepts(metric: string, what: string, figure: unknown, check: OptionCheck): boolean {
    if (check.accepts(figure)) return true;
    this.drop(metric, 'invalid_value', `${what} must be ${check.allowed}, got ${describeValue(figure)}`);
    return false;
  }

  /**
   * A figure of a verb's argument, as {@link readFigure} reads it. What is not a figure is dropped as `invalid_value`,
   * counted and logged once.
   *
   * @param what names the figure: `the amount`
   */
  figure(metric: string, what: string, value: unknown): number | undefined {
    const figure = readFigure(value);
    if (!Number.isNaN(figure)) return figure;
    this.drop(metric, 'invalid_value', `${what} must be ${allowedFigure}, got ${describeValue(value)}`);
    return undefined;
  }

  /**
   * An attribute of a verb's argument, as it is recorded, for a verb that decides something by it. What cannot be
   * recorded is dropped, counted and told as a recording would; once it is taken from here, no recording counts it again.
   *
   * @param value `null` is left out, as `undefined` is: dropped as `missing_attribute` where it is required
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
   * How long ago a moment was, in seconds, by the calendar that callers give it in. One that is not a moment, is in
   * seconds, or is still to come, is dropped as `invalid_value`, counted and logged once.
   *
   * @param what names the moment: `signalTime`
   */
  ageSeconds(metric: string, what: string, moment: Moment | null | undefined): number | undefined {
    if (moment === undefined || moment === null) return undefined;
    const now = this.calendarNow();
    const age = (now - epochMilliseconds(moment, now)) / 1000;
    if (age >= -clockGranularitySeconds) return Math.max(0, age);
    this.drop(
      metric,
      'invalid_value',
      `${what} must be a time that is past, in milliseconds, got ${describeValue(moment)}`,
    );
    return undefined;
  }

  /** Counts a drop and tells it once. */
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
      log.warn(`the meter provider gives no meter for ${this.#name}`, error);
    }
    if (this.#api !== undefined) this.#drops.countOn(provider);
    for (const instrument of this.#instruments) this.#rebind(instrument);
  }

  #rebind(instrument: Rebindable): void {
    try {
      instrument.rebind(this.#api);
    } catch (error) {
      log.warn(`the SDK refuses an instrument of ${this.#name}`, error);
    }
  }
}

/**
 * Makes a {@link Meter}.
 *
 * @throws ConfigurationError when an option is wrong
 */
export function createMeter(options: MeterOptions): Meter {
  return new Meter(options);
}

/** Milliseconds since the epoch that never run backwards, whatever is done to the machine's clock. */
export function monotonicNow(): number {
  return performance.timeOrigin + performance.now();
}

/** A clock that never throws: what it times may be an order. `NaN` when `now` throws or returns no number. */
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
