import type { ServerResponse } from 'node:http';
import { answerEnd } from './answer.ts';

// Each may keep as much memory as an answer has bytes.
const mostAnswers = 4;

// What more than those may keep together. Fifty scrapers that ask for 33,000 lines without a pause come to 6 MB, so that
// those who read as fast as they can are far from it.
const mostBytes = 128 * 1024 * 1024;

interface Readers {
  readonly responses: Set<ServerResponse>;
  /** When the last of them came. */
  sinceMillis: number;
}

/**
 * Answers under way, by the bytes that they show: those that show what is long past are cut off, so that memory has a
 * bound. Many at once are no reason: fifty scrapers that read as fast as they can have more bodies under way than four.
 */
export class SlowReaders {
  // The oldest first.
  readonly #byBody = new Map<readonly Uint8Array[], Readers>();
  // How many of the bodies show each buffer: what did not change from one to the next is in memory once.
  readonly #shown = new Map<ArrayBufferLike, number>();
  readonly #patienceMillis: number;
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param patienceMillis how long a reader is left alone, whatever comes after it, unless all hold too many bytes */
  constructor(patienceMillis: number) {
    this.#patienceMillis = patienceMillis;
  }

  /**
   * @param body kept in memory for as long as anyone reads it: the same object for the same bytes
   */
  add(body: readonly Uint8Array[], response: ServerResponse): void {
    const known = this.#byBody.get(body);
    if (known === undefined) this.#hold(body);
    const readers = known ?? { responses: new Set(), sinceMillis: 0 };
    readers.responses.add(response);
    readers.sinceMillis = performance.now();
    this.#byBody.delete(body);
    this.#byBody.set(body, readers);
    void answerEnd(response).then(() => {
      readers.responses.delete(response);
      if (readers.responses.size === 0) this.#forget(body, readers);
    });
    this.#cutOff();
  }

  /** Cuts off whom there is no more patience or memory for, now and, if nobody else comes, when the time is there. */
  #cutOff(): void {
    const now = performance.now();
    for (const [body, readers] of this.#byBody) {
      if (this.#byBody.size <= mostAnswers) return;
      const leftMillis = readers.sinceMillis + this.#patienceMillis - now;
      if (leftMillis > 0 && this.#bytes <= mostBytes) {
        this.#cutOffIn(leftMillis);
        return;
      }
      this.#forget(body, readers);
      for (const { req } of readers.responses) req.socket.destroy();
    }
  }

  #cutOffIn(millis: number): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#cutOff();
    }, millis);
    this.#timer.unref();
  }

  #hold(body: readonly Uint8Array[]): void {
    for (const { buffer } of body) {
      const bodies = this.#shown.get(buffer) ?? 0;
      if (bodies === 0) this.#bytes += buffer.byteLength;
      this.#shown.set(buffer, bodies + 1);
    }
  }

  /** Does nothing when it is done already: readers that are cut off end later. */
  #forget(body: readonly Uint8Array[], readers: Readers): void {
    if (this.#byBody.get(body) !== readers) return;
    this.#byBody.delete(body);
    for (const { buffer } of body) {
      const bodies = (this.#shown.get(buffer) ?? 0) - 1;
      if (bodies > 0) {
        this.#shown.set(buffer, bodies);
      } else {
        this.#shown.delete(buffer);
        this.#bytes -= buffer.byteLength;
      }
    }
  }
}
