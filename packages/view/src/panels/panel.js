/** @typedef {import('./query.js').Query} Query */

/**
 * The unit of a figure. `share` is 0 to 1 and shown as per cent; `money` is in the currency that `trading.currency`
 * names; `state` is 0 or 1 and shown by the panel's `states`.
 *
 * @typedef {'seconds' | 'share' | 'money' | 'count' | 'perSecond' | 'perMinute' | 'perHour' | 'bytes' | 'basisPoints' | 'number' | 'state'} Unit
 */

/**
 * How a panel is drawn: `number`, the newest figure of each series, large; `gauge`, the same as a bar up to `max`;
 * `lines` and `bars` over time; `heatmap` of a histogram's buckets over time; `state`, states over time; `table`, a row
 * a series.
 *
 * @typedef {'number' | 'gauge' | 'lines' | 'bars' | 'heatmap' | 'state' | 'table'} Chart
 */

/**
 * The judgement of a figure; `neutral` has none.
 *
 * @typedef {'neutral' | 'good' | 'attention' | 'bad'} Verdict
 */

/**
 * The verdict from a value upwards. The first has no value: it applies below the second.
 *
 * @typedef {{ readonly from?: number, readonly verdict: Verdict }} Threshold
 */

/**
 * @typedef {object} PanelSeries
 * @property {Query} query
 * @property {string} legend name of a series; `{trading.symbol}` is replaced by that attribute of the series
 */

/**
 * A panel of the live page and of the dashboards.
 *
 * @typedef {object} Panel
 * @property {string} id kebab-case and unique
 * @property {string} title a noun or a question
 * @property {string} description what it shows, one sentence
 * @property {string} action what to do when it looks bad, one or two sentences
 * @property {Chart} chart
 * @property {Unit} unit
 * @property {readonly PanelSeries[]} series
 * @property {string} absentUntil completes "No data until …"
 * @property {true} [absentIsZero] whether a count without series is 0 where its instrumentation is installed
 * @property {readonly Threshold[]} [thresholds]
 * @property {readonly { readonly text: string, readonly verdict: Verdict }[]} [states] texts of the values 0 and 1
 * @property {number} [decimals] digits after the point, if not the unit's usual number
 * @property {number} [min] lowest value of the axis
 * @property {number} [max] highest value of the axis
 * @property {true} [stacked] whether series add up to a whole
 */

/**
 * The 50th, 95th and 99th percentile of a histogram over time.
 *
 * @param {string} metric
 * @param {Readonly<Record<string, import('./query.js').Condition>>} [where]
 * @returns {readonly PanelSeries[]}
 */
export function percentiles(metric, where = {}) {
  return [0.5, 0.95, 0.99].map((quantile) => ({
    query: { kind: 'quantile', metric, where, quantile, over: 'step' },
    legend: `p${quantile * 100}`,
  }));
}

/**
 * Thresholds of a figure that is bad when it is high.
 *
 * @param {number} attention
 * @param {number} bad
 * @returns {readonly Threshold[]}
 */
export function badAbove(attention, bad) {
  return [{ verdict: 'good' }, { from: attention, verdict: 'attention' }, { from: bad, verdict: 'bad' }];
}

/**
 * Thresholds of a figure that is bad when it is low.
 *
 * @param {number} attention
 * @param {number} good
 * @returns {readonly Threshold[]}
 */
export function badBelow(attention, good) {
  return [{ verdict: 'bad' }, { from: attention, verdict: 'attention' }, { from: good, verdict: 'good' }];
}

/**
 * Thresholds of a count that should be 0.
 *
 * @type {readonly Threshold[]}
 */
export const badAboveZero = [{ verdict: 'good' }, { from: 1, verdict: 'bad' }];

/**
 * Thresholds of a gain or loss: below 0 asks for attention.
 *
 * @type {readonly Threshold[]}
 */
export const lossBelowZero = [{ verdict: 'attention' }, { from: 0, verdict: 'good' }];
