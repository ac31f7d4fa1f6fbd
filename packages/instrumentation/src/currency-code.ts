/**
 * Converts a currency code to its recorded form: a lower-case code becomes upper case (`usd` becomes `USD`), so that a
 * currency has one series. A code in mixed case, such as `stETH`, does not change.
 */
export function currencyCode(code: string): string {
  return /^[a-z0-9]+$/u.test(code) ? code.toUpperCase() : code;
}

/** Whether two codes mean the same currency, ignoring case. */
export function isSameCurrency(one: unknown, other: string): boolean {
  return typeof one === 'string' && one.toUpperCase() === other.toUpperCase();
}
