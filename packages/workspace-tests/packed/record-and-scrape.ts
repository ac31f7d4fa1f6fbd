// Run by the oldest Node that the packages support: one order, and the scrape that shows it.
import assert from 'node:assert/strict';
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { startTelemetry } from '@trademeter/sdk';

const port = process.argv[2] ?? '';
process.env['OTEL_EXPORTER_PROMETHEUS_HOST'] = '127.0.0.1';
process.env['OTEL_EXPORTER_PROMETHEUS_PORT'] = port;

await using telemetry = await startTelemetry({ serviceName: 'packed' });
assert.ok(telemetry);
const orders = instrumentOrders({ venue: 'binance' });
const order = orders.place({ symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 0.5, expectedPrice: 64_000 });
order.acknowledge();
order.fill({ quantity: 0.5, price: 64_010 });

const response = await fetch(`http://127.0.0.1:${port}/metrics`);
assert.equal(response.status, 200);
const text = await response.text();
for (const name of ['trading_order_placed_total', 'trading_order_closed_total']) {
  assert.match(text, new RegExp(`^${name}\\{[^}]*trading_symbol="BTC/USDT"[^}]*\\} 1$`, 'mu'), text);
}
