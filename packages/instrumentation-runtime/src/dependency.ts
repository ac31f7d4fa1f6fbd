import type { Histogram, Meter } from '@trademeter/instrumentation';
import {
  type ATTR_TRADING_DEPENDENCY_STATE,
  type AttributesOf,
  METRIC_TRADING_DEPENDENCY_CHECK_DURATION,
  type tradingDependencyCheckDuration,
  type tradingDependencyStatus,
} from '@trademeter/semantic-conventions';
import { isCallable } from './callable.ts';
import { type CheckFunction, type CheckOptions, type DependencyCheck, startCheck } from './dependency-check.ts';
import type { Timers } from './timers.ts';

/** Whether a dependency is there. */
export type DependencyState = AttributesOf<typeof tradingDependencyStatus>[typeof ATTR_TRADING_DEPENDENCY_STATE];

/** Something that the bot cannot do without: a database, a cache server. No verb of it ever throws. */
export interface Dependency {
  readonly name: string;
  /** The state that is reported: `up` until something else is known. */
  readonly state: DependencyState;
  /** It was seen to be there. */
  up(): void;
  /** It was seen to be away. */
  down(): void;
  /**
   * Checks it now and from then on, so that its state is true without the bot's asking. Checks do not overlap, but for
   * one that has timed out and goes on all the same. A new check takes the place of the one before.
   */
  check(check: CheckFunction, options?: CheckOptions): DependencyCheck;
  /** Ends its check. The state stays as it is. */
  stop(): void;
}

interface DependencyParts {
  readonly meter: Meter;
  readonly timers: Timers;
  readonly durations: Histogram<typeof tradingDependencyCheckDuration>;
  readonly attributes: AttributesOf<typeof tradingDependencyCheckDuration>;
  readonly report: (state: DependencyState) => void;
}

export function createDependency(
  name: string,
  { meter, timers, durations, attributes, report }: DependencyParts,
): Dependency {
  let state: DependencyState = 'up';
  let running: DependencyCheck | undefined;

  function enter(next: DependencyState): void {
    state = next;
    report(next);
  }

  report(state);
  return {
    name,
    get state() {
      return state;
    },
    up: () => enter('up'),
    down: () => enter('down'),
    check(check, options) {
      running?.stop();
      running = isCallable(meter, METRIC_TRADING_DEPENDENCY_CHECK_DURATION, check)
        ? startCheck(check, options, {
            meter,
            timers,
            startTimer: () => durations.startTimer(attributes),
            state: () => state,
            enter,
          })
        : { run: () => Promise.resolve(state), stop() {}, [Symbol.dispose]() {} };
      return running;
    },
    stop() {
      running?.stop();
    },
  };
}
