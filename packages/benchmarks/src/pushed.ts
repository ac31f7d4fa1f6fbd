/** A process that pushes with one library. It answers each message of its parent once. */

import { setTimeout as sleep } from 'node:timers/promises';
import { CpuProfile } from './cpu-profile.ts';
import { type PushPeer, pushPeers } from './peers/push.ts';
import type { PushRequest, SeenPush } from './push.ts';
import { changed, seriesFor, valueFor } from './series.ts';
import { StallWatch } from './stall-watch.ts';

let series: ReturnType<typeof seriesFor> = [];
let peer: PushPeer | undefined;
const watch = new StallWatch();
const profile = new CpuProfile();

async function answer(request: PushRequest): Promise<unknown> {
  switch (request.ask) {
    case 'start':
      series = seriesFor(request.lines);
      peer = await pushPeers[request.peer](request.url, series);
      change(1, 0);
      return series.length;
    case 'push':
      change(request.share, request.round);
      return await push();
    case 'profile':
      return await profile.start();
    case 'profiled':
      return await profile.write(request.path);
  }
}

async function push(): Promise<SeenPush> {
  watch.start();
  await sleep(20);
  await watch.stop();
  const cpu = process.cpuUsage();
  const start = performance.now();
  watch.start();
  await peer?.push();
  const millis = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const stalls = await watch.stop();
  return {
    millis,
    stallMillis: stalls.longest,
    stallCpuMillis: stalls.longestCpu,
    cpuMillis: (user + system) / 1_000,
  };
}

function change(share: number, round: number): void {
  for (const index of changed(series.length, share, round)) {
    const one = series[index];
    if (one !== undefined) peer?.record(index, valueFor(one, index, round));
  }
}

process.on('message', (request: PushRequest) => {
  void answer(request).then((reply) => process.send?.({ reply: reply ?? null }));
});

// However the parent ended, this process ends too.
process.on('disconnect', () => process.exit());
