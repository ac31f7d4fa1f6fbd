import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { PrometheusExporter } from '@trademeter/exporter-prometheus';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prometheusGenerations, startPrometheus, waitForScrape } from '../servers/prometheus.ts';

const certificates = join(import.meta.dirname, '../../exporter-prometheus/src/testdata/tls');
const certificate = (name: string) => join(certificates, name);

// Of "secret", as htpasswd -nbB -C 4 makes it.
const bcryptOfSecret = '$2y$04$s16gVjKHPZ6EC2UPJPM57OEOTX5E6WdisIRrcfsXBfFXAARE4ezHm';

let folder: string;
let provider: MeterProvider;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guarded-'));
  const webConfigFile = join(folder, 'web.yml');
  await writeFile(
    webConfigFile,
    `tls_server_config:
  cert_file: ${certificate('server.crt')}
  key_file: ${certificate('server.key')}
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ${certificate('ca.crt')}
basic_auth_users:
  prometheus: ${bcryptOfSecret}
`,
  );
  const exporter = new PrometheusExporter({ host: '127.0.0.1', port: 0, webConfigFile, preventServerStart: true });
  provider = new MeterProvider({ readers: [exporter] });
  provider.getMeter('test').createCounter('orders').add(3);
  await exporter.startServer();
  url = exporter.address?.url ?? '';
});

afterAll(async () => {
  await provider.shutdown();
  await rm(folder, { recursive: true });
});

describe.each(prometheusGenerations)('Prometheus %i', (generation) => {
  test('scrapes an endpoint with TLS, a client certificate and a password', async () => {
    const tls_config = {
      ca_file: certificate('ca.crt'),
      cert_file: certificate('client.crt'),
      key_file: certificate('client.key'),
    };
    const basic_auth = { username: 'prometheus', password: 'secret' };
    await using prometheus = await startPrometheus({
      generation,
      scrape: [
        { job: 'right', url, config: { tls_config, basic_auth } },
        { job: 'no password', url, config: { tls_config } },
        { job: 'no certificate', url, config: { tls_config: { ca_file: tls_config.ca_file }, basic_auth } },
      ],
    });
    await waitForScrape(prometheus, 'right');
    expect(await prometheus.value('orders_total{job="right"}')).toBe(3);
    await expect(waitForScrape(prometheus, 'no password')).rejects.toThrow(/401 Unauthorized/u);
    await expect(waitForScrape(prometheus, 'no certificate')).rejects.toThrow(/cannot scrape/u);
  });
});
