// The bot that `pnpm soak` watches: it only records, and reports its state to its parent.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createMeter } from '@trademeter/instrumentation';
import { instrumentCache } from '@trademeter/instrumentation-cache';
import { instrumentMarketData } from '@trademeter/instrumentation-market-data';
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { instrumentPortfolio } from '@trademeter/instrumentation-portfolio';
import { instrumentRisk } from '@trademeter/instrumentation-risk';
import { instrumentStrategy } from '@trademeter/instrumentation-strategy';
import { startTelemetry } from '@trademeter/sdk';
import {
  tradingOrderFee,
  tradingOrderFills,
  tradingOrderNotional,
  tradingOrderOpen,
  tradingOrderPlaced,
  tradingOrderRequestDuration,
  tradingOrderSlippage,
  tradingRiskLimitUtilization,
} from '@trademeter/semantic-conventions';

/** The state of the bot, since its start or since the last report. */
export interface BotReport {
  readonly seconds: number;
  /** Recordings since the start. */
  readonly recorded: number;
  /** Orders placed since the start. */
  readonly placed: number;
  /** Different symbols since the start. */
  readonly symbols: number;
  /** Orders in symbols that came back after a long time. */
  readonly returned: number;
  /** After a garbage collection. */
  readonly heapMegabytes: number;
  readonly rssMegabytes: number;
  /** Milliseconds that the event loop was late since the last report, without the clock's own step of 10. */
  readonly delay: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Per cent of one core, since the last report. */
  readonly cpuPercent: number;
  /** It has stopped recording, and waits for the request to end. */
  readonly isLast: boolean;
}

const seconds = numberFrom('SOAK_SECONDS');
const rate = numberFrom('SOAK_RATE');
const newSymbolsPerSecond = numberFrom('SOAK_NEW_SYMBOLS');
const reportSeconds = numberFrom('SOAK_REPORT');
const clockSpeed = numberFrom('SOAK_CLOCK_SPEED');

// Series make room after an idle hour: the calendar runs fast, so that hours pass. Timers do not.
const calendarStart = Date.now();
const realNow = Date.now.bind(Date);
Date.now = () => Math.round(calendarStart + (realNow() - calendarStart) * clockSpeed);

const activeSymbols = 200;
/** The orders of each symbol in the first second, so that one that comes back is recognized by its value. */
const ordersAtFirst = 1_000;
/** Seconds by the calendar after which symbols of the first second come back. */
const idleSeconds = 3 * 3_600;
const tickMillis = 10;
const clockStepMillis = 10;

const telemetry = await startTelemetry({ serviceName: 'soak' });
const meter = createMeter({ name: 'soak' });
const placed = meter.counter(tradingOrderPlaced);
const fills = meter.counter(tradingOrderFills);
const notional = meter.counter(tradingOrderNotional);
const fee = meter.counter(tradingOrderFee);
const slippage = meter.histogram(tradingOrderSlippage);
const requestDuration = meter.histogram(tradingOrderRequestDuration).bind({
  'trading.venue': 'soak',
  'trading.order.operation': 'new',
});
const open = meter.observable(tradingOrderOpen);
const utilization = meter.gauge(tradingRiskLimitUtilization);

const orders = instrumentOrders({ venue: 'soak', strategy: 'soak', currency: 'USD' });
const portfolio = instrumentPortfolio({ currency: 'USD', venue: 'soak' });
const risk = instrumentRisk({ strategy: 'soak' });
const strategy = instrumentStrategy({ strategy: 'soak' });
const market = instrumentMarketData();
const cacheLayer = instrumentCache({ name: 'soak' }).layer('l1_memory');

let datasets: ReturnType<typeof market.dataset>[] = [];
let oldestSymbol = 0;
let ordersPlaced = 0;
let ordersInReturned = 0;

/** One of the current symbols. */
function symbolAt(index: number): string {
  return `S${oldestSymbol + (index % activeSymbols)}`;
}

const recordings: readonly ((index: number) => void)[] = [
  (index) => {
    ordersPlaced += 1;
    placed.add(1, {
      'trading.venue': 'soak',
      'trading.symbol': symbolAt(index),
      'trading.order.side': 'buy',
      'trading.order.type': 'limit',
    });
  },
  (index) =>
    fills.bind({ 'trading.venue': 'soak', 'trading.symbol': symbolAt(index), 'trading.order.side': 'sell' }).add(),
  (index) =>
    notional.add(index % 1_000, {
      'trading.venue': 'soak',
      'trading.symbol': symbolAt(index),
      'trading.order.side': 'buy',
      'trading.currency': 'USD',
      'trading.order.liquidity': 'maker',
    }),
  (index) =>
    slippage.record(index % 300, {
      'trading.venue': 'soak',
      'trading.symbol': symbolAt(index),
      'trading.slippage.direction': 'adverse',
    }),
  (index) => requestDuration.record((index % 100) / 1_000),
  (index) => open.add(1, { 'trading.venue': 'soak', 'trading.symbol': symbolAt(index), 'trading.order.side': 'buy' }),
  (index) =>
    open.add(-1, { 'trading.venue': 'soak', 'trading.symbol': symbolAt(index - 1), 'trading.order.side': 'buy' }),
  (index) =>
    fee.add(0.01, {
      'trading.venue': 'soak',
      'trading.currency': `C${index % 5}`,
      'trading.payment.direction': 'paid',
    }),
  (index) => utilization.record((index % 100) / 100, { 'trading.risk.limit.name': 'exposure' }),
];

