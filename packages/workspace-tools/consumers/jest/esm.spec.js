import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { startTelemetry } from '@trademeter/sdk';

test('an order is scraped', async () => {
  const telemetry = await startTelemetry({ exporters: [{ type: 'prometheus', port: 0 }] });
  instrumentOrders({ venue: 'binance' }).place({ symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 1 });
  const response = await fetch(telemetry.endpoints[0].url);
  expect(await response.text()).toMatch(/^trading_order_placed_total\{.*trading_symbol="BTC\/USDT".*\} 1$/m);
  await telemetry.shutdown();
});
