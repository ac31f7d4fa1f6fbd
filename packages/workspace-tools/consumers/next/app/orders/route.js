import { instrumentOrders } from '@trademeter/instrumentation-orders';

const orders = instrumentOrders({ venue: 'binance' });

export function POST() {
  orders.place({ symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 0.5 }).acknowledge();
  return new Response(null, { status: 202 });
}
