import { type Histogram, type Meter, runTimed, type Timer } from '@trademeter/instrumentation';
import {
  type AttributesOf,
  METRIC_TRADING_FEATURE_CALCULATION_DURATION,
  type tradingFeatureCalculationDuration,
} from '@trademeter/semantic-conventions';
import { isCallable } from './callable.ts';

/** A feature that is calculated, such as a moving average. Only what the given function throws reaches the caller. */
export interface Feature {
  readonly name: string;
  /**
   * Calls `calculate` once, records how long it took, with `error.type` when it fails, and hands on what it gives, sync
   * or async.
   */
  time<R>(calculate: () => R): R;
  /** Starts to time a calculation that is no function: stop it when it is done. */
  start(): Timer<AttributesOf<typeof tradingFeatureCalculationDuration>>;
  /** Records a duration that is known already, in seconds. */
  record(seconds: number): void;
}

export function createFeature(
  name: string,
  meter: Meter,
  durations: Histogram<typeof tradingFeatureCalculationDuration>,
  attributes: AttributesOf<typeof tradingFeatureCalculationDuration>,
): Feature {
  const duration = durations.bind(attributes);
  return {
    name,
    time<R>(calculate: () => R): R {
      if (!isCallable(meter, METRIC_TRADING_FEATURE_CALCULATION_DURATION, calculate)) return undefined as R;
      if (!meter.isActive()) return calculate();
      return runTimed(durations.startTimer(attributes), () => calculate());
    },
    start: () => durations.startTimer(attributes),
    record: (seconds) => duration.record(seconds),
  };
}
