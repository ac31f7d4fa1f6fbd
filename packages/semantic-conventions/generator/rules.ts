import { translateLabelName } from '@trademeter/prometheus-naming';
import { attributeConstant, definitionName, metricConstant, valueConstant } from './identifiers.ts';
import type { Attribute, Metric, Model } from './model.ts';
import { defaultCardinalityLimit, seriesOf, unassumedAttributes } from './series.ts';
import { prometheusName } from './sources.ts';

/**
 * Returns the violations of the rules, one line each, which starts with a name. The rules are OpenTelemetry's for names,
 * units and status metrics, Prometheus' for the translated names, and the conventions' own.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/general/naming/
 * @see https://opentelemetry.io/docs/specs/semconv/how-to-write-conventions/status-metrics/
 */
export function problemsOf(model: Model): string[] {
  return [
    ...model.attributes.flatMap((attribute) => attributeProblems(attribute, model)),
    ...model.metrics.flatMap((metric) => [
      ...metricNameProblems(metric),
      ...unitProblems(metric),
      ...histogramProblems(metric),
      ...observableProblems(metric),
      ...statusProblems(metric),
      ...attributeUseProblems(metric, model),
      ...proseProblems(metric.name, metric.brief),
      ...cardinalityProblems(metric),
    ]),
    ...namespaceProblems(model),
    ...collisionProblems(model),
  ];
}

// At least one namespace; lowercase; snake_case inside a part; no repeated delimiter, and none at the end.
const nameSyntax = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*(?:\.[a-z][a-z0-9]*(?:_[a-z0-9]+)*)+$/;
const valueSyntax = /^[a-z0-9]+(?:_[a-z0-9]+)*$/;
const ownNamespace = /^(?:trading|trademeter)\./;

// Words for a unit, or for what the instrument says already. `ratio` is allowed as the name of a quantity (`win_ratio`);
// the translation to Prometheus does not repeat it.
const unitWords = new Set(
  [
    ['s', 'sec', 'secs', 'second', 'seconds', 'ms', 'millis', 'millisecond', 'milliseconds', 'us', 'ns'],
    ['minute', 'minutes', 'hour', 'hours', 'day', 'days', 'byte', 'bytes', 'kb', 'mb', 'gb'],
    ['percent', 'percentage', 'pct', 'bps', 'bp', 'basis', 'currency', 'usd', 'eur', 'usdt', 'dollar', 'dollars'],
    ['total', 'count', 'counter', 'gauge', 'histogram', 'bucket', 'sum', 'info'],
  ].flat(),
);

function attributeProblems(attribute: Attribute, model: Model): string[] {
  const { key, values, stability, note, brief } = attribute;
  const problems: string[] = [];
  if (!nameSyntax.test(key)) problems.push(`${key}: must be lowercase, in snake_case, in a dot-separated namespace`);
  if (ownNamespace.test(key) && stability !== 'development') {
    problems.push(`${key}: its stability must be development, as its namespace is a proposal, got ${stability}`);
  }
  if (attribute.type === 'string' && values.length === 0 && attribute.examples.length === 0) {
    problems.push(`${key}: must have values or examples`);
  }
  for (const { id, value } of values) {
    if (ownNamespace.test(key) && (!valueSyntax.test(value) || id !== value)) {
      problems.push(`${key}: the value ${value} must be in snake_case and its own id`);
    }
  }
  const used =
    model.resourceAttributes.includes(key) ||
    model.metrics.some(({ attributes }) => attributes.some((other) => other.key === key));
  if (!used) problems.push(`${key}: no metric and no entity has it`);
  problems.push(...proseProblems(key, brief), ...(note === '' ? [] : proseProblems(key, note)));
  for (const value of values) problems.push(...proseProblems(`${key} ${value.value}`, value.brief));
  return problems;
}

