import { TimeChart } from '../charts/time-chart.js';
import { element, keep, setAttribute, setText } from './dom.js';
import { gaugePart, numberPart, statePart, tablePart } from './figures.js';
import { formatDuration } from './format.js';
import { infoIcon } from './icons.js';
import { PanelData } from './panel-data.js';
import { openDetails } from './panel-details.js';
import { whyNoData } from './reasons.js';

/** @typedef {import('../panels/panel.js').Panel} Panel */
/** @typedef {import('./panel-data.js').View} View */
/** @typedef {import('./figures.js').Part} Part */

// Cards outside the window are drawn less often: for print, screenshots and fast scrolling.
const hiddenDrawMillis = 10_000;

/** A panel on a card: its title, its chart, and a button for details. */
export class PanelCard {
  #panel;
  #data;
  /** @type {TimeChart | undefined} */
  #chart;
  /** @type {Part | undefined} */
  #part;
  #legend = element('ul', { class: 'legend' });
  #why = element('p', { class: 'empty' });
  #more = element('span', { class: 'note' });
  #description;
  /** @type {View | undefined} */
  #view;
  #isVisible = false;
  #drawnMillis = 0;

  /** @param {Panel} panel */
  constructor(panel) {
    this.#panel = panel;
    this.#data = new PanelData(panel);
    this.#description = element('p', { class: 'description' }, panel.description);
    const body = this.#makeBody();
    this.element = element(
      'article',
      { class: `card panel ${panel.chart}`, 'aria-label': panel.title },
      element(
        'header',
        {},
        element('div', {}, element('h3', {}, panel.title), this.#description),
        element(
          'button',
          {
            class: 'quiet',
            type: 'button',
            'aria-label': `About ${panel.title}`,
            title: 'What to do, PromQL, figures',
            click: () => this.#view !== undefined && openDetails(this.#panel, this.#data, this.#view),
          },
          infoIcon(),
        ),
      ),
      ...body,
    );
    new IntersectionObserver(
      ([entry]) => {
        this.#isVisible = entry?.isIntersecting === true;
        if (this.#isVisible && this.#view !== undefined) this.#draw(this.#view);
      },
      { rootMargin: '200px' },
    ).observe(this.element);
  }

  #makeBody() {
    const { chart, unit, title, min, max, thresholds } = this.#panel;
    if (chart === 'lines' || chart === 'bars' || chart === 'heatmap') {
      this.#chart = new TimeChart({
        kind: chart,
        unit,
        label: title,
        height: 168,
        min,
        max,
        thresholds: thresholds?.flatMap(({ from, verdict }) =>
          from === undefined || verdict === 'good' ? [] : [from],
        ),
      });
      return [this.#legend, this.#chart.element, this.#why, this.#more];
    }
    const make = { number: numberPart, gauge: gaugePart, state: statePart, table: tablePart }[chart];
    this.#part = make(this.#panel);
    return [chart === 'number' ? element('dl', {}, this.#part.element) : this.#part.element];
  }

  get title() {
    return this.#panel.title;
  }

  /**
   * Why there is nothing to draw, or an empty string.
   *
   * @param {View} view
   */
  whyQuiet(view) {
    const { lines } = this.#data.lines(view);
    if (lines.length === 0) return whyNoData(this.#panel, view.bot, view.target);
    if (this.#panel.chart === 'lines') return '';
    return lines.some(({ values }) => values.some((value) => value > 0)) ? '' : 'None in this time range.';
  }

  /** @param {View} view */
  update(view) {
    this.#view = view;
    const isStale = view.to - this.#drawnMillis >= hiddenDrawMillis;
    if (this.#isVisible || isStale) this.#draw(view);
  }

  /**
   * The currency of all lines, which the axis has no room for.
   *
   * @param {readonly { readonly currency?: string }[]} lines
   */
  #currencyNote(lines) {
    if (this.#panel.unit !== 'money') return '';
    const currencies = new Set(lines.map(({ currency }) => currency ?? ''));
    const [currency = ''] = currencies;
    return currencies.size === 1 && currency !== '' ? ` In ${currency}.` : '';
  }

  /** @param {View} view */
  #draw(view) {
    this.#drawnMillis = view.to;
    this.#part?.update(view);
    if (this.#chart === undefined) return;
    const { times, lines, hidden, maxGap, rows } = this.#data.lines(view);
    const isEmpty = lines.length === 0;
    this.element.classList.toggle('is-empty', isEmpty);
    this.#chart.element.hidden = isEmpty;
    this.#legend.hidden = isEmpty;
    setText(this.#why, isEmpty ? whyNoData(this.#panel, view.bot, view.target) : '');
    setText(this.#description, `${this.#panel.description}${this.#currencyNote(lines)}`);
    setText(this.#more, hidden > 0 ? `and ${hidden} more series` : '');
    if (isEmpty) return;
    this.#chart.update({
      from: view.from,
      to: view.to,
      times,
      lines,
      maxGap,
      rows: rows.map((le) => boundText(this.#panel, le)),
    });
    keep(
      this.#legend,
      this.#panel.chart === 'heatmap' ? [] : lines,
      ({ name, color }) => `${name} ${color}`,
      ({ name, color }) => element('li', {}, element('i', { class: `key s${color}` }), element('span', {}, name)),
    );
    setAttribute(this.#legend, 'aria-hidden', undefined);
  }
}

/**
 * The upper bound of a bucket, in words.
 *
 * @param {Panel} panel
 * @param {string} le
 */
function boundText(panel, le) {
  if (le === '+Inf') return 'more';
  return panel.unit === 'seconds' ? formatDuration(Number(le)) : le;
}
