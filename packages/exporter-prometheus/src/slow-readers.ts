import type { ServerResponse } from 'node:http';
import type { Snapshot } from './snapshot.ts';

// Each may keep as much memory as an answer has bytes.
const mostSnapshots = 4;

/** Answers under way, by what they show: those that show what is long past are cut off, so that memory has a bound. */
export class SlowReaders {
  // The oldest first.
  readonly #bySnapshot = new Map<Snapshot, Set<ServerResponse>>();

  add(snapshot: Snapshot, response: ServerResponse): void {
    const readers = this.#bySnapshot.get(snapshot) ?? new Set();
    this.#bySnapshot.set(snapshot, readers.add(response));
    response.once('close', () => {
      readers.delete(response);
      if (readers.size === 0) this.#bySnapshot.delete(snapshot);
    });
    if (this.#bySnapshot.size <= mostSnapshots) return;
    const [oldest] = this.#bySnapshot.values();
    for (const reader of oldest ?? []) reader.destroy();
  }
}
