import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { CollectionResult, IMetricReader, MetricCollectOptions } from '@opentelemetry/sdk-metrics';
import type { StoreTime } from '../cells/store-clock.ts';
import type { Exemplar } from '../exemplars/exemplar-store.ts';
import type { StoreMeter } from '../meter.ts';
import type { CalledCallbacks } from '../observation/callbacks.ts';
import type { ObservationRounds } from '../observation/observation-rounds.ts';
import { ObservedStream } from '../observation/observed-stream.ts';
import { firstCell, type Series } from '../series/series.ts';
import type { Snapshot, SnapshotProducer, SnapshotSeries, StreamSnapshot } from '../snapshot/snapshot.ts';
import { SnapshotCells } from '../snapshot/snapshot-cells.ts';
import { ExponentialHistogramStream } from '../streams/exponential-histogram-stream.ts';
import { HistogramStream } from '../streams/histogram-stream.ts';
import type { StoreContext, Stream } from '../streams/stream.ts';
import type { PlannedReader } from '../views/stream-plans.ts';
import { metricDataOf } from './metric-data.ts';
import type { ReaderMetrics } from './reader-metrics.ts';

/** The part of a provider that a reader uses. */
export interface Collected {
  readonly store: StoreContext;
  readonly resource: Resource;
  readonly callbackTimeoutMillis: number;
  readonly rounds: ObservationRounds;
  /** Records collections; `undefined` if they are not recorded. */
  readonly readerMetrics: () => ReaderMetrics | undefined;
  meters(): Iterable<StoreMeter>;
}

/** What a collection reads from a stream. */
interface Taken {
  readonly stream: Stream;
  readonly series: readonly Series[];
}

interface TakenScope {
  readonly scope: InstrumentationScope;
  readonly streams: readonly Taken[];
}

/**
 * StoreReader is one reader of a provider: its position in time, and its collections. Values are read at one moment, that
 * of the synchronous callbacks.
 */
export class StoreReader implements PlannedReader, SnapshotProducer {
  readonly reader: IMetricReader;
  lastEpoch = 0;
  readonly #provider: Collected;
  #cells: SnapshotCells | undefined;

  constructor(reader: IMetricReader, provider: Collected) {
    this.reader = reader;
    this.#provider = provider;
  }

