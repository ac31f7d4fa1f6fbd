import { labelOf, metricOf } from '../panels/catalogue-lookup.js';
import { aggregateOf, attributesOf } from '../panels/query.js';
import { extrapolatedIncrease, histogramQuantile } from './prometheus.js';

/** @typedef {import('../panels/query.js').Query} Query */
/** @typedef {import('../panels/query.js').MetricQuery} MetricQuery */
/** @typedef {import('../panels/query.js').Condition} Condition */
/** @typedef {import('./history.js').History} History */
/** @typedef {import('./history.js').Series} Series */

/**
 * @typedef {object} Result one series of a query's result
 * @property {string} key the values of its attributes
 * @property {Readonly<Record<string, string>>} attributes by OpenTelemetry key; `le` where buckets are asked for
 * @property {number} value
 */

/**
 * @typedef {object} Moment when a query is evaluated, and the spans that its names stand for
 * @property {number} atMillis
 * @property {number} stepMillis
 * @property {number} rangeMillis
 */

// The maximum age of a value, as in Prometheus.
const lookbackMillis = 300_000;

/**
 * Evaluates a query on one bot's history by Prometheus' rules. Parts that need data from before its last start
 * are absent.
 *
 * @param {Query} query
 * @param {History} history
 * @param {Moment} moment
 * @returns {Map<string, Result>}
 */
export function evaluate(query, history, moment) {
  switch (query.kind) {
    case 'last':
      return aggregated(query, history, aggregateOf(query), '', (series) => valueAt(history, series, moment.atMillis));
    case 'rate': {
      const seconds = moment.stepMillis / 1000;
      return scaled(increases(query, history, suffixOf(query), moment, moment.stepMillis), (query.per ?? 1) / seconds);
    }
    case 'increase':
      return increases(query, history, suffixOf(query), moment, spanOf(query.over, moment));
    case 'quantile':
      return quantiles(query, history, moment);
    case 'mean': {
      const span = spanOf(query.over, moment);
      const sums = increases(query, history, '_sum', moment, span);
      return divided(sums, increases(query, history, '_count', moment, span), false);
    }
    case 'buckets':
      return increases(query, history, '_bucket', moment, moment.stepMillis, ['le']);
    case 'ratio':
      return divided(evaluate(query.of, history, moment), evaluate(query.to, history, moment), query.orZero === true);
    case 'difference':
      return subtracted(evaluate(query.from, history, moment), evaluate(query.minus, history, moment));
    case 'scopes':
      return counted(query, history, (series) => /^(?:trading|trademeter)_/.test(series.name));
    case 'overflows':
      return counted(query, history, (series) => series.labels['otel_metric_overflow'] === 'true');
    default:
      return neverKind(query);
  }
}

/**
 * @param {never} query
 * @returns {never}
 */
function neverKind(query) {
  throw new RangeError(`there is no query of the kind ${JSON.stringify(query)}`);
}

/**
 * @param {import('../panels/query.js').Span} span
 * @param {Moment} moment
 */
export function spanOf(span, { stepMillis, rangeMillis }) {
  switch (span) {
    case 'step':
      return stepMillis;
    case 'range':
      return rangeMillis;
    case '1h':
      return 3_600_000;
    case '1d':
      return 86_400_000;
    default:
      throw new RangeError(`there is no span ${JSON.stringify(span)}`);
  }
}

/**
 * @param {import('../panels/query.js').RateQuery | import('../panels/query.js').IncreaseQuery} query
 * @returns {string}
 */
function suffixOf({ metric, of }) {
  return metricOf(metric).instrument === 'histogram' ? `_${of ?? 'count'}` : '';
}

/**
 * @param {History} history
 * @param {Series} series
 * @param {number} atMillis
 */
function valueAt(history, series, atMillis) {
  const index = history.indexAt(atMillis);
  if (index < 0 || (history.times[index] ?? 0) < atMillis - lookbackMillis) return Number.NaN;
  return series.column[index] ?? Number.NaN;
}

/**
 * @param {MetricQuery} query
 * @param {History} history
 * @param {string} suffix
 * @param {Moment} moment
 * @param {number} spanMillis
 * @param {readonly string[]} [labels]
 */
function increases(query, history, suffix, { atMillis }, spanMillis, labels = []) {
  const startMillis = atMillis - spanMillis;
  const last = history.indexAt(atMillis);
  const run = last < 0 ? 0 : history.runs[last];
  let first = history.indexAt(startMillis) + 1;
  while (first < last && history.runs[first] !== run) first += 1;
  return aggregated(
    query,
    history,
    'sum',
    suffix,
    (series) => {
      const increase = extrapolatedIncrease(history.times, series.column, first, last, startMillis, atMillis);
      const start = 'fromZero' in query ? startValue(series, first, last) : 0;
      return start > 0 ? (increase || 0) + start : increase;
    },
    labels,
  );
}

/**
 * The first value of a series if an earlier scrape of the window did not have it, else 0.
 *
 * @param {Series} series
 * @param {number} first
 * @param {number} last
 */
function startValue({ column }, first, last) {
  let index = first;
  while (index <= last && Number.isNaN(column[index] ?? Number.NaN)) index += 1;
  return index > first && index <= last ? (column[index] ?? 0) : 0;
}

