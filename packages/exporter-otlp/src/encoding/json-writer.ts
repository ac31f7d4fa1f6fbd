import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { Exemplar, ExponentialHistogramValue, HistogramValue } from '@trademeter/metric-store';
import {
  type CollectedMetric,
  type CollectedPoint,
  type CollectedScope,
  type DroppedPart,
  scopeAttributes,
} from '../collection.ts';
import { checkDepth, nameOf, RequestFullError, textOf } from './field-values.ts';
import { isInt64 } from './protobuf-fields.ts';
import { type RequestLimits, RequestWriter } from './request-writer.ts';

const dataNames: Readonly<Record<CollectedMetric['type'], string>> = {
  'last value': 'gauge',
  sum: 'sum',
  histogram: 'histogram',
  'exponential histogram': 'exponentialHistogram',
};
const temporalities = { delta: 1, cumulative: 2 };

/**
 * JsonWriter writes an ExportMetricsServiceRequest in JSON.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export class JsonWriter extends RequestWriter {
  readonly #maxBytes: number;

  constructor(
    resource: Resource,
    limits: RequestLimits,
    bytes: Buffer<ArrayBuffer>,
    onDropped: (part: DroppedPart) => void,
  ) {
    super(limits, bytes);
    this.#maxBytes = limits.maxBytes;
    this.out.text('{"resourceMetrics":[{"resource":{"attributes":[');
    const dropped = this.writeResourceAttributes(resource, onDropped, (key, value, isFirst) => {
      this.out.text(`${isFirst ? '' : ','}${JSON.stringify(keyValue(key, value, new Nesting(limits.maxBytes)))}`);
    });
    this.out.text(`],"droppedAttributesCount":${dropped}}`);
    this.writeOfResource('the schema URL of the resource', onDropped, () => {
      this.#optional('schemaUrl', resource.schemaUrl);
    });
    this.out.text(',"scopeMetrics":[');
  }

  protected override openScope({ scope }: CollectedScope, isFirst: boolean): void {
    const attributes = this.#keyValues(scopeAttributes(scope));
    const named = { name: wellFormed(scope.name), version: wellFormed(scope.version) };
    this.out.text(`${isFirst ? '' : ','}{"scope":`);
    this.out.text(JSON.stringify({ ...named, ...(attributes.length > 0 && { attributes }) }));
    this.#optional('schemaUrl', scope.schemaUrl);
    this.out.text(',"metrics":[');
  }

  protected override closeScope(): void {
    this.out.text(']}');
  }

  protected override openMetric(metric: CollectedMetric, isFirst: boolean): void {
    const { descriptor } = metric;
    const head = JSON.stringify({
      name: wellFormed(nameOf(descriptor)),
      description: wellFormed(descriptor.description),
      unit: wellFormed(descriptor.unit),
    });
    this.out.text(`${isFirst ? '' : ','}${head.slice(0, -1)},"${dataNames[metric.type]}":{`);
    if (metric.type !== 'last value') {
      this.out.text(`"aggregationTemporality":${temporalities[metric.temporality]},`);
    }
    if (metric.type === 'sum') this.out.text(`"isMonotonic":${metric.isMonotonic},`);
    this.out.text('"dataPoints":[');
  }

  protected override closeMetric(): void {
    this.out.text(']}}');
  }

  protected override closeRequest(): void {
    this.out.text(']}]}');
  }

  protected override encodePoint(metric: CollectedMetric, index: number, isFirst: boolean): void {
    const point = metric.point(index);
    const { exemplars } = point;
    const fields = {
      attributes: this.#keyValues(point.attributes),
      startTimeUnixNano: nanos(point.startTime),
      timeUnixNano: nanos(point.endTime),
      ...(exemplars.length > 0 && { exemplars: exemplars.map((each) => this.#exemplar(each)) }),
      ...valueOf(metric, point),
    };
    this.out.text(`${isFirst ? '' : ','}${JSON.stringify(fields)}`);
  }

  #optional(name: string, value: unknown): void {
    const text = wellFormed(value);
    if (text !== undefined && text !== '') this.out.text(`,"${name}":${JSON.stringify(text)}`);
  }

  #exemplar({ timestamp, value, spanId, traceId, filteredAttributes }: Exemplar): object {
    return {
      filteredAttributes: this.#keyValues(filteredAttributes),
      timeUnixNano: nanos(timestamp),
      asDouble: spell(value),
      spanId,
      traceId,
    };
  }

  #keyValues(attributes: Attributes): object[] {
    return keyValues(attributes, new Nesting(this.#maxBytes));
  }
}

function valueOf({ descriptor, type }: CollectedMetric, { value }: CollectedPoint): object {
  switch (type) {
    case 'histogram': {
      const { buckets, count, sum, min, max } = value as HistogramValue;
      const { counts: bucketCounts, boundaries: explicitBounds } = buckets;
      return {
        bucketCounts,
        explicitBounds: explicitBounds.map(spell),
        count,
        sum: spell(sum),
        min: spell(min),
        max: spell(max),
      };
    }
    case 'exponential histogram': {
      const { positive, negative, count, sum, min, max, scale, zeroCount } = value as ExponentialHistogramValue;
      return { count, min: spell(min), max: spell(max), sum: spell(sum), positive, negative, scale, zeroCount };
    }
    case 'sum':
    case 'last value': {
      const number = value as number;
      return descriptor.valueType === ValueType.INT && isInt64(number)
        ? { asInt: integer(number) }
        : { asDouble: spell(number) };
    }
  }
}

/** A number in protobuf's JSON: `"NaN"` or `"Infinity"` if it is not finite. */
function spell(value: number | undefined): number | string | undefined {
  return value === undefined || Number.isFinite(value) ? value : String(value);
}