  /** Collects data points, for readers of `@opentelemetry/sdk-metrics`. */
  async collect(options?: MetricCollectOptions): Promise<CollectionResult> {
    const begin = performance.now();
    const errors: unknown[] = [];
    return this.#observe(options, errors, () => {
      const { store, resource } = this.#provider;
      const { time, scopes } = this.#take();
      const scopeMetrics = scopes.map(({ scope, streams }) => ({
        scope,
        metrics: streams.map(({ stream, series }) => metricDataOf(stream, series, time, store)),
      }));
      this.#afterCollection(scopes, time);
      this.#record(begin, scopes, errors);
      return { resourceMetrics: { resource, scopeMetrics }, errors };
    });
  }

  async snapshot(options?: MetricCollectOptions): Promise<Snapshot> {
    const begin = performance.now();
    const errors: unknown[] = [];
    return this.#observe(options, errors, () => {
      const { store, resource } = this.#provider;
      const before = this.lastEpoch;
      const { time, scopes } = this.#take();
      this.#cells ??= new SnapshotCells(store.table);
      const cells = this.#cells;
      cells.copy(this.lastEpoch);
      const snapshots = scopes.map(({ scope, streams }) => ({
        scope,
        streams: streams.map((taken) => this.#snapshotOf(taken, cells, time)),
      }));
      this.#afterCollection(scopes, time);
      this.#record(begin, scopes, errors);
      return {
        resource,
        time: store.clock.toHrTime(time),
        scopes: snapshots,
        errors,
        read: (series, offset = 0) => cells.read(series as Series, offset),
        cellsOf: (series) => cells.cellsOf(series as Series),
        firstCellOf: (series) => firstCell(series as Series),
        isChanged: (series) => (series as Series).stamp > before,
      };
    });
  }

  /** Calls the callbacks, then `read` in the turn in which the last callback ends. */
  async #observe<T>(options: MetricCollectOptions | undefined, errors: unknown[], read: () => T): Promise<T> {
    const { callbackTimeoutMillis, rounds, store } = this.#provider;
    const meters = [...this.#provider.meters()];
    const timeoutMillis = Math.min(options?.timeoutMillis ?? callbackTimeoutMillis, callbackTimeoutMillis);
    return rounds.run(
      meters.map(({ callbacks }) => callbacks),
      (instrument) => instrument.streams.filter(({ readers }) => readers.includes(this)),
      timeoutMillis,
      errors,
      (called) => {
        store.epochs.endEpoch();
        for (const [index, meter] of meters.entries()) this.#commit(meter, called[index] as CalledCallbacks);
        return read();
      },
    );
  }

  #commit(meter: StoreMeter, called: CalledCallbacks): void {
    for (const stream of meter.streamsOf(this)) {
      if (stream instanceof ObservedStream) stream.commit(called.observationsOf(stream));
    }
  }

  /** Ends the epoch, and reads what the reader should see of it. */
  #take(): { readonly time: StoreTime; readonly scopes: readonly TakenScope[] } {
    const { store } = this.#provider;
    const time = store.clock.now();
    const endedEpoch = store.epochs.endEpoch();
    const scopes: TakenScope[] = [];
    for (const meter of this.#provider.meters()) {
      const streams = meter
        .streamsOf(this)
        .map((stream) => ({ stream, series: stream.take(this) }))
        .filter(({ series }) => series.length > 0);
      if (streams.length > 0) scopes.push({ scope: meter.scope as InstrumentationScope, streams });
    }
    this.lastEpoch = endedEpoch;
    return { time, scopes };
  }

  #afterCollection(scopes: readonly TakenScope[], time: StoreTime): void {
    const takenOf = new Map(scopes.flatMap(({ streams }) => streams.map(({ stream, series }) => [stream, series])));
    for (const meter of this.#provider.meters()) {
      for (const stream of meter.streamsOf(this)) stream.afterCollection(takenOf.get(stream) ?? [], time);
    }
    const { exemplars } = this.#provider.store;
    exemplars.beginCycle();
    exemplars.refresh();
  }

  #record(begin: number, scopes: readonly TakenScope[], errors: readonly unknown[]): void {
    const metrics = this.#provider.readerMetrics();
    if (metrics === undefined) return;
    let series = 0;
    for (const { streams } of scopes) for (const taken of streams) series += taken.series.length;
    metrics.record(this.reader, (performance.now() - begin) / 1_000, series, errors);
  }

  #snapshotOf({ stream, series }: Taken, cells: SnapshotCells, time: StoreTime): StreamSnapshot {
    const { exemplars, clock } = this.#provider.store;
    const sampled = new Map<SnapshotSeries, readonly Exemplar[]>();
    if (!exemplars.isEmpty) {
      for (const each of series) {
        const own = exemplars.of(each);
        if (own.length > 0) sampled.set(each, own);
      }
    }
    const intervalStart = Math.min(stream.intervalStart, time);
    return {
      descriptor: stream.descriptor,
      type: stream.aggregation.type as StreamSnapshot['type'],
      temporality: stream.temporality,
      isMonotonic: stream.isMonotonic,
      series,
      count: series.length,
      histogram: stream instanceof HistogramStream ? stream.layout : undefined,
      exponentialHistogram: stream instanceof ExponentialHistogramStream ? stream.layout : undefined,
      startOf: (each) => clock.toHrTime(stream.temporality === 'delta' ? intervalStart : (each as Series).start),
      pointOf: (each) => stream.point(cells.cellsOf(each as Series), firstCell(each as Series)),
      hasExemplars: sampled.size > 0,
      exemplarsOf: (each) => sampled.get(each) ?? [],
    };
  }
}