function metricNameProblems({ name, instrument, unit, stability }: Metric): string[] {
  const problems: string[] = [];
  if (!nameSyntax.test(name)) problems.push(`${name}: must be lowercase, in snake_case, in a dot-separated namespace`);
  for (const word of name.split(/[._]/)) {
    if (unitWords.has(word)) problems.push(`${name}: a name must not say its unit or instrument, got ${word}`);
  }
  const parts = name.split('.');
  for (const part of parts.slice(0, -1)) {
    if (isPlural(part)) problems.push(`${name}: a namespace is never plural, got ${part}`);
  }
  const last = parts.at(-1) ?? '';
  if (isPlural(last) && instrument !== 'counter') problems.push(`${name}: the name of a ${instrument} is never plural`);
  if (isPlural(last) && !unit.startsWith('{'))
    problems.push(`${name}: a plural name must count something, got unit ${unit}`);
  if (ownNamespace.test(name) && stability !== 'development') {
    problems.push(`${name}: its stability must be development, as its namespace is a proposal, got ${stability}`);
  }
  return problems;
}

function unitProblems(metric: Metric): string[] {
  const { name, unit, instrument, valueType } = metric;
  const problems: string[] = [];
  if (!/^(?:s|By|1|\{[a-z]+(?:_[a-z]+)*\})$/.test(unit)) {
    problems.push(`${name}: the unit must be s, By, 1 or an annotation such as {order}, got ${unit}`);
  }
  if (isPlural(unit.slice(1, -1))) problems.push(`${name}: the unit must be singular, got ${unit}`);
  if (instrument === 'counter' && unit === '1') problems.push(`${name}: a counter must say what it counts, got unit 1`);
  if (/(?:utilization|ratio)$/.test(name) && unit !== '1') problems.push(`${name}: a ratio has unit 1, got ${unit}`);
  if (name.endsWith('utilization') && instrument !== 'gauge') {
    problems.push(`${name}: a utilization is a gauge, got a ${instrument}`);
  }
  if (unit === '{currency}' && levelOf(metric, 'trading.currency') !== 'required') {
    problems.push(`${name}: an amount of money must require trading.currency`);
  }
  if (valueType === 'int' && (unit === 's' || unit === '1')) {
    problems.push(`${name}: a value in ${unit} is a double`);
  }
  return problems;
}

function histogramProblems(metric: Metric): string[] {
  const { name, instrument, unit, boundaries } = metric;
  const isNamedDuration = name.endsWith('.duration');
  const isDuration = instrument === 'histogram' && unit === 's';
  const problems: string[] = [];
  if (isDuration && !isNamedDuration) {
    problems.push(`${name}: the name of a histogram in seconds must end in .duration`);
  }
  if (isNamedDuration && !isDuration) {
    problems.push(`${name}: only a histogram in seconds may end in .duration, got a ${instrument} in ${unit}`);
  }
  if (isDuration && levelOf(metric, 'error.type') !== 'conditionally_required') {
    problems.push(`${name}: a duration must have error.type, conditionally required on failure`);
  }
  if (instrument !== 'histogram') {
    if (boundaries !== undefined) problems.push(`${name}: a ${instrument} has no boundaries`);
    return problems;
  }
  if (boundaries === undefined) problems.push(`${name}: a histogram must have boundaries`);
  const ascending = (boundaries ?? []).every((bound, index, all) => index === 0 || bound > (all[index - 1] ?? bound));
  if (!ascending) problems.push(`${name}: the boundaries must be ascending, got ${boundaries?.join(' ')}`);
  if ((boundaries?.[0] ?? 1) <= 0) problems.push(`${name}: the first boundary must be above 0, got ${boundaries?.[0]}`);
  return problems;
}

/** A state is read at collection, so that a state from before the start of the SDK is exported, too. */
function observableProblems({ name, instrument, observable }: Metric): string[] {
  const isState = instrument === 'gauge' || instrument === 'updowncounter';
  if (isState === observable) return [];
  return [`${name}: a ${instrument} is ${isState ? 'observable, since a state is read' : 'not observable'}`];
}

