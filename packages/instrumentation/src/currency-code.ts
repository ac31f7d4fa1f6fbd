/**
 * A currency as it is recorded: a code in small letters is written in capitals, `usd` as `USD`, so that one currency is
 * one series. A code in mixed case, such as `stETH`, stays as it is.
 */
export function currencyCode(code: string): string {
  return /^[a-z0-9]+$/u.test(code) ? code.toUpperCase() : code;
}

/** Whether two codes mean the same currency, in whatever case they are written. */
export function isSameCurrency(one: unknown, other: string): boolean {
  return typeof one === 'string' && one.toUpperCase() === other.toUpperCase();
}
