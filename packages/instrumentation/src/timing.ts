import type { AttributesOf, MetricDefinition } from '@trademeter/semantic-conventions';
import type { Histogram } from './instrument.ts';
import type { Settled } from './settled.ts';
import { runTimed } from './timed.ts';
import type { Timer } from './timer.ts';

/** Something that is being timed, in seconds; stopped once, by `stop()` or by leaving the block of its `using`. */
export type RunningTimer = Pick<Timer<object>, 'fail' | 'stop'> & Disposable;

/** Measures one kind of duration, in seconds. None of its verbs throws of its own. */
export interface Timing {
  /**
   * Runs `fn` once and records how long it took; what it throws reaches the caller unchanged, and is recorded as
   * `error.type`.
   *
   * @returns what `fn` returns: a promise if it returns one, or any other thenable, a plain value otherwise
   */
  time<R>(fn: (timer: RunningTimer) => R): Settled<R>;
  /** Starts to time something that begins and ends in different places. */
  start(): RunningTimer;
  /** Records a duration that is known already, in seconds. */
  record(durationSeconds: number): void;
}

/** The three ways to measure one series of a histogram of durations: around a function, from start to stop, as a figure. */
export function createTiming<D extends MetricDefinition>(histogram: Histogram<D>, attributes: AttributesOf<D>): Timing {
  const bound = histogram.bind(attributes);
  return {
    time: (fn) => runTimed(histogram.startTimer(attributes, bound), fn),
    start: () => histogram.startTimer(attributes, bound),
    record: (durationSeconds) => bound.record(durationSeconds),
  };
}
