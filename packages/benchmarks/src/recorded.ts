/** The process that records: one library, so that no other's types are in its compiled code. */
import { measure } from 'mitata';
import type { PeerName } from './peer-names.ts';
import { recorders } from './recorders.ts';
import { type CallCost, type RecordingCost, type RecordingName, recordingNames } from './recording-cost.ts';

const cpuNanoseconds = 4e8;
const countedCalls = 10_000;

process.once('message', ({ peer, what }: { readonly peer: PeerName; readonly what: 'time' | 'bytes' }) => {
  void (async () => {
    const recorder = await recorders[peer]();
    const calls: Record<RecordingName, CallCost | undefined> = {
      boundAdd: undefined,
      boundRecord: undefined,
      add: undefined,
      order: undefined,
    };
    for (const name of recordingNames) {
      const run = recorder[name];
      if (run !== undefined) calls[name] = what === 'time' ? await timeOf(run) : bytesOf(run);
    }
    process.send?.({ peer, calls } satisfies RecordingCost, () => process.exit());
  })();
});

async function timeOf(run: () => void): Promise<CallCost> {
  return { nanos: (await measure(run, { min_cpu_time: cpuNanoseconds })).p50, bytes: Number.NaN };
}

function bytesOf(run: () => void): CallCost {
  // Twice: what is compiled or grows once is no cost of a call.
  for (let time = 0; time < 2; time += 1) for (let call = 0; call < countedCalls; call += 1) run();
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let call = 0; call < countedCalls; call += 1) run();
  const allocated = process.memoryUsage().heapUsed - before;
  return { nanos: Number.NaN, bytes: Math.max(0, Math.round(allocated / countedCalls)) };
}

// Whatever the parent ended by, nothing is left of it.
process.on('disconnect', () => process.exit());
