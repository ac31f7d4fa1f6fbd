/**
 * LabelIndex knows which label sets a family has, by 53-bit hashes. One in a hundred million unknown sets is reported
 * as known; in return, it takes a fifth of the memory of the texts.
 */
export class LabelIndex {
  readonly #hashes = new Set<number>();

  /** @returns false when the text is known already (or, very rarely, seems to be) */
  add(text: string): boolean {
    const { size } = this.#hashes;
    this.#hashes.add(hashOf(text));
    return this.#hashes.size > size;
  }

  /** Call it only when no other text can share the entry. */
  delete(text: string): void {
    this.#hashes.delete(hashOf(text));
  }

  clear(): void {
    this.#hashes.clear();
  }
}

function hashOf(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 0x9e3779b1);
    low = Math.imul(low ^ code, 0x5f356495);
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  return 0x100000000 * (low & 0x1fffff) + (high >>> 0);
}
