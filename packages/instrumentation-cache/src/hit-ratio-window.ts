const slotCount = 60;

/** Hits and misses of the recent past, in a ring of 60 slots: as much memory after a year as after a second. */
export class HitRatioWindow {
  readonly #slotMilliseconds: number;
  readonly #hits = new Float64Array(slotCount);
  readonly #misses = new Float64Array(slotCount);
  /** The number of the newest slot, counted from the epoch. */
  #newest = Number.NEGATIVE_INFINITY;
  /** By how many slots the clock was set back since. */
  #setBack = 0;

  constructor(windowSeconds: number) {
    this.#slotMilliseconds = (windowSeconds * 1000) / slotCount;
  }

  /** @param at milliseconds since the epoch; what comes late counts as newest */
  add(at: number, hits: number, misses: number): void {
    if (!Number.isFinite(at)) throw new TypeError('the clock must give a finite number');
    this.#moveTo(at);
    const slot = slotOf(this.#newest);
    this.#hits[slot] = (this.#hits[slot] ?? 0) + hits;
    this.#misses[slot] = (this.#misses[slot] ?? 0) + misses;
  }

  /** The share of hits in the window that ends at `at`, or `undefined` when nothing was looked up in it. */
  ratio(at: number): number | undefined {
    if (Number.isFinite(at)) this.#moveTo(at);
    const hits = sum(this.#hits);
    const all = hits + sum(this.#misses);
    return all > 0 ? hits / all : undefined;
  }

  #moveTo(at: number): void {
    const slot = Math.floor(at / this.#slotMilliseconds) + this.#setBack;
    // By more than the window: the newest slot would take all until the clock is there again, which may be a day.
    if (slot <= this.#newest - slotCount) this.#setBack += this.#newest - slot;
    if (slot <= this.#newest) return;
    for (let passed = Math.max(this.#newest + 1, slot - slotCount + 1); passed <= slot; passed += 1) {
      this.#hits[slotOf(passed)] = 0;
      this.#misses[slotOf(passed)] = 0;
    }
    this.#newest = slot;
  }
}

/** Also before 1970. */
function slotOf(number: number): number {
  return ((number % slotCount) + slotCount) % slotCount;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
