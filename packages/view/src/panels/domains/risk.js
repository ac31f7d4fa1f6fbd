import { badAbove, badAboveZero } from '../panel.js';

/** @type {import('../boards.js').DomainBoard} */
export const board = {
  id: 'risk',
  title: 'Risk',
  description: 'What stops trading, how close it is, and what was refused.',
  listed: ['risk'],
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
};

/** @type {readonly import('../panel.js').Panel[]} */
export const panels = [
  {
    id: 'breakers',
    title: 'Breakers',
    description: 'State of each circuit breaker; open means that trading is halted.',
    action: 'When one is open, find out why before it is closed again: its name is what it guards.',
    chart: 'state',
    unit: 'state',
    series: [
      {
        query: {
          kind: 'last',
          metric: 'trading.breaker.status',
          where: { 'trading.breaker.state': 'open' },
          by: ['trading.breaker.name', 'job', 'instance'],
        },
        legend: '{trading.breaker.name}',
      },
    ],
    states: [
      { text: 'closed', verdict: 'good' },
      { text: 'open', verdict: 'bad' },
    ],
    absentUntil: 'the bot names its first breaker',
  },
  {
    id: 'breakers-open',
    title: 'Open breakers',
    description: 'Circuit breakers that halt trading now.',
    action: 'Above 0, read which one and why; do not reset it before the cause is known.',
    chart: 'number',
    unit: 'count',
    series: [
      {
        query: { kind: 'last', metric: 'trading.breaker.status', where: { 'trading.breaker.state': 'open' } },
        legend: 'open',
      },
    ],
    thresholds: badAboveZero,
    absentUntil: 'the bot names its first breaker',
  },
  {
    id: 'breaker-trips',
    title: 'Breaker trips',
    description: 'Times that a circuit breaker opened.',
    action: 'Look at equity, errors and orders in the minutes before the trip.',
    chart: 'bars',
    unit: 'count',
    series: [
      {
        query: { kind: 'increase', metric: 'trading.breaker.trips', by: ['trading.breaker.name'], over: 'step' },
        legend: '{trading.breaker.name}',
      },
    ],
    min: 0,
    stacked: true,
    absentUntil: 'the bot names its first breaker',
  },
  {
    id: 'breaker-halt-duration',
    title: 'Length of halts',
    description: 'Mean time that a circuit breaker kept trading halted.',
    action: 'If halts last longer than the cool-down, nobody closes the breaker: check who is alerted.',
    chart: 'number',
    unit: 'seconds',
    series: [
      {
        query: { kind: 'mean', metric: 'trading.breaker.halt.duration', by: ['trading.breaker.name'], over: 'range' },
        legend: '{trading.breaker.name}',
      },
    ],
    absentUntil: 'a breaker has closed again in this time range',
  },
  {
    id: 'kill-switch',
    title: 'Kill switch',
    description: 'Whether the kill switch is thrown; all trading stops while it is.',
    action: 'If it is active and nobody threw it on purpose, look at the log of the bot before it is released.',
    chart: 'state',
    unit: 'state',
    series: [
      {
        query: {
          kind: 'last',
          metric: 'trading.kill_switch.status',
          where: { 'trading.kill_switch.state': 'active' },
          by: ['job', 'instance'],
        },
        legend: 'kill switch',
      },
    ],
    states: [
      { text: 'inactive', verdict: 'good' },
      { text: 'active', verdict: 'bad' },
    ],
    absentUntil: 'the risk instrumentation is created',
  },
  {
    id: 'kill-switch-activations',
    title: 'Kill switch activations',
    description: 'Times that the kill switch was thrown.',
    action: 'Each one should be in the journal with its reason.',
    chart: 'number',
    unit: 'count',
    series: [
      { query: { kind: 'increase', metric: 'trading.kill_switch.activations', over: 'range' }, legend: 'activations' },
    ],
    thresholds: badAboveZero,
    absentUntil: 'the risk instrumentation is created',
  },
  {
    id: 'limit-utilization',
    title: 'Limit utilization',
    description: 'Share of each risk limit that is in use; above 100 % it is exceeded.',
    action: 'Near 100 %, expect refusals: reduce positions, or raise the limit on purpose and not in a hurry.',
    chart: 'gauge',
    unit: 'share',
    series: [
      {
        query: { kind: 'last', metric: 'trading.risk.limit.utilization', by: ['trading.risk.limit.name'] },
        legend: '{trading.risk.limit.name}',
      },
    ],
    thresholds: badAbove(0.7, 0.9),
    min: 0,
    max: 1,
    absentUntil: 'the bot reports how much of a limit is in use',
  },
  {
    id: 'limit-utilization-over-time',
    title: 'Limit utilization over time',
    description: 'Share of each risk limit that is in use.',
    action: 'A limit that is always near 100 % decides the trading: size for it.',
    chart: 'lines',
    unit: 'share',
    series: [
      {
        query: { kind: 'last', metric: 'trading.risk.limit.utilization', by: ['trading.risk.limit.name'] },
        legend: '{trading.risk.limit.name}',
      },
    ],
    thresholds: badAbove(0.7, 0.9),
    min: 0,
    absentUntil: 'the bot reports how much of a limit is in use',
  },
  {
    id: 'limit-hits',
    title: 'Limits reached',
    description: 'Times that a risk limit was reached.',
    action:
      'If a limit is reached in a row, the strategy asks for more than risk management allows: look at the sizes.',
    chart: 'bars',
    unit: 'count',
    series: [
      {
        query: { kind: 'increase', metric: 'trading.risk.limit.hits', by: ['trading.risk.limit.name'], over: 'step' },
        legend: '{trading.risk.limit.name}',
      },
    ],
    min: 0,
    stacked: true,
    absentUntil: 'the bot names its first limit',
  },
  {
    id: 'risk-rejections',
    title: 'Risk rejections by reason',
    description: 'Trades that risk management refused, by reason.',
    action: 'If one reason dominates, that rule decides the trading: check that it is meant to.',
    chart: 'bars',
    unit: 'count',
    series: [
      {
        query: { kind: 'increase', metric: 'trading.risk.rejections', by: ['trading.risk.reason'], over: 'step' },
        legend: '{trading.risk.reason}',
      },
    ],
    min: 0,
    stacked: true,
    absentUntil: 'risk management refuses a trade, or its reasons are registered',
  },
  {
    id: 'risk-rejections-total',
    title: 'Risk rejections',
    description: 'Trades that risk management refused in this time range.',
    action: 'Look at the reasons.',
    chart: 'number',
    unit: 'count',
    series: [{ query: { kind: 'increase', metric: 'trading.risk.rejections', over: 'range' }, legend: 'rejections' }],
    absentUntil: 'risk management refuses a trade, or its reasons are registered',
  },
  {
    id: 'rule-checks',
    title: 'Rule checks',
    description: 'Checks of risk rules per minute, by result.',
    action: 'If there are orders and no checks, orders pass by risk management: stop the bot.',
    chart: 'lines',
    unit: 'perMinute',
    series: [
      {
        query: { kind: 'rate', metric: 'trading.rule.checks', by: ['trading.rule.result'], per: 60 },
        legend: '{trading.rule.result}',
      },
    ],
    min: 0,
    absentUntil: 'the bot names its first rule',
  },
  {
    id: 'rule-violations',
    title: 'Rule violations',
    description: 'Checks that failed, by rule.',
    action: 'If a rule starts to fail often, look at what changed in the signals that it refuses.',
    chart: 'bars',
    unit: 'count',
    series: [
      {
        query: {
          kind: 'increase',
          metric: 'trading.rule.checks',
          where: { 'trading.rule.result': 'fail' },
          by: ['trading.rule.name'],
          over: 'step',
        },
        legend: '{trading.rule.name}',
      },
    ],
    min: 0,
    stacked: true,
    absentUntil: 'the bot names its first rule',
  },
  {
    id: 'position-size',
    title: 'Size of new positions',
    description: 'Median size of a new position as a share of equity, by confidence of the signal.',
    action: 'If sizes do not follow confidence, look at the sizing; if they are near the limit, reduce them.',
    chart: 'number',
    unit: 'share',
    series: [
      {
        query: {
          kind: 'quantile',
          metric: 'trading.risk.position_size',
          by: ['trading.signal.confidence_band'],
          quantile: 0.5,
          over: 'range',
        },
        legend: '{trading.signal.confidence_band}',
      },
    ],
    absentUntil: 'a position is sized in this time range',
  },
  {
    id: 'position-exits',
    title: 'Exits by trigger',
    description: 'Positions that were closed, by what closed them.',
    action: 'If liquidation appears, margin is too thin: cut leverage now.',
    chart: 'bars',
    unit: 'count',
    series: [
      {
        query: { kind: 'increase', metric: 'trading.position.exits', by: ['trading.exit.trigger'], over: 'step' },
        legend: '{trading.exit.trigger}',
      },
    ],
    min: 0,
    stacked: true,
    absentUntil: 'the risk instrumentation is created',
  },
  {
    id: 'compliance-events',
    title: 'Compliance events',
    description: 'What compliance checks saw, such as a day trade that was avoided.',
    action: 'If they grow, the bot plans trades that its account may not make: change the plan, not the check.',
    chart: 'bars',
    unit: 'count',
    series: [
      {
        query: {
          kind: 'increase',
          metric: 'trading.compliance.events',
          by: ['trading.compliance.event'],
          over: 'step',
        },
        legend: '{trading.compliance.event}',
      },
    ],
    min: 0,
    stacked: true,
    absentUntil: 'a compliance check sees something',
  },
];
