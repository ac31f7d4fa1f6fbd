import { type NamedMetric, translateUnit } from '@trademeter/prometheus-naming';
import type { Metric, MetricKind } from '../metrics/metric.ts';
import type { NameTranslation } from '../name-translation.ts';
import type { Warnings } from '../warnings.ts';

/** The type in a family's TYPE comment. */
export type FamilyType = 'counter' | 'gauge' | 'histogram';

/** Family is everything under one TYPE comment. */
export interface Family {
  /** The full Prometheus name: `trading_order_placed_total`. */
  readonly name: string;
  readonly type: FamilyType;
  /** Empty when none of the metrics has a description. */
  readonly help: string;
  /** The unit in words; empty for none. */
  readonly unit: string;
  readonly metrics: readonly Metric[];
}

interface Draft extends Family {
  help: string;
  unit: string;
  metrics: Metric[];
}

/**
 * Sorts metrics into families by their Prometheus name, and families by name. What would make the scrape ambiguous is
 * dropped and logged: metrics with one name and different types, descriptions other than the first, and metrics named
 * like another family's samples.
 *
 * @param taken a name that the exporter itself uses
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-metadata-1
 */
export function familiesOf(
  metrics: readonly Metric[],
  names: NameTranslation,
  warnings: Warnings,
  taken: string | undefined,
): Family[] {
  const drafts = new Map<string, Draft>();
  const conflicting = new Map<string, Set<FamilyType>>();
  for (const metric of metrics) {
    const type = familyTypes[metric.kind];
    const name = names.metricName(namedMetric(metric, type));
    if (name === undefined) {
      warnings.warnOnce(`dropped metric ${quote(metric)}: its name has no character that Prometheus allows`);
    } else if (name === taken) {
      warnings.warnOnce(`dropped metric ${quote(metric)}: the exporter writes ${name} itself`);
    } else {
      const draft = drafts.get(name);
      if (draft === undefined) drafts.set(name, newDraft(name, type, metric, names));
      else if (draft.type === type) addMetric(draft, metric, names, warnings);
      else conflicting.set(name, (conflicting.get(name) ?? new Set([draft.type])).add(type));
    }
  }
  for (const [name, types] of conflicting) {
    drafts.delete(name);
    warnings.warnOnce(
      `dropped ${name}: metrics with this name have different types (${[...types].toSorted().join(', ')})`,
    );
  }
  for (const { name, type } of drafts.values()) {
    if (type === 'histogram') dropSampleNames(name, drafts, warnings);
  }
  return [...drafts.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Monotonic sums are counters; other sums are gauges. */
const familyTypes: Readonly<Record<MetricKind, FamilyType>> = {
  counter: 'counter',
  updowncounter: 'gauge',
  gauge: 'gauge',
  histogram: 'histogram',
  'exponential histogram': 'histogram',
};

function namedMetric({ descriptor, kind }: Metric, type: FamilyType): NamedMetric {
  // As in the Collector, a sum that goes up and down gets no suffix. Only a gauge of unit 1 is a ratio.
  const instrument = kind === 'updowncounter' ? kind : type;
  return { name: descriptor.name.toWellFormed(), unit: descriptor.unit.toWellFormed(), instrument };
}

function newDraft(name: string, type: FamilyType, metric: Metric, names: NameTranslation): Draft {
  const { description, unit } = metric.descriptor;
  return { name, type, help: description, unit: translateUnit(unit, names.strategy), metrics: [metric] };
}

function addMetric(draft: Draft, metric: Metric, names: NameTranslation, warnings: Warnings): void {
  const { description } = metric.descriptor;
  const unit = translateUnit(metric.descriptor.unit, names.strategy);
  draft.help ||= description;
  if (description !== '' && description !== draft.help) {
    warnings.warnOnce(`${draft.name} has several descriptions, the first is exported: ${JSON.stringify(draft.help)}`);
  }
  draft.unit ||= unit;
  if (unit !== '' && unit !== draft.unit) {
    warnings.warnOnce(`${draft.name} has several units, the first is exported: ${JSON.stringify(draft.unit)}`);
  }
  draft.metrics.push(metric);
}

/** Without this, a gauge `x_count` next to a histogram `x` would be the same series twice. */
function dropSampleNames(histogram: string, drafts: Map<string, Draft>, warnings: Warnings): void {
  for (const suffix of ['_bucket', '_sum', '_count']) {
    const name = histogram + suffix;
    if (drafts.delete(name))
      warnings.warnOnce(`dropped ${name}: the histogram ${histogram} has samples with this name`);
  }
}

function quote(metric: Metric): string {
  return JSON.stringify(metric.descriptor.name);
}
