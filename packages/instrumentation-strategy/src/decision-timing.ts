import { type Histogram, type Meter, timed, type Timer } from '@trademeter/instrumentation';
import {
  ATTR_TRADING_DECISION_ACTION,
  ATTR_TRADING_STRATEGY_NAME,
  type AttributesOf,
  METRIC_TRADING_DECISION_DURATION,
  type tradingDecisionDuration,
} from '@trademeter/semantic-conventions';
import type { RunningTimer } from './timing.ts';

type Attributes = AttributesOf<typeof tradingDecisionDuration>;

/** What was decided: `buy`, `sell`, `hold`, … */
export type DecisionAction = NonNullable<Attributes[typeof ATTR_TRADING_DECISION_ACTION]>;

/** A decision that is being made. */
export interface DecisionTimer extends RunningTimer {
  /** Says what was decided; the recording takes it. It does not stop the time. */
  decide(action: DecisionAction): void;
}

/** A decision that was made. */
export interface DecisionDuration {
  /** Seconds from the signal to the decision. */
  readonly seconds: number;
  readonly action?: DecisionAction | undefined;
}

/** Measures the time from a signal to the decision on it, in seconds. None of its verbs throws of its own. */
export interface DecisionTiming {
  /**
   * Runs `fn` once and records how long it took; what it throws reaches the caller unchanged, and is recorded as
   * `error.type`.
   *
   * @param fn gets the timer, to say what was decided
   * @returns what `fn` returns: a promise if it returns one, a plain value otherwise
   */
  time<R>(fn: (timer: DecisionTimer) => R): R;
  /** Starts with the signal; `decide` says what was decided, `stop` or the end of the block of its `using` records. */
  start(): DecisionTimer;
  /** Records a duration that is known already. */
  record(decision: DecisionDuration): void;
}

export function createDecisionTiming(
  meter: Meter,
  histogram: Histogram<typeof tradingDecisionDuration>,
  strategy: string,
): DecisionTiming {
  const attributes: Attributes = { [ATTR_TRADING_STRATEGY_NAME]: strategy };
  return {
    time: (fn) => timed(histogram, attributes, (timer) => fn(decisionTimer(timer))),
    start: () => decisionTimer(histogram.startTimer(attributes)),
    record(decision) {
      meter.attempt(METRIC_TRADING_DECISION_DURATION, () => {
        const { seconds, action } = decision;
        histogram.record(seconds, { ...attributes, [ATTR_TRADING_DECISION_ACTION]: action });
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
