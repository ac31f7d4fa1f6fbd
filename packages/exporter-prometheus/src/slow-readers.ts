import type { ServerResponse } from 'node:http';
import type { Snapshot } from './snapshot.ts';

// Each may keep as much memory as an answer has bytes.
const mostSnapshots = 4;

interface Readers {
  readonly responses: Set<ServerResponse>;
  readonly sinceMillis: number;
}

/**
 * Answers under way, by what they show: those that show what is long past are cut off, so that memory has a bound. Many
 * at once are no reason: fifty scrapers that read as fast as they can have more snapshots under way than four.
 */
export class SlowReaders {
  // The oldest first.
  readonly #bySnapshot = new Map<Snapshot, Readers>();
  readonly #patienceMillis: number;

  /** @param patienceMillis how long a reader is left alone, whatever comes after it */
  constructor(patienceMillis: number) {
    this.#patienceMillis = patienceMillis;
  }

  add(snapshot: Snapshot, response: ServerResponse): void {
    const now = performance.now();
    const readers = this.#bySnapshot.get(snapshot) ?? { responses: new Set(), sinceMillis: now };
    readers.responses.add(response);
    this.#bySnapshot.set(snapshot, readers);
    response.once('close', () => {
      readers.responses.delete(response);
      if (readers.responses.size === 0) this.#bySnapshot.delete(snapshot);
    });
    let excess = this.#bySnapshot.size - mostSnapshots;
    for (const { responses, sinceMillis } of this.#bySnapshot.values()) {
      if (excess <= 0 || now - sinceMillis < this.#patienceMillis) return;
      excess -= 1;
      for (const each of responses) each.destroy();
    }
  }
}
