import { knownMetrics } from './known-series.ts';
import type { HistogramRule, MappedMetric, Mapping, SeriesRule } from './mapping.ts';

/** A Prometheus recording rule. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Returns the rules that restore a mapping's old names, in its order. */
export function recordingRules(mapping: Mapping): RecordingRule[] {
  const rules = mapping.rules.flatMap((rule) => rulesOf(rule, mapping));
  const means = mapping.unchanged.flatMap((name): RecordingRule[] =>
    mapping.mean !== undefined && knownMetrics.get(name)?.instrument === 'histogram'
      ? [{ record: name, expr: meanOf(name, '', mapping.keep, mapping.mean) }]
      : [],
  );
  return [...rules, ...means];
}

/** Returns the series names that one entry of a mapping records. */
export function recordedNames(rule: MappedMetric, mapping: Pick<Mapping, 'mean'>): string[] {
  if (rule.kind !== 'histogram') return [rule.record];
  const family = ['_bucket', '_sum', '_count'].map((suffix) => rule.record + suffix);
  return mapping.mean === undefined ? family : [...family, rule.record];
}

function rulesOf(rule: MappedMetric, mapping: Mapping): RecordingRule[] {
  const recorded = (
    record: string,
    expr: string,
    labels: Readonly<Record<string, string>> = rule.set,
  ): RecordingRule => (Object.keys(labels).length === 0 ? { record, expr } : { record, expr, labels });
  if (rule.kind === 'query') return [recorded(rule.record, withKeptLabels(rule.query, mapping))];
  if (rule.kind === 'from') {
    const expression = scaled(aggregated(rule, rule.from, mapping), rule.multiply);
    // target_info exists as soon as the bot is scraped
    const zero = `or\n0 * ${summed('max', mapping.keep, 'target_info')}`;
    return [recorded(rule.record, rule.zero ? `${expression}\n${zero}` : expression)];
  }
  const buckets = bucketRules(rule, mapping).map(({ expr, labels = {} }) =>
    recorded(`${rule.record}_bucket`, expr, { ...rule.set, ...labels }),
  );
  const part = (suffix: string, factor: number) =>
    recorded(rule.record + suffix, scaled(aggregated(rule, rule.histogram + suffix, mapping), factor));
  const mean = (window: string) => {
    const labels = [...mapping.keep, ...Object.keys(rule.labels)];
    const series = (suffix: string) =>
      renamed(rule, `rate(${selected(rule.histogram + suffix, rule.where)}[${window}])`);
    const quotient = divided(labels, series('_sum'), series('_count'));
    return recorded(rule.record, scaled(quotient, rule.multiply));
  };
  return [
    ...buckets,
    part('_sum', rule.multiply),
    part('_count', 1),
    ...(mapping.mean === undefined ? [] : [mean(mapping.mean)]),
  ];
}

/**
 * Restores the buckets of a histogram. Without a change of unit, a single rule is enough. Otherwise each bound needs a
 * rule that sets the new `le`, because PromQL cannot calculate with labels.
 *
 * `le` is written as Python's client and Prometheus 3 do (`1.0`), whichever Prometheus scraped it.
 */
function bucketRules(rule: HistogramRule, mapping: Mapping): Pick<RecordingRule, 'expr' | 'labels'>[] {
  const ours = knownMetrics.get(rule.histogram)?.boundaries;
  if (rule.multiply === 1) {
    const bounds = rule.buckets.length === 0 ? '' : `le=~"${[...rule.buckets.map(boundPattern), '[+]Inf'].join('|')}"`;
    const where = [rule.where, bounds].filter((part) => part !== '').join(', ');
    const spelled = replaced(selected(`${rule.histogram}_bucket`, where), 'le', '$1.0', 'le', '([0-9]+)');
    return [{ expr: summed('sum', [...mapping.keep, ...Object.keys(rule.labels), 'le'], renamed(rule, spelled)) }];
  }
  const bounds = rule.buckets.length > 0 ? rule.buckets : (ours ?? []).map((bound) => rounded(bound * rule.multiply));
  const finite = bounds.map((bound) => {
    const source =
      ours?.find((candidate) => closeTo(candidate * rule.multiply, bound)) ?? rounded(bound / rule.multiply);
    return { le: spelledBound(bound), pattern: boundPattern(source) };
  });
  return [...finite, { le: '+Inf', pattern: '[+]Inf' }].map(({ le, pattern }) => {
    const where = [rule.where, `le=~"${pattern}"`].filter((part) => part !== '').join(', ');
    const series = selected(`${rule.histogram}_bucket`, where);
    return {
      expr: summed('sum', [...mapping.keep, ...Object.keys(rule.labels)], renamed(rule, series)),
      labels: { le },
    };
  });
}

