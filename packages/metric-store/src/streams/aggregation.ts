import type { AggregationOption, AggregationType } from '@opentelemetry/sdk-metrics';
import type { Descriptor } from './descriptor.ts';

/** How the measurements of a stream are aggregated. */
export type Aggregation =
  | { readonly type: 'drop' }
  | { readonly type: 'sum' }
  | { readonly type: 'last value' }
  | { readonly type: 'histogram'; readonly boundaries: readonly number[]; readonly hasMinMax: boolean }
  | {
      readonly type: 'exponential histogram';
      readonly maxSize: number;
      readonly maxScale: number;
      readonly hasMinMax: boolean;
    };

/** https://opentelemetry.io/docs/specs/otel/metrics/sdk/#explicit-bucket-histogram-aggregation */
const defaultBoundaries = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000];
const defaultMaxSize = 160;
const defaultMaxScale = 20;

// The numbers of upstream's AggregationType, to avoid loading it.
const types: Readonly<Record<`${AggregationType}`, 'default' | Aggregation['type']>> = {
  0: 'default',
  1: 'drop',
  2: 'sum',
  3: 'last value',
  4: 'histogram',
  5: 'exponential histogram',
};

/** Options of upstream's aggregations, plus the specification's `maxScale`. */
interface HistogramOptions {
  readonly boundaries?: readonly number[];
  readonly recordMinMax?: boolean;
  readonly maxSize?: number;
  readonly maxScale?: number;
}

/** The type of an aggregation option; `undefined` for an unknown type. */
export function aggregationTypeOf({ type }: AggregationOption): 'default' | Aggregation['type'] | undefined {
  return types[`${type}`];
}

/** Whether it is the default: the view then leaves the choice to the reader, the reader to the kind of instrument. */
export function isDefault(option: AggregationOption | undefined): boolean {
  return option === undefined || aggregationTypeOf(option) === 'default';
}

/**
 * The aggregation of an instrument, from an option and the instrument's advice.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#default-aggregation
 */
export function resolveAggregation(option: AggregationOption | undefined, descriptor: Descriptor): Aggregation {
  const options = (option as { readonly options?: HistogramOptions } | undefined)?.options ?? {};
  const { recordMinMax: hasMinMax = true } = options;
  const type = option === undefined ? 'default' : aggregationTypeOf(option);
  switch (type) {
    case 'drop':
    case 'sum':
    case 'last value':
      return { type };
    case 'histogram':
      return { type, boundaries: sortedBoundaries(options.boundaries ?? defaultBoundaries), hasMinMax };
    case 'exponential histogram':
      return {
        type,
        maxSize: Math.max(2, options.maxSize ?? defaultMaxSize),
        maxScale: options.maxScale ?? defaultMaxScale,
        hasMinMax,
      };
    default:
      return defaultAggregation(descriptor);
  }
}

function defaultAggregation({ type, advice }: Descriptor): Aggregation {
  switch (type) {
    case 'HISTOGRAM':
      return {
        type: 'histogram',
        boundaries: sortedBoundaries(advice.explicitBucketBoundaries ?? defaultBoundaries),
        hasMinMax: true,
      };
    case 'GAUGE':
    case 'OBSERVABLE_GAUGE':
      return { type: 'last value' };
    default:
      return { type: 'sum' };
  }
}

/** In order, each once. */
function sortedBoundaries(boundaries: readonly number[]): readonly number[] {
  // OTLP and Prometheus refuse a repeated boundary.
  const distinct = new Set(boundaries.filter((boundary) => Number.isFinite(boundary)));
  return Object.freeze([...distinct].toSorted((a, b) => a - b));
}

/** Whether two aggregations give the same result. */
export function isSameAggregation(one: Aggregation, other: Aggregation): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
