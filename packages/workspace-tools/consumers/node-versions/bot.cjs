const { instrumentOrders } = require('@trademeter/instrumentation-orders');
const { startTelemetry } = require('@trademeter/sdk');

const orders = instrumentOrders({ venue: 'binance' });

startTelemetry({ serviceName: 'commonjs-bot' }).then((telemetry) => {
  setInterval(() => {}, 60_000); // waits for prices
  orders.place({ symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 0.5 }).acknowledge();
  console.log(telemetry.endpoints[0].url);
});
