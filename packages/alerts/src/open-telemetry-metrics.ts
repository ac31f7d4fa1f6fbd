import type { RuleMetric } from './series.ts';

/** Metrics of OpenTelemetry's own instrumentations, with the units that they really carry: memory has none. */

export const eventLoopDelayP99 = {
  name: 'nodejs.eventloop.delay.p99',
  instrument: 'gauge',
  unit: 's',
  attributes: {},
} as const satisfies RuleMetric;

export const processMemoryUsage = {
  name: 'process.memory.usage',
  instrument: 'gauge',
  unit: '',
  attributes: {},
} as const satisfies RuleMetric;

export const processUptime = {
  name: 'process.uptime',
  instrument: 'gauge',
  unit: 's',
  attributes: {},
} as const satisfies RuleMetric;
