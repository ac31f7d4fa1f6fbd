import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Collector, startCollector } from '../../servers/collector.ts';
import { type BotProcess, startBot } from './bot-process.ts';
import type { Ending } from './bot-requests.ts';
import { type Behavior, type Exchange, FaultyProxy, hang, pass } from './faulty-proxy.ts';
import { compareLoops } from './loop.ts';
import { ordersAt, waitForOrders } from './order-ledger.ts';

let collector: Collector;
/** Trades like the others, without telemetry. */
let control: BotProcess;

beforeAll(async () => {
  [collector, control] = await Promise.all([startCollector(), startBot({ env: { OTEL_METRICS_EXPORTER: 'none' } })]);
});

afterAll(async () => {
  await control?.[Symbol.asyncDispose]();
  await collector?.stop();
});

// The limits are wide: the tests are about what is waited for, not about the speed of this machine. A flush waits a
// third of its time for an export in flight, which must be less than the export's limit.
const intervalMillis = 8_000;
const flushMillis = 9_000;
vi.setConfig({ maxConcurrency: 12 });

/** A bot that trades on request, with its own proxy to the Collector. */
interface Trader extends AsyncDisposable {
  readonly bot: BotProcess;
  readonly proxy: FaultyProxy;
  readonly job: string;
}

