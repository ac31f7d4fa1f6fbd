import { metricOf } from './catalogue-lookup.js';

/**
 * The query algebra: small enough for the live page to evaluate on what it has scraped, and rendered to PromQL for
 * Prometheus by {@link import('./promql.js').renderPromql}.
 *
 * Series are selected by `where` and combined to one per combination of the attributes in `by`. Counters,
 * updowncounters and histograms are added up, also over bots of the same mode; a gauge cannot be, so a gauge query also
 * keeps bots apart. Series of different `trading.mode` are never combined.
 */

/**
 * The condition for an attribute: this value, one of these values, or any value.
 *
 * @typedef {string | readonly string[] | { readonly present: true }} Condition
 */

/**
 * @typedef {object} Selection
 * @property {string} metric OpenTelemetry name, in the catalogue
 * @property {Readonly<Record<string, Condition>>} [where] conditions by attribute
 * @property {readonly string[]} [by] attributes that are kept
 */

/**
 * The span of a rate, increase, mean or quantile: `step`, the distance of two points of a chart and at least four
 * scrapes; `range`, the whole time range; or a fixed one.
 *
 * @typedef {'step' | 'range' | '1h' | '1d'} Span
 */

/**
 * The newest value of a gauge or updowncounter. `aggregate` says how series are combined: `sum` for an updowncounter,
 * `max` for a gauge unless given.
 *
 * @typedef {Selection & { readonly kind: 'last', readonly aggregate?: 'sum' | 'max' | 'min' | 'avg' }} LastQuery
 */

/**
 * Increase of a counter per second, times `per`. Of a histogram: of its count, or of its sum.
 *
 * @typedef {Selection & { readonly kind: 'rate', readonly of?: 'count' | 'sum', readonly per?: 1 | 60 | 3600 | 86400 }} RateQuery
 */

/**
 * Increase of a counter over a span, extrapolated as Prometheus does. Of a histogram: of its count, or of its sum. With
 * `fromZero`, which PromQL does not have, a series that appears between two scrapes counts from 0.
 *
 * @typedef {Selection & { readonly kind: 'increase', readonly over: Span, readonly of?: 'count' | 'sum', readonly fromZero?: true }} IncreaseQuery
 */

/**
 * A quantile of a histogram, by linear interpolation in its bucket.
 *
 * @typedef {Selection & { readonly kind: 'quantile', readonly quantile: number, readonly over: Span }} QuantileQuery
 */

/**
 * The mean of what a histogram recorded: increase of its sum by increase of its count. Absent when nothing was
 * recorded.
 *
 * @typedef {Selection & { readonly kind: 'mean', readonly over: Span }} MeanQuery
 */

/**
 * A histogram's observations in each bucket, per step; `le` is kept. For heatmaps.
 *
 * @typedef {Selection & { readonly kind: 'buckets' }} BucketsQuery
 */

/**
 * One query divided by another with the same `by`. Absent unless the divisor is above 0. With `orZero`, a series
 * only in the divisor counts as 0.
 *
 * @typedef {{ readonly kind: 'ratio', readonly of: Query, readonly to: Query, readonly orZero?: true }} RatioQuery
 */

/**
 * One query minus another with the same `by`. A series only in one of them counts as 0 in the other.
 *
 * @typedef {{ readonly kind: 'difference', readonly from: Query, readonly minus: Query }} DifferenceQuery
 */

/**
 * The scopes that record metrics of the conventions, with their version and schema URL, which ends in the version of
 * the conventions; the value is the number of their series.
 *
 * @typedef {{ readonly kind: 'scopes' }} ScopesQuery
 */

/**
 * Metrics that have reached their cardinality limit, by `__name__`; the value is the number of overflow series.
 *
 * @typedef {{ readonly kind: 'overflows' }} OverflowsQuery
 */

/**
 * @typedef {LastQuery | RateQuery | IncreaseQuery | QuantileQuery | MeanQuery | BucketsQuery} MetricQuery
 */

/** @typedef {MetricQuery | RatioQuery | DifferenceQuery | ScopesQuery | OverflowsQuery} Query */

/**
 * The parts of a query that read a metric, depth first.
 *
 * @param {Query} query
 * @returns {readonly MetricQuery[]}
 */
export function metricQueriesOf(query) {
  switch (query.kind) {
    case 'ratio':
      return [...metricQueriesOf(query.of), ...metricQueriesOf(query.to)];
    case 'difference':
      return [...metricQueriesOf(query.from), ...metricQueriesOf(query.minus)];
    case 'scopes':
    case 'overflows':
      return [];
    default:
      return [query];
  }
}

/**
 * The attributes that distinguish a query's series, besides the mode and, for a gauge, the bot.
 *
 * @param {Query} query
 * @returns {readonly string[]}
 */
export function attributesOf(query) {
  switch (query.kind) {
    case 'ratio':
      return attributesOf(query.of);
    case 'difference':
      return attributesOf(query.from);
    case 'scopes':
      return ['otel_scope_name', 'otel_scope_version', 'otel_scope_schema_url'];
    case 'overflows':
      return ['__name__'];
    default:
      return query.by ?? [];
  }
}

/**
 * Whether a query yields separate series for each bot.
 *
 * @param {Query} query
 * @returns {boolean}
 */
export function keepsBotsApart(query) {
  switch (query.kind) {
    case 'ratio':
      return keepsBotsApart(query.of);
    case 'difference':
      return keepsBotsApart(query.from);
    case 'scopes':
    case 'overflows':
      return true;
    default:
      return metricOf(query.metric).instrument === 'gauge' || (query.by ?? []).includes('instance');
  }
}

/**
 * How a `last` query combines series.
 *
 * @param {LastQuery} query
 * @returns {'sum' | 'max' | 'min' | 'avg'}
 */
export function aggregateOf({ metric, aggregate }) {
  return aggregate ?? (metricOf(metric).instrument === 'gauge' ? 'max' : 'sum');
}
