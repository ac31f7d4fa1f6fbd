import { type Histogram, timed } from '@trademeter/instrumentation';
import type { AttributesOf, MetricDefinition } from '@trademeter/semantic-conventions';

/** Something that is being timed, in seconds; stopped once, by `stop()` or by leaving the block of its `using`. */
export interface RunningTimer extends Disposable {
  /** Marks it as failed: the recording takes `error.type`. `using` cannot see a throw, so a catch has to say it. */
  fail(error: unknown): void;
  /** Records the time since the start, once. @returns the seconds, or `undefined` when it was stopped before. */
  stop(): number | undefined;
}

/** Measures one kind of duration, in seconds. None of its verbs throws of its own. */
export interface Timing {
  /**
   * Runs `fn` once and records how long it took; what it throws reaches the caller unchanged, and is recorded as
   * `error.type`.
   *
   * @returns what `fn` returns: a promise if it returns one, a plain value otherwise
   */
  time<R>(fn: (timer: RunningTimer) => R): R;
  /** Starts to time something that begins and ends in different places. */
  start(): RunningTimer;
  /** Records a duration that is known already, in seconds. */
  record(seconds: number): void;
}

export function createTiming<D extends MetricDefinition>(histogram: Histogram<D>, attributes: AttributesOf<D>): Timing {
  const bound = histogram.bind(attributes);
  return {
    time: (fn) => timed(histogram, attributes, fn),
    start: () => histogram.startTimer(attributes),
    record: (seconds) => bound.record(seconds),
  };
}
