import { fork } from 'node:child_process';
import { join } from 'node:path';
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

/** Measures one library, in a process of its own. */
export async function measureRecording(peer: PeerName): Promise<RecordingCost> {
  const child = fork(join(import.meta.dirname, 'recorded.ts'), { execArgv: ['--conditions=@trademeter/source'] });
  const answered = nextMessage(child, `the process that records with ${peer}`);
  child.send(peer);
  return (await answered) as RecordingCost;
}
