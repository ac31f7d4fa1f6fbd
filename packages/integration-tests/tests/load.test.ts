import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { OrderDelays } from '../../benchmarks/src/order-loop.ts';
import { type PeerName, peerNames } from '../../benchmarks/src/peer-names.ts';
import { ScrapedProcess } from '../../benchmarks/src/scraped-process.ts';
import { type Attack, attacks } from './attacks.ts';
import { type Load, load } from './wrk.ts';

const lines = 33_000;
const connections = 50;
const seconds = 20;
/** How often a comparison is repeated when ours is worse: a busy machine delays now and then, a fault of ours always. */
const attempts = 3;

/** The effect of 50 scrapers at once on a process with an order to place every two milliseconds. */
async function tradeUnderLoad(peer: PeerName): Promise<Load & OrderDelays> {
  using child = new ScrapedProcess();
  const { url } = (await child.ask({ ask: 'start', peer, lines, bytes: 0 })) as { url: string };
  await child.ask({ ask: 'trade' });
  const result = await load(url, connections, seconds);
  const delays = (await child.ask({ ask: 'traded' })) as OrderDelays;
  return { ...result, ...delays };
}

test('a trading loop works on while fifty scrapers request without a pause', { timeout: 300_000 }, async () => {
  const results = new Map<PeerName, Load & OrderDelays>();
  for (const peer of peerNames) results.set(peer, await tradeUnderLoad(peer));
  const rows = [...results].map(([peer, { requests, failures, orders, p50Millis, p99Millis, maxMillis }]) => {
    const delays = [p50Millis, p99Millis, maxMillis].map((millis) => `${millis.toFixed(1)} ms`).join(', ');
    return `${peer}: ${requests} scrapes, ${failures} failed; ${orders} orders, late by ${delays} (p50, p99, worst)`;
  });
  console.log(`${connections} scrapers of ${lines} lines for ${seconds} s\n${rows.join('\n')}`);
  const { trademeter, ...peers } = Object.fromEntries(results) as Record<PeerName, Load & OrderDelays>;
  expect(trademeter.failures).toBe(0);
  expect(trademeter.requests).toBeGreaterThan(0);
  for (const peer of Object.values(peers)) expect(trademeter.p99Millis).toBeLessThan(peer.p99Millis);
});

interface Harm {
  readonly stallMillis: number;
  readonly heapMegabytes: number;
}

async function report(server: ChildProcess, message: 'reset' | 'report'): Promise<Harm> {
  const answered = once(server, 'message');
  server.send(message);
  const [harm] = (await answered) as [Harm];
  return harm;
}

/** The longest time in which an attacked process does nothing else. Afterwards it must still serve. */
async function harmOf(kind: 'plain' | 'trademeter' | 'mounted', attack: Attack): Promise<Harm> {
  const server = fork(join(import.meta.dirname, 'attacked-server.ts'), [kind], {
    execArgv: ['--conditions=@trademeter/source', '--max-old-space-size=512'],
  });
  try {
    const [{ port }] = (await once(server, 'message')) as [{ port: number }];
    const scrape = async () => await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    await scrape();
    await report(server, 'reset');
    await attack(port);
    const harm = await report(server, 'report');
    expect(await scrape(), `${kind} after the attack`).toContain('price{');
    return harm;
  } finally {
    server.kill();
  }
}

test.each([...attacks])(
  'when %s, the bot works on, like behind a plain server',
  { timeout: 300_000 },
  async (what, attack) => {
    let [longest, limit] = [Number.POSITIVE_INFINITY, 0];
    for (let attempt = 1; attempt <= attempts && longest >= limit; attempt += 1) {
      const plain = await harmOf('plain', attack);
      const [own, mounted] = [await harmOf('trademeter', attack), await harmOf('mounted', attack)];
      const figures = [plain, own, mounted].map(({ stallMillis, heapMegabytes }) => {
        return `${stallMillis.toFixed(0)} ms, ${heapMegabytes.toFixed(0)} MB`;
      });
      console.log(
        `${what}: longest stall and heap behind a plain server, ours, and a plain one with ours mounted: ${figures.join('; ')}`,
      );
      // Wide limits: a stall that grows with the attack would be seconds.
      limit = 500 + 3 * plain.stallMillis;
      longest = Math.max(own.stallMillis, mounted.stallMillis);
    }
    expect(longest).toBeLessThan(limit);
  },
);
