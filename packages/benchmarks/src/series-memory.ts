import { fork } from 'node:child_process';
import { join } from 'node:path';
import { nextMessage } from './next-message.ts';
import { type PeerName, peerNames } from './peer-names.ts';

/** The memory of a counter's series. */
export interface SeriesMemory {
  readonly peer: PeerName;
  /** Its index entry included, without the strings of its attributes. */
  readonly bytesPerSeries: number;
}

/** Measures libraries one after the other, each in its own process. */
export async function measureSeriesMemory(): Promise<SeriesMemory[]> {
  const results: SeriesMemory[] = [];
  for (const peer of peerNames) {
    const child = fork(join(import.meta.dirname, 'remembered.ts'), {
      execArgv: ['--conditions=@trademeter/source', '--expose-gc'],
    });
    const answered = nextMessage(child, `the process that remembers with ${peer}`);
    child.send(peer);
    results.push({ peer, bytesPerSeries: (await answered) as number });
  }
  return results;
}
