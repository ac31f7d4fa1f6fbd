import { median } from './median.ts';
import type { PeerName } from './peer-names.ts';
import { Scraper } from './scrape.ts';
import { ScrapedProcess } from './scraped-process.ts';
import type { Stalls } from './stall-watch.ts';

/** Several scrapes of one kind: what one took in the middle, in milliseconds and bytes. */
export interface Scenario {
  /** From the request to the last byte, at the client. */
  readonly millis: number;
  /** The longest stall of the event loop that is scraped, of the median scrape and of the worst. */
  readonly stallMillis: number;
  readonly worstStallMillis: number;
  /** The second longest: where collecting is the longest, what the exporter itself does. */
  readonly nextStallMillis: number;
  readonly allocatedBytes: number;
}

/** One library at one size. */
export interface Measurement {
  readonly peer: PeerName;
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
  /** What of it is the SDK's own collection, where there is one. */
  readonly collect: { readonly millis: number; readonly stallMillis: number } | undefined;
  /** What stays in memory after the first scrape that was not there before, per series. */
  readonly keptBytesPerSeries: number;
}

const share = 0.2;
const warmUpMillis = 3_000;

/** Measures one library at one size, in processes of its own. */
export async function measure(peer: PeerName, lines: number, rounds: number): Promise<Measurement> {
  const timed = await run(peer, lines, rounds, []);
  // Memory is read off a heap that is collected before and not during a scrape, which would make times another thing.
  const counted = await run(peer, lines, 3, [
    '--expose-gc',
    '--min-semi-space-size=1024',
    '--max-semi-space-size=1024',
  ]);
  const both = (name: 'first' | 'steady' | 'idle'): Scenario => ({
    ...timed[name],
    allocatedBytes: counted[name].allocatedBytes,
  });
  const { keptBytesPerSeries } = counted;
  return { ...timed, keptBytesPerSeries, first: both('first'), steady: both('steady'), idle: both('idle') };
}

async function run(peer: PeerName, lines: number, rounds: number, flags: readonly string[]): Promise<Measurement> {
  using child = new ScrapedProcess(flags);
  const { url, series } = (await child.ask({ ask: 'start', peer, lines })) as { url: string; series: number };
  using scraper = new Scraper(url);
  const before = (await child.ask({ ask: 'memory' })) as number;
  const first = await scenario(child, scraper, 1, () => Promise.resolve());
  const kept = ((await child.ask({ ask: 'memory' })) as number) - before;
  // A bot runs for days: what runs often is compiled by then, in all of them.
  const warm = performance.now() + (flags.length === 0 ? warmUpMillis : 0);
  let round = 0;
  while (round < 5 || performance.now() < warm) {
    round += 1;
    await child.ask({ ask: 'change', share, round });
    await scraper.scrape();
  }
  const steady = await scenario(child, scraper, rounds, async () => {
    round += 1;
    await child.ask({ ask: 'change', share, round });
  });
  const idle = await scenario(child, scraper, rounds, () => Promise.resolve());
  const { bytes } = await scraper.scrape(true);
  const collect = (await child.ask({ ask: 'collect', rounds, share })) as Measurement['collect'] | null;
  const keptBytesPerSeries = kept / series;
  return { peer, lines, series, bytes, first, steady, idle, collect: collect ?? undefined, keptBytesPerSeries };
}

async function scenario(
  child: ScrapedProcess,
  scraper: Scraper,
  rounds: number,
  prepare: () => Promise<void>,
): Promise<Scenario> {
  const millis: number[] = [];
  const stalls: number[] = [];
  const next: number[] = [];
  const allocated: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await prepare();
    await child.ask({ ask: 'watch' });
    millis.push((await scraper.scrape()).millis);
    const seen = (await child.ask({ ask: 'seen' })) as Stalls & { allocated: number };
    stalls.push(seen.longest);
    next.push(seen.next);
    allocated.push(seen.allocated);
  }
  return {
    millis: median(millis),
    stallMillis: median(stalls),
    worstStallMillis: Math.max(...stalls),
    nextStallMillis: median(next),
    allocatedBytes: median(allocated),
  };
}
