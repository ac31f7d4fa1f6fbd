import type { Attributes } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationType, MetricReader } from '@opentelemetry/sdk-metrics';
import {
  CachedExposition,
  type ExpositionOptions,
  metricsOfScopes,
  openMetricsExposition,
  textExposition,
} from '@trademeter/exposition';
import { MeterProvider, type MeterProviderOptions } from '@trademeter/metric-store';
import { readExposition } from '@trademeter/test-support';
import { captureLogs } from '@trademeter/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { send } from '../test/scrape.ts';
import { PrometheusExporter, type PrometheusExporterConfig } from './index.ts';

const plain = { withoutScopeInfo: true, withoutTargetInfo: true };

/** Exporters that read one store. */
class Store implements AsyncDisposable {
  readonly provider: MeterProvider;
  readonly exporters: readonly PrometheusExporter[];

  private constructor(exporters: readonly PrometheusExporter[], options: MeterProviderOptions) {
    this.exporters = exporters;
    this.provider = new MeterProvider({ ...options, readers: [...exporters, ...(options.readers ?? [])] });
  }

  static async start(
    configs: readonly PrometheusExporterConfig[] = [plain],
    options: MeterProviderOptions = {},
  ): Promise<Store> {
    const exporters = configs.map((config) => {
      return new PrometheusExporter({ host: '127.0.0.1', port: 0, ...config, preventServerStart: true });
    });
    const store = new Store(exporters, options);
    for (const exporter of exporters) await exporter.startServer();
    return store;
  }