/** A 64-bit integer: as text if a double would round it. */
function integer(value: number): number | string {
  return Number.isSafeInteger(value) ? value : BigInt(value).toString();
}

function nanos([seconds, nanoseconds]: HrTime): string {
  return (BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds)).toString();
}

/** Limits the nesting and the size of attributes. */
class Nesting {
  #depth = 0;
  #room: number;

  constructor(maxBytes: number) {
    this.#room = maxBytes;
  }

  /** @throws RequestFullError if there is no room for this many further bytes */
  take(bytes: number): void {
    this.#room -= bytes;
    if (this.#room < 0) throw new RequestFullError();
  }

  /** Encodes an attribute value. */
  within<T>(encode: () => T): T {
    this.#depth += 1;
    checkDepth(this.#depth);
    const encoded = encode();
    this.#depth -= 1;
    return encoded;
  }
}

function keyValues(attributes: Attributes, nesting: Nesting): object[] {
  return Object.keys(attributes).map((key) => keyValue(key, attributes[key], nesting));
}

function keyValue(key: string, value: unknown, nesting: Nesting): object {
  nesting.take(key.length);
  return { key: key.toWellFormed(), value: anyValue(value, nesting) };
}

function anyValue(value: unknown, nesting: Nesting): object {
  nesting.take(typeof value === 'string' ? value.length : 1);
  if (typeof value === 'string') return { stringValue: value.toWellFormed() };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return isInt64(value) ? { intValue: integer(value) } : { doubleValue: spell(value) };
  if (Array.isArray(value)) {
    // Not `map`, which skips holes.
    const values = nesting.within(() => Array.from(value, (each: unknown) => anyValue(each, nesting)));
    return { arrayValue: { values } };
  }
  if (value instanceof Uint8Array) {
    nesting.take(value.length);
    return { bytesValue: Buffer.from(value).toString('base64') };
  }
  if (typeof value === 'object' && value !== null) {
    return { kvlistValue: { values: nesting.within(() => keyValues(value as Attributes, nesting)) } };
  }
  return {};
}

/** The text without lone surrogates, for which receivers may reject the request. */
function wellFormed(value: unknown): string | undefined {
  return textOf(value)?.toWellFormed();
}
