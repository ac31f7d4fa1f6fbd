import { AggregationType, type MetricData } from '@opentelemetry/sdk-metrics';
import { Log } from '@trademeter/config';
import { CachedExposition, metricsOfScopes, openMetricsExposition, type ScrapeBody } from '@trademeter/exposition';
import { sampleLines } from '@trademeter/test-support';
import { captureLogs } from '@trademeter/testing';
import { describe, expect, test } from 'vitest';
import { Producer, produced } from '../test/producer.ts';
import { Endpoint } from '../test/scrape.ts';

function familyOf(metric: MetricData) {
  const exposition = new CachedExposition(openMetricsExposition('1.0.0'), {}, new Log('exporter-prometheus'));
  const scopeMetrics = [{ scope: { name: 'bot' }, metrics: [metric] }];
  let last: ScrapeBody | undefined;
  return {
    /** The number of pauses, and whether anything changed. */
    update(): { readonly pauses: number; readonly changed: boolean } {
      const steps = exposition.render({ attributes: noAttributes, metrics: metricsOfScopes(scopeMetrics) });
      let pauses = 0;
      for (;;) {
        const step = steps.next();
        if (step.done === true) {
          const changed = step.value !== last;
          last = step.value;
          return { pauses, changed };
        }
        pauses += 1;
      }
    },
  };
}

const noAttributes = {};
const none = { offset: 0, bucketCounts: [] };

function linesOf(body: string, start: string): string[] {
  return sampleLines(body, start);
}

describe('series whose labels seem equal', () => {
  test('are all exported', async () => {
    using logs = captureLogs();
    await using endpoint = await Endpoint.start();
    const orders = endpoint.provider.getMeter('m').createCounter('orders');
    // These two have the same hash after equal text.
    const alike = ['3FyznBg3W', 'HZdDehM.A'];
    const shown = async () => linesOf(await endpoint.scrape(), 'orders_total{').map((line) => line.split('"')[3]);
    orders.add(1, { symbol: 'first' });
    for (const symbol of alike) {
      orders.add(1, { symbol });
      await shown();
    }
    orders.add(1, { symbol: 'later' });
    for (let scrape = 0; scrape < 2; scrape += 1) expect(await shown()).toEqual(['first', ...alike, 'later']);
    expect(logs.messages).toEqual([]);
  });
});

