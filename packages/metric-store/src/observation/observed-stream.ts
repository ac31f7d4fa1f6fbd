import type { Attributes } from '@opentelemetry/api';
import type { StoreTime } from '../cells/store-clock.ts';
import { canonicalKey, copyAttributes, entriesOf } from '../series/attribute-values.ts';
import { Series } from '../series/series.ts';
import { type StoreContext, Stream, type StreamOptions } from '../streams/stream.ts';

/** What one callback observed for one stream, in order, before it becomes part of the stream. */
export class Observations {
  /** The series if known, else its attributes. */
  readonly targets: (Series | Attributes)[] = [];
  /** The observed attributes, if a view changes them. */
  readonly originals: (Attributes | undefined)[] = [];
  readonly values: number[] = [];
}

/** The last value of a series that this reader has read, and its start time. */
interface Ended {
  readonly value: number;
  readonly start: StoreTime;
}

/**
 * ObservedStream is a stream of an observable instrument for one reader: callbacks are called per reader, and their
 * observations count for that reader only. A series exists while it is observed; a sum that is observed again later
 * continues. For delta readers, a second cell holds the previously reported value.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#observations-inside-asynchronous-callbacks
 */
export class ObservedStream extends Stream {
  readonly #isSum: boolean;
  readonly #isDelta: boolean;
  // By attributes; also series that this reader has not seen.
  readonly #finishing = new Map<string, Attributes>();
  // Sums that are no longer observed, by attributes, as many as the limit. The latest ones are kept.
  readonly #ended = new Map<string, Ended>();
  // For the running round: the observations that add up to one value, by attributes.
  readonly #parts = new Map<Series, Map<string, number>>();

  constructor(options: StreamOptions, context: StoreContext) {
    const isSum = options.aggregation.type === 'sum';
    const isDelta = isSum && options.temporality === 'delta';
    super(options, context, isDelta ? 2 : 1);
    this.#isSum = isSum;
    this.#isDelta = isDelta;
  }

  /** Stores an observation of a callback that may still fail. */
  note(observations: Observations, value: number, attributes: Attributes): void {
    const isFiltered = this.processors.length > 0;
    const filtered = this.processors.reduce((given, processor) => processor.process(given, undefined), attributes);
    const known = this.index.find(filtered);
    observations.targets.push(known ?? copyAttributes(filtered));
    observations.originals.push(isFiltered ? copyAttributes(attributes) : undefined);
    observations.values.push(value);
  }

