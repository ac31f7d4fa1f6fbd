import { type RunningTimer, runTimed, type Timing } from '@trademeter/instrumentation';

/** A {@link Timing} that calls `succeeded` when something has ended without an error. */
export function createCycleTiming(timing: Timing, succeeded: () => void): Timing {
  function start(): RunningTimer {
    const timer = timing.start();
    let hasFailed = false;
    const stop = (): number | undefined => {
      const seconds = timer.stop();
      if (seconds !== undefined && !hasFailed) succeeded();
      return seconds;
    };
    return {
      fail(error) {
        hasFailed = true;
        timer.fail(error);
      },
      stop,
      [Symbol.dispose]: () => void stop(),
    };
  }

  return {
    time: (fn) => runTimed(start(), fn),
    start,
    record(durationSeconds) {
      timing.record(durationSeconds);
      if (Number.isFinite(durationSeconds) && durationSeconds >= 0) succeeded();
    },
  };
}