describe('series with equal labels', () => {
  test('of exponential histograms never count less than before', async () => {
    using _quiet = captureLogs();
    const views = [{ instrumentName: '*', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const }];
    await using endpoint = await Endpoint.start({}, { views });
    const latency = endpoint.meter.createHistogram('latency');
    const [one, other] = [{ 'a.b': 'x' }, { a_b: 'x' }];
    const counts: string[] = [];
    for (const [value, attributes] of [
      [3, one],
      [3, other],
      [300, other],
      [1e9, one],
      [300, one],
    ] as const) {
      latency.record(value, attributes);
      counts.push(...linesOf(await endpoint.scrape(), 'latency_count{').map((line) => line.split(' ')[1] ?? ''));
    }
    expect(counts).toEqual(['1', '2', '3', '4', '5']);
    const buckets = linesOf(await endpoint.scrape(), 'latency_bucket{').map((line) => line.split('le=')[1]);
    expect(buckets).toEqual(expect.arrayContaining(['"0"} 0', '"4"} 2', '"256"} 2', '"512"} 4', '"+Inf"} 5']));
  });

  test('of exponential histograms have the buckets of the coarsest', async () => {
    using _quiet = captureLogs();
    const producer = new Producer();
    await using endpoint = await Endpoint.start({ metricProducers: [producer], withoutScopeInfo: true });
    const fine = {
      attributes: { 'a.b': 'x' },
      value: { count: 5, scale: 1, zeroCount: 1, positive: { offset: 0, bucketCounts: [1, 1, 1, 1] }, negative: none },
    };
    const positive = { offset: 0, bucketCounts: [2, 3] };
    const coarse = {
      attributes: { a_b: 'x' },
      value: { count: 9, scale: -1, zeroCount: 0, positive, negative: { offset: 1, bucketCounts: [4] } },
    };
    producer.show([produced('exponential_histogram', 'latency', [fine, coarse])]);
    expect(linesOf(await endpoint.scrape(), 'latency_')).toEqual([
      'latency_bucket{a_b="x",le="-4"} 4',
      'latency_bucket{a_b="x",le="0"} 5',
      'latency_bucket{a_b="x",le="4"} 11',
      'latency_bucket{a_b="x",le="16"} 14',
      'latency_bucket{a_b="x",le="+Inf"} 14',
      'latency_count{a_b="x"} 14',
    ]);
  });

  test('are added up if possible, with the exemplars of the exported one', async () => {
    using logs = captureLogs();
    const producer = new Producer();
    const headers = { accept: 'application/openmetrics-text' };
    await using endpoint = await Endpoint.start({ metricProducers: [producer], withoutScopeInfo: true });
    const [one, other] = [{ 'a.b': 'x' }, { a_b: 'x' }];
    const classic = (boundaries: number[], counts: number[]) => ({ count: 1, sum: 1, buckets: { boundaries, counts } });
    const point = (attributes: object, value: unknown, exemplar: number) => {
      return { attributes, value, exemplars: [{ value: exemplar }] };
    };
    const exponential = { count: 8, scale: 0, zeroCount: 8, positive: none, negative: none };
    producer.show([
      produced('histogram', 'explicit', [
        point(one, classic([1], [1, 0]), 0.5),
        point(other, classic([5], [0, 1]), 700),
        point({ 'a.b': 'x' }, classic([1], [0, 1]), 2),
      ]),
      produced('histogram', 'mixed', [{ attributes: one, value: classic([0], [1, 0]) }]),
      produced('exponential_histogram', 'mixed', [{ attributes: other, value: exponential }]),
      produced('gauge', 'level', [{ attributes: one, value: 3 }]),
      produced('updowncounter', 'level', [{ attributes: other, value: 4 }]),
    ]);
    const { body } = await endpoint.get({ headers });
    expect(linesOf(body, 'explicit_')).toEqual([
      'explicit_bucket{a_b="x",le="1"} 1 # {} 0.5',
      'explicit_bucket{a_b="x",le="+Inf"} 2 # {} 2',
      'explicit_sum{a_b="x"} 2',
      'explicit_count{a_b="x"} 2',
    ]);
    expect(linesOf(body, 'mixed_count')).toEqual(['mixed_count{a_b="x"} 1']);
    expect(linesOf(body, 'level')).toEqual(['level{a_b="x"} 3']);
    expect(logs.from('exporter-prometheus').map((notice) => notice.split(': ')[1])).toEqual(
      Array(3).fill('the first is exported'),
    );
  });

  test('are no longer looked up once they are alone', () => {
    using _quiet = captureLogs();
    const alone = Array.from({ length: 10_000 }, (_, index) => ({ attributes: { symbol: `S${index}` }, value: 1 }));
    const metric = produced('counter', 'orders', [
      ...alone,
      ...[{ 'a.b': 'x' }, { a_b: 'x' }].map((attributes) => ({ attributes, value: 1 })),
    ]);
    const family = familyOf(metric);
    family.update();
    const together = family.update().pauses;
    metric.dataPoints.pop();
    family.update();
    expect(family.update().pauses).toBeLessThan(together / 2);
  });

  test('are merged in steps, in proportion to the number of series', () => {
    using _quiet = captureLogs();
    const alone = Array.from({ length: 10_000 }, (_, index) => ({ attributes: { symbol: `S${index}` }, value: 1 }));
    const same = [{ 'a.b': 'x' }, { a_b: 'x' }].map((attributes) => ({ attributes, value: 1 }));
    const family = familyOf(produced('counter', 'orders', [...alone, ...same]));
    family.update();
    expect(family.update()).toEqual({ pauses: expect.toSatisfy((pauses: number) => pauses > 40), changed: false });
  });
});

test('an exemplar that was exported before is not a change', () => {
  const exemplars = [{ value: 1, traceId: '0af7651916cd43dd8448eb211c80319c' }];
  const point = { attributes: { symbol: 'S' }, value: 1, exemplars };
  const metric = produced('counter', 'orders', [point]);
  const family = familyOf(metric);
  expect(family.update().changed).toBe(true);
  expect(family.update().changed).toBe(false);
  for (const each of metric.dataPoints) Object.assign(each, { value: 2 });
  expect(family.update().changed).toBe(true);
  expect(family.update().changed).toBe(false);
});
