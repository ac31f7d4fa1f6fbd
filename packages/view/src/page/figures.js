import { spanOf } from '../data/evaluate.js';
import { metricQueriesOf } from '../panels/query.js';
import { element, keep, setAttribute, setText } from './dom.js';
import { absent, formatNumber, formatSigned, formatTime, formatValue } from './format.js';
import { setVerdict, verdictIcon } from './icons.js';
import { PanelData } from './panel-data.js';
import { whyNoData } from './reasons.js';

/** @typedef {import('../panels/panel.js').Panel} Panel */
/** @typedef {import('./panel-data.js').View} View */
/** @typedef {import('./panel-data.js').Figure} Figure */

/**
 * A part of the page that follows the view.
 *
 * @typedef {{ readonly element: HTMLElement, readonly update: (view: View) => void }} Part
 */

/** @param {Panel} panel */
function isGain({ thresholds }) {
  return thresholds?.[0]?.verdict === 'attention' && thresholds[1]?.from === 0;
}

/**
 * A figure as text.
 *
 * @param {Panel} panel
 * @param {number} value
 * @param {string} currency
 */
export function figureText(panel, value, currency) {
  if (panel.unit === 'state') return panel.states?.[value > 0 ? 1 : 0]?.text ?? formatNumber(value);
  return isGain(panel) ? formatSigned(panel.unit, value, currency) : formatValue(panel.unit, value, currency);
}

/**
 * Since when a figure counts, if the page has not seen its whole span.
 *
 * @param {Panel} panel
 * @param {View} view
 */
function countsSince(panel, { bot: { history }, rangeMillis }) {
  const spans = panel.series
    .flatMap(({ query }) => metricQueriesOf(query))
    .flatMap((query) => ('over' in query ? [spanOf(query.over, { atMillis: 0, stepMillis: 0, rangeMillis })] : []));
  const start = history.lastTime - Math.max(0, ...spans);
  if (spans.length === 0 || start >= history.firstTime) return '';
  return `since ${formatTime(history.firstTime, false)}`;
}

/**
 * A large figure with its name above, or a few of them.
 *
 * @param {Panel} panel
 * @returns {Part}
 */
export function numberPart(panel) {
  const data = new PanelData(panel);
  const label = element('dt', {}, panel.title);
  const values = element('dd', {});
  const note = element('dd', { class: 'note' });
  const part = element('div', { class: 'stat', title: `${panel.description} ${panel.action}` }, label, values, note);
  return {
    element: part,
    update(view) {
      const figures = data.figures(view);
      setText(note, figures.length === 0 ? '' : countsSince(panel, view));
      if (figures.length === 0) {
        const why = whyNoData(panel, view.bot, view.target);
        setAttribute(part, 'title', why);
        keep(values, [why], String, () => absentFigure(why));
        return;
      }
      setAttribute(part, 'title', `${panel.description} ${panel.action}`);
      part.classList.toggle('wide', figures.length > 1);
      keep(
        values,
        figures.slice(0, 6),
        ({ name }) => `figure ${name}`,
        () =>
          element(
            'span',
            { class: 'value' },
            element('span', { class: 'of' }),
            verdictIcon('neutral'),
            element('span', { class: 'amount' }),
          ),
        (made, figure) => {
          const [of, icon, text] = /** @type {[Element, SVGElement, Element]} */ (
            /** @type {unknown} */ ([...made.children])
          );
          const isAlone = figures.length === 1;
          const verdict = isGain(panel) ? gainOf(figure.value) : figure.verdict;
          setText(of, isAlone ? '' : figure.name);
          setText(text, gainText(panel, figure));
          setVerdict(icon, verdict);
          icon.classList.toggle('unneeded', isGain(panel) || verdict === 'good' || verdict === 'neutral');
          setAttribute(made, 'class', `value ${isAlone ? 'alone' : ''} ${isGain(panel) ? 'gain' : ''} ${verdict}`);
        },
      );
    },
  };
}

/**
 * @param {number} value
 * @returns {import('../panels/panel.js').Verdict}
 */
function gainOf(value) {
  if (value > 0) return 'good';
  return value < 0 ? 'bad' : 'neutral';
}

/**
 * @param {Panel} panel
 * @param {Figure} figure
 */
function gainText(panel, { value, currency }) {
  const text = figureText(panel, value, currency);
  if (!isGain(panel) || value === 0 || Number.isNaN(value)) return text;
  return `${value > 0 ? '▲' : '▼'} ${text}`;
}

/** @param {string} why */
function absentFigure(why) {
  return element(
    'span',
    { class: 'value alone absent' },
    element('span', { 'aria-hidden': 'true' }, absent),
    element('span', { class: 'unseen' }, `no data: ${why}`),
  );
}

/**
 * Figures as bars, up to the panel's highest value.
 *
 * @param {Panel} panel
 * @returns {Part}
 */
