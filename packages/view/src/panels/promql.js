import { labelOf, metricOf } from './catalogue-lookup.js';
import { aggregateOf, keepsBotsApart } from './query.js';

/** @typedef {import('./query.js').Query} Query */
/** @typedef {import('./query.js').MetricQuery} MetricQuery */
/** @typedef {import('./query.js').Condition} Condition */
/** @typedef {import('./query.js').Span} Span */

/**
 * @typedef {object} PromqlOptions
 * @property {string} [rateInterval] what the span `step` is: a duration or Grafana's `$__rate_interval`. Default: `1m`
 * @property {string} [range] what the span `range` is: a duration or Grafana's `$__range`. Default: `1h`
 * @property {Readonly<Record<string, string>>} [filters] regular expressions by attribute, or by `job` and `instance`;
 *   each is applied to the metrics that have the attribute
 * @property {string} [mode] a regular expression for `trading.mode`, which is joined from target_info. Without it,
 *   modes are not distinguished: for a query about one bot
 */

/**
 * Renders a query in PromQL, with names from `@trademeter/prometheus-naming`: they are the same for scraped bots and
 * for bots that push through a Collector.
 *
 * @param {Query} query
 * @param {PromqlOptions} [options]
 * @returns {string}
 * @throws {RangeError} when the catalogue lacks a metric or an attribute
 */
export function renderPromql(query, options = {}) {
  switch (query.kind) {
    case 'ratio': {
      const [of, to] = [renderPromql(query.of, options), renderPromql(query.to, options)];
      return `${query.orZero === true ? `(${of} or 0 * ${to})` : of} / (${to} > 0)`;
    }
    case 'difference': {
      const [from, minus] = [renderPromql(query.from, options), renderPromql(query.minus, options)];
      return `(${from} or 0 * ${minus}) - (${minus} or 0 * ${from})`;
    }
    case 'scopes':
      return counted(
        ['otel_scope_name', 'otel_scope_version', 'otel_scope_schema_url'],
        ['__name__=~"(trading|trademeter)_.+"'],
        options,
      );
    case 'overflows':
      return counted(['__name__'], ['__name__=~".+"', 'otel_metric_overflow="true"'], options);
    case 'last':
      return aggregated(query, aggregateOf(query), instant(query, options), options);
    case 'rate': {
      const rate = aggregated(query, 'sum', ranged(query, 'rate', suffixOf(query.of, query), 'step', options), options);
      return query.per === undefined || query.per === 1 ? rate : `${query.per} * ${rate}`;
    }
    case 'increase':
      return aggregated(
        query,
        'sum',
        ranged(query, 'increase', suffixOf(query.of, query), query.over, options),
        options,
      );
    case 'quantile': {
      const buckets = ranged(query, query.over === 'step' ? 'rate' : 'increase', '_bucket', query.over, options);
      return `histogram_quantile(${query.quantile}, ${aggregated(query, 'sum', buckets, options, ['le'])})`;
    }
    case 'mean': {
      const name = query.over === 'step' ? 'rate' : 'increase';
      const [sum, count] = ['_sum', '_count'].map((suffix) =>
        aggregated(query, 'sum', ranged(query, name, suffix, query.over, options), options),
      );
      return `${sum} / (${count} > 0)`;
    }
    case 'buckets':
      return aggregated(query, 'sum', ranged(query, 'increase', '_bucket', 'step', options), options, ['le']);
  }
}

/**
 * @param {'count' | 'sum' | undefined} of
 * @param {MetricQuery} query
 * @returns {string}
 */
function suffixOf(of, { metric }) {
  return metricOf(metric).instrument === 'histogram' ? `_${of ?? 'count'}` : '';
}

/**
 * @param {MetricQuery} query
 * @param {PromqlOptions} options
 * @returns {string}
 */
function instant(query, options) {
  return selector(metricOf(query.metric).prometheusName, matchersOf(query, options));
}

/**
 * @param {MetricQuery} query
 * @param {'rate' | 'increase'} call
 * @param {string} suffix
 * @param {Span} span
 * @param {PromqlOptions} options
 * @returns {string}
 */
function ranged(query, call, suffix, span, options) {
  const series = selector(`${metricOf(query.metric).prometheusName}${suffix}`, matchersOf(query, options));
  return `${call}(${series}[${durationOf(span, options)}])`;
}

/**
 * @param {Span} span
 * @param {PromqlOptions} options
 * @returns {string}
 */
function durationOf(span, { rateInterval = '1m', range = '1h' }) {
  if (span === 'step') return rateInterval;
  return span === 'range' ? range : span;
}

