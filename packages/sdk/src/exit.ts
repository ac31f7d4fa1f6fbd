import { isMainThread } from 'node:worker_threads';

const signals = ['SIGTERM', 'SIGINT'] as const;
type Signal = (typeof signals)[number];

/** What flushes, within its limit; neither rejects. */
export interface Flushes {
  /** @param isEnd whether the process ends when this is done */
  readonly onSignal: (isEnd: boolean) => Promise<unknown>;
  /** Resolves to how it went: there was something `new`, so that there may be more; there was not; or it is `late`. */
  readonly onNormalExit: () => Promise<'new' | 'nothing new' | 'late'>;
}

/**
 * Flushes when the process is told to end, or ends by itself.
 *
 * @returns takes all of it back
 */
export function flushOnExit({ onSignal, onNormalExit }: Flushes): () => void {
  const undo = [flushOnNormalExit(onNormalExit)];
  // Signals are delivered to the main thread alone.
  if (isMainThread) undo.push(flushOnSignal(onSignal));
  return () => {
    for (const each of undo) each();
  };
}

function flushOnNormalExit(flush: Flushes['onNormalExit']): () => void {
  // The flush keeps the process alive for a moment, after which the event is emitted again, as it is after whatever
  // other listeners do: until there is nothing new.
  const listener = (): void => {
    // No work was left before, and nobody else is there to begin some.
    const isAlone = process.listenerCount('beforeExit') === 1;
    void flush().then((result) => {
      if (result !== 'new') process.off('beforeExit', listener);
      // What hangs is a request that nobody waits for any more, and that over gRPC cannot be ended.
      if (result === 'late' && isAlone) process.exit();
    });
  };
  // First in line, to see those that are there once only.
  process.prependListener('beforeExit', listener);
  return () => process.off('beforeExit', listener);
}

function flushOnSignal(flush: Flushes['onSignal']): () => void {
  let isEnding = false;
  const listeners = signals.map((signal) => {
    const listener = (): void => {
      // A listener that is there decides when the process ends: it may be the bot canceling its orders.
      const isOurs = countOthers(signal, listener) === 0;
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
    process.kill(process.pid, signal);
  };
  // First in line: a listener that was added with `once` is gone when its turn is over.
  for (const { signal, listener } of listeners) process.prependListener(signal, listener);
  return stop;
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
