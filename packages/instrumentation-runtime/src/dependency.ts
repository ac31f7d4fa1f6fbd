import { type Histogram, type Meter, requireFunction } from '@trademeter/instrumentation';
import type { AttributesOf, tradingDependencyCheckDuration } from '@trademeter/semantic-conventions';
import {
  type CheckFunction,
  type CheckOptions,
  createCheck,
  type DependencyCheck,
  type DependencyState,
} from './dependency-check.ts';
import type { Timers } from './timers.ts';

/**
 * Records the status of something that the bot needs: a database, a cache server. No verb throws, except `check` for
 * anything but a function.
 */
export interface Dependency {
  /** The name of the dependency. */
  readonly name: string;
  /** The current state, which starts as `up`. */
  readonly state: DependencyState;
  /** Sets the state to up. */
  up(): void;
  /** Sets the state to down. */
  down(): void;
  /**
   * Checks the dependency now and then periodically. It is down if `fn` throws, rejects, returns `false`, or takes
   * longer than `timeoutMillis`, which aborts its `{ signal }`. Checks do not keep the process alive and do not
   * overlap, except one that continues after its timeout. A new check replaces the previous one.
   *
   * @returns a handle: `run()` checks now and resolves to `up` or `down`, `stop()` ends it
   * @throws TypeError if `fn` is not a function
   */
  check(fn: CheckFunction, options?: CheckOptions): DependencyCheck;
  /** Ends the check. The state does not change. */
  stop(): void;
}

interface DependencyParts {
  readonly meter: Meter;
  readonly timers: Timers;
  /** The running checks of all dependencies. */
  readonly checks: Set<DependencyCheck>;
  readonly durations: Histogram<typeof tradingDependencyCheckDuration>;
  readonly attributes: AttributesOf<typeof tradingDependencyCheckDuration>;
  readonly report: (state: DependencyState) => void;
}

export function createDependency(
  name: string,
  { meter, timers, checks, durations, attributes, report }: DependencyParts,
): Dependency {
  let state: DependencyState = 'up';
  let running: DependencyCheck | undefined;
  const duration = durations.bind(attributes);

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
      requireFunction(check);
      running?.stop();
      const { own, start } = createCheck(check, options, {
        meter,
        timers,
        checks,
        startTimer: () => durations.startTimer(attributes, duration),
        state: () => state,
        enter,
      });
      running = own;
      start();
      return own;
    },
    stop() {
      running?.stop();
    },
  };
}
