// Places one order in the main thread and in each of two workers.
import { isMainThread, Worker } from 'node:worker_threads';
import { createMeter } from '@trademeter/instrumentation';
import { startTelemetry } from '@trademeter/sdk';
import { tradingOrderPlaced } from '@trademeter/semantic-conventions';

await startTelemetry();
createMeter({ name: 'threads-bot' }).counter(tradingOrderPlaced).add(1, {
  'trading.venue': 'test',
  'trading.symbol': 'BTC/USDT',
  'trading.order.side': 'buy',
  'trading.order.type': 'market',
});
if (isMainThread) for (let worker = 0; worker < 2; worker += 1) new Worker(new URL(import.meta.url));
