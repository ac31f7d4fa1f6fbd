import { compress, type Encoding } from './compression.ts';
import type { SharedBytes, TextBlock } from './lines/text-block.ts';

// Below this, copying is cheaper than a write of its own.
const smallPart = 16 * 1024;

/** A whole answer as it was at one collection: parts that do not change while anyone holds it. */
export class ScrapeBody {
  readonly parts: readonly Uint8Array[];
  /** In bytes. */
  readonly length: number;
  readonly #held: readonly SharedBytes[];
  #copied = 0;
  readonly #compressed = new Map<Encoding, Promise<readonly Uint8Array[]>>();
  #compressedBytes = 0;

  constructor(pieces: readonly (Uint8Array | TextBlock)[]) {
    const parts: Uint8Array[] = [];
    const held: SharedBytes[] = [];
    let small: Uint8Array[] = [];
    const gather = () => {
      if (small.length === 0) return;
      const copy = Buffer.concat(small);
      this.#copied += copy.length;
      parts.push(copy);
      small = [];
    };
    for (const piece of pieces) {
      if (piece.length === 0) continue;
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

  /** The bytes that it takes in memory besides the texts that it shows. */
  get memory(): number {
    return this.#copied + this.#compressedBytes;
  }

  /** All of it as one text. To be called by who holds it. */
  text(): string {
    return Buffer.concat(this.parts).toString();
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

  /** True when {@link compressed} was asked for before. */
  isCompressed(encoding: Encoding): boolean {
    return this.#compressed.has(encoding);
  }

  /** What the parts come to compressed: worked out once for all who ask. To be called by who holds it. */
  compressed(encoding: Encoding): Promise<readonly Uint8Array[]> {
    const known = this.#compressed.get(encoding);
    if (known !== undefined) return known;
    const compressed = this.#compress(encoding);
    this.#compressed.set(encoding, compressed);
    return compressed;
  }

  async #compress(encoding: Encoding): Promise<readonly Uint8Array[]> {
    try {
      const parts = await compress(this.parts, encoding);
      // Parts are slices of buffers, the last of which need not be full.
      for (const buffer of new Set(parts.map((part) => part.buffer))) this.#compressedBytes += buffer.byteLength;
      return parts;
    } catch (error) {
      this.#compressed.delete(encoding);
      throw error;
    }
  }
}
