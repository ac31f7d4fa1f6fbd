import { setImmediate } from 'node:timers/promises';

/** Runs steps to their end, and lets the event loop have a turn whenever they took `sliceMillis`. */
export async function inSlices<Result>(steps: Generator<undefined, Result>, sliceMillis: number): Promise<Result> {
  let end = performance.now() + sliceMillis;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() < end) continue;
    await setImmediate();
    end = performance.now() + sliceMillis;
  }
}
