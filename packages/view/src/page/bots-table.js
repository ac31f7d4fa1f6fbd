import { checksOf, figuresOf } from './checks.js';
import { element, keep, setAttribute, setText } from './dom.js';
import { absent, formatSigned, formatValue } from './format.js';
import { setVerdict, verdictIcon, verdictTexts } from './icons.js';

/** @typedef {import('./app.js').Entry} Entry */
/** @typedef {import('./panel-data.js').View} View */
/** @typedef {import('../data/target.js').Target} Target */
/** @typedef {import('../panels/panel.js').Verdict} Verdict */

/**
 * @typedef {object} BotRow
 * @property {string} key
 * @property {string} name
 * @property {string} mode
 * @property {Verdict} verdict
 * @property {string} checks
 * @property {string} equity
 * @property {string} today
 * @property {Verdict} gain
 * @property {string} drawdown
 * @property {string} breakers
 * @property {boolean} isOpen whether it has a page
 */

const modes = ['live', 'paper', 'backtest', ''];

/** All bots, one per row: live ones first, and no sums over modes. */
export class BotsTable {
  #body = element('tbody');
  #choose;

  /** @param {(key: string) => void} choose */
  constructor(choose) {
    this.#choose = choose;
    const head = ['Bot', 'Mode', 'Checks', 'Equity', 'Today', 'Drawdown', 'Breakers'];
    this.element = element(
      'section',
      { 'aria-labelledby': 'bots' },
      element('h2', { id: 'bots' }, 'Bots'),
      element(
        'div',
        { class: 'card scroll', tabindex: '0', role: 'group', 'aria-labelledby': 'bots' },
        element(
          'table',
          { class: 'bots' },
          element('thead', {}, element('tr', {}, ...head.map((text) => element('th', { scope: 'col' }, text)))),
          this.#body,
        ),
      ),
    );
  }

  /**
   * @param {readonly Target[]} targets
   * @param {readonly Entry[]} entries
   * @param {(entry: Entry) => View} viewOf
   * @param {number} now
   */
  update(targets, entries, viewOf, now) {
    const rows = [
      ...entries.map((entry) => rowOf(entry, viewOf(entry), now)),
      ...targets.filter(({ bots }) => bots.size === 0).map(silentRow),
    ].toSorted((a, b) => modes.indexOf(a.mode) - modes.indexOf(b.mode) || (a.name < b.name ? -1 : 1));
    keep(
      this.#body,
      rows,
      ({ key }) => key,
      ({ key }) => this.#makeRow(key),
      (made, row) => {
        const [name, mode, checks, ...rest] = [...made.children];
        const link = name?.firstElementChild;
        if (link instanceof HTMLElement) {
          setText(link, row.name);
          setAttribute(link, 'href', row.isOpen ? `#${encodeURIComponent(row.key)}` : undefined);
        }
        const badge = mode?.firstElementChild;
        if (badge instanceof HTMLElement) {
          badge.hidden = row.mode === '';
          setText(badge, row.mode.toUpperCase());
          setAttribute(badge, 'class', `mode ${modes.includes(row.mode) ? row.mode : 'unknown'}`);
        }
        setVerdict(/** @type {SVGElement} */ (/** @type {unknown} */ (checks?.firstElementChild)), row.verdict);
        setText(/** @type {Element} */ (checks?.lastElementChild), row.checks);
        for (const [index, text] of [row.equity, row.today, row.drawdown, row.breakers].entries()) {
          const cell = /** @type {Element} */ (rest[index]);
          setText(cell, text);
          if (index === 1) setAttribute(cell, 'class', `number ${row.gain}`);
          if (index === 3) setAttribute(cell, 'class', text.startsWith('✕') ? 'bad' : '');
        }
      },
    );
  }

  /** @param {string} key */
  #makeRow(key) {
    return element(
      'tr',
      { click: () => this.#choose(key) },
      element('th', { scope: 'row' }, element('a', { href: `#${encodeURIComponent(key)}` })),
      element('td', {}, element('span', { class: 'mode' })),
      element('td', { class: 'checks' }, verdictIcon('good'), element('span')),
      element('td', { class: 'number', 'data-label': 'Equity' }),
      element('td', { class: 'number', 'data-label': 'Today' }),
      element('td', { class: 'number', 'data-label': 'Drawdown' }),
      element('td', { 'data-label': 'Breakers' }),
    );
  }
}

/**
 * @param {Entry} entry
 * @param {View} view
 * @param {number} now
 * @returns {BotRow}
 */
function rowOf({ key, bot, target }, view, now) {
  const checks = checksOf(view, now);
  const failing = checks.filter(({ verdict }) => verdict === 'bad' || verdict === 'attention');
  const worst = checks.some(({ verdict }) => verdict === 'bad') ? 'bad' : failing.length > 0 ? 'attention' : 'good';
  const equity = figuresOf('equity', view).map(({ value, currency }) => formatValue('money', value, currency));
  const [today] = figuresOf('return-today', view);
  const [drawdown] = figuresOf('drawdown-now', view);
  const breakers = figuresOf('breakers', view);
  const open = breakers.filter(({ value }) => value > 0);
  return {
    key,
    name: bot.name || target.givenName,
    mode: bot.mode,
    verdict: worst,
    checks:
      failing.length === 0
        ? 'all good'
        : failing.map(({ label, text }) => `${label.toLowerCase()}: ${text}`).join(', '),
    equity: equity.join(', ') || absent,
    today: today === undefined ? absent : formatSigned('share', today.value),
    gain: today === undefined || today.value === 0 ? 'neutral' : today.value > 0 ? 'good' : 'bad',
    drawdown: drawdown === undefined ? absent : formatValue('share', drawdown.value),
    breakers:
      open.length > 0
        ? `✕ ${open.map(({ name }) => name).join(', ')}`
        : breakers.length === 0
          ? absent
          : `✓ ${breakers.length} closed`,
    isOpen: true,
  };
}

/**
 * @param {Target} target
 * @returns {BotRow}
 */
function silentRow(target) {
  const isLoading = target.state === 'loading';
  return {
    key: `target ${target.url}`,
    name: target.givenName || target.url,
    mode: '',
    verdict: isLoading ? 'neutral' : 'bad',
    checks: isLoading
      ? 'waiting'
      : target.state === 'refused'
        ? 'needs a token or password'
        : target.problem || verdictTexts.bad,
    equity: absent,
    today: absent,
    gain: 'neutral',
    drawdown: absent,
    breakers: absent,
    isOpen: false,
  };
}
