import { constants } from 'node:os';
import { isMainThread } from 'node:worker_threads';

// SIGHUP: the terminal was closed; SIGUSR2: nodemon restarts; SIGBREAK: Ctrl-Break on Windows. SIGUSR1 is Node's own.
const signals = (['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2', 'SIGBREAK'] as const).filter(
  (signal) => signal in constants.signals,
);
type Signal = (typeof signals)[number];

/** The signals that only ever ask a process to end; bots reload their configuration on others. */
const endSignals: readonly Signal[] = ['SIGTERM', 'SIGINT'];

/** What flushes, within its limit; neither rejects. */
export interface Flushes {
  /** @param isEnd whether the process ends when this is done */
  readonly onSignal: (isEnd: boolean) => Promise<unknown>;
  /** Resolves to whether it was done in time. */
  readonly onNormalExit: () => Promise<boolean>;
}

/**
 * Flushes when a signal asks the process to end, or when it ends by itself.
 *
 * @returns removes every listener
 */
export function flushOnExit({ onSignal, onNormalExit }: Flushes): () => void {
  const undo = [flushOnNormalExit(onNormalExit)];
  // Signals are delivered to the main thread alone.
  if (isMainThread) undo.push(flushOnSignal(onSignal));
  return () => {
    for (const each of undo) each();
  };
}

/** The second one is for what other listeners have recorded during the first. */
const mostExitFlushes = 2;

function flushOnNormalExit(flush: Flushes['onNormalExit']): () => void {
  let flushes = 0;
  // A flush that sends something keeps the process alive for a moment, after which the event is emitted again, as it is
  // after whatever other listeners do.
  const listener = (): void => {
    flushes += 1;
    // No work was left before, and nobody else is there to begin some.
    const isAlone = process.listenerCount('beforeExit') === 1;
    if (flushes === mostExitFlushes) process.off('beforeExit', listener);
    void flush().then((isDone) => {
      if (isDone) return;
      process.off('beforeExit', listener);
      // What hangs is a request that nobody waits for any more, and that over gRPC cannot be ended.
      if (isAlone) process.exit();
    });
  };
  // First in line, to see those that are there once only.
  process.prependListener('beforeExit', listener);
  return () => process.off('beforeExit', listener);
}

function flushOnSignal(flush: Flushes['onSignal']): () => void {
  const press = new KeyPress();
  let isEnding = false;
  const listeners = signals.map((signal) => {
    const listener = (): void => {
      // A listener that is there decides when the process ends: it may be the bot canceling its orders.
      const isOurs = countOthers(signal, listener) === 0;
      const isRepeated = press.includes(signal, isEnding);
      if (isRepeated) return;
      press.begin(signal);
      // Whoever sends a second signal, whichever, does not want to wait.
      if (isEnding && isOurs) end(signal);
      if (isEnding) return;
      isEnding = isOurs;
      void flush(isOurs).then(() => {
        if (isOurs) end(signal);
      });
    };
    return { signal, listener };
  });
  const stop = (): void => {
    for (const { signal, listener } of listeners) process.off(signal, listener);
  };
  const end = (signal: Signal): void => {
    stop();
    endBy(signal);
  };
  // First in line: a listener that was added with `once` is gone when its turn is over.
  for (const { signal, listener } of listeners) process.prependListener(signal, listener);
  return stop;
}

const pressMillis = 500;

/**
 * One key press arrives as several signals: from the terminal, and again from `node --watch`, nodemon or concurrently,
 * which hand on what the terminal has sent to all of them.
 */
class KeyPress {
  #signal: Signal | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param isEnding whether the process ends by the signal that began it */
  includes(signal: Signal, isEnding: boolean): boolean {
    if (this.#signal === undefined) return false;
    return this.#signal === signal || isEnding || endSignals.includes(this.#signal);
  }

  begin(signal: Signal): void {
    this.#signal = signal;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      // After a stall of the loop, what has arrived during it is delivered first.
      setImmediate(() => {
        this.#signal = undefined;
      }).unref();
    }, pressMillis).unref();
  }
}

/** Ends the process as if nobody had listened. */
function endBy(signal: Signal): void {
  try {
    process.kill(process.pid, signal);
  } catch {
    // Windows sends no SIGHUP and no SIGBREAK.
  }
  // The package signal-exit listens on, and ends the process when the signal has reached it.
  const isLeftToOthers = process.listenerCount(signal) > 0 && process.pid !== 1;
  // Still here: process 1 of a container, which the kernel protects from signals without a handler.
  if (!isLeftToOthers) process.exit(128 + constants.signals[signal]);
}

function countOthers(signal: Signal, own: () => void): number {
  const others = process.listeners(signal).filter((listener) => listener !== own).length;
  // It does not listen to SIGBREAK.
  return Math.max(0, signal === 'SIGBREAK' ? others : others - countSignalExit());
}

/**
 * The listeners of the package signal-exit, which half of npm depends on. They too wait for others to end the process,
 * so that with them counted nobody would.
 *
 * @see https://github.com/tapjs/signal-exit
 */
function countSignalExit(): number {
  const holders: unknown[] = [
    Reflect.get(globalThis, Symbol.for('signal-exit emitter')),
    Reflect.get(process, '__signal_exit_emitter__'),
  ];
  return holders.reduce<number>((sum, holder) => {
    const count: unknown = typeof holder === 'object' && holder !== null ? Reflect.get(holder, 'count') : undefined;
    return sum + (typeof count === 'number' ? count : 0);
  }, 0);
}
