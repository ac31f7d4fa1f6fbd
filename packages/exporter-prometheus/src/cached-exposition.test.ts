import type { HrTime } from '@opentelemetry/api';
import type { Exemplar } from '@trademeter/exposition';
import { captureLogs } from '@trademeter/testing';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesInBuffers } from '../test/garbage.ts';
import { type ProducedPoint, Producer, produced } from '../test/producer.ts';
import { Endpoint } from '../test/scrape.ts';
import type { PrometheusExporterConfig } from './index.ts';

/** A point of one collection: its series, and whether its attributes object was seen before. */
interface Step {
  readonly series: number;
  readonly isNew: boolean;
  readonly value: number;
  readonly observations: readonly number[];
}

const known: readonly Readonly<Record<string, string>>[] = [
  ...Array.from({ length: 10 }, (_, index) => ({
    symbol: index % 3 === 0 ? `größe ${index}` : `S${index}`,
    ...(index % 4 === 0 ? { 'a.b': 'x' } : {}),
    ...(index > 7 ? { a_b: 'x'.repeat(index * 2_000) } : {}),
  })),
  // Two that are the same series after translation.
  { 'a.b': 'y' },
  { a_b: 'y' },
];

const value = fc.oneof(
  fc.integer({ min: 0, max: 12 }),
  fc.nat(2_000_000),
  fc.double(),
  // Decimals of a few lengths, among them prices.
  fc.tuple(fc.nat(99_999), fc.constantFrom(10, 100, 1e4, 1e5, 1e8)).map(([digits, scale]) => digits / scale),
  fc.tuple(fc.nat(), fc.nat(9)).map(([digits, decimals]) => digits / 10 ** decimals),
  fc.constantFrom(0.1 + 0.2, 1e-4, 99e-6, 999_999.5, 214_748.3647, 214_748.3648),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0, 9, 10, 99, 100, 999_999, 1_000_000),
);
const step: fc.Arbitrary<Step> = fc.record({
  series: fc.nat(known.length - 1),
  isNew: fc.boolean(),
  value,
  observations: fc.array(fc.constantFrom(0, 0.5, 1, 3, 700), { maxLength: 5 }),
});
const collection = fc.record({
  // Mostly the same series in the same order, as in the SDK; sometimes others, or another order.
  steps: fc.oneof(
    { weight: 3, arbitrary: fc.nat(known.length) },
    { weight: 1, arbitrary: fc.array(step, { maxLength: 8 }) },
  ),
  // Invalid times are omitted.
  endTime: fc.constantFrom<HrTime>([2, 0], [3, 0], [-1, 0], [Number.NaN, 0]),
  // Sometimes the same as before, so that something else changes.
  values: fc.oneof(
    fc.constant(known.map((_, series) => series)),
    fc.array(value, { minLength: known.length, maxLength: known.length }),
  ),
  exemplars: fc.constantFrom<Exemplar[] | undefined>(
    undefined,
    [],
    [{ value: 1 }],
    [{ value: 700, timestamp: [2, 0] }],
  ),
  boundaries: fc.constantFrom([1, 10], [1, 10], [0.5, 1, 10], [1, 1, 10], []),
  hasSum: fc.constantFrom(true, true, true, false),
  scopes: fc.constantFrom(['one'], ['one'], ['one', 'two'], ['two', 'one']),
});
type Collection = typeof collection extends fc.Arbitrary<infer T> ? T : never;

interface Buckets {
  readonly boundaries: readonly number[];
  readonly counts: readonly number[];
}

