import { evaluate } from '../data/evaluate.js';
import { conventionsVersion } from '../panels/catalogue.js';
import { metricOf } from '../panels/catalogue-lookup.js';
import { panelOf } from '../panels/panels.js';
import { formatBytes, formatDuration, formatNumber, formatTime, formatValue } from './format.js';
import { PanelData, verdictOf } from './panel-data.js';
import { conventionsOf, exposes, whyNoData } from './reasons.js';

/** @typedef {import('../panels/panel.js').Verdict} Verdict */
/** @typedef {import('./panel-data.js').View} View */
/** @typedef {import('../data/history.js').History} History */

/**
 * @typedef {object} Check one figure of the strip
 * @property {string} id
 * @property {string} label
 * @property {string} text
 * @property {Verdict} verdict
 * @property {string} hint
 */

/**
 * @typedef {object} Banner
 * @property {string} id
 * @property {'bad' | 'attention' | 'neutral'} verdict
 * @property {string} title
 * @property {string} text
 */

// Without a cycle for this long, and ten times the usual interval, a loop is dead.
const deadCycleMillis = 60_000;

/**
 * When the main loop last ended a cycle, as seen by this page: milliseconds since 1970.
 *
 * @param {History} history
 * @returns {{ readonly last: number, readonly isSeen: boolean, readonly usual: number } | undefined}
 */
function lastCycle(history) {
  const series = history.named(`${metricOf('trading.cycle.duration').prometheusName}_count`);
  if (series.length === 0 || history.length === 0) return undefined;
  const sumAt = (/** @type {number} */ index) => series.reduce((sum, { column }) => sum + (column[index] || 0), 0);
  const now = sumAt(history.lastIndex);
  let index = history.lastIndex;
  while (index > 0 && history.runs[index - 1] === history.runs[index] && sumAt(index - 1) === now) index -= 1;
  const isSeen = index > 0;
  let first = index;
  while (first > 0 && history.runs[first - 1] === history.runs[index] && index - first < 30) first -= 1;
  const [start, end] = [history.times[first] ?? 0, history.times[index] ?? 0];
  const cycles = now - sumAt(first);
  return { last: end, isSeen, usual: cycles > 0 ? (end - start) / cycles : 0 };
}

/**
 * The strip "Is it running?".
 *
 * @param {View} view
 * @param {number} now milliseconds since 1970
 * @returns {Check[]}
 */
export function checksOf(view, now) {
  const { bot, target } = view;
  if (bot.history.length === 0) return [];
  const isUp = target.state === 'up';
  /** @type {Check[]} */
  const checks = [
    {
      id: 'up',
      label: 'Answers in',
      text: isUp ? formatDuration(target.durationMillis / 1000) : 'no answer',
      verdict: isUp ? 'good' : 'bad',
      hint: isUp ? `${formatBytes(target.length)} of text.` : target.problem,
    },
  ];
  checks.push(...cycleCheck(view, now));
  for (const [id, label] of /** @type {const} */ ([
    ['data-age-now', 'Data age'],
    ['event-loop-delay-now', 'Event loop p99'],
    ['errors-total', 'Errors'],
    ['dropped-measurements-total', 'Dropped'],
  ])) {
    checks.push(panelCheck(id, label, view));
  }
  for (const id of /** @type {const} */ (['providers', 'dependencies'])) checks.push(...stateCheck(id, view));
  return checks;
}

/**
 * When the main loop last ended a cycle: from the bot, else from cycles counted by this page.
 *
 * @param {View} view
 * @param {number} now milliseconds since 1970
 * @returns {Check[]}
 */
function cycleCheck(view, now) {
  const label = 'Last cycle';
  const figures = figuresOf('last-cycle', view);
  if (figures.length > 0) {
    const panel = panelOf('last-cycle');
    const age =
      Math.max(...figures.map(({ value }) => value)) + Math.max(0, now - view.bot.history.lastScrapeTime) / 1000;
    const text = `${formatDuration(Math.floor(age))} ago`;
    return [{ id: 'cycle', label, text, verdict: verdictOf(panel, age), hint: `${panel.description} ${panel.action}` }];
  }
  const cycle = lastCycle(view.bot.history);
  if (cycle === undefined) return [];
  const age = now - cycle.last;
  const isDead = age > Math.max(deadCycleMillis, 10 * cycle.usual);
  const shown = formatDuration(Math.max(0, Math.round(age / 1000)));
  return [
    {
      id: 'cycle',
      label,
      text: cycle.isSeen ? `${shown} ago` : `over ${shown} ago`,
      verdict: isDead ? 'bad' : 'good',
      hint: 'When the main loop last ended a cycle, as this page saw it.',
    },
  ];
}

/** @type {Map<string, PanelData>} */
const panelDatas = new Map();

/**
 * @param {string} id of a panel
 * @param {View} view
 */
export function figuresOf(id, view) {
  const data = panelDatas.get(id) ?? new PanelData(panelOf(id));
  panelDatas.set(id, data);
  return data.figures(view);
}

/**
 * @param {string} id
 * @param {string} label
 * @param {View} view
 * @returns {Check}
 */
function panelCheck(id, label, view) {
  const panel = panelOf(id);
  const figures = figuresOf(id, view);
  if (figures.length === 0) {
    const hint = whyNoData(panel, view.bot, view.target);
    return { id, label, text: '–', verdict: 'neutral', hint };
  }
  const worst = Math.max(...figures.map(({ value }) => value));
  const verdict = verdictOf(panel, panel.unit === 'count' ? Math.round(worst) : worst);
  return { id, label, text: formatValue(panel.unit, worst), verdict, hint: `${panel.description} ${panel.action}` };
}

