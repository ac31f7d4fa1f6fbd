import { fork } from 'node:child_process';
import { join } from 'node:path';
import { nextMessage } from './next-message.ts';
import { profilePushes } from './push.ts';
import { Scraper } from './scrape.ts';
import { ScrapedProcess } from './scraped-process.ts';

/** What can be profiled. */
export const profiledNames = ['record', 'scrape', 'push'] as const;

/** One of what can be profiled. */
export type ProfiledName = (typeof profiledNames)[number];

const millis = 8_000;
const lines = 165_000;
const share = 0.2;

/** Runs a workload for a while, and writes the profile of its process to a file. */
export const profileWorks: Readonly<Record<ProfiledName, (path: string) => Promise<void>>> = {
  async record(path) {
    const child = fork(join(import.meta.dirname, 'recorded.ts'), { execArgv: ['--conditions=@trademeter/source'] });
    const answered = nextMessage(child, 'the process that records');
    child.send({ peer: 'trademeter', what: 'profile', path, millis });
    await answered;
  },
  async scrape(path) {
    using child = new ScrapedProcess();
    const { url } = (await child.ask({ ask: 'start', peer: 'trademeter', lines, bytes: 0 })) as { url: string };
    using scraper = new Scraper(url);
    let round = 0;
    const scrapeFor = async (time: number): Promise<void> => {
      const end = performance.now() + time;
      while (performance.now() < end) {
        round += 1;
        await child.ask({ ask: 'change', share, round });
        await scraper.scrape();
      }
    };
    await scrapeFor(millis / 4);
    await child.ask({ ask: 'profile' });
    await scrapeFor(millis);
    await child.ask({ ask: 'profiled', path });
  },
  push: (path) => profilePushes(path, millis),
};
