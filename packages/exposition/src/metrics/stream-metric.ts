import type { HrTime } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Snapshot, SnapshotSeries, StreamSnapshot } from '@trademeter/metric-store';
import type { Exemplar } from '../lines/sample-suffix.ts';
import { type AnyHistogram, type ClassicHistogram, isAscending, sameNumbers, toClassic } from './classic-histogram.ts';
import { histogramLayout, type LineLayout, numberLayout, writeHistogram } from './line-layout.ts';
import type { SeriesValue } from './merged-value.ts';
import type { Metric, MetricDescriptor, MetricKind, Point, ShownSeries } from './metric.ts';

/** Where the cells of shown series are, so that a search reads neither the series nor their keys. */
interface KeptCells {
  /** The list that has the series from `first` on. */
  readonly series: readonly SnapshotSeries[];
  readonly first: number;
  /** `undefined` when it is not known, or the series do not share them. */
  readonly cells: Float64Array | undefined;
  readonly starts: Int32Array;
}

const noStarts = new Int32Array(0);

const ascending = new WeakMap<readonly number[], boolean>();

/** Whether the boundaries of a stream, which are the same list in every collection, can be shown as they are. */
function areAscending(boundaries: readonly number[]): boolean {
  const known = ascending.get(boundaries);
  if (known !== undefined) return known;
  const found = isAscending(boundaries);
  ascending.set(boundaries, found);
  return found;
}

/**
 * StreamMetric is a metric whose values are read from cells of a store. It has cumulative series only, so the count of
 * a histogram shows whether anything was recorded.
 */
class StreamMetric implements Metric {
  readonly scope: InstrumentationScope;
  readonly kind: MetricKind;
  readonly count: number;
  readonly #stream: StreamSnapshot;
  readonly #snapshot: Snapshot;
  readonly #series: readonly SnapshotSeries[];
  // The position of a histogram's count; undefined for numbers.
  readonly #countOffset: number | undefined;
  // Whether buckets can be written as they are.
  readonly #isExplicit: boolean;

  constructor(scope: InstrumentationScope, stream: StreamSnapshot, snapshot: Snapshot) {
    this.scope = scope;
    this.kind = kindOf(stream);
    this.count = stream.count;
    this.#stream = stream;
    this.#snapshot = snapshot;
    this.#series = stream.series;
    this.#countOffset = (stream.histogram ?? stream.exponentialHistogram)?.count;
    this.#isExplicit = stream.histogram !== undefined && areAscending(stream.histogram.boundaries);
  }

  get descriptor(): MetricDescriptor {
    return this.#stream.descriptor;
  }

  keyOf(index: number): object {
    return this.#at(index);
  }

  attributesOf(index: number): object {
    return this.#at(index).attributes;
  }

  attributesOfKey(key: object): object {
    return (key as SnapshotSeries).attributes;
  }

  endTimeOf(): HrTime {
    return this.#snapshot.time;
  }

