/** The value that OpenTelemetry gives `error.type` when nothing better is known. */
const unknownErrorType = '_OTHER';

const identifier = /^[A-Za-z0-9_][\w.:$-]{0,63}$/;

/**
 * The `error.type` of anything that was thrown: an HTTP status as its digits, the class of an error (`RequestTimeout`),
 * or the code of a plain `Error` (`ECONNREFUSED`). A text that is no identifier could be anything, a message with an
 * order id in it even, and would make a series each: it becomes `_OTHER`, as does all else. Never throws.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/
 */
export function errorType(error: unknown): string {
  try {
    if (typeof error === 'number') return httpStatus(error) ?? unknownErrorType;
    if (typeof error === 'string') return asIdentifier(error) ?? unknownErrorType;
    if (typeof error !== 'object' || error === null) return unknownErrorType;
    const { name, code, status, statusCode } = error as Record<string, unknown>;
    const className = asIdentifier(name);
    if (className !== undefined && className !== 'Error') return className;
    return (
      httpStatus(status) ??
      httpStatus(statusCode) ??
      asIdentifier(code) ??
      derivedClass(error) ??
      className ??
      unknownErrorType
    );
  } catch {
    return unknownErrorType;
  }
}

function httpStatus(value: unknown): string | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 100 && value <= 599 ? `${value}` : undefined;
}

function asIdentifier(value: unknown): string | undefined {
  return typeof value === 'string' && identifier.test(value) ? value : undefined;
}

/** A class that extends Error without setting `name` still has its own constructor. */
function derivedClass(error: object): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const constructorName = asIdentifier(error.constructor?.name);
  return constructorName === 'Error' ? undefined : constructorName;
}
