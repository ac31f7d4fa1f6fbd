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

/** The limit of collecting, flushing and shutting down. */
interface ReaderTimeout {
  readonly timeoutMillis?: number;
}

/** What a reader collected at one moment. */
export interface SnapshotCollection {
  /** The snapshot of this package's provider; `undefined` for any other. */
  readonly snapshot: Snapshot | undefined;
  /** Data points of further producers, and of a provider without snapshots. */
  readonly resourceMetrics: CollectionResult['resourceMetrics'];
  readonly errors: readonly unknown[];
}

/**
 * SnapshotReader is the base of metric readers that take snapshots from this package's provider, and data points from any
 * other. It has the options and behavior of `MetricReader` in `@opentelemetry/sdk-metrics`, without loading that package.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#metricreader
 */
export abstract class SnapshotReader implements IMetricReader {
  /** The `otel.component.type` in metrics about the reader; named like the field of upstream's readers. */
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

  /** Flushes, then stops timers and connections. */
  protected abstract onShutdown(): Promise<void>;

  /** Exports pending metrics. */
  protected abstract onForceFlush(): Promise<void>;

  /** Called by the provider. Throws if the reader already has one. */
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

  /** Collects everything as data points. Rejects without a provider and after shutdown. */
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

  /** Takes a snapshot if the provider supports it; the rest comes as data points. Rejects like `collect`. */
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

  /** Shuts down, once. Rejects if it fails or takes longer than the limit. */
  async shutdown(options?: ReaderTimeout): Promise<void> {
    if (this.#isShutDown) {
      log.error('a metric reader was shut down twice');
      return;
    }
    await settle(this.onShutdown(), options);
    this.#isShutDown = true;
  }

  /** Flushes. Rejects if it fails or takes longer than the limit. */
  async forceFlush(options?: ReaderTimeout): Promise<void> {
    if (this.#isShutDown) {
      log.warn('a metric reader that was shut down cannot be flushed');
      return;
    }
    await settle(this.onForceFlush(), options);
  }

  /** Whether a provider uses this reader. */
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
