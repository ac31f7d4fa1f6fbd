import type { Attributes, Context, Counter, Gauge, Histogram, UpDownCounter } from '@opentelemetry/api';
import type { BoundCounter, BoundRecorder } from './bound.ts';
import { RecordingInstrument } from './recording-instrument.ts';

/** StoreCounter is a counter of the API with bound series. */
export class StoreCounter extends RecordingInstrument implements Counter {
  /** Adds a value that is not negative. Never throws: a value that cannot be recorded is dropped, counted and logged once. */
  add(value: number, attributes?: Attributes, context?: Context): void {
    this.measure(value, attributes, context);
  }

  /** Returns the series of these attributes, for frequent recordings. */
  bind(attributes?: Attributes): BoundCounter {
    return this.bindSeries(attributes);
  }

  /** Creates the series at 0, so that an alert sees its first increase. It never makes room for others. */
  initialize(attributes: Attributes): void {
    this.initializeSeries(attributes);
  }
}

/** StoreUpDownCounter is an up-down counter of the API with bound series. */
export class StoreUpDownCounter extends RecordingInstrument implements UpDownCounter {
  /** Adds a value of either sign. Never throws: a value that cannot be recorded is dropped, counted and logged once. */
  add(value: number, attributes?: Attributes, context?: Context): void {
    this.measure(value, attributes, context);
  }

  /** Returns the series of these attributes, for frequent recordings. */
  bind(attributes?: Attributes): BoundCounter {
    return this.bindSeries(attributes);
  }

  /** Creates the series at 0. */
  initialize(attributes: Attributes): void {
    this.initializeSeries(attributes);
  }
}

/** StoreGauge is a synchronous gauge of the API with bound series. */
export class StoreGauge extends RecordingInstrument implements Gauge {
  /** Sets the series. Never throws: a value that cannot be recorded is dropped, counted and logged once. */
  record(value: number, attributes?: Attributes, context?: Context): void {
    this.measure(value, attributes, context);
  }

  /** Returns the series of these attributes, for frequent recordings. */
  bind(attributes?: Attributes): BoundRecorder {
    return this.bindSeries(attributes);
  }
}

/** StoreHistogram is a histogram of the API with bound series. */
export class StoreHistogram extends RecordingInstrument implements Histogram {
  /** Records a value that is not negative. Never throws: a value that cannot be recorded is dropped, counted and logged once. */
  record(value: number, attributes?: Attributes, context?: Context): void {
    this.measure(value, attributes, context);
  }

  /** Returns the series of these attributes, for frequent recordings. */
  bind(attributes?: Attributes): BoundRecorder {
    return this.bindSeries(attributes);
  }

  /** Creates the series with a count of 0. It never makes room for others. */
  initialize(attributes: Attributes): void {
    this.initializeSeries(attributes);
  }
}
