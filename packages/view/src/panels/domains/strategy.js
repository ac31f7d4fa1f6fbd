import { badAbove, percentiles } from '../panel.js';

/** @type {import('../boards.js').DomainBoard} */
export const board = {
  id: 'strategies',
  title: 'Strategies & signals',
  description: 'What the strategies see, decide and earn, and how long it takes them.',
  listed: ['strategy'],
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
};

/** @type {readonly import('../panel.js').Panel[]} */
export const panels = [
  {
    id: 'strategies',
    title: 'Strategies',
    description: 'Whether each strategy trades.',
    action: 'If one is paused or stopped and nobody did it, look at breakers and errors.',
    chart: 'state',
    unit: 'state',
    series: [
      {
        query: {
          kind: 'last',
          metric: 'trading.strategy.status',
          where: { 'trading.strategy.state': 'active' },
          by: ['trading.strategy.name', 'job', 'instance'],
        },
        legend: '{trading.strategy.name}',
      },
    ],
    states: [
      { text: 'not active', verdict: 'attention' },
      { text: 'active', verdict: 'good' },
    ],
    absentUntil: 'the bot names its first strategy',
  },
  {
    id: 'signals',
    title: 'Signals',
    description: 'Signals that the strategies generated, by type.',
    action: 'If only hold is left, look at the data that the strategy sees; if signals explode, at its thresholds.',
    chart: 'bars',
    unit: 'count',
    series: [
      {
        query: { kind: 'increase', metric: 'trading.signal.generated', by: ['trading.signal.type'], over: 'step' },
        legend: '{trading.signal.type}',
      },
    ],
    min: 0,
    stacked: true,
    absentUntil: 'a strategy generates its first signal',
  },
  {
    id: 'signals-per-hour',
    title: 'Signals per hour',
    description: 'Signals per hour, by strategy.',
    action: 'If a strategy falls silent while its data is fresh, look at its errors and its state.',
    chart: 'lines',
    unit: 'perHour',
    series: [
      {
        query: { kind: 'rate', metric: 'trading.signal.generated', by: ['trading.strategy.name'], per: 3600 },
        legend: '{trading.strategy.name}',
      },
    ],
    min: 0,
    absentUntil: 'a strategy generates its first signal',
  },
  {
    id: 'signal-confidence',
    title: 'Confidence of signals',
    description: 'Mean confidence of the signals, by strategy and type.',
    action: 'If it drifts away from what the backtest had, the market or the model changed.',
    chart: 'lines',
    unit: 'share',
    series: [
      {
        query: {
          kind: 'mean',
          metric: 'trading.signal.confidence',
          by: ['trading.strategy.name', 'trading.signal.type'],
          over: 'step',
        },
        legend: '{trading.strategy.name} {trading.signal.type}',
      },
    ],
    min: 0,
    max: 1,
    absentUntil: 'signals with a confidence are generated in this time range',
  },
  {
    id: 'signal-confidence-map',
    title: 'Confidence of signals, distribution',
    description: 'Confidence of the signals, as a heatmap.',
    action: 'If everything sits in one band, confidence says nothing: do not size by it.',
    chart: 'heatmap',
    unit: 'share',
    series: [{ query: { kind: 'buckets', metric: 'trading.signal.confidence' }, legend: '{le}' }],
    absentUntil: 'signals with a confidence are generated in this time range',
  },
  {
    id: 'signal-generation-duration',
    title: 'Signal generation (p95)',
    description: '95th percentile of the time that a strategy took to generate a signal.',
    action: 'If it grows, look at features, models and the event loop.',
    chart: 'lines',
    unit: 'seconds',
    series: [
      {
        query: {
          kind: 'quantile',
          metric: 'trading.signal.generation.duration',
          by: ['trading.strategy.name'],
          quantile: 0.95,
          over: 'step',
        },
        legend: '{trading.strategy.name}',
      },
    ],
    min: 0,
    absentUntil: 'signals are generated in this time range',
  },
  {
    id: 'decision-duration',
    title: 'Decision latency',
    description: 'Time from a signal to the decision on it.',
    action: 'If p99 is above the life of a signal, decisions come too late to trade on.',
    chart: 'lines',
    unit: 'seconds',
    series: percentiles('trading.decision.duration'),
    min: 0,
    absentUntil: 'decisions are made in this time range',
  },
  {
    id: 'decisions',
    title: 'Decisions by action',
    description: 'Decisions on signals, by action.',
    action: 'If signals come and all decisions are hold, look at the filters between them.',
    chart: 'bars',
    unit: 'count',
    series: [
      {
        query: {
          kind: 'increase',
          metric: 'trading.decision.duration',
          by: ['trading.decision.action'],
          over: 'step',
        },
        legend: '{trading.decision.action}',
      },
    ],
    min: 0,
    stacked: true,
    absentUntil: 'the first decision is made',
  },
  {
    id: 'signal-to-order',
    title: 'Signal to order (p95)',
    description: '95th percentile of the time from a scored item until the order that it led to was placed.',
    action: 'Compare with the decision latency: what is left is spent on risk checks and sizing.',
    chart: 'lines',
    unit: 'seconds',
    series: [
      {
        query: {
          kind: 'quantile',
          metric: 'trading.signal.order.duration',
          by: ['trading.strategy.name'],
          quantile: 0.95,
          over: 'step',
        },
        legend: '{trading.strategy.name}',
      },
    ],
    min: 0,
    absentUntil: 'a signal leads to an order in this time range',
  },
  {
    id: 'strategy-evaluation-duration',
    title: 'Strategy evaluation (p95)',
    description: '95th percentile of the time of one evaluation, by strategy.',
    action:
      'If it nears the length of a cycle, the strategy falls behind the market: make it cheaper or run it less often.',
    chart: 'lines',
    unit: 'seconds',
    series: [
      {
        query: {
          kind: 'quantile',
          metric: 'trading.strategy.evaluation.duration',
          by: ['trading.strategy.name'],
          quantile: 0.95,
          over: 'step',
        },
        legend: '{trading.strategy.name}',
      },
    ],
    min: 0,
    absentUntil: 'a strategy is evaluated in this time range',
  },
  {
    id: 'cycle-duration',
    title: 'Cycle duration',
    description: 'Time of one pass of the main loop.',
    action: 'If it nears the interval of the loop, cycles are skipped: look at providers, models and the event loop.',
    chart: 'lines',
    unit: 'seconds',
    series: percentiles('trading.cycle.duration'),
    thresholds: badAbove(30, 60),
    min: 0,
    absentUntil: 'the main loop runs in this time range',
  },
  {
    id: 'cycles',
    title: 'Cycles',
    description: 'Passes of the main loop per minute.',
    action: 'If it is 0, the loop is dead although the process lives: restart the bot after you have saved its log.',
    chart: 'lines',
    unit: 'perMinute',
    series: [
      {
        query: { kind: 'rate', metric: 'trading.cycle.duration', by: ['trading.strategy.name'], per: 60 },
        legend: '{trading.strategy.name}',
      },
    ],
    min: 0,
    absentUntil: 'the first cycle ends',
  },
  {
    id: 'last-cycle',
    title: 'Last cycle',
    description: 'Time since the last pass of the main loop that succeeded.',
    action:
      'If it grows, the loop hangs or fails: read the log, and look after open orders before you restart the bot.',
    chart: 'number',
    unit: 'seconds',
    series: [
      {
        query: { kind: 'last', metric: 'trading.cycle.age', by: ['trading.strategy.name'] },
        legend: '{trading.strategy.name}',
      },
    ],
    thresholds: badAbove(120, 300),
    absentUntil: 'the first cycle succeeds',
  },
  {
    id: 'cycle-failures',
    title: 'Failed cycles',
    description: 'Passes of the main loop that ended in an error, by error.',
    action: 'A cycle that fails may have left orders behind: look at the open orders and the error.',
    chart: 'bars',
    unit: 'count',
    series: [
      {
        query: {
          kind: 'increase',
          metric: 'trading.cycle.duration',
          where: { 'error.type': { present: true } },
          by: ['trading.strategy.name', 'error.type'],
          over: 'step',
        },
        legend: '{trading.strategy.name}: {error.type}',
      },
    ],
    min: 0,
    stacked: true,
    absentUntil: 'a cycle fails',
  },
];
