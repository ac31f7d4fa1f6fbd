import type { Attributes } from '@opentelemetry/api';
import type { AttributeValues, Entry } from './attribute-values.ts';
import { RecentSeries } from './recent-series.ts';
import type { Series } from './series.ts';

// Recordings with more attributes take the slow path.
const mostAttributes = 64;
const spread = 0x9e37_79b1;
// The largest number that 16 bits hold.
const largestNarrowId = 0xffff;

/**
 * SeriesIndex finds the series of attributes without sorting, joining or allocating. Each attribute that differs from the
 * last recording is looked up by itself, and the numbers found lead to the series, in any order, through a hash table with
 * open addressing. While only one attribute differs, its number leads there directly.
 */
export class SeriesIndex {
  readonly #values: AttributeValues;
  // The last recording by position: recordings from one place in the code have the same keys in the same order, and mostly
  // the same values. A value that differed last time is not compared.
  readonly #keys: string[] = [];
  readonly #maps: ReadonlyMap<unknown, number>[] = [];
  readonly #lastValues: unknown[] = [];
  readonly #lastIds = new Int32Array(mostAttributes);
  readonly #isSteady = new Uint8Array(mostAttributes);
  #lastCount = 0;
  // The position that differs between recordings, and the version that stands for all others.
  #varying = 0;
  #version = 0;
  readonly #recent = new RecentSeries();
  // The number of releases at that time: released numbers may stand for other values since.
  #releases = 0;
  #turn = 0;
  // Slot numbers plus 1; 0 is free.
  #table = new Int32Array(16);
  #slots: (Series | undefined)[] = [];
  #isInOrder = true;
  readonly #freeSlots: number[] = [];
  // The attribute numbers of each slot, `stride` apart, padded with 0. Most of a large index is this.
  #ids: Uint16Array | Int32Array = new Uint16Array(0);
  #stride = 0;
  #size = 0;

