import { httpStatusOf, isHttpStatus } from './http-status.ts';

/** The value that OpenTelemetry gives `error.type` when nothing better is known. */
const unknownErrorType = '_OTHER';

const identifier = /^[A-Za-z_][\w.:$-]{0,63}$/;
// An order id in disguise: a UUID, or more digits in a row than any error code has.
const identity = /[0-9a-f]{8}-[0-9a-f]{4}-|\d{6}/i;
// SQLSTATE, such as 23505 (ISO/IEC 9075), and HTTP statuses that came as text.
const numericCode = /^(?:[0-9A-Z]{5}|[1-5]\d\d)$/;
// What libraries call an error of no class in particular.
const plainNames = new Set(['Error', 'error']);

/**
 * The `error.type` of anything that was thrown: an HTTP status as its digits, the class of an error (`RequestTimeout`),
 * or the code of a plain `Error` (`ECONNREFUSED`, a database's SQLSTATE). A text that is no identifier, or looks like an
 * id, could be a new one each time and would make a series each: it becomes `_OTHER`, as does all else. Never throws.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/
 */
export function errorType(error: unknown): string {
  try {
    if (typeof error === 'number') return isHttpStatus(error) ? `${error}` : unknownErrorType;
    if (typeof error === 'string') return asIdentifier(error) ?? unknownErrorType;
    if (typeof error !== 'object' || error === null) return unknownErrorType;
    const { name, code } = error as Record<string, unknown>;
    const className = asIdentifier(name);
    if (className !== undefined && !plainNames.has(className)) return className;
    const status = httpStatusOf(error);
    if (status !== undefined) return `${status}`;
    return asIdentifier(code) ?? derivedClass(error) ?? (className === undefined ? unknownErrorType : 'Error');
  } catch {
    return unknownErrorType;
  }
}

function asIdentifier(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return numericCode.test(value) || (identifier.test(value) && !identity.test(value)) ? value : undefined;
}

/** A class that extends Error without setting `name` still has its own constructor. */
function derivedClass(error: object): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const constructorName = asIdentifier(error.constructor?.name);
  return constructorName !== undefined && plainNames.has(constructorName) ? undefined : constructorName;
}
