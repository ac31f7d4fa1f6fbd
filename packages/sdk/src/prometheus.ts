import { isMainThread } from 'node:worker_threads';
import { ConfigurationError, type Problems } from '@trademeter/config';
import { PrometheusExporter, type PrometheusExporterConfig } from '@trademeter/exporter-prometheus';
import { log } from './diagnostics.ts';
import { LivePage } from './live-page.ts';
import type { PrometheusOptions } from './options.ts';

const usualPort = 9464;
const retryMillis = 5_000;

/** A scrape endpoint that is not served yet. */
export interface ScrapeEndpoint {
  readonly reader: PrometheusExporter;
  /** Where it is served; `undefined` while its port is in use. */
  readonly url: string | undefined;
  /** The address of the live page; `undefined` while it is not served. */
  readonly pageUrl: string | undefined;
  /** Serves it, unless `preventServerStart` is set. Logs a failure and retries every five seconds. Never rejects. */
  start(): Promise<void>;
  /** Stops retrying. (Shutting the reader down stops the server.) */
  stop(): void;
}

/** Creates the endpoint; `undefined` if an option is wrong, which is added to `problems`. The exporter checks its options itself. */
export function planScrapeEndpoint(
  options: PrometheusOptions,
  path: string,
  problems: Problems,
  showsPage: boolean,
): ScrapeEndpoint | undefined {
  const { type: _, ...exporterOptions } = options;
  try {
    return createScrapeEndpoint(exporterOptions, showsPage);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.addAll(path, error);
    return undefined;
  }
}

function createScrapeEndpoint(options: PrometheusExporterConfig, showsPage: boolean): ScrapeEndpoint {
  const { pages, endpoint } = options;
  const livePage = showsPage && pages === undefined ? new LivePage(endpoint) : undefined;
  const reader = new PrometheusExporter({
    ...options,
    ...(livePage === undefined ? {} : { pages: livePage.handle }),
    preventServerStart: true,
  });
  const { host, port } = reader.configuredAddress;
  let retry: NodeJS.Timeout | undefined;
  const parent = findServingParent();
  let isStopped = false;

  async function tryToStart(isFirst: boolean): Promise<void> {
    try {
      await Promise.all([livePage?.load(), reader.startServer()]);
      process.env[servedByVariable] = String(process.pid);
      if (!isFirst) log.warn(`metrics are now served at ${reader.address?.url}`);
    } catch (error) {
      if (isStopped) return;
      if (isFirst) log.error(whyNotServed(error, host, port, parent));
      retry = setTimeout(() => void tryToStart(false), retryMillis).unref();
    }
  }

  return {
    reader,
    get url() {
      return reader.address?.url;
    },
    get pageUrl() {
      const url = reader.address?.url;
      return url === undefined || livePage?.isServed !== true ? undefined : new URL('/', url).href;
    },
    start: async () => {
      if (options.preventServerStart !== true) await tryToStart(true);
    },
    stop() {
      if (process.env[servedByVariable] === String(process.pid) && isMainThread) delete process.env[servedByVariable];
      isStopped = true;
      clearTimeout(retry);
    },
  };
}

/** Set while this process serves metrics; worker threads and child processes inherit it. */
const servedByVariable = 'TRADEMETER_SERVED_BY_PID';

/** Describes the parent process or thread that serves metrics, if any: its port is the one in use. */
function findServingParent(): string | undefined {
  const pid = process.env[servedByVariable];
  if (pid === undefined || (pid === String(process.pid) && isMainThread)) return undefined;
  return pid === String(process.pid)
    ? `this is a worker thread of process ${pid}, which serves its own metrics`
    : `this is a child process of ${pid}, which serves its own metrics`;
}

function whyNotServed(error: unknown, host: string, port: number, parent: string | undefined): string {
  const afterwards = `The bot keeps running, but cannot be scraped. Retrying every ${retryMillis / 1_000} s`;
  const elsewhere = port < 65_535 ? port + 1 : usualPort;
  switch (error instanceof Error ? Reflect.get(error, 'code') : undefined) {
    case 'EADDRINUSE':
      if (parent !== undefined)
        return `port ${port} on ${host} is in use: ${parent}. The metrics of this one cannot be scraped. Retrying every ${retryMillis / 1_000} s. Give it its own port (the port option; 0 chooses a free one), or let it push (OTEL_METRICS_EXPORTER=otlp).`;
      return `port ${port} on ${host} is in use, perhaps by another bot or an earlier run of this one. ${afterwards}. To use another port, set OTEL_EXPORTER_PROMETHEUS_PORT=${elsewhere} or the port option.`;
    case 'EACCES':
      return `this process is not permitted to listen on port ${port}. ${afterwards}. To use another port, set OTEL_EXPORTER_PROMETHEUS_PORT=${usualPort} or the port option.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is not an address of this machine. ${afterwards}. To listen on all addresses, set OTEL_EXPORTER_PROMETHEUS_HOST=0.0.0.0 or the host option.`;
    default:
      return `the metrics cannot be served on ${host}:${port}: ${error instanceof Error ? error.message : String(error)}. ${afterwards}.`;
  }
}
