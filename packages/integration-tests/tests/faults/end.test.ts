import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Collector, startCollector } from '../../servers/collector.ts';
import { ordersAt, waitForOrders } from './books.ts';
import { type BotProcess, startBot } from './bot-process.ts';
import type { Ending } from './bot-requests.ts';
import { type Behavior, type Exchange, hang, Link, pass } from './link.ts';
import { compareLoops } from './loop.ts';

let collector: Collector;
/** Trades as the others do, without telemetry. */
let control: BotProcess;

beforeAll(async () => {
  [collector, control] = await Promise.all([startCollector(), startBot({ env: { OTEL_METRICS_EXPORTER: 'none' } })]);
});

afterAll(async () => {
  await control?.[Symbol.asyncDispose]();
  await collector?.stop();
});

// The limits are wide: what is tested is what is waited for, not how fast this machine is. A flush waits a third of its
// time for an export in flight, which has to be less than the export has.
const intervalMillis = 8_000;
const flushMillis = 9_000;
vi.setConfig({ maxConcurrency: 12 });

/** A bot that trades when asked, with a link of its own to the Collector. */
interface Trader extends AsyncDisposable {
  readonly bot: BotProcess;
  readonly link: Link;
  readonly job: string;
}

async function startTrader(env: Readonly<Record<string, string>> = {}): Promise<Trader> {
  const link = await Link.to(collector.ports.otlpHttp);
  const job = `bot-${link.port}`;
  const bot = await startBot({
    env: {
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_SERVICE_NAME: job,
      OTEL_EXPORTER_OTLP_ENDPOINT: link.url,
      OTEL_METRIC_EXPORT_INTERVAL: String(intervalMillis),
      OTEL_METRIC_EXPORT_TIMEOUT: String(intervalMillis),
      BOT_FLUSH_MILLIS: String(flushMillis),
      BOT_TRADES: 'when asked',
      ...env,
    },
  });
  await bot.ask('trade', { orders: 2 });
  return {
    bot,
    link,
    job,
    async [Symbol.asyncDispose]() {
      await bot[Symbol.asyncDispose]();
      await link[Symbol.asyncDispose]();
    },
  };
}

const signals = ['SIGTERM', 'SIGINT'] as const;

describe.concurrent.each(signals)('%s while an export is in flight', (signal) => {
  test('that is answered late: what was recorded since arrives as well', async () => {
    await using trader = await startTrader();
    const { bot, link, job } = trader;
    const held: Exchange[] = [];
    link.behave = (exchange) => held.push(exchange);
    await link.arrivals(1);
    const { orders } = await bot.ask('trade', { orders: 3 });
    bot.kill(signal);
    await sleep(300);
    link.behave = pass;
    for (const exchange of held) exchange.pass();
    expect(await bot.ended).toMatchObject({ signal });
    expect(await ordersAt(collector, job)).toBe(orders);
    expect(bot.told).toEqual([]);
  });

  test('that hangs: the last interval takes another way', async () => {
    await using trader = await startTrader();
    const { bot, link, job } = trader;
    link.behave = hang;
    await link.arrivals(1);
    const { orders } = await bot.ask('trade', { orders: 3 });
    link.behave = pass;
    bot.kill(signal);
    expect(await bot.ended).toMatchObject({ signal });
    expect(await ordersAt(collector, job)).toBe(orders);
    expect(bot.told).toEqual([]);
  });

  test('to a Collector that is just away: the flush waits for it', async () => {
    await using trader = await startTrader();
    const { bot, link, job } = trader;
    link.behave = ({ socket }) => {
      socket.resetAndDestroy();
      void link.close();
    };
    await link.arrivals(1);
    const { orders } = await bot.ask('trade', { orders: 3 });
    bot.kill(signal);
    await sleep(500);
    link.behave = pass;
    await link.open();
    expect(await bot.ended).toMatchObject({ signal });
    expect(await ordersAt(collector, job)).toBe(orders);
  });

  test('and the Collector hangs for good: the bot goes on until the limit, and says what is lost', async () => {
    // Longer than three looks at the loop.
    await using trader = await startTrader({ BOT_FLUSH_MILLIS: '15000' });
    const { bot, link } = trader;
    link.behave = hang;
    await link.arrivals(1);
    bot.kill(signal);
    expect(await compareLoops(bot, control, 2_000)).toMatchObject({ isDelayed: false });
    expect(await bot.ended).toMatchObject({ signal });
    const because = `because the export to ${link.url}/v1/metrics (?:has had no answer|fails: no answer within 8000 ms)`;
    expect(bot.told).toEqual([
      expect.stringMatching(
        new RegExp(
          `^\\[trademeter/sdk\\] warn: the flush was not done within 15000 ms \\(flushTimeoutMillis\\): what was recorded since the last export may be lost, ${because}\\.$`,
          'u',
        ),
      ),
    ]);
  });
});

