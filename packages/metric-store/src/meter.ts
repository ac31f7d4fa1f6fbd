import {
  type Meter as ApiMeter,
  type BatchObservableCallback,
  type MetricOptions,
  type Observable,
} from '@opentelemetry/api';
import { describeValue } from '@trademeter/config';
import { StoreCounter, StoreGauge, StoreHistogram, StoreUpDownCounter } from './instruments/instruments.ts';
import type { RecordingInstrument } from './instruments/recording-instrument.ts';
import { log } from './log.ts';
import { Callbacks } from './observation/callbacks.ts';
import { ObservableInstrument } from './observation/observable-instrument.ts';
import { ObservedStream } from './observation/observed-stream.ts';
import { areBoundaries } from './options.ts';
import { isSameAggregation } from './streams/aggregation.ts';
import { createStream } from './streams/create-stream.ts';
import { createDescriptor, type Descriptor, type InstrumentKind, isObservable } from './streams/descriptor.ts';
import type { StoreContext, Stream, StreamOptions } from './streams/stream.ts';
import { conflictsOf } from './views/conflicts.ts';
import { type PlannedReader, planStreams } from './views/stream-plans.ts';
import type { Scope, View } from './views/view.ts';

type Instrument = RecordingInstrument | ObservableInstrument;

/** State that the meters of a provider share. */
export interface MeterContext {
  readonly store: StoreContext;
  readonly views: readonly View[];
  readonly readers: readonly PlannedReader[];
}

/**
 * StoreMeter creates instruments. Creating the same instrument again returns the same one.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#meter
 */
export class StoreMeter implements ApiMeter {
  /** @internal */
  readonly scope: Scope;
  /** @internal */
  readonly callbacks = new Callbacks();
  readonly #context: MeterContext;
  // By lower-case name, because names are case-insensitive.
  readonly #instruments = new Map<string, Instrument[]>();
  readonly #streams: Stream[] = [];
  // By lower-case name too, so that an instrument costs the same however many there are.
  readonly #streamsByName = new Map<string, Stream[]>();

  /** @internal */
  constructor(scope: Scope, context: MeterContext) {
    this.scope = scope;
    this.#context = context;
  }

  createCounter(name: string, options?: MetricOptions): StoreCounter {
    return this.#create('COUNTER', name, options, this.#recording(StoreCounter));
  }

  createUpDownCounter(name: string, options?: MetricOptions): StoreUpDownCounter {
    return this.#create('UP_DOWN_COUNTER', name, options, this.#recording(StoreUpDownCounter));
  }

  createGauge(name: string, options?: MetricOptions): StoreGauge {
    return this.#create('GAUGE', name, options, this.#recording(StoreGauge));
  }

  createHistogram(name: string, options?: MetricOptions): StoreHistogram {
    return this.#create('HISTOGRAM', name, options, this.#recording(StoreHistogram));
  }

  createObservableCounter(name: string, options?: MetricOptions): ObservableInstrument {
    return this.#create('OBSERVABLE_COUNTER', name, options, this.#observable);
  }

  createObservableUpDownCounter(name: string, options?: MetricOptions): ObservableInstrument {
    return this.#create('OBSERVABLE_UP_DOWN_COUNTER', name, options, this.#observable);
  }

  createObservableGauge(name: string, options?: MetricOptions): ObservableInstrument {
    return this.#create('OBSERVABLE_GAUGE', name, options, this.#observable);
  }

  addBatchObservableCallback(callback: BatchObservableCallback, observables: Observable[]): void {
    const instruments = this.#own(observables);
    if (!Array.isArray(observables) || instruments.length < new Set(observables).size || instruments.length === 0) {
      log.error(
        `a batch callback observes only the observable instruments of its meter, ${describeValue(this.scope.name)}: ignored others`,
      );
    }
    if (instruments.length === 0) return;
    this.callbacks.addBatch(callback, instruments);
  }

  removeBatchObservableCallback(callback: BatchObservableCallback, observables: Observable[]): void {
    this.callbacks.removeBatch(callback, this.#own(observables));
  }

  /** @internal The streams that a reader collects. */
  streamsOf(reader: PlannedReader): Stream[] {
    return this.#streams.filter((stream) => stream.readers.includes(reader));
  }

  #own(observables: unknown): ObservableInstrument[] {
    if (!Array.isArray(observables)) return [];
    return [...new Set<unknown>(observables)]
      .filter((observable) => observable instanceof ObservableInstrument)
      .filter((instrument) => instrument.isOf(this.callbacks));
  }

