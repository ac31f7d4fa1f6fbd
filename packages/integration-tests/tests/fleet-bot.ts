// A small bot that places FLEET_ORDERS orders and ends, or stays with FLEET_STAY. With FLEET_AS it does so in three
// workers of a cluster or in three worker threads instead, of which the second places twice as many orders and the
// third three times.
import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { startTelemetry } from '@trademeter/sdk';

const workers = [1, 2, 3];
const as = process.env['FLEET_AS'] ?? 'process';

if (as === 'cluster' && cluster.isPrimary) {
  for (const factor of workers) cluster.fork({ FLEET_FACTOR: factor });
} else if (as === 'threads' && isMainThread) {
  for (const factor of workers) new Worker(fileURLToPath(import.meta.url), { workerData: factor });
} else {
  await trade(Number(process.env['FLEET_FACTOR'] ?? workerData ?? 1));
}

async function trade(factor: number): Promise<void> {
  // Many of them end at once on a small machine.
  await startTelemetry({ flushTimeoutMillis: 20_000 });
  const orders = instrumentOrders({ venue: 'paper', currency: 'USD' });
  const count = Number(process.env['FLEET_ORDERS'] ?? 10) * factor;
  for (let placed = 0; placed < count; placed += 1) {
    const order = orders.place({
      symbol: `S${placed % 5}`,
      side: 'buy',
      type: 'market',
      quantity: 2,
      expectedPrice: 100,
    });
    order.acknowledge();
    order.fill({ quantity: 2, price: 100.5 });
    // spread over a few exports
    if (placed % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  console.log(`placed ${count}`);
  if (process.env['FLEET_STAY'] === 'true') setInterval(() => {}, 1_000);
  else cluster.worker?.disconnect();
}
