import { setTimeout as sleep } from 'node:timers/promises';
import { readExposition } from '@trademeter/test-support';
import { freePort } from '@trademeter/test-support/free-port';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startCollector } from '../servers/collector.ts';
import {
  checkMetrics,
  type Prometheus,
  prometheusGenerations,
  startPrometheus,
  waitForScrape,
} from '../servers/prometheus.ts';
import type { PromqlApi, Sample } from '../servers/promql.ts';
import { startVictoriaMetrics } from '../servers/victoria-metrics.ts';
import { type Books, type PaperBot, startPaperBot } from './paper-bot.ts';
import { withoutEnded } from './parity-series.ts';

// until spring 2009, in about ten seconds: after the first days on which the daily-loss breaker trips
const untilSpring2009 = ['--bars', '2320', '--stay'];

describe('the demo, scraped while it trades', () => {
  let bot: PaperBot;
  let books: Books;
  let whileTrading: string;
  const prometheuses = new Map<number, Prometheus>();
  /** When each Prometheus had all that the demo recorded, in seconds since 1970. */
  const times = new Map<number, number>();

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
    for (const [generation, prometheus] of prometheuses) times.set(generation, await waitForScrape(prometheus, 'bot'));
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
    const query = (expression: string): Promise<Sample[]> => api().query(expression, times.get(generation));
    const value = (expression: string): Promise<number> => api().value(expression, times.get(generation));

    test('has no problem for promtool', async () => {
      const nothing = { exitCode: 0, stdout: '', stderr: '' };
      expect(await checkMetrics(whileTrading, generation)).toMatchObject(nothing);
      expect(await checkMetrics(await bot.scrape(), generation)).toMatchObject(nothing);
    });

    test('was always scraped, and changed', async () => {
      // in seconds between the scrapes, from the first one on
      const start = (await value('min_over_time(timestamp(trading_portfolio_value)[5m:1s])')) + 0.5;
      const range = { start, end: times.get(generation) ?? start };
      // a busy machine may exceed the time limit of a scrape, which is a second
      const refused = 'up{job="bot"} == 0 and scrape_duration_seconds{job="bot"} < 1';
      expect(await api().queryRange(refused, range)).toEqual([]);
      const [up] = await api().queryRange('up{job="bot"}', range);
      expect(up?.values.length).toBeGreaterThan(3);
      expect(await value('changes(sum(trading_order_placed_total)[5m:1s])')).toBeGreaterThan(3);
    });

    test('orders placed are closed or open, in every scrape', async () => {
      const rest = 'sum(trading_order_placed_total) - sum(trading_order_closed_total) - sum(trading_order_open)';
      expect(await value(`max_over_time((${rest})[5m:1s])`)).toBe(0);
      expect(await value(`min_over_time((${rest})[5m:1s])`)).toBe(0);
    });

    test('equals the books in orders, fills and fees', async () => {
      expect(await value('sum(trading_order_placed_total)')).toBe(books.ordersPlaced);
      const closed = await query('sum by (trading_order_outcome) (trading_order_closed_total) > 0');
      expect(
        Object.fromEntries(closed.map(({ labels, value: count }) => [labels['trading_order_outcome'], count])),
      ).toEqual(books.ordersClosed);
      expect(await value('sum(trading_order_open)')).toBe(0);
      expect(await value('sum(trading_order_fills_total)')).toBe(books.fills);
      expect(await value('sum(trading_order_notional_total)')).toBeCloseTo(books.notional, 4);
      const fee = (direction: string) => `sum(trading_order_fee_total{trading_payment_direction="${direction}"})`;
      expect(await value(fee('paid'))).toBeCloseTo(books.feesPaid, 6);
      expect(await value(fee('received'))).toBeCloseTo(books.rebatesReceived, 6);
    });

    test('equals the books in round trips', async () => {
      const closed = (result: string) => `sum(trading_trade_closed_total{trading_trade_result="${result}"})`;
      expect(await value(closed('win'))).toBe(books.wins);
      expect(await value(closed('loss'))).toBe(books.losses);
      const wins = 'sum(trading_trade_pnl_sum{trading_trade_result="win"})';
      const losses = 'sum(trading_trade_pnl_sum{trading_trade_result="loss"})';
      expect(await value(`${wins} - ${losses}`)).toBeCloseTo(books.realizedPnl, 4);
      expect(await value('trading_performance_win_ratio')).toBeCloseTo(books.wins / (books.wins + books.losses), 12);
    });

    test('has no position, and its realized P&L is the change of the portfolio', async () => {
      expect(await value('sum(trading_position_open)')).toBe(0);
      // The series of the position has ended: its last 0 went to one of the two Prometheuses.
      expect(await value('max_over_time(trading_position_value[5m])')).toBeGreaterThan(0);
      expect(await query('trading_position_value != 0')).toEqual([]);
      const portfolio = await value('trading_portfolio_value');
      const realized = await value('trading_portfolio_realized_pnl{trading_period="total"}');
      expect(portfolio).toBeCloseTo(books.equity, 4);
      expect(realized).toBeCloseTo(portfolio - books.deposits, 4);
      expect(await value('trading_portfolio_pnl{trading_period="total"}')).toBeCloseTo(realized, 4);
      expect(await value('sum(trading_position_funding_total{trading_payment_direction="paid"})')).toBeCloseTo(
        books.interestPaid,
        4,
      );
    });

    test('an alert sees the first trip of a breaker, and each breaker is in one state', async () => {
      // it trips once, in 2002, seconds after the first scrape
      const trips = 'trading_breaker_trips_total{trading_breaker_name="max_drawdown"}';
      expect(await value(`min_over_time(${trips}[5m])`)).toBe(0);
      expect(await value(`increase(${trips}[5m])`)).toBeGreaterThan(0);
      expect(await value('sum(trading_breaker_trips_total)')).toBe(books.trips);
      for (const { value: states } of await query('sum by (trading_breaker_name) (trading_breaker_status)')) {
        expect(states).toBe(1);
      }
    });

    test('dropped no measurement', async () => {
      expect(await value('sum(trademeter_measurement_dropped_total)')).toBe(0);
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
    await victoria.until('sum(trading_order_placed_total)', ([sum]) => sum?.value === books.ordersPlaced);
    const ours = (names: Iterable<string>) =>
      new Map([...names].filter((name) => /^trad(?:ing|emeter)_/u.test(name)).map((name) => [name, true]));
    const scraped = ours(readExposition(await bot.scrape()).samples.map(({ name }) => name));
    const pushed = async () => {
      await victoria.flush();
      return withoutEnded(ours(await victoria.metricNames('{__name__!=""}')), scraped);
    };
    await expect.poll(pushed, { timeout: 60_000 }).toEqual(scraped);
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
    await victoria.until('sum(trading_order_placed_total)', ([sum]) => sum?.value === books.ordersPlaced);
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
    // Again each time: the first scrape may be from before the event loop was sampled.
    const compare = async () => {
      const direct = readExposition(await bot.scrape()).families;
      const pushed = readExposition(await (await fetch(collector.prometheusUrl)).text()).families;
      expect(withoutEnded(pushed, direct)).toEqual(direct);
    };
    await vi.waitFor(compare, { timeout: 60_000, interval: 500 });
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
