const identifier = /^[A-Za-z_][\w.:$-]{0,63}$/;
// An id or a key in disguise: a UUID, more digits in a row than any error code has, digits all over, a long hexadecimal
// number, or the prefix that services give their secrets.
const identity = /[0-9a-f]{8}-[0-9a-f]{4}-|\d{6}|\d\D+\d\D+\d|[0-9a-f]{16}|^(?:sk|pk|rk|ghp|xox[a-z])[-_]/i;
// SQLSTATE, such as 23505 (ISO/IEC 9075), and HTTP statuses that came as text.
const numericCode = /^(?:[0-9A-Z]{5}|[1-5]\d\d)$/;

/** A text that can be the name of a class or a code; `undefined` for what could be a new one each time. */
export function asIdentifier(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return numericCode.test(value) || (identifier.test(value) && !identity.test(value)) ? value : undefined;
}
