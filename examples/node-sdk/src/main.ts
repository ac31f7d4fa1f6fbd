// A bot that has OpenTelemetry's NodeSDK already, for its traces say, and adds trademeter's instrumentations to it.
// They bring the right buckets along as advice on each histogram: no view is needed.
import { NodeSDK } from '@opentelemetry/sdk-node';
import { PrometheusExporter } from '@trademeter/exporter-prometheus';
import { announceMeterProvider } from '@trademeter/instrumentation';
import { instrumentOrders } from '@trademeter/instrumentation-orders';

// Made at the top of the bot, before any SDK: it records once there is one.
const orders = instrumentOrders({ venue: 'alpaca', strategy: 'mean_reversion', currency: 'USD' });

// It takes the place of the one from @opentelemetry/exporter-prometheus; the SDK's OTLP reader would do as well.
const exporter = new PrometheusExporter({ port: Number(process.env['PORT'] ?? 9464), preventServerStart: true });
const sdk = new NodeSDK({
  serviceName: 'my-bot',
  metricReaders: [exporter],
  spanProcessors: [],
  logRecordProcessors: [],
});
sdk.start();
// Optional: series that exist at 0 appear with the first scrape rather than within two seconds.
announceMeterProvider();
// A port in use is no reason not to trade.
await exporter.startServer().catch((error: Error) => console.error(`no scrape endpoint: ${error.message}`));

const order = orders.place({ symbol: 'AAPL', side: 'buy', type: 'limit', quantity: 10, expectedPrice: 187.2 });
await order.request('new', async () => 'order-1');
order.fill({ quantity: 10, price: 187.23, fee: { amount: 0.05 } });

if (exporter.address !== undefined) {
  console.log(`${exporter.address.url}\n`);
  console.log(await (await fetch(exporter.address.url)).text());
}
await sdk.shutdown();
