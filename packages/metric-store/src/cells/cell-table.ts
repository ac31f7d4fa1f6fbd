/** Cells per chunk: 32 KiB of doubles. */
const chunkCells = 4096;

/** A block of cells is the unit that a snapshot copies: 64 cells, one shift away from a cell's index. */
export const blockShift = 6;

/**
 * A run of cells, with the epochs in which its blocks were last written and the state that every recording reads. Fields
 * are only declared: a field that first held `undefined` would cost every recording a type check.
 */
export class Chunk {
  declare readonly number: number;
  declare readonly cells: Float64Array;
  /** The epoch of the last write of each block of 64 cells. */
  declare readonly blocks: Uint32Array;
  /** The current epoch of the table, copied here because recordings have this object at hand. */
  declare epoch: number;
  /** Whether measurements are currently offered as exemplars. */
  declare isSampling: boolean;

  constructor(number: number, length: number, epoch: number, isSampling: boolean) {
    this.number = number;
    this.cells = new Float64Array(length);
    this.blocks = new Uint32Array((length >> blockShift) + 1);
    this.epoch = epoch;
    this.isSampling = isSampling;
  }
}

/** The position of a series' first cell. */
export interface Place {
  readonly chunk: Chunk;
  readonly index: number;
}

/**
 * CellTable holds the values of all series of a provider as doubles in chunks. A series has one or more adjacent cells.
 * Time is counted in epochs: each collection ends one, so a write with a higher epoch is newer than the collection.
 */
export class CellTable {
  readonly chunks: Chunk[] = [];
  readonly #free = new Map<number, Place[]>();
  #epoch = 1;
  #isSampling = false;
  #current: Chunk | undefined;
  #next = 0;

  get epoch(): number {
    return this.#epoch;
  }

  /** Allocates cells, set to 0. */
  allocate(size: number): Place {
    const freed = this.#free.get(size)?.pop();
    if (freed !== undefined) return freed;
    if (size > chunkCells) return { chunk: this.#addChunk(size), index: 0 };
    if (this.#current === undefined || this.#next + size > chunkCells) {
      this.#current = this.#addChunk(chunkCells);
      this.#next = 0;
    }
    const index = this.#next;
    this.#next += size;
    return { chunk: this.#current, index };
  }

  /** Frees cells for the next series of the same size. */
  release(chunk: Chunk, index: number, size: number): void {
    this.clear(chunk, index, size);
    const places = this.#free.get(size);
    if (places === undefined) this.#free.set(size, [{ chunk, index }]);
    else places.push({ chunk, index });
  }

  /** Sets cells to 0, in a way that snapshots see. */
  clear(chunk: Chunk, index: number, size: number): void {
    chunk.cells.fill(0, index, index + size);
    chunk.blocks.fill(chunk.epoch, index >> blockShift, ((index + size - 1) >> blockShift) + 1);
  }

  /** Ends the current epoch and returns its number; later writes have a higher one. */
  endEpoch(): number {
    const ended = this.#epoch;
    this.#epoch += 1;
    for (const chunk of this.chunks) chunk.epoch = this.#epoch;
    return ended;
  }

  /** Turns exemplars on or off. */
  setSampling(isSampling: boolean): void {
    if (isSampling === this.#isSampling) return;
    this.#isSampling = isSampling;
    for (const chunk of this.chunks) chunk.isSampling = isSampling;
  }

  #addChunk(length: number): Chunk {
    const chunk = new Chunk(this.chunks.length, length, this.#epoch, this.#isSampling);
    this.chunks.push(chunk);
    return chunk;
  }
}
