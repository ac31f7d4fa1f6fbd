import { metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  AggregationType,
  createDenyListAttributesProcessor,
  InMemoryMetricExporter,
  InstrumentType,
  type MetricData,
  PeriodicExportingMetricReader,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import { createMeter, defineMetric } from '@trademeter/instrumentation';
import {
  allMetrics,
  tradingBreakerTrips,
  tradingOrderFillDuration,
  tradingOrderPlaced,
  tradingPortfolioDrawdownCurrent,
} from '@trademeter/semantic-conventions';
import { OtlpReceiver, pointsOf } from '@trademeter/test-support';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { listenToStderr, order, scrape, setEnvironment } from '../test/support.ts';
import { startTelemetry, type Telemetry, type TelemetryOptions } from './index.ts';

beforeEach(() => setEnvironment({}));

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

interface InMemory {
  readonly telemetry: Telemetry;
  /** What would be exported now for this metric; one entry per stream. */
  collect(name: string): Promise<MetricData[]>;
}

async function start(
  options: TelemetryOptions = {},
  temporality = AggregationTemporality.CUMULATIVE,
): Promise<InMemory & AsyncDisposable> {
  const exporter = new InMemoryMetricExporter(temporality);
  const telemetry = await startTelemetry({ exporters: [new PeriodicExportingMetricReader({ exporter })], ...options });
  return {
    telemetry,
    async collect(name) {
      exporter.reset();
      await telemetry.flush();
      const all = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
      return all.filter(({ descriptor }) => descriptor.name === name);
    },
    [Symbol.asyncDispose]: () => telemetry.shutdown(),
  };
}

function boundariesOf([metric]: readonly MetricData[]): number[] | undefined {
  const value = metric?.dataPoints[0]?.value;
  return typeof value === 'object' && 'buckets' in value
    ? (value.buckets as { boundaries: number[] }).boundaries
    : undefined;
}

function attributesOf(streams: readonly MetricData[]): unknown[] {
  return streams.flatMap(({ dataPoints }) => dataPoints.map(({ attributes }) => attributes));
}

const fill = { 'trading.venue': 'test', 'trading.order.type': 'limit' } as const;

/** Records as a library does that knows the name but not the conventions. */
function recordWithoutAdvice(name: string): void {
  metrics.getMeter('foreign').createHistogram(name).record(3);
}

test('every histogram of the conventions has its buckets, whichever package records it', async () => {
  await using memory = await start();
  for (const { name, instrument, boundaries } of allMetrics) {
    if (instrument !== 'histogram') continue;
    recordWithoutAdvice(name);
    const streams = await memory.collect(name);
    expect(streams).toHaveLength(1);
    expect(boundariesOf(streams)).toEqual(boundaries);
  }
});

test('no metric of the conventions is counted twice', async () => {
  await using memory = await start();
  const meter = createMeter({ name: 'once' });
  meter.counter(tradingOrderPlaced).add(1, order);
  meter.histogram(tradingOrderFillDuration).record(1, fill);
  meter.gauge(tradingPortfolioDrawdownCurrent).record(0.1, {});
  for (const { name } of [tradingOrderPlaced, tradingOrderFillDuration, tradingPortfolioDrawdownCurrent]) {
    expect(await memory.collect(name)).toHaveLength(1);
  }
});

describe('buckets', () => {
  test('replace the boundaries of one metric', async () => {
    await using memory = await start({ buckets: { 'trading.order.fill.duration': [1, 2, 4] } });
    createMeter({ name: 'b' }).histogram(tradingOrderFillDuration).record(1, fill);
    recordWithoutAdvice('trading.order.request.duration');
    expect(boundariesOf(await memory.collect('trading.order.fill.duration'))).toEqual([1, 2, 4]);
    expect(boundariesOf(await memory.collect('trading.order.request.duration'))).toContain(0.001);
  });

  test("set the boundaries of another package's histogram, and leave a counter of that name a counter", async () => {
    await using memory = await start({ buckets: { 'http.server.request.duration': [1, 2], 'jobs.run': [1] } });
    recordWithoutAdvice('http.server.request.duration');
    metrics.getMeter('foreign').createCounter('jobs.run').add(2);
    expect(boundariesOf(await memory.collect('http.server.request.duration'))).toEqual([1, 2]);
    expect((await memory.collect('jobs.run'))[0]?.dataPoints[0]?.value).toBe(2);
  });
});

test('histograms are pushed with exponential buckets if the environment says so, and scraped with explicit ones', async () => {
  await using receiver = await OtlpReceiver.start();
  setEnvironment({
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: 'base2_exponential_bucket_histogram',
  });
  await using telemetry = await startTelemetry({
    exporters: [
      { type: 'prometheus', port: 0 },
      { type: 'otlp', url: receiver.url },
    ],
  });
  const duration = createMeter({ name: 'exponential' }).histogram(tradingOrderFillDuration);
  for (const seconds of [0.3, 0.6, 7]) duration.record(seconds, fill);
  await telemetry.flush();
  const [pushed] = pointsOf(receiver.received, 'trading.order.fill.duration');
  expect(pushed).toHaveProperty('scale');
  expect(pushed?.sum).toBeCloseTo(7.9);
  const url = telemetry.endpoints.find(({ exporter }) => exporter === 'prometheus')?.url ?? '';
  const buckets = await scrape(url, 'trading_order_fill_duration_seconds_bucket{');
  expect(buckets).toHaveLength(tradingOrderFillDuration.boundaries.length + 1);
});

test("a user's own definition has its buckets and its limit", async () => {
  listenToStderr();
  const latency = defineMetric({
    name: 'my.latency',
    instrument: 'histogram',
    unit: 's',
    description: 'Mine.',
    attributes: { 'my.host': { type: 'string', requirement: 'required' } },
    boundaries: [0.5, 1],
    cardinalityLimit: 3,
  });
  await using memory = await start({ metrics: [latency, tradingOrderPlaced] });
  const histogram = createMeter({ name: 'mine' }).histogram(latency);
  for (const host of ['a', 'b', 'c', 'd']) histogram.record(1, { 'my.host': host });
  const streams = await memory.collect('my.latency');
  expect(boundariesOf(streams)).toEqual([0.5, 1]);
  expect(attributesOf(streams)).toEqual([{ 'my.host': 'a' }, { 'my.host': 'b' }, { 'otel.metric.overflow': true }]);
});

describe("a user's view replaces ours", () => {
  test.each<[string, ViewOptions]>([
    ['by name', { instrumentName: 'trading.order.fill.duration' }],
    ['by pattern', { instrumentName: 'trading.order.*' }],
    ['by pattern with something after the wildcard', { instrumentName: 'trading.*.fill.duration' }],
    ['by type', { instrumentType: InstrumentType.HISTOGRAM }],
    ['by unit', { instrumentUnit: 's' }],
    ['by meter', { meterName: '@trademeter/instrumentation-orders' }],
  ])('%s', async (_, selector) => {
    await using memory = await start({
      views: [{ ...selector, attributesProcessors: [createDenyListAttributesProcessor(['trading.venue'])] }],
    });
    createMeter({ name: '@trademeter/instrumentation-orders' }).histogram(tradingOrderFillDuration).record(1, fill);
    const streams = await memory.collect('trading.order.fill.duration');
    expect(attributesOf(streams)).toEqual([{ 'trading.order.type': 'limit' }]);
    expect(boundariesOf(streams)).toEqual(tradingOrderFillDuration.boundaries);
  });

  test('and can drop the metric', async () => {
    await using memory = await start({
      views: [{ instrumentName: 'trading.order.*', aggregation: { type: AggregationType.DROP } }],
    });
    createMeter({ name: 'd' }).counter(tradingOrderPlaced).add(1, order);
    expect(await memory.collect('trading.order.placed')).toEqual([]);
  });

  test('and keeps the buckets option if it names the metric and sets no aggregation', async () => {
    await using memory = await start({
      buckets: { 'trading.order.fill.duration': [1, 2] },
      views: [{ instrumentName: 'trading.order.fill.duration', description: 'Other.' }],
    });
    createMeter({ name: 'd' }).histogram(tradingOrderFillDuration).record(1, fill);
    const streams = await memory.collect('trading.order.fill.duration');
    expect(boundariesOf(streams)).toEqual([1, 2]);
    expect(streams[0]?.descriptor.description).toBe('Other.');
  });

  test('but not if it selects other instruments', async () => {
    await using memory = await start({
      views: [
        { instrumentName: '*', meterName: 'foreign', aggregation: { type: AggregationType.DROP } },
        {
          instrumentName: 'trading.order.*',
          instrumentType: InstrumentType.COUNTER,
          aggregation: { type: AggregationType.DROP },
        },
        { instrumentName: 'trading.order.*', instrumentUnit: 'ms' },
      ],
    });
    createMeter({ name: 'd' }).histogram(tradingOrderFillDuration).record(1, fill);
    expect(await memory.collect('trading.order.fill.duration')).toHaveLength(1);
  });
});

describe('the number of series', () => {
  const limited: ViewOptions = { instrumentName: 'trading.order.placed', aggregationCardinalityLimit: 10 };

  function placeFor(from: number, to: number): void {
    const placed = createMeter({ name: 'rotating' }).counter(tradingOrderPlaced);
    for (let symbol = from; symbol < to; symbol += 1) placed.add(1, { ...order, 'trading.symbol': `S${symbol}` });
  }

  test('stays at the limit over any number of collections, and the overflow is combined', async () => {
    const { lines } = listenToStderr();
    await using memory = await start({ views: [limited] });
    for (let round = 0; round < 10; round += 1) {
      placeFor(round * 100, round * 100 + 100);
      await memory.collect('trading.order.placed');
    }
    const [metric] = await memory.collect('trading.order.placed');
    expect(metric?.dataPoints).toHaveLength(10);
    const values = metric?.dataPoints.map(({ attributes, value }) => [
      attributes['trading.symbol'] ?? 'overflow',
      value,
    ]);
    expect(values).toContainEqual(['S0', 1]);
    expect(values).toContainEqual(['overflow', 991]);
    expect(lines).toEqual([
      '[trademeter/metric-store] warn: trading.order.placed has reached its cardinality limit of 10 series: new series are combined under otel.metric.overflow. Raise the limit with aggregationCardinalityLimit in a view. Logged once.',
    ]);
  });

  test('keeps counting the series that were there before the limit was reached', async () => {
    listenToStderr();
    await using memory = await start({ views: [limited] });
    placeFor(0, 100);
    placeFor(3, 5);
    const [metric] = await memory.collect('trading.order.placed');
    const values = metric?.dataPoints.map(({ attributes, value }) => [
      attributes['trading.symbol'] ?? 'overflow',
      value,
    ]);
    expect(values).toContainEqual(['S3', 2]);
    expect(values).toContainEqual(['S5', 1]);
  });

  test('holds for bound recordings', async () => {
    listenToStderr();
    await using memory = await start({ views: [limited] });
    const placed = createMeter({ name: 'bound' }).counter(tradingOrderPlaced);
    const bound = Array.from({ length: 20 }, (_, symbol) => placed.bind({ ...order, 'trading.symbol': `S${symbol}` }));
    for (const each of [...bound, ...bound]) each.add();
    const [metric] = await memory.collect('trading.order.placed');
    expect(metric?.dataPoints).toHaveLength(10);
    expect(metric?.dataPoints.at(-1)?.value).toBe(22);
  });

  test('has a default limit for metrics that the SDK does not know', async () => {
    const { lines } = listenToStderr();
    await using memory = await start();
    const meter = metrics.getMeter('foreign');
    const [counter, histogram] = [meter.createCounter('jobs'), meter.createHistogram('latency')];
    for (let round = 0; round < 3; round += 1) {
      for (let id = 0; id < 1_500; id += 1) {
        meter.createCounter('jobs').add(1, { id: round * 1_500 + id });
        histogram.record(1, { id: round * 1_500 + id });
      }
      await memory.collect('jobs');
    }
    counter.add(5);
    const [[jobs], [latency]] = [await memory.collect('jobs'), await memory.collect('latency')];
    expect(jobs?.dataPoints).toHaveLength(2_000);
    expect(latency?.dataPoints).toHaveLength(2_000);
    expect(jobs?.dataPoints.find(({ attributes }) => attributes['otel.metric.overflow'])?.value).toBe(2_506);
    expect(lines).toHaveLength(2);
  });

  test('is limited by the reader if no view sets a limit, also for metrics of the conventions', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, cardinalityLimits: { default: 5_000 } });
    await using telemetry = await startTelemetry({ exporters: [reader] });
    const jobs = metrics.getMeter('foreign').createCounter('jobs');
    const trips = createMeter({ name: 'own' }).counter(tradingBreakerTrips);
    for (let id = 0; id < 4_000; id += 1) {
      jobs.add(1, { id });
      trips.add(1, { 'trading.breaker.name': `breaker ${id}` });
    }
    await telemetry.flush();
    const all = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
    const counts = new Map(all.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints.length]));
    expect(counts.get('jobs')).toBe(4_000);
    expect(counts.get('trading.breaker.trips')).toBe(4_000);
  });

  test('can be reduced by a view with a pattern that drops an attribute', async () => {
    await using memory = await start({
      views: [{ instrumentName: 'jobs*', attributesProcessors: [createDenyListAttributesProcessor(['id'])] }],
    });
    const jobs = metrics.getMeter('foreign').createCounter('jobs');
    for (let id = 0; id < 3_000; id += 1) jobs.add(1, { id });
    const [metric] = await memory.collect('jobs');
    expect(metric?.dataPoints.map(({ attributes, value }) => [attributes, value])).toEqual([[{}, 3_000]]);
  });

  test('counts the same attributes in another order once', async () => {
    await using memory = await start();
    const jobs = metrics.getMeter('foreign').createCounter('jobs');
    jobs.add(1, { a: 1, b: 'x' });
    jobs.add(1, { b: 'x', a: 1 });
    jobs.add(1);
    const [metric] = await memory.collect('jobs');
    expect(metric?.dataPoints.map(({ value }) => value)).toEqual([2, 1]);
  });

  test('of up-down counters also stays at the limit with delta temporality, where they are cumulative', async () => {
    listenToStderr();
    await using receiver = await OtlpReceiver.start();
    await using telemetry = await startTelemetry({
      exporters: [{ type: 'otlp', url: receiver.url, protocol: 'http/json', temporality: 'delta' }],
    });
    const open = metrics.getMeter('foreign').createUpDownCounter('open');
    for (let round = 0; round < 3; round += 1) {
      for (let id = 0; id < 1_500; id += 1) open.add(1, { id: round * 1_500 + id });
      await telemetry.flush();
    }
    expect(receiver.value('open')).toBe(4_500);
    expect(receiver.value('open', { 'otel.metric.overflow': 'true' })).toBe(2_501);
  });

  test('with delta temporality is counted again in each interval, because nothing is kept', async () => {
    const { lines } = listenToStderr();
    await using memory = await start({ views: [limited] }, AggregationTemporality.DELTA);
    for (let round = 0; round < 5; round += 1) {
      placeFor(round * 8, round * 8 + 8);
      const [metric] = await memory.collect('trading.order.placed');
      expect(metric?.dataPoints).toHaveLength(8);
    }
    expect(lines).toEqual([]);
  });
});
