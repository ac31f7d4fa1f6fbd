import type { Meter as ApiMeter, Attributes, MetricOptions } from '@opentelemetry/api';
import { describeValue } from '@trademeter/config';
import { ATTR_ERROR_TYPE, type AttributesOf, type MetricDefinition } from '@trademeter/semantic-conventions';
import { AttributeGuard, mergeAttributes } from './attribute-guard.ts';
import { type ApiInstrument, Binding, type BindingInstrument, bindOn, isWithin, recordsKnown } from './binding.ts';
import type { DropReason } from './drop-log.ts';
import type { InstrumentHost, Rebindable } from './instrument-host.ts';
import { checkDefinition, seriesLimit } from './metric-definition.ts';
import { Timer } from './timer.ts';

/** What the four kinds of synchronous instruments share: the provider they are on, the guard, and binding. */
abstract class Instrument<D extends MetricDefinition> implements Rebindable, BindingInstrument {
  readonly definition: D;
  /** @internal */
  readonly meter: InstrumentHost;
  /** @internal The lowest value that is recorded. */
  readonly minimum: number;
  readonly #guard: AttributeGuard;
  readonly #initialized = new Map<string, Attributes>();
  #api: ApiInstrument | undefined;

  constructor(meter: InstrumentHost, definition: D, instrument: MetricDefinition['instrument']) {
    checkDefinition(definition, instrument);
    this.meter = meter;
    this.definition = definition;
    this.#guard = new AttributeGuard(definition);
    this.minimum = instrument === 'counter' || instrument === 'histogram' ? 0 : -Number.MAX_VALUE;
  }

  protected abstract create(meter: ApiMeter, name: string, options: MetricOptions): ApiInstrument;

  /** @internal */
  rebind(meter: ApiMeter | undefined): void {
    const { name, unit, description, boundaries } = this.definition;
    this.#api = undefined;
    if (meter === undefined) return;
    this.#api = this.create(meter, name, {
      unit,
      description,
      ...(boundaries && { advice: { explicitBucketBoundaries: [...boundaries] } }),
    });
    for (const attributes of this.#initialized.values()) this.#writeInitial(this.#api, attributes);
  }

  /** Whether a recording would go anywhere; a caller may skip work that only a recording needs. */
  isActive(): boolean {
    return this.meter.isActive();
  }

  /** @internal Whether the definition has this attribute. */
  knows(attribute: string): boolean {
    return this.#guard.knows(attribute);
  }

  /** @internal */
  protected measure(value: number, attributes: unknown): void {
    if (!this.meter.isActive() || this.#api === undefined) return;
    if (!isWithin(value, this.minimum)) this.refuse(value);
    else if (!recordsKnown(this.#api, value, attributes)) {
      const clean = this.#guard.clean(attributes, this.#drop);
      if (clean !== undefined) this.#write(this.#api, value, clean);
    }
  }

  /** @internal */
  protected initializeAt0(attributes: unknown): void {
    const clean = this.#guard.clean(attributes, () => undefined);
    if (clean === undefined) return;
    const key = JSON.stringify(clean);
    if (this.#initialized.has(key)) return;
    // An SDK that comes later keeps no more than this: names that never end must not be remembered without end.
    const isRemembered = this.#initialized.size < seriesLimit(this.definition);
    if (isRemembered) this.#initialized.set(key, clean);
    // Becoming active shows what is remembered: what is left to write is the case of having been active before.
    const before = this.#api;
    if (this.meter.isActive() && this.#api !== undefined && (this.#api === before || !isRemembered)) {
      this.#writeInitial(this.#api, clean);
    }
    this.meter.startPolling();
  }

  /** @internal Records under these attributes, which are read and checked once. */
  protected bound(attributes: unknown): BoundSum & BoundRecorder {
    const refusals: (readonly [DropReason, string])[] = [];
    const clean = this.#guard.clean(attributes, (...refusal) => void refusals.push(refusal));
    const lastRefusal = refusals.at(-1);
    if (clean === undefined) {
      // Each recording is lost to it, so each is counted.
      const refuse = (): void => {
        if (this.meter.isActive() && lastRefusal !== undefined) this.#drop(...lastRefusal);
      };
      return { add: refuse, record: refuse };
    }
    for (const refusal of refusals) this.#drop(...refusal);
    return new Binding(this, Object.freeze(clean));
  }

  /** @internal */
  bindOnSdk(attributes: Attributes): ReturnType<typeof bindOn> {
    return bindOn(this.#api, attributes);
  }

  /** @internal */
  refuse(value: unknown): void {
    if (typeof value === 'number' && Number.isFinite(value)) {
      this.#drop('negative_value', `the value must not be negative, got ${value}`);
    } else {
      this.#drop('invalid_value', `the value must be a finite number, got ${describeValue(value)}`);
    }
  }

  /** @internal */
  fail(error: unknown): void {
    this.#drop('sdk_error', `the SDK threw, got ${describeValue(error)}`);
  }

  #write(api: ApiInstrument, value: number, attributes: Attributes): void {
    try {
      if (api.add === undefined) api.record?.(value, attributes);
      else api.add(value, attributes);
    } catch (error) {
      this.fail(error);
    }
  }

  #writeInitial(api: ApiInstrument, attributes: Attributes): void {
    if (api.initialize === undefined) {
      this.#write(api, 0, attributes);
      return;
    }
    try {
      api.initialize(attributes);
    } catch (error) {
      this.fail(error);
    }
  }

  readonly #drop = (reason: DropReason, detail: string): void => {
    this.meter.drop(this.definition.name, reason, detail);
  };
}

