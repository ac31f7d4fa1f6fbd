import { createHash } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@trademeter/test-support/free-port';
import {
  type CommandResult,
  cached,
  makeDataFolder,
  mustRun,
  progress,
  run,
  type Server,
  startServer,
} from '@trademeter/workspace-tools';
import { findGo } from './go.ts';
import { findProgram } from './program.ts';

/** The newest release with a Go module of every component below. */
const release = 'v0.155.0';
const stableRelease = 'v1.61.0';
const core = 'go.opentelemetry.io/collector';
const contrib = 'github.com/open-telemetry/opentelemetry-collector-contrib';

/** The manifest for the Collector's builder. */
const manifest = {
  receivers: [gomod(`${core}/receiver/otlpreceiver`)],
  processors: [
    gomod(`${core}/processor/batchprocessor`),
    gomod(`${core}/processor/memorylimiterprocessor`),
    gomod(`${contrib}/processor/deltatocumulativeprocessor`),
  ],
  exporters: [
    gomod(`${core}/exporter/debugexporter`),
    gomod(`${core}/exporter/otlpexporter`),
    gomod(`${core}/exporter/otlphttpexporter`),
    gomod(`${contrib}/exporter/prometheusexporter`),
    gomod(`${contrib}/exporter/prometheusremotewriteexporter`),
  ],
  extensions: [gomod(`${contrib}/extension/healthcheckextension`), gomod(`${contrib}/extension/storage/filestorage`)],
  providers: [
    gomod(`${core}/confmap/provider/envprovider`, stableRelease),
    gomod(`${core}/confmap/provider/fileprovider`, stableRelease),
    gomod(`${core}/confmap/provider/yamlprovider`, stableRelease),
  ],
};

function gomod(path: string, version: string = release): { readonly gomod: string } {
  return { gomod: `${path} ${version}` };
}

/** The path of an OpenTelemetry Collector with the components that the tests use, built on first use. */
export function findCollector(): Promise<string> {
  return findProgram({
    title: 'The OpenTelemetry Collector',
    variable: 'TRADEMETER_OTELCOL',
    // Distributions have different components, so an installed one is not used.
    command: 'otelcol-trademeter',
    versionArgs: ['--version'],
    suits: () => true,
    get: async () => join(await buildCollector(), 'otelcol'),
    advice: 'Its builder needs Go and the Go module proxy',
  });
}

async function buildCollector(): Promise<string> {
  const text = JSON.stringify(manifest);
  const fingerprint = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return cached(`otelcol-${release}-${fingerprint}`, async (folder) => {
    const go = await findGo();
    progress(`building the OpenTelemetry Collector ${release} from Go modules: one to five minutes`);
    const build = join(folder, 'build');
    await mkdir(build);
    const manifestFile = join(build, 'manifest.yaml');
    const dist = { name: 'otelcol', description: 'The Collector of the trademeter tests', version: release };
    // JSON is YAML
    const paths = { output_path: join(build, 'sources'), go };
    await writeFile(manifestFile, JSON.stringify({ dist: { ...dist, ...paths }, ...manifest }));
    await mustRun(go, ['run', `${core}/cmd/builder@${release}`, `--config=${manifestFile}`], {
      cwd: build,
      onLine: (line) => {
        const step = /INFO\s+\S+\s+([^{]+)/u.exec(line)?.[1]?.trim();
        if (step !== undefined) progress(`  ${step}`);
      },
    });
    await rename(join(build, 'sources/otelcol'), join(folder, 'otelcol'));
    await rm(build, { recursive: true });
  });
}

/** The part of a Collector's configuration that a test defines; see the Collector's documentation. */
export interface CollectorPipeline {
  readonly processors?: Readonly<Record<string, unknown>>;
  readonly exporters: Readonly<Record<string, unknown>>;
}

/** Options of {@link startCollector}. */
export interface CollectorOptions {
  /** The metrics pipeline behind the OTLP receiver. @default a Prometheus exporter at `prometheusUrl` */
  readonly pipeline?: (prometheusHost: string) => CollectorPipeline;
  /** The ports of an earlier Collector, to replace it. */
  readonly ports?: CollectorPorts;
}

/** The TCP ports of a Collector. */
export interface CollectorPorts {
  readonly otlpHttp: number;
  readonly otlpGrpc: number;
  readonly prometheus: number;
  readonly health: number;
}

/** A running Collector. */
export interface Collector extends Server {
  readonly ports: CollectorPorts;
  /** The value of OTEL_EXPORTER_OTLP_ENDPOINT for http/protobuf and http/json. */
  readonly otlpHttpUrl: string;
  /** The value of OTEL_EXPORTER_OTLP_ENDPOINT for grpc. */
  readonly otlpGrpcUrl: string;
  /** The URL of its Prometheus exporter. */
  readonly prometheusUrl: string;
}

/** Starts a Collector that receives OTLP metrics on free ports of 127.0.0.1. */
export async function startCollector(options: CollectorOptions = {}): Promise<Collector> {
  const command = await findCollector();
  const ports = options.ports ?? {
    otlpHttp: await freePort(),
    otlpGrpc: await freePort(),
    prometheus: await freePort(),
    health: await freePort(),
  };
  const prometheusHost = `127.0.0.1:${ports.prometheus}`;
  const pipeline = (options.pipeline ?? prometheusPipeline)(prometheusHost);
  const configFile = join(await makeDataFolder('otelcol'), 'config.yaml');
  await writeFile(configFile, collectorConfig(ports, pipeline));
  const server = await startServer({
    name: 'otelcol',
    command,
    args: [`--config=${configFile}`],
    readyUrl: `http://127.0.0.1:${ports.health}/`,
  });
  return Object.assign(server, {
    ports,
    otlpHttpUrl: `http://127.0.0.1:${ports.otlpHttp}`,
    otlpGrpcUrl: `http://127.0.0.1:${ports.otlpGrpc}`,
    prometheusUrl: `http://${prometheusHost}/metrics`,
  });
}

function prometheusPipeline(endpoint: string): CollectorPipeline {
  return { exporters: { prometheus: { endpoint } } };
}

function collectorConfig(ports: CollectorPorts, { processors = {}, exporters }: CollectorPipeline): string {
  return JSON.stringify({
    extensions: { health_check: { endpoint: `127.0.0.1:${ports.health}` } },
    receivers: {
      otlp: {
        protocols: {
          http: { endpoint: `127.0.0.1:${ports.otlpHttp}` },
          grpc: { endpoint: `127.0.0.1:${ports.otlpGrpc}` },
        },
      },
    },
    processors,
    exporters,
    service: {
      extensions: ['health_check'],
      // its own metrics would take a fixed port
      telemetry: { metrics: { level: 'none' } },
      pipelines: {
        metrics: { receivers: ['otlp'], processors: Object.keys(processors), exporters: Object.keys(exporters) },
      },
    },
  });
}

/** `otelcol validate` on a configuration file, with values for its `${env:…}`. */
export async function validateCollectorConfig(
  file: string,
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  return run(await findCollector(), ['validate', `--config=${file}`], { env });
}
