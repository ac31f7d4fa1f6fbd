/** The process that records with one library, so that its compiled code has no other library's types. */

import { CpuProfile } from './cpu-profile.ts';
import { median } from './median.ts';
import type { PeerName } from './peer-names.ts';
import { type Recorder, recorders } from './recorders.ts';
import { type CallCost, type RecordingCost, type RecordingName, recordingNames } from './recording-cost.ts';
import { recordedSeries } from './recordings.ts';

const warmUpMillis = 300;
const timedBatches = 500;
const countedCalls = 1_000;

/** Requests of the parent: times, bytes, or a profile. */
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

/** The same time for each kind of recording. */
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

/** The median of batches of about a millisecond, after the code is compiled. */
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
  // Compilation and one-time growth are not part of a call's cost.
  for (let call = 0; call < 10 * countedCalls; call += 1) run();
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let call = 0; call < countedCalls; call += 1) run();
  const allocated = process.memoryUsage().heapUsed - before;
  return { nanos: Number.NaN, bytes: Math.max(0, allocated / countedCalls) };
}

// However the parent ended, this process ends too.
process.on('disconnect', () => process.exit());
