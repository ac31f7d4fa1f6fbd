import { PrometheusExporter } from '@trademeter/exporter-prometheus';
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { startTelemetry } from '@trademeter/sdk';
import express from 'express';

const exporter = new PrometheusExporter({ preventServerStart: true });
await startTelemetry({ exporters: [exporter] });
instrumentOrders({ venue: 'binance' }).place({ symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 0.5 });

const app = express();
app.get('/metrics', (request, response) => exporter.getMetricsRequestHandler(request, response));
const server = app.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/metrics`));
