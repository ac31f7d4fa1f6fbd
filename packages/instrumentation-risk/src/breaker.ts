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

/** `closed`: trading goes on. `open`: it is halted. `half_open`: it is tried again, carefully. */
export type BreakerState = AttributesOf<typeof tradingBreakerStatus>[typeof ATTR_TRADING_BREAKER_STATE];

/** What a breaker was when the bot last ran. */
export interface BreakerRestore {
  readonly state: BreakerState;
  /** When the halt began that still lasts. Default: now; so it is for a time that is none, or is still to come. */
  readonly openedTime?: Moment | undefined;
}

/** A circuit breaker: something that halts trading when what it guards goes wrong. No verb of it ever throws. */
export interface Breaker {
  /** What it guards: `daily_loss`, `max_drawdown`, `error_rate`. */
  readonly name: string;
  /** The state that is reported. */
  readonly state: BreakerState;
  /** It opens. Counts a trip, unless it is open already. */
  trip(): void;
  /** It lets a little through, to see whether the trouble has passed. A halt goes on until it closes. */
  halfOpen(): void;
  /** It closes. Records how long trading was halted, from the first trip on, in seconds. */
  reset(): void;
  /**
   * For a breaker that is polled: what it is now. Does what the verb of that state does. One that was closed and is
   * seen half-open has tripped unseen, and counts as tripped.
   */
  set(state: BreakerState): void;
  /** Takes over the state from before a restart: no trip is counted, a halt keeps its beginning. */
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
      // A failed probe opens it again: another trip of the same halt.
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
