import type { Callbacks, CalledCallbacks, StreamsOf } from './callbacks.ts';

/**
 * Calls the callbacks of a provider, for one collection after the other: those of an instrument must all come to an end
 * before the next collection begins. One that hangs is given up after a time, and costs its own series only.
 *
 * Callbacks that take time come first. The others are called when those have ended, in the same turn in which the reader
 * then copies values: what a callback reads of the program agrees with what the program has recorded. In the one
 * collection in which a callback first returns a promise without being an async function, this does not hold.
 */
export class ObservationRounds {
  #underWay: Promise<unknown> | undefined;

  /**
   * @param finish takes what was called, with what went wrong; runs in the turn in which the last callback has ended
   * @returns what `finish` returns
   */
  async run<T>(
    callbacks: readonly Callbacks[],
    streamsOf: StreamsOf,
    timeoutMillis: number,
    errors: unknown[],
    finish: (called: readonly CalledCallbacks[]) => T,
  ): Promise<T> {
    while (this.#underWay !== undefined) await this.#underWay;
    const deadline = performance.now() + timeoutMillis;
    const pending: Promise<unknown>[] = [];
    const called = callbacks.map((each) => each.callAsync(streamsOf, pending, errors));
    if (pending.length > 0) await this.#wait(pending, timeoutMillis);
    const unexpected: Promise<unknown>[] = [];
    for (const [index, each] of callbacks.entries()) {
      each.callRest(called[index] as CalledCallbacks, streamsOf, unexpected, errors);
    }
    if (unexpected.length > 0) await this.#wait(unexpected, Math.max(0, deadline - performance.now()));
    this.#underWay = undefined;
    for (const each of called) each.close(errors, timeoutMillis);
    return finish(called);
  }

  async #wait(pending: readonly Promise<unknown>[], limitMillis: number): Promise<void> {
    this.#underWay = atMost(limitMillis, Promise.all(pending));
    await this.#underWay;
  }
}

async function atMost(limitMillis: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMillis);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
