import type { Attributes } from '@opentelemetry/api';
import type { Chunk, Place } from '../cells/cell-table.ts';
import type { StoreTime } from '../cells/store-clock.ts';

/** One time series: its attributes and where its cells are. Its fields are only declared, for the reason of {@link Chunk}. */
export class Series {
  /** Frozen, and the same object for as long as the series exists. */
  declare readonly attributes: Attributes;
  declare readonly chunk: Chunk;
  /** The first cell in the chunk; its complement (`~`) once the series has ended. */
  declare index: number;
  /** The epoch of the last recording; before the first, the negative of the epoch in which the series was made. */
  declare stamp: number;
  /** When the series began. */
  declare start: StoreTime;

  constructor(attributes: Attributes, place: Place, start: StoreTime) {
    this.attributes = attributes;
    this.chunk = place.chunk;
    this.index = place.index;
    this.stamp = -place.chunk.epoch;
    // What first held no number takes large ones, weeks later, without a change of the object's shape.
    (this as { start: unknown }).start = undefined;
    this.start = start;
  }
}

/** The first cell of a series, also of one that has ended. */
export function firstCell({ index }: Series): number {
  return index < 0 ? ~index : index;
}
