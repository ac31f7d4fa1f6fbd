/**
 * Orders. The handle follows an order from the signal to its end and counts each event once. With `settle`, the error of
 * a failed request decides the outcome: rejected, never sent, or unknown. A bot that tracks its orders itself reports
 * single events with `orders.report`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { startTelemetry } from '@trademeter/sdk';
import { printMetrics } from './print-metrics.ts';

const telemetry = await startTelemetry({ serviceName: 'engine', exporters: [{ type: 'prometheus', port: 0 }] });

const orders = instrumentOrders({ venue: 'alpaca', strategy: 'momentum', currency: 'USD' });

async function execute(quantity: number): Promise<void> {
  const order = orders.place({ symbol: 'AAPL', side: 'buy', type: 'limit', quantity, signalTime: Date.now() - 40 });
  try {
    const { price } = await order.request('new', () => submit(quantity), { settle: true });
    order.fill({ quantity, price, fee: { amount: 0.1 } });
    orders.trade({ symbol: 'AAPL', positionSide: 'long', pnl: 12.5 });
  } catch {
    // The order is closed as rejected or failed; after a timeout it stays open and counts as unconfirmed.
  }
}

// In your bot: the broker's client.
async function submit(quantity: number): Promise<{ price: number }> {
  await sleep(5);
  if (quantity > 100) throw Object.assign(new Error('too much'), { name: 'InsufficientFunds' });
  return { price: 187.2 };
}

await execute(10);
await execute(1000);

await printMetrics(telemetry.endpoints[0]?.url, /^trading_(order_(placed|closed|rejections)|trade_closed).*$/gm);