/** Other activity of a bot, through the verbs that bots use: some twenty recordings. */
function trade(index: number): void {
  const symbol = symbolAt(index * 7);
  strategy.signal({ type: 'buy', confidence: 0.5, symbol });
  risk.rule('exposure').check(true);
  ordersPlaced += 1;
  const order = orders.place({ symbol, side: 'buy', type: 'limit', quantity: 2, expectedPrice: 100 });
  order.acknowledge();
  order.fill({ quantity: 1, price: 100.01, fee: { amount: 0.1 }, liquidity: 'taker' });
  order.fill({ quantity: 1, price: 99.9, fee: { amount: -0.1 }, liquidity: 'maker' });
  orders.trade({ symbol, positionSide: 'long', pnl: index % 2 === 0 ? 1 : -1 });
  if (index % 2 === 0) cacheLayer.hit();
  else cacheLayer.miss();
}

/** Orders in a symbol of the bot's first second. */
function placeInOld(symbol: number, count: number): void {
  ordersPlaced += count;
  placed.add(count, {
    'trading.venue': 'soak',
    'trading.symbol': `S${symbol}`,
    'trading.order.side': 'buy',
    'trading.order.type': 'limit',
  });
}

function takeStock(): void {
  const held = Array.from({ length: 50 }, (_, index) => symbolAt(index * 3));
  portfolio.snapshot({
    value: 100_000,
    cash: 50_000,
    positions: held.map((symbol, index) => ({
      symbol,
      side: 'long',
      quantity: 1,
      value: 1_000 + index,
      unrealizedPnl: index - 25,
    })),
  });
  for (const dataset of datasets) dataset.remove();
  datasets = held.map((symbol) => market.dataset({ provider: 'soak', type: 'ticker', symbol }));
  for (const dataset of datasets) dataset.received();
}

// Nobody listens any more.
process.once('disconnect', () => process.exit());

const start = performance.now();
const delay = monitorEventLoopDelay({ resolution: clockStepMillis });
delay.enable();
let cpu = process.cpuUsage();
let reported = start;
let recorded = 0;
let ticks = 0;

for (let symbol = 0; symbol < activeSymbols; symbol += 1) placeInOld(symbol, ordersAtFirst);

const ticking = setInterval(() => {
  const elapsed = (performance.now() - start) / 1_000;
  oldestSymbol = Math.floor(elapsed * newSymbolsPerSecond);
  // After a pause, it catches up with at most a second's worth at once.
  const due = Math.min(elapsed * rate - recorded, rate);
  for (let count = 0; count < due; count += 1) {
    recordings[recorded % recordings.length]?.(recorded);
    recorded += 1;
  }
  ticks += 1;
  if (ticks % 2 === 0) trade(ticks);
  if (ticks % 100 === 0) takeStock();
  // Its series ended to make room, and begins again.
  if (ticks % 100 === 50 && elapsed * clockSpeed > idleSeconds) {
    placeInOld(ordersInReturned % activeSymbols, 1);
    ordersInReturned += 1;
  }
}, tickMillis);

const reporting = setInterval(() => {
  const isLast = (performance.now() - start) / 1_000 >= seconds;
  if (isLast) {
    clearInterval(ticking);
    clearInterval(reporting);
  }
  report(isLast);
}, reportSeconds * 1_000);

process.once('message', () => {
  void telemetry.shutdown().then(() => process.exit());
});

function report(isLast: boolean): void {
  const now = performance.now();
  const used = process.cpuUsage(cpu);
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - clockStepMillis);
  const figures = {
    seconds: (now - start) / 1_000,
    recorded,
    placed: ordersPlaced,
    symbols: oldestSymbol + activeSymbols,
    returned: ordersInReturned,
    delay: { p50: late(delay.percentile(50)), p99: late(delay.percentile(99)), max: late(delay.max) },
    isLast,
    cpuPercent: ((used.user + used.system) / 1_000 / (now - reported)) * 100,
  };
  // The forced collection is not the bot's delay.
  delay.disable();
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  process.send?.({ ...figures, heapMegabytes: heapUsed / 1e6, rssMegabytes: rss / 1e6 } satisfies BotReport);
  cpu = process.cpuUsage();
  reported = performance.now();
  delay.reset();
  delay.enable();
}

function numberFrom(name: string): number {
  const value = Number(process.env[name]);
  if (!(value > 0)) throw new Error(`${name} must be a positive number, got ${JSON.stringify(process.env[name])}`);
  return value;
}
