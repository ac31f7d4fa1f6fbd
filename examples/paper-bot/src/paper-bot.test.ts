import { createTestTelemetry, type GlobalTestTelemetry } from '@trademeter/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Account } from './account.ts';
import { Analyst } from './analyst.ts';
import { loadBars } from './bars.ts';
import { BuyAndHold } from './buy-and-hold.ts';
import { type CommandLine, readCommandLine } from './command-line.ts';
import { FeatureStore } from './feature-store.ts';
import { createInstruments } from './instruments.ts';
import { PaperBroker } from './paper-broker.ts';
import { PriceFeed } from './price-feed.ts';
import { Random } from './random.ts';
import { Replay } from './replay.ts';
import { symbol, TradingBot } from './trading-bot.ts';

const never = new AbortController().signal;
const atOnce = () => Promise.resolve();

describe('over twenty years of the market', () => {
  let telemetry: GlobalTestTelemetry;
  let bot: TradingBot;
  const log: string[] = [];

  beforeAll(async () => {
    telemetry = createTestTelemetry({ global: true });
    const bars = await loadBars();
    const replay = new Replay(bars, 0);
    const instruments = createInstruments(replay.now);
    const random = new Random(1);
    bot = new TradingBot(instruments, {
      feed: new PriceFeed(instruments.market, symbol, random, atOnce, () => undefined),
      store: new FeatureStore(instruments.cache),
      analyst: new Analyst(instruments.agent, instruments.market, random, atOnce),
      broker: new PaperBroker(random, atOnce),
      log: (text) => log.push(text),
    });
    for await (const bar of replay.play(bars.length, never)) await bot.trade(bar);
  });

  afterAll(async () => {
    await telemetry.shutdown();
  });

  test('nothing is logged: no measurement is dropped', () => {
    expect(telemetry.messages).toEqual([]);
  });

  test('the daily-loss breaker trips in 2008 and in 2020', async () => {
    const years = log.filter((line) => line.includes('daily_loss tripped')).map((line) => line.slice(0, 4));
    expect(years).toEqual(expect.arrayContaining(['2008', '2020']));
    expect(await telemetry.value('trading.breaker.trips')).toBe(bot.books.trips);
  });

  test('it prints each trade, each month and the result', async () => {
    const { wins, losses, trips, bars: days } = bot.books;
    expect(log.filter((line) => /^\d{4}-\d{2}-\d{2} {2}bought \d+ at \d+\.\d{2}$/u.test(line)).length).toBeGreaterThan(
      0,
    );
    expect(log.filter((line) => / {2}sold \d+ at \d+\.\d{2}: [+-]\$[\d,]+$/u.test(line))).toHaveLength(wins + losses);
    const months = log.filter((line) => /^\d{4}-\d{2} {5}equity \$[\d,]+ {2}drawdown \d+\.\d %$/u.test(line));
    // January 2000 to March 2020; the last month is incomplete
    expect(months).toHaveLength(20 * 12 + 3);
    const summary = bot.summary().join('\n');
    expect(summary).toContain(`traded       ${days} days, 2000-01-03 to 2020-04-17`);
    expect(summary).toContain(`round trips  ${wins + losses}: ${wins} won, ${losses} lost, `);
    expect(summary).toContain(`breakers     ${trips} trips`);
    const drawdown = Number(/drawdown {5}(?<most>[\d.]+) %/u.exec(summary)?.groups?.['most']);
    const measured = (await telemetry.value('trading.portfolio.drawdown.max')) ?? 0;
    expect(drawdown).toBeCloseTo(measured * 100, 1);
  });

  test("it is flat at the end, and its realized profit is the portfolio's gain", async () => {
    const { equity, deposits, realizedPnl } = bot.books;
    expect(await telemetry.value('trading.position.open')).toBe(0);
    expect(equity - deposits).toBeCloseTo(realizedPnl, 6);
    const total = { 'trading.period': 'total' };
    expect(await telemetry.value('trading.portfolio.realized_pnl', total)).toBeCloseTo(realizedPnl, 6);
    expect(await telemetry.value('trading.portfolio.pnl', total)).toBeCloseTo(realizedPnl, 6);
  });

  test('its metrics agree with its books', async () => {
    const { books } = bot;
    const value = async (name: string, attributes = {}) => (await telemetry.value(`trading.${name}`, attributes)) ?? 0;
    expect(await value('order.placed')).toBe(books.ordersPlaced);
    expect(await value('order.open')).toBe(0);
    for (const [outcome, count] of Object.entries(books.ordersClosed)) {
      expect(await value('order.closed', { 'trading.order.outcome': outcome })).toBe(count);
    }
    expect(await value('order.fills')).toBe(books.fills);
    expect(await value('order.notional')).toBeCloseTo(books.notional, 3);
    expect(await value('order.fee', { 'trading.payment.direction': 'paid' })).toBeCloseTo(books.feesPaid, 6);
    expect(await value('order.fee', { 'trading.payment.direction': 'received' })).toBeCloseTo(books.rebatesReceived, 6);
    expect(await value('position.funding')).toBeCloseTo(books.interestPaid, 6);
    expect(await value('trade.closed', { 'trading.trade.result': 'win' })).toBe(books.wins);
    expect(await value('performance.win_ratio')).toBeCloseTo(books.wins / (books.wins + books.losses), 12);
    expect(await value('order.fee', { 'trading.symbol': symbol })).toBeCloseTo(
      books.feesPaid + books.rebatesReceived,
      6,
    );
    expect(await value('position.realized_pnl', { 'trading.symbol': symbol })).toBeCloseTo(books.realizedPnl, 6);
    for (const age of ['order.fill.age', 'trade.age', 'cycle.age', 'portfolio.snapshot.age']) {
      expect(await telemetry.value(`trading.${age}`), age).toBeGreaterThanOrEqual(0);
    }
    expect(await telemetry.value('trading.order.age')).toBe(0);
    expect(await telemetry.value('trademeter.measurement.dropped')).toBe(0);
  });

  test('its benchmark is the market, bought on the first day', async () => {
    const bars = await loadBars();
    const gain = (bars.at(-1)?.close ?? 0) / (bars[0]?.close ?? 0);
    const benchmark = { 'trading.benchmark.name': 'buy_and_hold' };
    expect(await telemetry.value('trading.portfolio.benchmark.value', benchmark)).toBeCloseTo(100_000 * gain, 6);
  });
});

