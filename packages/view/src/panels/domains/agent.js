import { badAbove, percentiles } from '../panel.js';

const model = 'gen_ai.request.model';

/** @type {import('../boards.js').DomainBoard} */
export const board = {
  id: 'agents',
  title: 'AI agents & cost',
  description: 'Calls of language models, what they cost, and what agents decide.',
  listed: ['agent'],
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
};

/** @type {readonly import('../panel.js').Panel[]} */
export const panels = [
  {
    id: 'ai-cost-today',
    title: 'AI cost, 24 h',
    description: 'What calls of language models cost in the last 24 hours.',
    action: 'If it is above what the strategy earns, use a smaller model or call it less often.',
    chart: 'number',
    unit: 'money',
    decimals: 4,
    series: [
      {
        query: { kind: 'increase', metric: 'trading.agent.cost', by: ['trading.currency'], over: '1d' },
        legend: '{trading.currency}',
      },
    ],
    absentUntil: 'a call of a language model with a known price ends',
  },
  {
    id: 'ai-cost',
    title: 'AI cost per hour',
    description: 'What calls of language models cost per hour, by model.',
    action: 'A jump is a loop or a longer prompt: look at the requests and at the tokens.',
    chart: 'lines',
    unit: 'money',
    decimals: 4,
    series: [
      {
        query: {
          kind: 'rate',
          metric: 'trading.agent.cost',
          by: [model, 'trading.currency'],
          per: 3600,
        },
        legend: '{gen_ai.request.model} {trading.currency} per hour',
      },
    ],
    min: 0,
    absentUntil: 'a call of a language model with a known price ends',
  },
  {
    id: 'ai-requests',
    title: 'AI requests',
    description: 'Operations of language models per minute, by model.',
    action: 'If they grow without more signals, an agent loops: look at its errors and retries.',
    chart: 'lines',
    unit: 'perMinute',
    series: [
      {
        query: { kind: 'rate', metric: 'gen_ai.client.operation.duration', by: [model], per: 60 },
        legend: '{gen_ai.request.model}',
      },
    ],
    min: 0,
    absentUntil: 'the first call of a language model ends',
  },
  {
    id: 'ai-latency',
    title: 'AI latency',
    description: 'Time of an operation of a language model.',
    action: 'If p95 is longer than a signal lives, decisions come too late: use a faster model or a time-out.',
    chart: 'lines',
    unit: 'seconds',
    series: percentiles('gen_ai.client.operation.duration'),
    thresholds: badAbove(10, 30),
    min: 0,
    absentUntil: 'language models are called in this time range',
  },
  {
    id: 'ai-latency-by-model',
    title: 'AI latency by model (p95)',
    description: '95th percentile of the time of an operation, by provider and model.',
    action: 'If one provider slows down, switch to another before it times out.',
    chart: 'lines',
    unit: 'seconds',
    series: [
      {
        query: {
          kind: 'quantile',
          metric: 'gen_ai.client.operation.duration',
          by: ['gen_ai.provider.name', model],
          quantile: 0.95,
          over: 'step',
        },
        legend: '{gen_ai.provider.name} {gen_ai.request.model}',
      },
    ],
    min: 0,
    absentUntil: 'language models are called in this time range',
  },
  {
    id: 'ai-error-ratio',
    title: 'AI errors',
    description: 'Share of the operations of language models that failed.',
    action: 'Look at the error: a rate limit wants fewer calls, a time-out a faster model.',
    chart: 'lines',
    unit: 'share',
    series: [
      {
        query: {
          kind: 'ratio',
          of: {
            kind: 'rate',
            metric: 'gen_ai.client.operation.duration',
            where: { 'error.type': { present: true } },
            by: [model],
          },
          to: { kind: 'rate', metric: 'gen_ai.client.operation.duration', by: [model] },
          orZero: true,
        },
        legend: '{gen_ai.request.model}',
      },
    ],
    thresholds: badAbove(0.02, 0.1),
    min: 0,
    absentUntil: 'language models are called in this time range',
  },
  {
    id: 'ai-tokens',
    title: 'Tokens',
    description: 'Tokens per minute, by direction.',
    action: 'If input grows, prompts get longer: look at what is put into them.',
    chart: 'lines',
    unit: 'perMinute',
    series: [
      {
        query: {
          kind: 'rate',
          metric: 'gen_ai.client.token.usage',
          by: ['gen_ai.token.type'],
          of: 'sum',
          per: 60,
        },
        legend: '{gen_ai.token.type}',
      },
    ],
    min: 0,
    absentUntil: 'the first call of a language model ends',
  },
  {
    id: 'agent-analyses',
    title: 'Analyses',
    description: 'Analyses that AI agents made per hour, by agent.',
    action: 'If it falls to 0, the agent is stuck: look at AI errors and at the cycles.',
    chart: 'lines',
    unit: 'perHour',
    series: [
      {
        query: { kind: 'rate', metric: 'trading.agent.analyses', by: ['gen_ai.agent.name'], per: 3600 },
        legend: '{gen_ai.agent.name}',
      },
    ],
    min: 0,
    absentUntil: 'the first analysis ends',
  },
  {
    id: 'agent-decisions',
    title: 'Decisions of agents',
    description: 'Decisions of AI agents, by action.',
    action: 'If one action takes over after a change of model or prompt, undo the change.',
    chart: 'bars',
    unit: 'count',
    series: [
      {
        query: {
          kind: 'increase',
          metric: 'trading.agent.decisions',
          by: ['trading.decision.action'],
          over: 'step',
        },
        legend: '{trading.decision.action}',
      },
    ],
    min: 0,
    stacked: true,
    absentUntil: 'an agent makes its first decision',
  },
  {
    id: 'agent-decisions-by-symbol',
    title: 'Decisions by symbol',
    description: 'Decisions of AI agents in this time range, by symbol and action.',
    action: 'If an agent flips between buy and sell on one symbol, raise the conviction that it needs.',
    chart: 'table',
    unit: 'count',
    series: [
      {
        query: {
          kind: 'increase',
          metric: 'trading.agent.decisions',
          by: ['trading.symbol', 'trading.decision.action'],
          over: 'range',
        },
        legend: '{trading.symbol} {trading.decision.action}',
      },
    ],
    absentUntil: 'an agent makes its first decision',
  },
  {
    id: 'agent-conviction',
    title: 'Conviction',
    description: 'Mean conviction of agents in their decisions, by action.',
    action: 'If it is always near 1, it says nothing: do not size by it.',
    chart: 'lines',
    unit: 'share',
    series: [
      {
        query: {
          kind: 'mean',
          metric: 'trading.agent.conviction',
          by: ['trading.decision.action'],
          over: 'step',
        },
        legend: '{trading.decision.action}',
      },
    ],
    min: 0,
    max: 1,
    absentUntil: 'agents decide in this time range',
  },
  {
    id: 'agent-conviction-map',
    title: 'Conviction, distribution',
    description: 'Conviction of agents in their decisions, as a heatmap.',
    action: 'If it moves to one band after a change of model, calibrate it again.',
    chart: 'heatmap',
    unit: 'share',
    series: [{ query: { kind: 'buckets', metric: 'trading.agent.conviction' }, legend: '{le}' }],
    absentUntil: 'agents decide in this time range',
  },
  {
    id: 'model-inference',
    title: 'Model inference (p95)',
    description: '95th percentile of the time of one inference, by prediction model.',
    action: 'If it grows, the model is larger than before or the machine is busy: look at the CPU.',
    chart: 'lines',
    unit: 'seconds',
    series: [
      {
        query: {
          kind: 'quantile',
          metric: 'trading.model.inference.duration',
          by: ['trading.model.name'],
          quantile: 0.95,
          over: 'step',
        },
        legend: '{trading.model.name}',
      },
    ],
    min: 0,
    absentUntil: 'a prediction model is used in this time range',
  },
];
