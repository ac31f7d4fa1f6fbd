import { colorOf } from '../charts/colors.js';
import { evaluate } from '../data/evaluate.js';
import { RangeQuery } from '../data/range-query.js';
import { metricQueriesOf } from '../panels/query.js';
import { isZeroWhenAbsent } from './reasons.js';

/** @typedef {import('../panels/panel.js').Panel} Panel */
/** @typedef {import('../panels/panel.js').Verdict} Verdict */
/** @typedef {import('../data/bot.js').Bot} Bot */
/** @typedef {import('../data/target.js').Target} Target */
/** @typedef {import('../charts/time-chart.js').ChartLine} ChartLine */

/**
 * @typedef {object} View what the page shows
 * @property {Bot} bot
 * @property {Target} target
 * @property {number} from milliseconds since 1970
 * @property {number} to milliseconds since 1970
 * @property {number} rangeMillis the chosen range; the page may not have seen all of it
 * @property {number} intervalMillis from scrape to scrape
 */

/**
 * @typedef {object} Figure the newest value of one series of a panel
 * @property {string} name
 * @property {number} value
 * @property {string} currency
 * @property {Verdict} verdict
 * @property {Readonly<Record<string, string>>} attributes
 * @property {number} series the index of the panel's series
 */

/**
 * @typedef {object} Lines
 * @property {number[]} times
 * @property {ChartLine[]} lines
 * @property {number} hidden the number of further lines
 * @property {number} maxGap milliseconds
 * @property {string[]} rows upper bounds of a heatmap's rows
 */

const mostLines = 8;

const stepSeconds = [8, 10, 15, 20, 30, 60, 90, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800];

/**
 * The span `step`: at least four scrapes, and a fortieth of the range.
 *
 * @param {View} view
 */
export function stepMillisOf({ from, to, intervalMillis }) {
  const least = Math.max(4 * intervalMillis, (to - from) / 40);
  return (stepSeconds.find((seconds) => seconds * 1000 >= least) ?? Math.ceil(least / 86_400_000) * 86_400) * 1000;
}

/**
 * The name of a series.
 *
 * @param {string} legend
 * @param {Readonly<Record<string, string>>} attributes
 */
function legendOf(legend, attributes) {
  return legend
    .replace(/\{([^}]+)\}/g, (_, /** @type {string} */ attribute) => attributes[attribute] ?? '')
    .replace(/\s+/g, ' ')
    .replace(/^[\s:]+|[\s:]+$/g, '');
}

/**
 * @param {Panel} panel
 * @param {number} value
 * @returns {Verdict}
 */
export function verdictOf({ thresholds = [], states, unit }, value) {
  if (unit === 'state' && states !== undefined) return states[value > 0 ? 1 : 0]?.verdict ?? 'neutral';
  return thresholds.findLast(({ from = Number.NEGATIVE_INFINITY }) => value >= from)?.verdict ?? 'neutral';
}

/** The data of a panel, from a bot's history. */
export class PanelData {
  #panel;
  /** @type {readonly RangeQuery[]} */
  #ranges;
  #isInstant;
  /** @type {{ readonly of: string, readonly bot: Bot, readonly lines: Lines } | undefined} */
  #last;

  /** @param {Panel} panel */
  constructor(panel) {
    this.#panel = panel;
    this.#ranges = panel.series.map(({ query }) => new RangeQuery(query));
    this.#isInstant = panel.series.map(({ query }) => metricQueriesOf(query).every(({ kind }) => kind === 'last'));
  }

