import { readFileSync } from 'node:fs';
import { dashboards } from '@trademeter/dashboards';
import {
  conventionDomains,
  metricOf,
  metricQueriesOf,
  panels as pagePanels,
  recorderOf,
} from '@trademeter/view/panels';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PromqlApi } from '../servers/promql.ts';
import { type DemoInPrometheus, demoWays, startDemoInPrometheus } from './demo-in-prometheus.ts';
import type { Books } from './paper-bot.ts';

/** The parts of a classic dashboard that are read here. */
interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: { readonly list: readonly { readonly name: string; readonly expr?: string }[] };
}

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly panels?: readonly Panel[];
  readonly targets?: readonly Target[];
}

interface Target {
  readonly refId: string;
  readonly expr: string;
  /** Whether it is evaluated once, at the end of the time range, instead of over all of it. */
  readonly instant: boolean;
}

interface Variable {
  readonly name: string;
  readonly type: string;
  readonly query: string;
  readonly includeAll?: boolean;
  readonly allValue?: string;
}

/** Panels without data on the demo, and the reasons; with the query's letter if a panel has several. */
const absent: Readonly<Record<string, string>> = {
  'Cardinality overflows': 'no metric reaches its limit',
  'Corrected fills': 'its venue corrects nothing',
  'Critical errors': 'nothing critical happens',
  'Database connections': 'it has no database client',
  'Database latency (p95)': 'it has no database client',
  'Database operations': 'it has no database client',
  Errors: 'it has warnings, and no errors',
  'Failed cycles': 'no cycle fails',
  'Failed lookups': 'no lookup fails',
  'HTTP latency A': 'it has no HTTP server',
  'HTTP latency B': 'it has no HTTP server',
  'HTTP latency C': 'it has no HTTP server',
  'HTTP requests': 'it has no HTTP server',
  'Length of halts': 'each breaker closes once, and an increase begins after the first value of a series',
  'Orders changed A': 'it replaces no order',
  'Orders changed B': 'it gives no order up',
  'Recovery time': 'no drawdown ends',
  'Unconfirmed orders': 'no request times out',
  'Value taken back': 'its venue takes nothing back',
};
/** The titles of panels that only show domains whose instrumentation the demo does not use. */
const notInDemo: ReadonlySet<string> = new Set(
  pagePanels
    .filter(({ series }) => {
      const domains = series.flatMap(({ query }) =>
        metricQueriesOf(query).map(({ metric }) => metricOf(metric).domain),
      );
      return domains.length > 0 && domains.every((domain) => conventionDomains.includes(domain) && !isInDemo(domain));
    })
    .map(({ title }) => title),
);
const absentVariables: Readonly<Record<string, string>> = { account: 'it trades one account, which it does not name' };

const read = dashboards.map(({ id, classic }) => ({
  id,
  dashboard: JSON.parse(readFileSync(classic, 'utf8')) as Dashboard,
}));

let demo: DemoInPrometheus;
let books: Books;
/** The start of the demo's trading, in seconds since 1970. */
let start: number;
let time: number;

beforeAll(async () => {
  start = Date.now() / 1000;
  demo = await startDemoInPrometheus();
  ({ books, time } = await demo.untilTraded());
});

afterAll(() => demo?.[Symbol.asyncDispose]());