/**
 * @param {MetricQuery} query
 * @param {string} aggregate
 * @param {string} series
 * @param {PromqlOptions} options
 * @param {readonly string[]} [labels]
 * @returns {string}
 */
function aggregated(query, aggregate, series, options, labels = []) {
  const bot = keepsBotsApart(query) ? ['job', 'instance'] : [];
  const kept = [...labels, ...new Set([...bot, ...(query.by ?? []).map(labelOf)])];
  // Prometheus' own series of a scrape exist without target_info
  const mode = metricOf(query.metric).domain === 'scrape' ? undefined : options.mode;
  const span = 'over' in query && query.over !== 'step' ? durationOf(query.over, options) : undefined;
  return joined(aggregate, kept, { series, span, options: { ...options, mode } });
}

/**
 * The number of series of any name. Multiplied by target_info, they would lose their names and collide.
 *
 * @param {readonly string[]} labels
 * @param {readonly string[]} matchers
 * @param {PromqlOptions} options
 * @returns {string}
 */
function counted(labels, matchers, options) {
  const series = selector('', [...matchers, ...targetMatchers(options)]);
  const count = `count by (${['job', 'instance', ...labels].join(', ')}) (${series})`;
  return options.mode === undefined ? count : `${count} and on (job, instance) ${infoOf(options.mode, options)}`;
}

/**
 * The target_info of the bots in a mode.
 *
 * @param {string} mode
 * @param {{ readonly filters?: PromqlOptions['filters'] }} options
 * @returns {string}
 */
function infoOf(mode, options) {
  return selector('target_info', [...targetMatchers(options), `${labelOf('trading.mode')}=~${quote(mode)}`]);
}

/**
 * @param {string} aggregate
 * @param {readonly string[]} labels
 * @param {{ readonly series: string, readonly span: string | undefined, readonly options: { readonly mode?: string | undefined, readonly filters?: PromqlOptions['filters'] } }} of
 * @returns {string}
 */
function joined(aggregate, labels, { series, span, options }) {
  if (options.mode === undefined) return `${aggregate} by (${labels.join(', ')}) (${series})`;
  const mode = labelOf('trading.mode');
  const info = infoOf(options.mode, options);
  // A Collector keeps target_info of an ended process for a while: the mode is the same, the rest differs.
  const byMode = (/** @type {string} */ infos) => `max by (job, instance, ${mode}) (${infos})`;
  // Bots that ended within the span count too; a target has one mode, the present one if there is one.
  const ended = `topk by (job, instance) (1, ${byMode(`last_over_time(${info}[${span}])`)})`;
  const modes = span === undefined ? byMode(info) : `(${byMode(info)} or on (job, instance) ${ended})`;
  return `${aggregate} by (${[...labels, mode].join(', ')}) (${series} * on (job, instance) group_left (${mode}) ${modes})`;
}

/**
 * @param {MetricQuery} query
 * @param {PromqlOptions} options
 * @returns {readonly string[]}
 */
function matchersOf(query, options) {
  const { attributes } = metricOf(query.metric);
  const conditions = Object.entries(query.where ?? {}).map(([key, condition]) => matcher(labelOf(key), condition));
  const filters = Object.entries(options.filters ?? {})
    .filter(([key]) => attributes.includes(key))
    .map(([key, pattern]) => `${labelOf(key)}=~${quote(pattern)}`);
  return [...conditions, ...targetMatchers(options), ...filters];
}

/**
 * @param {{ readonly filters?: PromqlOptions['filters'] }} options
 * @returns {readonly string[]}
 */
function targetMatchers({ filters = {} }) {
  return ['job', 'instance'].flatMap((label) =>
    filters[label] === undefined ? [] : `${label}=~${quote(filters[label])}`,
  );
}

/**
 * @param {string} label
 * @param {Condition} condition
 * @returns {string}
 */
function matcher(label, condition) {
  if (typeof condition === 'string') return `${label}=${quote(condition)}`;
  if ('present' in condition) return `${label}!=""`;
  return `${label}=~${quote(condition.map(escapeRegExp).join('|'))}`;
}

/**
 * @param {string} name
 * @param {readonly string[]} matchers
 * @returns {string}
 */
function selector(name, matchers) {
  return matchers.length === 0 ? name : `${name}{${matchers.join(', ')}}`;
}

/**
 * @param {string} text
 * @returns {string}
 */
function quote(text) {
  return JSON.stringify(text);
}

/**
 * @param {string} text
 * @returns {string}
 */
function escapeRegExp(text) {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);
}
