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

/** Something that the bot cannot do without: a database, a cache server. No verb of it ever throws, but for a check that is no function. */
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
   *
   * @throws TypeError when `check` is no function
   */
  check(check: CheckFunction, options?: CheckOptions): DependencyCheck;
  /** Ends its check. The state stays as it is. */
  stop(): void;
}

interface DependencyParts {
  readonly meter: Meter;
  readonly timers: Timers;
  /** Those that go on, of all dependencies. */
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
