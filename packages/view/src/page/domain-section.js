import { catalogueMetrics } from '../panels/catalogue.js';
import { panelOf } from '../panels/panels.js';
import { metricQueriesOf } from '../panels/query.js';
import { element, keep, setText } from './dom.js';
import { formatNumber } from './format.js';
import { PanelCard } from './panel-card.js';
import { exposes } from './reasons.js';

/** @typedef {import('./panel-data.js').View} View */
/** @typedef {import('../panels/boards.js').Board} Board */
/** @typedef {import('../data/bot.js').Bot} Bot */

/**
 * @typedef {object} MetricRow
 * @property {string} name
 * @property {string} type
 * @property {string} help
 * @property {number} series
 * @property {string} value
 */

/** One domain: its panels, and every metric of it that the bot has. Created when first opened. */
export class DomainSection {
  #board;
  #count = element('span', { class: 'note' });
  #body = element('div', { class: 'domain-body' });
  #rows = element('tbody');
  /** @type {PanelCard[]} */
  #cards = [];
  /** @type {View | undefined} */
  #view;

  /** @param {Board} board */
  constructor(board) {
    this.#board = board;
    this.element = element(
      'details',
      { toggle: () => this.#toggle() },
      element(
        'summary',
        {},
        element('span', { class: 'domain-title' }, board.title),
        element('span', { class: 'description' }, board.description),
        this.#count,
      ),
      this.#body,
    );
  }

  /** @param {View} view */
  update(view) {
    this.#view = view;
    const metrics = this.#metrics(view.bot);
    setText(this.#count, countText(metrics.length));
    if (!this.element.open) return;
    for (const card of this.#cards) card.update(view);
    updateRows(
      this.#rows,
      metrics.map(({ prometheusName }) => rowOf(view.bot, prometheusName)),
    );
  }

  /** @param {Bot} bot */
  #metrics(bot) {
    const { listed } = this.#board;
    return catalogueMetrics.filter(
      ({ domain, prometheusName }) => listed.includes(domain) && exposes(bot, prometheusName),
    );
  }

  #toggle() {
    if (!this.element.open) return;
    if (this.#cards.length === 0) {
      for (const { title, panels } of this.#board.rows) {
        if (/no data/i.test(title)) continue;
        const cards = panels
          .map(panelOf)
          .filter(isOfOneBot)
          .map((panel) => new PanelCard(panel));
        this.#cards.push(...cards);
        this.#body.append(
          element('h3', {}, title),
          element('div', { class: 'cards' }, ...cards.map((card) => card.element)),
        );
      }
      this.#body.append(element('h3', {}, 'Metrics'), metricsTable(this.#board.title, this.#rows));
    }
    if (this.#view !== undefined) this.update(this.#view);
  }
}

/** Every metric outside the conventions. */
export class OtherSection {
  #count = element('span', { class: 'note' });
  #rows = element('tbody');
  /** @type {View | undefined} */
  #view;

  constructor() {
    this.element = element(
      'details',
      { toggle: () => this.#view !== undefined && this.update(this.#view) },
      element(
        'summary',
        {},
        element('span', { class: 'domain-title' }, 'Everything else'),
        element('span', { class: 'description' }, 'Metrics of your own, of other libraries, and of telemetry itself.'),
        this.#count,
      ),
      element('div', { class: 'domain-body' }, metricsTable('Everything else', this.#rows)),
    );
  }

  /** @param {View} view */
  update(view) {
    this.#view = view;
    const known = new Set(catalogueMetrics.map(({ prometheusName }) => prometheusName));
    const names = [...view.bot.families.keys()].filter((name) => !known.has(name) && !known.has(`${name}_total`));
    setText(this.#count, countText(names.length));
    if (this.element.open)
      updateRows(
        this.#rows,
        names.map((name) => rowOf(view.bot, name)),
      );
  }
}

/** @param {number} metrics */
function countText(metrics) {
  if (metrics === 0) return 'none';
  return metrics === 1 ? '1 metric' : `${metrics} metrics`;
}

/** @param {import('../panels/panel.js').Panel} panel */
function isOfOneBot({ id, series }) {
  if (id.startsWith('fleet-')) return false;
  return !series.some(({ query }) =>
    metricQueriesOf(query).some(({ metric }) => metric === 'up' || metric.startsWith('scrape')),
  );
}

/**
 * @param {string} title
 * @param {HTMLTableSectionElement} body
 */
function metricsTable(title, body) {
  const head = ['Metric', 'Type', 'Series', 'Newest'].map((text) => element('th', { scope: 'col' }, text));
  return element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': `Metrics: ${title}` },
    element('table', { class: 'metrics' }, element('thead', {}, element('tr', {}, ...head)), body),
  );
}

/**
 * @param {HTMLTableSectionElement} body
 * @param {readonly MetricRow[]} rows
 */
function updateRows(body, rows) {
  keep(
    body,
    rows,
    ({ name }) => name,
    ({ name, type, help }) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, element('code', {}, name), element('p', {}, help)),
        element('td', {}, type),
        element('td', { class: 'number' }),
        element('td', { class: 'number' }),
      ),
    (made, { series, value }) => {
      setText(/** @type {Element} */ (made.children[2]), formatNumber(series));
      setText(/** @type {Element} */ (made.children[3]), value);
    },
  );
}

/**
 * @param {Bot} bot
 * @param {string} name of a family
 * @returns {MetricRow}
 */
function rowOf(bot, name) {
  const { history } = bot;
  const info = bot.families.get(name) ?? bot.families.get(name.replace(/_total$/, ''));
  const type = info?.type ?? '';
  const isHistogram = type === 'histogram' || type === 'summary';
  const current = (/** @type {string} */ of) =>
    history
      .named(of)
      .map((series) => history.latest(series))
      .filter((value) => !Number.isNaN(value));
  const values = current(isHistogram ? `${name}_count` : history.named(name).length > 0 ? name : `${name}_total`);
  const sum = values.reduce((total, value) => total + value, 0);
  const isOne = values.length === 1;
  return {
    name,
    type,
    help: info?.help ?? '',
    series: values.length,
    value: newestText(type, isHistogram, isOne, sum, values),
  };
}

/**
 * @param {string} type
 * @param {boolean} isHistogram
 * @param {boolean} isOne
 * @param {number} sum
 * @param {readonly number[]} values
 */
function newestText(type, isHistogram, isOne, sum, values) {
  if (values.length === 0) return '–';
  if (isHistogram) return `${formatNumber(sum)} recorded`;
  if (isOne) return plain(sum);
  if (type === 'counter') return `${plain(sum)} in all`;
  return `${plain(Math.min(...values))} to ${plain(Math.max(...values))}`;
}

/** @param {number} value */
function plain(value) {
  const size = Math.abs(value);
  return formatNumber(
    value,
    size >= 1000 || size === 0 ? 0 : Math.max(2, Math.min(8, 3 - Math.floor(Math.log10(size)))),
  );
}
