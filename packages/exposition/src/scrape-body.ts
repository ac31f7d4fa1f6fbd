import { compress, type Encoding } from './compression.ts';
import type { SharedBytes, TextBlock } from './lines/text-block.ts';

// Below this size, copying is cheaper than another write.
const smallPart = 16 * 1024;

/** ScrapeBody is an answer as it was at one collection. Its parts do not change while it is held. */
export class ScrapeBody {
  readonly parts: readonly Uint8Array[];
  /** The length in bytes. */
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

  /** The bytes of memory that it takes besides the kept texts. */
  get memory(): number {
    return this.#copied + this.#compressedBytes;
  }

  /** The whole answer as one string. Hold the body while calling it. */
  text(): string {
    return Buffer.concat(this.parts).toString();
  }

  /** Keeps the bytes unchanged until {@link release}. */
  hold(): this {
    for (const bytes of this.#held) bytes.pins += 1;
    return this;
  }

  /** Call it once for each {@link hold}. */
  release(): void {
    for (const bytes of this.#held) bytes.pins -= 1;
  }

  /** Whether {@link compressed} was called before. */
  isCompressed(encoding: Encoding): boolean {
    return this.#compressed.has(encoding);
  }

  /** The compressed parts, computed once for all callers. Hold the body while calling it. */
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
      // Parts are slices of buffers; the last buffer may not be full.
      for (const buffer of new Set(parts.map((part) => part.buffer))) this.#compressedBytes += buffer.byteLength;
      return parts;
    } catch (error) {
      this.#compressed.delete(encoding);
      throw error;
    }
  }
}
