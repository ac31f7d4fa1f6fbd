import { selectorsOf, syntaxError } from '@trademeter/cli/migrate';

/** The name of the chosen data source in panels, queries and variables. */
const datasourceUid = `\${datasource}`;

/** The parts of a classic dashboard that the rules read. */
export interface LintedDashboard {
  editable?: boolean;
  templating: { list: LintedVariable[] };
  panels: LintedPanel[];
}

export interface LintedVariable {
  type: string;
  name: string;
  label?: string;
  query?: unknown;
  datasource?: { uid?: string };
  multi?: boolean;
  allValue?: string;
  refresh?: number;
}

export interface LintedPanel {
  type: string;
  id: number;
  title?: string;
  description?: string;
  datasource?: { type?: string; uid?: string };
  targets?: LintedTarget[];
  fieldConfig?: { defaults: { unit?: string; mappings?: unknown[] } };
  /** The panels of a collapsed row. */
  panels?: LintedPanel[];
}

export interface LintedTarget {
  refId: string;
  expr: string;
  datasource?: { type?: string; uid?: string };
}

/** A rule of Grafana's dashboard-linter: returns what is wrong, a line each. */
type Rule = (dashboard: LintedDashboard) => string[];

/**
 * The rules of Grafana's dashboard-linter, by their names there. They are as strict as the linter or stricter: each one
 * applies to all kinds of panels, labels are compared exactly, and a counter is recognized by its name. Its two rules
 * about LogQL are covered by the one that every query goes to Prometheus.
 *
 * @see https://github.com/grafana/dashboard-linter/blob/main/docs/index.md
 */
export const rules: Readonly<Record<string, Rule>> = {
  'template-datasource-rule': ({ templating: { list } }) => {
    const variables = list.filter(({ type }) => type === 'datasource');
    const [variable] = variables;
    if (variable === undefined) return ['it has no variable for the data source'];
    if (variables.length > 1) return ['it has several variables for data sources'];
    return [
      ...(variable.name === 'datasource' ? [] : [`its data source is named ${variable.name}`]),
      ...(variable.label === 'Data source' ? [] : [`its data source is labelled ${variable.label}`]),
      ...(variable.query === 'prometheus' ? [] : [`its data source is a ${JSON.stringify(variable.query)}`]),
    ];
  },
  'template-job-rule': (dashboard) => targetVariableProblems(dashboard, 'job', 'Job'),
  'template-instance-rule': (dashboard) => targetVariableProblems(dashboard, 'instance', 'Instance'),
  'template-label-promql-rule': (dashboard) =>
    queryVariables(dashboard).flatMap(({ name, query }) => {
      const match = /^label_values\((?:(?<selector>.+), )?(?<label>[a-zA-Z_]\w*)\)$/u.exec(
        typeof query === 'string' ? query : '',
      );
      if (match === null) return [`${name} has the query ${JSON.stringify(query)}`];
      const error = syntaxError(withSampleValues(match.groups?.['selector'] ?? 'up'));
      return error === undefined ? [] : [`${name}: ${error}`];
    }),
  'template-on-time-change-reload-rule': (dashboard) =>
    queryVariables(dashboard)
      .filter(({ refresh }) => refresh !== 2)
      .map(({ name }) => `${name} is not refreshed when the time changes`),
  'panel-datasource-rule': (dashboard) =>
    panelsOf(dashboard)
      .filter(({ datasource }) => datasource?.uid !== datasourceUid)
      .map((panel) => `${nameOf(panel)} has the data source ${panel.datasource?.uid}`),
  'panel-title-description-rule': (dashboard) =>
    panelsOf(dashboard)
      .filter(({ title = '', description = '' }) => title === '' || description === '')
      .map((panel) => `${nameOf(panel)} has no title or no description`),
  'panel-units-rule': (dashboard) =>
    panelsOf(dashboard)
      .filter(({ type }) => type !== 'heatmap')
      .filter(({ fieldConfig }) => !validUnits.has(fieldConfig?.defaults.unit ?? ''))
      .map((panel) => `${nameOf(panel)} has the unit ${panel.fieldConfig?.defaults.unit}`),
  'panel-no-targets-rule': (dashboard) =>
    panelsOf(dashboard)
      .filter(({ targets = [] }) => targets.length === 0)
      .map((panel) => `${nameOf(panel)} has no query`),
  'target-logql-rule': (dashboard) =>
    queriesOf(dashboard)
      .filter(({ target: { datasource } }) => datasource?.type !== 'prometheus')
      .map(({ place }) => `${place} does not go to Prometheus`),
  'target-promql-rule': (dashboard) =>
    queriesOf(dashboard).flatMap(({ place, target: { expr } }) => {
      const error = syntaxError(withSampleValues(expr));
      return error === undefined ? [] : [`${place}: ${error}`];
    }),
  'target-rate-interval-rule': (dashboard) =>
    selectors(dashboard)
      .filter(({ call, range }) => (call === 'rate' || call === 'irate') && range !== sampleValues['__rate_interval'])
      .map(({ place, range }) => `${place} has a rate over ${range}`),
  'target-job-rule': (dashboard) => targetMatcherProblems(dashboard, 'job'),
  'target-instance-rule': (dashboard) => targetMatcherProblems(dashboard, 'instance'),
  'target-counter-agg-rule': (dashboard) =>
    selectors(dashboard)
      .filter(({ series, call }) => series.endsWith('_total') && !/^(?:rate|irate|increase)$/u.test(call ?? ''))
      .map(({ place, series }) => `${place} reads ${series} without a rate`),
  'uneditable-dashboard': ({ editable }) => (editable === false ? [] : ['it can be edited']),
};

