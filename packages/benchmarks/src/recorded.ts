/** The process that records: one library, so that no other's types are in its compiled code. */

import { CpuProfile } from './cpu-profile.ts';
import { median } from './median.ts';
import type { PeerName } from './peer-names.ts';
import { type Recorder, recorders } from './recorders.ts';
import { type CallCost, type RecordingCost, type RecordingName, recordingNames } from './recording-cost.ts';
import { recordedSeries } from './recordings.ts';

const warmUpMillis = 300;
const timedBatches = 500;
const countedCalls = 1_000;

/** What the parent asks for: times, bytes, or a profile. */
type Request =
  | { readonly peer: PeerName; readonly what: 'time' | 'bytes' }
  | { readonly peer: PeerName; readonly what: 'profile'; readonly path: string; readonly millis: number };

process.once('message', (request: Request) => {
  void (async () => {
    const recorder = await recorders[request.peer]();
    if (request.what === 'profile') await profile(recorder, request.path, request.millis);
    const calls: Record<RecordingName, CallCost | undefined> = {
      boundAdd: undefined,
      boundRecord: undefined,
      add: undefined,
      order: undefined,
    };
    for (const name of recordingNames) {
      const run = recorder[name];
      if (run === undefined || request.what === 'profile') continue;
      calls[name] = perRecording(name, request.what === 'time' ? timeOf(run) : bytesOf(run));
    }
    process.send?.({ peer: request.peer, calls } satisfies RecordingCost, () => process.exit());
  })();
});

/** As much time for each kind of recording. */
async function profile(recorder: Recorder, path: string, millis: number): Promise<void> {
  const runs = recordingNames.flatMap((name) => recorder[name] ?? []);
  const cpuProfile = new CpuProfile();
  await cpuProfile.start();
  for (const run of runs) {
    const end = performance.now() + millis / runs.length;
    while (performance.now() < end) for (let call = 0; call < 100; call += 1) run();
  }
  await cpuProfile.write(path);
}

/** A call records once in each series, except an order. */
function perRecording(name: RecordingName, { nanos, bytes }: CallCost): CallCost {
  const recordings = name === 'order' ? 1 : recordedSeries;
  return { nanos: nanos / recordings, bytes: Math.round(bytes / recordings) };
}

/** The median of batches of about a millisecond, once the code is compiled. */
function timeOf(run: () => void): CallCost {
  const batchMillis = (calls: number): number => {
    const start = performance.now();
    for (let call = 0; call < calls; call += 1) run();
    return performance.now() - start;
  };
  const end = performance.now() + warmUpMillis;
  while (performance.now() < end) batchMillis(100);
  const calls = Math.max(1, Math.round(100 / median(Array.from({ length: 20 }, () => batchMillis(100)))));
  const batches = Array.from({ length: timedBatches }, () => batchMillis(calls));
  return { nanos: (median(batches) / calls) * 1e6, bytes: Number.NaN };
}

function bytesOf(run: () => void): CallCost {
  // What is compiled or grows once is no cost of a call.
  for (let call = 0; call < 10 * countedCalls; call += 1) run();
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let call = 0; call < countedCalls; call += 1) run();
  const allocated = process.memoryUsage().heapUsed - before;
  return { nanos: Number.NaN, bytes: Math.max(0, allocated / countedCalls) };
}

// Whatever the parent ended by, nothing is left of it.
process.on('disconnect', () => process.exit());
