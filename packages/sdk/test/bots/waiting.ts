// Records one order and runs until a signal. BOT_ON_SIGNAL says how it listens for SIGTERM itself; BOT_READS_SLOWLY makes
// one of its metrics slow; BOT_SENDS lists signals that it sends itself in one turn.
import { metrics } from '@opentelemetry/api';
import { createMeter } from '@trademeter/instrumentation';
import { startTelemetry } from '@trademeter/sdk';
import { tradingOrderPlaced } from '@trademeter/semantic-conventions';

const meter = createMeter({ name: 'waiting-bot' });
const placed = meter.counter(tradingOrderPlaced);
const order = {
  'trading.venue': 'test',
  'trading.symbol': 'BTC/USDT',
  'trading.order.side': 'buy',
  'trading.order.type': 'market',
} as const;

async function cancelOrders(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 300));
  console.log('orders canceled');
  process.exit(7);
}
const onSignal = process.env['BOT_ON_SIGNAL'];
if (onSignal === 'on') process.on('SIGTERM', () => void cancelOrders());
if (onSignal === 'once') process.once('SIGTERM', () => void cancelOrders());
if (onSignal === 'signal-exit') {
  const { onExit } = await import('signal-exit');
  onExit(() => console.log('cleaned up'));
}

const flushTimeout = process.env['BOT_FLUSH_MILLIS'];
const telemetry = await startTelemetry({
  flushTimeoutMillis: flushTimeout === undefined ? undefined : Number(flushTimeout),
});
placed.add(1, order);
if (process.env['BOT_READS_SLOWLY'] !== undefined) {
  const slow = metrics.getMeter('waiting-bot').createObservableGauge('slow');
  slow.addCallback(async (result) => {
    console.log('reading');
    await new Promise((resolve) => setTimeout(resolve, 500));
    result.observe(1);
  });
}
setInterval(() => {}, 1_000);
console.log(`ready ${telemetry.endpoints[0]?.url}`);
for (const signal of process.env['BOT_SENDS']?.split(' ') ?? []) process.kill(process.pid, signal);
