import type { Attributes, HrTime } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { MetricProducer } from '@opentelemetry/sdk-metrics';
import type { Exemplar } from '../exemplars/exemplar-store.ts';
import type { Descriptor } from '../streams/descriptor.ts';
import type { ExponentialLayout } from '../streams/exponential-histogram-stream.ts';
import type { HistogramLayout } from '../streams/histogram-stream.ts';
import type { PointValue } from '../streams/stream.ts';

/** A series, as an exporter sees it: the same object in every snapshot for as long as the series exists. */
export interface SnapshotSeries {
  readonly attributes: Attributes;
}

/** One metric at the moment of a snapshot. */
export interface StreamSnapshot {
  readonly descriptor: Descriptor;
  readonly type: 'sum' | 'last value' | 'histogram' | 'exponential histogram';
  readonly temporality: 'cumulative' | 'delta';
  readonly isMonotonic: boolean;
  /**
   * The series in the order in which they began. Only the first `count` belong to the snapshot. An array never changes
   * except that series are appended: what was read of it before holds when the next snapshot has the same one.
   */
  readonly series: readonly SnapshotSeries[];
  readonly count: number;
  /** Where the cells of a histogram are. */
  readonly histogram: HistogramLayout | undefined;
  readonly exponentialHistogram: ExponentialLayout | undefined;
  /** When the series began, or the interval of a stream of deltas. */
  startOf(series: SnapshotSeries): HrTime;
  /** The value as a data point has it. Allocates for histograms; {@link Snapshot.read} does not. */
  pointOf(series: SnapshotSeries): PointValue;
  /** Whether any series has exemplars. */
  readonly hasExemplars: boolean;
  /** The exemplars at that moment, in the order of the buckets. */
  exemplarsOf(series: SnapshotSeries): readonly Exemplar[];
}

/** The metrics of one meter. */
export interface ScopeSnapshot {
  readonly scope: InstrumentationScope;
  readonly streams: readonly StreamSnapshot[];
}

/** All metrics at one moment. It is valid until the same reader takes the next one. */
export interface Snapshot {
  readonly resource: Resource;
  readonly time: HrTime;
  readonly scopes: readonly ScopeSnapshot[];
  /** What went wrong with callbacks. */
  readonly errors: readonly unknown[];
  /** The value of a cell of a series: of the only one of a sum or last value, or at an offset of a layout. */
  read(series: SnapshotSeries, offset?: number): number;
  /** The values among which those of a series are: one array for many series, the same in each snapshot of a reader. */
  cellsOf(series: SnapshotSeries): Float64Array;
  /** Where the cells of a series begin in {@link cellsOf}, for as long as it exists. */
  firstCellOf(series: SnapshotSeries): number;
  /** Whether the series was recorded since the reader's snapshot before; true when that cannot be said. */
  isChanged(series: SnapshotSeries): boolean;
}

/** What a reader gets of this package's provider: data points, or snapshots without any. */
export interface SnapshotProducer extends MetricProducer {
  /** Calls the callbacks, then copies the values that have changed, at one moment and without creating data points. */
  snapshot(options?: { readonly timeoutMillis?: number }): Promise<Snapshot>;
}

/** Whether a reader's producer can take snapshots: this package's, of any copy. */
export function isSnapshotProducer(producer: MetricProducer): producer is SnapshotProducer {
  return 'snapshot' in producer && typeof producer.snapshot === 'function';
}