/**
 * The states of a panel as one check, or no check without states.
 *
 * @param {string} id
 * @param {View} view
 * @returns {Check[]}
 */
function stateCheck(id, view) {
  const panel = panelOf(id);
  const figures = figuresOf(id, view);
  const failing = figures.filter(({ verdict }) => verdict !== 'good');
  const [worst] = failing.toSorted((a, b) => (a.verdict === 'bad' ? -1 : 1) - (b.verdict === 'bad' ? -1 : 1));
  if (figures.length === 0) return [];
  const text =
    worst === undefined
      ? `${figures.length} ${panel.states?.[1]?.text ?? ''}`
      : failing.map(({ name }) => name).join(', ');
  const hint = `${figures.map(({ name }) => name).join(', ')}. ${worst === undefined ? '' : panel.action}`;
  return [{ id, label: panel.title, text, verdict: worst?.verdict ?? 'good', hint }];
}

/**
 * Since when a condition holds: milliseconds since 1970, and whether its begin was seen.
 *
 * @param {History} history
 * @param {(index: number) => boolean} holds
 */
function since(history, holds) {
  let index = history.lastIndex;
  while (index > 0 && history.runs[index - 1] === history.runs[index] && holds(index - 1)) index -= 1;
  return { time: history.times[index] ?? 0, isSeen: index > 0 };
}

/**
 * The banners, most urgent first.
 *
 * @param {View} view
 * @param {number} now milliseconds since 1970
 * @returns {Banner[]}
 */
export function bannersOf(view, now) {
  const { bot, target } = view;
  const { history } = bot;
  /** @type {Banner[]} */
  const banners = [];
  if (target.state === 'down' || target.state === 'unreadable') {
    const last = target.lastSuccess === 0 ? '' : ` What you see is how it was at ${formatTime(target.lastSuccess)}.`;
    const age = formatDuration(Math.round((now - target.failingSince) / 1000));
    banners.push({
      id: 'down',
      verdict: 'bad',
      title:
        target.state === 'down'
          ? `No answer from the bot since ${formatTime(target.failingSince)} (${age})`
          : 'The answer cannot be read as metrics',
      text: `${sentence(target.problem)}${last}`,
    });
  }
  if (history.length === 0) return banners;
  const moment = { atMillis: history.lastScrapeTime, stepMillis: 1000, rangeMillis: 1000 };
  for (const id of /** @type {const} */ (['kill-switch', 'breakers'])) {
    const panel = panelOf(id);
    for (const { query } of panel.series) {
      for (const { attributes, value, key } of evaluate(query, history, moment).values()) {
        if (!(value > 0)) continue;
        const { time, isSeen } = since(history, (index) => {
          const at = { ...moment, atMillis: history.times[index] ?? 0 };
          return (evaluate(query, history, at).get(key)?.value ?? 0) > 0;
        });
        const name = attributes['trading.breaker.name'] ?? '';
        const when = isSeen
          ? `since ${formatTime(time)} (${formatDuration(Math.round((now - time) / 1000))})`
          : 'since before this page was opened';
        banners.push({
          id: `${id} ${key}`,
          verdict: 'bad',
          title: id === 'breakers' ? `Breaker ${name} is open ${when}` : `The kill switch is active ${when}`,
          text: `Trading is halted. ${panel.action}`,
        });
      }
    }
  }
  const checks = checksOf(view, now);
  const cycle = checks.find(({ id }) => id === 'cycle');
  if (cycle?.verdict === 'bad' && target.state === 'up') {
    banners.push({
      id: 'cycle',
      verdict: 'bad',
      title: `The main loop has stopped: its last cycle ended ${cycle.text}`,
      text: panelOf('cycles').action,
    });
  }
  const data = checks.find(({ id }) => id === 'data-age-now');
  if (data?.verdict === 'bad') {
    banners.push({
      id: 'data',
      verdict: 'bad',
      title: `The market data is stale: ${data.text} old`,
      text: panelOf('data-age-now').action,
    });
  }
  if (bot.modeChange !== undefined) {
    const { from, to, atMillis } = bot.modeChange;
    banners.push({
      id: 'mode',
      verdict: 'attention',
      title: `The mode changed from ${from || 'none'} to ${to || 'none'} at ${formatTime(atMillis)}`,
      text: 'Nothing from before is shown: modes are never mixed.',
    });
  }
  if (bot.restartedMillis !== undefined && now - bot.restartedMillis < 120_000) {
    banners.push({
      id: 'restart',
      verdict: 'attention',
      title: `The bot started again at ${formatTime(bot.restartedMillis)}`,
      text: 'Charts have a gap there; its counters began again at 0.',
    });
  }
  const spoken = conventionsOf(bot);
  if (spoken !== '' && spoken !== conventionsVersion) {
    banners.push({
      id: 'version',
      verdict: 'neutral',
      title: `The bot uses version ${spoken} of the conventions, this page ${conventionsVersion}`,
      text: 'Figures whose names differ between the two are missing here.',
    });
  }
  if (!exposes(bot, 'target_info')) {
    banners.push({
      id: 'info',
      verdict: 'neutral',
      title: 'The bot does not say who it is',
      text: 'Without target_info, its name and its mode (live, paper or backtest) are unknown.',
    });
  }
  if (history.isCut) {
    banners.push({
      id: 'cut',
      verdict: 'neutral',
      title: `History is kept of the first ${formatNumber(history.seriesCount)} series`,
      text: 'The bot exposes more than a page can hold: use Prometheus to look at the others.',
    });
  }
  return banners;
}

/** @param {string} text */
function sentence(text) {
  if (text === '') return '';
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(first) ? first : `${first}.`;
}