  exemplarsOf(index: number): readonly Exemplar[] | undefined {
    if (!this.#stream.hasExemplars) return undefined;
    const exemplars = this.#stream.exemplarsOf(this.#at(index));
    return exemplars.length === 0 ? undefined : exemplars;
  }

  layoutOf(index: number): LineLayout {
    const { histogram } = this.#stream;
    if (this.#countOffset === undefined) return numberLayout;
    if (this.#isExplicit && histogram !== undefined) return histogramLayout(histogram.boundaries, histogram.hasSum);
    const { boundaries, sum } = this.#classicAt(index);
    return histogramLayout(boundaries, sum !== undefined);
  }

  hasLayout(index: number, layout: LineLayout): boolean {
    const { histogram } = this.#stream;
    if (this.#countOffset === undefined) return true;
    if (this.#isExplicit && histogram !== undefined) {
      return histogram.hasSum === layout.hasSum && sameNumbers(histogram.boundaries, layout.boundaries);
    }
    const { boundaries, sum } = this.#classicAt(index);
    return (sum !== undefined) === layout.hasSum && sameNumbers(boundaries, layout.boundaries);
  }

  writeValues(index: number, layout: LineLayout, into: Float64Array | number[], at: number): void {
    const { histogram } = this.#stream;
    const series = this.#at(index);
    if (this.#countOffset === undefined) {
      into[at] = this.#snapshot.read(series);
    } else if (this.#isExplicit && histogram !== undefined) {
      const buckets = histogram.boundaries.length;
      let below = 0;
      for (let bucket = 0; bucket < buckets; bucket += 1) {
        below += this.#snapshot.read(series, bucket);
        into[at + bucket] = below;
      }
      const count = this.#snapshot.read(series, histogram.count);
      const line = at + buckets;
      into[line] = count;
      if (layout.hasSum) into[line + 1] = this.#snapshot.read(series, histogram.sum);
      into[at + layout.lines - 1] = count;
    } else {
      writeHistogram(this.#classicAt(index), layout, into, at);
    }
  }

  markOf(): undefined {
    return undefined;
  }

  nextChange(shown: ShownSeries, first: number, from: number): number {
    const end = Math.min(shown.keys.length, this.count - first);
    if (shown.showsExemplars && this.#stream.hasExemplars) return this.#nextExemplar(shown, first, from, end);
    if (from === 0) this.#findCells(shown, first);
    const kept = shown.kept as KeptCells;
    return kept.cells === undefined
      ? this.#nextDifference(shown, first, from, end)
      : nextInCells(kept, shown, this.#countOffset ?? 0, from, end);
  }

  pointOf(index: number): Point {
    const series = this.#at(index);
    const { attributes } = series;
    const value = this.#stream.pointOf(series) as SeriesValue;
    return { key: series, attributes, value, endTime: this.#snapshot.time, exemplars: this.exemplarsOf(index) };
  }

  #nextExemplar(shown: ShownSeries, first: number, from: number, end: number): number {
    const next = this.#nextDifference(shown, first, from, end);
    for (let index = from; index < next; index += 1) {
      if (this.#stream.exemplarsOf(this.#at(first + index)).length > 0) return index;
    }
    return next;
  }

  #nextDifference({ keys, values, layout }: ShownSeries, first: number, from: number, end: number): number {
    const snapshot = this.#snapshot;
    const series = this.#series;
    const { lines } = layout;
    // The value is its only one or the count, which is on the last line.
    const offset = this.#countOffset ?? 0;
    for (let index = from; index < end; index += 1) {
      const each = series[first + index] as SnapshotSeries;
      if (each !== keys[index]) return index;
      if (isOther(snapshot.read(each, offset), values[(index + 1) * lines - 1] as number)) return index;
    }
    return end;
  }

  /** Finds out where the cells of shown series are, when the series are those of the collection before. */
  #findCells(shown: ShownSeries, first: number): void {
    const series = this.#series;
    const before = shown.kept as KeptCells | undefined;
    const isSame = before?.series === series && before.first === first;
    if (isSame && before.cells === this.#cellsOf(first)) return;
    // Finding them takes longer than one search does: of no use to series that are others every time.
    shown.kept = isSame ? this.#cellsOfAll(shown, first) : { series, first, cells: undefined, starts: noStarts };
  }

  #cellsOfAll({ keys }: ShownSeries, first: number): KeptCells {
    const series = this.#series;
    const cells = this.#cellsOf(first);
    const starts = new Int32Array(keys.length);
    for (let index = 0; index < keys.length; index += 1) {
      const each = series[first + index];
      if (each === undefined || each !== keys[index] || this.#snapshot.cellsOf(each) !== cells) {
        return { series, first, cells: undefined, starts: noStarts };
      }
      starts[index] = this.#snapshot.firstCellOf(each);
    }
    return { series, first, cells, starts };
  }

  #cellsOf(index: number): Float64Array | undefined {
    const series = this.#series[index];
    return series && this.#snapshot.cellsOf(series);
  }

  #at(index: number): SnapshotSeries {
    return this.#series[index] as SnapshotSeries;
  }

  #classicAt(index: number): ClassicHistogram {
    return toClassic(this.#stream.pointOf(this.#at(index)) as AnyHistogram);
  }
}

function nextInCells(
  { cells, starts }: KeptCells,
  { values, layout }: ShownSeries,
  offset: number,
  from: number,
  end: number,
): number {
  const { lines } = layout;
  for (let index = from; index < end; index += 1) {
    const value = (cells as Float64Array)[(starts[index] as number) + offset] as number;
    if (isOther(value, values[(index + 1) * lines - 1] as number)) return index;
  }
  return end;
}

function isOther(value: number, shown: number): boolean {
  return value !== shown && !(Number.isNaN(value) && Number.isNaN(shown));
}

/** The metrics of a store at one moment, valid for as long as the snapshot. */
export function metricsOfSnapshot(snapshot: Snapshot): Metric[] {
  return snapshot.scopes.flatMap(({ scope, streams }) =>
    streams.map((stream) => new StreamMetric(scope, stream, snapshot)),
  );
}

function kindOf({ type, isMonotonic }: StreamSnapshot): MetricKind {
  switch (type) {
    case 'sum':
      return isMonotonic ? 'counter' : 'updowncounter';
    case 'last value':
      return 'gauge';
    default:
      return type;
  }
}