function aggregated(rule: SeriesRule | HistogramRule, series: string, mapping: Mapping): string {
  const operator = rule.kind === 'from' ? rule.aggregate : 'sum';
  return summed(operator, [...mapping.keep, ...Object.keys(rule.labels)], renamed(rule, selected(series, rule.where)));
}

/** Copies our labels to the old names, then replaces values with their old ones. */
function renamed(rule: SeriesRule | HistogramRule, series: string): string {
  let expression = series;
  for (const [old, ours] of Object.entries(rule.labels)) {
    if (old !== ours) expression = replaced(expression, old, '$1', ours, '(.*)');
    for (const [value, oldValue] of Object.entries(rule.values[old] ?? {})) {
      // In a replacement, $ would begin the name of a group.
      expression = replaced(expression, old, oldValue.replaceAll('$', '$$$$'), ours, escaped(value));
    }
  }
  return expression;
}

function replaced(expression: string, label: string, value: string, source: string, pattern: string): string {
  return call('label_replace', expression, `"${label}", ${JSON.stringify(value)}, "${source}", "${pattern}"`);
}

/** A function call, on one line if it fits. */
function call(name: string, expression: string, ...more: readonly string[]): string {
  const line = `${name}(${[expression, ...more].join(', ')})`;
  if (line.length <= 110 && !line.includes('\n')) return line;
  return `${name}(\n${[expression, ...more].map(indented).join(',\n')}\n)`;
}

function meanOf(histogram: string, where: string, labels: readonly string[], window: string): string {
  const series = (suffix: string) => `rate(${selected(histogram + suffix, where)}[${window}])`;
  return divided(labels, series('_sum'), series('_count'));
}

/** A quotient of sums that is absent, not NaN, if nothing was counted. */
function divided(labels: readonly string[], numerator: string, denominator: string): string {
  return `${summed('sum', labels, numerator)}\n/\n(${summed('sum', labels, denominator)} > 0)`;
}

function summed(operator: string, labels: readonly string[], expression: string): string {
  return call(`${operator} by (${labels.join(', ')}) `, expression);
}

function scaled(expression: string, factor: number): string {
  return factor === 1 ? expression : `${factor} * ${expression}`;
}

function selected(series: string, where: string): string {
  return where === '' ? series : `${series}{${where}}`;
}

function indented(expression: string): string {
  return expression.replace(/^/gmu, '  ');
}

/** A pattern that matches every spelling of a bound: `1`, `1.0`; `1e+06`, `1000000`. */
function boundPattern(bound: number): string {
  const spellings = [spelledBound(bound), String(bound)].map(escaped);
  const [spelled = '', plain = ''] = spellings;
  return spelled === `${plain}[.]0` ? `${plain}([.]0)?` : [...new Set(spellings)].join('|');
}

function spelledBound(bound: number): string {
  if (bound >= 1e6) return bound.toExponential().replace(/e\+(\d)$/u, 'e+0$1');
  return Number.isInteger(bound) ? `${bound}.0` : String(bound);
}

function escaped(text: string): string {
  return text.replace(/[.+*?()[\]{}|^$\\]/gu, (character) =>
    character === '\\' || character === '^' ? `\\\\${character}` : `[${character}]`,
  );
}

function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

/** Replaces `<keep>` in a mapping's PromQL with the kept labels. */
export function withKeptLabels(query: string, mapping: Pick<Mapping, 'keep'>): string {
  return query.replaceAll('<keep>', mapping.keep.join(', '));
}

/** Equal up to the last digits, which multiplication may change. */
export function closeTo(a: number, b: number): boolean {
  return Math.abs(a - b) <= Math.abs(b) * 1e-9;
}
