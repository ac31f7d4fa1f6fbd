/** The scraped process: one library at one size. It gets its requests over IPC, and answers each once. */

import { setTimeout as sleep } from 'node:timers/promises';
import { CpuProfile } from './cpu-profile.ts';
import { OrderLoop } from './order-loop.ts';
import type { ScrapedName } from './peer-names.ts';
import type { Peer, StartPeer } from './peers/peer.ts';
import type { MemoryUse, Request } from './scraped-messages.ts';
import { changed, seriesFor, valueFor } from './series.ts';
import { StallWatch } from './stall-watch.ts';

const starters: Readonly<Record<ScrapedName, (bytes: number) => Promise<StartPeer>>> = {
  trademeter: async () => (await import('./peers/trademeter.ts')).startTrademeter,
  opentelemetry: async () => (await import('./peers/opentelemetry.ts')).startOpenTelemetry,
  'prom-client': async () => (await import('./peers/prom-client.ts')).startPromClient,
  'prometheus-io': async () => (await import('./peers/prom-client.ts')).startPrometheusIo,
  platformatic: async () => (await import('./peers/prom-client.ts')).startPlatformatic,
  bare: async (bytes) => {
    const { startBare } = await import('./peers/bare.ts');
    return () => startBare(bytes);
  },
};

let series: ReturnType<typeof seriesFor> = [];
let peer: Peer | undefined;
const watch = new StallWatch();
const profile = new CpuProfile();
const orderLoop = new OrderLoop((order) => record(order % series.length, order));

async function answer(request: Request): Promise<unknown> {
  switch (request.ask) {
    case 'start': {
      series = seriesFor(request.lines);
      const start = await starters[request.peer](request.bytes);
      peer = await start(series);
      change(1, 0);
      return { url: peer.url, series: series.length };
    }
    case 'change':
      change(request.share, request.round);
      return undefined;
    case 'watch':
      await watchAgain();
      return undefined;
    case 'seen':
      return await watch.stop();
    case 'memory':
      for (let round = 0; round < 3; round += 1) globalThis.gc?.();
      return memory();
    case 'trade':
      orderLoop.start();
      return undefined;
    case 'traded':
      return orderLoop.stop();
    case 'profile':
      return await profile.start();
    case 'profiled':
      return await profile.write(request.path);
  }
}

/** Starts at a turn of the timer, so that measurements begin with a running loop. */
async function watchAgain(): Promise<void> {
  watch.start();
  await sleep(5);
  await watch.stop();
  watch.start();
}

function change(share: number, round: number): void {
  for (const index of changed(series.length, share, round)) record(index, round);
}

function record(index: number, round: number): void {
  const one = series[index];
  if (one !== undefined) peer?.record(index, valueFor(one, index, round));
}

function memory(): MemoryUse {
  const { heapUsed, external, rss } = process.memoryUsage();
  return { used: heapUsed + external, resident: rss };
}

process.on('message', (request: Request) => {
  void answer(request).then((reply) => process.send?.({ reply: reply ?? null }));
});

// However the parent ended, this process ends too.
process.on('disconnect', () => process.exit());