  /** The samples of a scrape, by name and labels. */
  async scrape(exporter = 0): Promise<Record<string, number>> {
    const { body } = await send(this.exporters[exporter] as PrometheusExporter);
    const label = ([name, value]: readonly [string, string]) => `${name}=${value}`;
    return Object.fromEntries(
      readExposition(body).samples.map(({ name, labels, value }) => [
        [name, ...Object.entries(labels).map(label)].join(' '),
        value,
      ]),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.provider.shutdown();
  }
}

/** A reader of data points. */
class PointReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

describe('a series', () => {
  test('that an instrument ends is exported once more to each exporter, then omitted', async () => {
    await using store = await Store.start([plain, plain]);
    const counter = store.provider.getMeter('bot').createCounter('orders');
    for (const symbol of ['A', 'B', 'C']) counter.add(1, { symbol });
    const all = { 'orders_total symbol=A': 1, 'orders_total symbol=B': 1, 'orders_total symbol=C': 1 };
    expect(await store.scrape(0)).toEqual(all);
    expect(await store.scrape(1)).toEqual(all);
    counter.add(4, { symbol: 'B' });
    counter.remove({ symbol: 'B' });
    const last = { ...all, 'orders_total symbol=B': 5 };
    const without = { 'orders_total symbol=A': 1, 'orders_total symbol=C': 1 };
    expect(await store.scrape(0)).toEqual(last);
    expect(await store.scrape(0)).toEqual(without);
    expect(await store.scrape(1)).toEqual(last);
    expect(await store.scrape(1)).toEqual(without);
  });

  test('that comes back starts at 0', async () => {
    await using store = await Store.start();
    const counter = store.provider.getMeter('bot').createCounter('orders');
    for (const symbol of ['A', 'B']) counter.add(7, { symbol });
    await store.scrape();
    counter.remove({ symbol: 'A' });
    await store.scrape();
    counter.add(2, { symbol: 'A' });
    expect(await store.scrape()).toEqual({ 'orders_total symbol=A': 2, 'orders_total symbol=B': 7 });
  });

  test('of a closed position reads 0 once for each exporter, then is omitted', async () => {
    await using store = await Store.start([plain, plain]);
    const positions = store.provider.getMeter('bot').createObservableUpDownCounter('position');
    const open = new Map([
      ['A', 3],
      ['B', -2],
    ]);
    positions.addCallback((result) => {
      for (const [symbol, size] of open) result.observe(size, { symbol });
    });
    const both = { 'position symbol=A': 3, 'position symbol=B': -2 };
    expect(await store.scrape(0)).toEqual(both);
    expect(await store.scrape(1)).toEqual(both);
    open.delete('A');
    positions.remove({ symbol: 'A' });
    for (const exporter of [0, 1]) {
      expect(await store.scrape(exporter)).toEqual({ 'position symbol=A': 0, 'position symbol=B': -2 });
      expect(await store.scrape(exporter)).toEqual({ 'position symbol=B': -2 });
    }
  });

  test('that is no longer observed is omitted from the next scrape', async () => {
    await using store = await Store.start();
    const prices = store.provider.getMeter('bot').createObservableGauge('price');
    let symbols = ['A', 'B', 'C'];
    prices.addCallback((result) => {
      for (const symbol of symbols) result.observe(1, { symbol });
    });
    expect(Object.keys(await store.scrape())).toEqual(['price symbol=A', 'price symbol=B', 'price symbol=C']);
    symbols = ['A', 'C'];
    expect(Object.keys(await store.scrape())).toEqual(['price symbol=A', 'price symbol=C']);
    symbols = [];
    expect(await store.scrape()).toEqual({});
    symbols = ['B'];
    expect(Object.keys(await store.scrape())).toEqual(['price symbol=B']);
  });

  test('beyond the cardinality limit counts under otel_metric_overflow', async () => {
    using _quiet = captureLogs();
    const views = [{ instrumentName: '*', aggregationCardinalityLimit: 3 }];
    await using store = await Store.start([plain], { views });
    const counter = store.provider.getMeter('bot').createCounter('orders');
    for (const symbol of ['A', 'B', 'C', 'D']) counter.add(2, { symbol });
    expect(await store.scrape()).toEqual({
      'orders_total symbol=A': 2,
      'orders_total symbol=B': 2,
      'orders_total otel_metric_overflow=true': 4,
    });
  });
});

test('shows one moment while recordings go on', async () => {
  await using store = await Store.start();
  const meter = store.provider.getMeter('bot');
  const series = Array.from({ length: 800 }, (_, id) => ({ id }));
  const histograms = ['a', 'b', 'c', 'd'].map((name) => meter.createHistogram(name));
  const record = (): void => {
    for (const attributes of series) for (const histogram of histograms) histogram.record(1, attributes);
  };
  record();
  let turns = 0;
  let isOver = false;
  const trade = (): void => {
    record();
    turns += 1;
    if (!isOver) setImmediate(trade);
  };
  trade();
  const counts: number[][] = [];
  for (let round = 0; round < 3; round += 1) {
    const before = turns;
    const samples = await store.scrape();
    expect(turns - before).toBeGreaterThan(3);
    counts.push([
      ...new Set(Object.entries(samples).flatMap(([key, value]) => (key.includes('_count ') ? [value] : []))),
    ]);
  }
  isOver = true;
  for (const distinct of counts) expect(distinct).toHaveLength(1);
});

test('returns data points when something else collects from the exporter', async () => {
  await using store = await Store.start();
  store.provider.getMeter('bot').createCounter('orders').add(3);
  const [exporter] = store.exporters;
  const [scraped, collected] = await Promise.all([store.scrape(), exporter?.collect()]);
  expect(scraped).toEqual({ orders_total: 3 });
  expect(collected?.resourceMetrics.scopeMetrics[0]?.metrics[0]?.dataPoints[0]?.value).toBe(3);
});

// Some become the same series after translation.
const sets: readonly Attributes[] = [
  {},
  { symbol: 'A' },
  { symbol: 'größe' },
  { symbol: 'B', venue: 'x' },
  { 'a.b': 'y' },
  { a_b: 'y' },
  { symbol: 'x'.repeat(30_000) },
];
const set = fc.constantFrom(...sets);
const value = fc.oneof(
  fc.integer({ min: 0, max: 12 }),
  fc.nat(2_000_000),
  fc.tuple(fc.nat(99_999), fc.constantFrom(10, 100, 1e4)).map(([digits, scale]) => digits / scale),
  fc.double({ min: 0, max: 1e9, noNaN: true }),
);
const action = fc.record({
  instrument: fc.constantFrom('counter', 'upDown', 'gauge', 'explicit', 'repeated', 'exponential', 'observed'),
  operation: fc.constantFrom('record', 'record', 'record', 'remove', 'initialize'),
  attributes: set,
  value,
});
const round = fc.record({ actions: fc.array(action, { maxLength: 12 }), isOpenMetrics: fc.boolean() });
const configs = fc.constantFrom<Partial<ExpositionOptions>>({}, plain, {
  withoutScopeInfo: true,
  translationStrategy: 'UnderscoreEscapingWithoutSuffixes',
});
const filters = fc.constantFrom<'always_on' | 'always_off'>('always_on', 'always_off');

test('exports the same as data points would, whatever was recorded before', async () => {
  using _quiet = captureLogs();
  await fc.assert(
    fc.asyncProperty(configs, filters, fc.array(round, { maxLength: 8 }), async (config, exemplarFilter, rounds) => {
      const reader = new PointReader();
      const views = [
        { instrumentName: 'exponential', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const },
        { instrumentName: 'counter', aggregationCardinalityLimit: 4 },
      ];
      const resource = resourceFromAttributes({ 'service.name': 'bot' });
      const options = { resource, views, exemplarFilter, readers: [reader] };
      await using store = await Store.start([config as PrometheusExporterConfig], options);
      const meter = store.provider.getMeter('bot', '1');
      const observed = new Map<Attributes, number>();
      const observable = meter.createObservableUpDownCounter('observed', { unit: 's' });
      observable.addCallback((result) => {
        for (const [attributes, amount] of observed) result.observe(amount, attributes);
      });
      const boundaries = (explicitBucketBoundaries: number[]) => ({ advice: { explicitBucketBoundaries } });
      const [counter, upDown] = [meter.createCounter('counter'), meter.createUpDownCounter('upDown')];
      const gauge = meter.createGauge('gauge', { unit: '1', description: 'größe' });
      const histograms = {
        explicit: meter.createHistogram('explicit', boundaries([1, 10, 1_000])),
        repeated: meter.createHistogram('repeated', boundaries([1, 1, 10])),
        exponential: meter.createHistogram('exponential'),
      };
      for (const { actions, isOpenMetrics } of rounds) {
        for (const { instrument, operation, attributes, value: amount } of actions) {
          switch (instrument) {
            case 'counter':
            case 'upDown': {
              const sum = instrument === 'counter' ? counter : upDown;
              if (operation === 'record') sum.add(amount, attributes);
              else sum[operation](attributes);
              break;
            }
            case 'gauge':
              if (operation === 'record') gauge.record(amount, attributes);
              else gauge.remove(attributes);
              break;
            case 'observed':
              if (operation === 'record') observed.set(attributes, amount);
              else observed.delete(attributes);
              if (operation === 'remove') observable.remove(attributes);
              break;
            default:
              if (operation === 'record') histograms[instrument].record(amount, attributes);
              else histograms[instrument][operation](attributes);
          }
        }
        const exposition = isOpenMetrics ? openMetricsExposition('1.0.0') : textExposition('0.0.4');
        const { body } = await send(store.exporters[0] as PrometheusExporter, {
          headers: { accept: exposition.contentType },
        });
        const { scopeMetrics } = (await reader.collect()).resourceMetrics;
        const fresh = new CachedExposition(exposition, config, { warnOnce: () => {} });
        const expected = fresh.renderNow({ attributes: resource.attributes, metrics: metricsOfScopes(scopeMetrics) });
        expect(body).toBe(expected.text());
      }
    }),
    { numRuns: 200 },
  );
});

test('exports the same as data points would, while many series end, come back and change', async () => {
  using _quiet = captureLogs();
  const reader = new PointReader();
  await using store = await Store.start([plain], { readers: [reader] });
  const meter = store.provider.getMeter('bot');
  const counter = meter.createCounter('counter');
  const histogram = meter.createHistogram('histogram');
  let state = 1;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  const of = (id: number): Attributes => ({ symbol: `SYMBOL-${id}`, venue: 'x'.repeat(id % 7) });
  for (let step = 0; step < 40; step += 1) {
    for (let times = 0; times < 150; times += 1) {
      counter.add(random(1_000) / 8, of(random(1_200)));
      histogram.record(random(20_000), of(random(600)));
    }
    // From a few to most of them.
    for (let times = random(8) === 0 ? 600 : random(12); times > 0; times -= 1) {
      counter.remove(of(random(1_200)));
      histogram.remove(of(random(600)));
    }
    const text = await store.exporters[0]?.text();
    const { scopeMetrics } = (await reader.collect()).resourceMetrics;
    const fresh = new CachedExposition(textExposition('0.0.4'), plain, { warnOnce: () => {} });
    expect(text).toBe(fresh.renderNow({ attributes: {}, metrics: metricsOfScopes(scopeMetrics) }).text());
  }
});

test('series of meters that differ in attributes stay apart, by labels that begin with otel_scope_', async () => {
  using logs = captureLogs();
  const exporter = new PrometheusExporter({ withoutTargetInfo: true, preventServerStart: true });
  const provider = new MeterProvider({ readers: [exporter] });
  const schemaUrl = 'https://opentelemetry.io/schemas/1.40.0';
  for (const [index, account] of ['main', 'hedge'].entries()) {
    const attributes = { account, 'risk.class': [1, index], empty: '', name: 'x', version: 'x', 'schema.url': 'x' };
    provider
      .getMeter('bot', '1', { schemaUrl, attributes })
      .createGauge('cash')
      .record(index + 1);
  }
  for (let scrape = 0; scrape < 2; scrape += 1) {
    const { samples } = readExposition(await exporter.text());
    const own = { otel_scope_name: 'bot', otel_scope_version: '1', otel_scope_schema_url: schemaUrl };
    expect(samples.map((sample) => [sample.labels, sample.value])).toEqual([
      [{ ...own, otel_scope_account: 'hedge', otel_scope_risk_class: '[1,1]' }, 2],
      [{ ...own, otel_scope_account: 'main', otel_scope_risk_class: '[1,0]' }, 1],
    ]);
  }
  expect(logs.messages).toEqual([]);
});
