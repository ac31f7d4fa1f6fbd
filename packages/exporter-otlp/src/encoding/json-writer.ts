import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { Exemplar, ExponentialHistogramValue, HistogramValue } from '@trademeter/metric-store';
import { type CollectedMetric, type CollectedPoint, type CollectedScope, scopeAttributes } from '../collection.ts';
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
  constructor(resource: Resource, limits: RequestLimits, bytes: Buffer<ArrayBuffer>) {
    super(limits, bytes);
    const { attributes, schemaUrl } = resource;
    this.out.text('{"resourceMetrics":[{"resource":');
    this.out.text(JSON.stringify({ attributes: keyValues(attributes), droppedAttributesCount: 0 }));
    this.#optional('schemaUrl', schemaUrl);
    this.out.text(',"scopeMetrics":[');
  }

  protected override openScope({ scope }: CollectedScope, isFirst: boolean): void {
    const { name, version, schemaUrl } = scope;
    const attributes = keyValues(scopeAttributes(scope));
    this.out.text(`${isFirst ? '' : ','}{"scope":`);
    this.out.text(JSON.stringify({ name, version, ...(attributes.length > 0 && { attributes }) }));
    this.#optional('schemaUrl', schemaUrl);
    this.out.text(',"metrics":[');
  }

  protected override closeScope(): void {
    this.out.text(']}');
  }

  protected override openMetric(metric: CollectedMetric, isFirst: boolean): void {
    const { name, description, unit } = metric.descriptor;
    const head = JSON.stringify({ name, description, unit });
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
      attributes: keyValues(point.attributes),
      startTimeUnixNano: nanos(point.startTime),
      timeUnixNano: nanos(point.endTime),
      ...(exemplars.length > 0 && { exemplars: exemplars.map(exemplarOf) }),
      ...valueOf(metric, point),
    };
    this.out.text(`${isFirst ? '' : ','}${JSON.stringify(fields)}`);
  }

  #optional(name: string, text: string | undefined): void {
    if (text !== undefined && text !== '') this.out.text(`,"${name}":${JSON.stringify(text)}`);
  }
}

function valueOf({ descriptor, type }: CollectedMetric, { value }: CollectedPoint): object {
  switch (type) {
    case 'histogram': {
      const { buckets, count, sum, min, max } = value as HistogramValue;
      const { counts: bucketCounts, boundaries: explicitBounds } = buckets;
      return { bucketCounts, explicitBounds, count, sum: spell(sum), min: spell(min), max: spell(max) };
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

function exemplarOf({ timestamp, value, spanId, traceId, filteredAttributes }: Exemplar): object {
  return {
    filteredAttributes: keyValues(filteredAttributes),
    timeUnixNano: nanos(timestamp),
    asDouble: spell(value),
    spanId,
    traceId,
  };
}

/** A number as protobuf's JSON has it: `"NaN"` or `"Infinity"` when it is not finite, for which JSON has no number. */
function spell(value: number | undefined): number | string | undefined {
  return value === undefined || Number.isFinite(value) ? value : String(value);
}

/** An integer of 64 bits: as text where a double would be rounded by the reader. */
function integer(value: number): number | string {
  return Number.isSafeInteger(value) ? value : BigInt(value).toString();
}

function nanos([seconds, nanoseconds]: HrTime): string {
  return (BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds)).toString();
}

function keyValues(attributes: Attributes): object[] {
  return Object.keys(attributes).map((key) => ({ key, value: anyValue(attributes[key]) }));
}

function anyValue(value: unknown): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return isInt64(value) ? { intValue: integer(value) } : { doubleValue: spell(value) };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') };
  if (typeof value === 'object' && value !== null) {
    return { kvlistValue: { values: keyValues(value as Attributes) } };
  }
  return {};
}
