/**
 * A number as Go's client libraries write sample values and `le`: the shortest decimal that reads back as the same
 * float64, with an exponent of at least two digits from a million on and below a ten-thousandth (strconv's `'g', -1`).
 * Negative zero is `0`.
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
