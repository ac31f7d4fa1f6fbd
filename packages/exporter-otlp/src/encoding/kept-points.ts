import type { Snapshot, SnapshotSeries, StreamSnapshot } from '@trademeter/metric-store';
import { PointPatcher } from './point-patcher.ts';

/** How far to search for a series that moved because others before it ended. */
const longestSearch = 1_024;

/** The encoded points of a stream, kept for the next export. */
export class KeptPoints {
  readonly series: readonly SnapshotSeries[];
  readonly count: number;
  /** The offset and length of each point in its request; length 0 if it cannot be reused. */
  readonly starts: Uint32Array;
  readonly lengths: Uint32Array;
  readonly requests: KeptRequest[] = [];

  constructor({ series, count }: StreamSnapshot) {
    this.series = series;
    this.count = count;
    this.starts = new Uint32Array(count);
    this.lengths = new Uint32Array(count);
  }
}

/** A request and the points of one stream in it. */
export interface KeptRequest {
  readonly first: number;
  end: number;
  /** `undefined` until the request is complete. */
  bytes: Uint8Array | undefined;
}

/** A run of consecutive points of the previous export. */
export interface KeptRun {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly length: number;
  /** The index of its first point among the kept points. */
  readonly first: number;
  readonly points: number;
}

/**
 * KeptCursor walks along the points of the previous export in step with the series of the current one. Both have the same
 * order, but series may have ended or begun in between.
 */
export class KeptCursor {
  readonly #kept: KeptPoints;
  readonly #stream: StreamSnapshot;
  #position = 0;
  #request = 0;
  #searches: number;

  constructor(kept: KeptPoints, stream: StreamSnapshot) {
    this.#kept = kept;
    this.#stream = stream;
    this.#searches = 4 * kept.count;
  }

  /** The length of a point that {@link run} returned. */
  lengthOf(position: number): number {
    return this.#kept.lengths[position] as number;
  }

  /**
   * The run of kept points that starts at this series.
   *
   * @param room maximum bytes
   * @param isUsable whether the point of a series still has the kept form
   */
  run(index: number, most: number, room: number, isUsable: (series: SnapshotSeries) => boolean): KeptRun | undefined {
    const { series: known, starts, lengths, requests } = this.#kept;
    const { series } = this.#stream;
    if (!this.#find(series[index] as SnapshotSeries)) return undefined;
    const first = this.#position;
    while (this.#request < requests.length && (requests[this.#request] as KeptRequest).end <= first) this.#request += 1;
    const request = requests[this.#request];
    if (request?.bytes === undefined) return undefined;
    const start = starts[first] as number;
    const end = Math.min(request.end, first + most);
    let position = first;
    let length = 0;
    while (position < end) {
      const each = known[position] as SnapshotSeries;
      const size = lengths[position] as number;
      if (each !== series[index + position - first] || size === 0 || starts[position] !== start + length) break;
      if (length + size > room || !isUsable(each)) break;
      length += size;
      position += 1;
    }
    this.#position = position;
    const points = position - first;
    return points === 0 ? undefined : { bytes: request.bytes, start, length, first, points };
  }

  #find(series: SnapshotSeries): boolean {
    const { series: known, count } = this.#kept;
    if (this.#position < count && known[this.#position] === series) return true;
    const end = Math.min(count, this.#position + Math.min(longestSearch, this.#searches));
    for (let position = this.#position + 1; position < end; position += 1) {
      if (known[position] !== series) continue;
      this.#searches -= position - this.#position;
      this.#position = position;
      return true;
    }
    this.#searches -= Math.max(end - this.#position, 0);
    return false;
  }
}

/** The points of one stream in the running export. */
export interface StreamPoints {
  /** Points of the previous export. */
  readonly cursor: KeptCursor | undefined;
  readonly next: KeptPoints;
  readonly patcher: PointPatcher;
}

/**
 * PointStore keeps the points of an export for the next one. It needs as much memory as the last export.
 */
export class PointStore {
  #kept = new Map<object, KeptPoints>();
  #next = new Map<object, KeptPoints>();
  #current: { readonly stream: StreamSnapshot; readonly points: StreamPoints } | undefined;

  /** The points of a stream, which is written until the next call. */
  pointsOf(snapshot: Snapshot, stream: StreamSnapshot): StreamPoints {
    if (this.#current?.stream === stream) return this.#current.points;
    const kept = this.#kept.get(stream.descriptor);
    const next = new KeptPoints(stream);
    const cursor = kept === undefined ? undefined : new KeptCursor(kept, stream);
    const points = { cursor, next, patcher: new PointPatcher(snapshot, stream) };
    this.#next.set(stream.descriptor, next);
    this.#current = { stream, points };
    return points;
  }

  /** Ends an export: its points replace the kept ones, unless it was canceled. */
  endExport(isComplete: boolean): void {
    if (isComplete) this.#kept = this.#next;
    this.#next = new Map();
    this.#current = undefined;
  }
}
