import type { HrTime } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Snapshot, SnapshotSeries, StreamSnapshot } from '@trademeter/metric-store';
import type { Exemplar } from '../lines/sample-suffix.ts';
import { type AnyHistogram, type ClassicHistogram, isAscending, sameNumbers, toClassic } from './classic-histogram.ts';
import { histogramLayout, type LineLayout, numberLayout, writeHistogram } from './line-layout.ts';
import type { SeriesValue } from './merged-value.ts';
import type { Metric, MetricDescriptor, MetricKind, Point, ShownSeries } from './metric.ts';

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
    this.#isExplicit = stream.histogram !== undefined && isAscending(stream.histogram.boundaries);
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
    const { keys, values, layout } = shown;
    const snapshot = this.#snapshot;
    const series = this.#series;
    const mayHaveExemplars = shown.showsExemplars && this.#stream.hasExemplars;
    const { lines } = layout;
    // The position of the value of a number, or of a histogram's count, which is its last line.
    const place = lines - 1;
    const offset = this.#countOffset ?? 0;
    const end = Math.min(keys.length, this.count - first);
    for (let index = from; index < end; index += 1) {
      const each = series[first + index] as SnapshotSeries;
      if (each !== keys[index]) return index;
      const value = snapshot.read(each, offset);
      const known = values[index * lines + place] as number;
      if (value !== known && !(Number.isNaN(value) && Number.isNaN(known))) return index;
      if (mayHaveExemplars && this.#stream.exemplarsOf(each).length > 0) return index;
    }
    return end;
  }

  pointOf(index: number): Point {
    const series = this.#at(index);
    const { attributes } = series;
    const value = this.#stream.pointOf(series) as SeriesValue;
    return { key: series, attributes, value, endTime: this.#snapshot.time, exemplars: this.exemplarsOf(index) };
  }

  #at(index: number): SnapshotSeries {
    return this.#series[index] as SnapshotSeries;
  }

  #classicAt(index: number): ClassicHistogram {
    return toClassic(this.#stream.pointOf(this.#at(index)) as AnyHistogram);
  }
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
