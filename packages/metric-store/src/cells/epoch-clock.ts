import type { CellTable } from './cell-table.ts';
import type { StoreClock } from './store-clock.ts';

const coarsestMillis = 60_000;
const kept = 180;

/**
 * When epochs ended. A series remembers the epoch of its last write, not the time, so that a recording reads no clock;
 * this says how long ago that was at least.
 */
export class EpochClock {
  readonly #table: CellTable;
  readonly #clock: StoreClock;
  // Ascending; an epoch that is not listed ended when the next listed one did, at the latest. Those that end within a
  // minute of the first are listed together.
  #ends: { readonly epoch: number; readonly millis: number; readonly firstMillis: number }[] = [];

  constructor(table: CellTable, clock: StoreClock) {
    this.#table = table;
    this.#clock = clock;
  }

  /** Ends the epoch, as a collection does, and returns its number. */
  endEpoch(): number {
    const ended = this.#table.endEpoch();
    const millis = this.#clock.now();
    const last = this.#ends.at(-1);
    if (last !== undefined && millis - last.firstMillis < coarsestMillis) {
      this.#ends[this.#ends.length - 1] = { epoch: ended, millis, firstMillis: last.firstMillis };
    } else {
      this.#ends.push({ epoch: ended, millis, firstMillis: millis });
      if (this.#ends.length > kept) this.#ends = this.#ends.slice(-kept);
    }
    return ended;
  }

  /** Ends the epoch when none has ended for a minute, so that idle series are found where nobody collects. */
  tick(): void {
    const last = this.#ends.at(-1);
    if (last === undefined || this.#clock.now() - last.millis >= coarsestMillis) this.endEpoch();
  }

  /** The last epoch that ended at least this long ago; 0 when none did. */
  lastEpochBefore(millis: number): number {
    const limit = this.#clock.now() - millis;
    return this.#ends.findLast((end) => end.millis <= limit)?.epoch ?? 0;
  }
}
