import type { ServerResponse } from 'node:http';
import { answerEnd } from './answer.ts';

// Each answer may hold as much memory as it has bytes.
const mostAnswers = 4;

// The limit for the memory of all answers above that number. Fifty scrapers that request 33,000 lines without a pause
// take 6 MB, so fast readers are far below it.
const mostBytes = 128 * 1024 * 1024;

interface Readers {
  readonly responses: Set<ServerResponse>;
  /** When the last of them started. */
  sinceMillis: number;
}

/**
 * SlowReaders tracks the bytes that running answers hold, and disconnects readers of old ones, so that memory is
 * bounded. The number of answers alone is no reason: fifty fast scrapers have more than four bodies at once.
 */
export class SlowReaders {
  // The oldest first.
  readonly #byBody = new Map<readonly Uint8Array[], Readers>();
  // How many bodies use each buffer: unchanged parts are in memory once.
  readonly #shown = new Map<ArrayBufferLike, number>();
  readonly #patienceMillis: number;
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param patienceMillis milliseconds that a reader always has, unless all together hold too many bytes */
  constructor(patienceMillis: number) {
    this.#patienceMillis = patienceMillis;
  }

  /**
   * @param body the parts of the answer, the same object for the same bytes; in memory until the last reader is done
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

  /** Disconnects readers that are too slow or hold too much memory, now and when the next one is due. */
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

  /** Does nothing for a body that is already forgotten: disconnected readers end later. */
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
