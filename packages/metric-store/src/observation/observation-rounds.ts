import type { Callbacks, CalledCallbacks, StreamsOf } from './callbacks.ts';

/**
 * Calls the callbacks of a provider, for one collection after the other: those of an instrument must all come to an end
 * before the next collection begins. One that hangs is given up after a time, and costs its own series only.
 */
export class ObservationRounds {
  #underWay: Promise<unknown> | undefined;

  /** @returns what was called, with what went wrong; its results can be read at once */
  async run(
    callbacks: readonly Callbacks[],
    streamsOf: StreamsOf,
    timeoutMillis: number,
    errors: unknown[],
  ): Promise<CalledCallbacks[]> {
    while (this.#underWay !== undefined) await this.#underWay;
    const pending: Promise<unknown>[] = [];
    const called = callbacks.map((each) => each.call(streamsOf, pending, errors));
    if (pending.length > 0) {
      this.#underWay = atMost(timeoutMillis, Promise.all(pending));
      await this.#underWay;
      this.#underWay = undefined;
    }
    for (const each of called) each.close(errors, timeoutMillis);
    return called;
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
