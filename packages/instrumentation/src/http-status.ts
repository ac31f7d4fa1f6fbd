import { readField } from './read-field.ts';

/**
 * The HTTP status of something that was thrown or answered, wherever its library has put it: `status` or `statusCode`
 * of it or of its `response`, as a number or as its digits, `$metadata.httpStatusCode`, or a `code` from 400 to 599. The
 * `code` of IBKR's errors, which have a `reqId`, is none. Never throws.
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
  return isHttpStatus(code) && code >= 400 && !hasRequestId(answer) ? code : undefined;
}

/** Whether it is a number that HTTP has for statuses: 100 to 599. */
export function isHttpStatus(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 100 && (value as number) <= 599;
}

/** An integer that is a number or its decimal digits, eight at most: more are an id. */
export function toInteger(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d{1,8}$/u.test(value) ? Number(value) : value;
  return Number.isInteger(number) && Math.abs(number as number) < 1e8 ? (number as number) : undefined;
}

/** Whether it is an error of IBKR's API, whose codes overlap with HTTP statuses. */
export function hasRequestId(error: unknown): boolean {
  return toInteger(readField(error, 'reqId')) !== undefined;
}
