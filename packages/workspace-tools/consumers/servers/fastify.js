import { PrometheusExporter } from '@trademeter/exporter-prometheus';
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { startTelemetry } from '@trademeter/sdk';
import { fastify } from 'fastify';

const exporter = new PrometheusExporter({ preventServerStart: true });
await startTelemetry({ exporters: [exporter] });
instrumentOrders({ venue: 'binance' }).place({ symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 0.5 });

const app = fastify();
app.get('/metrics', (request, reply) => {
  reply.hijack();
  exporter.getMetricsRequestHandler(request.raw, reply.raw);
});
console.log(`${await app.listen({ port: 0, host: '127.0.0.1' })}/metrics`);
