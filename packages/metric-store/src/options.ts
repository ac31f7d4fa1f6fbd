import type { Resource } from '@opentelemetry/resources';
import type { AggregationOption, IMetricReader, ViewOptions } from '@opentelemetry/sdk-metrics';
import {
  anyBoolean,
  anyFunction,
  anyList,
  anyString,
  ConfigurationError,
  checkOptions,
  describeValue,
  hasMethods,
  integerBetween,
  isObject,
  listOf,
  nonEmptyString,
  type OptionCheck,
  oneOf,
  optionError,
  timerMillis,
} from '@trademeter/config';
import type { DropReason } from './dropped-measurements.ts';
import type { ExemplarFilter } from './exemplars/exemplar-store.ts';
import { aggregationTypeOf } from './streams/aggregation.ts';

/** StoreViewOptions are the SDK's view options, plus bucket boundaries for histograms. */
export interface StoreViewOptions extends ViewOptions {
  /**
   * Upper bucket boundaries, if the reader's aggregation has explicit buckets. They override the instrument's advice, and
   * are overridden by an `aggregation` of the view.
   */
  readonly explicitBucketBoundaries?: readonly number[] | undefined;
}

/** Options of a {@link MeterProvider}. */
export interface MeterProviderOptions {
  /**
   * What every metric says of its origin.
   *
   * @default {@link defaultResource}
   */
  readonly resource?: Resource | undefined;
  /** Views. Each view that matches an instrument creates its own stream. */
  readonly views?: readonly StoreViewOptions[] | undefined;
  /** Metric readers: any of `@opentelemetry/sdk-metrics`, or readers of snapshots. */
  readonly readers?: readonly IMetricReader[] | undefined;
  /**
   * Which measurements may become exemplars; `trace_based`: those in a sampled span.
   *
   * @default `trace_based`
   */
  readonly exemplarFilter?: ExemplarFilter | undefined;
  /**
   * Milliseconds that a collection waits for asynchronous callbacks; a shorter limit of its reader applies.
   *
   * @default 5,000
   */
  readonly callbackTimeoutMillis?: number | undefined;
  /**
   * Whether the provider records the duration and the series of each reader's collections.
   *
   * @default false
   */
  readonly sdkMetricsEnabled?: boolean | undefined;
  /** Called with the reason of each dropped measurement, except those dropped during the call. */
  readonly onDrop?: ((reason: DropReason) => void) | undefined;
  /**
   * Milliseconds since the epoch.
   *
   * @default `Date.now`
   */
  readonly now?: (() => number) | undefined;
}

const selectors = [
  'instrumentName',
  'instrumentType',
  'instrumentUnit',
  'meterName',
  'meterVersion',
  'meterSchemaUrl',
] as const satisfies readonly (keyof ViewOptions)[];

const packageName = 'metric-store';
const filters = ['trace_based', 'always_on', 'always_off'] as const satisfies readonly ExemplarFilter[];

const checks: Readonly<Record<keyof MeterProviderOptions, OptionCheck>> = {
  resource: { allowed: 'an OpenTelemetry resource', accepts: isObject },
  views: anyList,
  readers: anyList,
  exemplarFilter: oneOf(...filters),
  callbackTimeoutMillis: timerMillis,
  sdkMetricsEnabled: anyBoolean,
  onDrop: anyFunction,
  now: anyFunction,
};

/** @throws ConfigurationError that names the option, its value and what is allowed */
export function checkProviderOptions(options: MeterProviderOptions): void {
  checkOptions(packageName, options, checks);
  const { views = [], readers = [] } = options;
  for (const [index, view] of views.entries()) checkView(view, `views[${index}]`);
  for (const [index, reader] of readers.entries()) {
    if (hasMethods(reader, 'setMetricProducer')) continue;
    throw optionError(packageName, `readers[${index}]`, { allowed: 'a metric reader' }, reader);
  }
}

const viewChecks: Readonly<Record<keyof StoreViewOptions, OptionCheck>> = {
  explicitBucketBoundaries: { allowed: 'a list of numbers', accepts: areBoundaries },
  name: nonEmptyString,
  description: anyString,
  attributesProcessors: listOf({ accepts: (value) => hasMethods(value, 'process') }, 'attribute processors'),
  aggregation: { allowed: 'an aggregation', accepts: isObject },
  aggregationCardinalityLimit: {
    ...integerBetween(1, Number.POSITIVE_INFINITY),
    allowed: 'a whole number above 0',
  },
  instrumentType: anyString,
  instrumentName: anyString,
  instrumentUnit: anyString,
  meterName: anyString,
  meterVersion: anyString,
  meterSchemaUrl: anyString,
};

/** https://opentelemetry.io/docs/specs/otel/metrics/sdk/#view */
function checkView(view: StoreViewOptions, path: string): void {
  checkOptions(packageName, view, viewChecks, [], path);
  const { name, instrumentName, aggregation } = view;
  if (selectors.every((selector) => view[selector] === undefined)) {
    const problem = `${path} must select instruments by at least one of ${selectors.join(', ')}`;
    throw new ConfigurationError(packageName, problem, { option: path, value: view });
  }
  if (name !== undefined && (instrumentName === undefined || /[*?]/u.test(instrumentName))) {
    const problem = `${path}.name needs an instrumentName without a wildcard, because a name is for one metric, got ${describeValue(instrumentName)}`;
    throw new ConfigurationError(packageName, problem, { option: `${path}.name`, value: name });
  }
  if (aggregation !== undefined) checkAggregation(aggregation, `${path}.aggregation`);
}

// A maxSize below 2 counts as 2, as the specification says. A series allocates all its cells.
const exponentialChecks: Readonly<Record<string, OptionCheck>> = {
  maxSize: integerBetween(0, 10_000),
  maxScale: integerBetween(-10, 20),
};

function checkAggregation(aggregation: AggregationOption, path: string): void {
  const type = aggregationTypeOf(aggregation);
  if (type === undefined) {
    throw optionError(packageName, `${path}.type`, { allowed: 'an AggregationType' }, aggregation.type);
  }
  const options: unknown = Reflect.get(aggregation, 'options');
  if (options === undefined) return;
  if (type === 'exponential histogram') {
    for (const [name, check] of Object.entries(exponentialChecks)) {
      const value: unknown = Reflect.get(Object(options), name);
      if (value !== undefined && !check.accepts(value))
        throw optionError(packageName, `${path}.options.${name}`, check, value);
    }
  }
  if (type !== 'histogram') return;
  const boundaries: unknown = Reflect.get(Object(options), 'boundaries');
  if (!areBoundaries(boundaries)) {
    throw optionError(packageName, `${path}.options.boundaries`, { allowed: 'a list of numbers' }, boundaries);
  }
}

/** Whether it is a list of bucket boundaries. */
export function areBoundaries(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'number' && !Number.isNaN(each));
}
