import { expect, test } from 'vitest';
import { readMapping } from './mapping-file.ts';
import { type RecordingRule, recordingRules } from './recording-rules.ts';

function rulesOf(...lines: readonly string[]): RecordingRule[] {
  const text = ['system: bot', 'keep: [job]', 'rules:', '  - record: old', ...lines.map((line) => `    ${line}`)];
  return recordingRules(readMapping(text.join('\n'), 'm.yaml').mapping);
}

function onOneLine(rules: readonly RecordingRule[]): string[] {
  return rules.map(({ record, expr, labels }) => {
    const set = labels === undefined ? '' : JSON.stringify(labels);
    return `${record}${set} = ${expr.replace(/\s+/gu, ' ').replaceAll('( ', '(').replaceAll(' )', ')')}`;
  });
}

test('sums a series over every label that is not kept or renamed', () => {
  expect(onOneLine(rulesOf('from: trading_position_open'))).toEqual(['old = sum by (job) (trading_position_open)']);
});

test('copies labels to their old names and replaces values', () => {
  const rules = rulesOf(
    'from: trading_order_closed_total',
    'where: trading_venue="x"',
    'labels: { status: trading_order_outcome }',
    'values: { status: { canceled: cancelled } }',
  );
  expect(onOneLine(rules)).toEqual([
    'old = sum by (job, status) (label_replace(label_replace(trading_order_closed_total{trading_venue="x"}, ' +
      '"status", "$1", "trading_order_outcome", "(.*)"), "status", "cancelled", "trading_order_outcome", "canceled"))',
  ]);
});

test('treats a $ in an old value literally, not as a group of the pattern', () => {
  const [rule] = rulesOf(
    'from: trading_order_closed_total',
    'labels: { pair: trading_symbol }',
    'values: { pair: { BTC/USDT: BTC$USDT, ETH/USDT: $1 } }',
  );
  expect(rule?.expr).toContain('"BTC$$USDT"');
  expect(rule?.expr).toContain('"$$1"');
});

test('does not touch a label that already has its old name', () => {
  const rules = rulesOf('from: trading_errors_total', 'labels: { error_type: error_type }');
  expect(onOneLine(rules)).toEqual(['old = sum by (job, error_type) (trading_errors_total)']);
});

test('multiplies after aggregating, and sets labels on the result', () => {
  const rules = rulesOf(
    'from: trading_portfolio_drawdown_max_ratio',
    'aggregate: max',
    'multiply: -100',
    'set: { of: all }',
  );
  expect(onOneLine(rules)).toEqual(['old{"of":"all"} = -100 * max by (job) (trading_portfolio_drawdown_max_ratio)']);
});

test('is 0 from the first scrape on with zero', () => {
  expect(onOneLine(rulesOf('from: trading_agent_analyses_total', 'zero: true'))).toEqual([
    'old = sum by (job) (trading_agent_analyses_total) or 0 * max by (job) (target_info)',
  ]);
});

test('puts the kept labels into a query', () => {
  expect(onOneLine(rulesOf('query: max by (<keep>, a) (up)'))).toEqual(['old = max by (job, a) (up)']);
});

test('restores a histogram as its three series, with bounds spelled as Python and Prometheus 3 do', () => {
  expect(onOneLine(rulesOf('histogram: trading_agent_conviction'))).toEqual([
    'old_bucket = sum by (job, le) (label_replace(trading_agent_conviction_bucket, "le", "$1.0", "le", "([0-9]+)"))',
    'old_sum = sum by (job) (trading_agent_conviction_sum)',
    'old_count = sum by (job) (trading_agent_conviction_count)',
  ]);
});

test('restores only the listed bounds, however Prometheus spells them', () => {
  const [buckets] = onOneLine(rulesOf('histogram: trading_cycle_duration_seconds', 'buckets: [0.5, 1]'));
  expect(buckets).toContain('trading_cycle_duration_seconds_bucket{le=~"0[.]5|1([.]0)?|[+]Inf"}');
});

test('has a separate rule for each bound if the unit changes', () => {
  const rules = rulesOf(
    'histogram: trading_cycle_duration_seconds',
    'where: trading_strategy_name=""',
    'multiply: 1000',
    'buckets: [500, 1000]',
  );
  const selected = (le: string) => `trading_cycle_duration_seconds_bucket{trading_strategy_name="", le=~"${le}"}`;
  expect(onOneLine(rules)).toEqual([
    `old_bucket{"le":"500.0"} = sum by (job) (${selected('0[.]5')})`,
    `old_bucket{"le":"1000.0"} = sum by (job) (${selected('1([.]0)?')})`,
    `old_bucket{"le":"+Inf"} = sum by (job) (${selected('[+]Inf')})`,
    'old_sum = 1000 * sum by (job) (trading_cycle_duration_seconds_sum{trading_strategy_name=""})',
    'old_count = sum by (job) (trading_cycle_duration_seconds_count{trading_strategy_name=""})',
  ]);
});

test('takes all of our bounds when none are listed', () => {
  const bounds = rulesOf('histogram: trading_model_inference_duration_seconds', 'multiply: 1000')
    .filter(({ record }) => record === 'old_bucket')
    .map(({ labels }) => labels?.['le']);
  expect(bounds).toEqual([
    '0.1',
    '0.25',
    '0.5',
    '1.0',
    '2.5',
    '5.0',
    '10.0',
    '25.0',
    '50.0',
    '100.0',
    '250.0',
    '500.0',
    '1000.0',
    '+Inf',
  ]);
});

test('records the mean under the bare name when a window is given', () => {
  const text = 'system: b\nkeep: [job]\nmean: 1m\nrules:\n  - { record: old, histogram: trading_agent_conviction }';
  expect(onOneLine(recordingRules(readMapping(text, 'm.yaml').mapping)).at(-1)).toBe(
    'old = sum by (job) (rate(trading_agent_conviction_sum[1m])) / ' +
      '(sum by (job) (rate(trading_agent_conviction_count[1m])) > 0)',
  );
});

test('matches a bound of a million or more in both spellings', () => {
  const [bucket] = onOneLine(rulesOf('histogram: gen_ai_client_token_usage', 'buckets: [262144, 1048576]'));
  expect(bucket).toContain('le=~"262144([.]0)?|1[.]048576e[+]06|1048576|[+]Inf"');
});
