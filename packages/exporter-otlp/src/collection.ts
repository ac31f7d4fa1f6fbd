import type { Attributes, HrTime } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { MetricData, MetricDescriptor, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { describeError, describeValue } from '@trademeter/config';
import {
  AggregationTemporality,
  DataPointType,
  type Exemplar,
  isValidValue,
  type PointValue,
  type Snapshot,
  type StreamSnapshot,
} from '@trademeter/metric-store';

/** Collection is what one export contains: all metrics at one moment. */
export interface Collection {
  /** The metrics of the store. */
  readonly snapshot?: Snapshot | undefined;
  /** The resource, and data points of another SDK or of further producers. */
  readonly resourceMetrics: ResourceMetrics;
}

/** A metric to encode, from a snapshot or from data points. */
export interface CollectedMetric {
  readonly descriptor: MetricDescriptor;
  readonly type: StreamSnapshot['type'];
  readonly temporality: 'cumulative' | 'delta';
  readonly isMonotonic: boolean;
  readonly count: number;
  readonly point: (index: number) => CollectedPoint;
  /** Set for metrics of a snapshot, whose values can be read without creating points. */
  readonly cells?: { readonly snapshot: Snapshot; readonly stream: StreamSnapshot };
}

/** One data point. */
export interface CollectedPoint {
  readonly attributes: Attributes;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly value: PointValue;
  readonly exemplars: readonly Exemplar[];
}

/** The metrics of one scope. */
export interface CollectedScope {
  readonly scope: InstrumentationScope;
  readonly metrics: readonly CollectedMetric[];
}

/** A part of a collection that cannot be encoded; the rest is sent. */
export interface DroppedPart {
  readonly kind: 'resource' | 'scope' | 'metric' | 'data point';
  /** For messages: `the metric "fills"`. */
  readonly what: string;
  readonly reason: string;
  /** The number of data points that are dropped with it. */
  readonly dataPoints: number;
}

/** The attributes of a scope, which are missing in its type. */
export function scopeAttributes(scope: InstrumentationScope): Attributes {
  return (scope as { readonly attributes?: Attributes }).attributes ?? {};
}

/** Whether there is nothing to export. */
export function isEmpty({ snapshot, resourceMetrics }: Collection): boolean {
  return (snapshot === undefined || snapshot.scopes.length === 0) && resourceMetrics.scopeMetrics.length === 0;
}

/** Whether the collection has deltas other than 0. */
export function carriesIncrements(collection: Collection): boolean {
  // What cannot be read is reported when encoded.
  return scopesOf(collection, () => {}).some(({ metrics }) => metrics.some(hasIncrement));
}

function hasIncrement({ type, temporality, count, point }: CollectedMetric): boolean {
  if (temporality !== 'delta' || type === 'last value') return false;
  for (let index = 0; index < count; index += 1) {
    try {
      const { value } = point(index);
      if ((typeof value === 'number' ? value : value.count) !== 0) return true;
    } catch {
      // It is malformed.
    }
  }
  return false;
}

/** All scopes of a collection, those of the snapshot first. Omits data points that cannot be read. */
export function scopesOf(
  { snapshot, resourceMetrics }: Collection,
  onDropped: (part: DroppedPart) => void,
): CollectedScope[] {
  const known = (snapshot?.scopes ?? []).map(({ scope, streams }) => ({
    scope,
    metrics: streams.map((stream) => metricOfStream(snapshot as Snapshot, stream)),
  }));
  const attempt = <T>(kind: 'scope' | 'metric', read: () => T): T[] => {
    try {
      return [read()];
    } catch (error) {
      onDropped({ kind, what: `a ${kind}`, reason: `it is malformed: ${describeError(error)}`, dataPoints: 0 });
      return [];
    }
  };
  const others = resourceMetrics.scopeMetrics.flatMap((each) =>
    attempt('scope', () => ({
      scope: each.scope,
      metrics: each.metrics.flatMap((metric) => attempt('metric', () => metricOfData(metric))),
    })),
  );
  return [...known, ...others];
}

function metricOfStream(snapshot: Snapshot, stream: StreamSnapshot): CollectedMetric {
  const { descriptor, type, temporality, isMonotonic, count } = stream;
  return {
    descriptor,
    type,
    temporality,
    isMonotonic,
    count,
    point(index) {
      const series = stream.series[index] as StreamSnapshot['series'][number];
      return {
        attributes: series.attributes,
        startTime: stream.startOf(series),
        endTime: snapshot.time,
        value: stream.pointOf(series),
        exemplars: stream.exemplarsOf(series),
      };
    },
    cells: { snapshot, stream },
  };
}

const types: Readonly<Record<DataPointType, StreamSnapshot['type']>> = {
  [DataPointType.HISTOGRAM]: 'histogram',
  [DataPointType.EXPONENTIAL_HISTOGRAM]: 'exponential histogram',
  [DataPointType.GAUGE]: 'last value',
  [DataPointType.SUM]: 'sum',
};

function metricOfData(data: MetricData): CollectedMetric {
  const type = types[data.dataPointType];
  if (!Array.isArray(data.dataPoints)) throw new TypeError(`no data points, but ${describeValue(data.dataPoints)}`);
  return {
    descriptor: data.descriptor,
    type,
    temporality: data.aggregationTemporality === AggregationTemporality.DELTA ? 'delta' : 'cumulative',
    isMonotonic: data.dataPointType === DataPointType.SUM && data.isMonotonic,
    count: data.dataPoints.length,
    point(index) {
      const { attributes, startTime, endTime, value } = data.dataPoints[index] as MetricData['dataPoints'][number];
      if (!isTime(startTime) || !isTime(endTime) || !isValidValue(data.dataPointType, value)) {
        throw new TypeError('its value or time is not what its type has');
      }
      return { attributes, startTime, endTime, value, exemplars: [] };
    },
  };
}

function isTime([seconds, nanos]: readonly unknown[]): boolean {
  return [seconds, nanos].every((part) => Number.isSafeInteger(part) && (part as number) >= 0);
}
