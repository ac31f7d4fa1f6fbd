import {
  type Attributes,
  type Context,
  createNoopMeter,
  type Meter,
  type MeterOptions,
  type Observable,
} from '@opentelemetry/api';
import { InstrumentType, MeterProvider, type MeterProviderOptions } from '@opentelemetry/sdk-metrics';
import { limitedObservable } from './limited-observable.ts';
import type { ObservedSeries } from './observed-series.ts';
import { ObservedValues } from './observed-values.ts';
import { defaultLimit, SeriesLimit } from './series-limit.ts';

/** A synchronous instrument of the API: counters add, histograms and gauges record. */
interface Recording {
  add?(value: number, attributes?: Attributes, context?: Context): void;
  record?(value: number, attributes?: Attributes, context?: Context): void;
}

/** What a {@link BoundedMeterProvider} holds instruments to. */
export interface Limits {
  /** Whether an instrument of this name, type and meter is to be held to the usual limit. */
  readonly isUnbounded: (instrument: string, type: InstrumentType, meter: string) => boolean;
  /** The limit that a view holds the instrument of this name and meter to. */
  readonly ofView: (instrument: string, meter: string) => SeriesLimit | undefined;
}

/**
 * A meter provider that holds also those instruments to a number of series that no view is for: other people's, and a
 * user's own whose definition was not given. What observable instruments have beyond their limits it puts together.
 */
export class BoundedMeterProvider extends MeterProvider {
  readonly #limits: Limits;
  readonly #observed: ObservedValues;
  readonly #meters = new WeakMap<Meter, Meter>();

  constructor(options: MeterProviderOptions, limits: Limits) {
    const observed = new ObservedValues();
    for (const reader of options.readers ?? []) observed.showTo(reader);
    super(options);
    this.#limits = limits;
    this.#observed = observed;
  }

  override getMeter(name: string, version?: string, options?: MeterOptions): Meter {
    const meter = super.getMeter(name, version, options);
    const known = this.#meters.get(meter);
    if (known !== undefined || meter === createNoopMeter()) return known ?? meter;
    const bounded = this.#bound(name, meter);
    this.#meters.set(meter, bounded);
    return bounded;
  }

  #bound(meterName: string, meter: Meter): Meter {
    // The same instrument may be asked for again and again: it is one metric, with one limit.
    const limits = new Map<string, SeriesLimit>();
    const limitOf = (type: InstrumentType, name: string): SeriesLimit | undefined => {
      if (!this.#limits.isUnbounded(name, type, meterName)) return undefined;
      // One less: the SDK keeps the last place for what overflows even when that has one already.
      const limit = limits.get(name) ?? new SeriesLimit(name, defaultLimit - 1);
      limits.set(name, limit);
      return limit;
    };
    const recording = <T extends Recording>(type: InstrumentType, name: string, instrument: T): T => {
      const limit = limitOf(type, name);
      return limit === undefined ? instrument : limitedRecording(instrument, limit);
    };
    const gauges = new WeakMap<Observable, ObservedSeries>();
    const observable = <T extends Observable>(type: InstrumentType, name: string, instrument: T): T => {
      const limit = this.#limits.ofView(name, meterName) ?? limitOf(type, name);
      if (limit === undefined) return instrument;
      if (type !== InstrumentType.OBSERVABLE_GAUGE)
        return limitedObservable(instrument, limit, { sums: this.#observed });
      const gauge = this.#observed.gauge(meterName, name);
      const limited = limitedObservable(instrument, limit, { gauge });
      gauges.set(limited, gauge);
      return limited;
    };
    const own: Omit<Meter, 'removeBatchObservableCallback'> = {
      createCounter: (name, options) => recording(InstrumentType.COUNTER, name, meter.createCounter(name, options)),
      createUpDownCounter: (name, options) =>
        recording(InstrumentType.UP_DOWN_COUNTER, name, meter.createUpDownCounter(name, options)),
      createHistogram: (name, options) =>
        recording(InstrumentType.HISTOGRAM, name, meter.createHistogram(name, options)),
      createGauge: (name, options) => recording(InstrumentType.GAUGE, name, meter.createGauge(name, options)),
      createObservableCounter: (name, options) =>
        observable(InstrumentType.OBSERVABLE_COUNTER, name, meter.createObservableCounter(name, options)),
      createObservableUpDownCounter: (name, options) =>
        observable(InstrumentType.OBSERVABLE_UP_DOWN_COUNTER, name, meter.createObservableUpDownCounter(name, options)),
      createObservableGauge: (name, options) =>
        observable(InstrumentType.OBSERVABLE_GAUGE, name, meter.createObservableGauge(name, options)),
      addBatchObservableCallback: (callback, observables) => {
        for (const each of observables) gauges.get(each)?.giveUp();
        meter.addBatchObservableCallback(callback, observables);
      },
    };
    return Object.assign(Object.create(meter) as Meter, own);
  }
}

function limitedRecording<T extends Recording>(instrument: T, limit: SeriesLimit): T {
  const through = (method: 'add' | 'record') => {
    return (value: number, attributes: Attributes = {}, context?: Context): void => {
      instrument[method]?.(value, limit.process(attributes), context);
    };
  };
  const own = instrument.add === undefined ? { record: through('record') } : { add: through('add') };
  return Object.assign(Object.create(instrument) as T, own);
}