  constructor(values: AttributeValues) {
    this.#values = values;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * The series in order of creation, as long as none was deleted. Only appended to: a deletion continues with a copy.
   */
  get series(): readonly Series[] {
    return this.#slots as readonly Series[];
  }

  /** The series of these attributes, if the fast path finds it. Does not allocate. */
  find(attributes: Attributes): Series | undefined {
    this.#turn = (this.#turn + 1) | 0;
    const turn = this.#turn;
    if (this.#releases !== this.#values.releases) this.#forgetLast();
    const keys = this.#keys;
    const lastValues = this.#lastValues;
    const ids = this.#lastIds;
    const isSteady = this.#isSteady;
    let count = 0;
    for (const key in attributes) {
      // The engine removes this call, which it does not with Object.hasOwn.
      if (!Object.prototype.hasOwnProperty.call(attributes, key)) continue;
      const value = attributes[key];
      if (value === undefined || value === null) continue;
      if (count === mostAttributes) return undefined;
      if (count === keys.length || keys[count] !== key) this.#rememberKey(count, key);
      if (isSteady[count] === 0 || lastValues[count] !== value) {
        const found = (this.#maps[count] as ReadonlyMap<unknown, number>).get(value);
        if (found === undefined) return undefined;
        // The same number; the engine then reads it as an integer and not as a double.
        this.#rememberValue(count, value, found | 0);
      }
      count += 1;
    }
    // A getter may have recorded or removed something.
    if (turn !== this.#turn || this.#releases !== this.#values.releases) return undefined;
    if (count !== this.#lastCount) {
      this.#lastCount = count;
      this.#version += 1;
    }
    const id = ids[this.#varying] as number;
    return this.#recent.find(id, this.#version) ?? this.#findLast(id, count);
  }

  /** The series of these attributes. */
  findEntries(entries: readonly Entry[]): Series | undefined {
    // A key that had no values may have some now.
    this.#forgetLast();
    const ids = new Int32Array(entries.length);
    let hash = 0;
    for (const [position, entry] of entries.entries()) {
      const id = this.#values.find(entry);
      if (id === undefined) return undefined;
      ids[position] = id;
      hash ^= Math.imul(id, spread);
    }
    return this.#locate(ids, ids.length, hash);
  }

  /** Adds a new series. */
  add(series: Series, entries: readonly Entry[]): void {
    const slot = this.#freeSlots.pop() ?? this.#slots.length;
    const ids = entries.map((entry) => this.#values.acquire(entry));
    this.#reserve(slot, ids);
    this.#slots[slot] = series;
    this.#ids.set(ids, slot * this.#stride);
    this.#size += 1;
    if (4 * this.#size > 3 * this.#table.length) this.#rehash();
    else this.#insert(slot);
  }

  /** Removes an existing series. */
  delete(series: Series, entries: readonly Entry[]): void {
    const at = this.#positionOf(series, entries);
    if (at === undefined) return;
    const slot = (this.#table[at] as number) - 1;
    this.#recent.clear();
    this.#close(at);
    for (const entry of entries) this.#values.release(entry);
    this.#ids.fill(0, slot * this.#stride, (slot + 1) * this.#stride);
    if (this.#isInOrder) this.#slots = [...this.#slots];
    this.#isInOrder = false;
    this.#slots[slot] = undefined;
    this.#freeSlots.push(slot);
    this.#size -= 1;
  }

  #rememberKey(position: number, key: string): void {
    this.#keys[position] = key;
    this.#maps[position] = this.#values.idsOf(key);
    this.#isSteady[position] = 0;
    this.#version += 1;
  }

  #rememberValue(position: number, value: unknown, id: number): void {
    const isSteady = this.#lastIds[position] === id;
    this.#isSteady[position] = isSteady ? 1 : 0;
    this.#lastValues[position] = value;
    this.#lastIds[position] = id;
    if (isSteady || position === this.#varying) return;
    this.#varying = position;
    this.#version += 1;
  }

  #forgetLast(): void {
    this.#keys.length = 0;
    this.#maps.length = 0;
    this.#releases = this.#values.releases;
    this.#version += 1;
  }

  /** The series of the attributes remembered last. */
  #findLast(id: number, count: number): Series | undefined {
    const ids = this.#lastIds;
    let hash = 0;
    for (let position = 0; position < count; position += 1) hash ^= Math.imul(ids[position] as number, spread);
    const series = this.#locate(ids, count, hash);
    if (series !== undefined) this.#recent.keep(id, this.#version, series);
    return series;
  }

  #locate(ids: Int32Array, count: number, hash: number): Series | undefined {
    if (count > this.#stride) return undefined;
    const table = this.#table;
    const mask = table.length - 1;
    for (let at = finalMix(hash) & mask; ; at = (at + 1) & mask) {
      const slot = table[at] as number;
      if (slot === 0) return undefined;
      if (this.#has(slot - 1, ids, count)) return this.#slots[slot - 1];
    }
  }

  #has(slot: number, ids: Int32Array, count: number): boolean {
    const known = this.#ids;
    const stride = this.#stride;
    const first = slot * stride;
    if (count < stride && known[first + count] !== 0) return false;
    for (let position = 0; position < count; position += 1) {
      if (known[first + position] !== ids[position]) return this.#hasInAnyOrder(first, ids, count);
    }
    return true;
  }

  #hasInAnyOrder(first: number, ids: Int32Array, count: number): boolean {
    const known = this.#ids;
    for (let position = 0; position < count; position += 1) {
      const id = ids[position];
      let other = 0;
      while (other < count && known[first + other] !== id) other += 1;
      if (other === count) return false;
    }
    return true;
  }

  #hashOf(slot: number): number {
    let hash = 0;
    for (let at = slot * this.#stride; at < (slot + 1) * this.#stride; at += 1) {
      hash ^= Math.imul(this.#ids[at] as number, spread);
    }
    return finalMix(hash);
  }

  #positionOf(series: Series, entries: readonly Entry[]): number | undefined {
    let hash = 0;
    for (const entry of entries) hash ^= Math.imul(this.#values.find(entry) ?? 0, spread);
    const mask = this.#table.length - 1;
    for (let at = finalMix(hash) & mask; ; at = (at + 1) & mask) {
      const slot = this.#table[at] as number;
      if (slot === 0) return undefined;
      if (this.#slots[slot - 1] === series) return at;
    }
  }

  /** Frees a slot, and moves up entries that had to skip it. */
  #close(free: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let gap = free;
    for (let at = (gap + 1) & mask; table[at] !== 0; at = (at + 1) & mask) {
      const wanted = this.#hashOf((table[at] as number) - 1) & mask;
      if (((at - wanted) & mask) < ((at - gap) & mask)) continue;
      table[gap] = table[at] as number;
      gap = at;
    }
    table[gap] = 0;
  }

  #insert(slot: number): void {
    const mask = this.#table.length - 1;
    let at = this.#hashOf(slot) & mask;
    while (this.#table[at] !== 0) at = (at + 1) & mask;
    this.#table[at] = slot + 1;
  }

  #rehash(): void {
    this.#table = new Int32Array(2 * this.#table.length);
    for (const [slot, series] of this.#slots.entries()) {
      if (series !== undefined) this.#insert(slot);
    }
  }

  /** Makes room for these numbers in a slot. */
  #reserve(slot: number, numbers: readonly number[]): void {
    const stride = Math.max(this.#stride, numbers.length);
    const needed = (slot + 1) * stride;
    const isWide = this.#ids instanceof Int32Array || numbers.some((id) => id > largestNarrowId);
    if (stride === this.#stride && needed <= this.#ids.length && isWide === this.#ids instanceof Int32Array) return;
    // Grows by a quarter instead of doubling.
    const slots = Math.max(slot + 1, this.#slots.length) + (this.#slots.length >> 2) + 4;
    const ids = isWide ? new Int32Array(slots * stride) : new Uint16Array(slots * stride);
    for (let each = 0; each < this.#slots.length; each += 1) {
      ids.set(this.#ids.subarray(each * this.#stride, (each + 1) * this.#stride), each * stride);
    }
    this.#ids = ids;
    this.#stride = stride;
  }
}

function finalMix(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x85eb_ca6b);
  return mixed ^ (mixed >>> 13);
}
