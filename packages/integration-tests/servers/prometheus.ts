import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@trademeter/test-support/free-port';
import { type CommandResult, makeDataFolder, run, type Server, startServer } from '@trademeter/workspace-tools';
import { unpackDebianPackages } from './debian.ts';
import { findProgram } from './program.ts';
import { PromqlApi } from './promql.ts';

/** The tested generations of Prometheus: Debian bookworm's 2, and Debian sid's 3. */
export type PrometheusGeneration = 2 | 3;

/** All tested generations. */
export const prometheusGenerations: readonly PrometheusGeneration[] = [2, 3];

const suites = { 2: 'bookworm', 3: 'sid' } as const;
// bookworm has promtool in Prometheus's own package
const packages = { 2: ['prometheus'], 3: ['prometheus', 'promtool'] } as const;

/** The path of `prometheus` or `promtool` of a generation. */
export function findPrometheus(
  generation: PrometheusGeneration,
  command: 'prometheus' | 'promtool' = 'prometheus',
): Promise<string> {
  const suite = suites[generation];
  return findProgram({
    title: `${command} ${generation}.x`,
    variable: `TRADEMETER_${command.toUpperCase()}_${generation}`,
    command,
    versionArgs: ['--version'],
    suits: (version) => version.includes(`version ${generation}.`),
    get: async () => join(await unpackDebianPackages('prometheus', suite, packages[generation]), 'usr/bin', command),
    advice: `Install Debian's package prometheus (${suite} has ${generation}.x)`,
  });
}

/** A scrape target of Prometheus, by job. */
export interface ScrapeTarget {
  readonly job: string;
  /** Address of the endpoint, e.g. `http://127.0.0.1:9464/metrics`. */
  readonly url: string;
  readonly honorLabels?: boolean;
  /** The formats to request, e.g. `PrometheusText0.0.4`; only Prometheus 3 has this setting. */
  readonly protocols?: readonly string[] | undefined;
  /** More of its scrape_config: `basic_auth`, `tls_config`, … */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Options of {@link startPrometheus}. */
export interface PrometheusOptions {
  /** @default 2, the version of Debian stable */
  readonly generation?: PrometheusGeneration;
  readonly scrape?: readonly ScrapeTarget[];
  /** @default 1 */
  readonly scrapeIntervalSeconds?: number;
  /** Paths of files with recording and alerting rules. */
  readonly ruleFiles?: readonly string[];
  /** Addresses of Alertmanagers, without a path. */
  readonly alertmanagers?: readonly string[];
  /** More command-line flags, e.g. `--web.enable-remote-write-receiver`. */
  readonly flags?: readonly string[];
}

/** A running Prometheus. */
export interface Prometheus extends PromqlApi, Server {}

/** Starts Prometheus on a free port of 127.0.0.1 with an empty store. */
export async function startPrometheus(options: PrometheusOptions = {}): Promise<Prometheus> {
  const generation = options.generation ?? 2;
  const command = await findPrometheus(generation);
  const folder = await makeDataFolder(`prometheus-${generation}`);
  const configFile = join(folder, 'prometheus.yml');
  await writeFile(configFile, prometheusConfig(options));
  const url = `http://127.0.0.1:${await freePort()}`;
  const server = await startServer({
    name: `prometheus-${generation}`,
    command,
    args: [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${join(folder, 'tsdb')}`,
      `--web.listen-address=${new URL(url).host}`,
      ...(options.flags ?? []),
    ],
    readyUrl: `${url}/-/ready`,
  });
  return Object.assign(new PromqlApi(url), server);
}

/**
 * Waits until Prometheus has scraped a job once more without an error and queries see it. Throws the error otherwise; a
 * scrape that exceeded its time limit is repeated, because a busy machine may be slow.
 *
 * @returns the time of that scrape, for queries that no later scrape changes, in seconds since 1970
 */
export async function waitForScrape(prometheus: PromqlApi, job: string, seconds = 60): Promise<number> {
  const from = Date.now();
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    // The list of targets shows a scrape before queries see it.
    const [scraped] = await prometheus.query(`timestamp(up{job="${job}"}) and up{job="${job}"} == 1`);
    if (scraped !== undefined && scraped.value * 1000 > from) return scraped.value;
    const target = (await activeTargets(prometheus)).find(({ scrapePool }) => scrapePool === job);
    if (target?.health === 'down' && Date.parse(target.lastScrape) > from && !isTimeout(target.lastError)) {
      throw new Error(`Prometheus cannot scrape ${target.scrapeUrl}: ${target.lastError}`);
    }
    if (performance.now() > deadline) {
      throw new Error(`Prometheus did not scrape the job ${job} within ${seconds} s: ${target?.lastError}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A target of Prometheus, and its last scrape. */
export interface ActiveTarget {
  /** Its job. */
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastScrape: string;
  /** Empty if there was none. */
  readonly lastError: string;
}

/** The targets of a Prometheus. */
export async function activeTargets({ url }: Pick<PromqlApi, 'url'>): Promise<readonly ActiveTarget[]> {
  const response = await fetch(`${url}/api/v1/targets?state=active`);
  const { data } = (await response.json()) as { readonly data: { readonly activeTargets: readonly ActiveTarget[] } };
  return data.activeTargets;
}

function isTimeout(error: string): boolean {
  return error.includes('context deadline exceeded');
}

/** The configuration as JSON, which is also YAML. */
function prometheusConfig({
  scrape = [],
  scrapeIntervalSeconds = 1,
  ruleFiles = [],
  alertmanagers = [],
}: PrometheusOptions): string {
  const interval = `${scrapeIntervalSeconds * 1000}ms`;
  return JSON.stringify({
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    rule_files: ruleFiles,
    alerting: { alertmanagers: [{ static_configs: [{ targets: alertmanagers.map((url) => new URL(url).host) }] }] },
    scrape_configs: scrape.map(({ job, url, honorLabels = false, protocols, config = {} }) => {
      const { protocol, host, pathname } = new URL(url);
      return {
        job_name: job,
        honor_labels: honorLabels,
        scrape_protocols: protocols,
        scheme: protocol.replace(':', ''),
        metrics_path: pathname,
        static_configs: [{ targets: [host] }],
        ...config,
      };
    }),
  });
}

/** `promtool check metrics` on scraped text. Without problems, its exit code is 0 and it prints nothing. */
export async function checkMetrics(text: string, generation: PrometheusGeneration = 2): Promise<CommandResult> {
  return run(await findPrometheus(generation, 'promtool'), ['check', 'metrics'], { input: text });
}

/** `promtool check rules` on files. */
export async function checkRules(
  files: readonly string[],
  generation: PrometheusGeneration = 2,
): Promise<CommandResult> {
  return run(await findPrometheus(generation, 'promtool'), ['check', 'rules', ...files]);
}

/** `promtool check config` on a file. */
export async function checkConfig(file: string, generation: PrometheusGeneration = 2): Promise<CommandResult> {
  return run(await findPrometheus(generation, 'promtool'), ['check', 'config', file]);
}
