import { fork } from 'node:child_process';
import { join } from 'node:path';
import { median } from './median.ts';
import { nextMessage } from './next-message.ts';
import type { PeerName } from './peer-names.ts';

/** What recordings take in one library: the median, in nanoseconds. */
export interface RecordingCost {
  readonly peer: PeerName;
  /** An order from placed to filled. */
  readonly orderNanos: number;
  readonly boundAddNanos: number | undefined;
  readonly unboundAddNanos: number;
}

// What else the machine does for a second must not be what a library costs.
const rounds = 3;

/** Measures libraries round by round one after the other, each time in a process of its own. */
export async function measureRecordings(peers: readonly PeerName[]): Promise<RecordingCost[]> {
  const costs: RecordingCost[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const peer of peers) costs.push(await measureRecording(peer));
  }
  return peers.map((peer) =>
    medianCost(
      peer,
      costs.filter((cost) => cost.peer === peer),
    ),
  );
}

async function measureRecording(peer: PeerName): Promise<RecordingCost> {
  const child = fork(join(import.meta.dirname, 'recorded.ts'), { execArgv: ['--conditions=@trademeter/source'] });
  const answered = nextMessage(child, `the process that records with ${peer}`);
  child.send(peer);
  return (await answered) as RecordingCost;
}

function medianCost(peer: PeerName, costs: readonly RecordingCost[]): RecordingCost {
  const bound = costs.flatMap(({ boundAddNanos }) => boundAddNanos ?? []);
  return {
    peer,
    orderNanos: median(costs.map(({ orderNanos }) => orderNanos)),
    boundAddNanos: bound.length === 0 ? undefined : median(bound),
    unboundAddNanos: median(costs.map(({ unboundAddNanos }) => unboundAddNanos)),
  };
}
