// A bot without settings and without top-level await, so that a bundler can make CommonJS of it.
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { startTelemetry } from '@trademeter/sdk';

const orders = instrumentOrders({ venue: 'binance' });

startTelemetry().then((telemetry) => {
  orders.place({ symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 0.5 }).acknowledge();
  setInterval(() => {}, 60_000); // waits for prices
  console.log(telemetry.endpoints[0].url);
});
