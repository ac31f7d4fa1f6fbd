import {
  type Histogram,
  type Meter,
  type RunningTimer,
  runTimed,
  type Settled,
  type Timer,
} from '@trademeter/instrumentation';
import {
  ATTR_TRADING_DECISION_ACTION,
  ATTR_TRADING_STRATEGY_NAME,
  type AttributesOf,
  METRIC_TRADING_DECISION_DURATION,
  type tradingDecisionDuration,
} from '@trademeter/semantic-conventions';

type Attributes = AttributesOf<typeof tradingDecisionDuration>;

/** The action of a decision: `buy`, `sell`, `hold`, … */
export type DecisionAction = NonNullable<Attributes[typeof ATTR_TRADING_DECISION_ACTION]>;

/** A running timer of a decision. */
export interface DecisionTimer extends RunningTimer {
  /** Sets the action that is recorded. Does not stop the timer. */
  decide(action: DecisionAction): void;
}

/** A decision that was made. */
export interface DecisionDuration {
  /** The time from the signal to the decision. */
  readonly durationSeconds: number;
  readonly action?: DecisionAction | undefined;
}

/** Times decisions, from the signal to the decision, in seconds. Its verbs throw no errors of their own. */
export interface DecisionTiming {
  /**
   * Runs `fn` once and records how long it took. An error is recorded as `error.type` and reaches the caller unchanged.
   *
   * @param fn is called with the timer, to set the action
   * @returns what `fn` returns; a thenable as a promise
   */
  time<R>(fn: (timer: DecisionTimer) => R): Settled<R>;
  /**
   * Starts a timer at the signal. `decide` sets the action; `stop`, or the end of the block of its `using`, records.
   */
  start(): DecisionTimer;
  /** Records a known duration. */
  record(decision: DecisionDuration): void;
}

export function createDecisionTiming(
  meter: Meter,
  histogram: Histogram<typeof tradingDecisionDuration>,
  strategy: string,
): DecisionTiming {
  const attributes: Attributes = { [ATTR_TRADING_STRATEGY_NAME]: strategy };
  return {
    time: (fn) => runTimed(decisionTimer(histogram.startTimer(attributes)), fn),
    start: () => decisionTimer(histogram.startTimer(attributes)),
    record(decision) {
      meter.attempt(METRIC_TRADING_DECISION_DURATION, () => {
        const { durationSeconds, action } = decision;
        histogram.record(durationSeconds, { ...attributes, [ATTR_TRADING_DECISION_ACTION]: action });
      });
    },
  };
}

function decisionTimer(timer: Timer<Attributes>): DecisionTimer {
  return {
    decide: (action) => timer.set({ [ATTR_TRADING_DECISION_ACTION]: action }),
    fail: (error) => timer.fail(error),
    stop: () => timer.stop(),
    [Symbol.dispose]: () => timer[Symbol.dispose](),
  };
}
