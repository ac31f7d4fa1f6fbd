import { type Attributes, type Context, context as contextApi } from '@opentelemetry/api';
import type { IAttributesProcessor } from '@opentelemetry/sdk-metrics';
import { blockShift, type CellTable } from '../cells/cell-table.ts';
import type { EpochClock } from '../cells/epoch-clock.ts';
import type { StoreClock, StoreTime } from '../cells/store-clock.ts';
import type { DroppedMeasurements } from '../dropped-measurements.ts';
import type { ExemplarStore } from '../exemplars/exemplar-store.ts';
import { CardinalityLimit, overflowAttributes } from '../limits/cardinality-limit.ts';
import {
  type AttributeValues,
  canonicalKey,
  type Entry,
  entriesOf,
  frozenAttributes,
  ownAttributes,
  unusableKeys,
} from '../series/attribute-values.ts';
import { Series } from '../series/series.ts';
import { SeriesIndex } from '../series/series-index.ts';
import type { Aggregation } from './aggregation.ts';
import { recordedSince, reportedBy } from './delta-interval.ts';
import { type Descriptor, isNonNegative } from './descriptor.ts';

/** State that all streams of a provider share. */
export interface StoreContext {
  readonly table: CellTable;
  readonly clock: StoreClock;
  readonly epochs: EpochClock;
  readonly values: AttributeValues;
  readonly dropped: DroppedMeasurements;
  readonly exemplars: ExemplarStore;
}

/** The part of a reader that a stream uses. */
export interface StreamReader {
  /** The epoch that the reader's last collection ended; 0 before the first collection. */
  readonly lastEpoch: number;
}

/** Options of a stream. */
export interface StreamOptions {
  readonly descriptor: Descriptor;
  readonly aggregation: Aggregation;
  readonly temporality: 'cumulative' | 'delta';
  readonly limit: number;
  readonly processors: readonly IAttributesProcessor[];
  /** Its readers; only cumulative streams of recorded values have several. */
  readonly readers: readonly StreamReader[];
}

/** The value of a data point. */
export type PointValue = number | HistogramValue | ExponentialHistogramValue;

export interface HistogramValue {
  readonly buckets: { readonly boundaries: number[]; readonly counts: number[] };
  readonly count: number;
  readonly sum?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

export interface ExponentialHistogramValue {
  readonly scale: number;
  readonly zeroCount: number;
  readonly positive: { readonly offset: number; readonly bucketCounts: number[] };
  readonly negative: { readonly offset: number; readonly bucketCounts: number[] };
  readonly count: number;
  readonly sum?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/**
 * Stream is an instrument seen through one view, with one aggregation and one limit. It becomes one metric of a reader.
 * Cumulative readers that agree on these share a stream. A delta reader has its own, whose cells are reset when it
 * collects, so a delta is the exact sum of its interval.
 */
export abstract class Stream {
  readonly aggregation: Aggregation;
  readonly temporality: 'cumulative' | 'delta';
  readonly limit: number;
  readonly processors: readonly IAttributesProcessor[];
  readonly readers: readonly StreamReader[];
  /** The number of cells of a series. */
  readonly size: number;
  /** Whether its values are monotonic sums. */
  readonly isMonotonic: boolean;
  protected readonly context: StoreContext;
  protected readonly index: SeriesIndex;
  #descriptor: Descriptor;
  readonly #cardinality: CardinalityLimit;
  // In order of creation, once that differs from the index. Only appended to: a running collection reads the list that it
  // began with.
  #ownList: Series[] | undefined;
  // Whether the list still has ended series. They are dropped together, because each time costs as much as the list is long.
  #hasEndedInList = false;
  // For deltas: the series that can make room in an interval, searched for once, and again if others have begun; and the
  // epoch before it.
  #reported: Series[] = [];
  #reportedEpoch = -1;
  #mayHaveUnrecorded = false;
  #overflow: Series | undefined;
  readonly #initialized = new Set<Series>();
  // Ended series whose last value some reader has not read, by attributes, in order of their end.
  readonly #ended = new Map<string, Series>();
  #intervalStart: StoreTime;

