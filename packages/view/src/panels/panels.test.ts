import { describe, expect, test } from 'vitest';
import {
  attributesOf,
  boards,
  type Condition,
  catalogueAttributes,
  catalogueMetrics,
  conventionDomains,
  labelOf,
  type MetricQuery,
  metricOf,
  metricQueriesOf,
  type Panel,
  panelOf,
  panels,
  type Query,
  recorderOf,
} from './index.ts';

const targetLabels = ['job', 'instance'];

/** Every query of a metric, with its panel. */
const readings = panels.flatMap((panel) =>
  panel.series.flatMap(({ query }) => metricQueriesOf(query).map((reading) => ({ panel, reading }))),
);

describe.each(panels)('the panel $id', (panel) => {
  test('says what it shows, what to do, and when there is data', () => {
    expect(panel.id).toMatch(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/u);
    expect(panel.title).toMatch(/^[A-Z].*[^.]$/u);
    expect(panel.description).toMatch(/^[A-Z0-9][^\n]{15,}\.$/u);
    expect(panel.action).toMatch(/^[A-Z][^\n]{15,}\.$/u);
    expect(panel.absentUntil).toMatch(/^[^.\n]{10,}$/u);
  });

  test('is on a board', () => {
    expect(boards.some(({ rows }) => rows.some((row) => row.panels.includes(panel.id)))).toBe(true);
  });

  test('has ascending thresholds, from the lowest verdict up', () => {
    const [first, ...rest] = panel.thresholds ?? [];
    expect(first?.from).toBeUndefined();
    const bounds = rest.map(({ from = Number.NaN }) => from);
    expect(bounds).toEqual(bounds.toSorted((a, b) => a - b));
    expect(bounds.every(Number.isFinite)).toBe(true);
  });

  test('has texts for states, and only for states', () => {
    expect(panel.states !== undefined).toBe(panel.unit === 'state');
    expect(panel.chart === 'state').toBe(panel.unit === 'state');
    if (panel.states) expect(panel.states).toHaveLength(2);
  });

  test('has legends with the attributes that distinguish its series', () => {
    for (const { query, legend } of panel.series) {
      const named = [...legend.matchAll(/\{([^}]+)\}/gu)].map(([, attribute = '']) => attribute);
      const kept = [...attributesOf(query), ...(query.kind === 'buckets' ? ['le'] : [])];
      expect(kept).toEqual(expect.arrayContaining(named));
      // a table has a column for each
      if (panel.chart === 'table') continue;
      const missing = kept.filter((attribute) => !named.includes(attribute) && !targetLabels.includes(attribute));
      expect(missing, legend).toEqual([]);
    }
  });
});

describe('the catalog', () => {
  test('ids of panels and of boards are unique', () => {
    for (const list of [panels, boards]) {
      const ids = list.map(({ id }) => id);
      expect(ids).toEqual([...new Set(ids)]);
    }
  });

  test('the boards are three questions, and then the domains', () => {
    expect(boards.map(({ kind }) => kind)).toEqual([
      ...Array.from({ length: 3 }, () => 'question'),
      ...Array.from({ length: boards.length - 3 }, () => 'domain'),
    ]);
    expect(boards.slice(0, 4).map(({ title }) => title)).toEqual([
      'Is it running?',
      'How is it trading?',
      'How close to the edge?',
      'Orders & execution',
    ]);
  });

  test('every metric is listed once on the page, under a domain', () => {
    const listed = boards.flatMap((board) => board.listed);
    expect(listed.toSorted()).toEqual([...new Set(catalogueMetrics.map(({ domain }) => domain))].toSorted());
  });

  test('a domain of the conventions has a package, and other metrics have other recorders', () => {
    expect(conventionDomains).toEqual(expect.arrayContaining(['orders', 'market-data', 'runtime']));
    expect(conventionDomains).not.toContain('http');
    expect(recorderOf('market-data')).toBe('@trademeter/instrumentation-market-data');
    expect(recorderOf('http')).toBe('@opentelemetry/instrumentation-http');
  });

  test.each(boards)('the board $id shows panels that exist, each once', ({ rows }) => {
    const ids = rows.flatMap((row) => row.panels);
    expect(ids).toEqual([...new Set(ids)]);
    for (const id of ids) expect(panelOf(id).id).toBe(id);
    expect(rows.at(-1)?.title).toBe('Why is there no data?');
  });

  test('every metric of the conventions is on a panel', () => {
    const shown = new Set(readings.map(({ reading }) => reading.metric));
    const missing = catalogueMetrics.map(({ name }) => name).filter((name) => !shown.has(name));
    expect(missing).toEqual([]);
  });
});

