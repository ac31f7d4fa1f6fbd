import { TimeChart } from '../charts/time-chart.js';
import { boards } from '../panels/boards.js';
import { panelOf } from '../panels/panels.js';
import { bannersOf, checksOf, figuresOf } from './checks.js';
import { element, keep, setAttribute, setText } from './dom.js';
import { DomainSection, OtherSection } from './domain-section.js';
import { gaugePart, numberPart, statePart } from './figures.js';
import { formatSigned, formatValue } from './format.js';
import { setVerdict, verdictIcon } from './icons.js';
import { PanelCard } from './panel-card.js';
import { PanelData } from './panel-data.js';

/** @typedef {import('./panel-data.js').View} View */
/** @typedef {import('./figures.js').Part} Part */
/** @typedef {import('../panels/panel.js').Panel} Panel */
/** @typedef {import('./checks.js').Banner} Banner */
/** @typedef {import('./checks.js').Check} Check */

/** The panels of a question, once each, without those on missing data: the page explains that itself. */
/** @param {string} boardId */
function panelsOf(boardId) {
  const board = boards.find(({ id }) => id === boardId);
  const ids = board?.rows.flatMap(({ title, panels }) => (/no data/i.test(title) ? [] : panels)) ?? [];
  return [...new Set(ids)].map(panelOf);
}

const charts = new Set(['lines', 'bars', 'heatmap']);
const isNumber = (/** @type {Panel} */ { chart }) => chart === 'number';

/** The page of one bot: three questions, and everything below. */
export class BotPage {
  #banners = element('div', { class: 'banners', role: 'alert' });
  #strip = element('ul', { class: 'strip card' });
  #equityTexts = element('div', { class: 'equity' });
  #equity = new PanelData(panelOf('equity'));
  #drawdown = new PanelData(panelOf('drawdown-now'));
  #equityChart = new TimeChart({ kind: 'lines', unit: 'money', label: 'Equity', height: 230, isLarge: true });
  #noEquity = element('p', { class: 'empty' });
  /** @type {readonly Part[]} */
  #parts;
  /** @type {readonly PanelCard[]} */
  #cards;
  #quiet = element('ul');
  #quietTitle = element('span', { class: 'domain-title' });
  #quietPart = element(
    'details',
    { class: 'card quiet-panels' },
    element('summary', {}, this.#quietTitle),
    this.#quiet,
  );
  /** @type {readonly (DomainSection | OtherSection)[]} */
  #sections;

  constructor() {
    const [running, trading, edge] = ['running', 'trading', 'edge'].map(panelsOf);
    const stats = (trading ?? []).filter((panel) => isNumber(panel) && panel.id !== 'equity-now').map(numberPart);
    const known = new Set(trading?.map(({ id }) => id));
    const edgeStats = (edge ?? []).filter((panel) => isNumber(panel) && !known.has(panel.id)).map(numberPart);
    const gauges = (edge ?? []).filter(({ chart }) => chart === 'gauge').map(gaugePart);
    const states = (edge ?? []).filter(({ chart }) => chart === 'state').map(statePart);
    this.#parts = [...stats, ...gauges, ...states, ...edgeStats];
    const drawdown = new PanelCard(panelOf('drawdown'));
    const cards = [...new Set([...(trading ?? []), ...(edge ?? []), ...(running ?? [])])].filter(
      ({ id, chart }) => charts.has(chart) && !['equity', 'drawdown'].includes(id),
    );
    this.#cards = [drawdown, ...cards.map((panel) => new PanelCard(panel))];
    const domains = boards.filter(({ kind, id }) => kind === 'domain' && id !== 'fleet');
    this.#sections = [...domains.map((board) => new DomainSection(board)), new OtherSection()];
    this.element = element(
      'div',
      { class: 'bot' },
      this.#banners,
      element(
        'section',
        { 'aria-labelledby': 'running' },
        element('h2', { id: 'running' }, 'Is it running?'),
        this.#strip,
      ),
      element(
        'div',
        { class: 'two' },
        element(
          'section',
          { 'aria-labelledby': 'trading' },
          element('h2', { id: 'trading' }, 'How is it trading?'),
          element(
            'div',
            { class: 'card hero' },
            this.#equityTexts,
            this.#equityChart.element,
            this.#noEquity,
            element('dl', { class: 'stats' }, ...stats.map((part) => part.element)),
          ),
        ),
        element(
          'section',
          { 'aria-labelledby': 'edge' },
          element('h2', { id: 'edge' }, 'How close to the edge?'),
          element(
            'div',
            { class: 'card edge' },
            element('div', { class: 'gauge-list' }, ...gauges.map((part) => part.element)),
            element('div', { class: 'state-list' }, ...states.map((part) => part.element)),
            element('dl', { class: 'stats' }, ...edgeStats.map((part) => part.element)),
          ),
          drawdown.element,
        ),
      ),
      element(
        'section',
        { 'aria-labelledby': 'why' },
        element('h2', { id: 'why' }, 'Why?'),
        element('div', { class: 'cards' }, ...this.#cards.slice(1).map((card) => card.element)),
        this.#quietPart,
      ),
      element(
        'section',
        { 'aria-labelledby': 'everything' },
        element('h2', { id: 'everything' }, 'Everything'),
        element('div', { class: 'card domains' }, ...this.#sections.map((section) => section.element)),
      ),
    );
  }

  /**
   * @param {View} view
   * @param {number} now milliseconds since 1970
   */
  update(view, now) {
    this.#updateBanners(bannersOf(view, now));
    this.#updateStrip(checksOf(view, now));
    this.#updateEquity(view);
    for (const part of this.#parts) part.update(view);
    for (const card of this.#cards) card.update(view);
    this.#updateQuiet(view);
    for (const section of this.#sections) section.update(view);
    this.element.classList.toggle('is-stale', view.target.state !== 'up');
  }

  /**
   * Panels without data are only listed, with the reason.
   *
   * @param {View} view
   */
  #updateQuiet(view) {
    const quiet = this.#cards.slice(1).flatMap((card) => {
      const why = card.whyQuiet(view);
      card.element.hidden = why !== '';
      return why === '' ? [] : [{ title: card.title, why }];
    });
    this.#quietPart.hidden = quiet.length === 0;
    setText(
      this.#quietTitle,
      quiet.length === 1 ? '1 panel has nothing to show' : `${quiet.length} panels have nothing to show`,
    );
    keep(
      this.#quiet,
      quiet,
      ({ title }) => title,
      ({ title }) => element('li', {}, element('b', {}, title), element('span', { class: 'why' })),
      (made, { why }) => setText(/** @type {Element} */ (made.lastElementChild), why),
    );
  }

  /** @param {readonly Banner[]} banners */
  #updateBanners(banners) {
    keep(
      this.#banners,
      banners,
      ({ id, verdict }) => `${id} ${verdict}`,
      ({ verdict }) =>
        element(
          'div',
          { class: `banner ${verdict}` },
          verdictIcon(verdict),
          element('div', {}, element('b'), element('p')),
        ),
      (made, { title, text }) => {
        setText(/** @type {Element} */ (made.querySelector('b')), title);
        setText(/** @type {Element} */ (made.querySelector('p')), text);
      },
    );
  }

  /** @param {readonly Check[]} checks */
  #updateStrip(checks) {
    keep(
      this.#strip,
      checks,
      ({ id }) => id,
      () =>
        element(
          'li',
          {},
          verdictIcon('good'),
          element('div', {}, element('span', { class: 'label' }), element('b'), element('span', { class: 'unseen' })),
        ),
      (made, { label, text, verdict, hint }) => {
        setVerdict(/** @type {SVGElement} */ (/** @type {unknown} */ (made.firstElementChild)), verdict);
        const [name, value, more] = [...(made.lastElementChild?.children ?? [])];
        setText(/** @type {Element} */ (name), label);
        setText(/** @type {Element} */ (value), text);
        setText(/** @type {Element} */ (more), text === '–' ? `no data: ${hint}` : '');
        setAttribute(made, 'title', hint);
        setAttribute(made, 'class', verdict);
      },
    );
  }

