import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AlertingRule,
  alertRules,
  type PrometheusRecordingRule,
  type RuleGroup,
  recordingRules,
  type ThresholdDefinition,
  thresholdDefinitions,
} from '@trademeter/alerts';
import { type CommandResult, makeDataFolder, run, workspaceFolder } from '@trademeter/workspace-tools';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkRules, findPrometheus, prometheusGenerations } from '../servers/prometheus.ts';
import { startVictoriaMetrics } from '../servers/victoria-metrics.ts';

const packageFolder = join(workspaceFolder, 'packages/alerts');
type AlertRules = RuleGroup<AlertingRule>;
type RecordingRules = RuleGroup<PrometheusRecordingRule>;

const defaults = alertRules();
const testFiles = (await readdir(join(packageFolder, 'promtool'))).toSorted();

describe.each(prometheusGenerations)('promtool %i', (generation) => {
  test('accepts the rule files', async () => {
    const files = ['trading-recording.yml', 'trading-alerts.yml'].map((name) => join(packageFolder, 'rules', name));
    expect(await checkRules(files, generation)).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test.each(testFiles)('sees every alert of %s fire and stay silent', async (file) => {
    const result = await run(await findPrometheus(generation, 'promtool'), [
      'test',
      'rules',
      join(packageFolder, 'promtool', file),
    ]);
    expect(result).toMatchObject({ exitCode: 0 });
  });
});

test('VictoriaMetrics evaluates every expression', async () => {
  await using victoria = await startVictoriaMetrics();
  const rules = [...recordingRules(), ...defaults].flatMap((group): readonly { expr: string }[] => group.rules);
  for (const { expr } of rules) await expect(victoria.query(expr)).resolves.toBeInstanceOf(Array);
});

describe('a promtool test fails', () => {
  const thresholds = Object.entries(thresholdDefinitions).flatMap(([name, definition]) =>
    mutationsOf(definition).map((value) => ({ name, value })),
  );

  test.each(thresholds)('when $name is $value', async ({ name, value }) => {
    const options = { [name]: value };
    // the texts stay the same, because a changed one would fail any test
    const changed = withTextsOf(alertRules(options), defaults);
    const affected = alertsThatDiffer(changed, recordingRules(options));
    expect(affected).not.toEqual([]);
    const { exitCode, stdout } = await testAlerts(affected, changed, recordingRules(options));
    expect(exitCode, stdout).toBe(1);
  });

  const delays = defaults.flatMap(({ rules }) => rules.flatMap((rule) => (rule.for === undefined ? [] : [rule])));

  test.each(delays)('when $alert fires at once, or after twice $for', async ({ alert, for: delay = '' }) => {
    const twice = `${2 * Number.parseInt(delay, 10)}${delay.replace(/^\d+/u, '')}`;
    for (const changed of ['0s', twice]) {
      const { exitCode, stdout } = await testAlerts([alert], withDelay(alert, changed), recordingRules());
      expect(exitCode, stdout).toBe(1);
    }
  });

  test('not without a change', async () => {
    const names = defaults.flatMap(({ rules }) => rules.map(({ alert }) => alert));
    expect(await testAlerts(names, defaults, recordingRules())).toMatchObject({ exitCode: 0 });
  });
});

/** A fifth below and a quarter above the default, or the next integer, within the allowed range. */
function mutationsOf({ default: value, minimum, maximum, isInteger }: ThresholdDefinition): number[] {
  const candidates = isInteger === true && value < 100 ? [value - 1, value + 1] : [value * 0.8, value * 1.25];
  return candidates
    .map((candidate) => Number(candidate.toPrecision(12)))
    .map((candidate) => {
      const allowed = Math.min(Math.max(candidate, minimum), maximum);
      return isInteger === true ? Math.round(allowed) : allowed;
    })
    .filter((candidate) => candidate !== value);
}

function withTextsOf(groups: readonly AlertRules[], others: readonly AlertRules[]): AlertRules[] {
  const texts = new Map(others.flatMap(({ rules }) => rules.map((rule) => [rule.alert, rule.annotations])));
  return groups.map((group) => ({
    ...group,
    rules: group.rules.map((rule) => ({ ...rule, annotations: texts.get(rule.alert) ?? {} })),
  }));
}

function withDelay(alert: string, delay: string): AlertRules[] {
  return defaults.map((group) => ({
    ...group,
    rules: group.rules.map((rule) => (rule.alert === alert ? { ...rule, for: delay } : rule)),
  }));
}

/** The alerts that differ from the defaults, themselves or through a recording rule that they read. */
function alertsThatDiffer(groups: readonly AlertRules[], recording: readonly RecordingRules[]): string[] {
  const before = new Map(recordingRules().flatMap(({ rules }) => rules.map(({ record, expr }) => [record, expr])));
  const recorded = recording
    .flatMap(({ rules }) => rules.filter(({ record, expr }) => before.get(record) !== expr))
    .map(({ record }) => record);
  const expressions = new Map(defaults.flatMap(({ rules }) => rules.map(({ alert, expr }) => [alert, expr])));
  return groups
    .flatMap(({ rules }) => rules)
    .filter(({ alert, expr }) => expressions.get(alert) !== expr || recorded.some((record) => expr.includes(record)))
    .map(({ alert }) => alert);
}

/** Runs only the promtool tests of some alerts, on modified rules. */
async function testAlerts(
  names: readonly string[],
  alerts: readonly AlertRules[],
  recording: readonly RecordingRules[],
): Promise<CommandResult> {
  const folder = await makeDataFolder('promtool');
  await mkdir(join(folder, 'rules'));
  await mkdir(join(folder, 'promtool'));
  const selected = alerts.map((group) => ({
    ...group,
    rules: group.rules.filter(({ alert }) => names.includes(alert)),
  }));
  const read = recordedBy(
    selected.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
    recording,
  );
  // JSON is YAML
  await writeFile(join(folder, 'rules/trading-recording.yml'), JSON.stringify({ groups: read }));
  await writeFile(join(folder, 'rules/trading-alerts.yml'), JSON.stringify({ groups: selected }));
  const files: string[] = [];
  for (const file of testFiles) {
    const document = parse(await readFile(join(packageFolder, 'promtool', file), 'utf8')) as PromtoolFile;
    const tests = document.tests.filter(({ alert_rule_test: checks }) =>
      checks.some(({ alertname }) => names.includes(alertname)),
    );
    if (tests.length === 0) continue;
    const copy = join(folder, 'promtool', file);
    await writeFile(copy, JSON.stringify({ ...document, tests }));
    files.push(copy);
  }
  return run(await findPrometheus(2, 'promtool'), ['test', 'rules', ...files]);
}

/** The recording rules that expressions read, directly or through other rules. */
function recordedBy(expressions: readonly string[], recording: readonly RecordingRules[]): RecordingRules[] {
  const rules = recording.flatMap((group) => group.rules);
  const read = rules.filter(({ record }) => expressions.some((expression) => expression.includes(record)));
  const all = rules.filter(({ record }) => read.some((rule) => rule.record === record || rule.expr.includes(record)));
  return recording.map((group) => ({ ...group, rules: group.rules.filter((rule) => all.includes(rule)) }));
}

interface PromtoolFile {
  readonly tests: readonly { readonly alert_rule_test: readonly { readonly alertname: string }[] }[];
}
