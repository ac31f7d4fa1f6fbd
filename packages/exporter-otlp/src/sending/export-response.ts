/** The parts of an ExportMetricsServiceResponse that are read. */
export interface ExportResponse {
  readonly partialSuccess?: {
    /** A string in JSON. */
    readonly rejectedDataPoints?: unknown;
    readonly errorMessage?: unknown;
  };
}

const noBytes = new Uint8Array();

/**
 * Decodes an ExportMetricsServiceResponse in protobuf: `partial_success` is field 1, and in it `rejected_data_points` is
 * field 1 and `error_message` is field 2.
 *
 * @throws RangeError if the bytes are not a protobuf message
 */
export function decodeResponse(bytes: Uint8Array): ExportResponse {
  const partial = fieldsOf(bytes).get(1);
  if (!(partial instanceof Uint8Array)) return {};
  const fields = fieldsOf(partial);
  const [rejected = 0, message = noBytes] = [fields.get(1), fields.get(2)];
  return {
    partialSuccess: {
      rejectedDataPoints: typeof rejected === 'number' ? rejected : 0,
      errorMessage: message instanceof Uint8Array ? new TextDecoder().decode(message) : '',
    },
  };
}

/** The last value of each field. */
function fieldsOf(bytes: Uint8Array): Map<number, number | Uint8Array> {
  const fields = new Map<number, number | Uint8Array>();
  let at = 0;

  function varint(): number {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 63; factor *= 128) {
      const byte = bytes[at];
      if (byte === undefined) break;
      at += 1;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw new RangeError('not a varint');
  }

  function take(length: number): Uint8Array {
    if (at + length > bytes.length) throw new RangeError('the message ends too early');
    at += length;
    return bytes.subarray(at - length, at);
  }

  while (at < bytes.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    if (field === 0) throw new RangeError('there is no field 0');
    switch (tag % 8) {
      case 0:
        fields.set(field, varint());
        break;
      case 1:
        take(8);
        break;
      case 2:
        fields.set(field, take(varint()));
        break;
      case 5:
        take(4);
        break;
      default:
        throw new RangeError('not a wire type');
    }
  }
  return fields;
}

/**
 * Reads the delay of a google.rpc.Status: its `details` (field 3, an Any) contain a google.rpc.RetryInfo as `value`
 * (field 2), whose `retry_delay` (field 1) has seconds (field 1) and nanoseconds (field 2).
 *
 * @returns milliseconds; `undefined` if there is no such delay
 */
export function retryDelayOf(status: Uint8Array): number | undefined {
  try {
    const detail = fieldsOf(bytesOf(fieldsOf(status).get(3)));
    const isRetryInfo = new TextDecoder().decode(bytesOf(detail.get(1))).endsWith('/google.rpc.RetryInfo');
    if (!isRetryInfo) return undefined;
    const delay = fieldsOf(bytesOf(fieldsOf(bytesOf(detail.get(2))).get(1)));
    return Number(delay.get(1) ?? 0) * 1_000 + Number(delay.get(2) ?? 0) / 1e6;
  } catch {
    return undefined;
  }
}

function bytesOf(value: number | Uint8Array | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : noBytes;
}
