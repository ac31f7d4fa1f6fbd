/**
 * An attribute value as the text of a label: strings as they are, other values as JSON. Never throws.
 *
 * @see https://opentelemetry.io/docs/specs/otel/common/#anyvalue-representation-for-non-otlp-protocols
 */
export function labelValue(value: unknown): string {
  try {
    // Prometheus' parsers take a zero for the end of the text.
    return plainText(value).toWellFormed().replaceAll('\0', '\ufffd');
  } catch {
    return '';
  }
}

/** A label value between its quotes: backslash, quote and line feed escaped. */
export function escapeLabelValue(value: string): string {
  return /[\\"\n]/.test(value) ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n') : value;
}

function plainText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'object':
      if (value === null) return '';
      if (value instanceof Uint8Array) return base64(value);
      return JSON.stringify(value, jsonValue) ?? '';
    case 'undefined':
      return '';
    case 'number':
      return Object.is(value, -0) ? '0' : String(value);
    default:
      return String(value);
  }
}

function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value === 'bigint') return String(value);
  return value instanceof Uint8Array ? base64(value) : value;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
