import { median } from './median.ts';
import type { ScrapedName } from './peer-names.ts';
import { Scraper } from './scrape.ts';
import type { Seen } from './scraped-messages.ts';
import { ScrapedProcess } from './scraped-process.ts';

/** Several scrapes of one kind: what one took in the middle, in milliseconds and bytes. */
export interface Scenario {
  /** From the request to the last byte, at the client. */
  readonly millis: number;
  /** What of it is the SDK's own collection, where there is one. */
  readonly collectMillis: number | undefined;
  /** What of it is not. */
  readonly restMillis: number;
  /** The longest stall of the event loop that is scraped, of the median scrape and of the worst. */
  readonly stallMillis: number;
  readonly worstStallMillis: number;
  /** The longest without the SDK's own collection, which keeps the loop for as long as it takes. */
  readonly restStallMillis: number;
  readonly allocatedBytes: number;
}

/** One library at one size. */
export interface Measurement {
  readonly peer: ScrapedName;
  /** Of text, comments apart. */
  readonly lines: number;
  readonly series: number;
  readonly bytes: number;
  /** The first scrape of a process. */
  readonly first: Scenario;
  /** With a fifth of the series changed. */
  readonly steady: Scenario;
  /** With nothing changed. */
  readonly idle: Scenario;
  /** What stays in memory after the first scrape that was not there before, per series. */
  readonly keptBytesPerSeries: number;
}

const share = 0.2;
const warmUpMillis = 3_000;
// Memory is read off a heap that is collected before and not during a scrape, which would make times another thing.
const memoryFlags = ['--expose-gc', '--min-semi-space-size=1024', '--max-semi-space-size=1024'];
const memoryRounds = 3;

/**
 * Measures libraries at one size, each in a process of its own, and round by round one after the other: what else the
 * machine does meanwhile, it does to all of them.
 */
export async function measure(peers: readonly ScrapedName[], lines: number, rounds: number): Promise<Measurement[]> {
  const timed = await runTogether(peers, lines, rounds, []);
  const counted = await runTogether(peers, lines, memoryRounds, memoryFlags);
  return timed.map((measurement, index) => {
    const memory = counted[index] ?? measurement;
    const both = (name: 'first' | 'steady' | 'idle'): Scenario => ({
      ...measurement[name],
      allocatedBytes: memory[name].allocatedBytes,
    });
    const { keptBytesPerSeries } = memory;
    return { ...measurement, keptBytesPerSeries, first: both('first'), steady: both('steady'), idle: both('idle') };
  });
}

async function runTogether(
  peers: readonly ScrapedName[],
  lines: number,
  rounds: number,
  flags: readonly string[],
): Promise<Measurement[]> {
  using stack = new DisposableStack();
  const runs: PeerRun[] = [];
  for (const peer of peers) runs.push(stack.use(await PeerRun.start(peer, lines, flags, runs[0]?.bytes ?? 0)));
  const each = async (times: number, work: (run: PeerRun) => Promise<void>): Promise<void> => {
    for (let time = 0; time < times; time += 1) for (const run of runs) await work(run);
  };
  // A bot runs for days: what runs often is compiled by then, in all of them.
  for (const run of runs) await run.warmUp(flags.length === 0 ? warmUpMillis : 0);
  await each(rounds, (run) => run.scrapeSteadily());
  await each(rounds, (run) => run.scrapeIdly());
  return runs.map((run) => run.result());
}

/** The same, with what its client saw. */
interface TimedScrape extends Seen {
  readonly millis: number;
}

/** One library at one size, in a process of its own. */
class PeerRun implements Disposable {
  readonly #peer: ScrapedName;
  readonly #lines: number;
  readonly #child: ScrapedProcess;
  readonly #scraper: Scraper;
  readonly #series: number;
  readonly #first: TimedScrape[] = [];
  readonly #steady: TimedScrape[] = [];
  readonly #idle: TimedScrape[] = [];
  /** Of the last answer. */
  bytes = 0;
  #kept = 0;
  #round = 0;

  private constructor(peer: ScrapedName, lines: number, child: ScrapedProcess, url: string, series: number) {
    this.#peer = peer;
    this.#lines = lines;
    this.#child = child;
    this.#scraper = new Scraper(url);
    this.#series = series;
  }

  /**
   * Starts it, and scrapes it for the first time.
   *
   * @param bytes what a server that only sends is to send
   */
  static async start(peer: ScrapedName, lines: number, flags: readonly string[], bytes: number): Promise<PeerRun> {
    const child = new ScrapedProcess(flags);
    const request = { ask: 'start', peer, lines, bytes } as const;
    const { url, series } = (await child.ask(request)) as { url: string; series: number };
    const run = new PeerRun(peer, lines, child, url, series);
    const before = await run.#memory();
    await run.#scrape(run.#first);
    run.#kept = (await run.#memory()) - before;
    return run;
  }

  async warmUp(millis: number): Promise<void> {
    const end = performance.now() + millis;
    for (let round = 0; round < 5 || performance.now() < end; round += 1) {
      await this.#change();
      await this.#scraper.scrape();
    }
  }

  async scrapeSteadily(): Promise<void> {
    await this.#change();
    await this.#scrape(this.#steady);
  }

  async scrapeIdly(): Promise<void> {
    await this.#scrape(this.#idle);
  }

  result(): Measurement {
    return {
      peer: this.#peer,
      lines: this.#lines,
      series: this.#series,
      bytes: this.bytes,
      first: scenarioOf(this.#first),
      steady: scenarioOf(this.#steady),
      idle: scenarioOf(this.#idle),
      keptBytesPerSeries: this.#kept / this.#series,
    };
  }

  async #change(): Promise<void> {
    this.#round += 1;
    await this.#child.ask({ ask: 'change', share, round: this.#round });
  }

  async #scrape(into: TimedScrape[]): Promise<void> {
    await this.#child.ask({ ask: 'watch' });
    const { millis, bytes } = await this.#scraper.scrape();
    this.bytes = bytes;
    into.push({ ...((await this.#child.ask({ ask: 'seen' })) as Seen), millis });
  }

  async #memory(): Promise<number> {
    return (await this.#child.ask({ ask: 'memory' })) as number;
  }

  [Symbol.dispose](): void {
    this.#scraper[Symbol.dispose]();
    this.#child[Symbol.dispose]();
  }
}

function scenarioOf(seen: readonly TimedScrape[]): Scenario {
  const collected = seen.flatMap(({ collectMillis }) => collectMillis ?? []);
  return {
    millis: median(seen.map(({ millis }) => millis)),
    collectMillis: collected.length === 0 ? undefined : median(collected),
    restMillis: median(seen.map(({ millis, collectMillis = 0 }) => millis - collectMillis)),
    stallMillis: median(seen.map(({ stalls }) => stalls.longest)),
    worstStallMillis: Math.max(...seen.map(({ stalls }) => stalls.longest)),
    restStallMillis: median(
      seen.map(({ stalls, collectMillis = 0 }) => Math.max(stalls.next, stalls.longest - collectMillis)),
    ),
    allocatedBytes: median(seen.map(({ allocated }) => allocated)),
  };
}
