// Beyond, digits are not worked out in integers of 32 bits.
const largest = 2 ** 31;
const mostDecimals = 8;

/**
 * Writes a number as formatGoFloat has it where that takes so many characters and is a short decimal, which nearly all
 * counts and prices are: without a string, in a fraction of the time.
 *
 * @returns false when nothing was written
 */
export function writeDecimal(buffer: Buffer, start: number, length: number, value: number): boolean {
  if (!(value >= 1e-4 && value < 1e6) && value !== 0) return false;
  let scale = 1;
  let decimals = 0;
  // A decimal of at most 15 digits that reads back as the number is the shortest one that does.
  while (Math.round(value * scale) / scale !== value) {
    scale *= 10;
    decimals += 1;
    if (decimals > mostDecimals || value * scale >= largest) return false;
  }
  let rest = Math.round(value * scale);
  const digits = Math.max(digitsOf(rest), decimals + 1);
  if (length !== (decimals === 0 ? digits : digits + 1)) return false;
  const point = start + length - 1 - decimals;
  for (let position = start + length - 1; position >= start; position -= 1) {
    if (position === point && decimals > 0) {
      buffer[position] = 46;
      continue;
    }
    const tens = (rest / 10) | 0;
    buffer[position] = 48 + rest - tens * 10;
    rest = tens;
  }
  return true;
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let power = 10; value >= power; power *= 10) digits += 1;
  return digits;
}
