import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceFolder } from '@trademeter/workspace-tools';
import { expect, test } from 'vitest';
import { type PeerName, peerNames, pushPeerNames, type ScrapedName, scrapedNames } from './peer-names.ts';
import { performanceDocument, withRun } from './performance-document.ts';
import type { Results } from './results.ts';
import { startedNames } from './start-time.ts';

/** Ours take 1 of everything, the next library 2, and so on. */
function resultsWith(factor: number): Required<Results> {
  const rank = (peer: ScrapedName) => factor * (scrapedNames.indexOf(peer) + 1);
  const calls = (peer: PeerName) => {
    const call = { nanos: 1_000 * rank(peer), bytes: rank(peer) - 1 };
    const bound = peer === 'opentelemetry' ? undefined : call;
    return { boundAdd: bound, boundRecord: bound, add: call, order: call };
  };
  const scrapes = scrapedNames.map((peer) => ({
    peer,
    millis: rank(peer),
    firstMillis: rank(peer) + 0.25,
    stallMillis: 10 * rank(peer),
    stallWithoutGcMillis: rank(peer),
    stallCpuMillis: rank(peer),
    worstStallMillis: rank(peer),
    series: 1,
    bytes: 1,
  }));
  return {
    recordings: peerNames.map((peer) => ({ peer, calls: calls(peer) })),
    largeScrapes: scrapes,
    smallScrapes: scrapes,
    freshScrapes: peerNames.map((peer) => ({ peer, millis: rank(peer) })),
    pushes: pushPeerNames.map((peer) => ({
      peer,
      millis: 100,
      stallMillis: 3.25,
      stallCpuMillis: rank(peer),
      worstStallMillis: 4,
      cpuMillis: rank(peer),
      series: 80_000,
      requests: 3,
      largestRequestBytes: 4_000_000,
    })),
    seriesMemory: peerNames.map((peer) => ({ peer, bytesPerSeries: 190 * rank(peer) })),
    processMemory: peerNames.map((peer) => ({ peer, series: 35_000, residentBytes: 1e8 * rank(peer) })),
    starts: startedNames.map((peer, index) => ({ peer, millis: 80 * factor * (index + 1) })),
  };
}

const document = readFileSync(join(workspaceFolder, performanceDocument), 'utf8');

test('writes the sentences, the tables and the targets of a run', () => {
  const written = withRun(document, 'Node v24.0.0 on 2 × Fast (x64)', resultsWith(1));
  expect(written).toContain(
    '- A bound counter takes **1000 ns** to add to, and allocates 0 bytes. The fastest other client takes 3000 ns.\n' +
      '- A whole order, from `place` to `fill`, takes **1.0 µs**, checks and clocks included. The fastest other client takes 2.0 µs for its twelve recordings alone.\n' +
      '- A scrape of 3,300 lines takes **1.0 ms**, where prom-client takes 3.0 ms; one of 165,000 lines **1 ms**, where prom-client takes 3 ms.\n' +
      '- While 165,000 lines are scraped, the event loop stands still for at most **10.0 ms**; with prom-client for 30.0 ms. While 80,000 series are pushed, for 3.3 ms.\n' +
      "- A process with 35,000 series takes **100 MB**, with prom-client 300 MB. Its endpoint listens 80 ms after the process has started, prom-client's after 160 ms.\n",
  );
  const rows = written.split('\n').map((line) => line.replaceAll(/ +/gu, ' '));
  expect(rows).toContain('Node v24.0.0 on 2 × Fast (x64)');
  expect(rows).toContain('| opentelemetry | – | – | 2000 ns, 1 B | 2000 ns, 1 B |');
  expect(rows).toContain('| prom-client | 3.00 ms | 30.0 ms | 3.00 ms | 3.25 ms | 3.00 ms |');
  expect(rows).toContain('| bare | 6.00 ms | 60.0 ms | 6.00 ms | 6.25 ms | – |');
  expect(rows).toContain('| trademeter | 100.0 ms | 3.25 ms | 1.00 ms | 190 B | 100.0 MB |');
  expect(rows).toContain('| trademeter | 80.0 ms |');
  expect(rows).toContain(
    '| counter add with 5 attributes | 3× faster than the fastest peer | 2.0× opentelemetry, 0 B | missed |',
  );
});

test('another run replaces every figure, and nothing else', () => {
  const first = withRun(document, 'one machine', resultsWith(1));
  const second = withRun(first, 'another machine', resultsWith(2));
  expect(second).not.toBe(first);
  expect(withRun(second, 'one machine', resultsWith(1))).toBe(first);
});
