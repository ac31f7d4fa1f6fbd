test('an order is counted', async () => {
  const { instrumentOrders } = await import('@trademeter/instrumentation-orders');
  const { createTestTelemetry } = await import('@trademeter/testing');
  const telemetry = createTestTelemetry();
  const orders = instrumentOrders({ venue: 'binance', meterProvider: telemetry.meterProvider });
  orders.place({ symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 1 });
  expect(await telemetry.value('trading.order.placed')).toBe(1);
  await telemetry.shutdown();
});
