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

/** What was decided: `buy`, `sell`, `hold`, … */
export type DecisionAction = NonNullable<Attributes[typeof ATTR_TRADING_DECISION_ACTION]>;

/** A decision that is being made. */
export interface DecisionTimer extends RunningTimer {
  /** Says what was decided; the recording takes it. It does not stop the time. */
  decide(action: DecisionAction): void;
}

/** A decision that was made. */
export interface DecisionDuration {
  /** From the signal to the decision. */
  readonly durationSeconds: number;
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
  time<R>(fn: (timer: DecisionTimer) => R): Settled<R>;
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
