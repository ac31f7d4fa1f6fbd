import type { ViewOptions } from '@opentelemetry/sdk-metrics';
import {
  ConfigurationError,
  hasMethods,
  isObject,
  nonEmptyString,
  type OptionCheck,
  oneOf,
  type Problems,
} from '@trademeter/config';
import { defineMetric } from '@trademeter/instrumentation';
import { AggregationType, InstrumentType, type StoreViewOptions } from '@trademeter/metric-store';
import { allMetrics, type MetricDefinition } from '@trademeter/semantic-conventions';
import type { TelemetryOptions } from './options.ts';

const anyString: OptionCheck = { allowed: 'a string', accepts: (value) => typeof value === 'string' };

const boundaryList: OptionCheck = {
  allowed: 'a non-empty list of finite, ascending numbers',
  accepts: (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((bound, index) => Number.isFinite(bound) && (index === 0 || bound > value[index - 1])),
};

/**
 * Creates a view for each metric of the conventions and of the user, with buckets and cardinality limit. Two views that
 * match one instrument would count it twice, so a user's view replaces ours.
 */
export function planViews(options: TelemetryOptions, problems: Problems): StoreViewOptions[] {
  const definitions = readDefinitions(options.metrics ?? [], problems);
  const buckets = readBuckets(options.buckets ?? {}, definitions, problems);
  const given = (options.views ?? []).filter((view, index) => checkView(view, `views[${index}]`, problems));
  const ours = [...definitions.values()].map((definition) => viewOf(definition, buckets));
  const foreign = [...buckets.keys()]
    .filter((name) => !definitions.has(name))
    .map((name) => histogramView(name, buckets));
  checkBucketsAreUsed(given, buckets, definitions, problems);
  return [
    ...given.map((view) => ({ ...ours.find(({ instrumentName }) => instrumentName === view.instrumentName), ...view })),
    ...[...ours, ...foreign].filter(({ instrumentName = '' }) => {
      const known = { name: instrumentName, kind: 'histogram' as const, ...knownOf(definitions.get(instrumentName)) };
      return !given.some((view) => mayMatch(view, known));
    }),
  ];
}

function readDefinitions(metrics: readonly MetricDefinition[], problems: Problems): Map<string, MetricDefinition> {
  const definitions = new Map<string, MetricDefinition>(allMetrics.map((metric) => [metric.name, metric]));
  for (const [index, metric] of metrics.entries()) {
    const path = `metrics[${index}]`;
    const problem = problemOf(metric);
    if (problem !== undefined) problems.add(path, `${path}: ${problem}`, metric);
    else if (definitions.get(metric.name) === metric) continue;
    else if (definitions.has(metric.name))
      problems.add(path, `${path}: a metric named ${metric.name} already exists`, metric);
    else definitions.set(metric.name, metric);
  }
  return definitions;
}

function problemOf(metric: MetricDefinition): string | undefined {
  if (!isObject(metric)) return 'a metric must be a definition made by defineMetric';
  try {
    defineMetric({ ...metric });
    return undefined;
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problem;
    throw error;
  }
}

type Buckets = ReadonlyMap<string, readonly number[]>;

function readBuckets(
  buckets: Readonly<Record<string, readonly number[]>>,
  definitions: ReadonlyMap<string, MetricDefinition>,
  problems: Problems,
): Buckets {
  for (const [name, boundaries] of Object.entries(buckets)) {
    const path = `buckets[${JSON.stringify(name)}]`;
    if (!boundaryList.accepts(boundaries)) problems.mustBe(path, boundaryList, boundaries);
    const definition = definitions.get(name);
    if (definition === undefined && isOurs(name)) {
      problems.add(path, `${path}: no metric has this name${similar(name, definitions)}`, boundaries);
    } else if (name === '' || name.includes('*')) {
      problems.add(
        path,
        `${path}: the name must be that of one metric; for patterns, use the views option`,
        boundaries,
      );
    } else if (definition !== undefined && definition.instrument !== 'histogram') {
      problems.add(path, `${path}: a ${definition.instrument} has no buckets; only histograms have them`, boundaries);
    }
  }
  return new Map(Object.entries(buckets));
}

function isOurs(name: string): boolean {
  return name.startsWith('trading.') || name.startsWith('trademeter.');
}

/** Suggests a name for likely mistakes: `trading_order_fill_duration_seconds`, `trading.order.fill`. */
function similar(name: string, definitions: ReadonlyMap<string, MetricDefinition>): string {
  const plain = (text: string): string => text.replaceAll(/[._]/g, '');
  const near = [...definitions.values()].find(
    (each) =>
      each.instrument === 'histogram' &&
      (plain(each.name).startsWith(plain(name)) || plain(name).startsWith(plain(each.name))),
  );
  return near === undefined ? '' : `; did you mean ${near.name}?`;
}

function viewOf(definition: MetricDefinition, buckets: Buckets): StoreViewOptions {
  const { name, instrument, boundaries, cardinalityLimit } = definition;
  const limit = cardinalityLimit === undefined ? {} : { aggregationCardinalityLimit: cardinalityLimit };
  if (instrument !== 'histogram') return { instrumentName: name, ...limit };
  return {
    ...histogramView(name, boundaries === undefined ? buckets : new Map([[name, boundaries], ...buckets])),
    ...limit,
  };
}

function histogramView(name: string, buckets: Buckets): StoreViewOptions {
  return {
    instrumentName: name,
    // A counter of another package with this name must not become a histogram.
    instrumentType: InstrumentType.HISTOGRAM,
    // Ignored by readers that want exponential buckets.
    explicitBucketBoundaries: buckets.get(name) ?? [],
  };
}

const selectorChecks = {
  instrumentName: nonEmptyString,
  instrumentType: oneOf(...Object.values(InstrumentType)),
  instrumentUnit: anyString,
  meterName: nonEmptyString,
  meterVersion: anyString,
  meterSchemaUrl: anyString,
};
const selectors = Object.keys(selectorChecks);
const viewChecks: Readonly<Record<keyof ViewOptions, OptionCheck>> = {
  ...selectorChecks,
  name: nonEmptyString,
  description: anyString,
  attributesProcessors: {
    allowed: "a list of OpenTelemetry's attribute processors",
    accepts: (value) => Array.isArray(value) && value.every((each) => hasMethods(each, 'process')),
  },
  aggregation: { allowed: "one of OpenTelemetry's aggregations", accepts: isObject },
  aggregationCardinalityLimit: {
    allowed: 'a whole number above 0',
    accepts: (value) => Number.isSafeInteger(value) && (value as number) > 0,
  },
};

function checkView(view: ViewOptions, path: string, problems: Problems): boolean {
  problems.checkKeys(path, view, Object.keys(viewChecks));
  const wrong = Object.entries(viewChecks).filter(([key, check]) => {
    const value: unknown = Reflect.get(view, key);
    return problems.check(`${path}.${key}`, value, check) !== value;
  });
  if (wrong.length > 0) return false;
  if (selectors.every((selector) => Reflect.get(view, selector) === undefined)) {
    problems.add(path, `${path} must select instruments by at least one of ${selectors.join(', ')}`, view);
    return false;
  }
  if (view.name !== undefined && (view.instrumentName === undefined || view.instrumentName.includes('*'))) {
    problems.add(`${path}.name`, `${path}.name also needs an instrumentName without a wildcard`, view.name);
  }
  const { aggregation } = view;
  if (aggregation === undefined) return true;
  problems.check(`${path}.aggregation.type`, aggregation.type, {
    allowed: 'an AggregationType of @opentelemetry/sdk-metrics',
    accepts: (type) => Object.values(AggregationType).includes(type as AggregationType),
  });
  if (aggregation.type === AggregationType.EXPLICIT_BUCKET_HISTOGRAM && aggregation.options !== undefined) {
    const { boundaries } = aggregation.options;
    if (!boundaryList.accepts(boundaries))
      problems.mustBe(`${path}.aggregation.options.boundaries`, boundaryList, boundaries);
  }
  return true;
}

function checkBucketsAreUsed(
  given: readonly ViewOptions[],
  buckets: Buckets,
  definitions: ReadonlyMap<string, MetricDefinition>,
  problems: Problems,
): void {
  for (const [name, boundaries] of buckets) {
    const known = { name, kind: 'histogram' as const, unit: definitions.get(name)?.unit };
    const taking = given.findIndex(
      (view) => mayMatch(view, known) && (view.aggregation !== undefined || view.instrumentName !== name),
    );
    if (taking < 0) continue;
    const path = `buckets[${JSON.stringify(name)}]`;
    problems.add(path, `${path} has no effect, because views[${taking}] matches that metric`, boundaries);
  }
}

function knownOf(definition: MetricDefinition | undefined): Partial<Known> {
  return definition === undefined ? {} : { kind: definition.instrument, unit: definition.unit };
}

/** What is known about an instrument. */
interface Known {
  readonly name: string;
  readonly kind?: MetricDefinition['instrument'] | undefined;
  readonly unit?: string | undefined;
}

function mayMatch(view: ViewOptions, { name, kind, unit }: Known): boolean {
  const type = view.instrumentType?.replaceAll('_', '').toLowerCase();
  return (
    (view.instrumentName === undefined || matchesPattern(view.instrumentName, name)) &&
    (type === undefined || kind === undefined || type === kind || type === `observable${kind}`) &&
    (view.instrumentUnit === undefined || unit === undefined || view.instrumentUnit === unit) &&
    (view.meterName === undefined || mayBeMeter(view.meterName, name))
  );
}

function mayBeMeter(selected: string, instrument: string): boolean {
  // Metrics with our names come from our meters, or from the user's own code.
  return !isOurs(instrument) || selected.startsWith('@trademeter/');
}

function matchesPattern(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}
