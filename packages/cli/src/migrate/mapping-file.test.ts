import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { MappingError, readMapping } from './mapping-file.ts';
import { mappingFormat } from './mapping-format.ts';

function problemsOf(...lines: readonly string[]): readonly string[] {
  try {
    readMapping(lines.join('\n'), 'm.yaml');
  } catch (error) {
    if (error instanceof MappingError) return error.problems;
    throw error;
  }
  return [];
}

const rule = ['system: bot', 'rules:', '  - record: old_total', '    from: trading_order_placed_total'];

test('fills in defaults', () => {
  const { mapping, warnings } = readMapping(rule.join('\n'), 'm.yaml');
  expect(mapping).toEqual({
    system: 'bot',
    keep: ['job', 'instance'],
    interval: '15s',
    mean: undefined,
    rules: [
      {
        kind: 'from',
        record: 'old_total',
        from: 'trading_order_placed_total',
        where: '',
        labels: {},
        values: {},
        set: {},
        multiply: 1,
        aggregate: 'sum',
        zero: false,
        line: 3,
      },
    ],
    unchanged: [],
    exceptions: [],
  });
  expect(warnings).toEqual([]);
});

test.each<[what: string, lines: readonly string[], problem: string]>([
  ['no system', ['rules: []'], 'm.yaml:1: the mapping must have system, a name of letters, digits, dots and dashes'],
  ['no rules', ['system: x'], 'm.yaml:1: the mapping must have rules, a list'],
  ['invalid YAML', ['system: [x'], 'm.yaml:1: Flow sequence'],
  [
    'an unknown key',
    [...rule, 'intervall: 5s'],
    'm.yaml:5: the mapping has an unknown key intervall; known keys are system',
  ],
  [
    'a wrong interval',
    [...rule, 'interval: 5'],
    'm.yaml:5: the mapping interval must be a duration such as 15s, got 5',
  ],
  ['an unknown key of a rule', [...rule, '    lables: {}'], 'm.yaml:5: old_total has an unknown key lables'],
  ['two sources', [...rule, '    query: up'], 'm.yaml:3: old_total must have exactly one of from, histogram and query'],
  ['no source', rule.slice(0, 3), 'm.yaml:3: old_total must have exactly one of from, histogram and query'],
  ['a factor of 0', [...rule, '    multiply: 0'], 'm.yaml:5: old_total multiply must be a number other than 0, got 0'],
  [
    'an unknown aggregation',
    [...rule, '    aggregate: median'],
    'm.yaml:5: old_total aggregate must be one of sum, max, min, avg, got "median"',
  ],
  [
    'a label that the series does not have',
    [...rule, '    labels: { side: trading_order_sid }'],
    'm.yaml:3: old_total reads the label trading_order_sid, which trading_order_placed_total does not have; it has trading_venue, ',
  ],
  [
    'matchers that do not parse',
    [...rule, '    where: a=b'],
    'm.yaml:3: old_total has a where that is not a list of label matchers',
  ],
  [
    'values of a missing label',
    [...rule, '    values: { side: { a: b } }'],
    'm.yaml:3: old_total has values for side, which is not one of its labels',
  ],
  [
    'zero with labels',
    [...rule, '    labels: { side: trading_order_side }', '    zero: true'],
    'm.yaml:3: old_total must not have labels together with zero',
  ],
  ['zero that is not a boolean', [...rule, '    zero: 1'], 'm.yaml:5: old_total zero must be true or false, got 1'],
  ['the same name twice', [...rule, ...rule.slice(2)], 'm.yaml:5: old_total is already recorded on line 3'],
  [
    'a name that is ours',
    ['system: x', 'rules:', '  - record: trading_order_open', '    from: trading_position_open'],
    'm.yaml:3: trading_order_open would record trading_order_open, which exists already: list trading_order_open under unchanged',
  ],
  [
    'a histogram read as a series',
    ['system: x', 'rules:', '  - record: a', '    from: trading_cycle_duration_seconds'],
    'm.yaml:3: a must read trading_cycle_duration_seconds_bucket, _sum or _count',
  ],
  [
    'a series read as a histogram',
    ['system: x', 'rules:', '  - record: a', '    histogram: trading_order_open'],
    'm.yaml:3: a must be read with from: trading_order_open is not a histogram',
  ],
  [
    'bounds that the histogram does not have',
    ['system: x', 'rules:', '  - record: a', '    histogram: trading_cycle_duration_seconds', '    buckets: [1, 7]'],
    'm.yaml:3: a has buckets that trading_cycle_duration_seconds does not have (7); it has 0.1, 0.5, 1,',
  ],
  [
    'a sum over ratios',
    ['system: x', 'rules:', '  - record: a', '    from: trading_cache_hit_ratio'],
    'm.yaml:3: a must have aggregate max, min or avg: trading_cache_hit_ratio cannot be summed',
  ],
  [
    'a sum over periods',
    ['system: x', 'rules:', '  - record: a', '    from: trading_portfolio_pnl'],
    'm.yaml:3: a must choose one trading_period with where',
  ],
  [
    'a label in place of a kept one',
    [...rule, '    labels: { job: trading_venue }'],
    'm.yaml:3: old_total must not rename trading_venue to job, which every rule keeps',
  ],
  [
    'a label in place of a bound',
    [
      'system: x',
      'rules:',
      '  - record: a',
      '    histogram: trading_cycle_duration_seconds',
      '    labels: { le: trading_strategy_name }',
    ],
    'm.yaml:3: a must not rename trading_strategy_name to le, which every rule keeps',
  ],
  [
    'a query that does not parse',
    ['system: x', 'rules:', '  - record: a', '    query: sum by (up'],
    'm.yaml:3: a has a query that is not PromQL: it ends too early',
  ],
  [
    'an unchanged name that does not exist',
    [...rule, 'unchanged: [old_gauge]'],
    'm.yaml:5: the mapping unchanged must be a list of names that exist without a rule, got ["old_gauge"]',
  ],
])('refuses %s', (_, lines, problem) => {
  const problems = problemsOf(...lines);
  expect(problems).toContainEqual(expect.stringContaining(problem));
});

