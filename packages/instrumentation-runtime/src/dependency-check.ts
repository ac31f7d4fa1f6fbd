import { describeValue, longestTimerMillis, type Meter, type Timer } from '@trademeter/instrumentation';
import {
  type ATTR_TRADING_DEPENDENCY_STATE,
  type AttributesOf,
  METRIC_TRADING_DEPENDENCY_CHECK_DURATION,
  type tradingDependencyStatus,
} from '@trademeter/semantic-conventions';
import type { Timers } from './timers.ts';

/** The state of a dependency: `up` or `down`. */
export type DependencyState = AttributesOf<typeof tradingDependencyStatus>[typeof ATTR_TRADING_DEPENDENCY_STATE];

/** The argument of a check function. */
export interface CheckContext {
  /** Aborted if the check takes too long or is stopped. Pass it on to what the check calls. */
  readonly signal: AbortSignal;
}

/**
 * Checks a dependency. It is down if the function throws, rejects, takes too long or returns `false`; any other result
 * means up.
 */
export type CheckFunction = (context: CheckContext) => unknown;

/** Options of a check. */
export interface CheckOptions {
  /**
   * Milliseconds between two checks. With `Infinity`, only `run()` checks after the first time.
   *
   * @default 30,000
   */
  readonly everyMillis?: number | undefined;
  /**
   * Milliseconds after which a check fails.
   *
   * @default 5,000, or `everyMillis` if that is less
   */
  readonly timeoutMillis?: number | undefined;
}

/** A periodic check. No verb throws, and it does not keep the process alive. */
export interface DependencyCheck extends Disposable {
  /** Checks now, or waits for the current check. @returns the state */
  run(): Promise<DependencyState>;
  /** Ends the check and aborts a running one. The state does not change. */
  stop(): void;
}

interface CheckParts {
  readonly meter: Meter;
  readonly timers: Timers;
  /** Contains this check from its start to its end. */
  readonly checks: Set<DependencyCheck>;
  readonly startTimer: () => Pick<Timer<object>, 'fail' | 'stop'>;
  readonly state: () => DependencyState;
  readonly enter: (state: DependencyState) => void;
}

/** @returns the check and its start function. The first run may have ended or stopped it when that returns. */
export function createCheck(
  check: CheckFunction,
  options: CheckOptions | undefined,
  { meter, timers, checks, startTimer, state, enter }: CheckParts,
): { readonly own: DependencyCheck; readonly start: () => void } {
  const everyMillis = milliseconds(meter, 'everyMillis', () => options?.everyMillis, 30_000);
  const timeoutMillis = milliseconds(
    meter,
    'timeoutMillis',
    () => options?.timeoutMillis,
    Math.min(5_000, everyMillis),
  );
  let next: unknown;
  let running: { readonly outcome: Promise<DependencyState>; readonly abort: () => void } | undefined;
  let isStopped = false;

  function tick(): void {
    if (isStopped) return;
    if (everyMillis !== Number.POSITIVE_INFINITY) {
      next = timers.setTimeout(tick, Math.min(everyMillis, longestTimerMillis));
    }
    void run();
  }

  function run(): Promise<DependencyState> {
    if (isStopped) return Promise.resolve(state());
    return running?.outcome ?? begin();
  }

  function begin(): Promise<DependencyState> {
    const controller = new AbortController();
    const timer = startTimer();
    const { promise, resolve } = Promise.withResolvers<DependencyState>();
    let isOver = false;
    const end = (found: DependencyState, failure: { readonly error: unknown } | undefined): void => {
      if (isOver) return;
      isOver = true;
      running = undefined;
      timers.clearTimeout(deadline);
      if (failure !== undefined) timer.fail(failure.error);
      timer.stop();
      enter(found);
      resolve(found);
    };
    const deadline = timers.setTimeout(
      () => {
        const error = new DOMException(`the check took longer than ${timeoutMillis} ms`, 'TimeoutError');
        end('down', { error });
        controller.abort(error);
      },
      Math.min(timeoutMillis, longestTimerMillis),
    );
    // Set before the call, because the check may run or stop itself in it.
    running = {
      outcome: promise,
      abort() {
        isOver = true;
        timers.clearTimeout(deadline);
        resolve(state());
        controller.abort(new DOMException('the check was stopped', 'AbortError'));
      },
    };
    callAsync(() => check({ signal: controller.signal })).then(
      (answer) => (answer === false ? end('down', { error: undefined }) : end('up', undefined)),
      (error: unknown) => end('down', { error }),
    );
    return promise;
  }

  function stop(): void {
    isStopped = true;
    timers.clearTimeout(next);
    running?.abort();
    running = undefined;
    checks.delete(own);
  }

  const own: DependencyCheck = { run, stop, [Symbol.dispose]: stop };
  return {
    own,
    start() {
      checks.add(own);
      tick();
    },
  };
}

/** Calls a function now. A synchronous error becomes a rejection. */
function callAsync(fn: () => unknown): Promise<unknown> {
  return new Promise((resolve) => {
    resolve(fn());
  });
}

/** Verbs do not throw: an invalid option is replaced by the default, logged once and counted as a drop. */
function milliseconds(meter: Meter, name: string, read: () => number | undefined, usual: number): number {
  return (
    meter.attempt(METRIC_TRADING_DEPENDENCY_CHECK_DURATION, () => {
      const value = read();
      if (value === undefined) return usual;
      if (typeof value === 'number' && value > 0) return value;
      throw new TypeError(`${name} must be a number of milliseconds above 0, got ${describeValue(value)}`);
    }) ?? usual
  );
}
