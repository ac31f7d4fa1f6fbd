import { isKnownSeries, type KnownMetric, knownMetrics, metricOfSeries } from './known-series.ts';
import type { HistogramRule, Mapping, SeriesRule } from './mapping.ts';
import { selectorsOf, syntaxError } from './promql.ts';
import { closeTo, recordedNames, withKeptLabels } from './recording-rules.ts';

interface Remark {
  readonly line: number;
  readonly text: string;
}

/** Checks a mapping with valid keys: that PromQL parses, that series have the labels, and so on. */
export function checkMapping(mapping: Mapping): { problems: Remark[]; warnings: Remark[] } {
  const problems: Remark[] = [];
  const warnings: Remark[] = [];
  const seen = new Map<string, number>();
  for (const rule of mapping.rules) {
    const problem = (text: string) => problems.push({ line: rule.line, text: `${rule.record} ${text}` });
    const warning = (text: string) => warnings.push({ line: rule.line, text: `${rule.record} ${text}` });
    const key = `${rule.record}${JSON.stringify(rule.set)}`;
    const other = seen.get(key);
    if (other !== undefined) problem(`is already recorded on line ${other}; give one of them other labels with set`);
    seen.set(key, rule.line);
    for (const name of recordedNames(rule, mapping)) {
      if (isKnownSeries(name))
        problem(`would record ${name}, which exists already: list ${rule.record} under unchanged`);
    }
    if (rule.kind === 'query') checkQuery(rule.query, mapping, problem, warning);
    else {
      checkSelection(rule, problem, warning);
      checkLabelNames(rule, mapping, problem);
    }
  }
  for (const { name, instead, line } of mapping.exceptions) {
    const report = (text: string) => problems.push({ line, text: `the exception ${name} ${text}` });
    if (instead !== undefined) checkQuery(instead, mapping, report, report);
  }
  return { problems, warnings };
}

type Report = (text: string) => void;

function checkQuery(query: string, mapping: Mapping, problem: Report, warning: Report): void {
  const expression = withKeptLabels(query, mapping);
  const error = syntaxError(expression);
  if (error !== undefined) {
    problem(`has a query that is not PromQL: ${error}`);
    return;
  }
  for (const { series, labels, text } of selectorsOf(expression)) {
    checkSeries(series || text, labels, problem, warning);
  }
}

function checkSelection(rule: SeriesRule | HistogramRule, problem: Report, warning: Report): void {
  const selector = `${rule.kind === 'from' ? rule.from : rule.histogram}{${rule.where}}`;
  const error = syntaxError(selector);
  if (error !== undefined) {
    problem(`has a where that is not a list of label matchers: ${error}`);
    return;
  }
  const matched = selectorsOf(selector).flatMap(({ labels }) => labels);
  for (const label of Object.keys(rule.values)) {
    if (!(label in rule.labels)) problem(`has values for ${label}, which is not one of its labels`);
  }
  const read = [...matched, ...Object.values(rule.labels)];
  if (rule.kind === 'histogram') checkHistogram(rule, read, problem, warning);
  else {
    checkSeries(rule.from, read, problem, warning);
    checkAggregation(rule, matched, problem);
    if (rule.zero && Object.keys(rule.labels).length > 0) {
      problem('must not have labels together with zero: their values are not known beforehand');
    }
  }
}

/** A renamed label must not replace one that tells the rule's series apart. */
function checkLabelNames(rule: SeriesRule | HistogramRule, { keep }: Mapping, problem: Report): void {
  const taken = rule.kind === 'histogram' ? [...keep, 'le'] : keep;
  for (const [old, ours] of Object.entries(rule.labels)) {
    if (old !== ours && taken.includes(old)) {
      problem(
        `must not rename ${ours} to ${old}, which every rule keeps: remove ${old} from keep, or choose another name`,
      );
    }
  }
}

function checkHistogram(rule: HistogramRule, labels: readonly string[], problem: Report, warning: Report): void {
  const metric = knownMetrics.get(rule.histogram);
  if (metric === undefined) {
    warning(`reads ${rule.histogram}, which the conventions do not have`);
    if (rule.multiply !== 1 && rule.buckets.length === 0)
      problem(`must have buckets, because those of ${rule.histogram} are not known`);
    return;
  }
  if (metric.instrument !== 'histogram') problem(`must be read with from: ${rule.histogram} is not a histogram`);
  checkLabels(metric, labels, problem);
  const missing = rule.buckets.filter(
    (bound) => metric.boundaries?.some((ours) => closeTo(ours * rule.multiply, bound)) === false,
  );
  if (missing.length > 0) {
    problem(
      `has buckets that ${rule.histogram} does not have (${missing.join(', ')}); it has ${metric.boundaries?.join(', ') ?? ''}`,
    );
  }
  if (rule.multiply < 0) problem('must not have a negative multiply, which would reverse the histogram');
}

function checkAggregation(rule: SeriesRule, matched: readonly string[], problem: Report): void {
  const metric = metricOfSeries(rule.from);
  const isLevel = metric?.instrument === 'gauge' && (metric.unit === '1' || metric.unit === 's');
  if (isLevel && rule.aggregate === 'sum')
    problem(`must have aggregate max, min or avg: ${rule.from} cannot be summed`);
  if (metric?.labels.includes('trading_period') === true && !matched.includes('trading_period')) {
    problem(`must choose one trading_period with where: ${rule.from} has one series per period`);
  }
}

function checkSeries(series: string, labels: readonly string[], problem: Report, warning: Report): void {
  const metric = metricOfSeries(series);
  if (metric !== undefined) checkLabels(metric, labels, problem);
  else if (knownMetrics.has(series)) problem(`must read ${series}_bucket, _sum or _count: ${series} is a histogram`);
  else if (!isKnownSeries(series)) warning(`reads ${series}, which the conventions do not have`);
}

function checkLabels(metric: KnownMetric, labels: readonly string[], problem: Report): void {
  const known = [...metric.labels, 'le', 'job', 'instance'];
  for (const label of labels) {
    if (!known.includes(label)) {
      problem(
        `reads the label ${label}, which ${metric.name} does not have; it has ${metric.labels.join(', ') || 'none'}`,
      );
    }
  }
}
