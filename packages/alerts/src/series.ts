import { type NamedMetric, translateLabelName, translateMetricName } from '@trademeter/prometheus-naming';
import type { AttributeDefinition, AttributeValue, MetricDefinition } from '@trademeter/semantic-conventions';

/** A metric that rules read: of the conventions, or of an OpenTelemetry instrumentation. */
export interface RuleMetric extends NamedMetric {
  readonly attributes: Readonly<Record<string, AttributeDefinition>>;
  readonly boundaries?: readonly number[];
}

/** The value that a label must have: one, one of several, or any. */
export type Matcher<V> = V | readonly V[] | typeof present;

/** Matches a label with any value. */
export const present: unique symbol = Symbol('present');

/** Matchers by attribute. Only the metric's attributes and their values are allowed. */
export type Matchers<D extends Pick<MetricDefinition, 'attributes'>> = {
  readonly [K in keyof D['attributes']]?: Matcher<AttributeValue<D['attributes'][K]>>;
};

/** The suffixes of a histogram's samples. */
export type HistogramSuffix = 'bucket' | 'sum' | 'count';

/** Selects the series of a metric: `trading_breaker_status{trading_breaker_state="open"}`. */
export function select<const D extends RuleMetric>(
  metric: D,
  matchers: Matchers<D> = {},
  suffix?: D['instrument'] extends 'histogram' ? HistogramSuffix : undefined,
): string {
  const name = prometheusName(metric) + (suffix === undefined ? '' : `_${suffix}`);
  const entries = Object.entries(matchers as Readonly<Record<string, Matcher<string>>>);
  if (entries.length === 0) return name;
  return `${name}{${entries.map(([key, matcher]) => `${label(key)}${matched(matcher)}`).join(', ')}}`;
}

/** The Prometheus name of a metric, without the suffix of a histogram's samples. */
export function prometheusName(metric: NamedMetric): string {
  const name = translateMetricName(metric);
  if (name === undefined) throw new Error(`the metric ${metric.name} has no Prometheus name`);
  return name;
}

/** The Prometheus label of an attribute. */
export function label(attribute: string): string {
  const name = translateLabelName(attribute);
  if (name === undefined) throw new Error(`the attribute ${attribute} has no Prometheus label`);
  return name;
}

function matched(matcher: Matcher<string>): string {
  if (matcher === present) return '!=""';
  return typeof matcher === 'string' ? `="${matcher}"` : `=~"${matcher.join('|')}"`;
}
