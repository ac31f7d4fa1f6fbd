import type { HrTime } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Exemplar } from '../lines/sample-suffix.ts';
import type { LineLayout } from './line-layout.ts';
import type { SeriesValue } from './merged-value.ts';

/** What a metric is called, before its name is translated. */
export interface MetricDescriptor {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
}

export type MetricKind = 'counter' | 'updowncounter' | 'gauge' | 'histogram' | 'exponential histogram';

/** One series of a metric, or several that became one, as a value of its own. */
export interface Point {
  /** What the series is recognized by in the next collection. */
  readonly key: object;
  readonly attributes: object;
  readonly value: SeriesValue;
  readonly endTime: HrTime;
  readonly exemplars: readonly Exemplar[] | undefined;
}

/** What the lines of some neighbouring series show. */
export interface ShownSeries {
  /** See {@link Metric.keyOf}. */
  readonly keys: readonly object[];
  readonly layout: LineLayout;
  /** Whether lines may have exemplars. */
  readonly showsExemplars: boolean;
  /** The values of all lines, in their order. */
  readonly values: Float64Array;
  /** See {@link Metric.markOf}. */
  readonly marks: readonly unknown[];
}

/**
 * One metric at one moment. Lines are made from this, whether the series are cells of a store or data points. A series
 * is addressed by its index below `count`.
 */
export interface Metric {
  readonly scope: InstrumentationScope;
  readonly descriptor: MetricDescriptor;
  readonly kind: MetricKind;
  readonly count: number;
  /** The same object in each collection for as long as the series exists, and another one for every other series. */
  keyOf(index: number): object;
  attributesOf(index: number): object;
  /** The attributes of a series that may have ended since. */
  attributesOfKey(key: object): object;
  endTimeOf(index: number): HrTime;
  exemplarsOf(index: number): readonly Exemplar[] | undefined;
  layoutOf(index: number): LineLayout;
  hasLayout(index: number, layout: LineLayout): boolean;
  /** Writes the values of the lines of a series to `into`, from `at` on. */
  writeValues(index: number, layout: LineLayout, into: Float64Array | number[], at: number): void;
  /** What {@link nextChange} has to know besides the values shown, if anything. */
  markOf(index: number): unknown;
  /**
   * The first of the shown series, from `from` on, that may differ from what its lines show, that has exemplars to show,
   * or that has ended; their number when there is none. Nearly all of a scrape's work is in here.
   *
   * @param first the index of the first shown series in this metric
   */
  nextChange(shown: ShownSeries, first: number, from: number): number;
  pointOf(index: number): Point;
}
