import { isMainThread } from 'node:worker_threads';

const signals = ['SIGTERM', 'SIGINT'] as const;
type Signal = (typeof signals)[number];

/**
 * Flushes when the process is told to end, or ends by itself.
 *
 * @param flush resolves within the limit, to whether all was flushed; never rejects
 * @returns takes all of it back
 */
export function flushOnExit(flush: () => Promise<boolean>): () => void {
  const undo = [flushOnNormalExit(flush)];
  // Signals are delivered to the main thread alone.
  if (isMainThread) for (const signal of signals) undo.push(flushOnSignal(signal, flush));
  return () => {
    for (const each of undo) each();
  };
}

function flushOnNormalExit(flush: () => Promise<boolean>): () => void {
  // Once: the flush itself keeps the process alive for a moment, after which the event is emitted again.
  const listener = (): void => {
    void flush().then((isFlushed) => {
      // What hangs is a request that nobody waits for any more; others who flush at this point are left their time.
      if (!isFlushed && process.listenerCount('beforeExit') === 0) process.exit();
    });
  };
  process.once('beforeExit', listener);
  return () => process.off('beforeExit', listener);
}

function flushOnSignal(signal: Signal, flush: () => Promise<boolean>): () => void {
  let isFlushing = false;
  let isDone = false;
  const finish = (isOurs: boolean): void => {
    if (isDone) return;
    isDone = true;
    process.off(signal, listener);
    if (isOurs) process.kill(process.pid, signal);
  };
  const listener = (): void => {
    // A listener that is there decides when the process ends: it may be the bot canceling its orders.
    const isOurs = countOthers(signal, listener) === 0;
    // Whoever sends the signal a second time does not want to wait.
    if (isFlushing) {
      finish(isOurs);
      return;
    }
    isFlushing = true;
    void flush().then(() => finish(isOurs));
  };
  // First in line: a listener that was added with `once` is gone when its turn is over.
  process.prependListener(signal, listener);
  return () => process.off(signal, listener);
}

function countOthers(signal: Signal, own: () => void): number {
  const others = process.listeners(signal).filter((listener) => listener !== own).length;
  return others - countSignalExit();
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
