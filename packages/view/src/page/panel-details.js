import { renderPromql } from '../panels/promql.js';
import { element, setText } from './dom.js';
import { figureText } from './figures.js';
import { formatDuration, formatTime, formatValue } from './format.js';
import { stepMillisOf } from './panel-data.js';

/** @typedef {import('../panels/panel.js').Panel} Panel */
/** @typedef {import('./panel-data.js').View} View */
/** @typedef {import('./panel-data.js').PanelData} PanelData */

const mostRows = 120;

/**
 * Shows a panel's meaning, its action, its PromQL, and its figures as a table.
 *
 * @param {Panel} panel
 * @param {PanelData} data
 * @param {View} view
 */
export function openDetails(panel, data, view) {
  const title = element('h2', { id: 'details-title' }, panel.title);
  const close = element(
    'button',
    { class: 'quiet', type: 'button', 'aria-label': 'Close', click: () => dialog.close() },
    '✕',
  );
  const dialog = element(
    'dialog',
    { class: 'details', 'aria-labelledby': 'details-title' },
    element('header', {}, title, close),
    element('p', {}, panel.description),
    element('p', { class: 'action' }, element('b', {}, 'When it looks bad: '), panel.action),
    element('h3', {}, 'PromQL'),
    ...panel.series.map(({ query, legend }) => promqlBlock(query, legend, view)),
    element('h3', {}, 'Figures'),
    figuresTable(panel, data, view),
  );
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}

/**
 * @param {import('../panels/query.js').Query} query
 * @param {string} legend
 * @param {View} view
 */
function promqlBlock(query, legend, view) {
  const seconds = (/** @type {number} */ millis) => `${Math.max(1, Math.round(millis / 1000))}s`;
  const text = renderPromql(query, { rateInterval: seconds(stepMillisOf(view)), range: seconds(view.rangeMillis) });
  const button = element(
    'button',
    { type: 'button', class: 'small', 'aria-label': `Copy the PromQL of ${legend}` },
    'Copy',
  );
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(text).then(
      () => setText(button, 'Copied'),
      () => setText(button, 'Select it to copy'),
    );
  });
  return element('div', { class: 'promql' }, element('code', { tabindex: '0' }, text), button);
}

/**
 * @param {Panel} panel
 * @param {PanelData} data
 * @param {View} view
 */
function figuresTable(panel, data, view) {
  const scroll = element('div', {
    class: 'scroll',
    tabindex: '0',
    role: 'group',
    'aria-label': `Figures of ${panel.title}`,
  });
  if (panel.chart === 'lines' || panel.chart === 'bars' || panel.chart === 'heatmap') {
    const { times, lines } = data.lines(view);
    const isMap = panel.chart === 'heatmap';
    const rows = times
      .map((time, index) => ({ time, index }))
      .toReversed()
      .slice(0, mostRows);
    scroll.append(
      element(
        'table',
        { class: 'figures' },
        element(
          'thead',
          {},
          element(
            'tr',
            {},
            element('th', { scope: 'col' }, 'Time'),
            ...lines.map(({ name }) => element('th', { scope: 'col' }, isMap ? `≤ ${bound(panel, name)}` : name)),
          ),
        ),
        element(
          'tbody',
          {},
          ...rows.map(({ time, index }) =>
            element(
              'tr',
              {},
              element('th', { scope: 'row' }, formatTime(time)),
              ...lines.map(({ values, currency }) =>
                element('td', {}, formatValue(isMap ? 'count' : panel.unit, values[index] ?? Number.NaN, currency)),
              ),
            ),
          ),
        ),
      ),
    );
    return scroll;
  }
  scroll.append(
    element(
      'table',
      { class: 'figures' },
      element(
        'tbody',
        {},
        ...data
          .figures(view)
          .map(({ name, value, currency }) =>
            element(
              'tr',
              {},
              element('th', { scope: 'row' }, name || panel.title),
              element('td', {}, figureText(panel, value, currency)),
            ),
          ),
      ),
    ),
  );
  return scroll;
}

/**
 * @param {Panel} panel
 * @param {string} le
 */
function bound(panel, le) {
  if (le === '+Inf') return '∞';
  return panel.unit === 'seconds' ? formatDuration(Number(le)) : le;
}
