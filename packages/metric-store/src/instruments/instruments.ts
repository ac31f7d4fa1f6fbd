import type { Attributes, Context, Counter, Gauge, Histogram, UpDownCounter } from '@opentelemetry/api';
import type { BoundCounter, BoundRecorder } from './bound.ts';
import { RecordingInstrument } from './recording-instrument.ts';

/** A counter of the API, with bound series. */
export class StoreCounter extends RecordingInstrument implements Counter {
  /** Adds a value that is not negative. Never throws: what cannot be recorded is dropped, counted and logged once. */
  add(value: number, attributes?: Attributes, context?: Context): void {
    this.measure(value, attributes, context);
  }

  /** The series of these attributes, for recordings that recur. */
  bind(attributes?: Attributes): BoundCounter {
    return this.bindSeries(attributes);
  }

  /** Makes the series exist at 0, so that an alert sees its first increase. Such a series never makes room for others. */
  initialize(attributes: Attributes): void {
    this.initializeSeries(attributes);
  }
}

/** An up-down counter of the API, with bound series. */
export class StoreUpDownCounter extends RecordingInstrument implements UpDownCounter {
  /** Adds a value of either sign. Never throws: what cannot be recorded is dropped, counted and logged once. */
  add(value: number, attributes?: Attributes, context?: Context): void {
    this.measure(value, attributes, context);
  }

  /** The series of these attributes, for recordings that recur. */
  bind(attributes?: Attributes): BoundCounter {
    return this.bindSeries(attributes);
  }

  /** Makes the series exist at 0. */
  initialize(attributes: Attributes): void {
    this.initializeSeries(attributes);
  }
}

/** A synchronous gauge of the API, with bound series. */
export class StoreGauge extends RecordingInstrument implements Gauge {
  /** Sets the series. Never throws: what cannot be recorded is dropped, counted and logged once. */
  record(value: number, attributes?: Attributes, context?: Context): void {
    this.measure(value, attributes, context);
  }

  /** The series of these attributes, for recordings that recur. */
  bind(attributes?: Attributes): BoundRecorder {
    return this.bindSeries(attributes);
  }
}

/** A histogram of the API, with bound series. */
export class StoreHistogram extends RecordingInstrument implements Histogram {
  /** Records a value that is not negative. Never throws: what cannot be recorded is dropped, counted and logged once. */
  record(value: number, attributes?: Attributes, context?: Context): void {
    this.measure(value, attributes, context);
  }

  /** The series of these attributes, for recordings that recur. */
  bind(attributes?: Attributes): BoundRecorder {
    return this.bindSeries(attributes);
  }

  /** Makes the series exist without a value. Such a series never makes room for others. */
  initialize(attributes: Attributes): void {
    this.initializeSeries(attributes);
  }
}