  constructor(options: StreamOptions, context: StoreContext, size: number) {
    this.#descriptor = options.descriptor;
    this.limit = options.limit;
    this.aggregation = options.aggregation;
    this.temporality = options.temporality;
    this.processors = options.processors;
    this.readers = options.readers;
    this.isMonotonic = options.aggregation.type === 'sum' && isNonNegative(options.descriptor.type);
    this.size = size;
    this.context = context;
    this.index = new SeriesIndex(context.values);
    this.#cardinality = new CardinalityLimit(options.descriptor.name, options.limit, context.epochs);
    this.#intervalStart = context.clock.now();
  }

  /** Records a finite number. The attributes are the caller's, before any filter. */
  abstract write(series: Series, value: number, attributes: Attributes, recorded: Context | undefined): void;

  /** The value of a series in these cells. */
  abstract point(cells: Float64Array, index: number): PointValue;

  /** The initial cells of a new series. */
  protected reset(_series: Series): void {}

  get descriptor(): Descriptor {
    return this.#descriptor;
  }

  /** Replaces the description. */
  describe(description: string): void {
    this.#descriptor = { ...this.#descriptor, description };
  }

  /** The series in order of creation. Only appended to. */
  get list(): readonly Series[] {
    this.#dropEndedFromList();
    return this.#ownList ?? this.index.series;
  }

  /** When it was last collected, or else created; deltas start there. */
  get intervalStart(): StoreTime {
    return this.#intervalStart;
  }

  /** The series for a recording with these attributes, after the view's filter and within the limit. */
  resolve(attributes: Attributes, recorded: Context | undefined): Series {
    const filtered = this.processors.length === 0 ? attributes : this.#process(attributes, recorded);
    return this.index.find(filtered) ?? this.admit(filtered);
  }

  /** The series of exactly these attributes, if it exists and no view changes them. Does not allocate. */
  findKnown(attributes: Attributes): Series | undefined {
    return this.processors.length === 0 ? this.index.find(attributes) : undefined;
  }

  /** The series of these attributes, if it exists. */
  find(attributes: Attributes, recorded: Context | undefined): Series | undefined {
    const filtered = this.processors.length === 0 ? attributes : this.#process(attributes, recorded);
    return this.index.find(filtered) ?? this.index.findEntries(entriesOf(filtered));
  }

  /** The series for future recordings. An ended series stays ended until it is recorded. */
  resolveToBind(attributes: Attributes): Series {
    const filtered = this.processors.length === 0 ? attributes : this.#process(attributes, undefined);
    return this.index.find(filtered) ?? this.#findEnded(filtered) ?? this.admit(filtered);
  }

