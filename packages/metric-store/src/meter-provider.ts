import {
  type MeterOptions as ApiMeterOptions,
  type MeterProvider as ApiMeterProvider,
  type Attributes,
} from '@opentelemetry/api';
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import { describeError, describeValue } from '@trademeter/config';
import { CellTable } from './cells/cell-table.ts';
import { EpochClock } from './cells/epoch-clock.ts';
import { StoreClock } from './cells/store-clock.ts';
import { DroppedMeasurements, type DropReason } from './dropped-measurements.ts';
import { ExemplarStore } from './exemplars/exemplar-store.ts';
import { log } from './log.ts';
import { type MeterContext, StoreMeter } from './meter.ts';
import { ObservationRounds } from './observation/observation-rounds.ts';
import { checkProviderOptions, type MeterProviderOptions } from './options.ts';
import { ReaderMetrics } from './readers/reader-metrics.ts';
import { StoreReader } from './readers/store-reader.ts';
import { defaultResource } from './resource.ts';
import { AttributeValues, canonicalKey, copyAttributes } from './series/attribute-values.ts';
import type { StoreContext } from './streams/stream.ts';
import { version as ownVersion } from './version.ts';
import { type Scope, View } from './views/view.ts';

/** Options of {@link MeterProvider.getMeter}. */
export interface MeterOptions extends ApiMeterOptions {
  /** Attributes of the instrumentation scope. */
  readonly attributes?: Attributes;
}

/** The limit of a flush or shutdown. */
export interface TimeoutOptions {
  readonly timeoutMillis?: number;
}

const usualCallbackTimeoutMillis = 5_000;

/**
 * MeterProvider keeps series as cells in typed arrays. It accepts the options, views and readers of the one in
 * `@opentelemetry/sdk-metrics`. Recording never throws.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#meterprovider
 *
 * @example
 * const provider = new MeterProvider({ readers: [reader] });
 * const fills = provider.getMeter('bot').createCounter('fills').bind({ venue: 'binance' });
 * fills.add(1);
 */
export class MeterProvider implements ApiMeterProvider {
  readonly #meters = new Map<string, StoreMeter>();
  readonly #readers: readonly StoreReader[];
  readonly #context: MeterContext;
  #readerMetrics: ReaderMetrics | undefined;
  #isShutDown = false;

  /** @throws ConfigurationError if an option is wrong; Error if a reader already has a provider */
  constructor(options: MeterProviderOptions = {}) {
    checkProviderOptions(options);
    const { readers = [], views = [], callbackTimeoutMillis = usualCallbackTimeoutMillis } = options;
    const store = createStoreContext(options);
    const provider = {
      store,
      resource: options.resource ?? defaultResource(),
      callbackTimeoutMillis,
      rounds: new ObservationRounds(),
      readerMetrics: () => this.#readerMetrics,
      meters: () => this.#meters.values(),
    };
    this.#readers = readers.map((reader) => new StoreReader(reader, provider));
    this.#context = { store, views: views.map((view) => new View(view)), readers: this.#readers };
    for (const own of this.#readers) own.reader.setMetricProducer(own);
    if (options.sdkMetricsEnabled === true) {
      this.#readerMetrics = new ReaderMetrics(this.getMeter('@trademeter/metric-store', ownVersion));
    }
  }

  /** The number of dropped measurements so far, by reason. */
  get droppedMeasurements(): Readonly<Record<DropReason, number>> {
    return this.#context.store.dropped.counts;
  }

  /**
   * The meter of an instrumentation scope: the same one for the same name, version, schema URL and attributes. Never
   * throws: what cannot be read of a scope is ignored and logged.
   */
  getMeter(name: string, version?: string, options?: MeterOptions): StoreMeter {
    const scope = readScope(name, version, options);
    if (this.#isShutDown) {
      log.warn('getMeter was called after the meter provider was shut down, so this meter records nothing');
      return new StoreMeter(scope, { ...this.#context, readers: [] });
    }
    this.#context.store.exemplars.refresh();
    if (typeof name !== 'string' || name === '') {
      log.warn(`the name of a meter must not be empty, got ${describeValue(name)}`);
    }
    const key = JSON.stringify([
      scope.name,
      scope.version,
      scope.schemaUrl ?? null,
      canonicalKey(scope.attributes ?? {}),
    ]);
    let meter = this.#meters.get(key);
    if (meter === undefined) {
      meter = new StoreMeter(scope, this.#context);
      this.#meters.set(key, meter);
    }
    return meter;
  }

  /** Flushes all readers. After all have ended, rejects if one failed or took longer than the limit. */
  async forceFlush(options?: TimeoutOptions): Promise<void> {
    if (this.#isShutDown) {
      log.warn('cannot flush a meter provider that was shut down');
      return;
    }
    await this.#forEachReader((reader) => reader.forceFlush(options));
  }

  /** Shuts all readers down, once. After all have ended, rejects if one failed or took longer than the limit. */
  async shutdown(options?: TimeoutOptions): Promise<void> {
    if (this.#isShutDown) {
      log.warn('the meter provider was already shut down');
      return;
    }
    this.#isShutDown = true;
    await this.#forEachReader((reader) => reader.shutdown(options));
  }

  /** Waits for all readers, whatever the others do, then rejects with the first error. */
  async #forEachReader(work: (reader: IMetricReader) => Promise<void>): Promise<void> {
    const results = await Promise.allSettled(this.#readers.map(async ({ reader }) => work(reader)));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }
}

function readScope(name: unknown, version: unknown, options: MeterOptions | null | undefined): Scope {
  const named = { name: textOf(name), version: textOf(version) };
  try {
    const { schemaUrl, attributes } = options ?? {};
    const own = copyAttributes(attributes ?? {});
    return {
      ...named,
      schemaUrl: typeof schemaUrl === 'string' ? schemaUrl : undefined,
      ...(Object.keys(own).length > 0 && { attributes: own }),
    };
  } catch (error) {
    log.warnOnce(`ignored the options of the meter ${describeValue(name)}: ${describeError(error)}`);
    return { ...named, schemaUrl: undefined };
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : describeValue(value);
}

function createStoreContext({
  exemplarFilter = 'trace_based',
  onDrop,
  now = () => Date.now(),
}: MeterProviderOptions): StoreContext {
  const table = new CellTable();
  const clock = new StoreClock(now);
  return {
    table,
    clock,
    epochs: new EpochClock(table, clock),
    values: new AttributeValues(),
    dropped: new DroppedMeasurements(onDrop),
    exemplars: new ExemplarStore(exemplarFilter, table, clock),
  };
}
