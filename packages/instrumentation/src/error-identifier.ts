const identifier = /^[A-Za-z_][\w.:$-]{0,63}$/;
// Matches ids and secrets: a UUID, more consecutive digits than any error code has, several groups of digits, a long
// hexadecimal number, or the prefix of a secret.
const identity = /[0-9a-f]{8}-[0-9a-f]{4}-|\d{6}|\d\D+\d\D+\d|[0-9a-f]{16}|^(?:sk|pk|rk|ghp|xox[a-z])[-_]/i;
// SQLSTATE, such as 23505 (ISO/IEC 9075), and HTTP statuses as text.
const numericCode = /^(?:[0-9A-Z]{5}|[1-5]\d\d)$/;

/** Returns a text that may be a class name or a code; `undefined` for text that may differ each time. */
export function asIdentifier(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return numericCode.test(value) || (identifier.test(value) && !identity.test(value)) ? value : undefined;
}
