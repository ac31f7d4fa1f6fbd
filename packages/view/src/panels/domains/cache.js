import { badBelow, percentiles } from '../panel.js';

/** @type {import('../boards.js').DomainBoard} */
export const board = {
  id: 'cache',
  title: 'Feature store & caches',
  description: 'How often the caches have the answer, and how long answers take.',
  listed: ['cache'],
  rows: [
    { title: 'Caches', panels: ['cache-hit-ratio', 'cache-layer-hit-ratio', 'cache-lookups', 'cache-failures'] },
    {
      title: 'Time',
      panels: ['feature-store-latency', 'cache-lookup-latency', 'feature-calculation', 'feature-calculations'],
    },
  ],
};

/** @type {readonly import('../panel.js').Panel[]} */
export const panels = [
  {
    id: 'cache-hit-ratio',
    title: 'Cache hit ratio',
    description: 'Share of the queries that a cache could answer, over a sliding window.',
    action: 'Below 80 % the bot calculates or fetches too much: look at expiry, size and keys.',
    chart: 'lines',
    unit: 'share',
    series: [
      {
        query: { kind: 'last', metric: 'trading.cache.hit_ratio', by: ['trading.cache.name'] },
        legend: '{trading.cache.name}',
      },
    ],
    thresholds: badBelow(0.5, 0.8),
    min: 0,
    max: 1,
    absentUntil: 'a cache is queried',
  },
  {
    id: 'cache-layer-hit-ratio',
    title: 'Hit ratio by layer',
    description: 'Share of the lookups that a layer could answer.',
    action: 'If the first layer falls and the second does not, the first is too small or expires too early.',
    chart: 'lines',
    unit: 'share',
    series: [
      {
        query: {
          kind: 'ratio',
          of: {
            kind: 'rate',
            metric: 'trading.cache.lookups',
            where: { 'trading.cache.result': 'hit' },
            by: ['trading.cache.name', 'trading.cache.layer'],
          },
          to: { kind: 'rate', metric: 'trading.cache.lookups', by: ['trading.cache.name', 'trading.cache.layer'] },
        },
        legend: '{trading.cache.name} {trading.cache.layer}',
      },
    ],
    min: 0,
    max: 1,
    absentUntil: 'a cache is queried in this time range',
  },
  {
    id: 'cache-lookups',
    title: 'Cache lookups',
    description: 'Lookups per second, by layer and result.',
    action: 'If misses of the last layer grow, so do the calculations: look at their times.',
    chart: 'lines',
    unit: 'perSecond',
    series: [
      {
        query: {
          kind: 'rate',
          metric: 'trading.cache.lookups',
          by: ['trading.cache.layer', 'trading.cache.result'],
        },
        legend: '{trading.cache.layer} {trading.cache.result}',
      },
    ],
    min: 0,
    absentUntil: 'a cache is queried',
  },
  {
    id: 'feature-store-latency',
    title: 'Feature store latency',
    description: 'Time of a query to a cache, through all of its layers.',
    action: 'If it grows with the same hit ratio, a layer is slow: look at the lookups by layer.',
    chart: 'lines',
    unit: 'seconds',
    series: percentiles('trading.cache.query.duration'),
    min: 0,
    absentUntil: 'a cache is queried in this time range',
  },
  {
    id: 'cache-lookup-latency',
    title: 'Lookup latency by layer (p95)',
    description: '95th percentile of the time of a lookup, by layer.',
    action: 'If a remote layer slows down, look at its server and at the network.',
    chart: 'lines',
    unit: 'seconds',
    series: [
      {
        query: {
          kind: 'quantile',
          metric: 'trading.cache.lookup.duration',
          by: ['trading.cache.layer'],
          quantile: 0.95,
          over: 'step',
        },
        legend: '{trading.cache.layer}',
      },
    ],
    min: 0,
    absentUntil: 'a cache is queried in this time range',
  },
  {
    id: 'cache-failures',
    title: 'Failed lookups',
    description: 'Lookups that failed, by layer and error.',
    action: 'A layer that fails sends everything to the next one: look at its server first.',
    chart: 'bars',
    unit: 'count',
    series: [
      {
        query: {
          kind: 'increase',
          metric: 'trading.cache.lookup.duration',
          where: { 'error.type': { present: true } },
          by: ['trading.cache.layer', 'error.type'],
          over: 'step',
        },
        legend: '{trading.cache.layer}: {error.type}',
      },
    ],
    min: 0,
    stacked: true,
    absentUntil: 'a lookup fails',
  },
  {
    id: 'feature-calculation',
    title: 'Feature calculation (p95)',
    description: '95th percentile of the time that the calculation of a feature took.',
    action: 'If one feature grows with the length of its history, limit the window that it looks at.',
    chart: 'lines',
    unit: 'seconds',
    series: [
      {
        query: {
          kind: 'quantile',
          metric: 'trading.feature.calculation.duration',
          by: ['trading.feature.name'],
          quantile: 0.95,
          over: 'step',
        },
        legend: '{trading.feature.name}',
      },
    ],
    min: 0,
    absentUntil: 'features are calculated in this time range',
  },
  {
    id: 'feature-calculations',
    title: 'Feature calculations',
    description: 'Calculations of features per second.',
    action: 'If they grow while the hit ratio falls, the cache forgets too early.',
    chart: 'lines',
    unit: 'perSecond',
    series: [
      {
        query: { kind: 'rate', metric: 'trading.feature.calculation.duration', by: ['trading.feature.name'] },
        legend: '{trading.feature.name}',
      },
    ],
    min: 0,
    absentUntil: 'the first feature is calculated',
  },
];