  #recording<I>(
    Kind: new (descriptor: Descriptor, streams: readonly Stream[], context: StoreContext) => I,
  ): (descriptor: Descriptor, streams: readonly Stream[]) => I {
    return (descriptor, streams) => new Kind(descriptor, streams, this.#context.store);
  }

  readonly #observable = (descriptor: Descriptor, streams: readonly Stream[]): ObservableInstrument => {
    const observed = streams.filter((stream) => stream instanceof ObservedStream);
    return new ObservableInstrument(descriptor, observed, this.#context.store, this.callbacks);
  };

  #create<I extends Instrument>(
    kind: InstrumentKind,
    given: string,
    options: MetricOptions | undefined,
    make: (descriptor: Descriptor, streams: readonly Stream[]) => I,
  ): I {
    this.#context.store.exemplars.refresh();
    const name = typeof given === 'string' ? given : describeValue(given);
    const known = this.#instruments.get(name.toLowerCase()) ?? [];
    const descriptor = this.#describe(kind, name, options, known[0]);
    const same = known.find((instrument) => isSameInstrument(instrument.descriptor, descriptor));
    if (same !== undefined) warnOfOtherAdvice(same.descriptor, descriptor);
    const planned = same === undefined ? descriptor : { ...descriptor, advice: same.descriptor.advice };
    const plans = planStreams(planned, this.scope, this.#context.views, this.#context.readers);
    const streams = [...new Set(plans.map((plan) => this.#streamFor(plan)))];
    if (same !== undefined) return same as I;
    const instrument = make(descriptor, streams);
    this.#instruments.set(descriptor.name.toLowerCase(), [...known, instrument]);
    return instrument;
  }

  #describe(
    kind: InstrumentKind,
    name: string,
    options: MetricOptions | undefined,
    first: Instrument | undefined,
  ): Descriptor {
    const given = createDescriptor(name, kind, options);
    if (first === undefined) warnOfInvalidName(given.name);
    else if (first.descriptor.name !== given.name) {
      log.warn(
        `the instrument ${describeValue(given.name)} is recorded as ${describeValue(first.descriptor.name)}: instrument names are case-insensitive`,
      );
    }
    const { explicitBucketBoundaries } = given.advice;
    const isValid = explicitBucketBoundaries === undefined || areBoundaries(explicitBucketBoundaries);
    if (!isValid) {
      log.error(
        `ignored the advice for ${given.name}: explicitBucketBoundaries must be a list of numbers, got ${describeValue(explicitBucketBoundaries)}`,
      );
    }
    return { ...given, name: first?.descriptor.name ?? given.name, advice: isValid ? given.advice : {} };
  }

  /** The stream of a plan: a new one, or the existing one of the same instrument. */
  #streamFor(plan: StreamOptions): Stream {
    const name = plan.descriptor.name.toLowerCase();
    const named = this.#streamsByName.get(name) ?? [];
    const sameName = named.filter(({ readers }) => readers.some((reader) => plan.readers.includes(reader)));
    const same = sameName.find((stream) => isSameStream(stream, plan));
    const conflicting = same ?? sameName[0];
    if (conflicting !== undefined) {
      const conflict = conflictsOf(conflicting, plan);
      if (conflict !== undefined) log.warn(conflict);
    }
    if (same !== undefined) {
      // https://opentelemetry.io/docs/specs/otel/metrics/data-model/#opentelemetry-protocol-data-model-producer-recommendations
      const { description } = plan.descriptor;
      if (description.length > same.descriptor.description.length) same.describe(description);
      return same;
    }
    const stream = isObservable(plan.descriptor.type)
      ? new ObservedStream(plan, this.#context.store)
      : createStream(plan, this.#context.store);
    this.#streams.push(stream);
    this.#streamsByName.set(name, [...named, stream]);
    return stream;
  }
}

function isSameInstrument(one: Descriptor, other: Descriptor): boolean {
  return one.type === other.type && one.unit === other.unit && one.valueType === other.valueType;
}

function isSameStream(stream: Stream, plan: StreamOptions): boolean {
  return (
    isSameInstrument(stream.descriptor, plan.descriptor) &&
    stream.temporality === plan.temporality &&
    stream.limit === plan.limit &&
    isSameAggregation(stream.aggregation, plan.aggregation) &&
    stream.processors.length === plan.processors.length &&
    stream.processors.every((processor, index) => processor === plan.processors[index])
  );
}

/** https://opentelemetry.io/docs/specs/otel/metrics/api/#instrument-name-syntax */
function warnOfInvalidName(name: string): void {
  if (/^[a-z][a-z0-9_.\-/]{0,254}$/iu.test(name)) return;
  log.warn(
    `${describeValue(name)} is not a valid instrument name: it must begin with a letter, have only letters, digits, ".", "_", "-" and "/", and at most 255 characters`,
  );
}

function warnOfOtherAdvice(first: Descriptor, second: Descriptor): void {
  const [one, other] = [first, second].map(({ advice }) => JSON.stringify(advice.explicitBucketBoundaries));
  if (one === other) return;
  log.warn(`${first.name} was created earlier with other advice. The earlier advice is used.`);
}
