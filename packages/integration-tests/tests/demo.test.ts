import { setTimeout as sleep } from 'node:timers/promises';
import { type Family, readExposition } from '@trademeter/test-support';
import { freePort } from '@trademeter/workspace-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCollector } from '../servers/collector.ts';
import {
  checkMetrics,
  type Prometheus,
  prometheusGenerations,
  startPrometheus,
  waitForScrape,
} from '../servers/prometheus.ts';
import type { PromqlApi } from '../servers/promql.ts';
import { startVictoriaMetrics } from '../servers/victoria-metrics.ts';
import { type Books, type PaperBot, startPaperBot } from './paper-bot.ts';

// until spring 2009, in about ten seconds: after the first days on which the daily-loss breaker trips
const untilSpring2009 = ['--bars', '2320', '--stay'];

describe('the demo, scraped while it trades', () => {
  let bot: PaperBot;
  let books: Books;
  let whileTrading: string;
  const prometheuses = new Map<number, Prometheus>();

  beforeAll(async () => {
    // Prometheus needs five seconds to its first scrape, so it starts before the bot.
    const port = await freePort();
    const scrape = [{ job: 'bot', url: `http://127.0.0.1:${port}/metrics` }];
    for (const generation of prometheusGenerations) {
      prometheuses.set(generation, await startPrometheus({ generation, scrape }));
    }
    for (const prometheus of prometheuses.values()) await prometheus.until('up', (up) => up.length > 0);
    bot = await startPaperBot({ port, args: ['--speed', '250', ...untilSpring2009] });
    whileTrading = await scrapeWhen(bot, 'trading_trade_pnl_bucket');
    books = await bot.books();
    for (const prometheus of prometheuses.values()) await waitForScrape(prometheus, 'bot');
  });

  afterAll(async () => {
    await bot?.stop();
    for (const prometheus of prometheuses.values()) await prometheus.stop();
  });

  test('trades in a way that is worth measuring', () => {
    expect(books).toMatchObject({ bars: 2320, deposits: 100_000 });
    expect(books.wins).toBeGreaterThan(0);
    expect(books.losses).toBeGreaterThan(0);
    expect(books.trips).toBeGreaterThan(0);
    expect(books.ordersClosed).toMatchObject({ filled: expect.any(Number), rejected: expect.any(Number) });
  });

  describe.each(prometheusGenerations)('by Prometheus %i', (generation) => {
    const api = (): PromqlApi => {
      const prometheus = prometheuses.get(generation);
      if (!prometheus) throw new Error(`Prometheus ${generation} does not run`);
      return prometheus;
    };

    test('has no problem for promtool', async () => {
      const nothing = { exitCode: 0, stdout: '', stderr: '' };
      expect(await checkMetrics(whileTrading, generation)).toMatchObject(nothing);
      expect(await checkMetrics(await bot.scrape(), generation)).toMatchObject(nothing);
    });

    test('was always scraped, and changed', async () => {
      expect(await api().value('min_over_time(up{job="bot"}[1m])', (await firstScrape(api())) + 60)).toBe(1);
      expect(await api().value('changes(sum(trading_order_placed_total)[1m:1s])')).toBeGreaterThan(3);
    });

    test('orders placed are closed or open, in every scrape', async () => {
      const rest = 'sum(trading_order_placed_total) - sum(trading_order_closed_total) - sum(trading_order_open)';
      expect(await api().value(`max_over_time((${rest})[1m:1s])`)).toBe(0);
      expect(await api().value(`min_over_time((${rest})[1m:1s])`)).toBe(0);
    });

    test('equals the books in orders, fills and fees', async () => {
      expect(await api().value('sum(trading_order_placed_total)')).toBe(books.ordersPlaced);
      const closed = await api().query('sum by (trading_order_outcome) (trading_order_closed_total) > 0');
      expect(Object.fromEntries(closed.map(({ labels, value }) => [labels['trading_order_outcome'], value]))).toEqual(
        books.ordersClosed,
      );
      expect(await api().value('sum(trading_order_open)')).toBe(0);
      expect(await api().value('sum(trading_order_fills_total)')).toBe(books.fills);
      expect(await api().value('sum(trading_order_notional_total)')).toBeCloseTo(books.notional, 4);
      const fee = (direction: string) => `sum(trading_order_fee_total{trading_payment_direction="${direction}"})`;
      expect(await api().value(fee('paid'))).toBeCloseTo(books.feesPaid, 6);
      expect(await api().value(fee('received'))).toBeCloseTo(books.rebatesReceived, 6);
    });

    test('equals the books in round trips', async () => {
      const closed = (result: string) => `sum(trading_trade_closed_total{trading_trade_result="${result}"})`;
      expect(await api().value(closed('win'))).toBe(books.wins);
      expect(await api().value(closed('loss'))).toBe(books.losses);
      const wins = 'sum(trading_trade_pnl_sum{trading_trade_result="win"})';
      const losses = 'sum(trading_trade_pnl_sum{trading_trade_result="loss"})';
      expect(await api().value(`${wins} - ${losses}`)).toBeCloseTo(books.realizedPnl, 4);
      expect(await api().value('trading_performance_win_ratio')).toBeCloseTo(
        books.wins / (books.wins + books.losses),
        12,
      );
    });

    test('has no position, and its realized P&L is the change of the portfolio', async () => {
      expect(await api().value('sum(trading_position_open)')).toBe(0);
      // The series of the position has ended: its last 0 went to one of the two Prometheuses.
      expect(await api().value('max_over_time(trading_position_value[5m])')).toBeGreaterThan(0);
      expect(await api().query('trading_position_value != 0')).toEqual([]);
      const value = await api().value('trading_portfolio_value');
      const realized = await api().value('trading_portfolio_realized_pnl{trading_period="total"}');
      expect(value).toBeCloseTo(books.equity, 4);
      expect(realized).toBeCloseTo(value - books.deposits, 4);
      expect(await api().value('trading_portfolio_pnl{trading_period="total"}')).toBeCloseTo(realized, 4);
      expect(await api().value('sum(trading_position_funding_total{trading_payment_direction="paid"})')).toBeCloseTo(
        books.interestPaid,
        4,
      );
    });

    test('an alert sees the first trip of a breaker, and each breaker is in one state', async () => {
      // it trips once, in 2002, seconds after the first scrape
      const trips = 'trading_breaker_trips_total{trading_breaker_name="max_drawdown"}';
      expect(await api().value(`min_over_time(${trips}[1m])`)).toBe(0);
      expect(await api().value(`increase(${trips}[1m])`)).toBeGreaterThan(0);
      expect(await api().value('sum(trading_breaker_trips_total)')).toBe(books.trips);
      for (const { value } of await api().query('sum by (trading_breaker_name) (trading_breaker_status)')) {
        expect(value).toBe(1);
      }
    });

    test('dropped no measurement', async () => {
      expect(await api().value('sum(trademeter_measurement_dropped_total)')).toBe(0);
    });
  });
});