test('a benchmark keeps its value when the history restarts', () => {
  const benchmark = new BuyAndHold(100);
  benchmark.mark({ close: 10, isLast: false });
  benchmark.mark({ close: 20, isLast: true });
  benchmark.mark({ close: 10, isLast: false });
  expect(benchmark.value).toBe(200);
  benchmark.mark({ close: 15, isLast: false });
  expect(benchmark.value).toBe(300);
});

test('from the first day of the demo it gains, and a breaker trips within ten seconds', async () => {
  const { from, barsPerSecond } = readCommandLine([]) as CommandLine;
  const bars = (await loadBars()).filter(({ date }) => date >= from);
  const replay = new Replay(bars, 0);
  const instruments = createInstruments(replay.now);
  const random = new Random(1);
  const bot = new TradingBot(instruments, {
    feed: new PriceFeed(instruments.market, symbol, random, atOnce, () => undefined),
    store: new FeatureStore(instruments.cache),
    analyst: new Analyst(instruments.agent, instruments.market, random, atOnce),
    broker: new PaperBroker(random, atOnce),
    log: () => undefined,
  });
  for await (const bar of replay.play(10 * barsPerSecond, never)) await bot.trade(bar);
  expect(bot.books.trips).toBeGreaterThan(0);
  expect(bot.books.equity).toBeGreaterThan(bot.books.deposits);
});

