import { domains } from './domains/index.js';

/**
 * A row of panels, by their ids. A width is a share of 24; without one, the chart decides.
 *
 * @typedef {object} Row
 * @property {string} title
 * @property {readonly string[]} panels
 * @property {true} [collapsed] whether the dashboard shows only the title until it is opened
 */

/**
 * An ordered set of panels: a question of the live page or one of its drill-downs, and a dashboard.
 *
 * @typedef {object} Board
 * @property {string} id
 * @property {string} title
 * @property {string} description
 * @property {'question' | 'domain'} kind
 * @property {readonly Row[]} rows
 * @property {readonly string[]} listed domains of the catalogue whose metrics the page lists under the panels
 */

/** @typedef {Omit<Board, 'kind'>} DomainBoard */

/** @type {Row} */
const whyNoData = {
  title: 'Why is there no data?',
  panels: ['targets-up', 'bots', 'conventions-version'],
  collapsed: true,
};

/** @type {readonly Omit<Board, 'kind' | 'listed'>[]} */
const questions = [
  {
    id: 'running',
    title: 'Is it running?',
    description: 'Up, last cycle, age of the data, event loop, errors and dropped measurements.',
    rows: [
      {
        title: 'Is it running?',
        panels: [
          'uptime',
          'last-cycle',
          'data-age-now',
          'event-loop-delay-now',
          'errors-total',
          'dropped-measurements-total',
        ],
      },
      {
        title: 'The main loop and its data',
        panels: ['cycles', 'cycle-duration', 'data-age', 'providers', 'dependencies', 'snapshot-age'],
      },
      { title: 'The process', panels: ['event-loop-delay', 'memory', 'errors', 'dropped-measurements'] },
    ],
  },
  {
    id: 'trading',
    title: 'How is it trading?',
    description: 'Equity, profit and loss, positions, orders, fills, slippage, fees, latency, signals and AI cost.',
    rows: [
      {
        title: 'How is it trading?',
        panels: ['equity-now', 'pnl-today', 'positions-open', 'orders-open-now', 'trades-today', 'order-fill-rate'],
      },
      { title: 'Equity', panels: ['equity', 'drawdown', 'pnl-by-period'] },
      { title: 'Cost', panels: ['slippage-cost', 'fees', 'ai-cost-today', 'slippage'] },
      { title: 'Results', panels: ['win-ratio', 'profit-factor', 'sharpe-ratio', 'return-total'] },
      {
        title: 'Orders',
        panels: ['order-request-latency', 'order-request-latency-map', 'orders-by-outcome', 'orders-placed'],
      },
      { title: 'Signals', panels: ['signals', 'decisions', 'agent-decisions', 'ai-cost'] },
    ],
  },
  {
    id: 'edge',
    title: 'How close to the edge?',
    description: 'Breakers, kill switch, exposure, margin, limits and rejections.',
    rows: [
      { title: 'How close to the edge?', panels: ['drawdown-now', 'exposure-gross', 'margin', 'limit-utilization'] },
      {
        title: 'Stopped?',
        panels: [
          'breakers',
          'kill-switch',
          'breakers-open',
          'risk-rejections-total',
          'trades-today',
          'return-today',
          'last-trade',
          'oldest-order',
        ],
      },
      {
        title: 'What was refused',
        panels: ['risk-rejections', 'order-rejections-by-reason', 'breaker-trips', 'limit-hits'],
      },
    ],
  },
];

/**
 * The questions and the domains, in display order. Each ends with the row for panels without
 * data.
 *
 * @type {readonly Board[]}
 */
export const boards = [
  ...questions.map((board) => ({ ...board, kind: /** @type {const} */ ('question'), listed: [] })),
  ...domains.map(({ board }) => ({ ...board, kind: /** @type {const} */ ('domain') })),
].map((board) => ({ ...board, rows: [...board.rows, whyNoData] }));
