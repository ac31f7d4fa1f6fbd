import type { HrTime } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Exemplar } from '../lines/sample-suffix.ts';
import type { LineLayout } from './line-layout.ts';
import type { SeriesValue } from './merged-value.ts';

/** The name, description and unit of a metric before translation. */
export interface MetricDescriptor {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
}

export type MetricKind = 'counter' | 'updowncounter' | 'gauge' | 'histogram' | 'exponential histogram';

/** One series of a metric, or several merged into one, with its value. */
export interface Point {
  /** Identifies the series in the next collection. */
  readonly key: object;
  readonly attributes: object;
  readonly value: SeriesValue;
  readonly endTime: HrTime;
  readonly exemplars: readonly Exemplar[] | undefined;
}

/** What the lines of some adjacent series show. */
export interface ShownSeries {
  /** See {@link Metric.keyOf}. */
  readonly keys: readonly object[];
  readonly layout: LineLayout;
  /** Whether lines may have exemplars. */
  readonly showsExemplars: boolean;
  /** The values of all lines, in order. */
  readonly values: Float64Array;
  /** See {@link Metric.markOf}. */
  readonly marks: readonly unknown[];
  /** What {@link Metric.nextChange} keeps for the next collection. */
  kept: unknown;
}

/**
 * Metric is one metric at one moment, from cells of a store or from data points. A series is addressed by its index
 * below `count`.
 */
export interface Metric {
  readonly scope: InstrumentationScope;
  readonly descriptor: MetricDescriptor;
  readonly kind: MetricKind;
  readonly count: number;
  /** The same object in every collection while the series exists; every series has its own. */
  keyOf(index: number): object;
  attributesOf(index: number): object;
  /** The attributes of a series, even if it has ended since. */
  attributesOfKey(key: object): object;
  endTimeOf(index: number): HrTime;
  exemplarsOf(index: number): readonly Exemplar[] | undefined;
  layoutOf(index: number): LineLayout;
  hasLayout(index: number, layout: LineLayout): boolean;
  /** Writes the values of a series' lines into `into`, starting at `at`. */
  writeValues(index: number, layout: LineLayout, into: Float64Array | number[], at: number): void;
  /** What {@link nextChange} must know besides the values, if anything. */
  markOf(index: number): unknown;
  /**
   * Returns the first of the shown series, from `from` on, that may differ from its lines, has exemplars, or has ended;
   * the number of shown series when there is none. Nearly all the time of a scrape is spent here.
   *
   * @param first the index of the first shown series in this metric
   */
  nextChange(shown: ShownSeries, first: number, from: number): number;
  pointOf(index: number): Point;
}
