import { ATTR_TRADING_PROVIDER_NAME, ATTR_TRADING_VENUE } from '@trademeter/semantic-conventions';
import { asIdentifier } from './error-identifier.ts';
import { httpStatusOf, isHttpStatus } from './http-status.ts';
import { readField } from './read-field.ts';
import { krakenCodeOf, venueCodeOf } from './venue-code.ts';

/** The value that OpenTelemetry gives `error.type` when nothing better is known. */
const unknownErrorType = '_OTHER';

// What libraries call an error of no class in particular.
const plainNames: ReadonlySet<string> = new Set(['Error', 'error']);
const genericNames: ReadonlySet<string> = new Set([
  ...plainNames,
  'AggregateError',
  'AnchorError',
  'APIError',
  'ApiError',
  'AxiosError',
  'DatabaseError',
  'FetchError',
  'GaxiosError',
  'HTTPError',
  'HttpError',
  'HttpErrorResponse',
  'HttpException',
  'HTTPException',
  'HttpResponseError',
  'NodeError',
  'ProgramError',
  'RequestError',
  'ResponseError',
  'ResponseStatusCodeError',
  'StatusCodeError',
  'SystemError',
  'UndiciError',
]);
// What clients call an answer of a certain status: the code of the venue in it says more.
const statusNames: ReadonlySet<string> = new Set([
  'AuthError',
  'BadRequestError',
  'ConnectorClientError',
  'ForbiddenError',
  'NotFoundError',
  'PermissionError',
  'UnauthorizedError',
  'ValidationError',
]);
const numericCode = /^-?\d{4,}$/u;
// Codes of such classes, which say no more than the class.
const genericCodes: ReadonlySet<string> = new Set([
  'ERR_BAD_REQUEST',
  'ERR_BAD_RESPONSE',
  'ERR_GOT_REQUEST_ERROR',
  'ERR_NETWORK',
  'ERR_NON_2XX_3XX_RESPONSE',
  'UND_ERR',
  'UND_ERR_RESPONSE',
  'UND_ERR_RESPONSE_STATUS_CODE',
]);
// Of one failure, so that causes that go round, or fan out, end soon.
const mostCauses = 16;
const mostErrors = 8;

/**
 * The `error.type` of anything that was thrown. A specific class wins (`RequestTimeout`); one that only names a status
 * (`BadRequestError`) gives the number that the venue has for it (`-2010`), if it has one. A generic one (`Error`,
 * `AxiosError`, `HTTPError`, a `TypeError` with a cause) gives, in this order: HTTP 418, 429 and 5xx; the code of the
 * venue (`-2010`, `EOrder:Insufficient funds`, `ibkr_201`); another HTTP status as its digits; its own code
 * (`ECONNREFUSED`, a database's SQLSTATE); the same of its cause. A text that is no identifier, or looks like an id,
 * could be a new one each time and would make a series each: it becomes `_OTHER`, as does all else. Never throws.
 *
 * @param venue whom the request went to: the prefix of a code from 100 to 599 that is no HTTP status
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/
 */
export function errorType(error: unknown, venue?: string): string {
  try {
    return knownType(error, venue, new Set(), false) ?? classOf(error) ?? unknownErrorType;
  } catch {
    return unknownErrorType;
  }
}

/** As {@link errorType}; the venue is the one in the attributes of the measurement, or else the provider. */
export function errorTypeFor(error: unknown, attributes: object): string {
  const venue = readField(attributes, ATTR_TRADING_VENUE) ?? readField(attributes, ATTR_TRADING_PROVIDER_NAME);
  return errorType(error, typeof venue === 'string' ? venue : undefined);
}

/** @param preferCode for what fetch has as its cause: its code says more than undici's class */
function knownType(
  error: unknown,
  venue: string | undefined,
  seen: Set<object>,
  preferCode: boolean,
): string | undefined {
  if (typeof error === 'number')
    return isHttpStatus(error) || Math.abs(error) >= 1000 ? codeText(error, venue) : undefined;
  if (typeof error === 'string') return krakenCodeOf(error) ?? asIdentifier(error);
  if (typeof error !== 'object' || error === null || seen.has(error) || seen.size === mostCauses) return undefined;
  seen.add(error);
  const className = classOf(error);
  const code = asIdentifier(readField(error, 'code'));
  const isFetch = className === 'TypeError' && isPresent(readField(error, 'cause'));
  if (className !== undefined && !genericNames.has(className) && !isFetch) {
    const ofStatus = statusNames.has(className) ? venueCodeOf(error, venue) : undefined;
    if (ofStatus !== undefined && numericCode.test(ofStatus)) return ofStatus;
    return preferCode ? (code ?? className) : className;
  }
  const status = httpStatusOf(error);
  const ofVenue = venueCodeOf(error, venue);
  if (status !== undefined && isDecisive(status) && ofVenue?.startsWith('ibkr_') !== true) return `${status}`;
  if (ofVenue !== undefined) return ofVenue;
  // A status of success, in an error about the body, does not say what went wrong.
  if (status !== undefined && status >= 300) return `${status}`;
  if (code !== undefined && !genericCodes.has(code)) return code;
  return (
    causeType(error, venue, seen, preferCode || isFetch) ?? code ?? (status === undefined ? undefined : `${status}`)
  );
}

function causeType(
  error: object,
  venue: string | undefined,
  seen: Set<object>,
  preferCode: boolean,
): string | undefined {
  // A client's answer may hold the Error itself, as IBKR's does.
  const causes = [readField(error, 'cause'), readField(error, 'error')];
  const errors: unknown = readField(error, 'errors');
  if (Array.isArray(errors)) causes.push(...(errors as unknown[]).slice(0, mostErrors));
  for (const cause of causes) {
    if (typeof cause !== 'object' || cause === null) continue;
    const type = knownType(cause, venue, seen, preferCode);
    if (type !== undefined) return type;
  }
  return undefined;
}

function codeText(code: number, venue: string | undefined): string | undefined {
  return isHttpStatus(code) ? `${code}` : venueCodeOf({ code }, venue);
}

/** The name, or the constructor of a class that extends Error without setting `name`. */
function classOf(error: unknown): string | undefined {
  const name = asIdentifier(readField(error, 'name'));
  if (name !== undefined && !plainNames.has(name)) return name;
  const ownClass =
    error instanceof Error ? asIdentifier(readField(error, 'constructor') && error.constructor?.name) : undefined;
  if (ownClass !== undefined && !plainNames.has(ownClass)) return ownClass;
  return name === undefined ? undefined : 'Error';
}

/** Whether it says more than a code in the body: a refusal for too many requests, or a server that does not work. */
function isDecisive(status: number): boolean {
  return status === 418 || status === 429 || status >= 500;
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