/** Applies all rules to a dashboard. Returns a line for each fault, which begins with the rule. */
export function lint(dashboard: LintedDashboard): string[] {
  return Object.entries(rules).flatMap(([name, rule]) => rule(dashboard).map((problem) => `${name}: ${problem}`));
}

/** Every panel that is not a row, including those in collapsed rows. */
export function panelsOf({ panels }: Pick<LintedDashboard, 'panels'>): LintedPanel[] {
  return panels.flatMap((panel) => (panel.type === 'row' ? (panel.panels ?? []) : [panel]));
}

/** Different values for what Grafana fills in. */
const sampleValues: Readonly<Record<string, string>> = { __rate_interval: '61s', __range: '3600s' };

/** An expression with the ranges that Grafana fills in; variables in strings stay unchanged. */
export function withSampleValues(expression: string): string {
  return expression.replaceAll(/\$(?<name>__\w+)/gu, (text, name: string) => sampleValues[name] ?? text);
}

function queryVariables({ templating: { list } }: LintedDashboard): LintedVariable[] {
  return list.filter(({ type }) => type === 'query');
}

function targetVariableProblems({ templating: { list } }: LintedDashboard, name: string, label: string): string[] {
  const variable = list.find((each) => each.name === name);
  if (variable === undefined) return [`it has no variable ${name}`];
  const expected: [boolean, string][] = [
    [variable.datasource?.uid === datasourceUid, 'does not use the chosen data source'],
    [variable.type === 'query', 'is no query'],
    [variable.label === label, `is not labelled ${label}`],
    [variable.multi === true, 'offers one value only'],
    [variable.allValue === '.+', `has the allValue ${variable.allValue}`],
  ];
  return expected.filter(([holds]) => !holds).map(([, problem]) => `${name} ${problem}`);
}

function targetMatcherProblems(dashboard: LintedDashboard, label: string): string[] {
  return selectors(dashboard)
    .filter(
      ({ matchers }) =>
        !matchers.some((each) => each.label === label && each.operator === '=~' && each.value === `$${label}`),
    )
    .map(({ place, series }) => `${place} reads ${series} of any ${label}`);
}

function queriesOf(dashboard: LintedDashboard): { readonly place: string; readonly target: LintedTarget }[] {
  return panelsOf(dashboard).flatMap((panel) =>
    (panel.targets ?? []).map((target) => ({ place: `${nameOf(panel)} ${target.refId}`, target })),
  );
}

function selectors(dashboard: LintedDashboard) {
  return queriesOf(dashboard).flatMap(({ place, target: { expr } }) =>
    selectorsOf(withSampleValues(expr)).map((selector) => ({ place, ...selector })),
  );
}

function nameOf({ title, id }: LintedPanel): string {
  return title === undefined || title === '' ? `panel ${id}` : JSON.stringify(title);
}

/** The units of the linter's list that are used here. */
const validUnits: ReadonlySet<string> = new Set(['none', 'short', 'percentunit', 'locale', 'bytes', 's', 'cps', 'cpm']);
