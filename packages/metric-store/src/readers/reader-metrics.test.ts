import type { Histogram } from '@opentelemetry/sdk-metrics';
import { expect, test } from 'vitest';
import { createStore, ManualReader } from '../../test/support.ts';
import { isSnapshotProducer, type SnapshotProducer } from '../index.ts';

class SnapshotReader extends ManualReader {
  producer: SnapshotProducer | undefined;

  override setMetricProducer(producer: Parameters<ManualReader['setMetricProducer']>[0]): void {
    if (isSnapshotProducer(producer)) this.producer = producer;
    super.setMetricProducer(producer);
  }
}

const duration = 'otel.sdk.metric_reader.collection.duration';

test('every collection of every reader is counted and timed, with its series', async () => {
  const [first, second] = [
    new ManualReader({ otelComponentType: 'periodic_metric_reader' }),
    new ManualReader({ otelComponentType: 'periodic_metric_reader' }),
  ];
  const snapshots = new SnapshotReader();
  const { meter } = createStore({ readers: [first, second, snapshots], sdkMetricsEnabled: true });
  const counter = meter.createCounter('jobs');
  for (let id = 0; id < 5; id += 1) counter.add(1, { id });
  expect(await first.points('trademeter.metric_reader.series')).toEqual([]);
  await first.collect();
  await second.collect();
  await snapshots.producer?.snapshot();
  const points = await first.points(duration);
  const counts = points.map(({ attributes, value }) => [attributes, (value as Histogram).count]);
  expect(counts).toEqual([
    [{ 'otel.component.name': 'periodic_metric_reader/0', 'otel.component.type': 'periodic_metric_reader' }, 2],
    [{ 'otel.component.name': 'periodic_metric_reader/1', 'otel.component.type': 'periodic_metric_reader' }, 1],
    [{ 'otel.component.name': 'SnapshotReader/0', 'otel.component.type': 'SnapshotReader' }, 1],
  ]);
  for (const { value } of points) expect((value as Histogram).sum).toBeGreaterThan(0);
  const series = await second.points('trademeter.metric_reader.series');
  expect(series.map(({ attributes, value }) => [attributes['otel.component.name'], value])).toEqual([
    ['periodic_metric_reader/0', 11],
    ['periodic_metric_reader/1', 7],
    ['SnapshotReader/0', 9],
  ]);
});

test('a collection whose callback fails is recorded with the name of its error', async () => {
  const { meter, reader } = createStore({ sdkMetricsEnabled: true });
  meter.createObservableGauge('g').addCallback(() => {
    throw new RangeError('no');
  });
  await reader.collect();
  const [point] = await reader.points(duration);
  expect(point?.attributes).toMatchObject({ 'error.type': 'RangeError' });
});

test('nothing is recorded about readers by default', async () => {
  const { meter, reader } = createStore();
  meter.createCounter('jobs').add(1);
  await reader.collect();
  expect((await reader.metrics()).map(({ descriptor }) => descriptor.name)).toEqual(['jobs']);
});