  /** @param {View} view */
  #updateEquity(view) {
    const all = this.#equity.figures(view);
    const figures = all.filter(({ series }) => series === 0).toSorted((a, b) => b.value - a.value);
    // the value of the same money elsewhere
    const benchmarks = all.filter(({ series }) => series > 0);
    const { times, lines, maxGap } = this.#equity.lines(view);
    const isEmpty = lines.length === 0;
    this.#equityChart.element.hidden = isEmpty;
    setText(this.#noEquity, isEmpty ? 'No equity until the bot reports its portfolio.' : '');
    const drawdown = this.#drawdown.lines(view);
    const [line] = lines;
    const isShaded =
      line !== undefined &&
      figures.length === 1 &&
      drawdown.lines.length === 1 &&
      drawdown.times.length === times.length;
    const peak = isShaded
      ? line.values.map((value, index) => value / (1 - (drawdown.lines[0]?.values[index] ?? Number.NaN)))
      : undefined;
    this.#equityChart.update({
      from: view.from,
      to: view.to,
      times,
      lines,
      maxGap,
      ...(peak === undefined ? {} : { peak }),
    });
    const [today] = figuresOf('return-today', view);
    keep(
      this.#equityTexts,
      figures.slice(0, 4),
      ({ name }) => name,
      () =>
        element(
          'div',
          {},
          element('span', { class: 'label' }),
          element('span', { class: 'amount' }),
          element('span', { class: 'currency' }),
          element('span', { class: 'delta' }),
          element('span', { class: 'note' }),
        ),
      (made, { attributes, value, currency }) => {
        const [label, amount, unit, delta, compared] = [...made.children];
        const account = attributes['trading.account'];
        setText(/** @type {Element} */ (label), account === undefined ? 'Equity' : `Equity of ${account}`);
        setText(/** @type {Element} */ (amount), formatValue('money', value));
        setText(/** @type {Element} */ (unit), currency);
        const isKnown = figures.length === 1 && today !== undefined;
        const [benchmark] = benchmarks;
        setText(
          /** @type {Element} */ (delta),
          isKnown ? `${sign(today.value)}${formatSigned('share', today.value)} today` : '',
        );
        setAttribute(/** @type {Element} */ (delta), 'class', `delta ${isKnown ? gainClass(today.value) : ''}`);
        const isCompared = figures.length === 1 && benchmark !== undefined;
        setText(
          /** @type {Element} */ (compared),
          isCompared ? `${formatValue('money', benchmark.value, currency)} ${benchmark.name}` : '',
        );
      },
    );
  }
}

/** @param {number} value */
function sign(value) {
  if (value > 0) return '▲ ';
  return value < 0 ? '▼ ' : '';
}

/** @param {number} value */
function gainClass(value) {
  if (value > 0) return 'good';
  return value < 0 ? 'bad' : '';
}
