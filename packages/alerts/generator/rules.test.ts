import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allMetrics } from '@trademeter/semantic-conventions';
import { describe, expect, it } from 'vitest';
import { type AlertOptions, alertGroups, alertRules, recordingRules } from '../src/index.ts';
import * as openTelemetryMetrics from '../src/open-telemetry-metrics.ts';
import { label, prometheusName, type RuleMetric } from '../src/series.ts';
import { matchingLabelsOf, selectorsOf, syntaxError } from './promql.ts';
import { promtoolFolder, untestedAlerts } from './promtool-tests.ts';
import { runbookProblems } from './runbooks.ts';

/** A series by its name: the labels it may have, and the values of those whose list is closed. */
type KnownSeries = ReadonlyMap<string, readonly string[] | undefined>;

const metrics: readonly RuleMetric[] = [...allMetrics, ...Object.values(openTelemetryMetrics)];
const knownSeries = new Map<string, KnownSeries>(
  metrics.flatMap((metric) => {
    const labels: KnownSeries = new Map(
      Object.entries(metric.attributes).map(([key, { values, open }]) => [
        label(key),
        open === true ? undefined : values,
      ]),
    );
    const name = prometheusName(metric);
    const names = metric.instrument === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name];
    return names.map(
      (each) => [each, each.endsWith('_bucket') ? new Map([...labels, ['le', undefined]]) : labels] as const,
    );
  }),
);
knownSeries.set('up', new Map());
knownSeries.set('target_info', new Map([['trading_mode', ['live', 'paper', 'backtest']]]));
/** Series that any metric may have. */
knownSeries.set(
  '',
  new Map([
    ['otel_metric_overflow', ['true']],
    ['metric', undefined],
  ]),
);

const optionSets: readonly (readonly [string, AlertOptions])[] = [
  ['by default', {}],
  ['with other labels of a bot', { botLabels: ['cluster', 'service'], ignoredModes: [] }],
];

describe.each(optionSets)('the rules %s', (_, options) => {
  const botLabels = options.botLabels ?? ['job', 'instance'];
  const recorded = recordingRules(options).flatMap(({ rules }) => rules);
  const alerts = alertRules(options).flatMap(({ rules }) => rules);
  const rules = [
    ...recorded.map(({ record, expr }) => ({ name: record, expr })),
    ...alerts.map(({ alert, expr }) => ({ name: alert, expr })),
  ];
  const series = new Map(knownSeries);
  for (const { record, expr } of recorded) {
    const labels = selectorsOf(expr).flatMap(({ groupedBy, series: source }) => [
      ...groupedBy,
      ...(series.get(source)?.keys() ?? []),
    ]);
    series.set(record, new Map(labels.map((name) => [name, undefined])));
  }

  it.each(rules)('$name parses', ({ expr }) => {
    expect(syntaxError(expr)).toBeUndefined();
  });

  it.each(rules)('$name reads only series, labels and values that exist', ({ expr }) => {
    for (const { series: name, matchers, groupedBy } of selectorsOf(expr)) {
      const labels = series.get(name);
      expect(labels, name).toBeDefined();
      for (const { label: key, operator, value } of matchers) {
        expect([...(labels?.keys() ?? [])], `${name}{${key}}`).toContain(key);
        const values = labels?.get(key);
        const asked = operator === '=~' ? value.split('|') : [value];
        if (values !== undefined && operator !== '!=') expect(values).toEqual(expect.arrayContaining(asked));
      }
      for (const key of groupedBy)
        expect([...botLabels, ...(labels?.keys() ?? [])], `${name} by ${key}`).toContain(key);
    }
  });

  it.each(rules)('$name tells bots apart', ({ name, expr }) => {
    const kept = name === 'TradingBotMissing' ? botLabels.filter((key) => key !== 'instance') : botLabels;
    for (const selector of selectorsOf(expr)) {
      if (selector.groupedBy.length > 0) expect(selector.groupedBy).toEqual(expect.arrayContaining([...kept]));
    }
    for (const key of matchingLabelsOf(expr)) expect([...botLabels, 'trading_venue']).toContain(key);
  });

  it.each(alerts)('$alert shows only labels that it has', ({ expr, annotations }) => {
    const labels = selectorsOf(expr).flatMap(({ series: name, groupedBy }) =>
      groupedBy.length > 0 ? groupedBy : [...botLabels, ...(series.get(name)?.keys() ?? [])],
    );
    const shown = [...`${annotations['summary']} ${annotations['description']}`.matchAll(/\$labels\.(\w+)/gu)];
    for (const [, key] of shown) expect(labels).toContain(key);
  });
});

describe('alerts', () => {
  const groups = alertGroups();
  const names = groups.flatMap(({ alerts }) => alerts.map(({ name }) => name));

  it('are at least 25, each with a name of its own', () => {
    expect(names.length).toBeGreaterThanOrEqual(25);
    expect(new Set(names).size).toBe(names.length);
  });

  it('inhibit alerts that exist', () => {
    const inhibited = groups
      .flatMap(({ alerts }) => alerts)
      .flatMap(({ inhibits = [] }) => inhibits.flatMap(({ alerts }) => (alerts === 'all' ? [] : alerts)));
    expect(names).toEqual(expect.arrayContaining(inhibited));
  });

  it('have a promtool test in which they fire, and one in which they stay silent', () => {
    expect(untestedAlerts(names)).toEqual([]);
  });

  it('have a runbook', () => {
    expect(runbookProblems(groups, join(import.meta.dirname, '../../../docs/runbooks'))).toEqual([]);
  });
});

describe('the check for promtool tests', () => {
  const text = readFileSync(join(promtoolFolder, 'safety.yml'), 'utf8');

  it('misses a test that is not there', () => {
    const folder = mkdtempSync(join(tmpdir(), 'promtool-'));
    writeFileSync(join(folder, 'safety.yml'), text.replaceAll('TradingLiquidation', 'TradingLiquidations'));
    expect(untestedAlerts(['TradingLiquidation', 'TradingMarginHigh'], folder)).toEqual(
      expect.arrayContaining([
        'TradingLiquidation has no promtool test in which it fires',
        'TradingLiquidation has no promtool test in which it stays silent',
        'a promtool test expects TradingLiquidations, which is no alert',
      ]),
    );
    expect(untestedAlerts(['TradingMarginHigh'], folder)).not.toContainEqual(
      expect.stringMatching(/^TradingMarginHigh/u),
    );
  });
});
