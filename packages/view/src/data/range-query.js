import { metricQueriesOf } from '../panels/query.js';
import { evaluate } from './evaluate.js';

/** @typedef {import('../panels/query.js').Query} Query */
/** @typedef {import('./evaluate.js').Result} Result */
/** @typedef {import('./history.js').History} History */

/**
 * @typedef {object} Window what is shown, in milliseconds
 * @property {number} from since 1970
 * @property {number} to since 1970
 * @property {number} step what the span `step` stands for
 * @property {number} rangeMillis what the span `range` stands for
 */

/**
 * @typedef {object} Line one series over time
 * @property {string} key
 * @property {Readonly<Record<string, string>>} attributes
 * @property {number[]} values NaN where there is none
 */

/** @typedef {{ readonly times: number[], readonly lines: Line[] }} Matrix */

/**
 * Evaluates a query over a window, point by point. Past points do not change, so each poll
 * evaluates only new ones.
 */
export class RangeQuery {
  #query;
  #isInstant;
  /** @type {Map<number, Map<string, Result>>} */
  #known = new Map();
  #knownFor = '';

  /** @param {Query} query */
  constructor(query) {
    this.#query = query;
    this.#isInstant = metricQueriesOf(query).every(({ kind }) => kind === 'last');
  }

  /**
   * @param {History} history
   * @param {Window} window
   * @param {number} gridMillis distance of two points; a query without a span has one for each scrape
   * @param {boolean} [withNow] whether there is a point at the newest scrape, too
   * @returns {Matrix}
   */
  read(history, { from, to, step, rangeMillis }, gridMillis, withNow = false) {
    const knownFor = `${step} ${gridMillis} ${rangeMillis}`;
    if (knownFor !== this.#knownFor) this.#known.clear();
    this.#knownFor = knownFor;
    const points = this.#isInstant ? scrapeTimes(history, from, to) : gridTimes(history, from, gridMillis, withNow);
    const moments = points.filter((point) => !Number.isNaN(point));
    for (const time of this.#known.keys()) if (time < from) this.#known.delete(time);
    /** @type {Map<string, Line>} */
    const lines = new Map();
    for (const [index, time] of points.entries()) {
      if (Number.isNaN(time)) continue;
      for (const { key, attributes, value } of this.#at(history, time, rangeMillis, step).values()) {
        let line = lines.get(key);
        if (line === undefined) {
          line = { key, attributes, values: Array.from({ length: points.length }, () => Number.NaN) };
          lines.set(key, line);
        }
        line.values[index] = value;
      }
    }
    if (moments.length === 0) return { times: [], lines: [] };
    return { times: filled(points), lines: [...lines.values()] };
  }

  /**
   * @param {History} history
   * @param {number} time
   * @param {number} rangeMillis
   * @param {number} stepMillis
   */
  #at(history, time, rangeMillis, stepMillis) {
    const known = this.#known.get(time);
    if (known !== undefined) return known;
    const results = evaluate(this.#query, history, { atMillis: time, rangeMillis, stepMillis });
    this.#known.set(time, results);
    return results;
  }
}

/**
 * The times of the scrapes in a window, with NaN where the bot restarted.
 *
 * @param {History} history
 * @param {number} from
 * @param {number} to
 */
function scrapeTimes(history, from, to) {
  /** @type {number[]} */
  const times = [];
  for (let index = Math.max(0, history.indexAt(from)); index < history.length; index += 1) {
    const time = history.times[index] ?? 0;
    if (time < from || time > to) continue;
    if (times.length > 0 && history.runs[index] !== history.runs[index - 1]) times.push(Number.NaN);
    times.push(time);
  }
  return times;
}

/**
 * The multiples of a distance in a window up to the newest scrape.
 *
 * @param {History} history
 * @param {number} from
 * @param {number} gridMillis
 * @param {boolean} withNow
 */
function gridTimes(history, from, gridMillis, withNow) {
  /** @type {number[]} */
  const times = [];
  const first = Math.max(from, history.firstTime);
  for (let time = Math.ceil(first / gridMillis) * gridMillis; time <= history.lastTime; time += gridMillis) {
    times.push(time);
  }
  if (withNow && history.length > 0 && times.at(-1) !== history.lastTime) times.push(history.lastTime);
  return times;
}

/**
 * Replaces NaN with the moment after the previous time.
 *
 * @param {number[]} points
 */
function filled(points) {
  return points.map((point, index) => (Number.isNaN(point) ? (points[index - 1] ?? 0) + 1 : point));
}
