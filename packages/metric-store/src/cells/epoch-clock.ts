import type { CellTable } from './cell-table.ts';
import type { StoreClock } from './store-clock.ts';

const coarsestMillis = 60_000;
const kept = 180;

/**
 * EpochClock knows when epochs ended. A series stores the epoch of its last write, so that recording reads no clock; from
 * the epoch follows the minimum age of the write.
 */
export class EpochClock {
  readonly #table: CellTable;
  readonly #clock: StoreClock;
  // Ascending. An epoch that is not listed ended no later than the next listed one. Epochs that end within a minute share
  // one entry.
  #ends: { readonly epoch: number; readonly millis: number; readonly firstMillis: number }[] = [];

  constructor(table: CellTable, clock: StoreClock) {
    this.#table = table;
    this.#clock = clock;
  }

  /** Ends the epoch for a collection and returns its number. */
  endEpoch(): number {
    const ended = this.#table.endEpoch();
    const millis = this.#clock.now();
    if (millis < (this.#ends.at(-1)?.millis ?? millis)) this.#restartAges(millis);
    const last = this.#ends.at(-1);
    if (last !== undefined && millis - last.firstMillis < coarsestMillis) {
      this.#ends[this.#ends.length - 1] = { epoch: ended, millis, firstMillis: last.firstMillis };
    } else {
      this.#ends.push({ epoch: ended, millis, firstMillis: millis });
      if (this.#ends.length > kept) this.#ends = this.#ends.slice(-kept);
    }
    return ended;
  }

  /** Ends the epoch if none ended for a minute, so that idle series are found even without collections. */
  tick(): void {
    const last = this.#ends.at(-1);
    if (last === undefined || Math.abs(this.#clock.now() - last.millis) >= coarsestMillis) this.endEpoch();
  }

  /** The last epoch that ended at least this long ago; 0 if none did. */
  lastEpochBefore(millis: number): number {
    const limit = this.#clock.now() - millis;
    return this.#ends.findLast((end) => end.millis <= limit)?.epoch ?? 0;
  }

  /** The clock was set back. Otherwise nothing would be old before it has caught up, which may take years. */
  #restartAges(millis: number): void {
    this.#ends = this.#ends.map((end) => ({
      epoch: end.epoch,
      millis: Math.min(end.millis, millis),
      firstMillis: Math.min(end.firstMillis, millis),
    }));
  }
}
