// A process that clients attack: one of our scrape endpoints, or a plain server with the same amount of data. See
// attacks.ts.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { PrometheusExporter } from '@trademeter/exporter-prometheus';

const kind = process.argv[2];
const exporter = new PrometheusExporter({ host: '127.0.0.1', port: 0, preventServerStart: true });
const meter = new MeterProvider({ readers: [exporter] }).getMeter('attacked');
const gauge = meter.createGauge('price');
for (let index = 0; index < 1_000; index += 1) gauge.record(index, { index, pad: 'x'.repeat(1_000) });

async function listen(): Promise<number> {
  if (kind === 'trademeter') {
    await exporter.startServer();
    return exporter.address?.port ?? 0;
  }
  const text = await exporter.text();
  const server = createServer((request, response) => {
    if (kind === 'mounted') exporter.getMetricsRequestHandler(request, response);
    else response.end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const port = await listen();
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
process.on('message', (message) => {
  if (message === 'reset') delay.reset();
  // A stall is measured when it is over, which may be after this.
  setTimeout(() => {
    process.send?.({ stallMillis: delay.max / 1e6, heapMegabytes: process.memoryUsage().heapUsed / 2 ** 20 });
  }, 20);
});
process.on('disconnect', () => process.exit());
process.send?.({ port });