test('equal seeds give equal numbers', () => {
  const [one, other] = [new Random(7), new Random(7)];
  expect([one.uniform(), one.normal(), one.uniform()]).toEqual([other.uniform(), other.normal(), other.uniform()]);
});

test('the history restarts without repeating a day, and says so the day before', async () => {
  const bars = (await loadBars()).slice(0, 3);
  const replay = new Replay(bars, 0);
  const seen: [string, number, boolean][] = [];
  for await (const bar of replay.play(7, never)) seen.push([bar.date, replay.now(), bar.isLast]);
  expect(seen.map(([date]) => date)).toEqual([0, 1, 2, 0, 1, 2, 0].map((index) => bars[index]?.date));
  expect(seen.map(([, , isLast]) => isLast)).toEqual([false, false, true, false, false, true, true]);
  const times = seen.map(([, time]) => time);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(new Set(times).size).toBe(7);
});

test('an account knows the cost and proceeds of a position traded in parts', () => {
  const account = new Account(1_000);
  account.buy(2, 100, 1, 5);
  account.buy(2, 110, 1, 6);
  account.mark(120);
  expect(account.unrealizedPnl).toBe(4 * 15 - 2);
  account.finance(3);
  expect(account.sell(1, 120, 1)).toBeUndefined();
  expect(account.sell(3, 124, -1)).toEqual({
    quantity: 4,
    entryPrice: 105,
    exitPrice: 123,
    costs: 5,
    pnl: 4 * 18 - 5,
    openedTime: 5,
  });
  expect(account.equity).toBe(1_000 + 67);
});

test('an account that buys again after a partial sale counts the whole cost', () => {
  const account = new Account(1_000);
  account.buy(2, 100, 0, 5);
  account.sell(1, 110, 0);
  account.buy(1, 120, 0, 6);
  const trip = account.sell(2, 120, 0);
  expect(trip).toMatchObject({ quantity: 3, pnl: 30, openedTime: 5 });
  expect(account.equity).toBe(1_030);

  account.buy(1, 50, 0, 7);
  expect(account.sell(1, 40, 0)).toMatchObject({ quantity: 1, entryPrice: 50, exitPrice: 40, pnl: -10 });
});

test('no limit order is filled through its limit', async () => {
  const broker = new PaperBroker(new Random(1), atOnce);
  for (const { close } of await loadBars()) {
    for (const side of ['buy', 'sell'] as const) {
      const order = { symbol, side, type: 'limit', quantity: 2, expectedPrice: close } as const;
      for await (const report of broker.send(order)) {
        if (report.type !== 'trade') continue;
        if (side === 'buy') expect(report.price).toBeLessThanOrEqual(close);
        else expect(report.price).toBeGreaterThanOrEqual(close);
      }
    }
  }
});

test('the command line has defaults and names its mistakes', () => {
  expect(readCommandLine([])).toEqual({
    barsPerSecond: 20,
    from: '2006-07-01',
    bars: Number.POSITIVE_INFINITY,
    seed: 1,
    stay: false,
    books: false,
  });
  expect(readCommandLine(['--speed', '0', '--bars', '10', '--stay'])).toMatchObject({
    barsPerSecond: 0,
    bars: 10,
    stay: true,
  });
  expect(readCommandLine(['--help'])).toBeUndefined();
  expect(() => readCommandLine(['--speed', 'fast'])).toThrow('--speed must be a number from 0 to 1000, got "fast"');
  expect(() => readCommandLine(['--bars', '1.5'])).toThrow('--bars must be a whole number, got "1.5"');
  for (const date of ['2006-13-01', '2006-02-30', 'soon', '2006']) {
    expect(() => readCommandLine(['--from', date])).toThrow(`--from must be a date such as 2006-07-01, got "${date}"`);
  }
  expect(() => readCommandLine(['--fast'])).toThrow("Unknown option '--fast'");
});
