import {
  type BoundRecorder,
  type BoundSum,
  type Meter,
  type Moment,
  secondsBetween,
} from '@trademeter/instrumentation';
import {
  ATTR_TRADING_BREAKER_STATE,
  type AttributesOf,
  METRIC_TRADING_BREAKER_HALT_DURATION,
  METRIC_TRADING_BREAKER_STATUS,
  tradingBreakerStatus,
} from '@trademeter/semantic-conventions';

/** `closed`: trading is allowed. `open`: trading is halted. `half_open`: a few orders are allowed as a test. */
export type BreakerState = AttributesOf<typeof tradingBreakerStatus>[typeof ATTR_TRADING_BREAKER_STATE];

/** The state of a breaker before a restart. */
export interface BreakerRestore {
  readonly state: BreakerState;
  /** When the current halt started. Default: now, also for an invalid time or one in the future. */
  readonly openedTime?: Moment | undefined;
}

/** Records the state of one circuit breaker. Stopping trading is up to the bot. No verb throws. */
export interface Breaker {
  /** What the breaker guards: `daily_loss`, `max_drawdown`, `error_rate`. */
  readonly name: string;
  /** The current state. */
  readonly state: BreakerState;
  /** Reports that the breaker opened. Counts a trip, unless it is open already. */
  trip(): void;
  /** Reports that the breaker allows a few orders as a test. The halt continues until it closes. */
  halfOpen(): void;
  /**
   * Reports that the breaker closed. Records the duration of the halt in seconds since the first trip, including failed
   * tests. While a halt lasts, look at `trading_breaker_status`.
   */
  reset(): void;
  /**
   * Sets the state, for a breaker that is polled. Does what the verb of that state does. A change from closed to
   * half-open counts a trip, because the breaker was open in between.
   */
  set(state: BreakerState): void;
  /** Restores the state from before a restart: counts no trip, and the halt continues from `openedTime`. */
  restore(saved: BreakerRestore): void;
}

interface BreakerParts {
  readonly meter: Meter;
  readonly report: (state: BreakerState) => void;
  readonly trips: BoundSum;
  readonly halt: BoundRecorder;
}

export function createBreaker(name: string, { meter, report, trips, halt }: BreakerParts): Breaker {
  let state: BreakerState = 'closed';
  let openedTime: number | undefined;

  function enter(next: BreakerState): void {
    state = next;
    report(next);
  }

  function set(given: BreakerState): void {
    meter.attempt(METRIC_TRADING_BREAKER_STATUS, () => {
      const next = meter.attribute(tradingBreakerStatus, ATTR_TRADING_BREAKER_STATE, given);
      if (next === undefined || next === state) return;
      // A failed test opens it again, which is another trip of the same halt.
      if (next === 'open' || state === 'closed') trips.add();
      const before = openedTime;
      openedTime = next === 'closed' ? undefined : (before ?? meter.now());
      enter(next);
      if (next === 'closed' && before !== undefined) halt.record(secondsBetween(before, meter.now()));
    });
  }

  report(state);
  return {
    name,
    get state() {
      return state;
    },
    trip: () => set('open'),
    halfOpen: () => set('half_open'),
    reset: () => set('closed'),
    set,
    restore(saved) {
      meter.attempt(METRIC_TRADING_BREAKER_STATUS, () => {
        const was = meter.attribute(tradingBreakerStatus, ATTR_TRADING_BREAKER_STATE, saved.state);
        if (was === undefined) return;
        const ageSeconds = meter.attempt(METRIC_TRADING_BREAKER_HALT_DURATION, () =>
          meter.ageSeconds(METRIC_TRADING_BREAKER_HALT_DURATION, 'openedTime', saved.openedTime),
        );
        openedTime = was === 'closed' ? undefined : meter.now() - (ageSeconds ?? 0) * 1000;
        enter(was);
      });
    },
  };
}
