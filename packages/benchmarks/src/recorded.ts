/** The process that records: one library, so that no other's types are in its compiled code. */
import { measure } from 'mitata';
import type { PeerName } from './peer-names.ts';
import { recorders } from './recorders.ts';
import type { RecordingCost } from './recording-cost.ts';

process.once('message', (peer: PeerName) => {
  void (async () => {
    const { order, boundAdd, unboundAdd } = recorders[peer]();
    const nanoseconds = async (run: () => void) => (await measure(run, { min_cpu_time: 1e9 })).p50;
    const cost: RecordingCost = {
      peer,
      orderNanos: await nanoseconds(order),
      boundAddNanos: boundAdd === undefined ? undefined : await nanoseconds(boundAdd),
      unboundAddNanos: await nanoseconds(unboundAdd),
    };
    process.send?.(cost, () => process.exit());
  })();
});
