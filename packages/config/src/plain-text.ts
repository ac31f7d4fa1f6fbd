/**
 * A text from elsewhere as it may be written to a terminal: without escape codes, other control characters, and marks
 * that are not seen or that reorder what follows.
 */
export function plainText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ');
}
