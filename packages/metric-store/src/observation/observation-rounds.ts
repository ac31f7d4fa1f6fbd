import { within } from '@trademeter/config';
import type { Callbacks, CalledCallbacks, StreamsOf } from './callbacks.ts';

/**
 * ObservationRounds calls the callbacks of a provider for one collection after the other, because the callbacks of an
 * instrument must finish before the next collection begins. A callback that hangs is ignored after a limit, and loses only
 * its own series.
 *
 * Asynchronous callbacks come first. The others are called afterwards, in the turn in which the reader copies values, so
 * that what they read agrees with what was recorded. The exception is the collection in which a callback that is not an
 * async function first returns a promise.
 */
export class ObservationRounds {
  #underWay: Promise<unknown> | undefined;

  /**
   * @param finish receives the calls and their errors; runs in the turn in which the last callback ends
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
    this.#underWay = within(limitMillis, Promise.all(pending));
    await this.#underWay;
  }
}
