import type { Meter as ApiMeter, Attributes, MetricOptions } from '@opentelemetry/api';
import { describeValue } from '@trademeter/config';
import { ATTR_ERROR_TYPE, type AttributesOf, type MetricDefinition } from '@trademeter/semantic-conventions';
import { AttributeGuard, mergeAttributes } from './attribute-guard.ts';
import { type ApiInstrument, Binding, type BindingInstrument, bindOn, isWithin, recordsKnown } from './binding.ts';
import type { DropReason } from './drop-log.ts';
import type { InstrumentHost, Rebindable } from './instrument-host.ts';
import { checkDefinition, seriesLimit } from './metric-definition.ts';
import { Timer } from './timer.ts';

/** The common part of the synchronous instruments: the current provider, the guard, and binding. */
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

  /** Whether a recording would reach an SDK. A caller may skip work that only a recording needs. */
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
    // Limits memory: a later SDK keeps no more series than this.
    const isRemembered = this.#initialized.size < seriesLimit(this.definition);
    if (isRemembered) this.#initialized.set(key, clean);
    // Becoming active creates the remembered series. Otherwise this one has to be created here.
    const before = this.#api;
    if (this.meter.isActive() && this.#api !== undefined && (this.#api === before || !isRemembered)) {
      this.#writeInitial(this.#api, clean);
    }
    this.meter.startPolling();
  }

  /** @internal Binds attributes, which are read and checked once. */
  protected bound(attributes: unknown): BoundSum & BoundRecorder {
    const refusals: (readonly [DropReason, string])[] = [];
    const clean = this.#guard.clean(attributes, (...refusal) => void refusals.push(refusal));
    const lastRefusal = refusals.at(-1);
    if (clean === undefined) {
      // Every recording is dropped, so every one counts.
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

/** BoundSum adds to one series of a sum. */
export interface BoundSum {
  /** Adds to the series. Never throws: an invalid value is dropped, counted and logged once. Default: 1. */
  add(value?: number): void;
}

/** BoundRecorder records to one series of a histogram or a gauge. */
export interface BoundRecorder {
  /** Records to the series. Never throws: an invalid value is dropped, counted and logged once. */
  record(value: number): void;
}

abstract class Sum<D extends MetricDefinition> extends Instrument<D> {
  /** Adds to the series of these attributes. Never throws: invalid input is dropped, counted and logged once. */
  add(value: number, attributes: AttributesOf<D>): void {
    this.measure(value, attributes);
  }

  /** Binds attributes: they are read and checked once. */
  bind(attributes: AttributesOf<D>): BoundSum {
    return this.bound(attributes);
  }

  /**
   * Creates the series at 0, now or when the SDK starts, so that an alert sees its first increase. Invalid attributes
   * are not counted here, but when something is recorded with them.
   */
  initialize(attributes: AttributesOf<D>): void {
    this.initializeAt0(attributes);
  }
}

/** Counter is a typed monotonic sum. Negative values are dropped. */
export class Counter<D extends MetricDefinition> extends Sum<D> {
  constructor(meter: InstrumentHost, definition: D) {
    super(meter, definition, 'counter');
  }

  protected override create(meter: ApiMeter, name: string, options: MetricOptions): ApiInstrument {
    return meter.createCounter(name, options);
  }
}

/** UpDownCounter is a typed sum that may rise and fall. */
export class UpDownCounter<D extends MetricDefinition> extends Sum<D> {
  constructor(meter: InstrumentHost, definition: D) {
    super(meter, definition, 'updowncounter');
  }

  protected override create(meter: ApiMeter, name: string, options: MetricOptions): ApiInstrument {
    return meter.createUpDownCounter(name, options);
  }
}

/** Gauge is a typed synchronous gauge: each series has its last value. */
export class Gauge<D extends MetricDefinition> extends Instrument<D> {
  constructor(meter: InstrumentHost, definition: D) {
    super(meter, definition, 'gauge');
  }

  protected override create(meter: ApiMeter, name: string, options: MetricOptions): ApiInstrument {
    return meter.createGauge(name, options);
  }

  /** Sets the series. Never throws: invalid input is dropped, counted and logged once. */
  record(value: number, attributes: AttributesOf<D>): void {
    this.measure(value, attributes);
  }

  /** Binds attributes: they are read and checked once. */
  bind(attributes: AttributesOf<D>): BoundRecorder {
    return this.bound(attributes);
  }
}

/** Histogram is a typed distribution. Negative values are dropped. */
export class Histogram<D extends MetricDefinition> extends Instrument<D> {
  constructor(meter: InstrumentHost, definition: D) {
    super(meter, definition, 'histogram');
  }

  protected override create(meter: ApiMeter, name: string, options: MetricOptions): ApiInstrument {
    return meter.createHistogram(name, options);
  }

  /** Records a value. Never throws: invalid input is dropped, counted and logged once. */
  record(value: number, attributes: AttributesOf<D>): void {
    this.measure(value, attributes);
  }

  /** Binds attributes: they are read and checked once. */
  bind(attributes: AttributesOf<D>): BoundRecorder {
    return this.bound(attributes);
  }

  /**
   * Starts a timer, which records the seconds when it is stopped.
   *
   * @param bound the same attributes, already bound; used unless attributes are added or the timer fails
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
