import { median } from './median.ts';
import { type PeerName, peerNames, type ScrapedName, scrapedNames } from './peer-names.ts';
import { Scraper } from './scrape.ts';
import type { MemoryUse } from './scraped-messages.ts';
import { ScrapedProcess } from './scraped-process.ts';
import type { Stalls } from './stall-watch.ts';

/** What scraping one library costs: the median of several scrapes, a fifth of the series changed before each. */
export interface ScrapeCost {
  readonly peer: ScrapedName;
  /** Milliseconds from the request to the last byte, at the client. */
  readonly millis: number;
  /** The same for the first scrape of each turn, when other processes have filled the processor's caches. */
  readonly firstMillis: number;
  /** The longest stall of the scraped process' event loop. */
  readonly stallMillis: number;
  readonly stallWithoutGcMillis: number;
  /** The same without garbage collection, in CPU time of the thread, so that other processes do not count. */
  readonly stallCpuMillis: number;
  /** The longest stall of the worst scrape. */
  readonly worstStallMillis: number;
  readonly series: number;
  readonly bytes: number;
}

/** The memory that a process needs for many series. */
export interface ProcessMemory {
  readonly peer: PeerName;
  readonly series: number;
  readonly residentBytes: number;
}

const share = 0.2;
const warmUpMillis = 3_000;

/**
 * Scrapes all libraries at one size, each in its own process. Rounds take turns, so that other load on the machine
 * affects all of them.
 *
 * @param turn scrapes of a library in each round, one after the other. If there are several, `millis` is that of all but
 * the first.
 */
export async function measureScrapes(lines: number, rounds: number, turn = 1): Promise<ScrapeCost[]> {
  using stack = new DisposableStack();
  const runs: ScrapeRun[] = [];
  for (const peer of scrapedNames) runs.push(stack.use(await ScrapeRun.start(peer, lines, runs[0]?.bytes)));
  // A bot runs for days: frequent code is compiled by then, in all of them.
  for (const run of runs) await run.warmUp(warmUpMillis);
  for (let round = 0; round < rounds; round += 1) for (const run of runs) await run.scrapeInTurn(turn);
  return runs.map((run) => run.result());
}

/** The median duration of the 5th to 12th scrape of a process, over a new connection each, in milliseconds. */
export async function measureFreshScrapes(
  lines: number,
  processes: number,
): Promise<{ readonly peer: PeerName; readonly millis: number }[]> {
  const millis = new Map<PeerName, number[]>(peerNames.map((peer) => [peer, []]));
  for (let round = 0; round < processes; round += 1) {
    for (const peer of peerNames) {
      using run = await ScrapeRun.start(peer, lines, undefined);
      for (let scrape = 2; scrape <= 12; scrape += 1) {
        const taken = await run.scrapeOverNewConnection();
        if (scrape >= 5) millis.get(peer)?.push(taken);
      }
    }
  }
  return [...millis].map(([peer, each]) => ({ peer, millis: median(each) }));
}

/** The memory of a process that has many series and was scraped three times. */
export async function measureProcesses(lines: number): Promise<ProcessMemory[]> {
  const memory: ProcessMemory[] = [];
  for (const peer of peerNames) {
    using run = await ScrapeRun.start(peer, lines, undefined, ['--expose-gc']);
    for (let scrape = 0; scrape < 2; scrape += 1) await run.scrape();
    const { resident } = await run.memory();
    memory.push({ peer, series: run.series, residentBytes: resident });
  }
  return memory;
}

/** One library at one size, in its own process. */
class ScrapeRun implements Disposable {
  readonly series: number;
  readonly #peer: ScrapedName;
  readonly #child: ScrapedProcess;
  readonly #url: string;
  readonly #scraper: Scraper;
  readonly #firstMillis: number[] = [];
  readonly #millis: number[] = [];
  readonly #stalls: Stalls[] = [];
  /** The size of the last answer. */
  bytes = 0;
  #round = 0;

  private constructor(peer: ScrapedName, child: ScrapedProcess, url: string, series: number) {
    this.series = series;
    this.#peer = peer;
    this.#child = child;
    this.#url = url;
    this.#scraper = new Scraper(url);
  }

  /**
   * Starts the process and scrapes it once.
   *
   * @param bytes how much a server that only sends has to send
   */
  static async start(peer: ScrapedName, lines: number, bytes = 0, flags: readonly string[] = []): Promise<ScrapeRun> {
    const child = new ScrapedProcess(flags);
    const request = { ask: 'start', peer, lines, bytes } as const;
    const { url, series } = (await child.ask(request)) as { url: string; series: number };
    const run = new ScrapeRun(peer, child, url, series);
    run.bytes = (await run.#scraper.scrape()).bytes;
    return run;
  }

  async warmUp(millis: number): Promise<void> {
    const end = performance.now() + millis;
    for (let round = 0; round < 5 || performance.now() < end; round += 1) {
      await this.#change();
      await this.#scraper.scrape();
    }
  }

  async scrapeInTurn(scrapes: number): Promise<void> {
    this.#firstMillis.push(await this.scrape());
    for (let scrape = 1; scrape < scrapes; scrape += 1) this.#millis.push(await this.scrape());
  }

  /** The duration in milliseconds. */
  async scrape(): Promise<number> {
    await this.#change();
    await this.#child.ask({ ask: 'watch' });
    const { millis, bytes } = await this.#scraper.scrape();
    this.#stalls.push((await this.#child.ask({ ask: 'seen' })) as Stalls);
    this.bytes = bytes;
    return millis;
  }

  /** The duration in milliseconds, the connection included. */
  async scrapeOverNewConnection(): Promise<number> {
    await this.#change();
    using scraper = new Scraper(this.#url);
    const start = performance.now();
    await scraper.scrape();
    return performance.now() - start;
  }

  async memory(): Promise<MemoryUse> {
    return (await this.#child.ask({ ask: 'memory' })) as MemoryUse;
  }

  result(): ScrapeCost {
    return {
      peer: this.#peer,
      millis: median(this.#millis.length === 0 ? this.#firstMillis : this.#millis),
      firstMillis: median(this.#firstMillis),
      stallMillis: median(this.#stalls.map(({ longest }) => longest)),
      stallWithoutGcMillis: median(this.#stalls.map(({ longestWithoutGc }) => longestWithoutGc)),
      stallCpuMillis: median(this.#stalls.map(({ longestCpuWithoutGc }) => longestCpuWithoutGc)),
      worstStallMillis: Math.max(...this.#stalls.map(({ longest }) => longest)),
      series: this.series,
      bytes: this.bytes,
    };
  }

  async #change(): Promise<void> {
    this.#round += 1;
    await this.#child.ask({ ask: 'change', share, round: this.#round });
  }

  [Symbol.dispose](): void {
    this.#scraper[Symbol.dispose]();
    this.#child[Symbol.dispose]();
  }
}
