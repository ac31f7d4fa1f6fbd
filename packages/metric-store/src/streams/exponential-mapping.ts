const exponentBias = 1023;
const smallestNormal = 2 ** -1022;
const exponentOfOne = 0x3ff0_0000;

export const lowestScale = -10;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
// The half of a double that has the exponent.
double[0] = 1;
const high = words[1] === exponentOfOne ? 1 : 0;

/**
 * The bucket index of a positive value. Boundaries are `base ** index`, with `base` = `2 ** (2 ** -scale)`; the lower one is
 * exclusive, the upper one inclusive. Exact at powers of 2; at other boundaries, the nearest number may fall on the other
 * side. Values below the smallest normal number count as that number.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/data-model/#producer-expectations
 */
export function bucketIndex(value: number, scale: number): number {
  double[0] = Math.max(value, smallestNormal);
  const upper = words[high] as number;
  const exponent = ((upper >>> 20) & 0x7ff) - exponentBias;
  const isPowerOfTwo = (upper & 0xf_ffff) === 0 && words[1 - high] === 0;
  if (scale <= 0) return (exponent - (isPowerOfTwo ? 1 : 0)) >> -scale;
  const widths = 2 ** scale;
  if (isPowerOfTwo) return exponent * widths - 1;
  // Computed between two powers of 2, because the rounded logarithm of the whole value could exceed these exact boundaries.
  words[high] = (upper & 0xf_ffff) | exponentOfOne;
  const offset = Math.floor(Math.log2(double[0]) * widths);
  return exponent * widths + Math.min(offset, widths - 1);
}
