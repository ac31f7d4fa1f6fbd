/** The process that is scraped: one peer, one size. It is told what to do over IPC, and answers each message once. */

import { median } from './median.ts';
import { OrderLoop } from './order-loop.ts';
import type { PeerName } from './peer-names.ts';
import type { Peer, StartPeer } from './peers/peer.ts';
import { changed, seriesFor, valueFor } from './series.ts';
import { StallWatch } from './stall-watch.ts';

/** What the parent asks for. */
export type Request =
  | { readonly ask: 'start'; readonly peer: PeerName; readonly lines: number }
  | { readonly ask: 'change'; readonly share: number; readonly round: number }
  | { readonly ask: 'watch' }
  | { readonly ask: 'seen' }
  | { readonly ask: 'memory' }
  | { readonly ask: 'trade' }
  | { readonly ask: 'traded' }
  | { readonly ask: 'collect'; readonly rounds: number; readonly share: number };

const starters: Readonly<Record<PeerName, () => Promise<StartPeer>>> = {
  trademeter: async () => (await import('./peers/opentelemetry.ts')).startTrademeter,
  opentelemetry: async () => (await import('./peers/opentelemetry.ts')).startUpstream,
  'prom-client': async () => (await import('./peers/prom-client.ts')).startPromClient,
  'prometheus-io': async () => (await import('./peers/prom-client.ts')).startPrometheusIo,
};

let series: ReturnType<typeof seriesFor> = [];
let peer: Peer | undefined;
let heapBefore = 0;
const watch = new StallWatch();
const orderLoop = new OrderLoop((order) => record(order % series.length, order));

async function answer(request: Request): Promise<unknown> {
  switch (request.ask) {
    case 'start': {
      series = seriesFor(request.lines);
      const start = await starters[request.peer]();
      peer = await start(series);
      change(1, 0);
      return { url: peer.url, series: series.length };
    }
    case 'change':
      change(request.share, request.round);
      return undefined;
    case 'watch':
      globalThis.gc?.();
      heapBefore = memory();
      watch.start();
      // The first turn of the timer, so that what follows is measured from a loop that turns.
      await new Promise((resolve) => setTimeout(resolve, 5));
      watch.stop();
      watch.start();
      return undefined;
    case 'seen':
      return { ...watch.stop(), allocated: memory() - heapBefore };
    case 'memory':
      for (let round = 0; round < 3; round += 1) globalThis.gc?.();
      return memory();
    case 'trade':
      orderLoop.start();
      return undefined;
    case 'traded':
      return orderLoop.stop();
    case 'collect':
      return await collect(request.rounds, request.share);
  }
}

/** What the SDK's own collection takes, and for how long it keeps the event loop. */
async function collect(rounds: number, share: number): Promise<{ millis: number; stallMillis: number } | undefined> {
  if (peer?.collect === undefined) return undefined;
  const times: number[] = [];
  const stalls: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    change(share, 1_000 + round);
    watch.start();
    await new Promise((resolve) => setTimeout(resolve, 5));
    watch.stop();
    watch.start();
    const start = performance.now();
    await peer.collect();
    times.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 5));
    stalls.push(watch.stop().longest);
  }
  return { millis: median(times), stallMillis: median(stalls) };
}

function change(share: number, round: number): void {
  for (const index of changed(series.length, share, round)) record(index, round);
}

function record(index: number, round: number): void {
  const one = series[index];
  if (one !== undefined) peer?.record(index, valueFor(one, index, round));
}

function memory(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

process.on('message', (request: Request) => {
  void answer(request).then((reply) => process.send?.({ reply: reply ?? null }));
});