describe.concurrent('a bot that listens to SIGTERM itself', () => {
  test('exports what it does before its end, although an export hangs', async () => {
    await using trader = await startTrader({ BOT_ON_SIGNAL: 'shutdown' });
    const { bot, link, job } = trader;
    link.behave = hang;
    await link.arrivals(1);
    const { orders } = await bot.ask('trade', { orders: 3 });
    link.behave = pass;
    bot.kill('SIGTERM');
    expect(await bot.ended).toMatchObject({ code: 0 });
    // it records one more while it ends
    expect(await ordersAt(collector, job)).toBe(orders + 1);
  });
});

describe.concurrent('an end right after the last trade', () => {
  test.each<[Ending]>([['return'], ['shutdown']])('by %s: everything arrives', async (how) => {
    await using trader = await startTrader();
    const { orders } = await trader.bot.ask('end', { how, orders: 3 });
    expect(await trader.bot.ended).toMatchObject({ code: 0 });
    expect(await ordersAt(collector, trader.job)).toBe(orders);
    expect(trader.bot.told).toEqual([]);
  });

  test.each<[Ending]>([['return'], ['shutdown']])('by %s, while an export hangs: everything arrives', async (how) => {
    await using trader = await startTrader();
    const { bot, link, job } = trader;
    link.behave = hang;
    await link.arrivals(1);
    link.behave = pass;
    const { orders } = await bot.ask('end', { how, orders: 3 });
    expect(await bot.ended).toMatchObject({ code: 0 });
    expect(await ordersAt(collector, job)).toBe(orders);
    expect(bot.told).toEqual([]);
  });

  const wholeTime = {
    OTEL_METRIC_EXPORT_INTERVAL: '600000',
    OTEL_METRIC_EXPORT_TIMEOUT: '600000',
    OTEL_EXPORTER_OTLP_TIMEOUT: '600000',
  };
  test.each<[Ending, string, Behavior | undefined]>([
    ['return', 'hangs', hang],
    ['shutdown', 'hangs', hang],
    ['return', 'is down', undefined],
    ['shutdown', 'is down', undefined],
  ])('by %s, while the Collector %s: the process does not stay', async (how, _, behavior) => {
    await using trader = await startTrader({ ...wholeTime, BOT_FLUSH_MILLIS: '500' });
    const { bot, link, job } = trader;
    // The first export comes soon after the start, before the trades or after them.
    const isKnown = async () => (await (await fetch(collector.prometheusUrl)).text()).includes(`job="${job}"`);
    await vi.waitUntil(isKnown, { timeout: 60_000, interval: 50 });
    if (behavior === undefined) await link.close();
    else link.behave = behavior;
    await bot.ask('end', { how, orders: 3 });
    expect(await bot.ended).toMatchObject({ code: 0 });
    const reason = behavior === undefined ? 'fails: connect ECONNREFUSED .*' : 'has had no answer';
    expect(bot.told).toEqual([
      expect.stringMatching(
        new RegExp(`the flush was not done within 500 ms .* may be lost, because .* ${reason}\\.$`, 'u'),
      ),
    ]);
  });

  test('by process.exit(): what was exported before is there, the rest is lost', async () => {
    await using trader = await startTrader();
    await trader.link.arrivals(1);
    await waitForOrders(collector, trader.job, (orders) => orders === 2);
    await trader.bot.ask('end', { how: 'exit', orders: 3 });
    expect(await trader.bot.ended).toMatchObject({ code: 0 });
    expect(await ordersAt(collector, trader.job)).toBe(2);
  });
});

describe.concurrent.each<[Ending]>([['throw'], ['reject']])('an uncaught exception (%s)', (how) => {
  test('ends the bot at once, although an export hangs; what was exported before is there', async () => {
    await using trader = await startTrader();
    const { bot, link, job } = trader;
    await waitForOrders(collector, job, (orders) => orders === 2);
    link.behave = hang;
    await link.arrivals(1);
    await bot.ask('end', { how, orders: 3 });
    const asked = performance.now();
    const { code, at } = await bot.ended;
    expect(code).toBe(1);
    expect(bot.told.join('\n')).toContain('Error: the strategy is broken');
    expect(at - asked).toBeLessThan(intervalMillis / 2);
    expect(await ordersAt(collector, job)).toBe(2);
  });

  test('that the bot hears of is not too late for the last interval', async () => {
    await using trader = await startTrader({ BOT_ON_CRASH: 'shutdown' });
    const { orders } = await trader.bot.ask('end', { how, orders: 3 });
    expect(await trader.bot.ended).toMatchObject({ code: 1 });
    expect(await ordersAt(collector, trader.job)).toBe(orders);
  });
});