  /** Creates a series at 0 that never makes room for others. */
  initialize(attributes: Attributes): void {
    const series = this.resolve(attributes, undefined);
    if (series === this.#overflow) return;
    this.#initialized.add(series);
    if (this.temporality === 'delta' && this.#ended.size > 0) this.#ended.delete(canonicalKey(series.attributes));
    if (series.stamp <= 0) this.touch(series);
  }

  /**
   * Ends a series after its last values have been read. It stays while more series than the limit have ended whose last
   * values no reader has read, because there is no room to keep them.
   */
  remove(attributes: Attributes): void {
    const series = this.find(attributes, undefined);
    if (series !== undefined) this.#end(series);
  }

  /** The series that a reader should see after its collection ended an epoch. */
  take(reader: StreamReader): readonly Series[] {
    if (this.temporality === 'delta') return recordedSince(reader.lastEpoch, this.list);
    const recorded = this.#recorded();
    if (this.#ended.size === 0) return recorded;
    return [...recorded, ...[...this.#ended.values()].filter(({ stamp }) => stamp > reader.lastEpoch)];
  }

  /** Called after the values of a collection were read or copied; prepares for the next. */
  afterCollection(taken: readonly Series[], time: StoreTime): void {
    if (this.temporality === 'delta') this.beginInterval(taken);
    else if (this.#ended.size > 0) this.#forgetEnded();
    this.#intervalStart = time;
  }

  /**
   * The start of a series as a reader should see it.
   *
   * @param end when it collects; an interval does not begin later, even if the clock was set back
   */
  startOf(series: Series, end: StoreTime): StoreTime {
    return this.temporality === 'delta' ? Math.min(this.#intervalStart, end) : series.start;
  }

  /** Marks a series as recorded in this epoch, and all its blocks as written. Repeating it in an epoch has no effect. */
  protected touch(series: Series): void {
    const { chunk, index } = series;
    const last = (index + this.size - 1) >> blockShift;
    for (let block = index >> blockShift; block <= last; block += 1) chunk.blocks[block] = chunk.epoch;
    series.stamp = chunk.epoch;
  }

  protected startOfNew(): StoreTime {
    return this.context.clock.now();
  }

  #process(attributes: Attributes, recorded: Context | undefined): Attributes {
    const active = recorded ?? contextApi.active();
    return this.processors.reduce((filtered, processor) => processor.process(filtered, active), attributes);
  }

  /** The series of attributes that the fast path did not find: known in another form, new, or the overflow. */
  protected admit(attributes: Attributes): Series {
    const own = ownAttributes(attributes);
    const entries = entriesOf(own);
    if (entries.length < Object.keys(own).length) this.#logUnusable(own, entries);
    const known = this.index.findEntries(entries);
    if (known !== undefined) return known;
    this.context.exemplars.refresh();
    if (isOverflowSet(entries)) return this.#ensureOverflow();
    if (this.#cardinality.isReached(this.index.size) && !this.makeRoom()) {
      this.#cardinality.logReached();
      return this.#ensureOverflow();
    }
    const frozen = frozenAttributes(own, entries);
    const series = this.#resume(frozen) ?? this.#begin(frozen);
    this.index.add(series, entries);
    this.#ownList?.push(series);
    return series;
  }

  #logUnusable(own: Attributes, entries: readonly Entry[]): void {
    for (const key of unusableKeys(own, entries)) this.context.dropped.logAttribute(this.descriptor.name, key);
  }

  /** Whether it is the overflow series. */
  protected isOverflow(series: Series): boolean {
    return series === this.#overflow;
  }

  /** Ends series that all readers have read completely. */
  protected endNow(ending: readonly Series[]): void {
    this.#detach(ending);
    for (const series of ending) this.#release(series);
  }

  /** Ends the overflow series, if there is one and it should not stay. */
  protected endOverflowUnless(isToStay: (series: Series) => boolean): void {
    if (this.#overflow === undefined || isToStay(this.#overflow)) return;
    this.endNow([this.#overflow]);
    this.#overflow = undefined;
  }

  #ensureOverflow(): Series {
    if (this.#overflow === undefined) {
      this.#overflow = this.#begin(overflowAttributes);
      // Created when first needed: in most streams, no series ends.
      this.#ownList ??= [...this.index.series];
      this.#ownList.push(this.#overflow);
    }
    return this.#overflow;
  }

  /**
   * The ended series of these attributes that some reader has not read: it continues, so that no reader misses what was
   * added before it ended. Gauges and up-down counters start again instead, because their last value is obsolete.
   */
  #resume(attributes: Attributes): Series | undefined {
    if (this.#ended.size === 0) return undefined;
    const key = canonicalKey(attributes);
    const ended = this.#ended.get(key);
    if (ended === undefined) return undefined;
    if (!this.#onlyGrows) {
      this.#drop(key, ended);
      return undefined;
    }
    this.#ended.delete(key);
    // Or it would be in the list twice.
    this.#dropEndedFromList();
    ended.index = ~ended.index;
    return ended;
  }

  /** Whether readers lose for good what they have not read of a series. */
  get #onlyGrows(): boolean {
    return this.isMonotonic || this.aggregation.type.endsWith('histogram');
  }

  #findEnded(attributes: Attributes): Series | undefined {
    return this.#ended.size === 0 ? undefined : this.#ended.get(canonicalKey(ownAttributes(attributes)));
  }

  #begin(attributes: Attributes): Series {
    const series = new Series(attributes, this.context.table.allocate(this.size), this.startOfNew());
    this.reset(series);
    this.#mayHaveUnrecorded = true;
    return series;
  }

  /** The series, except bound ones that were not recorded yet. */
  #recorded(): readonly Series[] {
    if (!this.#mayHaveUnrecorded) return this.list;
    const recorded = this.list.filter(({ stamp }) => stamp > 0);
    this.#mayHaveUnrecorded = recorded.length < this.list.length;
    return recorded;
  }

  /** Ends a series to make room for another; false if none may end. */
  protected makeRoom(): boolean {
    const series = this.temporality === 'delta' ? this.#findReported() : this.#findIdle();
    return series !== undefined && this.#end(series);
  }

  /** For deltas: any series whose increments have all been read. */
  #findReported(): Series | undefined {
    const lastEpoch = Math.min(...this.readers.map((reader) => reader.lastEpoch));
    // A bound series that was not recorded yet may have begun since the search.
    if (this.#reportedEpoch !== lastEpoch || (this.#reported.length === 0 && this.#mayHaveUnrecorded)) {
      this.#reportedEpoch = lastEpoch;
      this.#mayHaveUnrecorded = false;
      this.#reported = reportedBy(lastEpoch, this.list);
    }
    for (;;) {
      const series = this.#reported.pop();
      if (series === undefined) return undefined;
      const mayEnd = series.index >= 0 && series.stamp <= lastEpoch;
      if (mayEnd && !this.isOverflow(series) && !this.#initialized.has(series)) return series;
    }
  }

  #findIdle(): Series | undefined {
    // Gauges and up-down counters would return with a wrong value.
    if (!this.#onlyGrows || !this.#mayKeepAnother()) return undefined;
    return this.#cardinality.findIdle(
      () => this.list,
      (series) => !this.isOverflow(series) && !this.#initialized.has(series),
    );
  }

  /** Whether the series made room. */
  #end(series: Series): boolean {
    if (this.readers.every(({ lastEpoch }) => series.stamp <= lastEpoch)) {
      this.endNow([series]);
      return true;
    }
    const key = canonicalKey(series.attributes);
    if (this.temporality === 'delta') {
      // It keeps its place until its last increment is read.
      this.#ended.set(key, series);
      return false;
    }
    if (!this.#mayKeepAnother()) return false;
    if (this.#cardinality.isReached(this.#ended.size)) this.#dropOldest();
    this.#detach([series]);
    this.#ended.set(key, series);
    return true;
  }

  /**
   * Whether another series may end that some reader has not read. A reader that never collects must not let them grow
   * without limit, nor keep series that other readers have read; what no reader has read is not dropped.
   */
  #mayKeepAnother(): boolean {
    if (!this.#cardinality.isReached(this.#ended.size) || !this.#onlyGrows) return true;
    const [oldest] = this.#ended.values();
    if (oldest === undefined) return false;
    const late = this.readers.filter(({ lastEpoch }) => oldest.stamp > lastEpoch);
    return late.length < this.readers.length && late.every((reader) => this.#cardinality.isIdle(reader));
  }

  #dropOldest(): void {
    const [oldest] = this.#ended;
    if (oldest === undefined) return;
    if (this.#onlyGrows) this.#cardinality.logUnread();
    this.#drop(...oldest);
  }

  /** Removes series from the index and the list. Bound handles notice by the negative cell index. */
  #detach(ending: readonly Series[]): void {
    this.#ownList ??= [...this.index.series];
    this.#hasEndedInList = true;
    for (const series of ending) {
      this.index.delete(series, entriesOf(series.attributes));
      this.#initialized.delete(series);
      series.index = ~series.index;
    }
  }

  #dropEndedFromList(): void {
    if (!this.#hasEndedInList) return;
    this.#hasEndedInList = false;
    this.#ownList = this.#ownList?.filter(({ index }) => index >= 0);
  }

  #release(series: Series): void {
    this.context.exemplars.forget(series);
    this.context.table.release(series.chunk, ~series.index, this.size);
  }

  #drop(key: string, series: Series): void {
    this.#ended.delete(key);
    this.#release(series);
  }

  #forgetEnded(): void {
    const lastEpoch = Math.min(...this.readers.map((reader) => reader.lastEpoch));
    for (const [key, series] of this.#ended) if (series.stamp <= lastEpoch) this.#drop(key, series);
  }

  /** Resets what was read of a stream of deltas to 0. */
  protected beginInterval(taken: readonly Series[]): void {
    for (const series of taken) {
      this.context.table.clear(series.chunk, series.index, this.size);
      this.reset(series);
      this.context.exemplars.forget(series);
    }
    if (this.#ended.size === 0) return;
    const ending = [...this.#ended.values()];
    this.#ended.clear();
    this.endNow(ending);
  }
}

/** Recordings of a user under the overflow's attributes belong to the overflow. */
function isOverflowSet(entries: readonly Entry[]): boolean {
  const [first, ...others] = entries;
  return first !== undefined && others.length === 0 && first[0] === 'otel.metric.overflow' && first[1] === true;
}
