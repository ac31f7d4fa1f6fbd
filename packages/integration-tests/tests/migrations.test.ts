import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { recordingRules, renderRuleFile, selectorsOf, withKeptLabels } from '@trademeter/cli/migrate';
import { freePort } from '@trademeter/test-support/free-port';
import { makeDataFolder, run, type Server, startServer, workspaceFolder } from '@trademeter/workspace-tools';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { seriesNames } from '../../../examples/migrations/src/inventory/inventory.ts';
import { sourceSystems } from '../../../examples/migrations/src/systems.ts';
import { type Postgresql, startPostgresql } from '../servers/postgresql.ts';
import {
  checkConfig,
  checkRules,
  type Prometheus,
  prometheusGenerations,
  startPrometheus,
  waitForScrape,
} from '../servers/prometheus.ts';
import type { PromqlApi, Sample, SeriesOverTime, TimeRange } from '../servers/promql.ts';
import { type Books, type PaperBot, startPaperBot } from './paper-bot.ts';

const systems = sourceSystems();
const guide = readFileSync(join(workspaceFolder, 'docs/migrating.md'), 'utf8');
// to the spring of 2009, in about ten seconds: the first days on which the daily-loss breaker trips are behind
// Flat, and not for so long that there is no Sharpe ratio.
const untilSpring2009 = ['--speed', '250', '--bars', '2340', '--stay'];

/** The series of positions end with them, and the demo is flat when it has traded. */
const ofPositions = /position_(?:value|pnl|unrealized_pnl)/u;

test.each(prometheusGenerations)('promtool %i finds nothing wrong with the rules', async (generation) => {
  const paths = systems.map(({ rulesPath }) => rulesPath);
  const { exitCode, stdout } = await checkRules(paths, generation);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.not.stringMatching(/FAILED|duplicate/u) });
});

test.each(prometheusGenerations)('promtool %i accepts the configuration in the guide', async (generation) => {
  const [yaml = ''] = /(?<=```yaml\n)(?: {3}(?!```).*\n)+/mu.exec(guide) ?? [];
  const folder = await makeDataFolder('migration-guide');
  mkdirSync(join(folder, 'rules'));
  for (const { name, rules } of systems) writeFileSync(join(folder, 'rules', `${name}.yml`), rules);
  const file = join(folder, 'prometheus.yml');
  writeFileSync(file, yaml);
  const { exitCode, stdout, stderr } = await checkConfig(file, generation);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toContain('rules found');
});

