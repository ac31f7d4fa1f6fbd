import type { AttributesOf, MetricDefinition } from '@trademeter/semantic-conventions';
import type { Histogram } from './instrument.ts';
import type { Settled } from './settled.ts';
import { runTimed } from './timed.ts';
import type { Timer } from './timer.ts';

/** A running timer. It stops once, by `stop()` or at the end of the block of its `using`. */
export type RunningTimer = Pick<Timer<object>, 'fail' | 'stop'> & Disposable;

/** Timing measures one kind of duration, in seconds. Its verbs throw no errors of their own. */
export interface Timing {
  /**
   * Runs `fn` once and records how long it took. An error is recorded as `error.type` and reaches the caller unchanged.
   *
   * @returns what `fn` returns; a thenable as a promise
   */
  time<R>(fn: (timer: RunningTimer) => R): Settled<R>;
  /** Starts a timer, for something that starts and ends in different places. */
  start(): RunningTimer;
  /** Records a duration that is known already, in seconds. */
  record(durationSeconds: number): void;
}

/** Creates the three ways to record one series of a duration: around a function, from start to stop, as a figure. */
export function createTiming<D extends MetricDefinition>(histogram: Histogram<D>, attributes: AttributesOf<D>): Timing {
  const bound = histogram.bind(attributes);
  return {
    time: (fn) => runTimed(histogram.startTimer(attributes, bound), fn),
    start: () => histogram.startTimer(attributes, bound),
    record: (durationSeconds) => bound.record(durationSeconds),
  };
}
