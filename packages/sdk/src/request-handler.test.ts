import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PrometheusExporter } from '@trademeter/exporter-prometheus';
import { expect, test } from 'vitest';
import { type Exporter, startTelemetry, type Telemetry } from './index.ts';

async function scraped({ handler }: Telemetry): Promise<[status: number, text: string]> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/anything`);
  const text = await response.text();
  server.close();
  server.closeAllConnections();
  return [response.status, text];
}

test.each<[what: string, exporters: () => readonly Exporter[]]>([
  ['without a port of its own', () => [{ type: 'prometheus', preventServerStart: true }]],
  ['with a reader that the application made', () => [new PrometheusExporter({ preventServerStart: true })]],
])('telemetry.handler answers scrapes on a server of the application, %s', async (_what, exporters) => {
  await using telemetry = await startTelemetry({ serviceName: 'bot', exporters: exporters(), flushOnExit: false });
  expect(telemetry.endpoints).toEqual([]);
  const [status, text] = await scraped(telemetry);
  expect(status).toBe(200);
  expect(text).toContain('service_name="bot"');
});

test('answers 404 without a Prometheus exporter, and never throws', async () => {
  await using telemetry = await startTelemetry({ exporters: ['none'], flushOnExit: false });
  expect(await scraped(telemetry)).toEqual([404, 'No Prometheus exporter is configured.\n']);
  for (const response of [undefined, {}, Object.freeze({ statusCode: 200 })]) {
    expect(() => Reflect.apply(telemetry.handler, undefined, [undefined, response]) as unknown).not.toThrow();
  }
});
