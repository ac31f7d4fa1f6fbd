import { ValueType } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { Exemplar, ExponentialHistogramValue, HistogramValue, SnapshotSeries } from '@trademeter/metric-store';
import {
  type CollectedMetric,
  type CollectedPoint,
  type CollectedScope,
  type DroppedPart,
  scopeAttributes,
} from '../collection.ts';
import type { ByteWriter } from './byte-writer.ts';
import { nameOf } from './field-values.ts';
import { nanosOf } from './fixed64.ts';
import type { KeptRequest, PointStore, StreamPoints } from './kept-points.ts';
import {
  beginLong,
  beginShort,
  endLong,
  endShort,
  isInt64,
  varintSize,
  wireType,
  writeAttribute,
  writeAttributes,
  writeDouble,
  writeFixedInteger,
  writeHex,
  writeOptionalText,
  writeSint32,
  writeTag,
  writeVarint,
} from './protobuf-fields.ts';
import { type RequestLimits, RequestWriter } from './request-writer.ts';

/** Field numbers in Metric, by type. */
const dataFields: Readonly<Record<CollectedMetric['type'], number>> = {
  'last value': 5,
  sum: 7,
  histogram: 9,
  'exponential histogram': 10,
};
/** Field numbers of attributes and exemplars in data points, by type. */
const pointFields: Readonly<
  Record<CollectedMetric['type'], { readonly attributes: number; readonly exemplars: number }>
> = {
  'last value': { attributes: 7, exemplars: 5 },
  sum: { attributes: 7, exemplars: 5 },
  histogram: { attributes: 9, exemplars: 8 },
  'exponential histogram': { attributes: 1, exemplars: 11 },
};
const temporalities = { delta: 1, cumulative: 2 };

/**
 * ProtobufWriter writes an ExportMetricsServiceRequest in protobuf. Points of a snapshot are copied from the previous
 * export and get new values.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/metrics/v1/metrics.proto
 */
export class ProtobufWriter extends RequestWriter {
  readonly #store: PointStore;
  readonly #resourceStart: number;
  #scopeStart = 0;
  #metricStart = 0;
  #dataStart = 0;
  #points: StreamPoints | undefined;
  #request: KeptRequest | undefined;
  readonly #requests: KeptRequest[] = [];

  constructor(
    resource: Resource,
    store: PointStore,
    limits: RequestLimits,
    bytes: Buffer<ArrayBuffer>,
    onDropped: (part: DroppedPart) => void,
  ) {
    super(limits, bytes);
    this.#store = store;
    const { out } = this;
    this.#resourceStart = beginLong(out, 1);
    const start = beginShort(out, 1);
    const dropped = this.writeResourceAttributes(resource, onDropped, (key, value) => {
      writeAttribute(out, 1, key, value);
    });
    if (dropped > 0) {
      writeTag(out, 2, wireType.varint);
      writeVarint(out, dropped);
    }
    endShort(out, start);
    this.writeOfResource('the schema URL of the resource', onDropped, () => {
      writeOptionalText(out, 3, resource.schemaUrl);
    });
  }

