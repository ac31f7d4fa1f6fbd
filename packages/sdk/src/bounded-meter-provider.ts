import { type Attributes, type Context, createNoopMeter, type Meter, type MeterOptions } from '@opentelemetry/api';
import { InstrumentType, MeterProvider, type MeterProviderOptions } from '@opentelemetry/sdk-metrics';
import { defaultLimit, SeriesLimit } from './series-limit.ts';

/** A synchronous instrument of the API: counters add, histograms and gauges record. */
interface Recording {
  add?(value: number, attributes?: Attributes, context?: Context): void;
  record?(value: number, attributes?: Attributes, context?: Context): void;
}

/** Whether an instrument of this name, type and meter is to be held to the usual limit. */
export type IsUnbounded = (instrument: string, type: InstrumentType, meter: string) => boolean;

/**
 * A meter provider that holds also those instruments to a number of series that no view is for: other people's, and a
 * user's own whose definition was not given. (Observable instruments the SDK holds to it by itself.)
 */
export class BoundedMeterProvider extends MeterProvider {
  readonly #isUnbounded: IsUnbounded;
  readonly #meters = new WeakMap<Meter, Meter>();

  constructor(options: MeterProviderOptions, isUnbounded: IsUnbounded) {
    super(options);
    this.#isUnbounded = isUnbounded;
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
    const bound = <T extends Recording>(type: InstrumentType, name: string, instrument: T): T => {
      if (!this.#isUnbounded(name, type, meterName)) return instrument;
      const limit = limits.get(name) ?? new SeriesLimit(name, defaultLimit);
      limits.set(name, limit);
      return limited(instrument, limit);
    };
    const own: Pick<Meter, 'createCounter' | 'createUpDownCounter' | 'createHistogram' | 'createGauge'> = {
      createCounter: (name, options) => bound(InstrumentType.COUNTER, name, meter.createCounter(name, options)),
      createUpDownCounter: (name, options) =>
        bound(InstrumentType.UP_DOWN_COUNTER, name, meter.createUpDownCounter(name, options)),
      createHistogram: (name, options) => bound(InstrumentType.HISTOGRAM, name, meter.createHistogram(name, options)),
      createGauge: (name, options) => bound(InstrumentType.GAUGE, name, meter.createGauge(name, options)),
    };
    return Object.assign(Object.create(meter) as Meter, own);
  }
}

function limited<T extends Recording>(instrument: T, limit: SeriesLimit): T {
  const through = (method: 'add' | 'record') => {
    return (value: number, attributes: Attributes = {}, context?: Context): void => {
      instrument[method]?.(value, limit.process(attributes), context);
    };
  };
  const own = instrument.add === undefined ? { record: through('record') } : { add: through('add') };
  return Object.assign(Object.create(instrument) as T, own);
}
