// Adds trademeter's instrumentations to a bot that already has OpenTelemetry's NodeSDK, for example for traces.
// Each histogram has its buckets as advice, so no view is needed.
import { NodeSDK } from '@opentelemetry/sdk-node';
import { PrometheusExporter } from '@trademeter/exporter-prometheus';
import { announceMeterProvider } from '@trademeter/instrumentation';
import { instrumentOrders } from '@trademeter/instrumentation-orders';

// Created before any SDK: it records as soon as one is registered.
const orders = instrumentOrders({ venue: 'alpaca', strategy: 'mean_reversion', currency: 'USD' });

// Replaces the exporter of @opentelemetry/exporter-prometheus. The SDK's OTLP reader works as well.
const exporter = new PrometheusExporter({ port: Number(process.env['PORT'] ?? 9464), preventServerStart: true });
const sdk = new NodeSDK({
  serviceName: 'my-bot',
  metricReaders: [exporter],
  spanProcessors: [],
  logRecordProcessors: [],
});
sdk.start();
// Optional: series at 0 appear in the first scrape; otherwise within two seconds.
announceMeterProvider();
// The bot trades even if the port is in use.
await exporter.startServer().catch((error: Error) => console.error(`no scrape endpoint: ${error.message}`));

const order = orders.place({ symbol: 'AAPL', side: 'buy', type: 'limit', quantity: 10, expectedPrice: 187.2 });
await order.request('new', async () => 'order-1');
order.fill({ quantity: 10, price: 187.23, fee: { amount: 0.05 } });

if (exporter.address !== undefined) {
  console.log(`${exporter.address.url}\n`);
  console.log(await (await fetch(exporter.address.url)).text());
}
await sdk.shutdown();
