import type { RuleMetric } from './series.ts';

/** Metrics of OpenTelemetry's own conventions, with the units that they are exported with: memory has none. */

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

/** Recorded by `@trademeter/sdk` about its exports. */
export const exportDuration = {
  name: 'otel.sdk.exporter.operation.duration',
  instrument: 'histogram',
  unit: 's',
  attributes: {
    'otel.component.name': { type: 'string', requirement: 'required' },
    'error.type': { type: 'string', requirement: 'recommended' },
  },
} as const satisfies RuleMetric;
