import { type IncomingHttpHeaders, STATUS_CODES } from 'node:http';
import { isObject, plainText } from '@trademeter/config';
import type { Outcome } from './delivery.ts';
import { decodeResponse, type ExportResponse } from './export-response.ts';

const longestExcerpt = 200;

/** https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const transientStatuses = new Set([429, 502, 503, 504]);

/** A response, as far as it was received. */
export interface HttpAnswer {
  readonly status: number;
  readonly statusMessage: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The outcome that an HTTP response means. */
export function judgeHttp({ status, statusMessage, headers, body }: HttpAnswer): Outcome {
  if (status >= 200 && status < 300) {
    const response = decode(body);
    if (response !== undefined) return acceptance(response);
    return {
      error: new Error(
        `got HTTP ${status}, but the body is not an OTLP response (is this a proxy or a login page?)${excerptOf(body)}`,
      ),
    };
  }
  const title = plainText(statusMessage).trim().slice(0, longestExcerpt) || STATUS_CODES[status] || 'unknown status';
  const error = new Error(`${title} (${status})${excerptOf(body)}`);
  return {
    error: Object.assign(error, { code: status }),
    isTransient: transientStatuses.has(status),
    retryAfterMillis: retryAfterOf(headers['retry-after']),
  };
}

/** `undefined` if the body is not OTLP, such as a login page: then the metrics were discarded. */
function decode(body: Buffer): ExportResponse | undefined {
  if (body.length === 0) return {};
  try {
    // Some receivers send null.
    const response: unknown = JSON.parse(body.toString()) ?? {};
    return isObject(response) && !isRefusal(response) ? withCamelCase(response) : undefined;
  } catch {
    // Some receivers answer protobuf requests in JSON, and vice versa.
  }
  try {
    return decodeResponse(body);
  } catch {
    return undefined;
  }
}

const partialSuccessKeys = ['partialSuccess', 'partial_success'];
const errorKeys = /^(?:error|exception|fault)/u;
const textKeys = ['message', 'msg', 'detail', 'reason', 'title'];
const codeKeys = ['code', 'status', 'statuscode'];
const goodKeys = ['ok', 'success'];

/** Whether it is what gateways send with status 200 although they discarded the metrics: `{ "error": "unknown tenant" }`. */
function isRefusal(response: object): boolean {
  // An empty partial success does not count.
  const partial: unknown = partialSuccessKeys.map((key): unknown => Reflect.get(response, key)).find(isObject);
  if (isObject(partial) && Object.keys(partial).length > 0) return false;
  return Object.entries(response).some(([name, value]: [string, unknown]) => {
    const key = name.toLowerCase();
    if (goodKeys.includes(key)) return value === false;
    if (codeKeys.includes(key) && typeof value === 'number') return value !== 0 && (value < 200 || value > 299);
    if (errorKeys.test(key)) return Array.isArray(value) ? value.length > 0 : Boolean(value);
    const isText = typeof value === 'string' && value !== '' && [...codeKeys, ...textKeys].includes(key);
    return isText && !/^(?:ok|success|accepted|created|2\d\d)/iu.test(value);
  });
}

/** JSON may also use the names of the protobuf fields. */
function withCamelCase(response: object): ExportResponse {
  const { partial_success: partial } = response as { partial_success?: Readonly<Record<string, unknown>> };
  if (!isObject(partial)) return response;
  const { rejected_data_points: rejectedDataPoints, error_message: errorMessage } = partial;
  return { partialSuccess: { rejectedDataPoints, errorMessage, ...partial } };
}

/**
 * The outcome of an accepted request, with what the receiver rejected.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#partial-success
 */
export function acceptance({ partialSuccess }: ExportResponse): Outcome {
  // A string in JSON; receivers may send anything.
  const count = Number(partialSuccess?.rejectedDataPoints ?? 0);
  const rejectedDataPoints = Number.isFinite(count) ? count : 0;
  const given: unknown = partialSuccess?.errorMessage ?? '';
  const message = plainText(typeof given === 'string' ? given : JSON.stringify(given)).trim();
  if (rejectedDataPoints === 0 && message === '') return { rejectedDataPoints };
  const reason = message === '' ? '' : `: ${message.slice(0, longestExcerpt)}`;
  const verdict =
    rejectedDataPoints === 0
      ? 'warned'
      : `rejected ${rejectedDataPoints} data point${rejectedDataPoints === 1 ? '' : 's'}`;
  return { rejectedDataPoints, complaint: `${verdict}${reason}` };
}

/** The readable text of a response body or protobuf status; empty for a web page. */
function excerptOf(body: Buffer): string {
  const text = body
    .toString()
    .replace(/[^\p{L}\p{N}\p{P}\p{Sm}\p{Sc}\p{Sk} ]+/gu, ' ')
    .trim();
  return text === '' || text.startsWith('<') ? '' : `: ${text.slice(0, longestExcerpt)}`;
}

/** https://www.rfc-editor.org/rfc/rfc9110#field.retry-after: seconds, or a date. */
function retryAfterOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const millis = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(millis) ? Math.max(millis, 0) : undefined;
}