/**
 * @param {MetricQuery} query
 * @param {History} history
 * @param {'sum' | 'max' | 'min' | 'avg'} aggregate
 * @param {string} suffix
 * @param {(series: Series) => number} read NaN where it has no value
 * @param {readonly string[]} [labels] kept besides the query's attributes
 * @returns {Map<string, Result>}
 */
function aggregated(query, history, aggregate, suffix, read, labels = []) {
  const conditions = Object.entries(query.where ?? {}).map(
    ([attribute, condition]) => /** @type {const} */ ([labelOf(attribute), condition]),
  );
  const kept = [
    ...(query.by ?? []).map((attribute) => /** @type {const} */ ([attribute, labelOf(attribute)])),
    ...labels.map((label) => /** @type {const} */ ([label, label])),
  ];
  /** @type {Map<string, Result & { count: number }>} */
  const results = new Map();
  for (const series of history.named(`${metricOf(query.metric).prometheusName}${suffix}`)) {
    if (!conditions.every(([label, condition]) => holds(condition, series.labels[label]))) continue;
    const value = read(series);
    if (Number.isNaN(value)) continue;
    const key = kept.map(([, label]) => series.labels[label] ?? '').join('\0');
    const result = results.get(key);
    if (result === undefined) {
      const entries = kept.flatMap(([attribute, label]) => {
        const content = series.labels[label];
        return content === undefined ? [] : [/** @type {const} */ ([attribute, content])];
      });
      results.set(key, { key, attributes: Object.fromEntries(entries), value, count: 1 });
    } else {
      result.count += 1;
      result.value = combine(aggregate, result.value, value);
    }
  }
  if (aggregate === 'avg') for (const result of results.values()) result.value /= result.count;
  return results;
}

/**
 * @param {'sum' | 'max' | 'min' | 'avg'} aggregate
 * @param {number} a
 * @param {number} b
 */
function combine(aggregate, a, b) {
  if (aggregate === 'max') return Math.max(a, b);
  return aggregate === 'min' ? Math.min(a, b) : a + b;
}

/**
 * @param {Condition} condition
 * @param {string | undefined} value
 */
function holds(condition, value) {
  if (typeof condition === 'string') return (value ?? '') === condition;
  if ('present' in condition) return value !== undefined;
  return condition.includes(value ?? '');
}

/**
 * @param {import('../panels/query.js').QuantileQuery} query
 * @param {History} history
 * @param {Moment} moment
 * @returns {Map<string, Result>}
 */
function quantiles(query, history, moment) {
  const buckets = increases(query, history, '_bucket', moment, spanOf(query.over, moment), ['le']);
  /** @type {Map<string, { attributes: Record<string, string>, buckets: [number, number][] }>} */
  const groups = new Map();
  for (const { key, attributes, value } of buckets.values()) {
    const { le = '', ...rest } = attributes;
    const groupKey = key.slice(0, Math.max(0, key.length - le.length - 1));
    const group = groups.get(groupKey) ?? { attributes: rest, buckets: [] };
    groups.set(groupKey, group);
    group.buckets.push([le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), value]);
  }
  /** @type {Map<string, Result>} */
  const results = new Map();
  for (const [key, group] of groups) {
    const value = histogramQuantile(query.quantile, group.buckets);
    if (!Number.isNaN(value)) results.set(key, { key, attributes: group.attributes, value });
  }
  return results;
}

/**
 * @param {Map<string, Result>} results
 * @param {number} factor
 */
function scaled(results, factor) {
  for (const result of results.values()) result.value *= factor;
  return results;
}

/**
 * @param {Map<string, Result>} of
 * @param {Map<string, Result>} to
 * @param {boolean} orZero
 */
function divided(of, to, orZero) {
  /** @type {Map<string, Result>} */
  const results = new Map();
  for (const [key, { attributes, value: divisor }] of to) {
    const value = of.get(key)?.value ?? (orZero ? 0 : Number.NaN);
    if (divisor > 0 && !Number.isNaN(value)) results.set(key, { key, attributes, value: value / divisor });
  }
  return results;
}

/**
 * @param {Map<string, Result>} from
 * @param {Map<string, Result>} minus
 */
function subtracted(from, minus) {
  /** @type {Map<string, Result>} */
  const results = new Map();
  for (const [key, { attributes }] of new Map([...minus, ...from])) {
    results.set(key, { key, attributes, value: (from.get(key)?.value ?? 0) - (minus.get(key)?.value ?? 0) });
  }
  return results;
}

/**
 * @param {Query} query
 * @param {History} history
 * @param {(series: Series) => boolean} counts
 */
function counted(query, history, counts) {
  const labels = attributesOf(query);
  /** @type {Map<string, Result>} */
  const results = new Map();
  for (const name of history.names()) {
    for (const series of history.named(name)) {
      if (!counts(series) || Number.isNaN(history.latest(series))) continue;
      const values = labels.map((label) => (label === '__name__' ? name : (series.labels[label] ?? '')));
      const key = values.join('\0');
      const result = results.get(key);
      if (result !== undefined) result.value += 1;
      else {
        const attributes = Object.fromEntries(labels.map((label, index) => [label, values[index] ?? '']));
        results.set(key, { key, attributes, value: 1 });
      }
    }
  }
  return results;
}
