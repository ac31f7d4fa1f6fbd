import { blockShift, type CellTable } from '../cells/cell-table.ts';
import { firstCell, type Series } from '../series/series.ts';

/** A copy of the cells of a table, updated by copying the blocks that changed. */
export class SnapshotCells {
  readonly #table: CellTable;
  readonly #copies: Float64Array[] = [];
  #copiedEpoch = 0;

  constructor(table: CellTable) {
    this.#table = table;
  }

  /** Copies what was written up to an ended epoch. */
  copy(endedEpoch: number): void {
    for (const { number, cells, blocks } of this.#table.chunks) {
      const copy = this.#copies[number];
      if (copy === undefined) this.#copies[number] = cells.slice();
      else copyChanged(cells, copy, blocks, this.#copiedEpoch);
    }
    this.#copiedEpoch = endedEpoch;
  }

  /** The cells of a series' chunk; those of the series begin at {@link firstCell}. */
  cellsOf(series: Series): Float64Array {
    return this.#copies[series.chunk.number] as Float64Array;
  }

  /** The value of one cell of a series. */
  read(series: Series, offset: number): number {
    return this.cellsOf(series)[firstCell(series) + offset] as number;
  }
}

/** Copies adjacent blocks at once. */
function copyChanged(cells: Float64Array, copy: Float64Array, blocks: Uint32Array, copiedEpoch: number): void {
  let block = 0;
  while (block < blocks.length) {
    const first = block;
    while (block < blocks.length && (blocks[block] as number) > copiedEpoch) block += 1;
    if (block > first) copy.set(cells.subarray(first << blockShift, block << blockShift), first << blockShift);
    block += 1;
  }
}
