// Closes its positions in two steps before it ends. With BOT_RECORDS_ON it records something at every beforeExit.
import { setTimeout as sleep } from 'node:timers/promises';
import { createMeter } from '@trademeter/instrumentation';
import { startTelemetry } from '@trademeter/sdk';
import { tradingOrderPlaced } from '@trademeter/semantic-conventions';

const placed = createMeter({ name: 'closing-bot' }).counter(tradingOrderPlaced);
const order = {
  'trading.venue': 'test',
  'trading.symbol': 'BTC/USDT',
  'trading.order.side': 'sell',
  'trading.order.type': 'market',
} as const;

const orders = process.env['BOT_ORDERS'] === undefined ? undefined : Number(process.env['BOT_ORDERS']);

async function close(): Promise<void> {
  placed.add(orders ?? 10, order);
  await sleep(Number(process.env['BOT_CLOSING_MILLIS'] ?? 100));
  placed.add(orders ?? 100, order);
  console.log('positions closed');
}

const flushTimeout = process.env['BOT_FLUSH_MILLIS'];
await startTelemetry({ flushTimeoutMillis: flushTimeout === undefined ? undefined : Number(flushTimeout) });
if (process.env['BOT_RECORDS_ON'] === undefined) process.once('beforeExit', () => void close());
else process.on('beforeExit', () => placed.add(1, order));
placed.add(1, order);