test('accepts the mapping that the help shows, and it has every key', () => {
  const { mapping, warnings } = readMapping(mappingFormat, 'my-bot.yaml');
  expect(mapping.rules.length).toBeGreaterThan(5);
  expect(warnings).toEqual([]);
  const shown = parse(mappingFormat) as { rules: object[] };
  const keys = [shown, ...shown.rules].flatMap((entry) => Object.keys(entry));
  const unknown = problemsOf(...rule, '    tpyo: 1', 'typo: 1');
  const known = unknown.flatMap((problem) => /(?<=known keys are ).*/u.exec(problem)?.[0].split(', ') ?? []);
  expect(known).toEqual(expect.arrayContaining(['from', 'exceptions']));
  expect(keys).toEqual(expect.arrayContaining(known));
});

test('reports every problem at once, in the order of the file', () => {
  const problems = problemsOf(...rule, '    multiply: x', '    aggregate: y');
  expect(problems.map((problem) => problem.slice(0, 9))).toEqual(['m.yaml:5:', 'm.yaml:6:']);
});

test('reports invalid keys of one rule and invalid contents of another at once', () => {
  const problems = problemsOf(
    ...rule,
    '    multiply: x',
    ...rule.slice(2),
    '    labels: { side: trading_order_sid }',
    '  - { record: other_total, query: "sum(" }',
    'exceptions:',
    '  - { name: a, raeson: b }',
    '  - { name: c, reason: d, instead: "sum(" }',
  );
  expect(problems.map((problem) => problem.replace(/^(\S+ \S+ \S+).*$/u, '$1'))).toEqual([
    'm.yaml:5: old_total multiply',
    'm.yaml:6: old_total reads',
    'm.yaml:9: other_total has',
    'm.yaml:11: exceptions[0] must',
    'm.yaml:11: exceptions[0] has',
    'm.yaml:12: the exception',
  ]);
});

test('reports every error of the YAML', () => {
  const problems = problemsOf('system: x', 'system: y', 'rules: []', 'rules: []');
  expect(problems.map((problem) => problem.slice(0, 9))).toEqual(['m.yaml:2:', 'm.yaml:4:']);
});

test('accepts kept and other labels under their own names', () => {
  const { mapping } = readMapping(
    [...rule.slice(0, 3), '    from: trading_cycle_duration_seconds_bucket', '    labels: { le: le, job: job }'].join(
      '\n',
    ),
    'm.yaml',
  );
  expect(mapping.rules).toHaveLength(1);
});

test('warns of a series outside the conventions, because it may be your own', () => {
  const { warnings } = readMapping('system: x\nrules:\n  - record: a\n    from: my_own_total\n', 'm.yaml');
  expect(warnings).toEqual(['m.yaml:3: a reads my_own_total, which the conventions do not have']);
});

test('warns of a selector without a fixed name, quoting it', () => {
  const query = 'count({__name__=~"my_.+", job="bot"})';
  const { warnings } = readMapping(`system: x\nrules:\n  - record: a\n    query: '${query}'\n`, 'm.yaml');
  expect(warnings).toEqual(['m.yaml:3: a reads {__name__=~"my_.+", job="bot"}, which the conventions do not have']);
});

test('reads a name in a matcher like a name before the braces', () => {
  const { warnings } = readMapping('system: x\nrules:\n  - { record: a, query: \'{__name__="up"}\' }\n', 'm.yaml');
  expect(warnings).toEqual([]);
});
