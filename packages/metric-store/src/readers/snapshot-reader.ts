import type {
  AggregationOption,
  AggregationTemporality,
  CollectionResult,
  IMetricReader,
  InstrumentType,
  MetricProducer,
  MetricReaderOptions,
} from '@opentelemetry/sdk-metrics';
import { defaultCardinalityLimit, within } from '@trademeter/config';
import { log } from '../log.ts';
import { AggregationType, AggregationTemporality as Temporality } from '../sdk-constants.ts';
import { isSnapshotProducer, type Snapshot } from '../snapshot/snapshot.ts';

/** How long collecting, flushing and shutting down may take. */
interface ReaderTimeout {
  readonly timeoutMillis?: number;
}

/** What a reader has collected at one moment. */
export interface SnapshotCollection {
  /** What this package's provider holds; `undefined` from any other. */
  readonly snapshot: Snapshot | undefined;
  /** What all others have: further producers, and a provider that takes no snapshots. */
  readonly resourceMetrics: CollectionResult['resourceMetrics'];
  readonly errors: readonly unknown[];
}

/**
 * SnapshotReader is the base of metric readers that take snapshots from this package's provider, and data points from
 * any other. It has the options and the behavior of `MetricReader` in `@opentelemetry/sdk-metrics`, none of whose modules
 * it loads.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#metricreader
 */
export abstract class SnapshotReader implements IMetricReader {
  /** The `otel.component.type` of what is recorded about the reader. The name is that of upstream's readers. */
  readonly _otelComponentType: string;
  readonly #options: MetricReaderOptions;
  readonly #producers: readonly MetricProducer[];
  #producer: MetricProducer | undefined;
  #isShutDown = false;

  constructor(options: MetricReaderOptions = {}) {
    this._otelComponentType = options.otelComponentType ?? this.constructor.name;
    this.#options = options;
    this.#producers = options.metricProducers ?? [];
  }

  /** Called when the reader has a provider. */
  protected onInitialized(): void {}

  /** Flushes, and ends timers and connections. */
  protected abstract onShutdown(): Promise<void>;

  /** Exports what is not exported yet. */
  protected abstract onForceFlush(): Promise<void>;

  /** Called by the provider. Throws when the reader has one already. */
  setMetricProducer(producer: MetricProducer): void {
    if (this.#producer !== undefined) throw new Error('a metric reader cannot be used by two meter providers');
    this.#producer = producer;
    this.onInitialized();
  }

  selectAggregation(type: InstrumentType): AggregationOption {
    return this.#options.aggregationSelector?.(type) ?? { type: AggregationType.DEFAULT };
  }

  selectAggregationTemporality(type: InstrumentType): AggregationTemporality {
    return this.#options.aggregationTemporalitySelector?.(type) ?? Temporality.CUMULATIVE;
  }

  selectCardinalityLimit(type: InstrumentType): number {
    return this.#options.cardinalitySelector?.(type) ?? defaultCardinalityLimit;
  }

  /** Everything as data points. Rejects without a provider, and after a shutdown. */
  async collect(options?: ReaderTimeout): Promise<CollectionResult> {
    const producer = this.#boundProducer();
    const timeout = limitOf(options);
    const [own, ...others] = await Promise.all([producer, ...this.#producers].map((each) => each.collect(timeout)));
    const { resource, scopeMetrics } = (own as CollectionResult).resourceMetrics;
    return {
      resourceMetrics: { resource, scopeMetrics: [...scopeMetrics, ...scopesOf(others)] },
      errors: [...(own as CollectionResult).errors, ...others.flatMap(({ errors }) => errors)],
    };
  }

  /** Takes a snapshot where the provider has them; what else there is comes as data points. Rejects as `collect` does. */
  protected async collectSnapshot(options?: ReaderTimeout): Promise<SnapshotCollection> {
    const producer = this.#boundProducer();
    if (!isSnapshotProducer(producer)) return { snapshot: undefined, ...(await this.collect(options)) };
    const timeout = limitOf(options);
    const [snapshot, ...others] = await Promise.all([
      producer.snapshot(timeout),
      ...this.#producers.map((each) => each.collect(timeout)),
    ]);
    return {
      snapshot,
      resourceMetrics: { resource: snapshot.resource, scopeMetrics: scopesOf(others) },
      errors: [...snapshot.errors, ...others.flatMap(({ errors }) => errors)],
    };
  }

  /** Shuts down, once. Rejects when it fails or takes longer. */
  async shutdown(options?: ReaderTimeout): Promise<void> {
    if (this.#isShutDown) {
      log.error('a metric reader was shut down twice');
      return;
    }
    await settle(this.onShutdown(), options);
    this.#isShutDown = true;
  }

  /** Rejects when it fails or takes longer. */
  async forceFlush(options?: ReaderTimeout): Promise<void> {
    if (this.#isShutDown) {
      log.warn('a metric reader that was shut down cannot be flushed');
      return;
    }
    await settle(this.onForceFlush(), options);
  }

  /** Whether a provider has this as its reader. */
  protected get isBound(): boolean {
    return this.#producer !== undefined;
  }

  #boundProducer(): MetricProducer {
    if (this.#producer === undefined) throw new Error('the metric reader has no meter provider');
    if (this.#isShutDown) throw new Error('the metric reader was shut down');
    return this.#producer;
  }
}

function limitOf({ timeoutMillis }: ReaderTimeout = {}): { timeoutMillis?: number } {
  return timeoutMillis === undefined ? {} : { timeoutMillis };
}

function scopesOf(results: readonly CollectionResult[]): CollectionResult['resourceMetrics']['scopeMetrics'] {
  return results.flatMap(({ resourceMetrics }) => resourceMetrics.scopeMetrics);
}

async function settle(work: Promise<void>, options: ReaderTimeout = {}): Promise<void> {
  const { timeoutMillis } = options;
  if (timeoutMillis === undefined) return await work;
  const isDone = await within(
    timeoutMillis,
    work.then(() => true),
  );
  if (isDone !== true) throw new Error(`a metric reader takes longer than ${timeoutMillis} ms`);
}
