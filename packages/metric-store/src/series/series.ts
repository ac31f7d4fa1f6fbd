import type { Attributes } from '@opentelemetry/api';
import type { Chunk, Place } from '../cells/cell-table.ts';
import type { StoreTime } from '../cells/store-clock.ts';

/** One time series: its attributes and the position of its cells. Fields are only declared, for the reason of {@link Chunk}. */
export class Series {
  /** Frozen; the same object while the series exists. */
  declare readonly attributes: Attributes;
  declare readonly chunk: Chunk;
  /** The first cell in the chunk; its complement (`~`) after the series ended. */
  declare index: number;
  /** The epoch of the last recording; before the first, the negated epoch in which the series was created. */
  declare stamp: number;
  /** When the series began. */
  declare start: StoreTime;

  constructor(attributes: Attributes, place: Place, start: StoreTime) {
    this.attributes = attributes;
    this.chunk = place.chunk;
    this.index = place.index;
    this.stamp = -place.chunk.epoch;
    // A field that first held no number accepts large ones later without changing the object's shape.
    (this as { start: unknown }).start = undefined;
    this.start = start;
  }
}

/** The first cell of a series, even after it ended. */
export function firstCell({ index }: Series): number {
  return index < 0 ? ~index : index;
}
