// Compiled, not run: what a bot in TypeScript calls.
import { instrumentOrders, type Order, type OrderMetrics } from '@trademeter/instrumentation-orders';
import { startTelemetry, type Telemetry } from '@trademeter/sdk';

const orders: OrderMetrics = instrumentOrders({ venue: 'binance' });

export async function trade(): Promise<string | undefined> {
  const telemetry: Telemetry = await startTelemetry({
    serviceName: 'bot',
    exporters: [{ type: 'prometheus', port: 0 }],
  });
  const order: Order = orders.place({ symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 0.5 });
  // @ts-expect-error a quantity is a figure
  order.fill({ quantity: true, price: 64_010 });
  await telemetry.shutdown();
  return telemetry.endpoints[0]?.url;
}