describe('five old exporters, restored from the demo', () => {
  let bot: PaperBot;
  let postgresql: Postgresql;
  let services: Server;
  let books: Books;
  const prometheuses = new Map<number, Prometheus>();
  /** When the demo traded. */
  let traded: TimeRange;
  /** When each Prometheus and its rules had all that was recorded, in seconds since 1970. */
  const times = new Map<number, number>();

  beforeAll(async () => {
    const [botPort, servicesPort] = [await freePort(), await freePort()];
    const scrape = [
      { job: 'bot', url: `http://127.0.0.1:${botPort}/metrics` },
      { job: 'services', url: `http://127.0.0.1:${servicesPort}/metrics` },
    ];
    const ruleFiles = await writeQuickRules();
    for (const generation of prometheusGenerations) {
      prometheuses.set(generation, await startPrometheus({ generation, scrape, ruleFiles }));
    }
    for (const prometheus of prometheuses.values()) await prometheus.until('up', (up) => up.length === 2);
    postgresql = await startPostgresql();
    services = await startOutsideServices(servicesPort, postgresql.url);
    const start = Date.now() / 1000;
    bot = await startPaperBot({ port: botPort, args: untilSpring2009 });
    books = await bot.books();
    traded = { start, end: Date.now() / 1000 };
    while (!/^books /mu.test(services.log())) await sleep(100);
    for (const [generation, prometheus] of prometheuses) {
      // the rules have seen what these scrapes brought
      const scraped = await Promise.all(scrape.map(({ job }) => waitForScrape(prometheus, job)));
      // an evaluation sees what was there when it was due, which may be a second before it began
      const due = (Math.max(...scraped) + 1) * 1000;
      await vi.waitUntil(
        async () => (await ruleGroups(prometheus)).every(({ lastEvaluation }) => Date.parse(lastEvaluation) > due),
        { timeout: 60_000, interval: 200 },
      );
      times.set(generation, Date.now() / 1000);
    }
  });

  afterAll(async () => {
    await bot?.stop();
    await services?.stop();
    await postgresql?.stop();
    for (const prometheus of prometheuses.values()) await prometheus.stop();
  });

  describe.each(prometheusGenerations)('by Prometheus %i', (generation) => {
    const api = (): PromqlApi => {
      const prometheus = prometheuses.get(generation);
      if (!prometheus) throw new Error(`Prometheus ${generation} does not run`);
      return prometheus;
    };
    const query = (expression: string): Promise<Sample[]> => api().query(expression, times.get(generation));
    const value = (expression: string): Promise<number> => api().value(expression, times.get(generation));
    /** What there is now; of positions, what there was while the demo traded. */
    const seriesOf = async (expression: string): Promise<SeriesOverTime[]> => {
      if (ofPositions.test(expression)) return api().queryRange(expression, traded);
      return (await query(expression)).map(({ labels, value: one }) => ({ labels, values: [one] }));
    };
    const expectData = async (expression: string) => {
      const values = (await seriesOf(expression)).flatMap((series) => series.values);
      expect(values.filter((each) => !Number.isNaN(each)).length, expression).toBeGreaterThan(0);
    };

    test('evaluates every rule without a fault', async () => {
      const rules = (await ruleGroups(api())).flatMap((group) => group.rules);
      expect(rules.length).toBe(systems.flatMap(({ mapping }) => recordingRules(mapping)).length);
      expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    });

    describe.each(systems)('$name', ({ inventory, mapping }) => {
      const withoutName = new Set(mapping.exceptions.map(({ name }) => name));
      for (const { record } of mapping.rules) withoutName.delete(record);
      const names = inventory.metrics.filter(({ name }) => !withoutName.has(name));

      test.each(names)('$name has data', async (metric) => {
        for (const series of seriesNames(metric)) await expectData(series);
        if (metric.written !== undefined) await expectData(metric.written);
        // the mean, which a panel may ask for by the bare name
        if (metric.type === 'histogram') await expectData(metric.name);
      });

      test.each(names.filter(({ name }) => !mapping.unchanged.includes(name)))(
        '$name has the labels that it had, and those of the scrape',
        async (metric) => {
          const allowed = new Set(['__name__', 'le', ...metric.labels, ...mapping.keep]);
          for (const series of seriesNames(metric)) {
            const labels = (await seriesOf(series)).flatMap((found) => Object.keys(found.labels));
            expect(labels.filter((label) => !allowed.has(label))).toEqual([]);
            expect(labels).toEqual(expect.arrayContaining([...metric.labels]));
          }
        },
      );

      test.each(names.filter(({ type }) => type === 'histogram'))('$name is a histogram', async ({ name }) => {
        expect(await query(`histogram_quantile(0.5, ${name}_bucket) >= 0`)).not.toEqual([]);
        // The buckets are as many as were counted, in each series: at some time, because a scrape, which counts its own
        // response, may come between the evaluations of the two rules.
        const different = `${name}_bucket{le="+Inf"} - ignoring (le) ${name}_count != 0`;
        await expect.poll(() => api().query(different), { timeout: 60_000, interval: 500 }).toEqual([]);
        // as Python and Prometheus 3 spell it
        if (!mapping.unchanged.includes(name)) expect(await query(`${name}_bucket{le="1"}`)).toEqual([]);
      });

      test.each(inventory.expressions.filter(({ kind }) => kind === 'panel'))(
        'line $line, $expression, has data',
        async ({ expression }) => expectData(expression),
      );

      test.each(inventory.expressions)(
        'line $line, $expression, asks for series that have data',
        async ({ expression }) => {
          await query(expression);
          for (const { text } of selectorsOf(expression)) await expectData(text);
        },
      );

      test.each(mapping.exceptions.filter(({ instead }) => instead !== undefined))(
        'the query instead of $name has data',
        async ({ instead = '' }) => expectData(withKeptLabels(instead, mapping)),
      );
    });

    test('has every name from the demo itself, except those that need an outside service', async () => {
      const missing: string[] = [];
      for (const { inventory, mapping } of systems) {
        const names = inventory.metrics.filter(({ name }) => mapping.rules.some(({ record }) => record === name));
        for (const metric of names) {
          const [series = ''] = seriesNames(metric);
          if ((await seriesOf(`${series}{job="bot"}`)).length === 0) missing.push(metric.name);
        }
      }
      expect(missing.toSorted()).toEqual([
        'database_connection_pool_usage',
        'database_query_duration_seconds',
        'http_errors_total',
        'http_request_duration_seconds',
        'http_requests_total',
        'redis_cache_hit_rate',
        'redis_connection_status',
        'redis_latency_seconds',
        'timescale_connection_status',
      ]);
    });

    test('equals the books of the bot', async () => {
      const { filled = 0, rejected = 0 } = books.ordersClosed;
      const closed = Object.values(books.ordersClosed).reduce((sum, count) => sum + count, 0);
      const trades = books.wins + books.losses;
      const ours = 'job="bot"';
      const exact: Record<string, number> = {
        [`sum(stoic_citadel_trades_total{${ours}, status="filled"})`]: filled,
        [`sum(stoic_citadel_orders_total{${ours}})`]: books.ordersPlaced,
        [`sum(stoic_citadel_order_latency_seconds_count{${ours}})`]: filled,
        [`stoic_citadel_portfolio_value_usd{${ours}}`]: books.equity,
        [`stoic_citadel_open_positions{${ours}}`]: 0,
        [`sum(trades_total{${ours}, ticker="SPX", side=~"BUY|SELL"})`]: filled,
        [`portfolio_cash{${ours}}`]: books.equity,
        [`total_return_pct{${ours}}`]: 100 * (books.equity / books.deposits - 1),
        [`catalyst_bot_cumulative_pnl{${ours}}`]: books.equity - books.deposits,
        [`catalyst_bot_win_rate{${ours}}`]: (100 * books.wins) / trades,
        [`sum(catalyst_bot_orders_total{${ours}, status="rejected"})`]: rejected,
        [`sum(catalyst_bot_trades_total{${ours}, side="sell", result="win"})`]: books.wins,
        [`catalyst_bot_order_success_rate{${ours}}`]: (100 * filled) / closed,
        [`sum(catalyst_bot_circuit_breaker_triggers_total{${ours}})`]: books.trips,
        [`sum(trader_trades_total{${ours}, outcome="loss"})`]: books.losses,
        [`sum(trader_orders_placed_total{${ours}, symbol="SPX"})`]: books.ordersPlaced,
        [`sum(trader_circuit_breaker_trips_total{${ours}, type!="kill_switch"})`]: books.trips,
        [`sum(trades_executed_total{${ours}, strategy="momentum"})`]: filled,
        [`sum(strategy_profit_loss{${ours}})`]: books.realizedPnl,
        [`sum(order_fill_duration_seconds_count{${ours}})`]: filled,
      };
      const shown = await Promise.all(
        Object.keys(exact).map(async (expression) => [expression, await value(expression)] as const),
      );
      for (const [expression, found] of shown) {
        expect(found, expression).toBeCloseTo(exact[expression] ?? Number.NaN, 6);
      }
    });

    test('has the requests to outside services', async () => {
      const [json = '{}'] = /(?<=^books ).*$/mu.exec(services.log()) ?? [];
      const { rounds, cost } = JSON.parse(json) as { rounds: number; cost: number };
      const exact: Record<string, number> = {
        'ai_api_requests_total{job="services", model_name="claude-haiku-4-5"}': rounds,
        'ai_api_cost_usd_total{job="services"}': cost,
        'catalyst_bot_llm_tokens_total{job="services", provider="anthropic", direction="input"}': 1000 * rounds,
        // SPY is asked twice a round; it is not in the fast layer the first time, and QQQ never
        'cache_hits_total{job="services", layer="L1_Redis"}': 2 * rounds - 1,
        'cache_hits_total{job="services", layer="L2_TimescaleDB"}': 1,
        'cache_misses_total{job="services"}': rounds,
        'http_requests_total{job="services", endpoint="/orders/:id", method="GET", status_code="200"}': rounds,
        'http_errors_total{job="services", endpoint="/quotes/:symbol", error_type="503"}': rounds,
        'redis_connection_status{job="services"}': 1,
        'database_connection_pool_usage{job="services"}': 1,
        'sum(database_query_duration_seconds_count{job="services"})': rounds,
      };
      for (const [expression, expected] of Object.entries(exact)) {
        expect(await value(expression), expression).toBeCloseTo(expected, 6);
      }
    });

    test('answers the query that the guide shows', async () => {
      const page = readFileSync(join(workspaceFolder, 'docs/migrating/catalyst-bot.md'), 'utf8');
      const [path = ''] = /(?<=^- `curl 'http:\/\/localhost:9091)[^']+/mu.exec(page) ?? [];
      const ask = async () => JSON.parse((await run('curl', ['-s', api().url + path])).stdout) as unknown;
      await expect.poll(ask, { timeout: 60_000 }).toMatchObject({ data: { result: [{}, {}] } });
    });

    test('has ratios, signs and units of the old names', async () => {
      const drawdown = await value('trading_portfolio_drawdown_max_ratio{job="bot"}');
      expect(drawdown).toBeGreaterThan(0);
      expect(await value('max_drawdown_pct{job="bot"}')).toBeCloseTo(-100 * drawdown, 9);
      expect(await value('catalyst_bot_max_drawdown{job="bot"}')).toBeCloseTo(-drawdown, 9);
      expect(await value('trader_max_drawdown_pct{job="bot"}')).toBeCloseTo(100 * drawdown, 9);
      const median = (histogram: string) => `sum(histogram_quantile(0.5, sum by (le) (${histogram}_bucket)))`;
      const seconds = await value(median('trading_model_inference_duration_seconds'));
      expect(await value(median('stoic_citadel_ml_inference_latency_ms'))).toBeCloseTo(1000 * seconds, 6);
    });
  });
});

interface RuleGroup {
  /** When its last evaluation began. */
  readonly lastEvaluation: string;
  readonly rules: readonly { readonly name: string; readonly health: string }[];
}

async function ruleGroups({ url }: Pick<PromqlApi, 'url'>): Promise<readonly RuleGroup[]> {
  const response = await fetch(`${url}/api/v1/rules`);
  const { data } = (await response.json()) as { readonly data: { readonly groups: readonly RuleGroup[] } };
  return data.groups;
}

/** The rules as they are committed, but evaluated every second. */
async function writeQuickRules(): Promise<string[]> {
  const folder = await makeDataFolder('migration-rules');
  return systems.map(({ name, mapping }) => {
    const file = join(folder, `${name}.yml`);
    writeFileSync(file, renderRuleFile({ ...mapping, interval: '1s' }, `${name}.yaml`));
    return file;
  });
}

function startOutsideServices(port: number, postgresqlUrl: string): Promise<Server> {
  return startServer({
    name: 'outside-services',
    command: process.execPath,
    args: ['--conditions=@trademeter/source', join(import.meta.dirname, 'outside-services.ts')],
    env: {
      ...process.env,
      OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
      OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
      POSTGRESQL_URL: postgresqlUrl,
    },
    readyUrl: `http://127.0.0.1:${port}/metrics`,
  });
}
