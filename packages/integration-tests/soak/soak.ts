// `pnpm soak`: runs a bot for a while with endless new symbols, scrapes it, receives what it pushes, and reports its
// memory, its event loop and its series. Fails if the memory grows, if the pushed deltas do not add up to all orders,
// or if no series ends and comes back.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { freePort } from '@trademeter/test-support/free-port';
import type { BotReport } from './bot.ts';

const usage = `pnpm soak: runs the SDK under load, and looks at its memory.

  --seconds N        how long                                   (600)
  --rate N           recordings a second                        (5000)
  --new-symbols N    symbols a second that come, and go         (200)
  --report N         seconds between reports                    (30)
  --scrape N         seconds between scrapes                    (5)
  --push N           seconds between pushes                     (10)
  --clock-speed N    seconds of the bot's calendar in a second  (120)

The last quarter of the time is compared with the one before it; metrics reach their limits within three minutes. Series
that were idle for an hour of the calendar end when room is needed; symbols of the first second come back after three.
`;

/** The state between two reports. */
interface Line extends BotReport {
  readonly scrape: Scrape | undefined;
  readonly pushes: number;
  readonly pushedMegabytes: number;
}

interface Scrape {
  readonly lines: number;
  /** Metrics with overflow series. */
  readonly overflowing: number;
  /** Orders placed in series that have not ended. */
  readonly placed: number;
  /** Orders in each symbol of the bot's first second whose series is there. */
  readonly old: readonly number[];
  readonly milliseconds: number;
}

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    rate: { type: 'string', default: '5000' },
    'new-symbols': { type: 'string', default: '200' },
    report: { type: 'string', default: '30' },
    scrape: { type: 'string', default: '5' },
    push: { type: 'string', default: '10' },
    'clock-speed': { type: 'string', default: '120' },
    help: { type: 'boolean', default: false },
  },
});
async function soak(): Promise<number> {
  const pushed = { count: 0, bytes: 0, placed: 0 };
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      pushed.bytes += chunk.length;
    });
    request.on('end', () => {
      pushed.count += 1;
      pushed.placed += placedIn(JSON.parse(Buffer.concat(chunks).toString()) as JsonExport);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const scrapePort = await freePort();
  const bot = startBot(scrapePort, (receiver.address() as AddressInfo).port);
  const ended = once(bot, 'exit') as Promise<[number | null]>;

  let scrape: Scrape | undefined;
  let scraped = Promise.resolve();
  // one after the other, so that the last one has everything
  const scrapeAgain = (): Promise<void> => {
    scraped = scraped.then(async () => {
      scrape = (await scrapeOnce(`http://127.0.0.1:${scrapePort}/metrics`)) ?? scrape;
    });
    return scraped;
  };
  const scraping = setInterval(() => void scrapeAgain(), Number(values.scrape) * 1_000);

  const lines: Line[] = [];
  process.stdout.write(`${header}\n`);
  bot.on('message', (report: BotReport) => {
    const line = { ...report, scrape, pushes: pushed.count, pushedMegabytes: pushed.bytes / 1e6 };
    lines.push(line);
    process.stdout.write(`${row(line)}\n`);
    if (!report.isLast) return;
    clearInterval(scraping);
    void scrapeAgain().then(() => bot.send('end'));
  });
  const [code] = await ended;
  clearInterval(scraping);
  receiver.closeAllConnections();
  receiver.close();
  if (code !== 0) {
    process.stdout.write(`the bot ended with ${code}\n`);
    return 1;
  }
  return judgeSums(lines, pushed.placed, scrape) + judgeReturned(lines, scrape) + judgeMemory(lines);
}

function startBot(scrapePort: number, otlpPort: number): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_'));
  return fork(new URL('./bot.ts', import.meta.url), {
    execArgv: ['--conditions=@trademeter/source', '--expose-gc'],
    env: {
      ...Object.fromEntries(inherited),
      OTEL_METRICS_EXPORTER: 'prometheus,otlp',
      OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
      OTEL_EXPORTER_PROMETHEUS_PORT: `${scrapePort}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${otlpPort}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
      OTEL_METRIC_EXPORT_INTERVAL: `${Number(values.push) * 1_000}`,
      SOAK_SECONDS: values.seconds,
      SOAK_RATE: values.rate,
      SOAK_NEW_SYMBOLS: values['new-symbols'],
      SOAK_REPORT: values.report,
      SOAK_CLOCK_SPEED: values['clock-speed'],
    },
  });
}

async function scrapeOnce(url: string): Promise<Scrape | undefined> {
  const start = performance.now();
  try {
    const text = await (await fetch(url)).text();
    const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return {
      lines: samples.length,
      overflowing: new Set(
        samples.filter((line) => line.includes('otel_metric_overflow="true"')).map((line) => line.split('{')[0]),
      ).size,
      placed: sumOf(samples, 'trading_order_placed_total'),
      old: samples.flatMap((line) => {
        const [, value] =
          /^trading_order_placed_total\{(?!.*trading_strategy_name).*trading_symbol="S1?\d{1,2}".*\} (.+)$/u.exec(
            line,
          ) ?? [];
        return value === undefined ? [] : Number(value);
      }),
      milliseconds: performance.now() - start,
    };
  } catch {
    // it begins or ends
    return undefined;
  }
}

const columns: readonly (readonly [title: string, cell: (line: Line) => string])[] = [
  ['seconds', ({ seconds }) => seconds.toFixed(0)],
  ['recorded', ({ recorded }) => String(recorded)],
  ['symbols', ({ symbols }) => String(symbols)],
  ['heap MB', ({ heapMegabytes }) => heapMegabytes.toFixed(1)],
  ['RSS MB', ({ rssMegabytes }) => rssMegabytes.toFixed(0)],
  ['delay p50 ms', ({ delay }) => delay.p50.toFixed(1)],
  ['p99', ({ delay }) => delay.p99.toFixed(1)],
  ['max', ({ delay }) => delay.max.toFixed(0)],
  ['CPU %', ({ cpuPercent }) => cpuPercent.toFixed(0)],
  ['returned', ({ returned }) => String(returned)],
  ['lines', ({ scrape }) => String(scrape?.lines ?? '-')],
  ['overflowing', ({ scrape }) => String(scrape?.overflowing ?? '-')],
  ['scrape ms', ({ scrape }) => scrape?.milliseconds.toFixed(0) ?? '-'],
  ['pushes', ({ pushes }) => String(pushes)],
  ['pushed MB', ({ pushedMegabytes }) => pushedMegabytes.toFixed(0)],
];

const header = columns.map(([title]) => title.padStart(Math.max(8, title.length))).join('  ');

function row(line: Line): string {
  return columns.map(([title, cell]) => cell(line).padStart(Math.max(8, title.length))).join('  ');
}

function sumOf(samples: readonly string[], metric: string): number {
  const series = samples.filter((line) => line.startsWith(`${metric}{`));
  return series.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

interface JsonExport {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly {
      readonly metrics: readonly {
        readonly name: string;
        readonly sum?: {
          readonly dataPoints: readonly { readonly asDouble?: number; readonly asInt?: number | string }[];
        };
      }[];
    }[];
  }[];
}

/** The orders in one export of deltas. */
function placedIn({ resourceMetrics }: JsonExport): number {
  const points = resourceMetrics
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
    .flatMap(({ name, sum }) => (name === 'trading.order.placed' ? (sum?.dataPoints ?? []) : []));
  return points.reduce((total, { asDouble, asInt }) => total + Number(asDouble ?? asInt ?? 0), 0);
}

/** @returns the number of faults: neither overflow nor ended series must be lost */
function judgeSums(lines: readonly Line[], pushed: number, scrape: Scrape | undefined): number {
  const counted = lines.at(-1)?.placed;
  process.stdout.write(
    `${counted} orders placed, ${pushed} of them pushed as deltas, ${scrape?.placed} in series of the last scrape\n`,
  );
  return counted === pushed ? 0 : 1;
}

/** @returns the number of faults: series that come back begin again, with what they have counted since */
function judgeReturned(lines: readonly Line[], scrape: Scrape | undefined): number {
  const returned = lines.at(-1)?.returned ?? 0;
  if (returned === 0) {
    process.stdout.write('too short for a symbol to come back\n');
    return 0;
  }
  const { old = [] } = scrape ?? {};
  const largest = Math.max(0, ...old);
  process.stdout.write(
    `symbols of the first second came back ${returned} times; ${old.length} of their series are in the last scrape, ` +
      `with at most ${largest} orders of the 1000 that they had at first\n`,
  );
  return old.length > 0 && largest < 100 ? 0 : 1;
}

/** Compares the heap, after a garbage collection, in the last quarter with the quarter before it. */
function judgeMemory(lines: readonly Line[]): number {
  const last = lines.at(-1);
  if (last === undefined || lines.length < 8) {
    process.stdout.write('too short to say anything of the memory\n');
    return 0;
  }
  const between = (from: number, to: number): number => {
    const part = lines.slice(Math.floor(lines.length * from), Math.floor(lines.length * to));
    return part.reduce((sum, { heapMegabytes }) => sum + heapMegabytes, 0) / part.length;
  };
  const [before, after] = [between(0.5, 0.75), between(0.75, 1)];
  const growth = (after / before - 1) * 100;
  process.stdout.write(
    `${(last.recorded / last.seconds).toFixed(0)} recordings a second, ${last.symbols} symbols; ` +
      `heap ${before.toFixed(1)} MB in the third quarter, ${after.toFixed(1)} MB in the last: ` +
      `${growth >= 0 ? '+' : ''}${growth.toFixed(2)}%${growth < 3 ? '' : ', which is no memory that stays'}\n`,
  );
  return growth < 3 ? 0 : 1;
}

if (values.help) process.stdout.write(usage);
else process.exitCode = await soak();
