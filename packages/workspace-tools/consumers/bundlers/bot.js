// A bot without any setting, and without top-level await: a bundler may make CommonJS of it.
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { startTelemetry } from '@trademeter/sdk';

const orders = instrumentOrders({ venue: 'binance' });

startTelemetry().then((telemetry) => {
  orders.place({ symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 0.5 }).acknowledge();
  setInterval(() => {}, 60_000); // waits for prices
  console.log(telemetry.endpoints[0].url);
});
