import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { NodeSDK } from '@opentelemetry/sdk-node';

const exporter = new PrometheusExporter({ host: '127.0.0.1', port: 0, preventServerStart: true });
new NodeSDK({ metricReaders: [exporter] }).start();
await exporter.startServer();
process.send?.('listening');
