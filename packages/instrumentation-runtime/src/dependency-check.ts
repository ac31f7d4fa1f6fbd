import { describeValue, longestTimerMillis, type Meter, type Timer } from '@trademeter/instrumentation';
import {
  type ATTR_TRADING_DEPENDENCY_STATE,
  type AttributesOf,
  METRIC_TRADING_DEPENDENCY_CHECK_DURATION,
  type tradingDependencyStatus,
} from '@trademeter/semantic-conventions';
import type { Timers } from './timers.ts';

/** Whether a dependency works. */
export type DependencyState = AttributesOf<typeof tradingDependencyStatus>[typeof ATTR_TRADING_DEPENDENCY_STATE];

/** What a check function gets. */
export interface CheckContext {
  /** Aborted when the check takes too long, or is stopped: hand it to what the check calls. */
  readonly signal: AbortSignal;
}

/**
 * Asks a dependency for a sign of life. It is down when this throws, rejects, takes too long or gives `false`, and up
 * with anything else.
 */
export type CheckFunction = (context: CheckContext) => unknown;

/** When a dependency is checked. */
export interface CheckOptions {
  /** Milliseconds from one check to the next. Default: 30,000. `Infinity`: only when `run()` is called. */
  readonly everyMillis?: number | undefined;
  /** Milliseconds after which a check has failed. Default: 5,000, or `everyMillis` where that is less. */
  readonly timeoutMillis?: number | undefined;
}

/** A check that goes on by itself. No verb of it ever throws, and it keeps no process alive. */
export interface DependencyCheck extends Disposable {
  /** Checks now, unless a check is under way; then that one. @returns what it found */
  run(): Promise<DependencyState>;
  /** Ends it: aborts a check that is under way. The state stays as it is. */
  stop(): void;
}

interface CheckParts {
  readonly meter: Meter;
  readonly timers: Timers;
  /** Has this one from its start to its end. */
  readonly checks: Set<DependencyCheck>;
  readonly startTimer: () => Pick<Timer<object>, 'fail' | 'stop'>;
  readonly state: () => DependencyState;
  readonly enter: (state: DependencyState) => void;
}

/** @returns the check, and what starts it: its first run may be over, or have stopped it, before that returns */
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
    // Before the call: within it, the check may run or stop itself.
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

/** Calls at once; also what is thrown at once comes as a rejection. */
function callAsync(fn: () => unknown): Promise<unknown> {
  return new Promise((resolve) => {
    resolve(fn());
  });
}

/** A verb does not throw on a wrong option: the default holds, which is told and counted. */
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
