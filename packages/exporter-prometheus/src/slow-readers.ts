import type { ServerResponse } from 'node:http';
import { answerEnd } from './answer.ts';

// Each may keep as much memory as an answer has bytes.
const mostAnswers = 4;

interface Readers {
  readonly responses: Set<ServerResponse>;
  readonly sinceMillis: number;
}

/**
 * Answers under way, by the bytes that they show: those that show what is long past are cut off, so that memory has a
 * bound. Many at once are no reason: fifty scrapers that read as fast as they can have more bodies under way than four.
 */
export class SlowReaders {
  // The oldest first.
  readonly #byBody = new Map<readonly Uint8Array[], Readers>();
  readonly #patienceMillis: number;

  /** @param patienceMillis how long a reader is left alone, whatever comes after it */
  constructor(patienceMillis: number) {
    this.#patienceMillis = patienceMillis;
  }

  /**
   * @param body kept in memory for as long as anyone reads it: the same object for the same bytes
   */
  add(body: readonly Uint8Array[], response: ServerResponse): void {
    const now = performance.now();
    const readers = this.#byBody.get(body) ?? { responses: new Set(), sinceMillis: now };
    readers.responses.add(response);
    this.#byBody.set(body, readers);
    void answerEnd(response).then(() => {
      readers.responses.delete(response);
      if (readers.responses.size === 0) this.#byBody.delete(body);
    });
    let excess = this.#byBody.size - mostAnswers;
    for (const { responses, sinceMillis } of this.#byBody.values()) {
      if (excess <= 0 || now - sinceMillis < this.#patienceMillis) return;
      excess -= 1;
      for (const each of responses) each.req.socket.destroy();
    }
  }
}
