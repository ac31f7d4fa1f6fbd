import type { Attributes } from '@opentelemetry/api';
import type { ByteWriter } from './byte-writer.ts';
import { checkDepth, textOf } from './field-values.ts';

/** Wire types of protobuf; a tag is `field << 3 | wire type`. */
export const wireType = { varint: 0, fixed64: 1, bytes: 2 } as const;

/** The bytes that {@link beginLong} reserves for a length: enough for 256 MiB. */
const longLengthBytes = 4;

export function writeTag(out: ByteWriter, field: number, type: number): void {
  out.reserve(1);
  out.byte((field << 3) | type);
}

export function writeVarint(out: ByteWriter, value: number): void {
  out.reserve(10);
  let rest = value;
  while (rest >= 128) {
    out.byte((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  out.byte(rest);
}

/** A signed integer of at most ten bytes, in two's complement. */
function writeInt64(out: ByteWriter, value: number): void {
  if (value >= 0) return writeVarint(out, value);
  out.reserve(10);
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest >= 128n) {
    out.byte(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  out.byte(Number(rest));
}

/** A small zigzag-encoded integer: the lowest bit is the sign. */
export function writeSint32(out: ByteWriter, field: number, value: number): void {
  if (value === 0) return;
  writeTag(out, field, wireType.varint);
  writeVarint(out, value < 0 ? -2 * value - 1 : 2 * value);
}

export function writeDouble(out: ByteWriter, field: number, value: number): void {
  writeTag(out, field, wireType.fixed64);
  out.reserve(8);
  out.setDouble(out.position, value);
  out.position += 8;
}

/** A 64-bit integer. */
export function writeFixedInteger(out: ByteWriter, field: number, value: number): void {
  writeTag(out, field, wireType.fixed64);
  out.reserve(8);
  out.setInteger(out.position, value);
  out.position += 8;
}

/** Begins a message or text, whose length is written by {@link endShort}. */
export function beginShort(out: ByteWriter, field: number): number {
  writeTag(out, field, wireType.bytes);
  out.reserve(1);
  out.position += 1;
  return out.position;
}

/** Ends the message that began at this position; moves it if its length needs more than one byte. */
export function endShort(out: ByteWriter, start: number): void {
  const { position } = out;
  const length = position - start;
  const more = varintSize(length) - 1;
  if (more > 0) {
    out.reserve(more);
    out.bytes.copyWithin(start + more, start, position);
  }
  setLength(out, start - 1, length, more);
  out.position = position + more;
}

/** Begins a long message, which is not moved afterwards. */
export function beginLong(out: ByteWriter, field: number): number {
  writeTag(out, field, wireType.bytes);
  out.reserve(longLengthBytes);
  out.position += longLengthBytes;
  return out.position;
}

/** Writes the padded length of a long message; receivers accept a varint with trailing zeros. */
export function endLong(out: ByteWriter, start: number): void {
  setLength(out, start - longLengthBytes, out.position - start, longLengthBytes - 1);
}

/** Sets a varint: so many continued bytes and a last one. */
function setLength(out: ByteWriter, at: number, length: number, followed: number): void {
  let rest = length;
  for (let byte = 0; byte < followed; byte += 1) {
    out.bytes[at + byte] = (rest & 127) | 128;
    rest >>>= 7;
  }
  out.bytes[at + followed] = rest;
}

/** The size of a length in bytes. */
export function varintSize(length: number): number {
  if (length < 2 ** 7) return 1;
  if (length < 2 ** 14) return 2;
  return length < 2 ** 21 ? 3 : 4;
}

function writeText(out: ByteWriter, field: number, text: string): void {
  const start = beginShort(out, field);
  out.text(text);
  endShort(out, start);
}

/** A text field; omitted if empty or missing. */
export function writeOptionalText(out: ByteWriter, field: number, value: unknown): void {
  const text = textOf(value);
  if (text !== undefined && text !== '') writeText(out, field, text);
}

/** Bytes given as hexadecimal digits, such as trace ids. */
export function writeHex(out: ByteWriter, field: number, digits: string): void {
  const start = beginShort(out, field);
  out.copy(Buffer.from(digits, 'hex'));
  endShort(out, start);
}

/** Attributes as KeyValue messages. */
export function writeAttributes(out: ByteWriter, field: number, attributes: Attributes, depth = 0): void {
  for (const key of Object.keys(attributes)) writeAttribute(out, field, key, attributes[key], depth);
}

/** An attribute as a KeyValue message. */
export function writeAttribute(out: ByteWriter, field: number, key: string, value: unknown, depth = 0): void {
  const start = beginShort(out, field);
  writeText(out, 1, key);
  const any = beginShort(out, 2);
  writeAnyValue(out, value, depth);
  endShort(out, any);
  endShort(out, start);
}

/**
 * The content of an AnyValue message; empty for a value that OTLP does not support.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/common/v1/common.proto
 */
function writeAnyValue(out: ByteWriter, value: unknown, depth: number): void {
  if (typeof value === 'string') writeText(out, 1, value);
  else if (typeof value === 'boolean') {
    writeTag(out, 2, wireType.varint);
    writeVarint(out, value ? 1 : 0);
  } else if (typeof value === 'number') {
    if (isInt64(value)) {
      writeTag(out, 3, wireType.varint);
      writeInt64(out, value);
    } else writeDouble(out, 4, value);
  } else if (Array.isArray(value)) {
    checkDepth(depth + 1);
    const list = beginShort(out, 5);
    for (const each of value) {
      const start = beginShort(out, 1);
      writeAnyValue(out, each, depth + 1);
      endShort(out, start);
    }
    endShort(out, list);
  } else if (value instanceof Uint8Array) {
    const start = beginShort(out, 7);
    out.copy(value);
    endShort(out, start);
  } else if (typeof value === 'object' && value !== null) {
    checkDepth(depth + 1);
    const list = beginShort(out, 6);
    writeAttributes(out, 1, value as Attributes, depth + 1);
    endShort(out, list);
  }
}

/** Whether a number is sent as an integer. */
export function isInt64(value: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;
}
