import {
  type Attributes,
  type Context,
  createNoopMeter,
  type Meter,
  type MeterOptions,
  type MetricOptions,
} from '@opentelemetry/api';
import { MeterProvider, type MeterProviderOptions } from '@opentelemetry/sdk-metrics';
import { defaultLimit, SeriesLimit } from './series-limit.ts';

/** A synchronous instrument of the API: counters add, histograms and gauges record. */
interface Recording {
  add?(value: number, attributes?: Attributes, context?: Context): void;
  record?(value: number, attributes?: Attributes, context?: Context): void;
}

type Create = 'createCounter' | 'createUpDownCounter' | 'createHistogram' | 'createGauge';

/**
 * A meter provider that holds also those instruments to a number of series that no view is for: other people's, and a
 * user's own whose definition was not given. (Observable instruments the SDK holds to it by itself.)
 */
export class BoundedMeterProvider extends MeterProvider {
  readonly #hasView: (instrument: string, meter: string) => boolean;
  readonly #meters = new WeakMap<Meter, Meter>();

  /** @param hasView whether a view may match the instrument of a meter, so that its limit is the view's matter */
  constructor(options: MeterProviderOptions, hasView: (instrument: string, meter: string) => boolean) {
    super(options);
    this.#hasView = hasView;
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
    const create =
      <T extends Recording>(method: Create) =>
      (name: string, options?: MetricOptions): T => {
        const instrument = meter[method](name, options) as Recording as T;
        if (this.#hasView(name, meterName)) return instrument;
        const limit = limits.get(name) ?? new SeriesLimit(name, defaultLimit);
        limits.set(name, limit);
        return limited(instrument, limit);
      };
    return Object.assign(Object.create(meter) as Meter, {
      createCounter: create('createCounter'),
      createUpDownCounter: create('createUpDownCounter'),
      createHistogram: create('createHistogram'),
      createGauge: create('createGauge'),
    });
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
