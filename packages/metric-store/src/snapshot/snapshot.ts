import type { Attributes, HrTime } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { MetricProducer } from '@opentelemetry/sdk-metrics';
import type { Exemplar } from '../exemplars/exemplar-store.ts';
import type { Descriptor } from '../streams/descriptor.ts';
import type { ExponentialLayout } from '../streams/exponential-histogram-stream.ts';
import type { HistogramLayout } from '../streams/histogram-stream.ts';
import type { PointValue } from '../streams/stream.ts';

/** SnapshotSeries is a series as exporters see it: the same object in every snapshot while the series exists. */
export interface SnapshotSeries {
  readonly attributes: Attributes;
}

/** StreamSnapshot is one metric at the moment of a snapshot. */
export interface StreamSnapshot {
  readonly descriptor: Descriptor;
  readonly type: 'sum' | 'last value' | 'histogram' | 'exponential histogram';
  readonly temporality: 'cumulative' | 'delta';
  readonly isMonotonic: boolean;
  /**
   * The series in order of creation. Only the first `count` belong to the snapshot. Series are only appended to an array,
   * so what was read from it stays valid if the next snapshot has the same array.
   */
  readonly series: readonly SnapshotSeries[];
  readonly count: number;
  /** The positions of a histogram's cells. */
  readonly histogram: HistogramLayout | undefined;
  readonly exponentialHistogram: ExponentialLayout | undefined;
  /** The start of the series, or of the interval for deltas. */
  startOf(series: SnapshotSeries): HrTime;
  /** The value of a data point. Allocates for histograms; {@link Snapshot.read} does not. */
  pointOf(series: SnapshotSeries): PointValue;
  /** Whether any series has exemplars. */
  readonly hasExemplars: boolean;
  /** The exemplars at that moment, in order of buckets. */
  exemplarsOf(series: SnapshotSeries): readonly Exemplar[];
}

/** ScopeSnapshot has the metrics of one meter. */
export interface ScopeSnapshot {
  readonly scope: InstrumentationScope;
  readonly streams: readonly StreamSnapshot[];
}

/** Snapshot has all metrics at one moment. It is valid until the same reader takes the next one. */
export interface Snapshot {
  readonly resource: Resource;
  readonly time: HrTime;
  readonly scopes: readonly ScopeSnapshot[];
  /** Errors of callbacks. */
  readonly errors: readonly unknown[];
  /** The value of a series' cell: the only cell of a sum or last value, or one at an offset of the layout. */
  read(series: SnapshotSeries, offset?: number): number;
  /** The array that contains the values of a series: shared by many series, and the same in each snapshot of a reader. */
  cellsOf(series: SnapshotSeries): Float64Array;
  /** The index of a series' first cell in {@link cellsOf}; constant while the series exists. */
  firstCellOf(series: SnapshotSeries): number;
  /** Whether the series was recorded since the reader's previous snapshot; true if that is unknown. */
  isChanged(series: SnapshotSeries): boolean;
}

/** SnapshotProducer is the producer that this package's provider gives to readers. */
export interface SnapshotProducer extends MetricProducer {
  /** Calls the callbacks, then copies changed values at one moment, without creating data points. */
  snapshot(options?: { readonly timeoutMillis?: number }): Promise<Snapshot>;
}

/** isSnapshotProducer reports whether a reader's producer is from a provider of any copy of this package. */
export function isSnapshotProducer(producer: MetricProducer): producer is SnapshotProducer {
  return 'snapshot' in producer && typeof producer.snapshot === 'function';
}