function statusProblems({ name, instrument, unit, observable, attributes }: Metric): string[] {
  const states = attributes.filter(({ key }) => key.endsWith('.state'));
  const isStatus = name.endsWith('.status');
  if (!isStatus) return states.length === 0 ? [] : [`${name}: a metric with a state ends in .status`];
  const [state] = states;
  const thing = name.split('.').at(-2);
  const correct =
    instrument === 'updowncounter' &&
    unit === `{${thing}}` &&
    observable &&
    states.length === 1 &&
    state?.requirement === 'required' &&
    !state.open;
  return correct
    ? []
    : [
        `${name}: a status is an observable updowncounter of unit {${thing}} with one required *.state of listed values`,
      ];
}

function attributeUseProblems({ name, attributes }: Metric, model: Model): string[] {
  const problems: string[] = [];
  const labels = new Map<string, string>();
  for (const { key, requirement } of attributes) {
    if (model.resourceAttributes.includes(key)) problems.push(`${name}: ${key} describes the resource, not a metric`);
    if (key === 'trading.account' && requirement !== 'opt_in') problems.push(`${name}: ${key} must be opt_in`);
    const label = translateLabelName(key) ?? '';
    const other = labels.get(label);
    if (other !== undefined) problems.push(`${name}: ${key} and ${other} are both the label ${label}`);
    if (label === 'le' || label === 'quantile') problems.push(`${name}: the label ${label} belongs to Prometheus`);
    labels.set(label, key);
  }
  return problems;
}

function proseProblems(name: string, text: string): string[] {
  const problems = /^[\p{Lu}0-9`]/u.test(text) && /[.)]$/.test(text) ? [] : [`${name}: must be described in sentences`];
  if (text.includes('\n')) problems.push(`${name}: the description must be one line`);
  return problems;
}

function cardinalityProblems(metric: Metric): string[] {
  const unassumed = unassumedAttributes(metric);
  if (unassumed.length > 0) {
    return unassumed.map((key) => `${metric.name}: generator/series.ts must assume how many values ${key} has`);
  }
  const limit = metric.cardinalityLimit ?? defaultCardinalityLimit;
  const series = seriesOf(metric);
  return series * 2 <= limit
    ? []
    : [`${metric.name}: a bot with 100 symbols makes ${series} series, which leaves too little room below ${limit}`];
}

/** No attribute or metric is also a namespace. */
function namespaceProblems({ attributes, metrics }: Model): string[] {
  const keys = attributes.map(({ key }) => key);
  const names = metrics.map(({ name }) => name);
  const problems: string[] = [];
  for (const key of keys) {
    const inside = [...keys, ...names].find((other) => other.startsWith(`${key}.`));
    if (inside !== undefined) problems.push(`${key}: an attribute must not be a namespace too, got ${inside}`);
  }
  for (const name of names) {
    const inside = names.find((other) => other.startsWith(`${name}.`));
    if (inside !== undefined) problems.push(`${name}: a metric must not be a namespace too, got ${inside}`);
  }
  return problems;
}

/** Definitions that collide: by name, by Prometheus name, or by identifier in code. */
function collisionProblems({ attributes, metrics }: Model): string[] {
  const problems: string[] = [];
  const seen = new Map<string, string>();
  const claim = (kind: string, name: string, owner: string): void => {
    const other = seen.get(`${kind} ${name}`);
    if (other !== undefined) problems.push(`${owner}: ${name} is ${kind} of ${other} too`);
    seen.set(`${kind} ${name}`, owner);
  };
  for (const { key, values } of attributes) {
    claim('the key', key, key);
    claim('the constant', attributeConstant(key), key);
    for (const { id } of values) claim('the constant', valueConstant(key, id), key);
  }
  for (const metric of metrics) {
    claim('the name', metric.name, metric.name);
    claim('the constant', metricConstant(metric.name), metric.name);
    claim('the definition', definitionName(metric.name), metric.name);
    claim('the Prometheus name', prometheusName(metric), metric.name);
    for (const { key } of metric.attributes) claim(`an attribute of ${metric.name} as`, key, metric.name);
  }
  return problems;
}

function levelOf({ attributes }: Metric, key: string): string | undefined {
  return attributes.find((attribute) => attribute.key === key)?.requirement;
}

function isPlural(word: string): boolean {
  return /[^suia]s$/.test(word);
}
