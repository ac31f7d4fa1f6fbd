import { execFile, fork } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { median } from './median.ts';
import { nextMessage } from './next-message.ts';

/** What is started: ours, the peers that serve an endpoint, and Node with a plain server. */
export const startedNames = ['trademeter', 'prom-client', 'sdk-node', 'bare'] as const;

/** The time from a process' start to a listening endpoint: the median of several. */
export interface StartTime {
  readonly peer: (typeof startedNames)[number];
  readonly millis: number;
}

/** Starts processes in turns, from the built packages: stripping types would take longer. */
export async function measureStarts(rounds: number): Promise<StartTime[]> {
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, '../../workspace-tools/src/build.ts')]);
  const millis = new Map<StartTime['peer'], number[]>(startedNames.map((peer) => [peer, []]));
  // The first round reads files from disk.
  for (let round = 0; round <= rounds; round += 1) {
    for (const peer of startedNames) {
      const taken = await start(peer);
      if (round > 0) millis.get(peer)?.push(taken);
    }
  }
  return [...millis].map(([peer, each]) => ({ peer, millis: median(each) }));
}

async function start(peer: StartTime['peer']): Promise<number> {
  const begin = performance.now();
  const child = fork(join(import.meta.dirname, `starts/${peer}.js`), { execArgv: [], env: withoutSettings() });
  try {
    await nextMessage(child, `the process that starts ${peer}`);
    return performance.now() - begin;
  } finally {
    child.kill('SIGKILL');
  }
}

/** Settings of the user's shell must not change what is started. */
function withoutSettings(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_') && name !== 'NODE_OPTIONS'),
  );
}
