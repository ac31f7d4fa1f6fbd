import type { HrTime } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { DataPoint, MetricData, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import { DataPointType } from '@trademeter/metric-store';
import type { Exemplar } from '../lines/sample-suffix.ts';
import { type AnyHistogram, type ClassicHistogram, sameNumbers, toClassic } from './classic-histogram.ts';
import { histogramLayout, type LineLayout, numberLayout, writeHistogram } from './line-layout.ts';
import type { SeriesValue } from './merged-value.ts';
import type { Metric, MetricDescriptor, MetricKind, Point, ShownSeries } from './metric.ts';

/** A data point, or several merged into one series. */
interface AnyPoint {
  readonly attributes: object;
  readonly value: SeriesValue;
  readonly endTime: HrTime;
  readonly exemplars?: readonly Exemplar[] | undefined;
}

/** Options of a {@link PointMetric}. */
export interface PointMetricOptions {
  readonly scope: InstrumentationScope;
  readonly descriptor: MetricDescriptor;
  readonly kind: MetricKind;
  readonly points: readonly AnyPoint[];
}

/** PointMetric is a metric with data points. Its series are recognized by the identity of their attributes. */
export class PointMetric implements Metric {
  readonly scope: InstrumentationScope;
  readonly descriptor: MetricDescriptor;
  readonly kind: MetricKind;
  readonly #points: readonly AnyPoint[];
  readonly #isHistogram: boolean;
  // Several methods request the same one in a row.
  #classic: ClassicHistogram | undefined;
  #classicOf: AnyHistogram | undefined;

  constructor({ scope, descriptor, kind, points }: PointMetricOptions) {
    this.scope = scope;
    this.descriptor = descriptor;
    this.kind = kind;
    this.#points = points;
    this.#isHistogram = kind === 'histogram' || kind === 'exponential histogram';
  }

  get count(): number {
    return this.#points.length;
  }

  keyOf(index: number): object {
    return this.#at(index).attributes;
  }

  attributesOf(index: number): object {
    return this.#at(index).attributes;
  }

  attributesOfKey(key: object): object {
    return key;
  }

  endTimeOf(index: number): HrTime {
    return this.#at(index).endTime;
  }

  exemplarsOf(index: number): readonly Exemplar[] | undefined {
    return this.#at(index).exemplars;
  }

  layoutOf(index: number): LineLayout {
    if (!this.#isHistogram) return numberLayout;
    const { boundaries, sum } = this.#classicAt(index);
    return histogramLayout(boundaries, sum !== undefined);
  }

  hasLayout(index: number, layout: LineLayout): boolean {
    if (!this.#isHistogram) return true;
    const { boundaries, sum } = this.#classicAt(index);
    return (sum !== undefined) === layout.hasSum && sameNumbers(boundaries, layout.boundaries);
  }

  writeValues(index: number, layout: LineLayout, into: Float64Array | number[], at: number): void {
    if (this.#isHistogram) writeHistogram(this.#classicAt(index), layout, into, at);
    else into[at] = this.#at(index).value as number;
  }

  markOf(index: number): unknown {
    if (!this.#isHistogram) return undefined;
    const value = this.#at(index).value as AnyHistogram;
    return 'buckets' in value ? value.buckets : undefined;
  }

  nextChange(shown: ShownSeries, first: number, from: number): number {
    return this.#isHistogram ? this.#nextHistogram(shown, first, from) : this.#nextNumber(shown, first, from);
  }

  pointOf(index: number): Point {
    const { attributes, value, endTime, exemplars } = this.#at(index);
    return { key: attributes, attributes, value, endTime, exemplars };
  }

  #nextNumber({ keys, values, showsExemplars }: ShownSeries, first: number, from: number): number {
    const end = Math.min(keys.length, this.count - first);
    for (let index = from; index < end; index += 1) {
      const { attributes, value, exemplars } = this.#points[first + index] as DataPoint<number> & AnyPoint;
      if (attributes !== keys[index] || (showsExemplars && exemplars !== undefined)) return index;
      if (value !== values[index] && !(Number.isNaN(value) && Number.isNaN(values[index]))) return index;
    }
    return end;
  }

  #nextHistogram({ keys, values, marks, layout, showsExemplars }: ShownSeries, first: number, from: number): number {
    const { boundaries, hasSum, lines } = layout;
    const end = Math.min(keys.length, this.count - first);
    for (let index = from; index < end; index += 1) {
      const { attributes, value, exemplars } = this.#points[first + index] as AnyPoint & { value: AnyHistogram };
      if (attributes !== keys[index] || (showsExemplars && exemplars !== undefined)) return index;
      if (!('buckets' in value)) return index;
      // The SDK creates new buckets exactly when something was recorded. Other producers may reuse theirs: then the
      // count shows it.
      const infinity = index * lines + boundaries.length;
      if (value.buckets !== marks[index] || value.count !== values[infinity]) return index;
      if (hasSum ? value.sum !== values[infinity + 1] : value.sum !== undefined) return index;
    }
    return end;
  }

  #at(index: number): AnyPoint {
    return this.#points[index] as AnyPoint;
  }

  #classicAt(index: number): ClassicHistogram {
    const value = this.#at(index).value as AnyHistogram;
    if (this.#classic !== undefined && this.#classicOf === value) return this.#classic;
    this.#classicOf = value;
    this.#classic = toClassic(value);
    return this.#classic;
  }
}

/** Metrics as a reader of `@opentelemetry/sdk-metrics` collects them. */
export function metricsOfScopes(scopes: readonly ScopeMetrics[]): Metric[] {
  return scopes.flatMap(({ scope, metrics }) =>
    metrics.map((metric) => {
      const { descriptor, dataPoints } = metric;
      const points: readonly unknown[] = dataPoints;
      return new PointMetric({ scope, descriptor, kind: kindOf(metric), points: points as readonly AnyPoint[] });
    }),
  );
}

function kindOf(metric: MetricData): MetricKind {
  switch (metric.dataPointType) {
    case DataPointType.SUM:
      return metric.isMonotonic ? 'counter' : 'updowncounter';
    case DataPointType.HISTOGRAM:
      return 'histogram';
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return 'exponential histogram';
    default:
      return 'gauge';
  }
}
