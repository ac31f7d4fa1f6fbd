import type { SharedBytes, TextBlock } from './text-block.ts';

// Below this, copying is cheaper than a write of its own.
const smallPart = 16 * 1024;

/** A whole answer as it was at one collection: parts that do not change while anyone holds it. */
export class Snapshot {
  readonly parts: readonly Uint8Array[];
  /** In bytes. */
  readonly length: number;
  readonly #held: readonly SharedBytes[];

  constructor(pieces: readonly (Uint8Array | TextBlock)[]) {
    const parts: Uint8Array[] = [];
    const held: SharedBytes[] = [];
    let small: Uint8Array[] = [];
    const gather = () => {
      if (small.length > 0) parts.push(small.length === 1 ? Buffer.from(small[0] as Uint8Array) : Buffer.concat(small));
      small = [];
    };
    for (const piece of pieces) {
      const isBytes = piece instanceof Uint8Array;
      if (isBytes || piece.length < smallPart) {
        small.push(isBytes ? piece : piece.text);
      } else {
        gather();
        parts.push(piece.text);
        held.push(piece.bytes);
      }
    }
    gather();
    this.parts = parts;
    this.length = parts.reduce((total, part) => total + part.length, 0);
    this.#held = held;
  }

  /** Keeps the bytes as they are until {@link release}. */
  hold(): this {
    for (const bytes of this.#held) bytes.pins += 1;
    return this;
  }

  /** Once for each {@link hold}. */
  release(): void {
    for (const bytes of this.#held) bytes.pins -= 1;
  }
}
