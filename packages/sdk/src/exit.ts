import { constants } from 'node:os';
import { isMainThread } from 'node:worker_threads';

// SIGHUP: the terminal was closed. SIGUSR2: nodemon restarts. SIGBREAK: Ctrl-Break on Windows. Node uses SIGUSR1 itself.
const signals = (['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2', 'SIGBREAK'] as const).filter(
  (signal) => signal in constants.signals,
);
type Signal = (typeof signals)[number];

/** The signals that always ask a process to end; on others, bots may reload their configuration. */
const endSignals: readonly Signal[] = ['SIGTERM', 'SIGINT'];

/** Functions that flush within their limit and never reject. */
export interface Flushes {
  /** @param isEnd whether the process ends afterwards */
  readonly onSignal: (isEnd: boolean) => Promise<unknown>;
  /** Resolves to whether it finished in time. */
  readonly onNormalExit: () => Promise<boolean>;
}

/**
 * Flushes when a signal asks the process to end, or when nothing is left to do.
 *
 * @returns a function that removes all listeners
 */
export function flushOnExit({ onSignal, onNormalExit }: Flushes): () => void {
  const undo = [flushOnNormalExit(onNormalExit)];
  // Only the main thread receives signals.
  if (isMainThread) undo.push(flushOnSignal(onSignal));
  return () => {
    for (const each of undo) each();
  };
}

/** The second flush exports what other listeners recorded during the first. */
const mostExitFlushes = 2;

function flushOnNormalExit(flush: Flushes['onNormalExit']): () => void {
  let flushes = 0;
  // A flush that sends something keeps the process alive; afterwards the event is emitted again.
  const listener = (): void => {
    flushes += 1;
    // Without other listeners, nothing can start new work.
    const isAlone = process.listenerCount('beforeExit') === 1;
    if (flushes === mostExitFlushes) process.off('beforeExit', listener);
    void flush().then((isDone) => {
      if (isDone) return;
      process.off('beforeExit', listener);
      // A hanging gRPC request cannot be canceled and would keep the process alive.
      if (isAlone) process.exit();
    });
  };
  // First in line, to count listeners that were added with `once`.
  process.prependListener('beforeExit', listener);
  return () => process.off('beforeExit', listener);
}

function flushOnSignal(flush: Flushes['onSignal']): () => void {
  const press = new KeyPress();
  let isEnding = false;
  const listeners = signals.map((signal) => {
    const listener = (): void => {
      // If the bot listens too, it decides when the process ends: it may be canceling its orders.
      const isOurs = countOthers(signal, listener) === 0;
      const isRepeated = press.includes(signal, isEnding);
      if (isRepeated) return;
      press.begin(signal);
      // A second signal, of any kind, ends the wait.
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
  // First in line: a listener added with `once` is removed after its turn.
  for (const { signal, listener } of listeners) process.prependListener(signal, listener);
  return stop;
}

const pressMillis = 500;

/**
 * One key press can arrive as several signals: from the terminal, and again from `node --watch`, nodemon or concurrently,
 * which forward what the terminal already sent to every process.
 */
class KeyPress {
  #signal: Signal | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param isEnding whether the process is ending because of the first signal */
  includes(signal: Signal, isEnding: boolean): boolean {
    if (this.#signal === undefined) return false;
    return this.#signal === signal || isEnding || endSignals.includes(this.#signal);
  }

  begin(signal: Signal): void {
    this.#signal = signal;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      // After a stall of the event loop, deliver the signals that arrived during it first.
      setImmediate(() => {
        this.#signal = undefined;
      }).unref();
    }, pressMillis).unref();
  }
}

/** Ends the process as the signal would without listeners. */
function endBy(signal: Signal): void {
  try {
    process.kill(process.pid, signal);
  } catch {
    // Windows cannot send SIGHUP or SIGBREAK.
  }
  // Listeners of the package signal-exit end the process themselves.
  const isLeftToOthers = process.listenerCount(signal) > 0 && process.pid !== 1;
  // Process 1 of a container survives, because the kernel ignores signals that it has no handler for.
  if (!isLeftToOthers) process.exit(128 + constants.signals[signal]);
}

function countOthers(signal: Signal, own: () => void): number {
  const others = process.listeners(signal).filter((listener) => listener !== own).length;
  // signal-exit does not listen for SIGBREAK.
  return Math.max(0, signal === 'SIGBREAK' ? others : others - countSignalExit());
}

/**
 * The number of listeners of the package signal-exit, a frequent dependency. They also leave the end to other listeners:
 * if they counted, nobody would end the process.
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
