/** Prometheus' rules for rates and quantiles. */

/**
 * The increase of a counter in a window, extrapolated to its edges.
 *
 * @see https://github.com/prometheus/prometheus/blob/main/promql/functions.go `extrapolatedRate`
 * @param {ArrayLike<number>} times milliseconds, ascending
 * @param {ArrayLike<number>} values of the counter; NaN where a scrape did not have it
 * @param {number} first the first index to look at
 * @param {number} last the last index to look at; everything between lies in the window
 * @param {number} startMillis of the window
 * @param {number} endMillis of the window
 * @returns {number} NaN where fewer than two values are in the window
 */
export function extrapolatedIncrease(times, values, first, last, startMillis, endMillis) {
  let count = 0;
  let firstTime = 0;
  let firstValue = 0;
  let lastTime = 0;
  let lastValue = 0;
  let corrections = 0;
  for (let index = first; index <= last; index += 1) {
    const value = values[index] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    if (count === 0) {
      firstTime = times[index] ?? 0;
      firstValue = value;
    } else if (value < lastValue) {
      // the counter restarted at 0
      corrections += lastValue;
    }
    lastTime = times[index] ?? 0;
    lastValue = value;
    count += 1;
  }
  if (count < 2) return Number.NaN;
  const increase = lastValue - firstValue + corrections;
  const sampled = lastTime - firstTime;
  const average = sampled / (count - 1);
  const threshold = average * 1.1;
  let toStart = firstTime - startMillis;
  let toEnd = endMillis - lastTime;
  if (toStart >= threshold) toStart = average / 2;
  // a counter is never below 0
  if (increase > 0 && firstValue >= 0) toStart = Math.min(toStart, sampled * (firstValue / increase));
  if (toEnd >= threshold) toEnd = average / 2;
  return increase * ((sampled + toStart + toEnd) / sampled);
}

/**
 * A quantile of a classic histogram.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
 * @param {number} quantile 0 to 1
 * @param {readonly (readonly [le: number, count: number])[]} unsorted cumulative counts by upper bound, +Inf included
 * @returns {number} NaN where nothing was observed
 */
export function histogramQuantile(quantile, unsorted) {
  if (Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return Number.NEGATIVE_INFINITY;
  if (quantile > 1) return Number.POSITIVE_INFINITY;
  const buckets = unsorted.toSorted(([a], [b]) => a - b);
  const top = buckets.at(-1);
  if (buckets.length < 2 || top === undefined || top[0] !== Number.POSITIVE_INFINITY) return Number.NaN;
  // Buckets of different moments may disagree.
  let highest = 0;
  const counts = buckets.map(([, count]) => {
    highest = Math.max(highest, Number.isNaN(count) ? 0 : count);
    return highest;
  });
  const observations = counts.at(-1) ?? 0;
  if (observations === 0) return Number.NaN;
  let rank = quantile * observations;
  const found = counts.findIndex((count, place) => place < counts.length - 1 && count >= rank);
  if (found === -1) return buckets.at(-2)?.[0] ?? Number.NaN;
  const bound = buckets[found]?.[0] ?? Number.NaN;
  if (found === 0 && bound <= 0) return bound;
  const start = found === 0 ? 0 : (buckets[found - 1]?.[0] ?? 0);
  const below = found === 0 ? 0 : (counts[found - 1] ?? 0);
  const count = (counts[found] ?? 0) - below;
  rank -= below;
  return start + (bound - start) * (rank / count);
}