function metricsOf(collected: Collection, kept: Map<number, Buckets>) {
  const { steps, values, boundaries, hasSum, scopes, endTime, exemplars } = collected;
  const optional = (series: number) => ({ endTime, ...(series % 2 === 0 ? { exemplars } : {}) });
  const chosen: readonly Step[] =
    typeof steps === 'number'
      ? values.slice(0, steps).map((each, series) => ({ series, isNew: false, value: each, observations: [series] }))
      : steps;
  const points: ProducedPoint<number>[] = chosen.map((each) => ({
    attributes: each.isNew ? { ...known[each.series] } : (known[each.series] ?? {}),
    value: each.value,
    ...optional(each.series),
  }));
  const histograms = chosen.map((each, index) => {
    // As in the SDK, the buckets are a new object exactly when something was recorded.
    let buckets = kept.get(each.series);
    if (buckets?.boundaries !== boundaries || each.value > 10) {
      const count = (_: unknown, bucket: number) => (bucket * 7 + (each.observations[0] ?? 0)) % 13;
      buckets = { boundaries, counts: Array.from({ length: boundaries.length + 1 }, count) };
      kept.set(each.series, buckets);
    }
    const total = buckets.counts.reduce((sum, count) => sum + count, 0);
    const sum = hasSum ? total * 1.5 : undefined;
    const attributes = points[index]?.attributes ?? {};
    return { attributes, value: { buckets, count: total, sum }, ...optional(each.series) };
  });
  const exponential = chosen.map((each, index) => ({
    attributes: points[index]?.attributes ?? {},
    value: {
      count: each.observations.length,
      sum: each.observations.reduce((total, observation) => total + observation, 0),
      scale: index % 3,
      zeroCount: 0,
      positive: { offset: each.series - 3, bucketCounts: each.observations.map(() => 1) },
      negative: { offset: 0, bucketCounts: [] },
    },
    ...optional(each.series),
  }));
  const metrics = [
    produced('gauge', 'gauge', points, { unit: 's' }),
    produced('counter', 'counter', points, { description: 'größe' }),
    produced('histogram', 'histogram', histograms),
    produced('exponential_histogram', 'exponential', exponential),
  ];
  return scopes.map((name) => ({ scope: { name }, metrics }));
}

const configs = fc.constantFrom<PrometheusExporterConfig>({}, { withoutScopeInfo: true }, { appendTimestamp: true });
const formats = fc.constantFrom('text/plain', 'application/openmetrics-text');

test('equals the text of an exposition without a cache', async () => {
  using _quiet = captureLogs();
  await fc.assert(
    fc.asyncProperty(configs, formats, fc.array(collection, { maxLength: 6 }), async (config, accept, collections) => {
      const producer = new Producer();
      const sources = { metricProducers: [producer], ...config };
      await using keeping = await Endpoint.start(sources);
      const kept = new Map<number, Buckets>();
      for (const each of collections) {
        producer.scopeMetrics = metricsOf(each, kept);
        await using fresh = await Endpoint.start(sources);
        const headers = { accept };
        expect((await keeping.get({ headers })).body).toBe((await fresh.get({ headers })).body);
      }
    }),
    { numRuns: 100 },
  );
});

test.each([
  ['text/plain', '2 7000'],
  ['application/openmetrics-text', '2 7.000'],
])('of %s gets a timestamp as soon as there is one', async (accept, line) => {
  const producer = new Producer();
  await using endpoint = await Endpoint.start({ metricProducers: [producer], appendTimestamp: true });
  for (const [endTime, shown] of [
    [[-1, 0], '2'],
    [[7, 0], line],
  ] as const) {
    producer.show([produced('gauge', 'gauge', [{ attributes: known[1] ?? {}, value: 2, endTime: [...endTime] }])]);
    const { body } = await endpoint.get({ headers: { accept } });
    expect(body).toMatch(new RegExp(`^gauge\\{.*\\} ${shown}$`, 'm'));
  }
});