describe('queries', () => {
  test('every attribute in a query belongs to the metric', () => {
    const unknown = readings.flatMap(({ panel, reading }) => {
      const { attributes, domain } = metricOf(reading.metric);
      return [...(reading.by ?? []), ...Object.keys(reading.where ?? {})]
        .filter((key) => !attributes.includes(key) && !targetLabels.includes(key) && domain !== 'scrape')
        .map((key) => `${panel.id}: ${reading.metric} has no ${key}`);
    });
    expect(unknown).toEqual([]);
  });

  test('every compared value is one that the attribute may have', () => {
    const unknown = readings.flatMap(({ panel, reading }) =>
      Object.entries(reading.where ?? {}).flatMap(([key, condition]) => {
        const { values = [], open = true } = catalogueAttributes[key] ?? {};
        return open
          ? []
          : valuesOf(condition)
              .filter((value) => !values.includes(value))
              .map((value) => `${panel.id}: ${key} is never ${value}`);
      }),
    );
    expect(unknown).toEqual([]);
  });

  test('different currencies and overlapping periods are never added up', () => {
    const mixed = readings.flatMap(({ panel, reading }) =>
      ['trading.currency', 'trading.period']
        .filter((key) => metricOf(reading.metric).attributes.includes(key) && !separates(reading, key))
        .map((key) => `${panel.id}: ${reading.metric} over ${key}`),
    );
    expect(mixed).toEqual([]);
  });

  test('gauges are combined only where the panel says how', () => {
    const combined = readings.flatMap(({ panel, reading }) => {
      const { instrument, attributes } = metricOf(reading.metric);
      if (instrument !== 'gauge' || reading.kind !== 'last' || reading.aggregate !== undefined) return [];
      return attributes
        .filter((key) => reading.metric !== 'target_info' && !separates(reading, key))
        .map((key) => `${panel.id}: ${reading.metric} over ${key}`);
    });
    expect(combined).toEqual([]);
  });

  test('states are counted for one state, never added up over states', () => {
    const mixed = readings.filter(({ reading }) => {
      const state = metricOf(reading.metric).attributes.find((key) => key.endsWith('.state'));
      return reading.metric.endsWith('.status') && typeof reading.where?.[state ?? ''] !== 'string';
    });
    expect(mixed.map(({ panel }) => panel.id)).toEqual([]);
  });

  test('each kind of query reads a suitable instrument', () => {
    const allowed: Readonly<Record<MetricQuery['kind'], readonly string[]>> = {
      last: ['gauge', 'updowncounter'],
      rate: ['counter', 'histogram'],
      increase: ['counter', 'histogram'],
      quantile: ['histogram'],
      mean: ['histogram'],
      buckets: ['histogram'],
    };
    const wrong = readings.filter(
      ({ reading }) => !allowed[reading.kind].includes(metricOf(reading.metric).instrument),
    );
    expect(wrong.map(({ panel, reading }) => `${panel.id}: ${reading.kind} of ${reading.metric}`)).toEqual([]);
  });

  test('quantiles and their thresholds are within the buckets', () => {
    const wrong = readings.flatMap(({ panel, reading }) => {
      if (reading.kind !== 'quantile') return [];
      const { boundaries = [] } = metricOf(reading.metric);
      const [lowest = Number.NaN, highest = Number.NaN] = [boundaries[0], boundaries.at(-1)];
      const bounds = (panel.thresholds ?? []).flatMap(({ from }) => (from === undefined ? [] : [from]));
      const inside = bounds.every((bound) => bound >= lowest && bound <= highest);
      const isQuantile = reading.quantile > 0 && reading.quantile < 1 && lowest < highest;
      return inside && isQuantile ? [] : [`${panel.id}: ${reading.metric}`];
    });
    expect(wrong).toEqual([]);
  });

  test('both sides of a ratio or difference have the same attributes', () => {
    const sides = (query: Query): Query[] => {
      if (query.kind === 'ratio') return [query.of, query.to];
      return query.kind === 'difference' ? [query.from, query.minus] : [];
    };
    const uneven = panels.flatMap(({ id, series }) =>
      series
        .map(({ query }) => sides(query).map(attributesOf))
        .filter(([left, right]) => JSON.stringify(left) !== JSON.stringify(right))
        .map(() => id),
    );
    expect(uneven).toEqual([]);
  });
});

test('a unit fits the unit of the metric', () => {
  const fits: Readonly<Record<string, readonly Panel['unit'][]>> = {
    s: ['seconds'],
    By: ['bytes'],
    '{currency}': ['money'],
    '{basis_point}': ['basisPoints'],
  };
  const wrong = panels.flatMap((panel) =>
    panel.series.flatMap(({ query }) => {
      const [reads] = query.kind === 'ratio' ? [] : metricQueriesOf(query);
      if (reads === undefined) return [];
      const { unit, instrument } = metricOf(reads.metric);
      const counts = instrument === 'histogram' && 'of' in reads ? reads.of !== 'sum' : instrument === 'histogram';
      const isCount = (reads.kind === 'rate' || reads.kind === 'increase') && counts;
      const isShareOfTime = reads.kind === 'rate' && unit === 's' && !counts;
      if (isCount || isShareOfTime || reads.kind === 'buckets') return [];
      return (fits[unit] ?? [panel.unit]).includes(panel.unit) ? [] : [`${panel.id}: ${panel.unit} for ${unit}`];
    }),
  );
  expect(wrong).toEqual([]);
});

test('an error about an unknown name quotes it', () => {
  expect(() => metricOf('trading.order.plcaed')).toThrow('the catalogue has no metric "trading.order.plcaed"');
  expect(() => labelOf('trading.vneue')).toThrow('the catalogue has no attribute "trading.vneue"');
  expect(() => panelOf('equty')).toThrow('there is no panel "equty"');
});

function valuesOf(condition: Condition): readonly string[] {
  if (typeof condition === 'string') return [condition];
  return 'present' in condition ? [] : condition;
}

/** Whether series that differ in an attribute stay apart. */
function separates({ by = [], where = {} }: MetricQuery, key: string): boolean {
  return by.includes(key) || typeof where[key] === 'string';
}
