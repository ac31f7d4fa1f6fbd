// Positive doubles sort like their bits read as integers. The upper 14 bits after the sign are the exponent and two more
// bits: four ranges between two powers of 2.
const rangeShift = 18;
const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const upper = isLittleEndian ? 1 : 0;

/**
 * BucketTable finds the bucket of a value: its range shows between which boundaries to search, mostly none or one. Each
 * range from the lowest positive boundary to the highest takes 4 bytes.
 */
export class BucketTable {
  readonly #boundaries: Float64Array;
  readonly #firstRange: number;
  // The number of boundaries below each range; at the end, of all boundaries.
  readonly #below: Int32Array;

  /** @param boundaries finite, and ascending */
  constructor(boundaries: readonly number[]) {
    this.#boundaries = Float64Array.from(boundaries);
    const ranges = boundaries.filter((boundary) => boundary > 0).map(rangeOf);
    const first = ranges[0] ?? 0;
    const last = ranges.at(-1) ?? first - 1;
    this.#firstRange = first;
    this.#below = new Int32Array(last - first + 2);
    const notPositive = boundaries.length - ranges.length;
    let next = 0;
    for (let range = first; range <= last + 1; range += 1) {
      while (next < ranges.length && (ranges[next] as number) < range) next += 1;
      this.#below[range - first] = notPositive + next;
    }
  }

  /** The bucket of the first boundary that is not below the value. */
  find(value: number): number {
    const below = this.#below;
    let low = 0;
    let high = below[0] as number;
    if (value > 0) {
      double[0] = value;
      const range = ((words[upper] as number) >>> rangeShift) - this.#firstRange;
      if (range < 0) return high;
      if (range >= below.length - 1) return this.#boundaries.length;
      low = below[range] as number;
      high = below[range + 1] as number;
    }
    const boundaries = this.#boundaries;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value > (boundaries[middle] as number)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function rangeOf(value: number): number {
  double[0] = value;
  return (words[upper] as number) >>> rangeShift;
}
