import {
  isKnownSeries,
  knownMetrics,
  recordedNames,
  recordingRules,
  renderRuleFile,
  selectorsOf,
  syntaxError,
} from '@trademeter/cli/migrate';
import { describe, expect, test } from 'vitest';
import { seriesNames } from './inventory/inventory.ts';
import { sourceSystems } from './systems.ts';

const systems = sourceSystems();

test('there are five systems, with 124 names between them', () => {
  const counts = systems.map(({ name, inventory }) => [name, inventory.metrics.length]);
  expect(Object.fromEntries(counts)).toEqual({
    '247trader-v2': 17,
    'ai-trading-system': 24,
    'catalyst-bot': 33,
    'metrics-pipeline-plan': 41,
    'stoic-citadel': 9,
  });
});

describe.each(systems)('$name', ({ name, inventory, mapping, warnings, rules }) => {
  const recorded = new Set(mapping.rules.flatMap((rule) => recordedNames(rule, mapping)));
  const unchanged = new Set(mapping.unchanged);
  const excepted = new Set(mapping.exceptions.map((exception) => exception.name));
  const exists = (series: string) => recorded.has(series) || (isKnownSeries(series) && !excepted.has(series));

  test.each(inventory.metrics)('$name comes back or is among the exceptions', (metric) => {
    const missing = seriesNames(metric).filter((series) => !exists(series));
    expect(missing.length === 0 || excepted.has(metric.name) || unchanged.has(metric.name)).toBe(true);
    if (metric.written !== undefined) expect(recorded).toContain(metric.written);
  });

  test.each(inventory.metrics.filter((metric) => recorded.has(metric.name) || recorded.has(`${metric.name}_count`)))(
    '$name has the labels that it had',
    (metric) => {
      const rulesOfIt = mapping.rules.filter(({ record }) => record === metric.name);
      for (const rule of rulesOfIt) {
        const grouped = /by \(<keep>(?:, )?([^)]*)\)/u.exec(rule.kind === 'query' ? rule.query : '')?.[1];
        const labels = rule.kind === 'query' ? (grouped ?? '').split(', ').filter(Boolean) : Object.keys(rule.labels);
        expect([...labels, ...Object.keys(rule.set)].toSorted()).toEqual(metric.labels.toSorted());
      }
    },
  );

  test.each(inventory.metrics.filter(({ buckets }) => buckets !== undefined))(
    '$name has the bounds that it had',
    (metric) => {
      const rule = mapping.rules.find(({ record }) => record === metric.name);
      expect(rule?.kind === 'histogram' ? rule.buckets : []).toEqual(metric.buckets);
    },
  );

  test.each(inventory.expressions)('line $line, $expression, reads series that exist', ({ expression }) => {
    expect(syntaxError(expression)).toBeUndefined();
    for (const { series, labels } of selectorsOf(expression)) {
      expect(recorded).toContain(series);
      const has = mapping.rules
        .filter((rule) => recordedNames(rule, mapping).includes(series))
        .flatMap((rule) => [...Object.keys(rule.set), ...(rule.kind === 'query' ? [] : Object.keys(rule.labels))]);
      expect([...has, ...mapping.keep, 'le']).toEqual(expect.arrayContaining([...labels]));
    }
  });

  test('reads only series that exist', () => {
    expect(warnings).toEqual([]);
    const read = recordingRules(mapping).flatMap(({ expr }) => selectorsOf(expr).map(({ series }) => series));
    expect(read.filter((series) => !isKnownSeries(series))).toEqual([]);
  });

  test('maps only what the document has', () => {
    const known = inventory.metrics.flatMap((metric) => [metric.name, metric.written]);
    const names = [...mapping.rules.map(({ record }) => record), ...mapping.unchanged, ...excepted];
    expect(names.filter((mapped) => !known.includes(mapped))).toEqual([]);
  });

  test('keeps the labels that its scrape configuration adds', () => {
    const added = inventory.scrapeJobs.flatMap(({ labels }) => labels);
    expect(mapping.keep).toEqual(['job', 'instance', ...added]);
  });

  test('has its committed rules up to date', () => {
    expect(rules).toBe(renderRuleFile(mapping, `${name}.yaml`));
  });
});

test('counters without labels exist from the first scrape, as before', () => {
  const late = systems.flatMap(({ inventory, mapping }) =>
    inventory.metrics
      .filter(({ type, labels }) => type === 'counter' && labels.length === 0)
      .filter(({ name }) => !mapping.rules.some((rule) => rule.record === name && rule.kind === 'from' && rule.zero))
      .map(({ name }) => name),
  );
  expect(late).toEqual([]);
});

test('names that two systems share get the same value from both', () => {
  const byName = new Map<string, Set<string>>();
  for (const { mapping } of systems) {
    for (const { record, expr, labels } of recordingRules({ ...mapping, keep: ['job', 'instance'] })) {
      const key = `${record}${JSON.stringify(labels)}`;
      byName.set(key, (byName.get(key) ?? new Set()).add(expr));
    }
  }
  expect([...byName].filter(([, expressions]) => expressions.size > 1)).toEqual([]);
});

test('our bounds contain every bound of the old histograms', () => {
  const missing = systems.flatMap(({ mapping }) =>
    mapping.rules.flatMap((rule) => {
      if (rule.kind !== 'histogram') return [];
      const ours = knownMetrics.get(rule.histogram)?.boundaries?.map((bound) => bound * rule.multiply);
      return rule.buckets.filter((bound) => ours?.includes(bound) === false).map((bound) => `${rule.record} ${bound}`);
    }),
  );
  expect(missing).toEqual([]);
});
