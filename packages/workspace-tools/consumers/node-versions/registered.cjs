// A bot that does not start the telemetry by itself: --import @trademeter/sdk/register does.
const { instrumentOrders } = require('@trademeter/instrumentation-orders');

const orders = instrumentOrders({ venue: 'binance' });
orders.place({ symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 0.5 }).acknowledge();
setInterval(() => {}, 60_000); // waits for prices
import('@trademeter/sdk/register').then(({ telemetry }) => console.log(telemetry.endpoints[0].url));