  /**
   * Makes the observations the content of the stream, within its limit: series that are still observed first, then new
   * ones in order of observation. A failed callback keeps its previous observations. There is at most one commit of a
   * stream per epoch.
   */
  commit(all: readonly Observations[]): void {
    const fresh: (readonly [Observations, number])[] = [];
    // From the last to the first, because the last observation of a series counts.
    for (const observations of all.toReversed()) {
      for (let position = observations.targets.length - 1; position >= 0; position -= 1) {
        const known = this.#known(observations.targets[position] as Series | Attributes);
        if (known === undefined) fresh.push([observations, position]);
        else this.#observe(known, observations, position);
      }
    }
    const unknown = this.#endUnobserved();
    fresh.reverse();
    const begun = fresh.map(([observations, position]) => this.#beginObserved(observations, position));
    for (let last = fresh.length - 1; last >= 0; last -= 1) {
      this.#observe(begun[last] as Series, ...(fresh[last] as readonly [Observations, number]));
    }
    for (const attributes of unknown) this.#showEnd(attributes);
    for (const [series, parts] of this.#parts) this.#writeTotal(series, parts);
    this.#parts.clear();
    this.endOverflowUnless((series) => series.stamp === series.chunk.epoch);
  }

  /** Makes a series read 0 once and then end, unless it is observed. */
  finish(attributes: Attributes): void {
    const filtered = this.processors.reduce((given, processor) => processor.process(given, undefined), attributes);
    // Bounded, in case a reader never collects.
    if (this.#finishing.size < this.limit) this.#finishing.set(canonicalKey(filtered), copyAttributes(filtered));
  }

  override write(series: Series, value: number): void {
    const { chunk, index } = series;
    const before = chunk.cells[index] as number;
    // It restarted somewhere in this interval.
    if (this.isMonotonic && value < before) this.#reset(series);
    chunk.cells[index] = value;
    this.touch(series);
  }

  override point(cells: Float64Array, index: number): number {
    const value = cells[index] as number;
    return this.#isDelta ? value - (cells[index + 1] as number) : value;
  }

  protected override beginInterval(taken: readonly Series[]): void {
    if (!this.#isDelta) return;
    for (const { chunk, index } of taken) chunk.cells[index + 1] = chunk.cells[index] as number;
  }

  protected override startOfNew(): StoreTime {
    // The earliest moment at which it can have started.
    return this.intervalStart;
  }

  /** Ends series that were not observed, before new series begin. */
  protected override makeRoom(): boolean {
    return false;
  }

  #beginObserved({ targets }: Observations, position: number): Series {
    const series = this.admit(attributesOf(targets[position] as Series | Attributes));
    if (this.#ended.size > 0 && !this.isOverflow(series)) this.#continue(series);
    return series;
  }

  #known(target: Series | Attributes): Series | undefined {
    if (target instanceof Series && target.index >= 0) return target;
    return this.index.findEntries(entriesOf(attributesOf(target)));
  }

  /** Stores an observation, unless a later one of the same series and attributes was stored. */
  #observe(series: Series, observations: Observations, position: number): void {
    const value = observations.values[position] as number;
    const original = observations.originals[position];
    const isOverflow = this.isOverflow(series);
    if (!this.#isSum || (original === undefined && !isOverflow)) {
      if (series.stamp !== series.chunk.epoch) this.write(series, value);
    } else {
      // Several attribute sets lead here: they add up.
      const key = canonicalKey(original ?? attributesOf(observations.targets[position] as Series | Attributes));
      const parts = this.#parts.get(series);
      if (parts === undefined) this.#parts.set(series, new Map([[key, value]]));
      else if (!parts.has(key)) parts.set(key, value);
    }
    if (!isOverflow) observations.targets[position] = series;
  }

  #writeTotal(series: Series, parts: ReadonlyMap<string, number>): void {
    let total = 0;
    for (const part of parts.values()) total += part;
    if (total - total === 0) this.write(series, total);
    else this.context.dropped.drop(this.descriptor.name, 'infinite_sum', 'its observations add up to an infinite sum');
  }

  /** @returns ended series that do not exist in this stream */
  #endUnobserved(): Attributes[] {
    const unknown: Attributes[] = [];
    for (const attributes of this.#finishing.values()) {
      const series = this.index.findEntries(entriesOf(attributes));
      if (series === undefined) unknown.push(attributes);
      else if (!this.#isObserved(series)) this.write(series, 0);
    }
    this.#finishing.clear();
    const ending = this.list.filter((series) => !this.#isObserved(series) && !this.isOverflow(series));
    if (ending.length > 0) {
      if (this.#isSum) for (const series of ending) this.#remember(series);
      this.endNow(ending);
    }
    return unknown;
  }

  #remember({ attributes, chunk, index, start }: Series): void {
    if (this.#ended.size >= this.limit) {
      const [oldest = ''] = this.#ended.keys();
      this.#ended.delete(oldest);
    }
    const value = chunk.cells[this.#isDelta ? index + 1 : index] as number;
    this.#ended.set(canonicalKey(attributes), { value, start });
  }

  /** Otherwise a delta reader would count the total of a series twice, and others would see a restart. */
  #continue(series: Series): void {
    const key = canonicalKey(series.attributes);
    const ended = this.#ended.get(key);
    if (ended === undefined) return;
    this.#ended.delete(key);
    const { chunk, index } = series;
    chunk.cells[index] = ended.value;
    if (this.#isDelta) chunk.cells[index + 1] = ended.value;
    else series.start = ended.start;
  }

  /** Makes a series that began and ended between two collections read 0, unless it is observed or there is no room. */
  #showEnd(attributes: Attributes): void {
    const series = this.admit(attributes);
    if (!this.isOverflow(series) && !this.#isObserved(series)) this.write(series, 0);
  }

  #isObserved(series: Series): boolean {
    return series.stamp === series.chunk.epoch || this.#parts.has(series);
  }

  #reset(series: Series): void {
    series.start = this.intervalStart;
    if (this.#isDelta) series.chunk.cells[series.index + 1] = 0;
  }
}

function attributesOf(target: Series | Attributes): Attributes {
  return target instanceof Series ? target.attributes : target;
}