  override finish(): Buffer<ArrayBuffer> {
    const bytes = super.finish();
    for (const request of this.#requests) request.bytes = bytes;
    return bytes;
  }

  protected override openScope({ scope }: CollectedScope): void {
    const { out } = this;
    this.#scopeStart = beginLong(out, 2);
    const start = beginShort(out, 1);
    writeOptionalText(out, 1, scope.name);
    writeOptionalText(out, 2, scope.version);
    writeAttributes(out, 3, scopeAttributes(scope));
    endShort(out, start);
    writeOptionalText(out, 3, scope.schemaUrl);
  }

  protected override closeScope(): void {
    endLong(this.out, this.#scopeStart);
  }

  protected override openMetric({ descriptor, type, temporality, isMonotonic, cells }: CollectedMetric): void {
    const { out } = this;
    this.#metricStart = beginLong(out, 2);
    writeOptionalText(out, 1, nameOf(descriptor));
    writeOptionalText(out, 2, descriptor.description);
    writeOptionalText(out, 3, descriptor.unit);
    this.#dataStart = beginLong(out, dataFields[type]);
    if (type !== 'last value') {
      writeTag(out, 2, wireType.varint);
      writeVarint(out, temporalities[temporality]);
    }
    if (isMonotonic) {
      writeTag(out, 3, wireType.varint);
      writeVarint(out, 1);
    }
    this.#points = cells && this.#store.pointsOf(cells.snapshot, cells.stream);
    this.#request = undefined;
  }

  protected override closeMetric(): void {
    endLong(this.out, this.#dataStart);
    endLong(this.out, this.#metricStart);
  }

  protected override closeRequest(): void {
    endLong(this.out, this.#resourceStart);
  }

  protected override copyPoints({ cells }: CollectedMetric, index: number, most: number, room: number): number {
    if (cells === undefined || this.#points?.cursor === undefined) return 0;
    const { cursor, next, patcher } = this.#points;
    const run = cursor.run(index, most, room, patcher.isUsual);
    if (run === undefined) return 0;
    const { out } = this;
    let start = out.position;
    out.copy(run.bytes.subarray(run.start, run.start + run.length));
    for (let point = 0; point < run.points; point += 1) {
      const length = cursor.lengthOf(run.first + point);
      patcher.patch(out, start + bodyAt(length), cells.stream.series[index + point] as SnapshotSeries);
      next.starts[index + point] = start;
      next.lengths[index + point] = length;
      start += length;
    }
    this.#extendRequest(next.requests, index, run.points);
    return run.points;
  }

  protected override encodePoint(metric: CollectedMetric, index: number): void {
    const { out } = this;
    const point = metric.point(index);
    const { attributes, exemplars } = pointFields[metric.type];
    const start = beginShort(out, 1);
    writePoint(out, metric, point);
    writeAttributes(out, attributes, point.attributes);
    for (const exemplar of point.exemplars) writeExemplar(out, exemplars, exemplar);
    endShort(out, start);
  }

  protected override noteEncoded({ cells }: CollectedMetric, index: number, start: number): void {
    if (cells === undefined || this.#points === undefined) return;
    const { next, patcher } = this.#points;
    if (patcher.canPatch && patcher.isUsual(cells.stream.series[index] as SnapshotSeries)) {
      next.starts[index] = start;
      next.lengths[index] = this.out.position - start;
    }
    this.#extendRequest(next.requests, index, 1);
  }

  #extendRequest(requests: KeptRequest[], index: number, points: number): void {
    if (this.#request === undefined) {
      this.#request = { first: index, end: index, bytes: undefined };
      this.#requests.push(this.#request);
      requests.push(this.#request);
    }
    this.#request.end = index + points;
  }
}

/** The offset of a point's fields, after its tag and length. */
function bodyAt(length: number): number {
  for (let size = 1; ; size += 1) if (varintSize(length - 1 - size) === size) return 1 + size;
}

/** Writes the fields of a point except attributes and exemplars, in the order that {@link PointPatcher} expects. */
function writePoint(out: ByteWriter, { descriptor, type }: CollectedMetric, point: CollectedPoint): void {
  writeTime(out, 2, point.startTime);
  writeTime(out, 3, point.endTime);
  const { value } = point;
  switch (type) {
    case 'histogram':
      writeHistogram(out, value as HistogramValue);
      break;
    case 'exponential histogram':
      writeExponentialHistogram(out, value as ExponentialHistogramValue);
      break;
    case 'sum':
    case 'last value':
      writeNumber(out, descriptor.valueType, value as number);
      break;
  }
}

function writeNumber(out: ByteWriter, type: ValueType, value: number): void {
  if (type === ValueType.INT && isInt64(value)) writeFixedInteger(out, 6, value);
  else writeDouble(out, 4, value);
}

function writeHistogram(out: ByteWriter, { count, sum, min, max, buckets }: HistogramValue): void {
  writeFixedInteger(out, 4, count);
  if (sum !== undefined) writeDouble(out, 5, sum);
  if (min !== undefined) writeDouble(out, 11, min);
  if (max !== undefined) writeDouble(out, 12, max);
  const counts = beginShort(out, 6);
  out.reserve(8 * buckets.counts.length);
  for (const each of buckets.counts) {
    out.setInteger(out.position, each);
    out.position += 8;
  }
  endShort(out, counts);
  if (buckets.boundaries.length === 0) return;
  const bounds = beginShort(out, 7);
  out.reserve(8 * buckets.boundaries.length);
  for (const each of buckets.boundaries) {
    out.setDouble(out.position, each);
    out.position += 8;
  }
  endShort(out, bounds);
}

function writeExponentialHistogram(out: ByteWriter, value: ExponentialHistogramValue): void {
  const { count, sum, min, max, scale, zeroCount, positive, negative } = value;
  writeFixedInteger(out, 4, count);
  if (sum !== undefined) writeDouble(out, 5, sum);
  writeSint32(out, 6, scale);
  writeFixedInteger(out, 7, zeroCount);
  writeBuckets(out, 8, positive);
  writeBuckets(out, 9, negative);
  if (min !== undefined) writeDouble(out, 12, min);
  if (max !== undefined) writeDouble(out, 13, max);
}

function writeBuckets(
  out: ByteWriter,
  field: number,
  { offset, bucketCounts }: ExponentialHistogramValue['positive'],
): void {
  const start = beginShort(out, field);
  writeSint32(out, 1, offset);
  if (bucketCounts.length > 0) {
    const counts = beginShort(out, 2);
    for (const each of bucketCounts) writeVarint(out, each);
    endShort(out, counts);
  }
  endShort(out, start);
}

function writeExemplar(out: ByteWriter, field: number, exemplar: Exemplar): void {
  const start = beginShort(out, field);
  writeTime(out, 2, exemplar.timestamp);
  writeDouble(out, 3, exemplar.value);
  if (exemplar.spanId !== undefined) writeHex(out, 4, exemplar.spanId);
  if (exemplar.traceId !== undefined) writeHex(out, 5, exemplar.traceId);
  writeAttributes(out, 7, exemplar.filteredAttributes);
  endShort(out, start);
}

function writeTime(out: ByteWriter, field: number, time: CollectedPoint['startTime']): void {
  const { low, high } = nanosOf(time);
  writeTag(out, field, wireType.fixed64);
  out.reserve(8);
  out.setFixed64(out.position, low, high);
  out.position += 8;
}
