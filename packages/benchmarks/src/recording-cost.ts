import { fork } from 'node:child_process';
import { join } from 'node:path';
import { median } from './median.ts';
import { nextMessage } from './next-message.ts';
import { type PeerName, peerNames } from './peer-names.ts';

/** The recordings, by the names of their rows. */
export const recordingNames = ['boundAdd', 'boundRecord', 'add', 'order'] as const;

/** One kind of recording. */
export type RecordingName = (typeof recordingNames)[number];

/** The cost of one call. */
export interface CallCost {
  readonly nanos: number;
  readonly bytes: number;
}

/** The cost of recordings in one library; `undefined` if it has no such call. */
export interface RecordingCost {
  readonly peer: PeerName;
  readonly calls: Readonly<Record<RecordingName, CallCost | undefined>>;
}

// Large enough that no garbage is collected while allocated bytes are counted.
const youngGeneration = ['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=128'];

/** Measures libraries in turns, each time in a new process. */
export async function measureRecordings(rounds: number): Promise<RecordingCost[]> {
  const timed: RecordingCost[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const peer of peerNames) timed.push(await runRecorded(peer, 'time', []));
  }
  const counted: RecordingCost[] = [];
  for (const peer of peerNames) counted.push(await runRecorded(peer, 'bytes', youngGeneration));
  return peerNames.map((peer) => {
    const isOfPeer = (cost: RecordingCost): boolean => cost.peer === peer;
    const costOf = (name: RecordingName): CallCost | undefined => {
      const nanos = timed.filter(isOfPeer).flatMap(({ calls }) => calls[name]?.nanos ?? []);
      const bytes = counted.find(isOfPeer)?.calls[name]?.bytes;
      return bytes === undefined ? undefined : { nanos: median(nanos), bytes };
    };
    return {
      peer,
      calls: {
        boundAdd: costOf('boundAdd'),
        boundRecord: costOf('boundRecord'),
        add: costOf('add'),
        order: costOf('order'),
      },
    };
  });
}

async function runRecorded(peer: PeerName, what: 'time' | 'bytes', flags: readonly string[]): Promise<RecordingCost> {
  const child = fork(join(import.meta.dirname, 'recorded.ts'), {
    execArgv: ['--conditions=@trademeter/source', ...flags],
  });
  const answered = nextMessage(child, `the process that records with ${peer}`);
  child.send({ peer, what });
  return (await answered) as RecordingCost;
}
