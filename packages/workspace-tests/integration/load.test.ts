import { expect, test } from 'vitest';
import type { OrderDelays } from '../../benchmarks/src/order-loop.ts';
import { type PeerName, peerNames } from '../../benchmarks/src/peer-names.ts';
import { ScrapedProcess } from '../../benchmarks/src/scraped-process.ts';
import { type Load, load } from './wrk.ts';

const lines = 33_000;
const connections = 50;
const seconds = 20;

/** What 50 scrapers at once do to a process that has an order to place every two milliseconds. */
async function tradeUnderLoad(peer: PeerName): Promise<Load & OrderDelays> {
  using child = new ScrapedProcess();
  const { url } = (await child.ask({ ask: 'start', peer, lines, bytes: 0 })) as { url: string };
  await child.ask({ ask: 'trade' });
  const result = await load(url, connections, seconds);
  const delays = (await child.ask({ ask: 'traded' })) as OrderDelays;
  return { ...result, ...delays };
}

test('a trading loop goes on while fifty scrapers ask without a pause', { timeout: 300_000 }, async () => {
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