export function gaugePart(panel) {
  const data = new PanelData(panel);
  const part = element('div', { class: 'gauges' });
  return {
    element: part,
    update(view) {
      const figures = data.figures(view);
      if (figures.length === 0) {
        const why = whyNoData(panel, view.bot, view.target);
        keep(part, [why], String, () => emptyGauge(panel, why));
        return;
      }
      keep(
        part,
        figures.slice(0, 6),
        ({ name }) => `gauge ${name}`,
        () => makeGauge(),
        (made, figure) => {
          const most = Math.max(panel.max ?? 1, figure.value);
          const [head, meter] = /** @type {[Element, HTMLElement]} */ (/** @type {unknown} */ ([...made.children]));
          const [icon, name, value] = /** @type {[SVGElement, Element, Element]} */ (
            /** @type {unknown} */ ([...head.children])
          );
          const isAlone = figures.length === 1;
          setVerdict(icon, figure.verdict);
          setText(name, isAlone ? panel.title.replace(/ now$/, '') : figure.name || panel.title);
          const [, attention, bad] = panel.thresholds ?? [];
          const limit = bad?.from ?? attention?.from;
          const of = limit === undefined ? '' : ` of ${formatValue(panel.unit, limit)}`;
          setText(value, `${formatValue(panel.unit, figure.value, figure.currency)}${of}`);
          setAttribute(made, 'class', `gauge ${figure.verdict}`);
          setAttribute(made, 'title', `${panel.description} ${panel.action}`);
          const end = limit === undefined ? most : Math.max(limit * 1.15, figure.value);
          meter.style.setProperty('--share', String(Math.max(0, Math.min(1, figure.value / end))));
          meter.style.setProperty('--limit', limit === undefined ? '1' : String(limit / end));
        },
      );
    },
  };
}

function makeGauge() {
  return element(
    'div',
    { class: 'gauge' },
    element('div', { class: 'gauge-head' }, verdictIcon('good'), element('span'), element('b')),
    element(
      'div',
      { class: 'meter', 'aria-hidden': 'true' },
      element('i', { class: 'fill' }),
      element('i', { class: 'mark' }),
    ),
  );
}

/**
 * @param {Panel} panel
 * @param {string} why
 */
function emptyGauge(panel, why) {
  return element(
    'div',
    { class: 'gauge lacking', title: why },
    element(
      'div',
      { class: 'gauge-head' },
      verdictIcon('neutral'),
      element('span', {}, panel.title.replace(/ now$/, '')),
      element(
        'b',
        {},
        element('span', { 'aria-hidden': 'true' }, absent),
        element('span', { class: 'unseen' }, `no data: ${why}`),
      ),
    ),
    element('p', { class: 'why' }, why),
  );
}

/**
 * States, one a row.
 *
 * @param {Panel} panel
 * @returns {Part}
 */
export function statePart(panel) {
  const data = new PanelData(panel);
  const list = element('ul', { class: 'states' });
  const part = element('div', { class: 'state-group' }, element('h3', {}, panel.title), list);
  return {
    element: part,
    update(view) {
      const figures = data.figures(view);
      if (figures.length === 0) {
        const why = whyNoData(panel, view.bot, view.target);
        keep(list, [why], String, () => element('li', { class: 'why' }, why));
        return;
      }
      keep(
        list,
        figures,
        ({ name }) => `state ${name}`,
        () => element('li', {}, verdictIcon('good'), element('span'), element('b')),
        (made, figure) => {
          const [icon, name, text] = /** @type {[SVGElement, Element, Element]} */ (
            /** @type {unknown} */ ([...made.children])
          );
          setVerdict(icon, figure.verdict);
          setText(name, figure.name === panel.title.toLowerCase() ? '' : figure.name);
          setText(text, figureText(panel, figure.value, ''));
          setAttribute(made, 'class', figure.verdict);
        },
      );
    },
  };
}

/**
 * A row for each series.
 *
 * @param {Panel} panel
 * @returns {Part}
 */
export function tablePart(panel) {
  const data = new PanelData(panel);
  const body = element('tbody');
  const part = element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': panel.title },
    element('table', { class: 'figures' }, body),
  );
  return {
    element: part,
    update(view) {
      const figures = data.figures(view).toSorted((a, b) => b.value - a.value);
      if (figures.length === 0) {
        const why = whyNoData(panel, view.bot, view.target);
        keep(body, [why], String, () => element('tr', {}, element('td', { class: 'why' }, why)));
        return;
      }
      keep(
        body,
        figures.slice(0, 50),
        ({ name }) => `row ${name}`,
        ({ name }) => element('tr', {}, element('th', { scope: 'row' }, name), element('td')),
        (made, figure) =>
          setText(/** @type {Element} */ (made.lastElementChild), figureText(panel, figure.value, figure.currency)),
      );
    },
  };
}