/** Adds to one series of a sum. */
export interface BoundSum {
  /** Adds to the series; a bad value is dropped and counted, never thrown. Default 1. */
  add(value?: number): void;
}

/** Records to one series of a histogram or gauge. */
export interface BoundRecorder {
  /** Records to the series; a bad value is dropped and counted, never thrown. */
  record(value: number): void;
}

abstract class Sum<D extends MetricDefinition> extends Instrument<D> {
  /** Adds under these attributes. Never throws: what cannot be recorded is dropped, counted and told once. */
  add(value: number, attributes: AttributesOf<D>): void {
    this.measure(value, attributes);
  }

  /** Reads and checks the attributes once, for recordings that recur. */
  bind(attributes: AttributesOf<D>): BoundSum {
    return this.bound(attributes);
  }

  /**
   * Makes the series exist at 0, now or from the SDK's start on, so that an alert sees its first increase. What is wrong
   * with the attributes is counted and told by what is recorded under them, not here.
   */
  initialize(attributes: AttributesOf<D>): void {
    this.initializeAt0(attributes);
  }
}

/** A typed counter: values are not negative. */
export class Counter<D extends MetricDefinition> extends Sum<D> {
  constructor(meter: InstrumentHost, definition: D) {
    super(meter, definition, 'counter');
  }

  protected override create(meter: ApiMeter, name: string, options: MetricOptions): ApiInstrument {
    return meter.createCounter(name, options);
  }
}

/** A typed updowncounter. */
export class UpDownCounter<D extends MetricDefinition> extends Sum<D> {
  constructor(meter: InstrumentHost, definition: D) {
    super(meter, definition, 'updowncounter');
  }

  protected override create(meter: ApiMeter, name: string, options: MetricOptions): ApiInstrument {
    return meter.createUpDownCounter(name, options);
  }
}

/** A typed synchronous gauge: the last value of each series stands. */
export class Gauge<D extends MetricDefinition> extends Instrument<D> {
  constructor(meter: InstrumentHost, definition: D) {
    super(meter, definition, 'gauge');
  }

  protected override create(meter: ApiMeter, name: string, options: MetricOptions): ApiInstrument {
    return meter.createGauge(name, options);
  }

  /** Sets the series. Never throws: what cannot be recorded is dropped, counted and told once. */
  record(value: number, attributes: AttributesOf<D>): void {
    this.measure(value, attributes);
  }

  /** Reads and checks the attributes once, for recordings that recur. */
  bind(attributes: AttributesOf<D>): BoundRecorder {
    return this.bound(attributes);
  }
}

/** A typed histogram: values are not negative. */
export class Histogram<D extends MetricDefinition> extends Instrument<D> {
  constructor(meter: InstrumentHost, definition: D) {
    super(meter, definition, 'histogram');
  }

  protected override create(meter: ApiMeter, name: string, options: MetricOptions): ApiInstrument {
    return meter.createHistogram(name, options);
  }

  /** Records a value. Never throws: what cannot be recorded is dropped, counted and told once. */
  record(value: number, attributes: AttributesOf<D>): void {
    this.measure(value, attributes);
  }

  /** Reads and checks the attributes once, for recordings that recur. */
  bind(attributes: AttributesOf<D>): BoundRecorder {
    return this.bound(attributes);
  }

  /**
   * Starts to time something; stopping records the seconds.
   *
   * @param bound these attributes, bound: what takes the recording unless attributes are added or it fails
   * @example
   * using timer = histogram.startTimer(attributes);
   */
  startTimer(attributes: AttributesOf<D>, bound?: BoundRecorder): Timer<AttributesOf<D>> {
    return new Timer(this.meter.now, attributes, (seconds, finalAttributes, type) => {
      const failure = type !== undefined && this.knows(ATTR_ERROR_TYPE) ? { [ATTR_ERROR_TYPE]: type } : undefined;
      if (failure !== undefined) this.measure(seconds, mergeAttributes(finalAttributes, failure));
      else if (bound !== undefined && finalAttributes === attributes) bound.record(seconds);
      else this.measure(seconds, finalAttributes);
    });
  }
}