describe('the demo, pushing', () => {
  const quick = ['--speed', '0', '--bars', '1000'];

  test('has the same names in VictoriaMetrics as in a scrape', async () => {
    await using victoria = await startVictoriaMetrics();
    await using bot = await startPaperBot({
      args: [...quick, '--stay'],
      env: {
        OTEL_METRICS_EXPORTER: 'prometheus,otlp',
        OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: victoria.otlpUrl,
        OTEL_METRIC_EXPORT_INTERVAL: '500',
        OTEL_METRIC_EXPORT_TIMEOUT: '500',
      },
    });
    const books = await bot.books();
    const scraped = readExposition(await bot.scrape()).samples.map(({ name }) => name);
    await victoria.until('sum(trading_order_placed_total)', ([sum]) => sum?.value === books.ordersPlaced);
    const ours = (names: readonly string[]) =>
      [...new Set(names)].filter((name) => /^trad(?:ing|emeter)_/u.test(name)).toSorted();
    expect(ours(await victoria.metricNames('{__name__!=""}'))).toEqual(ours(scraped));
  });

  test('exports everything before it ends', async () => {
    await using victoria = await startVictoriaMetrics();
    await using bot = await startPaperBot({
      args: quick,
      env: { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: victoria.otlpUrl },
    });
    const books = await bot.books();
    expect(await bot.ended).toBe(0);
    await victoria.flush();
    await victoria.until('sum(trading_order_placed_total)', ([sum]) => sum?.value === books.ordersPlaced, 10);
    expect(await victoria.value('sum(trading_order_closed_total)')).toBe(books.ordersPlaced);
    expect(await victoria.value('trading_portfolio_value')).toBeCloseTo(books.equity, 4);
  });

  test('has the same names, types and texts through the Collector as in a scrape', async () => {
    await using collector = await startCollector();
    await using bot = await startPaperBot({
      args: [...quick, '--stay'],
      env: {
        OTEL_METRICS_EXPORTER: 'prometheus,otlp',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.otlpHttpUrl,
        OTEL_METRIC_EXPORT_INTERVAL: '500',
        OTEL_METRIC_EXPORT_TIMEOUT: '500',
      },
    });
    await bot.books();
    // From several scrapes: one right after a push has no event loop delays, which need five samples.
    const direct = new Map<string, Family>();
    const pushed = async () => {
      for (const [name, family] of readExposition(await bot.scrape()).families) direct.set(name, family);
      return readExposition(await (await fetch(collector.prometheusUrl)).text()).families;
    };
    await expect.poll(pushed, { timeout: 60_000 }).toEqual(direct);
  });
});

/** Scrapes the bot until a name appears, and returns that text. */
async function scrapeWhen(bot: PaperBot, name: string): Promise<string> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const text = await bot.scrape();
    if (text.includes(name)) return text;
    if (performance.now() > deadline) throw new Error(`the demo did not show ${name} in time:\n${text}`);
    await sleep(200);
  }
}

/** The time of the first scrape, in seconds since 1970. */
async function firstScrape(api: PromqlApi): Promise<number> {
  return api.value('min_over_time(timestamp(trading_portfolio_value)[2m:1s])');
}