test('of an ended series is removed without rendering another one', async () => {
  const producer = new Producer();
  let looks = 0;
  let alive = Array.from({ length: 5_000 }, (_, index) => ({
    // Counts how often the label is rendered.
    symbol: { toJSON: () => `${((looks += 1)) === 0 ? '' : 'S'}${index}` },
  }));
  const show = (): void => {
    const points = alive.map((attributes, index) => ({ attributes, value: index }));
    producer.show([produced('counter', 'orders', points, { description: 'größe' })]);
  };
  await using kept = await Endpoint.start({ metricProducers: [producer] });
  show();
  await kept.scrape();
  for (const isEnded of [
    (index: number) => index === 0,
    (index: number) => index === alive.length - 1,
    (index: number) => index > 300 && index < 310,
    (index: number) => index % 97 === 0,
  ]) {
    const before = alive.length;
    alive = alive.filter((_, index) => !isEnded(index));
    show();
    looks = 0;
    const text = await kept.scrape();
    expect(looks).toBe(before - alive.length);
    await using fresh = await Endpoint.start({ metricProducers: [producer] });
    expect(text).toBe(await fresh.scrape());
  }
  // An ended series comes back.
  alive = [...alive, { symbol: { toJSON: () => 'S0' } }];
  show();
  looks = 0;
  expect((await kept.scrape()).match(/^orders_total\{.*symbol="\W*S0\W*"\} /gm)).toHaveLength(1);
  expect(looks).toBe(0);
});

test('takes little more memory than an answer, and releases it when series end', async () => {
  const producer = new Producer();
  const points = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      attributes: { symbol: `SYMBOL-${index}`, venue: 'x' },
      value: index,
    }));
  await using endpoint = await Endpoint.start({ metricProducers: [producer], withoutTargetInfo: true });
  expect(endpoint.exporter.keptBytes).toBe(0);
  for (const count of [20_000, 1_000, 0]) {
    producer.show([produced('gauge', 'gauge', points(count))]);
    const { length } = await endpoint.scrape();
    // 4 bytes for the position of a value, 2 for its length, 8 for the value; some room to grow; and copies of small
    // parts.
    expect(endpoint.exporter.keptBytes).toBeLessThanOrEqual(length * 1.04 + count * 14 + 200 + 16 * 1024);
    expect(endpoint.exporter.keptBytes).toBeGreaterThanOrEqual(length);
  }
});

test('counts copies and compressed bytes of the last answer', async () => {
  await using endpoint = await Endpoint.start({ withoutTargetInfo: true, withoutScopeInfo: true });
  // Many small families, which go into an answer as copies.
  for (let index = 0; index < 5_000; index += 1) endpoint.meter.createGauge(`gauge_${index}`).record(index);
  const before = bytesInBuffers();
  const { length } = await endpoint.scrape();
  const plain = endpoint.exporter.keptBytes;
  expect(plain).toBeGreaterThan(2 * length);
  expect(plain).toBeGreaterThanOrEqual(0.9 * (bytesInBuffers() - before));
  for (const encoding of ['gzip', 'zstd']) {
    const without = endpoint.exporter.keptBytes;
    await endpoint.get({ headers: { 'accept-encoding': encoding } });
    expect(endpoint.exporter.keptBytes).toBeGreaterThan(without);
  }
});

test('of an unused format is dropped', async () => {
  await using endpoint = await Endpoint.start();
  const gauge = endpoint.meter.createGauge('price');
  for (let symbol = 0; symbol < 1_000; symbol += 1) gauge.record(symbol, { symbol: `S${symbol}` });
  await endpoint.scrape();
  const ofOne = endpoint.exporter.keptBytes;
  await endpoint.get({ headers: { accept: 'application/openmetrics-text' } });
  expect(endpoint.exporter.keptBytes).toBeGreaterThan(1.9 * ofOne);
  for (let round = 0; round <= 100; round += 1) await endpoint.scrape();
  expect(endpoint.exporter.keptBytes).toBe(ofOne);
});

test('exists for the last three formats', async () => {
  await using endpoint = await Endpoint.start({ translationStrategy: 'NoTranslation' });
  const gauge = endpoint.meter.createGauge('price');
  for (let symbol = 0; symbol < 1_000; symbol += 1) gauge.record(symbol, { symbol: `S${symbol}` });
  const { length } = await endpoint.scrape();
  for (const type of ['text/plain;version=1.0.0', 'application/openmetrics-text']) {
    for (const escaping of ['underscores', 'allow-utf-8', 'dots', 'values']) {
      await endpoint.get({ headers: { accept: `${type};escaping=${escaping}` } });
      expect(endpoint.exporter.keptBytes).toBeLessThan(length * 5);
    }
  }
});
