import { badAboveZero } from '../panel.js';

/** @type {import('../boards.js').DomainBoard} */
export const board = {
  id: 'errors',
  title: 'Errors',
  description: 'What goes wrong, and where it began.',
  listed: ['runtime'],
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
};

/** @type {readonly import('../panel.js').Panel[]} */
export const panels = [
  {
    id: 'errors',
    title: 'Errors by component',
    description: 'Errors and warnings per minute, by the part of the bot that they occurred in.',
    action: 'Start with the component whose errors began first.',
    chart: 'lines',
    unit: 'perMinute',
    series: [
      {
        query: { kind: 'rate', metric: 'trading.errors', by: ['trading.component'], per: 60 },
        legend: '{trading.component}',
      },
    ],
    min: 0,
    absentUntil: 'the first error is recorded',
  },
  {
    id: 'errors-total',
    title: 'Errors',
    description: 'Errors and critical errors in this time range; warnings do not count.',
    action: 'Look at the component and the type.',
    chart: 'number',
    unit: 'count',
    series: [
      {
        query: {
          kind: 'increase',
          metric: 'trading.errors',
          where: { 'trading.error.severity': ['error', 'critical'] },
          over: 'range',
        },
        legend: 'errors',
      },
    ],
    thresholds: badAboveZero,
    absentUntil: 'the first error is recorded',
    absentIsZero: true,
  },
  {
    id: 'errors-critical',
    title: 'Critical errors',
    description: 'Errors that somebody has to look at now.',
    action: 'Look at the log of the bot at that time, and decide whether it may go on trading.',
    chart: 'bars',
    unit: 'count',
    series: [
      {
        query: {
          kind: 'increase',
          metric: 'trading.errors',
          where: { 'trading.error.severity': 'critical' },
          by: ['trading.component', 'error.type'],
          over: 'step',
        },
        legend: '{trading.component}: {error.type}',
      },
    ],
    min: 0,
    stacked: true,
    absentUntil: 'the first critical error is recorded',
  },
  {
    id: 'errors-by-severity',
    title: 'Errors by severity',
    description: 'Warnings, errors and critical errors.',
    action: 'If warnings grow without errors, something is about to break: look at their types.',
    chart: 'bars',
    unit: 'count',
    series: [
      {
        query: { kind: 'increase', metric: 'trading.errors', by: ['trading.error.severity'], over: 'step' },
        legend: '{trading.error.severity}',
      },
    ],
    min: 0,
    stacked: true,
    absentUntil: 'the first error is recorded',
  },
  {
    id: 'errors-by-type',
    title: 'Errors by type',
    description: 'Errors, by component and type.',
    action: 'If one type repeats at a steady rate, the bot retries what cannot succeed.',
    chart: 'bars',
    unit: 'count',
    series: [
      {
        query: {
          kind: 'increase',
          metric: 'trading.errors',
          by: ['trading.component', 'error.type'],
          over: 'step',
        },
        legend: '{trading.component}: {error.type}',
      },
    ],
    min: 0,
    stacked: true,
    absentUntil: 'the first error is recorded',
  },
  {
    id: 'errors-table',
    title: 'Errors in this time range',
    description: 'How often each error occurred.',
    action: 'Fix the first row first.',
    chart: 'table',
    unit: 'count',
    series: [
      {
        query: {
          kind: 'increase',
          metric: 'trading.errors',
          by: ['trading.component', 'error.type', 'trading.error.severity'],
          over: 'range',
        },
        legend: '{trading.component}: {error.type}, {trading.error.severity}',
      },
    ],
    absentUntil: 'the first error is recorded',
  },
  {
    id: 'alerts-sent',
    title: 'Alerts sent',
    description: 'Alerts that the bot itself sent to people, by category and channel.',
    action: 'If they come in bursts, people stop reading them: group them.',
    chart: 'bars',
    unit: 'count',
    series: [
      {
        query: {
          kind: 'increase',
          metric: 'trading.alert.sent',
          by: ['trading.alert.category', 'trading.alert.channel'],
          over: 'step',
        },
        legend: '{trading.alert.category} by {trading.alert.channel}',
      },
    ],
    min: 0,
    stacked: true,
    absentUntil: 'the bot sends its first alert',
  },
  {
    id: 'dropped-measurements',
    title: 'Dropped measurements',
    description: 'Measurements, or parts of them, that were not recorded, by reason.',
    action: 'Above 0 a call of an instrumentation is wrong; the log of the bot says once which one.',
    chart: 'bars',
    unit: 'count',
    series: [
      {
        query: {
          kind: 'increase',
          metric: 'trademeter.measurement.dropped',
          by: ['trademeter.drop.reason'],
          over: 'step',
        },
        legend: '{trademeter.drop.reason}',
      },
    ],
    min: 0,
    stacked: true,
    absentUntil: 'the first instrumentation is created',
  },
  {
    id: 'dropped-measurements-total',
    title: 'Dropped measurements, total',
    description: 'Measurements, or parts of them, that were not recorded in this time range.',
    action: 'Above 0 a call of an instrumentation is wrong; the log of the bot says once which one.',
    chart: 'number',
    unit: 'count',
    series: [
      { query: { kind: 'increase', metric: 'trademeter.measurement.dropped', over: 'range' }, legend: 'dropped' },
    ],
    thresholds: badAboveZero,
    absentUntil: 'the first instrumentation is created',
  },
  {
    id: 'cardinality-overflows',
    title: 'Cardinality overflows',
    description: 'Metrics that have reached their cardinality limit: what is new is added up in one series.',
    action: 'Find the attribute with too many values; `trademeter doctor` names it.',
    chart: 'table',
    unit: 'count',
    series: [{ query: { kind: 'overflows' }, legend: '{__name__}' }],
    absentUntil: 'a metric reaches its cardinality limit',
  },
];
