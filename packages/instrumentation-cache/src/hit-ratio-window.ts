const slotCount = 60;

/** Recent hits and misses, in a ring of 60 slots. Its memory does not grow with time. */
export class HitRatioWindow {
  readonly #slotMilliseconds: number;
  readonly #hits = new Float64Array(slotCount);
  readonly #misses = new Float64Array(slotCount);
  /** The number of the newest slot, counted from the epoch. */
  #newest = Number.NEGATIVE_INFINITY;
  /** The number of slots by which the clock was set back. */
  #setBack = 0;

  constructor(windowSeconds: number) {
    this.#slotMilliseconds = (windowSeconds * 1000) / slotCount;
  }

  /** @param at milliseconds since the epoch; late entries count in the newest slot */
  add(at: number, hits: number, misses: number): void {
    if (!Number.isFinite(at)) throw new TypeError('the clock must return a finite number');
    this.#moveTo(at);
    const slot = slotOf(this.#newest);
    this.#hits[slot] = (this.#hits[slot] ?? 0) + hits;
    this.#misses[slot] = (this.#misses[slot] ?? 0) + misses;
  }

  /** The ratio of hits in the window that ends at `at`; `undefined` without lookups. */
  ratio(at: number): number | undefined {
    if (Number.isFinite(at)) this.#moveTo(at);
    const hits = sum(this.#hits);
    const all = hits + sum(this.#misses);
    return all > 0 ? hits / all : undefined;
  }

  #moveTo(at: number): void {
    const slot = Math.floor(at / this.#slotMilliseconds) + this.#setBack;
    // Set back by more than the window: otherwise everything would count in the newest slot until the clock catches up.
    if (slot <= this.#newest - slotCount) this.#setBack += this.#newest - slot;
    if (slot <= this.#newest) return;
    for (let passed = Math.max(this.#newest + 1, slot - slotCount + 1); passed <= slot; passed += 1) {
      this.#hits[slotOf(passed)] = 0;
      this.#misses[slotOf(passed)] = 0;
    }
    this.#newest = slot;
  }
}

/** Also works for slots before 1970. */
function slotOf(number: number): number {
  return ((number % slotCount) + slotCount) % slotCount;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
