import type { Resource } from '@opentelemetry/resources';
import type { AggregationOption, IMetricReader, ViewOptions } from '@opentelemetry/sdk-metrics';
import type { ExemplarFilter } from './exemplars/exemplar-store.ts';
import { aggregationTypeOf } from './streams/aggregation.ts';

/** How a {@link MeterProvider} is made. */
export interface MeterProviderOptions {
  /** What every metric says of its origin. Default: the default resource of `@opentelemetry/resources`. */
  readonly resource?: Resource | undefined;
  /** Which instruments are changed how; each that matches makes a stream of its own. */
  readonly views?: readonly ViewOptions[] | undefined;
  /** What collects: any reader of `@opentelemetry/sdk-metrics`, or one that takes snapshots. */
  readonly readers?: readonly IMetricReader[] | undefined;
  /** Which measurements may become exemplars. Default `trace_based`: those in a sampled span. */
  readonly exemplarFilter?: ExemplarFilter | undefined;
  /** How long a collection waits for asynchronous callbacks, if its reader is not less patient. Default 5,000 ms. */
  readonly callbackTimeoutMillis?: number | undefined;
  /** Whether readers record `otel.sdk.*` about themselves here, those that can. Default false. */
  readonly sdkMetricsEnabled?: boolean | undefined;
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

const optionNames: readonly string[] = [
  'resource',
  'views',
  'readers',
  'exemplarFilter',
  'callbackTimeoutMillis',
  'sdkMetricsEnabled',
  'now',
] satisfies readonly (keyof MeterProviderOptions)[];

const filters: readonly unknown[] = ['trace_based', 'always_on', 'always_off'] satisfies readonly ExemplarFilter[];

/** @throws TypeError that names the option, its value and what is allowed */
export function checkOptions(options: MeterProviderOptions): void {
  for (const name of Object.keys(options)) {
    if (!optionNames.includes(name))
      throw optionError(`there is no option ${name}; the options are ${optionNames.join(', ')}`);
  }
  const { exemplarFilter, callbackTimeoutMillis, now, views = [], readers = [] } = options;
  if (exemplarFilter !== undefined && !filters.includes(exemplarFilter)) {
    throw optionError(`exemplarFilter must be one of ${filters.join(', ')}, got ${describeValue(exemplarFilter)}`);
  }
  if (callbackTimeoutMillis !== undefined && !(callbackTimeoutMillis > 0)) {
    throw optionError(`callbackTimeoutMillis must be a number above 0, got ${describeValue(callbackTimeoutMillis)}`);
  }
  if (now !== undefined && typeof now !== 'function')
    throw optionError(`now must be a function, got ${describeValue(now)}`);
  for (const [index, view] of views.entries()) checkView(view, `views[${index}]`);
  for (const [index, reader] of readers.entries()) {
    if (typeof reader?.setMetricProducer === 'function') continue;
    throw optionError(`readers[${index}] must be a metric reader, got ${describeValue(reader)}`);
  }
}

/** https://opentelemetry.io/docs/specs/otel/metrics/sdk/#view */
function checkView(view: ViewOptions, path: string): void {
  if (typeof view !== 'object' || view === null)
    throw optionError(`${path} must be an object, got ${describeValue(view)}`);
  if (selectors.every((selector) => view[selector] === undefined)) {
    throw optionError(`${path} must select instruments by at least one of ${selectors.join(', ')}`);
  }
  if (view.name !== undefined && (view.instrumentName === undefined || /[*?]/u.test(view.instrumentName))) {
    throw optionError(
      `${path}.name needs an instrumentName without a wildcard, because one name is for one metric, got ${describeValue(view.instrumentName)}`,
    );
  }
  const limit: unknown = view.aggregationCardinalityLimit;
  if (limit !== undefined && !(Number.isSafeInteger(limit) && (limit as number) > 0)) {
    throw optionError(
      `${path}.aggregationCardinalityLimit must be a whole number above 0, got ${describeValue(limit)}`,
    );
  }
  if (view.aggregation !== undefined) checkAggregation(view.aggregation, `${path}.aggregation`);
}

function checkAggregation(aggregation: AggregationOption, path: string): void {
  if (aggregationTypeOf(aggregation) === undefined) {
    throw optionError(`${path}.type must be an AggregationType, got ${describeValue(aggregation.type)}`);
  }
  const options: unknown = Reflect.get(aggregation, 'options');
  if (aggregationTypeOf(aggregation) !== 'histogram' || options === undefined) return;
  const boundaries: unknown = Reflect.get(Object(options), 'boundaries');
  if (!areBoundaries(boundaries)) {
    throw optionError(`${path}.options.boundaries must be a list of numbers, got ${describeValue(boundaries)}`);
  }
}

/** Whether it is a list of bucket boundaries. */
export function areBoundaries(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'number' && !Number.isNaN(each));
}

function optionError(message: string): TypeError {
  return new TypeError(`[trademeter/metric-store] ${message}`);
}

/** A short text for any value, for messages. Never throws. */
export function describeValue(value: unknown): string {
  try {
    if (value instanceof Error) return JSON.stringify(value.message.slice(0, 300));
    if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
    if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
    return typeof value === 'function' ? 'a function' : String(value);
  } catch {
    return `a ${typeof value}`;
  }
}
