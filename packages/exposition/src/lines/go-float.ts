/**
 * Formats a number as Go's client libraries write sample values and `le`: the shortest decimal that reads back as the
 * same float64, with an exponent of at least two digits from a million up and below a ten-thousandth (strconv's
 * `'g', -1`). Negative zero is `0`.
 */
export function formatGoFloat(value: number): string {
  const size = Math.abs(value);
  if ((size < 1e6 && size >= 1e-4) || size === 0) return String(value);
  if (size === Infinity) return value > 0 ? '+Inf' : '-Inf';
  if (Number.isNaN(size)) return 'NaN';
  const text = value.toExponential();
  const exponent = text.indexOf('e') + 2;
  return text.length - exponent === 1 ? `${text.slice(0, exponent)}0${text.slice(exponent)}` : text;
}

// Above this, digits do not fit 32-bit integers.
const largest = 2 ** 31;
const mostDecimals = 8;

/**
 * Decimal formats short decimals, as nearly all counts and prices are, like formatGoFloat, but without creating a
 * string and in a fraction of the time. It holds one number at a time.
 */
export class Decimal {
  /** The number of characters of the current number. */
  length = 0;
  #digits = 0;
  #decimals = 0;

  /** @returns false when the number is not a short decimal, or needs an exponent */
  read(value: number): boolean {
    if (!(value >= 1e-4 && value < 1e6) && value !== 0) return false;
    let scale = 1;
    let decimals = 0;
    // A decimal of at most 15 digits that reads back as the number is the shortest one that does.
    while (Math.round(value * scale) / scale !== value) {
      scale *= 10;
      decimals += 1;
      if (decimals > mostDecimals || value * scale >= largest) return false;
    }
    this.#digits = Math.round(value * scale);
    this.#decimals = decimals;
    const digits = Math.max(digitsOf(this.#digits), decimals + 1);
    this.length = decimals === 0 ? digits : digits + 1;
    return true;
  }

  write(buffer: Buffer, start: number): void {
    let rest = this.#digits;
    const point = this.#decimals === 0 ? -1 : start + this.length - 1 - this.#decimals;
    for (let position = start + this.length - 1; position >= start; position -= 1) {
      if (position === point) {
        buffer[position] = 46;
        continue;
      }
      const tens = (rest / 10) | 0;
      buffer[position] = 48 + rest - tens * 10;
      rest = tens;
    }
  }
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let power = 10; value >= power; power *= 10) digits += 1;
  return digits;
}
