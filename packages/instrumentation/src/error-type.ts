import { ATTR_TRADING_PROVIDER_NAME, ATTR_TRADING_VENUE } from '@trademeter/semantic-conventions';
import { asIdentifier } from './error-identifier.ts';
import { httpStatusOf, isHttpStatus } from './http-status.ts';
import { readField } from './read-field.ts';
import { hasErrorList, krakenCodeOf, venueCodeOf } from './venue-code.ts';

/** The value that OpenTelemetry gives `error.type` when nothing better is known. */
const unknownErrorType = '_OTHER';

// Names of errors without a specific class.
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
// Class names that only stand for an HTTP status. A code of the venue says more.
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
// Codes that say no more than their generic class.
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
// Limits the causes that are read: they may have cycles, or branch.
const mostCauses = 16;
const mostErrors = 8;

/**
 * Returns the `error.type` of anything that was thrown. A specific class wins (`RequestTimeout`). A class that only
 * stands for an HTTP status (`BadRequestError`) gives the code of the venue (`-2010`), if there is one. A generic class
 * (`Error`, `AxiosError`, `HTTPError`, a `TypeError` with a cause) gives the first of: HTTP 418, 429 or 5xx; the code
 * of the venue (`-2010`, `EOrder:Insufficient funds`, `ibkr_201`); another HTTP status as its digits; its own code
 * (`ECONNREFUSED`, a SQLSTATE); the type of its cause. Everything else becomes `_OTHER`, as does text that looks like
 * an id, because each id would create a series. Never throws.
 *
 * @param venue the venue of the request: the prefix of a code from 100 to 599 that is not an HTTP status
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/
 */
export function errorType(error: unknown, venue?: string): string {
  try {
    return knownType(error, venue, new Set(), false) ?? classOf(error) ?? unknownErrorType;
  } catch {
    return unknownErrorType;
  }
}

/** As {@link errorType}, with the venue, or else the provider, from the attributes of the measurement. */
export function errorTypeFor(error: unknown, attributes: object): string {
  const venue = readField(attributes, ATTR_TRADING_VENUE) ?? readField(attributes, ATTR_TRADING_PROVIDER_NAME);
  return errorType(error, typeof venue === 'string' ? venue : undefined);
}

/** @param preferCode for the causes of fetch errors, whose code says more than undici's class */
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
  // Bitfinex answers every refusal with HTTP 500.
  const isAnswer = ofVenue?.startsWith('ibkr_') === true || (status === 500 && hasErrorList(error));
  if (status !== undefined && isDecisive(status) && !isAnswer) return `${status}`;
  if (ofVenue !== undefined) return ofVenue;
  // In an error about the body, a status of success does not say what went wrong.
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
  // Some clients, such as IBKR's, wrap the Error.
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

/** The name of an error, or its constructor if the class does not set `name`. */
function classOf(error: unknown): string | undefined {
  const name = asIdentifier(readField(error, 'name'));
  if (name !== undefined && !plainNames.has(name)) return name;
  const ownClass =
    error instanceof Error ? asIdentifier(readField(error, 'constructor') && error.constructor?.name) : undefined;
  if (ownClass !== undefined && !plainNames.has(ownClass)) return ownClass;
  return name === undefined ? undefined : 'Error';
}

/** Whether a status says more than a code in the body: too many requests, or a failing server. */
function isDecisive(status: number): boolean {
  return status === 418 || status === 429 || status >= 500;
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
