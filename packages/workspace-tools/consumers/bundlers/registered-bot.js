// The import alone starts telemetry.
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { telemetry } from '@trademeter/sdk/register';

const orders = instrumentOrders({ venue: 'binance' });
orders.place({ symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 0.5 }).acknowledge();
setInterval(() => {}, 60_000); // waits for prices
console.log(telemetry.endpoints[0].url);
