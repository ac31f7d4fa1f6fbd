import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { freePort } from '@trademeter/test-support/free-port';
import { makeDataFolder, mustRun, run, startServer, workspaceFolder } from '@trademeter/workspace-tools';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Service } from 'kubernetes-models/v1/Service';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { checkAlertmanagerConfig, startAlertmanager } from '../servers/alertmanager.ts';
import { findCollector } from '../servers/collector.ts';
import { composeSchema } from '../servers/compose-schema.ts';
import { checkConfig, findPrometheus, prometheusGenerations } from '../servers/prometheus.ts';
import { PromqlApi } from '../servers/promql.ts';
import { startPaperBot } from './paper-bot.ts';

let folder: string;
let notified: string;

beforeAll(async () => {
  folder = await writeStack('stack');
  notified = await writeStack('stack-notified', '--notify', 'telegram,discord,slack,email', '--dead-mans-switch');
});

async function writeStack(name: string, ...args: readonly string[]): Promise<string> {
  const out = join(await makeDataFolder(name), 'monitoring');
  const main = join(workspaceFolder, 'packages/cli/src/main.ts');
  const command = ['--conditions=@trademeter/source', main, 'stack', '--out', out, ...args];
  await mustRun(process.execPath, command, { cwd: workspaceFolder });
  return out;
}

const read = (path: string) => readFile(join(folder, path), 'utf8');

test('compose.yaml follows the schema of compose files', async () => {
  const ajv = addFormats.default(new Ajv2020({ strict: false }));
  const validate = ajv.compile(await composeSchema());
  for (const each of [folder, notified]) {
    validate(parse(await readFile(join(each, 'compose.yaml'), 'utf8')));
    expect(validate.errors ?? []).toEqual([]);
  }
});

test('start.sh is a shell script', async () => {
  expect(await run('sh', ['-n', join(folder, 'start.sh')])).toMatchObject({ exitCode: 0 });
});

describe('Kubernetes takes', () => {
  const kinds = { ConfigMap, Deployment, PrometheusRule, Service, ServiceMonitor };

  test.each(['bot', 'service-monitor', 'prometheus-rule', 'dashboards'])('%s.yaml', async (name) => {
    const documents = parseAllDocuments(await read(`kubernetes/${name}.yaml`)) as {
      toJS(): { kind: keyof typeof kinds };
    }[];
    expect(documents.length).toBeGreaterThan(0);
    for (const document of documents) {
      const manifest = document.toJS();
      const resource = new kinds[manifest.kind](manifest as never);
      expect(() => resource.validate(), manifest.kind).not.toThrow();
    }
  });

  test('no ConfigMap above the limit of 1 MiB', async () => {
    const [...documents] = parseAllDocuments(await read('kubernetes/dashboards.yaml'));
    for (const document of documents) expect(document.toString().length).toBeLessThan(1_048_576);
  });
});

test.each(prometheusGenerations)('promtool %i accepts the configuration and its rules', async (generation) => {
  const { exitCode, stdout } = await checkConfig(join(folder, 'prometheus/prometheus.yml'), generation);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining('SUCCESS') });
});

test('amtool accepts the configuration with all channels and with none', async () => {
  for (const each of [folder, notified]) {
    expect(await checkAlertmanagerConfig(join(each, 'alertmanager/alertmanager.yml'))).toMatchObject({ exitCode: 0 });
  }
});

test('the servers run with these files: the bot is scraped, pushes arrive, and an alert is delivered', async () => {
  await using alertmanager = await startAlertmanager(parse(await read('alertmanager/alertmanager.yml')) as object);
  const collectorPorts = { grpc: await freePort(), http: await freePort(), prometheus: await freePort() };
  await using _collector = await startServer({
    name: 'stack-otelcol',
    command: await findCollector(),
    // its own metrics would take a fixed port
    args: [`--config=${join(folder, 'collector/config.yaml')}`, '--set=service.telemetry.metrics.level=none'],
    env: {
      ...process.env,
      OTLP_GRPC: `127.0.0.1:${collectorPorts.grpc}`,
      OTLP_HTTP: `127.0.0.1:${collectorPorts.http}`,
      PROMETHEUS: `127.0.0.1:${collectorPorts.prometheus}`,
    },
    readyUrl: `http://127.0.0.1:${collectorPorts.prometheus}/metrics`,
  });
  await using bot = await startPaperBot({
    args: ['--speed', '0', '--bars', '600', '--stay'],
    env: {
      OTEL_METRICS_EXPORTER: 'prometheus,otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collectorPorts.http}`,
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
      OTEL_METRIC_EXPORT_TIMEOUT: '1000',
    },
  });
  // The files, with the names of containers replaced by where these processes listen.
  const addresses = {
    'alertmanager:9093': new URL(alertmanager.url).host,
    'collector:9464': `127.0.0.1:${collectorPorts.prometheus}`,
    'demo-bot:9464': new URL(bot.metricsUrl).host,
    'scrape_interval: 15s': 'scrape_interval: 1s',
    'evaluation_interval: 15s': 'evaluation_interval: 1s',
  };
  const prometheusFolder = await makeDataFolder('stack-prometheus');
  await mkdir(join(prometheusFolder, 'rules'));
  const rules = (await readdir(join(folder, 'prometheus/rules'))).map((file) => `rules/${file}`);
  for (const file of ['prometheus.yml', 'bots.yml', ...rules]) {
    const text = Object.entries(addresses).reduce(
      (before, [name, address]) => before.replaceAll(name, address),
      await read(`prometheus/${file}`),
    );
    await writeFile(join(prometheusFolder, file), text);
  }
  const url = `http://127.0.0.1:${await freePort()}`;
  await using _prometheus = await startServer({
    name: 'stack-prometheus',
    command: await findPrometheus(3),
    args: [
      `--config.file=${join(prometheusFolder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(prometheusFolder, 'tsdb')}`,
      `--web.listen-address=${new URL(url).host}`,
      // otherwise, alerts from before the Alertmanager was found are sent a minute later
      '--rules.alert.resend-delay=1s',
    ],
    readyUrl: `${url}/-/ready`,
  });
  const api = new PromqlApi(url);
  const patience = { timeout: 60_000, interval: 500 };
  const books = await bot.books();
  const placed = async (selector: string) =>
    (await api.query(`sum(trading_order_placed_total{${selector}})`)).map(({ value }) => value);
  await expect.poll(() => placed('job="bots", instance="demo-bot"'), patience).toEqual([books.ordersPlaced]);
  await expect.poll(() => placed('job="paper-bot"'), patience).toEqual([books.ordersPlaced]);
  const names = async () => (await alertmanager.alerts()).map(({ labels }) => labels['alertname']);
  await expect.poll(names, patience).toContain('TradingWatchdog');
});
