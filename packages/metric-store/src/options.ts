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
  positiveNumber,
} from '@trademeter/config';
import type { DropReason } from './dropped-measurements.ts';
import type { ExemplarFilter } from './exemplars/exemplar-store.ts';
import { aggregationTypeOf } from './streams/aggregation.ts';

/** A view of the SDK's, which may also give a histogram its buckets. */
export interface StoreViewOptions extends ViewOptions {
  /**
   * Upper boundaries of buckets, where the aggregation that the reader selects has explicit ones. They take the place of
   * the instrument's advice; an `aggregation` of the view's takes theirs.
   */
  readonly explicitBucketBoundaries?: readonly number[] | undefined;
}

/** How a {@link MeterProvider} is made. */
export interface MeterProviderOptions {
  /** What every metric says of its origin. Default: {@link defaultResource}. */
  readonly resource?: Resource | undefined;
  /** Which instruments are changed how; each that matches makes a stream of its own. */
  readonly views?: readonly StoreViewOptions[] | undefined;
  /** What collects: any reader of `@opentelemetry/sdk-metrics`, or one that takes snapshots. */
  readonly readers?: readonly IMetricReader[] | undefined;
  /** Which measurements may become exemplars. Default `trace_based`: those in a sampled span. */
  readonly exemplarFilter?: ExemplarFilter | undefined;
  /** How long a collection waits for asynchronous callbacks, if its reader is not less patient. Default 5,000 ms. */
  readonly callbackTimeoutMillis?: number | undefined;
  /** Whether the provider records how long collections take and how many series there are, by reader. Default false. */
  readonly sdkMetricsEnabled?: boolean | undefined;
  /** Called for each measurement that is dropped, and not for those dropped during the call. */
  readonly onDrop?: ((reason: DropReason) => void) | undefined;
  /** Milliseconds since the epoch. Default `Date.now`. */
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
  callbackTimeoutMillis: positiveNumber,
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

// A maxSize below 2 counts as 2, as the specification has it; a series has its cells in memory, used or not.
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
