import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ModelError, type ModelFiles, readModelFiles, resolveModel } from './model.ts';
import { problemsOf } from './rules.ts';

const files = readModelFiles(join(import.meta.dirname, '../model'));

interface EditableMetric {
  name: string;
  instrument: string;
  unit: string;
  brief: string;
  stability: string;
  attributes?: Record<string, unknown>[];
  annotations: { code_generation: unknown; trademeter?: Record<string, unknown> };
}

interface EditableAttribute {
  key: string;
  type: string | { members: Record<string, unknown>[] };
  brief: string;
  stability: string;
  annotations?: unknown;
  [other: string]: unknown;
}

/** The model with one change. */
class Edit {
  readonly #files: Record<string, { attributes?: EditableAttribute[]; metrics?: EditableMetric[] }>;

  constructor() {
    this.#files = structuredClone(files) as Record<
      string,
      { attributes?: EditableAttribute[]; metrics?: EditableMetric[] }
    >;
  }

  metric(name: string): EditableMetric {
    const all = Object.values(this.#files).flatMap(({ metrics = [] }) => metrics);
    return found(all.find((metric) => metric.name === name));
  }

  attribute(key: string): EditableAttribute {
    const all = Object.values(this.#files).flatMap(({ attributes = [] }) => attributes);
    return found(all.find((attribute) => attribute.key === key));
  }

  add(key: string): void {
    const attribute = { key, type: 'string', brief: 'A test.', stability: 'development', examples: ['test'] };
    found(found(this.#files['attributes.yaml']).attributes).push(attribute);
  }

  get files(): ModelFiles {
    return this.#files;
  }
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the test edits something that the model does not contain');
  return value;
}

function problemsAfter(change: (edit: Edit) => void): readonly string[] {
  const edit = new Edit();
  change(edit);
  try {
    return problemsOf(resolveModel(edit.files));
  } catch (error) {
    if (error instanceof ModelError) return error.problems;
    throw error;
  }
}

describe('the model', () => {
  test('breaks no rule', () => {
    expect(problemsOf(resolveModel(files))).toEqual([]);
  });
});

describe('a rule names the violation', () => {
  const cases: readonly [string, (edit: Edit) => void, RegExp][] = [
    [
      'an uppercase name',
      (m) => void (m.metric('trading.order.placed').name = 'trading.Order.placed'),
      /^trading\.Order\.placed: must be lowercase/,
    ],
    [
      'a name without a namespace',
      (m) => void (m.metric('trading.order.placed').name = 'orders_placed'),
      /^orders_placed: must be lowercase, in snake_case, in a dot-separated/,
    ],
    [
      'two delimiters in a row',
      (m) => void (m.metric('trading.order.placed').name = 'trading.order__placed'),
      /^trading\.order__placed: must be/,
    ],
    [
      'a unit in a name',
      (m) => void (m.metric('trading.data.age').name = 'trading.data.age_seconds'),
      /^trading\.data\.age_seconds: a name must not say its unit or instrument, got seconds/,
    ],
    [
      'a total in a name',
      (m) => void (m.metric('trading.order.placed').name = 'trading.order.placed_total'),
      /got total$/,
    ],
    [
      'a plural gauge',
      (m) => void (m.metric('trading.sentiment.weight').name = 'trading.sentiment.weights'),
      /^trading\.sentiment\.weights: the name of a gauge is never plural/,
    ],
    [
      'a plural updowncounter',
      (m) => void (m.metric('trading.position.open').name = 'trading.positions'),
      /^trading\.positions: the name of a updowncounter is never plural/,
    ],
    [
      'a plural namespace',
      (m) => void (m.metric('trading.order.placed').name = 'trading.orders.placed'),
      /^trading\.orders\.placed: a namespace is never plural, got orders/,
    ],
    [
      'a duration with another name',
      (m) => void (m.metric('trading.cycle.duration').name = 'trading.cycle.latency'),
      /^trading\.cycle\.latency: the name of a histogram in seconds must end in \.duration/,
    ],
    [
      'a .duration that is not a histogram',
      (m) => {
        const metric = m.metric('trading.cycle.duration');
        metric.instrument = 'gauge';
        delete metric.annotations.trademeter;
      },
      /^trading\.cycle\.duration: only a histogram in seconds may end in \.duration, got a gauge in s/,
    ],
    [
      'a duration without error.type',
      (m) => {
        const metric = m.metric('trading.cycle.duration');
        metric.attributes = metric.attributes?.filter((attribute) => !('ref_group' in attribute)) ?? [];
      },
      /^trading\.cycle\.duration: a duration must have error\.type/,
    ],
    [
      'a histogram without boundaries',
      (m) => void delete m.metric('trading.order.slippage').annotations.trademeter?.['boundaries'],
      /^trading\.order\.slippage: a histogram must have boundaries/,
    ],
    [
      'boundaries that do not ascend',
      (m) => void (found(m.metric('trading.order.slippage').annotations.trademeter)['boundaries'] = [1, 5, 5]),
      /^trading\.order\.slippage: the boundaries must be ascending, got 1 5 5/,
    ],
    [
      'boundaries of a counter',
      (m) => void (m.metric('trading.alert.sent').annotations.trademeter = { boundaries: [1] }),
      /^trading\.alert\.sent: a counter has no boundaries/,
    ],
    [
      'a boundary at 0',
      (m) => void (found(m.metric('trading.order.slippage').annotations.trademeter)['boundaries'] = [0, 5]),
      /^trading\.order\.slippage: the first boundary must be above 0/,
    ],
    [
      'a plural unit',
      (m) => void (m.metric('trading.order.placed').unit = '{orders}'),
      /^trading\.order\.placed: the unit must be singular, got \{orders\}/,
    ],
    [
      'a scaled unit',
      (m) => void (m.metric('trading.data.age').unit = 'ms'),
      /^trading\.data\.age: the unit must be s, By, 1 or an annotation such as \{order\}, got ms/,
    ],
    [
      'a counter without a unit',
      (m) => void (m.metric('trading.order.placed').unit = '1'),
      /^trading\.order\.placed: a counter must say what it counts/,
    ],
    [
      'money without a currency',
      (m) => {
        const metric = m.metric('trading.order.fee');
        metric.attributes = metric.attributes?.filter(({ ref }) => ref !== 'trading.currency') ?? [];
      },
      /^trading\.order\.fee: an amount of money must require trading\.currency/,
    ],
    [
      'a state that is not observable',
      (m) => void delete m.metric('trading.risk.limit.utilization').annotations.trademeter,
      /^trading\.risk\.limit\.utilization: a gauge is observable/,
    ],
    [
      'a counter that is observable',
      (m) => void (m.metric('trading.order.placed').annotations.trademeter = { observable: true }),
      /^trading\.order\.placed: a counter is not observable/,
    ],
    [
      'a status that is a gauge',
      (m) => void (m.metric('trading.breaker.status').instrument = 'gauge'),
      /^trading\.breaker\.status: a status is an observable updowncounter/,
    ],
    [
      'a status of unit 1',
      (m) => void (m.metric('trading.kill_switch.status').unit = '1'),
      /^trading\.kill_switch\.status: a status is an observable updowncounter of unit \{kill_switch\}/,
    ],
    [
      'a status with an open list of states',
      (m) => void (m.attribute('trading.breaker.state').annotations = { trademeter: { open: true } }),
      /^trading\.breaker\.status: a status is an observable updowncounter/,
    ],
    [
      'a reference to an unknown attribute',
      (m) =>
        void found(m.metric('trading.order.placed').attributes).push({
          ref: 'trading.nothing',
          requirement_level: 'required',
        }),
      /^trading\.order\.placed: there is no attribute trading\.nothing/,
    ],
    [
      'a reference to an unknown group',
      (m) => void found(m.metric('trading.order.placed').attributes).push({ ref_group: 'trading.nothing' }),
      /^trading\.order\.placed: there is no attribute group trading\.nothing/,
    ],
    [
      'an attribute twice',
      (m) =>
        void found(m.metric('trading.order.placed').attributes).push({
          ref: 'trading.venue',
          requirement_level: 'required',
        }),
      /^trading\.order\.placed: trading\.venue is an attribute of trading\.order\.placed as of/,
    ],
    [
      'a resource attribute on a metric',
      (m) =>
        void found(m.metric('trading.order.placed').attributes).push({
          ref: 'trading.mode',
          requirement_level: 'required',
        }),
      /^trading\.order\.placed: trading\.mode describes the resource/,
    ],
    [
      'a required account',
      (m) => void (found(m.metric('trading.portfolio.value').attributes?.[1])['requirement_level'] = 'required'),
      /^trading\.portfolio\.value: trading\.account must be opt_in/,
    ],
    [
      'an attribute that is a namespace',
      (m) => m.add('trading.order'),
      /^trading\.order: an attribute must not be a namespace too, got trading\.order\./,
    ],
    [
      'a metric that is a namespace',
      (m) => void (m.metric('trading.order.fee').name = 'trading.order.fill'),
      /^trading\.order\.fill: a metric must not be a namespace too, got trading\.order\.fill\.duration/,
    ],
    [
      'two metrics with one name',
      (m) => void (m.metric('trading.order.fills').name = 'trading.order.placed'),
      /^trading\.order\.placed: trading\.order\.placed is the name of trading\.order\.placed too/,
    ],
    [
      'two metrics that Prometheus cannot tell apart',
      (m) => void (m.metric('trading.order.fee').name = 'trading.order_placed'),
      /trading_order_placed_total is the Prometheus name of trading\.order\.placed too/,
    ],
    ['an unused attribute', (m) => m.add('trading.span'), /^trading\.span: no metric and no entity has it/],
    [
      'a value in another spelling',
      (m) => {
        const { type } = m.attribute('trading.order.side');
        if (typeof type === 'object') found(type.members[0])['value'] = 'BUY';
      },
      /^trading\.order\.side: the value BUY must be in snake_case/,
    ],
    [
      'a stable metric',
      (m) => void (m.metric('trading.order.placed').stability = 'stable'),
      /^trading\.order\.placed: its stability must be development/,
    ],
    [
      'a description that is not a sentence',
      (m) => void (m.metric('trading.order.placed').brief = 'orders'),
      /^trading\.order\.placed: must be described in sentences/,
    ],
    [
      'a limit that a bot of 100 symbols reaches',
      (m) => void (found(m.metric('trading.order.closed').annotations.trademeter)['cardinality_limit'] = 1500),
      /^trading\.order\.closed: a bot with 100 symbols makes 1000 series, which leaves too little room below 1500/,
    ],
  ];

  test.each(cases)('%s', (_, change, message) => {
    expect(problemsAfter(change)).toContainEqual(expect.stringMatching(message));
  });
});

test('reports every rule that a histogram in seconds breaks at once', () => {
  const problems = problemsAfter((m) => {
    const metric = m.metric('trading.cycle.duration');
    metric.name = 'trading.cycle.latency';
    metric.attributes = metric.attributes?.filter((attribute) => !('ref_group' in attribute)) ?? [];
    found(metric.annotations.trademeter)['boundaries'] = [0, 1];
  });
  expect(problems.filter((problem) => problem.startsWith('trading.cycle.latency: '))).toEqual([
    'trading.cycle.latency: the name of a histogram in seconds must end in .duration',
    'trading.cycle.latency: a duration must have error.type, conditionally required on failure',
    'trading.cycle.latency: the first boundary must be above 0, got 0',
  ]);
});

test('reports every attribute whose number of values is not known', () => {
  const problems = problemsAfter((m) => {
    for (const key of ['trading.test.first', 'trading.test.second']) {
      m.add(key);
      found(m.metric('trading.order.placed').attributes).push({ ref: key, requirement_level: 'required' });
    }
  });
  expect(problems).toEqual([
    'trading.order.placed: generator/series.ts must assume how many values trading.test.first has',
    'trading.order.placed: generator/series.ts must assume how many values trading.test.second has',
  ]);
});

describe('the structure of the files', () => {
  test.each<[string, (edit: Edit) => void, RegExp]>([
    [
      'an unknown key',
      (m) => void ((m.metric('trading.order.placed') as object as Record<string, unknown>)['buckets'] = []),
      /^orders\.yaml: metrics trading\.order\.placed must NOT have additional properties/,
    ],
    [
      'an unknown instrument',
      (m) => void (m.metric('trading.order.placed').instrument = 'summary'),
      /^orders\.yaml: metrics trading\.order\.placed instrument must be equal to one of/,
    ],
    [
      'an unknown annotation',
      (m) => void (found(m.metric('trading.order.placed').annotations.trademeter)['bounds'] = [1]),
      /^orders\.yaml: metrics trading\.order\.placed annotations trademeter must NOT have additional/,
    ],
    [
      'a boundary that is not a number',
      (m) => void (found(m.metric('trading.order.slippage').annotations.trademeter)['boundaries'] = ['1']),
      /^orders\.yaml: metrics trading\.order\.slippage annotations trademeter boundaries 0 must be number/,
    ],
  ])('is checked for %s', (_, change, message) => {
    expect(problemsAfter(change)).toContainEqual(expect.stringMatching(message));
  });

  test('needs a manifest with a version', () => {
    const { 'manifest.yaml': _, ...rest } = files;
    expect(() => resolveModel(rest)).toThrow('manifest.yaml: is missing');
    expect(() =>
      resolveModel({ ...rest, 'manifest.yaml': { schema_url: 'https://trademeter.example/latest' } }),
    ).toThrow(/manifest\.yaml: .*pattern/);
  });

  test('has a domain for every file of metrics, and metrics for every domain', () => {
    const { 'runtime.yaml': runtime, ...rest } = files;
    expect(() => resolveModel(rest)).toThrow('runtime.yaml: there are no metrics');
    expect(() => resolveModel({ ...files, 'extra.yaml': runtime })).toThrow(
      'extra.yaml: its metrics belong to no domain',
    );
  });
});
