/**
 * A linear scale of an axis with round ticks.
 *
 * @typedef {object} Scale
 * @property {number} low
 * @property {number} high
 * @property {number} step
 * @property {number[]} ticks
 */

/**
 * @param {number} low lowest value that is shown
 * @param {number} high highest value that is shown
 * @param {number} count of ticks, about
 * @param {{ readonly min?: number | undefined, readonly max?: number | undefined, readonly unit?: string | undefined }} [axis]
 *   bounds of whatever is shown, and the unit: ticks of `seconds` are whole minutes, hours or days
 * @returns {Scale}
 */
export function linearScale(low, high, count, { min, max, unit } = {}) {
  let from = min === undefined ? low : Math.min(min, low);
  let to = max === undefined ? high : Math.max(max, high);
  if (!(to > from)) {
    // one value: in the middle, or on the bound
    const margin = Math.abs(from) > 0 ? Math.abs(from) * 0.1 : 1;
    to = from + margin;
    if (min === undefined || from > min) from -= margin;
  }
  const rough = (to - from) / count;
  const step = unit === 'seconds' && rough > 10 ? durationStep(rough) : roundStep(rough);
  const first = Math.floor(from / step + 1e-9) * step;
  const last = Math.ceil(to / step - 1e-9) * step;
  /** @type {number[]} */
  const ticks = [];
  for (let place = 0; place <= Math.round((last - first) / step); place += 1) {
    // not summed up, so that 0.3 is 0.3
    ticks.push(Number((first + place * step).toPrecision(12)));
  }
  return { low: first, high: last, step, ticks };
}

/**
 * The next 1, 2, 2.5 or 5 times a power of ten.
 *
 * @param {number} rough
 */
function roundStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5, 10].find((each) => each * power >= rough * 0.999) ?? 10;
  return factor * power;
}

/** @param {number} rough seconds */
function durationStep(rough) {
  return timeSteps.find((each) => each >= rough * 0.999) ?? roundStep(rough / 86_400) * 86_400;
}

const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/**
 * Round times in a window.
 *
 * @param {number} from milliseconds since 1970
 * @param {number} to milliseconds since 1970
 * @param {number} most how many fit
 * @returns {number[]}
 */
export function timeTicks(from, to, most) {
  const seconds = (to - from) / 1000;
  const step = (timeSteps.find((each) => seconds / each <= most) ?? Math.ceil(seconds / most / 86_400) * 86_400) * 1000;
  const offset = new Date(to).getTimezoneOffset() * 60_000;
  /** @type {number[]} */
  const ticks = [];
  for (let time = Math.ceil((from - offset) / step) * step + offset; time <= to; time += step) ticks.push(time);
  return ticks;
}