  /**
   * The newest figures.
   *
   * @param {View} view
   * @returns {Figure[]}
   */
  figures(view) {
    const { bot, rangeMillis } = view;
    const moment = { atMillis: bot.history.lastScrapeTime, stepMillis: stepMillisOf(view), rangeMillis };
    const figures = this.#panel.series.flatMap(({ query, legend }, series) =>
      [...evaluate(this.#fromZero(query), bot.history, moment).values()].map(({ attributes, value }) => ({
        name: legendOf(legend, { ...attributes, 'trading.currency': '' }),
        value,
        attributes,
        series,
        currency: attributes['trading.currency'] ?? '',
        verdict: verdictOf(this.#panel, value),
      })),
    );
    if (figures.length > 0 || !isZeroWhenAbsent(this.#panel, bot)) return figures;
    return [{ name: '', value: 0, attributes: {}, series: 0, currency: '', verdict: verdictOf(this.#panel, 0) }];
  }

  /**
   * If absence means 0, the first event counts.
   *
   * @param {import('../panels/query.js').Query} query
   */
  #fromZero(query) {
    return this.#panel.absentIsZero === true && query.kind === 'increase'
      ? /** @type {const} */ ({ ...query, fromZero: true })
      : query;
  }

  /**
   * Lines over time, and how many more there are.
   *
   * @param {View} view
   * @returns {Lines}
   */
  lines(view) {
    const of = `${view.bot.history.version} ${view.from} ${view.to}`;
    if (this.#last?.of !== of || this.#last.bot !== view.bot)
      this.#last = { of, bot: view.bot, lines: this.#readLines(view) };
    return this.#last.lines;
  }

  /**
   * @param {View} view
   * @returns {Lines}
   */
  #readLines(view) {
    const { bot, from, to, rangeMillis } = view;
    const step = stepMillisOf(view);
    const isDistinct = this.#panel.chart !== 'lines';
    // bars and maps are side by side; lines overlap and so are smooth
    const grid = isDistinct ? step : Math.max(view.intervalMillis, step / 4);
    const matrices = this.#ranges.map((range) =>
      range.read(bot.history, { from, to, step, rangeMillis }, grid, !isDistinct),
    );
    const times = matrices.find((_, index) => this.#isInstant[index] === this.#isInstant[0])?.times ?? [];
    const currencies = new Set(
      matrices.flatMap(({ lines }) => lines.map(({ attributes }) => attributes['trading.currency'])),
    );
    // a single currency is not repeated
    const named = (/** @type {Readonly<Record<string, string>>} */ attributes) =>
      currencies.size > 1 ? attributes : { ...attributes, 'trading.currency': '' };
    const all = matrices.flatMap(({ lines, times: own }, index) =>
      lines.map(({ attributes, values }) => ({
        name: legendOf(this.#panel.series[index]?.legend ?? '', named(attributes)) || this.#panel.title,
        attributes,
        currency: attributes['trading.currency'] ?? '',
        values: own.length === times.length ? values : aligned(values, own, times),
      })),
    );
    const isMap = this.#panel.chart === 'heatmap';
    const shown = isMap ? [] : topLines(all);
    const map = isMap ? mapRows(all) : [];
    return {
      times,
      lines: isMap
        ? map.map(({ line }) => line)
        : shown.map((line, place) => ({ ...line, color: colorOf(line.attributes, place, shown.length) })),
      hidden: isMap ? 0 : all.length - shown.length,
      maxGap: this.#isInstant[0] === true ? Math.max(5 * view.intervalMillis, (to - from) / 25) : 2.5 * grid,
      rows: map.map(({ le }) => le),
    };
  }
}

/**
 * The lines with the largest newest values, in their order.
 *
 * @template {{ readonly values: readonly number[] }} T
 * @param {T[]} lines
 * @returns {T[]}
 */
function topLines(lines) {
  if (lines.length <= mostLines) return lines;
  const size = (/** @type {T} */ { values }) => Math.abs(values.findLast((value) => !Number.isNaN(value)) ?? 0);
  const top = new Set(lines.toSorted((a, b) => size(b) - size(a)).slice(0, mostLines));
  return lines.filter((line) => top.has(line));
}

/**
 * @param {readonly number[]} values
 * @param {readonly number[]} own
 * @param {readonly number[]} times
 */
function aligned(values, own, times) {
  const byTime = new Map(own.map((time, index) => [time, values[index] ?? Number.NaN]));
  return times.map((time) => byTime.get(time) ?? Number.NaN);
}

/** @param {readonly { readonly attributes: Readonly<Record<string, string>> }[]} lines */
function bounds(lines) {
  const found = new Set(lines.map(({ attributes }) => attributes['le'] ?? ''));
  return [...found].toSorted((a, b) => boundOf(a) - boundOf(b));
}

/** @param {string} le */
function boundOf(le) {
  return le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le);
}

/**
 * Cumulative buckets as separate ones, without empty ones at both ends.
 *
 * @param {readonly { readonly attributes: Readonly<Record<string, string>>, readonly values: readonly number[] }[]} lines
 * @returns {{ readonly le: string, readonly line: ChartLine }[]}
 */
function mapRows(lines) {
  const byBound = new Map(lines.map((line) => [line.attributes['le'] ?? '', line]));
  /** @type {readonly number[] | undefined} */
  let below;
  const rows = bounds(lines).map((le) => {
    const values = byBound.get(le)?.values ?? [];
    const own = values.map((value, index) => Math.max(0, value - (below?.[index] ?? 0)));
    below = values;
    return { le, line: { name: le, color: 0, values: own } };
  });
  const isUsed = (/** @type {{ readonly line: ChartLine }} */ { line }) => line.values.some((value) => value > 0.01);
  const first = rows.findIndex(isUsed);
  if (first === -1) return rows;
  return rows.slice(Math.max(0, first - 1), rows.findLastIndex(isUsed) + 2);
}
