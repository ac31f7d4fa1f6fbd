import { errorType, type Histogram, type Meter, type Timer } from '@trademeter/instrumentation';
import {
  ATTR_ERROR_TYPE,
  type AttributesOf,
  METRIC_TRADING_FEATURE_CALCULATION_DURATION,
  type tradingFeatureCalculationDuration,
} from '@trademeter/semantic-conventions';
import { isCallable, watchCall } from './call.ts';

/** A calculation that somebody else timed. */
export interface FeatureCalculation {
  readonly durationSeconds: number;
  /** What it failed with; left out, it did not fail. */
  readonly error?: unknown;
}

/** A feature that is calculated, such as a moving average. Only what the given function throws reaches the caller. */
export interface Feature {
  readonly name: string;
  /** Calls `calculate` once, records how long it took, and hands on what it gives, sync or async. */
  time<R>(calculate: () => R): R;
  /** For a calculation that is no function: stop it when it is done. */
  startTimer(): Timer<AttributesOf<typeof tradingFeatureCalculationDuration>>;
  /** A calculation was timed by somebody else. */
  record(calculation: FeatureCalculation): void;
}

export function createFeature(
  name: string,
  meter: Meter,
  durations: Histogram<typeof tradingFeatureCalculationDuration>,
  attributes: AttributesOf<typeof tradingFeatureCalculationDuration>,
): Feature {
  const duration = durations.bind(attributes);

  function recordFailed(seconds: number, error: unknown): void {
    durations.record(seconds, { ...attributes, [ATTR_ERROR_TYPE]: errorType(error) });
  }

  return {
    name,
    time<R>(calculate: () => R): R {
      if (!isCallable(meter, METRIC_TRADING_FEATURE_CALCULATION_DURATION, calculate)) return undefined as R;
      return watchCall(meter, calculate, (outcome, seconds) => {
        if (outcome.failed) recordFailed(seconds, outcome.error);
        else duration.record(seconds);
      });
    },
    startTimer: () => durations.startTimer(attributes),
    record(calculation) {
      meter.attempt(METRIC_TRADING_FEATURE_CALCULATION_DURATION, () => {
        const { durationSeconds, error } = calculation;
        if (error === undefined) duration.record(durationSeconds);
        else recordFailed(durationSeconds, error);
      });
    },
  };
}
