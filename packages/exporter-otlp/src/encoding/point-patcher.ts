import { type HrTime, ValueType } from '@opentelemetry/api';
import type { Snapshot, SnapshotSeries, StreamSnapshot } from '@trademeter/metric-store';
import type { ByteWriter } from './byte-writer.ts';
import { type Fixed64, nanosOf } from './fixed64.ts';
import { isInt64, varintSize } from './protobuf-fields.ts';

/** The size of a point's beginning: start time and time with their tags, and one more tag. */
const startAt = 1;
const timeAt = 10;
const tagAt = 18;
const valueAt = 19;
const afterValue = 27;
/** The size of an 8-byte field with its tag. */
const fieldBytes = 9;

/** Tags of NumberDataPoint's as_double and as_int. */
const doubleTag = (4 << 3) | 1;
const integerTag = (6 << 3) | 1;

/**
 * PointPatcher writes new times and values into copied points. The rest of a series stays the same, and numbers and
 * histograms with explicit boundaries always have the same size.
 */
export class PointPatcher {
  readonly #stream: StreamSnapshot;
  readonly #snapshot: Snapshot;
  readonly #time: Fixed64;
  readonly #isInteger: boolean;
  readonly #countsAt: number;
  #startTime: HrTime = [0, 0];
  #start: Fixed64 = { low: 0, high: 0 };

  constructor(snapshot: Snapshot, stream: StreamSnapshot) {
    this.#snapshot = snapshot;
    this.#stream = stream;
    this.#time = nanosOf(snapshot.time);
    this.#isInteger = stream.descriptor.valueType === ValueType.INT;
    const { histogram } = stream;
    const fields = (histogram?.hasSum === true ? 1 : 0) + (histogram?.hasMinMax === true ? 2 : 0);
    const countBytes = 8 * ((histogram?.boundaries.length ?? 0) + 1);
    this.#countsAt = afterValue + fields * fieldBytes + 1 + varintSize(countBytes);
  }

  /** Whether points of this stream can be reused. */
  get canPatch(): boolean {
    return this.#stream.type !== 'exponential histogram';
  }

  /** Whether the point of a series currently has its usual form: without exemplars, and with all histogram fields. */
  readonly isUsual = (series: SnapshotSeries): boolean => {
    const { histogram } = this.#stream;
    if (histogram?.hasMinMax === true && this.#snapshot.read(series, histogram.count) === 0) return false;
    return this.#stream.exemplarsOf(series).length === 0;
  };

  /** @param body the offset of the point's fields */
  patch(out: ByteWriter, body: number, series: SnapshotSeries): void {
    const startTime = this.#stream.startOf(series);
    if (startTime[0] !== this.#startTime[0] || startTime[1] !== this.#startTime[1]) {
      this.#startTime = startTime;
      this.#start = nanosOf(startTime);
    }
    out.setFixed64(body + startAt, this.#start.low, this.#start.high);
    out.setFixed64(body + timeAt, this.#time.low, this.#time.high);
    if (this.#stream.histogram === undefined) this.#patchNumber(out, body, series);
    else this.#patchHistogram(out, body, series);
  }

  #patchNumber(out: ByteWriter, body: number, series: SnapshotSeries): void {
    // Not the cell: an observed delta is the difference of two cells.
    const value = this.#stream.pointOf(series) as number;
    if (this.#isInteger && isInt64(value)) {
      out.bytes[body + tagAt] = integerTag;
      out.setInteger(body + valueAt, value);
    } else {
      out.bytes[body + tagAt] = doubleTag;
      out.setDouble(body + valueAt, value);
    }
  }

  #patchHistogram(out: ByteWriter, body: number, series: SnapshotSeries): void {
    const { histogram } = this.#stream;
    if (histogram === undefined) return;
    const { boundaries, count, sum, min, max, hasSum, hasMinMax } = histogram;
    out.setInteger(body + valueAt, this.#snapshot.read(series, count));
    let at = body + afterValue + 1;
    if (hasSum) {
      out.setDouble(at, this.#snapshot.read(series, sum));
      at += fieldBytes;
    }
    if (hasMinMax) {
      out.setDouble(at, this.#snapshot.read(series, min));
      out.setDouble(at + fieldBytes, this.#snapshot.read(series, max));
    }
    at = body + this.#countsAt;
    for (let bucket = 0; bucket <= boundaries.length; bucket += 1) {
      out.setInteger(at + 8 * bucket, this.#snapshot.read(series, bucket));
    }
  }
}
