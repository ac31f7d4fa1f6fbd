/**
 * plainText makes a foreign text safe for a terminal: it replaces control characters, escape codes, and invisible or
 * reordering marks by spaces.
 */
export function plainText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ');
}
