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
import { type Descriptor, isNonNegative } from './descriptor.ts';

/** What all streams of a provider share. */
export interface StoreContext {
  readonly table: CellTable;
  readonly clock: StoreClock;
  readonly epochs: EpochClock;
  readonly values: AttributeValues;
  readonly dropped: DroppedMeasurements;
  readonly exemplars: ExemplarStore;
}

/** What a stream needs to know of a reader. */
export interface StreamReader {
  /** The epoch that the reader's last collection ended; 0 before the first. */
  readonly lastEpoch: number;
}

/** How a stream is made. */
export interface StreamOptions {
  readonly descriptor: Descriptor;
  readonly aggregation: Aggregation;
  readonly temporality: 'cumulative' | 'delta';
  readonly limit: number;
  readonly processors: readonly IAttributesProcessor[];
  /** The readers that collect it. Only cumulative streams of recorded values have several. */
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
 * An instrument as seen through one view, with one aggregation and one limit: what becomes one metric of a reader.
 * Readers of cumulative values that agree on all of it share a stream; a reader of deltas has its own, whose cells go
 * back to 0 when it collects, so a delta is the exact sum of its interval.
 */
export abstract class Stream {
  readonly aggregation: Aggregation;
  readonly temporality: 'cumulative' | 'delta';
  readonly limit: number;
  readonly processors: readonly IAttributesProcessor[];
  readonly readers: readonly StreamReader[];
  /** How many cells a series takes. */
  readonly size: number;
  /** Whether its values are sums that only grow. */
  readonly isMonotonic: boolean;
  protected readonly context: StoreContext;
  protected readonly index: SeriesIndex;
  #descriptor: Descriptor;
  readonly #cardinality: CardinalityLimit;
  // In the order in which they began, where that is no longer the index's. Only ever appended to: a collection under way
  // keeps reading the list that it began with.
  #ownList: Series[] | undefined;
  #mayHaveUnrecorded = false;
  #overflow: Series | undefined;
  readonly #initialized = new Set<Series>();
  // Series that ended and whose last value some reader has yet to read, by their attributes; the first to end comes first.
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

  /** Records a value that is a finite number. The attributes are those of the caller, before any filter. */
  abstract write(series: Series, value: number, attributes: Attributes, recorded: Context | undefined): void;

  /** The value of a series in these cells. */
  abstract point(cells: Float64Array, index: number): PointValue;

  /** What a new series has in its cells. */
  protected reset(_series: Series): void {}

  get descriptor(): Descriptor {
    return this.#descriptor;
  }

  /** Gives the stream another description. */
  describe(description: string): void {
    this.#descriptor = { ...this.#descriptor, description };
  }

  /** The series, in the order in which they began. Only ever appended to. */
  get list(): readonly Series[] {
    return this.#ownList ?? this.index.series;
  }

  /** When it was last collected, or else made: deltas are what was recorded since. */
  get intervalStart(): StoreTime {
    return this.#intervalStart;
  }

  /** The series that a recording with these attributes belongs to: after the view's filter and within the limit. */
  resolve(attributes: Attributes, recorded: Context | undefined): Series {
    const filtered = this.processors.length === 0 ? attributes : this.#process(attributes, recorded);
    return this.index.find(filtered) ?? this.admit(filtered);
  }

  /** The series of exactly these attributes if there is one and no view changes them. Allocates nothing. */
  findKnown(attributes: Attributes): Series | undefined {
    return this.processors.length === 0 ? this.index.find(attributes) : undefined;
  }

  /** The series of these attributes if there is one. */
  find(attributes: Attributes, recorded: Context | undefined): Series | undefined {
    const filtered = this.processors.length === 0 ? attributes : this.#process(attributes, recorded);
    return this.index.find(filtered) ?? this.index.findEntries(entriesOf(filtered));
  }

  /** The series of recordings to come. One that has ended stays so until it is recorded. */
  resolveToBind(attributes: Attributes): Series {
    const filtered = this.processors.length === 0 ? attributes : this.#process(attributes, undefined);
    return this.index.find(filtered) ?? this.#findEnded(filtered) ?? this.admit(filtered);
  }

