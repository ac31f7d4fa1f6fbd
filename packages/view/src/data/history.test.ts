import { expect, test } from 'vitest';
import { parseExposition } from '../exposition/index.ts';
import { Bot, samplesByBot } from './bot.js';
import { evaluate } from './evaluate.js';
import { History } from './history.js';
import { RangeQuery } from './range-query.js';

function samples(text: string) {
  return [...parseExposition(text).families.values()].flatMap((family) => family.samples);
}

function append(bot: Bot, seconds: number, text: string): void {
  const { families } = parseExposition(text);
  bot.append(seconds * 1000, samples(text), new Map(families));
}

const placed = (value: number, symbol = 'BTC') =>
  `trading_order_placed_total{trading_symbol="${symbol}",trading_venue="v",trading_order_side="buy",trading_order_type="limit"} ${value}\n`;

test('keeps a bounded number of points, among them all of the newest', () => {
  const history = new History({ maxPoints: 600 });
  for (let second = 1; second <= 40_000; second += 2) history.append(second * 1000, samples(placed(second)));
  expect(history.length).toBeLessThanOrEqual(600);
  expect(history.named('trading_order_placed_total')[0]?.column.length).toBe(600);
  const times = [...history.times.subarray(0, history.length)];
  expect(times.at(-1)).toBe(39_999_000);
  expect(times.toSorted((a, b) => a - b)).toEqual(times);
  const { column } = history.named('trading_order_placed_total')[0] ?? { column: [] };
  expect(times.map((_, index) => column[index])).toEqual(times.map((time) => time / 1000));
});

test('keeps hours with the default bounds, in less than 17 kB a series', () => {
  const history = new History();
  for (let second = 0; second < 12 * 3600; second += 2) history.append(second * 1000 + 1, samples(placed(second)));
  expect(history.firstTime).toBe(1);
  expect(history.named('trading_order_placed_total')[0]?.column.byteLength).toBeLessThan(17_000);
});

test('drops ended series, and keeps no more than allowed', () => {
  const history = new History({ maxPoints: 64, maxSeries: 10 });
  for (let index = 0; index < 20; index += 1) history.append(index + 1, samples(placed(1, `S${index}`)));
  expect(history.seriesCount).toBe(10);
  expect(history.isCut).toBe(true);
  for (let index = 100; index < 500; index += 1) history.append(index * 1_000_000, samples(placed(1, 'later')));
  expect(history.seriesCount).toBe(1);
});

const rate = { kind: 'rate', metric: 'trading.order.placed' } as const;
const at = (seconds: number) => ({ atMillis: seconds * 1000, stepMillis: 10_000, rangeMillis: 60_000 });

test('computes nothing across a restart', () => {
  const bot = new Bot();
  const info = (process: string) =>
    `target_info{service_name="bot",service_instance_id="${process}",trading_mode="paper"} 1\n`;
  append(bot, 100, info('a') + placed(1000));
  append(bot, 102, info('a') + placed(1002));
  expect(evaluate(rate, bot.history, at(102)).get('')?.value).toBeGreaterThan(0);
  append(bot, 104, info('b') + placed(500));
  expect(evaluate(rate, bot.history, at(104)).size).toBe(0);
  append(bot, 106, info('b') + placed(510));
  // from 500 to 510 in 2 seconds, and a second more at the far edge; not from 1,002 to 0 to 500
  expect(evaluate(rate, bot.history, at(106)).get('')?.value).toBeCloseTo((10 * 3) / 2 / 10, 10);
  const { lines } = new RangeQuery({ kind: 'last', metric: 'trading.order.open' }).read(
    bot.history,
    { from: 0, to: 200_000, step: 10_000, rangeMillis: 200_000 },
    2000,
  );
  expect(lines).toEqual([]);
  expect(bot.restartedMillis).toBe(104_000);
});

