import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@trademeter/test-support/free-port';
import { type Server } from '@trademeter/workspace-tools';
import { startBotProcess } from './bot-process.ts';

/** What the demo counted itself and prints at its end, independent of its metrics. Amounts in dollars. */
export interface Books {
  readonly bars: number;
  readonly ordersPlaced: number;
  readonly ordersClosed: Readonly<Record<string, number>>;
  readonly fills: number;
  readonly notional: number;
  readonly feesPaid: number;
  readonly rebatesReceived: number;
  readonly interestPaid: number;
  readonly wins: number;
  readonly losses: number;
  readonly realizedPnl: number;
  readonly deposits: number;
  readonly equity: number;
  readonly trips: number;
}

/** Options of {@link startPaperBot}. */
export interface PaperBotOptions {
  readonly args?: readonly string[];
  /** The OTEL_ variables; this process's own are not passed on. */
  readonly env?: Readonly<Record<string, string>>;
  /** The port to scrape, if any. @default a free port */
  readonly port?: number;
}

/** The demo, running in its own process. */
export interface PaperBot extends Server {
  readonly metricsUrl: string;
  /** The current metrics. */
  scrape(): Promise<string>;
  /** Waits until the demo has traded its last bar. */
  books(): Promise<Books>;
}

/** Starts the demo as `pnpm demo` does, and waits until it can be scraped, if it has a port. */
export async function startPaperBot({ args = [], env = {}, port }: PaperBotOptions = {}): Promise<PaperBot> {
  const scrapePort = port ?? (await freePort());
  const metricsUrl = `http://127.0.0.1:${scrapePort}/metrics`;
  const isScraped = (env['OTEL_METRICS_EXPORTER'] ?? 'prometheus').includes('prometheus');
  const server = await startBotProcess({
    name: 'paper-bot',
    program: new URL('../../../examples/paper-bot/src/main.ts', import.meta.url),
    // the whole history, and at its end what the bot counted
    args: ['--from', '2000-01-03', '--books', ...args],
    env: { OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1', OTEL_EXPORTER_PROMETHEUS_PORT: String(scrapePort), ...env },
    readyUrl: isScraped ? metricsUrl : undefined,
  });
  return Object.assign(server, {
    metricsUrl,
    scrape: async () => {
      const response = await fetch(metricsUrl);
      if (!response.ok) throw new Error(`a scrape of the demo was answered with ${response.status}`);
      return response.text();
    },
    books: () => waitForBooks(server),
  });
}

async function waitForBooks(server: Server): Promise<Books> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const json = /^books (?<json>\{.*\})$/mu.exec(server.log())?.groups?.['json'];
    if (json !== undefined) return JSON.parse(json) as Books;
    if (server.hasEnded()) throw new Error(`the demo ended before its books were closed:\n${server.log()}`);
    if (performance.now() > deadline) throw new Error(`the demo did not close its books in time:\n${server.log()}`);
    await sleep(100);
  }
}
