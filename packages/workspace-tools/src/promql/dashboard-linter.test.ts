import { readFileSync } from 'node:fs';
import { dashboards } from '@trademeter/dashboards';
import { describe, expect, test } from 'vitest';
import {
  type LintedDashboard,
  type LintedPanel,
  type LintedTarget,
  lint,
  panelsOf,
  rules,
} from './dashboard-linter.ts';

function readDashboard(file: URL): LintedDashboard {
  return JSON.parse(readFileSync(file, 'utf8')) as LintedDashboard;
}

test.each(dashboards)("Grafana's dashboard-linter would accept $id", ({ classic }) => {
  expect(lint(readDashboard(classic))).toEqual([]);
});

describe('a dashboard that breaks a rule', () => {
  type Break = (dashboard: LintedDashboard) => void;
  const changeQuery =
    (change: (target: LintedTarget) => void): Break =>
    (dashboard) => {
      for (const target of firstPanel(dashboard).targets ?? []) change(target);
    };
  const changeVariable =
    (name: string, change: object): Break =>
    ({ templating: { list } }) => {
      for (const variable of list) if (variable.name === name) Object.assign(variable, change);
    };

  const breaks: Readonly<Record<string, readonly Break[]>> = {
    'template-datasource-rule': [
      changeVariable('datasource', { name: 'source' }),
      changeVariable('datasource', { label: 'Source' }),
      changeVariable('datasource', { query: 'loki' }),
      ({ templating }) => {
        templating.list = templating.list.filter(({ type }) => type !== 'datasource');
      },
    ],
    'template-job-rule': [
      changeVariable('job', { allValue: '.*' }),
      changeVariable('job', { multi: false }),
      changeVariable('job', { name: 'jobs' }),
      changeVariable('job', { datasource: { uid: 'prometheus-1' } }),
    ],
    'template-instance-rule': [
      changeVariable('instance', { label: 'Bot' }),
      changeVariable('instance', { name: 'bot' }),
    ],
    'template-label-promql-rule': [
      changeVariable('mode', { query: 'label_values(target_info{, trading_mode)' }),
      changeVariable('mode', { query: 'label_vals(trading_mode)' }),
    ],
    'template-on-time-change-reload-rule': [changeVariable('mode', { refresh: 1 })],
    'panel-datasource-rule': [
      (dashboard) => Object.assign(firstPanel(dashboard), { datasource: { uid: 'prometheus-1' } }),
    ],
    'panel-title-description-rule': [
      (dashboard) => Object.assign(firstPanel(dashboard), { title: '' }),
      (dashboard) => Object.assign(firstPanel(dashboard), { description: '' }),
    ],
    'panel-units-rule': [
      (dashboard) => Object.assign(firstPanel(dashboard), { fieldConfig: { defaults: { unit: 'usd' } } }),
    ],
    'panel-no-targets-rule': [(dashboard) => Object.assign(firstPanel(dashboard), { targets: [] })],
    'target-logql-rule': [changeQuery((target) => Object.assign(target, { datasource: { type: 'loki' } }))],
    'target-promql-rule': [changeQuery((target) => Object.assign(target, { expr: `sum by (${target.expr}` }))],
    'target-rate-interval-rule': [
      changeQuery((target) =>
        Object.assign(target, { expr: 'rate(trading_errors_total{job=~"$job", instance=~"$instance"}[5m])' }),
      ),
    ],
    'target-job-rule': [
      changeQuery((target) => Object.assign(target, { expr: 'up{instance=~"$instance"}' })),
      changeQuery((target) => Object.assign(target, { expr: 'up{job="bot", instance=~"$instance"}' })),
    ],
    'target-instance-rule': [changeQuery((target) => Object.assign(target, { expr: 'up{job=~"$job"}' }))],
    'target-counter-agg-rule': [
      changeQuery((target) =>
        Object.assign(target, { expr: 'sum(trading_errors_total{job=~"$job", instance=~"$instance"})' }),
      ),
    ],
    'uneditable-dashboard': [(dashboard) => Object.assign(dashboard, { editable: true })],
  };

  test('is tested for every rule', () => {
    expect(Object.keys(breaks).toSorted()).toEqual(Object.keys(rules).toSorted());
  });

  test.each(Object.entries(breaks))('is found by %s', (name, attempts) => {
    const [{ classic } = { classic: new URL('file:///') }] = dashboards;
    for (const attempt of attempts) {
      const dashboard = readDashboard(classic);
      attempt(dashboard);
      expect(lint(dashboard).map((problem) => problem.split(':')[0])).toContain(name);
    }
  });
});

test('panels of collapsed rows are checked too', () => {
  const dashboard = readDashboard(dashboards[0]?.classic ?? new URL('file:///'));
  expect(panelsOf(dashboard).map(({ title }) => title)).toEqual(
    expect.arrayContaining(['Scraped', 'Bots', 'Version of the conventions']),
  );
});

function firstPanel(dashboard: LintedDashboard): LintedPanel {
  const [panel] = panelsOf(dashboard);
  if (panel === undefined) throw new Error('the dashboard has no panel');
  return panel;
}
