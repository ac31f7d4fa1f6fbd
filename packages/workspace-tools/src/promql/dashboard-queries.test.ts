import { readFileSync } from 'node:fs';
import { matchingLabelsOf, selectorsOf, syntaxError } from '@trademeter/cli/migrate';
import { dashboards } from '@trademeter/dashboards';
import { catalogueAttributes, catalogueMetrics, labelOf } from '@trademeter/view/panels';
import { describe, expect, test } from 'vitest';
import { type LintedDashboard, panelsOf, withSampleValues } from './dashboard-linter.ts';

interface Annotated extends LintedDashboard {
  readonly annotations: { readonly list: readonly { readonly name: string; readonly expr?: string }[] };
}

/** Every expression of every dashboard, including those of variables and annotations. */
const expressions = dashboards.flatMap(({ id, classic }) => {
  const { templating, annotations, ...dashboard } = JSON.parse(readFileSync(classic, 'utf8')) as Annotated;
  return [
    ...panelsOf(dashboard).flatMap(({ title = '', targets = [] }) =>
      targets.map(({ expr }) => ({ place: `${id}: ${title}`, expression: withSampleValues(expr) })),
    ),
    ...templating.list.flatMap(({ name, query }) => {
      const selector = /^label_values\((?<selector>.+), \w+\)$/u.exec(String(query))?.groups?.['selector'];
      return selector === undefined ? [] : [{ place: `${id}: $${name}`, expression: selector }];
    }),
    ...annotations.list.flatMap(({ name, expr }) =>
      expr === undefined ? [] : [{ place: `${id}: ${name}`, expression: withSampleValues(expr) }],
    ),
  ];
});

/** The labels that a series may have, by its Prometheus name; a histogram has three names. */
const labelsBySeries = new Map(
  catalogueMetrics.flatMap(({ prometheusName, instrument, attributes }) => {
    const own = attributes.map(labelOf);
    const labels = new Set([...own, 'job', 'instance']);
    if (instrument !== 'histogram') return [[prometheusName, labels] as const];
    return [
      [`${prometheusName}_bucket`, new Set([...labels, 'le'])] as const,
      [`${prometheusName}_sum`, labels] as const,
      [`${prometheusName}_count`, labels] as const,
    ];
  }),
);
const attributesByLabel = new Map(Object.values(catalogueAttributes).map((attribute) => [attribute.label, attribute]));
const ofAnySeries = new Set([
  '__name__',
  'job',
  'instance',
  'otel_scope_name',
  'otel_scope_version',
  'otel_scope_schema_url',
  'otel_metric_overflow',
]);

test('there are more than 200 expressions', () => {
  expect(expressions.length).toBeGreaterThan(200);
});

describe('every expression', () => {
  const problemsOf = (find: (expression: string) => readonly string[]): string[] =>
    expressions.flatMap(({ place, expression }) => find(expression).map((problem) => `${place}: ${problem}`));

  test('parses as PromQL', () => {
    expect(
      problemsOf((expression) => {
        const error = syntaxError(expression);
        return error === undefined ? [] : [error];
      }),
    ).toEqual([]);
  });

  test('reads metrics of the model, with labels that they have', () => {
    expect(
      problemsOf((expression) =>
        selectorsOf(expression).flatMap(({ series, matchers }) => {
          const known = series === '' ? undefined : labelsBySeries.get(series);
          if (series !== '' && known === undefined) return [`there is no metric ${series}`];
          return matchers
            .filter(({ label }) => !(known ?? new Set([...ofAnySeries, ...attributesByLabel.keys()])).has(label))
            .map(({ label }) => `${series} has no label ${label}`);
        }),
      ),
    ).toEqual([]);
  });

  test('compares labels with values that they may have', () => {
    expect(
      problemsOf((expression) =>
        selectorsOf(expression).flatMap(({ matchers }) =>
          matchers.flatMap(({ label, value }) => {
            const { values = [], open = true } = attributesByLabel.get(label) ?? {};
            if (open || value === '' || value.startsWith('$')) return [];
            return value
              .split('|')
              .filter((each) => !values.includes(each))
              .map((each) => `${label} is never ${each}`);
          }),
        ),
      ),
    ).toEqual([]);
  });

  test('groups by labels of a metric that it reads', () => {
    expect(
      problemsOf((expression) => {
        const read = selectorsOf(expression).map(({ series }) => series);
        const known = new Set([...ofAnySeries, ...read.flatMap((series) => [...(labelsBySeries.get(series) ?? [])])]);
        const grouped = selectorsOf(expression).flatMap(({ groupedBy }) => groupedBy);
        return [...grouped, ...matchingLabelsOf(expression)].filter((label) => !known.has(label));
      }),
    ).toEqual([]);
  });

  test('computes quantiles of histograms, between 0 and 1', () => {
    const quantiles = expressions.flatMap(({ expression }) => quantilesOf(expression));
    expect(quantiles.length).toBeGreaterThan(40);
    const histograms = new Map(catalogueMetrics.map(({ prometheusName, boundaries }) => [prometheusName, boundaries]));
    const wrong = quantiles.filter(
      ({ quantile, series }) => !(quantile > 0 && quantile < 1) || (histograms.get(series)?.length ?? 0) < 2,
    );
    expect(wrong).toEqual([]);
  });
});

/** The quantiles of every `histogram_quantile(…)`, and the histogram that it reads. */
function quantilesOf(expression: string): { readonly quantile: number; readonly series: string }[] {
  return [...expression.matchAll(/histogram_quantile\((?<quantile>[\d.]+), .*?(?<series>[a-z_]+)_bucket\{/gu)].map(
    ({ groups }) => ({ quantile: Number(groups?.['quantile']), series: groups?.['series'] ?? '' }),
  );
}
