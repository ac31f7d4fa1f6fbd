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
 */

/** @type {Row} */
const whyNoData = {
  title: 'Why is there no data?',
  panels: ['targets-up', 'bots', 'conventions-version'],
  collapsed: true,
};

/** @type {readonly Omit<Board, 'kind'>[]} */
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

/** @type {readonly Omit<Board, 'kind'>[]} */
const domains = [
  {
    id: 'orders',
    title: 'Orders & execution',
    description: 'What is sent to the venues, how fast it is answered and filled, and what it costs.',
    rows: [
      {
        title: 'Orders',
        panels: [
          'orders-placed-today',
          'orders-open-now',
          'order-fill-rate',
          'maker-share',
          'orders-placed',
          'orders-by-outcome',
          'orders-open',
          'order-fill-ratio',
          'oldest-order',
          'last-trade',
          'orders-changed',
        ],
      },
      {
        title: 'Rejected and failed',
        panels: ['orders-unconfirmed', 'order-reject-ratio', 'order-rejections-by-reason', 'order-request-failures'],
      },
      {
        title: 'Latency',
        panels: [
          'order-request-latency',
          'order-request-latency-map',
          'order-request-latency-by-operation',
          'order-fill-duration',
          'order-fill-duration-map',
          'signal-to-fill',
        ],
      },
      {
        title: 'Cost of trading',
        panels: [
          'fees',
          'slippage-cost',
          'slippage',
          'slippage-by-symbol',
          'fees-by-venue',
          'fees-by-symbol',
          'traded-value',
          'order-fills',
          'fill-corrections',
          'value-taken-back',
        ],
      },
      {
        title: 'Trades',
        panels: ['trades-today', 'trade-pnl', 'trade-holding-time', 'trades-by-result', 'trades-by-symbol'],
      },
    ],
  },
  {
    id: 'portfolio',
    title: 'Portfolio & performance',
    description: 'Equity, profit and loss, drawdown, positions, and how the strategies perform.',
    rows: [
      {
        title: 'Equity',
        panels: [
          'equity-now',
          'pnl-today',
          'return-total',
          'drawdown-max',
          'equity',
          'drawdown',
          'cash',
          'return-today',
        ],
      },
      {
        title: 'Profit and loss',
        panels: ['pnl-by-period', 'realized-pnl-by-period', 'funding', 'drawdown-age', 'recovery-time', 'snapshot-age'],
      },
      {
        title: 'Positions',
        panels: [
          'positions-open',
          'positions-by-side',
          'position-value',
          'unrealized-pnl',
          'realized-pnl-by-symbol',
          'exposure',
        ],
      },
      {
        title: 'Performance',
        panels: [
          'win-ratio',
          'profit-factor',
          'sharpe-ratio',
          'streaks',
          'best-and-worst-trade',
          'mean-win-and-loss',
          'strategy-pnl',
          'trades-by-result',
        ],
      },
    ],
  },
  {
    id: 'risk',
    title: 'Risk',
    description: 'What stops trading, how close it is, and what was refused.',
    rows: [
      { title: 'Limits', panels: ['drawdown-now', 'exposure-gross', 'margin', 'limit-utilization'] },
      {
        title: 'Breakers',
        panels: ['breakers', 'kill-switch', 'breaker-trips', 'kill-switch-activations', 'breaker-halt-duration'],
      },
      { title: 'Over time', panels: ['drawdown', 'exposure', 'limit-utilization-over-time', 'limit-hits'] },
      { title: 'Refusals', panels: ['risk-rejections', 'rule-violations', 'rule-checks', 'compliance-events'] },
      { title: 'Positions', panels: ['position-size', 'position-exits'] },
    ],
  },
  {
    id: 'strategies',
    title: 'Strategies & signals',
    description: 'What the strategies see, decide and earn, and how long it takes them.',
    rows: [
      { title: 'Strategies', panels: ['strategies', 'strategy-pnl', 'win-ratio', 'streaks'] },
      {
        title: 'Signals',
        panels: ['signals', 'signals-per-hour', 'decisions', 'signal-confidence', 'signal-confidence-map'],
      },
      {
        title: 'Time',
        panels: [
          'signal-generation-duration',
          'decision-duration',
          'signal-to-order',
          'signal-to-fill',
          'strategy-evaluation-duration',
        ],
      },
      { title: 'The main loop', panels: ['cycle-duration', 'cycles', 'cycle-failures', 'last-cycle'] },
    ],
  },
  {
    id: 'agents',
    title: 'AI agents & cost',
    description: 'Calls of language models, what they cost, and what agents decide.',
    rows: [
      { title: 'Cost', panels: ['ai-cost-today', 'ai-cost', 'ai-tokens'] },
      { title: 'Calls', panels: ['ai-requests', 'ai-latency', 'ai-latency-by-model', 'ai-error-ratio'] },
      {
        title: 'Decisions',
        panels: [
          'agent-decisions',
          'agent-analyses',
          'agent-conviction',
          'agent-conviction-map',
          'agent-decisions-by-symbol',
          'model-inference',
        ],
      },
    ],
  },
  {
    id: 'cache',
    title: 'Feature store & caches',
    description: 'How often the caches have the answer, and how long answers take.',
    rows: [
      { title: 'Caches', panels: ['cache-hit-ratio', 'cache-layer-hit-ratio', 'cache-lookups', 'cache-failures'] },
      {
        title: 'Time',
        panels: ['feature-store-latency', 'cache-lookup-latency', 'feature-calculation', 'feature-calculations'],
      },
    ],
  },
  {
    id: 'market-data',
    title: 'Market data & sentiment',
    description: 'How fresh the data is, how the providers answer, and what sentiment says.',
    rows: [
      { title: 'Freshness', panels: ['data-age-now', 'providers', 'data-age', 'data-age-by-symbol'] },
      {
        title: 'Providers',
        panels: [
          'provider-requests',
          'provider-latency',
          'provider-latency-by-provider',
          'provider-error-ratio',
          'provider-errors',
          'rate-limits',
          'feed-items',
        ],
      },
      {
        title: 'Sentiment',
        panels: [
          'sentiment',
          'sentiment-strength',
          'sentiment-map',
          'sentiment-divergences',
          'sentiment-contributions',
          'sentiment-weights',
          'sentiment-calculation',
        ],
      },
    ],
  },
  {
    id: 'system',
    title: 'System health',
    description: 'The process, its machine, and what it depends on.',
    rows: [
      { title: 'Health', panels: ['uptime', 'event-loop-delay-now', 'disk', 'dependencies', 'dependency-latency'] },
      {
        title: 'The process',
        panels: ['event-loop-delay', 'event-loop-utilization', 'cpu', 'memory', 'garbage-collection', 'memory-virtual'],
      },
      { title: 'The machine', panels: ['machine-cpu', 'machine-memory', 'disk-usage'] },
      {
        title: 'HTTP and databases',
        panels: ['http-requests', 'http-latency', 'database-latency', 'database-operations', 'database-connections'],
      },
      { title: 'The scrape', panels: ['scrape-duration', 'scrape-samples'] },
    ],
  },
  {
    id: 'errors',
    title: 'Errors',
    description: 'What goes wrong, and where it began.',
    rows: [
      {
        title: 'Errors',
        panels: [
          'errors-total',
          'dropped-measurements-total',
          'errors-critical',
          'errors',
          'errors-by-severity',
          'errors-by-type',
          'errors-table',
        ],
      },
      {
        title: 'Outside',
        panels: ['order-request-failures', 'provider-errors', 'ai-error-ratio', 'cache-failures', 'cycle-failures'],
      },
      { title: 'Telemetry', panels: ['dropped-measurements', 'cardinality-overflows', 'alerts-sent'] },
    ],
  },
  {
    id: 'fleet',
    title: 'Fleet',
    description: 'All bots next to each other.',
    rows: [
      { title: 'Bots', panels: ['fleet-breakers', 'fleet-return'] },
      { title: 'Trading', panels: ['fleet-equity', 'fleet-drawdown', 'fleet-orders', 'positions-open'] },
      { title: 'Health', panels: ['fleet-data-age', 'fleet-errors', 'fleet-memory', 'scrape-duration'] },
    ],
  },
];

/**
 * The three questions and the ten domains, in the order in which they are shown. Each ends with the row that helps when
 * panels have no data.
 *
 * @type {readonly Board[]}
 */
export const boards = [
  ...questions.map((board) => ({ ...board, kind: /** @type {const} */ ('question') })),
  ...domains.map((board) => ({ ...board, kind: /** @type {const} */ ('domain') })),
].map((board) => ({ ...board, rows: [...board.rows, whyNoData] }));
