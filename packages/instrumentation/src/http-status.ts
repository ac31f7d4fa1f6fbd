import { readField } from './read-field.ts';

// The `ws` library, if the server refuses to open a WebSocket.
const refusedHandshake = /^Unexpected server response: (\d{3})$/u;

/**
 * Returns the HTTP status of an error or a response, wherever its library puts it: `status` or `statusCode` of it or of
 * its `response`, as a number or as digits, `$metadata.httpStatusCode`, a `code` from 400 to 599, or the message of
 * `ws`. The `code` of IBKR's errors, which have a `reqId`, is not an HTTP status. Never throws.
 */
export function httpStatusOf(answer: unknown): number | undefined {
  const response = readField(answer, 'response');
  for (const value of [
    readField(answer, 'status'),
    readField(answer, 'statusCode'),
    readField(response, 'status'),
    readField(response, 'statusCode'),
    readField(readField(answer, '$metadata'), 'httpStatusCode'),
  ]) {
    const status = toInteger(value);
    if (isHttpStatus(status)) return status;
  }
  const code = toInteger(readField(answer, 'code'));
  if (isHttpStatus(code)) return code >= 400 && !hasRequestId(answer) ? code : undefined;
  const message = readField(answer, 'message');
  const refused = typeof message === 'string' ? Number(refusedHandshake.exec(message)?.[1]) : undefined;
  return isHttpStatus(refused) ? refused : undefined;
}

/** Whether it is a number from 100 to 599. */
export function isHttpStatus(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 100 && (value as number) <= 599;
}

/** Reads an integer from a number or from up to eight digits. More digits are an id. */
export function toInteger(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d{1,8}$/u.test(value) ? Number(value) : value;
  return Number.isInteger(number) && Math.abs(number as number) < 1e8 ? (number as number) : undefined;
}

/** Whether it is an error of IBKR's API, whose codes overlap with HTTP statuses. */
export function hasRequestId(error: unknown): boolean {
  return toInteger(readField(error, 'reqId')) !== undefined;
}
