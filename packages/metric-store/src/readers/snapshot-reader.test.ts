import {
  AggregationTemporality,
  AggregationType,
  InstrumentType,
  MetricReader,
  type MetricReaderOptions,
  MeterProvider as UpstreamMeterProvider,
} from '@opentelemetry/sdk-metrics';
import { captureLogs } from '@trademeter/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { MeterProvider, type SnapshotCollection, SnapshotReader } from '../index.ts';

const calls: string[] = [];

/** A reader whose flush and shutdown end when the test lets them. */
class OwnReader extends SnapshotReader {
  work: Promise<void> = Promise.resolve();

  take(): Promise<SnapshotCollection> {
    return this.collectSnapshot({ timeoutMillis: 1_000 });
  }

  protected override onInitialized(): void {
    calls.push('initialized');
  }

  protected override async onForceFlush(): Promise<void> {
    calls.push('flush');
    await this.work;
  }

  protected override async onShutdown(): Promise<void> {
    calls.push('shutdown');
    await this.work;
  }
}

class UpstreamReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}
}

const options: readonly MetricReaderOptions[] = [
  {},
  {
    aggregationSelector: () => ({ type: AggregationType.DROP }),
    aggregationTemporalitySelector: (type) =>
      type === InstrumentType.COUNTER ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE,
    cardinalitySelector: (type) => (type === InstrumentType.GAUGE ? 7 : 8),
  },
];

test.each(options)('selects the same as upstream with the options %o', (given) => {
  const [own, upstream] = [new OwnReader(given), new UpstreamReader(given)];
  for (const type of Object.values(InstrumentType)) {
    expect(own.selectAggregation(type)).toEqual(upstream.selectAggregation(type));
    expect(own.selectAggregationTemporality(type)).toBe(upstream.selectAggregationTemporality(type));
    expect(own.selectCardinalityLimit(type)).toBe(upstream.selectCardinalityLimit(type));
  }
});

describe.each([
  ['the store', MeterProvider],
  ["upstream's provider", UpstreamMeterProvider],
] as const)('on %s', (_, Provider) => {
  test('collects from the provider and further producers', async () => {
    const inner = new OwnReader();
    new UpstreamMeterProvider({ readers: [inner] }).getMeter('foreign').createCounter('jobs').add(5);
    const reader = new OwnReader({ metricProducers: [inner] });
    const provider = new Provider({ readers: [reader] });
    provider.getMeter('bot').createCounter('orders').add(3);
    const { resourceMetrics, errors } = await reader.collect();
    expect(errors).toEqual([]);
    expect(
      resourceMetrics.scopeMetrics.map(({ scope, metrics }) => [
        scope.name,
        metrics.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints[0]?.value]),
      ]),
    ).toEqual([
      ['bot', [['orders', 3]]],
      ['foreign', [['jobs', 5]]],
    ]);
    const { snapshot, resourceMetrics: others } = await reader.take();
    expect(snapshot?.scopes.map(({ scope }) => scope.name)).toEqual(Provider === MeterProvider ? ['bot'] : undefined);
    expect(others.scopeMetrics.map(({ scope }) => scope.name)).toEqual(
      Provider === MeterProvider ? ['foreign'] : ['bot', 'foreign'],
    );
    expect(others.resource.attributes).toEqual(resourceMetrics.resource.attributes);
  });

  test('is flushed and shut down once by its provider', async () => {
    using logs = captureLogs();
    calls.length = 0;
    const reader = new OwnReader();
    const provider = new Provider({ readers: [reader] });
    await provider.forceFlush();
    await provider.shutdown();
    expect(calls).toEqual(['initialized', 'flush', 'shutdown']);
    await reader.forceFlush();
    await reader.shutdown();
    expect(calls).toHaveLength(3);
    expect(logs.messages).toHaveLength(2);
    await expect(reader.collect()).rejects.toThrow('the metric reader was shut down');
  });

  test('a flush that takes longer than its limit rejects', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const reader = new OwnReader();
    const provider = new Provider({ readers: [reader] });
    reader.work = new Promise(() => {});
    const failure = provider.forceFlush({ timeoutMillis: 1_000 }).catch(String);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await failure).toBe('Error: a metric reader takes longer than 1000 ms');
  });

  test('cannot be used by two providers', () => {
    const reader = new OwnReader();
    new Provider({ readers: [reader] });
    expect(() => new Provider({ readers: [reader] })).toThrow('cannot be used by two meter providers');
  });
});

test('collects nothing without a provider', async () => {
  await expect(new OwnReader().take()).rejects.toThrow('the metric reader has no meter provider');
});
