import { join } from 'node:path';
import { freePort } from '@trademeter/test-support/free-port';
import { makeDataFolder, type Server, startServer } from '@trademeter/workspace-tools';
import { unpackDebianPackages } from './debian.ts';
import { findProgram } from './program.ts';
import { PromqlApi } from './promql.ts';

/** The path of `victoria-metrics`, 1.100 or later: older ones do not translate OTLP names as the Collector does. */
export function findVictoriaMetrics(): Promise<string> {
  return findProgram({
    title: 'VictoriaMetrics',
    variable: 'TRADEMETER_VICTORIA_METRICS',
    command: 'victoria-metrics',
    versionArgs: ['-version'],
    suits: (version) => Number(/[v-]1\.(\d+)\.\d/u.exec(version)?.[1] ?? 0) >= 100,
    get: async () =>
      join(await unpackDebianPackages('victoria-metrics', 'sid', ['victoria-metrics']), 'usr/bin/victoria-metrics'),
    advice: "Install Debian sid's package victoria-metrics",
  });
}

/** A running VictoriaMetrics. */
export interface VictoriaMetrics extends PromqlApi, Server {
  /** The URL for OTLP metrics over http/protobuf: the value of OTEL_EXPORTER_OTLP_METRICS_ENDPOINT. */
  readonly otlpUrl: string;
  /** Makes all received data visible to queries. */
  flush(): Promise<void>;
}

/** Starts VictoriaMetrics on a free port of 127.0.0.1 with an empty store. */
export async function startVictoriaMetrics(flags: readonly string[] = []): Promise<VictoriaMetrics> {
  const command = await findVictoriaMetrics();
  const folder = await makeDataFolder('victoria-metrics');
  const url = `http://127.0.0.1:${await freePort()}`;
  const server = await startServer({
    name: 'victoria-metrics',
    command,
    args: [
      `-storageDataPath=${folder}`,
      `-httpListenAddr=${new URL(url).host}`,
      '-opentelemetry.usePrometheusNaming',
      // By default a query does not see the last 30 seconds.
      '-search.latencyOffset=0s',
      ...flags,
    ],
    readyUrl: `${url}/health`,
  });
  return Object.assign(new PromqlApi(url), server, {
    otlpUrl: `${url}/opentelemetry/v1/metrics`,
    flush: async () => {
      await fetch(`${url}/internal/force_flush`);
    },
  });
}
