import { type AlertOptions, alertRules, recordingRules } from '@trademeter/alerts';
import { matchingLabelsOf, selectorsOf, syntaxError } from '@trademeter/cli/migrate';
import { translateLabelName, translateMetricName } from '@trademeter/prometheus-naming';
import { allMetrics } from '@trademeter/semantic-conventions';
import { describe, expect, test } from 'vitest';

/** Series by name, with the labels that they may have, and the values of labels with a closed list. */
type KnownSeries = ReadonlyMap<string, readonly string[] | undefined>;

const knownSeries = new Map<string, KnownSeries>(
  allMetrics.flatMap((metric) => {
    const labels: KnownSeries = new Map(
      Object.entries(metric.attributes).map(([key, attribute]) => [
        translateLabelName(key) ?? key,
        'values' in attribute && !('open' in attribute) ? attribute.values : undefined,
      ]),
    );
    const name = translateMetricName(metric) ?? metric.name;
    if (metric.instrument !== 'histogram') return [[name, labels] as const];
    return [
      [`${name}_bucket`, new Map([...labels, ['le', undefined]])] as const,
      [`${name}_sum`, labels] as const,
      [`${name}_count`, labels] as const,
    ];
  }),
);
// Prometheus' own series, and those of OpenTelemetry's instrumentations
for (const name of ['up', 'nodejs_eventloop_delay_p99_seconds', 'process_memory_usage', 'process_uptime_seconds']) {
  knownSeries.set(name, new Map());
}
// metrics of the SDK about its exports
knownSeries.set(
  'otel_sdk_exporter_operation_duration_seconds_count',
  new Map([
    ['otel_component_name', undefined],
    ['error_type', undefined],
  ]),
);
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

  test.each(rules)('$name parses', ({ expr }) => {
    expect(syntaxError(expr)).toBeUndefined();
  });

  test.each(rules)('$name reads only series, labels and values that exist', ({ expr }) => {
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

  test.each(rules)('$name tells bots apart', ({ name, expr }) => {
    const kept = name === 'TradingBotMissing' ? botLabels.filter((key) => key !== 'instance') : botLabels;
    for (const selector of selectorsOf(expr)) {
      if (selector.groupedBy.length > 0) expect(selector.groupedBy).toEqual(expect.arrayContaining([...kept]));
    }
    for (const key of matchingLabelsOf(expr)) expect([...botLabels, 'trading_venue']).toContain(key);
  });

  test.each(alerts)('$alert shows only labels that it has', ({ expr, annotations }) => {
    const labels = selectorsOf(expr).flatMap(({ series: name, groupedBy }) =>
      groupedBy.length > 0 ? groupedBy : [...botLabels, ...(series.get(name)?.keys() ?? [])],
    );
    const shown = [...`${annotations['summary']} ${annotations['description']}`.matchAll(/\$labels\.(\w+)/gu)];
    for (const [, key] of shown) expect(labels).toContain(key);
  });
});