async function startTrader(env: Readonly<Record<string, string>> = {}): Promise<Trader> {
  const proxy = await FaultyProxy.to(collector.ports.otlpHttp);
  const job = `bot-${proxy.port}`;
  const bot = await startBot({
    env: {
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_SERVICE_NAME: job,
      OTEL_EXPORTER_OTLP_ENDPOINT: proxy.url,
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
    proxy,
    job,
    async [Symbol.asyncDispose]() {
      await bot[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

const signals = ['SIGTERM', 'SIGINT'] as const;

describe.concurrent.each(signals)('%s while an export is in flight', (signal) => {
  test('that is answered late: later recordings arrive as well', async () => {
    await using trader = await startTrader();
    const { bot, proxy, job } = trader;
    const held: Exchange[] = [];
    proxy.behave = (exchange) => held.push(exchange);
    await proxy.arrivals(1);
    const { orders } = await bot.ask('trade', { orders: 3 });
    bot.kill(signal);
    await sleep(300);
    proxy.behave = pass;
    for (const exchange of held) exchange.pass();
    expect(await bot.ended).toMatchObject({ signal });
    expect(await ordersAt(collector, job)).toBe(orders);
    expect(bot.logged).toEqual([]);
  });

  test('that hangs: the last interval is sent in another request', async () => {
    await using trader = await startTrader();
    const { bot, proxy, job } = trader;
    proxy.behave = hang;
    await proxy.arrivals(1);
    const { orders } = await bot.ask('trade', { orders: 3 });
    proxy.behave = pass;
    bot.kill(signal);
    expect(await bot.ended).toMatchObject({ signal });
    expect(await ordersAt(collector, job)).toBe(orders);
    expect(bot.logged).toEqual([]);
  });

  test('to a Collector that is briefly unavailable: the flush waits for it', async () => {
    await using trader = await startTrader();
    const { bot, proxy, job } = trader;
    proxy.behave = ({ socket }) => {
      socket.resetAndDestroy();
      void proxy.close();
    };
    await proxy.arrivals(1);
    const { orders } = await bot.ask('trade', { orders: 3 });
    bot.kill(signal);
    await sleep(500);
    proxy.behave = pass;
    await proxy.open();
    expect(await bot.ended).toMatchObject({ signal });
    expect(await ordersAt(collector, job)).toBe(orders);
  });

  test('and the Collector hangs for good: the bot runs until the limit, and logs what is lost', async () => {
    // Longer than three measurements of the loop.
    await using trader = await startTrader({ BOT_FLUSH_MILLIS: '15000' });
    const { bot, proxy } = trader;
    proxy.behave = hang;
    await proxy.arrivals(1);
    bot.kill(signal);
    expect(await compareLoops(bot, control, 2_000)).toMatchObject({ isDelayed: false });
    expect(await bot.ended).toMatchObject({ signal });
    const because = `because the export to ${proxy.url}/v1/metrics (?:has not been answered|failed: no answer within 8000 ms)`;
    expect(bot.logged).toEqual([
      expect.stringMatching(
        new RegExp(
          `^\\[trademeter/sdk\\] warn: the flush did not finish within 15000 ms \\(flushTimeoutMillis\\), ${because}\\. What was recorded since the last export may be lost\\.$`,
          'u',
        ),
      ),
    ]);
  });
});

describe.concurrent('a bot that listens to SIGTERM itself', () => {
  test('exports its last actions, although an export hangs', async () => {
    await using trader = await startTrader({ BOT_ON_SIGNAL: 'shutdown' });
    const { bot, proxy, job } = trader;
    proxy.behave = hang;
    await proxy.arrivals(1);
    const { orders } = await bot.ask('trade', { orders: 3 });
    proxy.behave = pass;
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
    expect(trader.bot.logged).toEqual([]);
  });

  test.each<[Ending]>([['return'], ['shutdown']])('by %s, while an export hangs: everything arrives', async (how) => {
    await using trader = await startTrader();
    const { bot, proxy, job } = trader;
    proxy.behave = hang;
    await proxy.arrivals(1);
    proxy.behave = pass;
    const { orders } = await bot.ask('end', { how, orders: 3 });
    expect(await bot.ended).toMatchObject({ code: 0 });
    expect(await ordersAt(collector, job)).toBe(orders);
    expect(bot.logged).toEqual([]);
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
  ])('by %s, while the Collector %s: the process ends', async (how, _, behavior) => {
    await using trader = await startTrader({ ...wholeTime, BOT_FLUSH_MILLIS: '3000' });
    const { bot, proxy, job } = trader;
    // The first export comes soon after the start, before or after the trades.
    const isKnown = async () => (await (await fetch(collector.prometheusUrl)).text()).includes(`job="${job}"`);
    await vi.waitUntil(isKnown, { timeout: 60_000, interval: 50 });
    if (behavior === undefined) await proxy.close();
    else proxy.behave = behavior;
    await bot.ask('end', { how, orders: 3 });
    expect(await bot.ended).toMatchObject({ code: 0 });
    const reason = behavior === undefined ? 'failed: connect ECONNREFUSED .*' : 'has not been answered';
    expect(bot.logged).toEqual([
      expect.stringMatching(
        new RegExp(
          `the flush did not finish within 3000 ms .*, because .* ${reason}\\. What was recorded since the last export may be lost\\.$`,
          'u',
        ),
      ),
    ]);
  });

  test('by process.exit(): what was exported before is there, the rest is lost', async () => {
    await using trader = await startTrader();
    await trader.proxy.arrivals(1);
    await waitForOrders(collector, trader.job, (orders) => orders === 2);
    await trader.bot.ask('end', { how: 'exit', orders: 3 });
    expect(await trader.bot.ended).toMatchObject({ code: 0 });
    expect(await ordersAt(collector, trader.job)).toBe(2);
  });
});

describe.concurrent.each<[Ending]>([['throw'], ['reject']])('an uncaught exception (%s)', (how) => {
  test('ends the bot at once, although an export hangs; what was exported before is there', async () => {
    await using trader = await startTrader();
    const { bot, proxy, job } = trader;
    await waitForOrders(collector, job, (orders) => orders === 2);
    proxy.behave = hang;
    await proxy.arrivals(1);
    await bot.ask('end', { how, orders: 3 });
    const asked = performance.now();
    const { code, at } = await bot.ended;
    expect(code).toBe(1);
    expect(bot.logged.join('\n')).toContain('Error: the strategy is broken');
    expect(at - asked).toBeLessThan(intervalMillis / 2);
    expect(await ordersAt(collector, job)).toBe(2);
  });

  test('that the bot handles itself exports the last interval', async () => {
    await using trader = await startTrader({ BOT_ON_CRASH: 'shutdown' });
    const { orders } = await trader.bot.ask('end', { how, orders: 3 });
    expect(await trader.bot.ended).toMatchObject({ code: 1 });
    expect(await ordersAt(collector, trader.job)).toBe(orders);
  });
});