test('has a gap in the lines where the bot restarted', () => {
  const bot = new Bot();
  for (const [second, uptime, open] of [
    [100, 50, 3],
    [102, 52, 4],
    [104, 1, 0],
  ] as const) {
    append(
      bot,
      second,
      `process_uptime_seconds ${uptime}\ntrading_order_open{trading_venue="v",trading_symbol="S",trading_order_side="buy"} ${open}\n`,
    );
  }
  const { times, lines } = new RangeQuery({ kind: 'last', metric: 'trading.order.open' }).read(
    bot.history,
    { from: 0, to: 200_000, step: 10_000, rangeMillis: 200_000 },
    2000,
  );
  expect(times).toEqual([100_000, 102_000, 102_001, 104_000]);
  expect(lines[0]?.values).toEqual([3, 4, Number.NaN, 0]);
});

test('never mixes modes', () => {
  const bot = new Bot();
  const info = (mode: string) => `target_info{service_name="bot",trading_mode="${mode}"} 1\n`;
  append(bot, 100, info('paper') + placed(1000));
  append(bot, 102, info('live') + placed(3));
  expect(bot.history.length).toBe(1);
  expect(bot.modeChange).toMatchObject({ from: 'paper', to: 'live' });
});

test('keeps the bots of one scrape apart', () => {
  const text = ['a', 'b']
    .map((job) => `target_info{job="${job}",instance="1"} 1\ntrading_order_open{job="${job}",instance="1"} 2\n`)
    .join('');
  const byBot = samplesByBot(parseExposition(text).families.values());
  expect([...byBot].map(([key, each]) => [key, each.length])).toEqual([
    ['a 1', 2],
    ['b 1', 2],
  ]);
});

test('adds up, keeps and filters by attributes', () => {
  const bot = new Bot();
  for (const [second, btc, eth] of [
    [0, 10, 100],
    [10, 20, 100],
  ] as const) {
    append(bot, second + 1, placed(btc) + placed(eth, 'ETH'));
  }
  const query = { kind: 'increase', metric: 'trading.order.placed', over: 'step' } as const;
  const moment = { ...at(11), stepMillis: 11_000 };
  const values = (results: ReturnType<typeof evaluate>) =>
    Object.fromEntries([...results].map(([key, { value }]) => [key, Math.round(value)]));
  expect(values(evaluate(query, bot.history, moment))).toEqual({ '': 11 });
  expect(values(evaluate({ ...query, by: ['trading.symbol'] }, bot.history, moment))).toEqual({ BTC: 11, ETH: 0 });
  const where = { 'trading.symbol': ['ETH', 'SOL'] } as const;
  expect(values(evaluate({ ...query, where }, bot.history, moment))).toEqual({ '': 0 });
  const none = { 'trading.symbol': { present: true } } as const;
  expect(values(evaluate({ ...query, where: none }, bot.history, moment))).toEqual({ '': 11 });
});

test('divides only by values above 0', () => {
  const bot = new Bot();
  append(bot, 1, 'trading_order_open{trading_venue="a"} 4\ntrading_order_open{trading_venue="b"} 0\n');
  const open = { kind: 'last', metric: 'trading.order.open', by: ['trading.venue'] } as const;
  const results = evaluate({ kind: 'ratio', of: open, to: open }, bot.history, at(1));
  expect([...results.values()].map(({ attributes, value }) => [attributes, value])).toEqual([
    [{ 'trading.venue': 'a' }, 1],
  ]);
});

test('counts a counter that appears between two scrapes from 0 with fromZero', () => {
  const bot = new Bot();
  const errors = (severity: string, value: number) =>
    `trading_errors_total{trading_component="feed",error_type="x",trading_error_severity="${severity}"} ${value}\n`;
  const query = { kind: 'increase', metric: 'trading.errors', over: 'range' } as const;
  const increase = (options: object) =>
    evaluate({ ...query, ...options }, bot.history, {
      atMillis: bot.history.lastTime,
      stepMillis: 8000,
      rangeMillis: 60_000,
    }).get('')?.value;
  append(bot, 2, errors('warning', 5));
  append(bot, 4, errors('warning', 5));
  expect(increase({ fromZero: true })).toBe(0);
  append(bot, 6, errors('warning', 5) + errors('error', 1));
  expect(increase({})).toBe(0);
  expect(increase({ fromZero: true })).toBe(1);
  append(bot, 8, errors('warning', 5) + errors('error', 1));
  expect(increase({ fromZero: true })).toBe(1);
});
