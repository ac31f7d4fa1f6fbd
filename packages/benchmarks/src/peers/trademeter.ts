import { createMeter, defineMetric } from '@trademeter/instrumentation';
import { startTelemetry } from '@trademeter/sdk';
import type { MetricDefinition } from '@trademeter/semantic-conventions';
import { type BenchmarkMetric, type BenchmarkSeries, boundaries, metrics } from '../series.ts';
import type { Peer } from './peer.ts';

type Write = (value: number, labels: Record<string, string>) => void;

const definitions = new Map(metrics.map((metric) => [metric, definitionOf(metric)] as const));

/** The definitions that `startTelemetry` needs, so that all series are within its limits. */
export const ownMetrics: readonly MetricDefinition[] = [...definitions.values()];

/** This workspace: `startTelemetry` and typed instruments. */
export async function startTrademeter(series: readonly BenchmarkSeries[]): Promise<Peer> {
  const telemetry = await startTelemetry({
    // The other libraries have no scope labels and no target_info.
    exporters: [{ type: 'prometheus', host: '127.0.0.1', port: 0, withoutScopeInfo: true, withoutTargetInfo: true }],
    metrics: ownMetrics,
  });
  const endpoint = telemetry.endpoints[0];
  if (endpoint === undefined) throw new Error('trademeter serves no endpoint');
  return { url: endpoint.url, record: recordWithTypedInstruments(series) };
}

/** Records through typed instruments to the telemetry that is running. */
export function recordWithTypedInstruments(series: readonly BenchmarkSeries[]): Peer['record'] {
  const meter = createMeter({ name: 'benchmark' });
  const writes = new Map(
    metrics.map((metric): [BenchmarkMetric, Write] => {
      const definition = definitions.get(metric) as MetricDefinition;
      switch (metric.kind) {
        case 'counter': {
          const counter = meter.counter({ ...definition, instrument: 'counter' });
          return [metric, (value, labels) => counter.add(value, labels)];
        }
        case 'gauge': {
          const gauge = meter.gauge({ ...definition, instrument: 'gauge' });
          return [metric, (value, labels) => gauge.record(value, labels)];
        }
        case 'histogram': {
          const histogram = meter.histogram({ ...definition, instrument: 'histogram' });
          return [metric, (value, labels) => histogram.record(value, labels)];
        }
      }
    }),
  );
  return (index, value) => {
    const one = series[index];
    if (one !== undefined) writes.get(one.metric)?.(value, { ...one.labels });
  };
}

function definitionOf({ kind, name, help, labelNames }: BenchmarkMetric): MetricDefinition {
  const label = { type: 'string', requirement: 'required' } as const;
  return defineMetric({
    name,
    instrument: kind,
    unit: '',
    description: help,
    attributes: Object.fromEntries(labelNames.map((each) => [each, label])),
    cardinalityLimit: 1_000_000,
    ...(kind === 'histogram' && { boundaries }),
  });
}