describe.each(demoWays)('on series that came by %s', (way) => {
  test.each(read)('every query of $id has data, or a known reason', async ({ dashboard }) => {
    const api = demo.prometheus[way];
    const queries = panelsOf(dashboard).flatMap(({ title, targets = [] }) =>
      targets.map((target) => ({ name: targets.length > 1 ? `${title} ${target.refId}` : title, target })),
    );
    const empty: string[] = [];
    for (const { name, target } of queries) {
      // as in Grafana: a graph shows the series of a position that the demo has sold, although it has ended
      const has = target.instant ? hasData : hadData;
      if (!(await has(api, resolve(target.expr, dashboard)))) empty.push(name);
    }
    const names = queries.map(({ name }) => name);
    const isExpected = (name: string) => Object.hasOwn(absent, name) || notInDemo.has(name.replace(/ [A-Z]$/u, ''));
    expect(empty).toEqual(names.filter(isExpected));
  });

  test.each(read)('every variable of $id has values, or a known reason', async ({ dashboard }) => {
    const empty: string[] = [];
    for (const { name, type, query } of dashboard.templating.list) {
      if (type !== 'query') continue;
      const values = await labelValues(demo.prometheus[way], resolve(query, dashboard));
      if (values.length === 0) empty.push(name);
    }
    const names = dashboard.templating.list.map(({ name }) => name);
    expect(empty).toEqual(names.filter((name) => absentVariables[name] !== undefined));
  });

  test('a breaker that tripped is marked on every dashboard', async () => {
    for (const { id, dashboard } of read) {
      const [annotation] = dashboard.annotations.list.filter(({ expr }) => expr !== undefined);
      expect(await hasData(demo.prometheus[way], resolve(annotation?.expr ?? '', dashboard)), id).toBe(true);
    }
  });

  test('a mode that the bot is not in has no data', async () => {
    const dashboard = dashboardOf('orders');
    for (const { targets = [] } of panelsOf(dashboard)) {
      for (const { expr } of targets) {
        if (!expr.includes('$mode')) continue;
        const live = expr.replaceAll('$mode', 'live');
        expect(await demo.prometheus[way].query(resolve(live, dashboard), time), live).toEqual([]);
      }
    }
  });

  test('figures equal the books of the bot', async () => {
    const value = async (board: string, title: string): Promise<number> => {
      const dashboard = dashboardOf(board);
      const [target] = panelsOf(dashboard).find((panel) => panel.title === title)?.targets ?? [];
      return demo.prometheus[way].value(resolve(target?.expr ?? '', dashboard), time);
    };
    const { equity } = books;
    expect(await value('trading', 'Equity now')).toBeCloseTo(equity, 6);
    expect(await value('portfolio', 'Total return')).toBeCloseTo(equity / books.deposits - 1, 9);
    expect(await value('risk', 'Kill switch')).toBe(0);
    const { filled = 0 } = books.ordersClosed;
    const closed = Object.values(books.ordersClosed).reduce((sum, count) => sum + count, 0);
    expect(await value('orders', 'Fill rate')).toBeCloseTo(filled / closed, 1);
  });
});

test('what the bot traded still counts after its end', async () => {
  const scraping = demo.prometheus['a scrape of the demo'];
  const [target] = panelsOf(dashboardOf('orders')).find(({ title }) => title === 'Orders, 24 h')?.targets ?? [];
  const expr = target?.expr ?? '';
  const before = await scraping.value(resolve(expr, dashboardOf('orders')), time);
  expect(before).toBeGreaterThan(0);
  await demo.bot.stop();
  await scraping.until('target_info', (infos) => infos.length === 0);
  expect(await scraping.value(resolve(expr, dashboardOf('orders')))).toBeGreaterThan(0.9 * before);
});

function dashboardOf(id: string): Dashboard {
  const found = read.find((each) => each.id === id);
  if (found === undefined) throw new Error(`there is no dashboard ${id}`);
  return found.dashboard;
}

async function hasData(api: PromqlApi, expression: string): Promise<boolean> {
  const samples = await api.query(expression, time);
  return samples.some(({ value }) => !Number.isNaN(value));
}

/** Whether there was data at any time while the demo traded. */
async function hadData(api: PromqlApi, expression: string): Promise<boolean> {
  // in whole seconds back from the end, whose scrape is included
  const series = await api.queryRange(expression, { start: time - Math.ceil(time - start), end: time });
  return series.some(({ values }) => values.some((value) => !Number.isNaN(value)));
}

/** Every panel that is not a row, including those in collapsed rows. */
function panelsOf({ panels }: Pick<Dashboard, 'panels'>): readonly Panel[] {
  return panels.flatMap((panel) => (panel.type === 'row' ? (panel.panels ?? []) : [panel]));
}

/** An expression as Grafana sends it with "All" everywhere, for ranges that contain the demo's whole run. */
function resolve(expression: string, { templating: { list } }: Dashboard): string {
  const values = new Map([
    ['__rate_interval', '45s'],
    ['__range', '1m'],
    ...list.filter(({ includeAll }) => includeAll === true).map(({ name, allValue = '' }) => [name, allValue] as const),
  ]);
  const resolved = expression.replaceAll(/\$(?<name>\w+)/gu, (text, name: string) => values.get(name) ?? text);
  expect(resolved).not.toContain('$');
  return resolved;
}

/** Grafana's query for `label_values(selector, label)` or `label_values(label)`. */
async function labelValues(api: PromqlApi, query: string): Promise<readonly string[]> {
  const { selector, label = '' } = /^label_values\((?:(?<selector>.+), )?(?<label>\w+)\)$/u.exec(query)?.groups ?? {};
  const parameters = new URLSearchParams(selector === undefined ? {} : { 'match[]': selector });
  const response = await fetch(`${api.url}/api/v1/label/${label}/values?${parameters.toString()}`);
  const { status, data } = (await response.json()) as { readonly status: string; readonly data: readonly string[] };
  expect(status, query).toBe('success');
  return data;
}

function isInDemo(domain: string): boolean {
  const manifest = readFileSync(new URL('../../../examples/paper-bot/package.json', import.meta.url), 'utf8');
  return Object.hasOwn((JSON.parse(manifest) as { dependencies: object }).dependencies, recorderOf(domain));
}
