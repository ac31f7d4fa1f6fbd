const { instrumentOrders } = require('@trademeter/instrumentation-orders');
const { createTestTelemetry } = require('@trademeter/testing');

test('an order is counted', async () => {
  const telemetry = createTestTelemetry();
  const orders = instrumentOrders({ venue: 'binance', meterProvider: telemetry.meterProvider });
  orders.place({ symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 1 });
  expect(await telemetry.value('trading.order.placed')).toBe(1);
  await telemetry.shutdown();
});
