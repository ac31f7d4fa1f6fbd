const exponentBias = 1023;
const smallestNormal = 2 ** -1022;
const minNormalExponent = -1022;
const maxNormalExponent = 1023;

export const lowestScale = -10;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
// Which half of a double has the exponent.
double[0] = 1;
const high = words[1] === 0x3ff0_0000 ? 1 : 0;

/**
 * The index of the bucket of a positive value: buckets have the boundaries `base ** index`, are exclusive of the lower
 * and inclusive of the upper one, and `base` is `2 ** (2 ** -scale)`.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/data-model/#producer-expectations
 */
export function bucketIndex(value: number, scale: number): number {
  double[0] = Math.max(value, smallestNormal);
  const upper = words[high] as number;
  const exponent = ((upper >>> 20) & 0x7ff) - exponentBias;
  const isPowerOfTwo = (upper & 0xf_ffff) === 0 && words[1 - high] === 0;
  if (scale <= 0) return (exponent - (isPowerOfTwo ? 1 : 0)) >> -scale;
  if (isPowerOfTwo) return exponent * 2 ** scale - 1;
  const index = Math.floor(Math.log(value) * Math.LOG2E * 2 ** scale);
  // Rounding must not lead beyond what there is.
  const highest = (maxNormalExponent + 1) * 2 ** scale - 1;
  const lowest = minNormalExponent * 2 ** scale;
  return Math.min(Math.max(index, lowest), highest);
}