  /** Makes a series exist at 0 for good: it never makes room for others. */
  initialize(attributes: Attributes): void {
    const series = this.resolve(attributes, undefined);
    if (series === this.#overflow) return;
    this.#initialized.add(series);
    if (this.temporality === 'delta' && this.#ended.size > 0) this.#ended.delete(canonicalKey(series.attributes));
    if (series.stamp <= 0) this.touch(series);
  }

  /**
   * Ends a series, once its last values have been read. It does not end while more series than the limit have ended
   * whose last values no reader has read: there is no room to keep them, and they must not be lost.
   */
  remove(attributes: Attributes): void {
    const series = this.find(attributes, undefined);
    if (series !== undefined) this.#end(series);
  }

  /** The series that a reader is to see, now that its collection has ended an epoch. */
  take(reader: StreamReader): readonly Series[] {
    if (this.temporality === 'delta') return this.list.filter(({ stamp }) => stamp > reader.lastEpoch);
    const recorded = this.#recorded();
    if (this.#ended.size === 0) return recorded;
    return [...recorded, ...[...this.#ended.values()].filter(({ stamp }) => stamp > reader.lastEpoch)];
  }

  /** Called when the values of a collection have been read or copied: prepares for the next. */
  afterCollection(taken: readonly Series[], time: StoreTime): void {
    if (this.temporality === 'delta') this.beginInterval(taken);
    else if (this.#ended.size > 0) this.#forgetEnded();
    this.#intervalStart = time;
  }

  /** When a series began, as a reader is to see it. */
  startOf(series: Series): StoreTime {
    return this.temporality === 'delta' ? this.#intervalStart : series.start;
  }

  /** Marks a series as recorded in this epoch, and all of its blocks as written; a second time in an epoch adds nothing. */
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

  /** The series of attributes that no recording found: known in another form, new, or the overflow. */
  protected admit(attributes: Attributes): Series {
    const own = ownAttributes(attributes);
    const entries = entriesOf(own);
    if (entries.length < Object.keys(own).length) this.#logUnusable(own);
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

  #logUnusable(own: Attributes): void {
    for (const key of unusableKeys(own)) this.context.dropped.logAttribute(this.descriptor.name, key);
  }

  /** Whether it is the series of all that is beyond the limit. */
  protected isOverflow(series: Series): boolean {
    return series === this.#overflow;
  }

  /** Ends series of which nobody has anything left to read. */
  protected endNow(ending: readonly Series[]): void {
    this.#detach(ending);
    for (const series of ending) this.#release(series);
  }

  /** Ends the series of the overflow, if there is one and it is not to stay. */
  protected endOverflowUnless(isToStay: (series: Series) => boolean): void {
    if (this.#overflow === undefined || isToStay(this.#overflow)) return;
    this.endNow([this.#overflow]);
    this.#overflow = undefined;
  }

  #ensureOverflow(): Series {
    if (this.#overflow === undefined) {
      this.#overflow = this.#begin(overflowAttributes);
      this.#listOfItsOwn().push(this.#overflow);
    }
    return this.#overflow;
  }

  /**
   * The series of these attributes that ended and that some reader has yet to read: it goes on, so that no reader misses
   * what was added before it ended. What is set, or goes up and down, begins again: its last value is of no use any more.
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
    ended.index = ~ended.index;
    return ended;
  }

  /** Whether what readers miss of a series is missing for good. */
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

  /** The series without those that were bound and not recorded yet. */
  #recorded(): readonly Series[] {
    if (!this.#mayHaveUnrecorded) return this.list;
    const recorded = this.list.filter(({ stamp }) => stamp > 0);
    this.#mayHaveUnrecorded = recorded.length < this.list.length;
    return recorded;
  }

  /** Ends a series so that another one can begin; false when there is none that may end. */
  protected makeRoom(): boolean {
    const series = this.temporality === 'delta' ? this.#findReported() : this.#findIdle();
    return series !== undefined && this.#end(series);
  }

  /** Of a stream of deltas, any series whose increments have all been read. */
  #findReported(): Series | undefined {
    const lastEpoch = Math.min(...this.readers.map((reader) => reader.lastEpoch));
    return this.list.find(
      (series) => series.stamp <= lastEpoch && !this.isOverflow(series) && !this.#initialized.has(series),
    );
  }

  #findIdle(): Series | undefined {
    // What goes up and down, or is set, would come back with a wrong value.
    if (!this.#onlyGrows || !this.#mayKeepAnother()) return undefined;
    return this.#cardinality.findIdle(
      this.list,
      (series) => !this.isOverflow(series) && !this.#initialized.has(series),
    );
  }

  /** Whether the series has given up its place. */
  #end(series: Series): boolean {
    if (this.readers.every(({ lastEpoch }) => series.stamp <= lastEpoch)) {
      this.endNow([series]);
      return true;
    }
    const key = canonicalKey(series.attributes);
    if (this.temporality === 'delta') {
      // It keeps its place until its last increment has been read.
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
   * Whether another series may end that some reader has yet to read. A reader that never collects must not make them grow
   * without end, nor keep those from ending that other readers have read; and what no reader has read is not dropped.
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

  /** Takes series out of the index and the list. Bound handles find out by the negative index. */
  #detach(ending: readonly Series[]): void {
    const list = this.#listOfItsOwn();
    for (const series of ending) {
      this.index.delete(series, entriesOf(series.attributes));
      this.#initialized.delete(series);
      series.index = ~series.index;
    }
    this.#ownList = list.filter(({ index }) => index >= 0);
  }

  /** Most streams never need one: their series do not end. */
  #listOfItsOwn(): Series[] {
    this.#ownList ??= [...this.index.series];
    return this.#ownList;
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

  /** What has been read of a stream of deltas goes back to 0. */
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

/** What a user records under the attributes of the overflow belongs to it. */
function isOverflowSet(entries: readonly Entry[]): boolean {
  const [first, ...others] = entries;
  return first !== undefined && others.length === 0 && first[0] === 'otel.metric.overflow' && first[1] === true;
}
