import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, type MetricData, type ScopeMetrics } from '@opentelemetry/sdk-metrics';
import { translationStrategies } from '@trademeter/prometheus-naming';
import * as fc from 'fast-check';
import { PrometheusExporter, type PrometheusExporterConfig } from '../src/index.ts';
import { type ProducedPoint, Producer, produced } from './producer.ts';

const strangeTexts = [
  ['', ' ', '\n', '\r', '\t', '\0', '\v', '\u001b', '"', "'", '\\', '\\n', '{', '}', ',', '=', '#', '# EOF', '\u2028'],
  ['\ud800', 'a\udc00', 'é', '价格', '😀', '\u{10ffff}', '\ufeff', '\u0085', 'x'.repeat(3_000)],
  ['_', '__', '___', '9', '9a', '.', 'a.b', 'a_b', 'a-b', 'a:b', 'A', '__a__', '-1', '+Inf', 'NaN', '1e+06'],
  ['le', 'quantile', '__name__', '__le__', 'job', 'instance', 'exported_le', 'otel.scope.name', 'otel_scope_version'],
  ['target', 'target.info', 'target_info', 'x', 'x.total', 'x_total', 'x_count', 'x.sum', 'x_bucket', 'x_created'],
  ['x_info', 'seconds', 'x_seconds', 'total', 'trace_id', 'constructor', 'toString', '__proto__'],
].flat();

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...strangeTexts) },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(...strangeTexts), { maxLength: 3 }).map((parts) => parts.join('')) },
);

const labelValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: text },
  fc.double(),
  fc.bigInt(),
  fc.boolean(),
  fc.array(fc.oneof(text, fc.double(), fc.boolean()), { maxLength: 3 }),
  fc.uint8Array({ maxLength: 5 }),
  fc.constantFrom<unknown>(undefined, null, Symbol('s'), () => 1, { a: { b: 1n } }, new Date(0), new Error('e')),
  fc.constant({
    toJSON(): never {
      throw new Error('no');
    },
  }),
);

const attributes = fc.dictionary(text, labelValue, { maxKeys: 5 });

const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(
    0,
    -0,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    1e300,
    -1e300,
    5e-324,
    1e6,
    2 ** 53,
  ),
);
const count = fc.oneof(fc.nat(5), fc.nat(), fc.constantFrom(1e6, 2 ** 53));

const time = fc.oneof(
  fc.tuple(fc.nat(), fc.nat(999_999_999)),
  fc.constantFrom<[number, number]>([Number.NaN, 0], [-5, 0], [1e300, 0], [1_700_000_000, 123_456_789]),
);
const exemplars = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc.array(
      fc.record(
        { value: number, timestamp: time, filteredAttributes: attributes, traceId: text, spanId: text },
        { requiredKeys: ['value'] },
      ),
      { maxLength: 4 },
    ),
  },
);

const boundary = fc.oneof(number, fc.constantFrom(0.1, 0.5, 1, 2, 2.5, 1e6, 2_592_000));
const histogram = fc.record({
  buckets: fc.record({
    boundaries: fc.oneof(
      fc.array(boundary, { maxLength: 6 }),
      fc.array(boundary, { maxLength: 6 }).map((list) => list.toSorted((a, b) => a - b)),
    ),
    counts: fc.array(count, { maxLength: 8 }),
  }),
  count,
  sum: fc.option(number, { nil: undefined }),
});
const exponentialBuckets = fc.record({
  offset: fc.integer({ min: -2_000, max: 2_000 }),
  bucketCounts: fc.array(count, { maxLength: 160 }),
});
const exponentialHistogram = fc.record({
  count,
  sum: fc.option(number, { nil: undefined }),
  scale: fc.integer({ min: -10, max: 20 }),
  zeroCount: count,
  positive: exponentialBuckets,
  negative: exponentialBuckets,
});

// Values that a producer must not return.
const noValue = fc.constantFrom<unknown>(1n, '1', undefined, null, {}, [], { buckets: { boundaries: [1n] } });
const noAttributes = fc.constantFrom<unknown>(undefined, null, 1n, 'a');
const rarely = <T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 19, arbitrary: usual }, { weight: 1, arbitrary: rare });

const kinds = {
  counter: rarely(number, noValue),
  updowncounter: rarely(number, noValue),
  gauge: rarely(number, noValue),
  histogram: rarely(histogram, noValue),
  exponential_histogram: rarely(exponentialHistogram, noValue),
} as const;

const unit = fc.oneof(text, fc.constantFrom('', '1', 's', 'By', 'By/s', '{order}'));

const metric: fc.Arbitrary<MetricData> = fc
  .constantFrom(...(Object.keys(kinds) as (keyof typeof kinds)[]))
  .chain((kind) => {
    const value: fc.Arbitrary<unknown> = kinds[kind];
    const point = fc.record({ attributes: rarely(attributes, noAttributes), value, endTime: time, exemplars });
    return fc
      .record({ name: text, unit, description: text, points: fc.array(point, { maxLength: 4 }) })
      .map(({ name, points, ...more }) => produced(kind, name, points as ProducedPoint<unknown>[], more));
  });

/** Malformed metric data, from which a scrape must produce text that Prometheus reads. */
export const hostileMetrics: fc.Arbitrary<ScopeMetrics[]> = fc.array(
  fc.record({
    scope: fc.record({ name: text, version: text, schemaUrl: text }, { requiredKeys: ['name'] }),
    metrics: fc.array(metric, { maxLength: 6 }),
  }),
  { maxLength: 3 },
);

/** Resource attributes of the same kind. */
export const hostileAttributes: fc.Arbitrary<Record<string, unknown>> = attributes;

/** Every option that changes the text. */
export const textConfigs: fc.Arbitrary<PrometheusExporterConfig> = fc.record(
  {
    translationStrategy: fc.constantFrom(...translationStrategies),
    prefix: fc.constantFrom('app', 'x'),
    withoutScopeInfo: fc.boolean(),
    withoutTargetInfo: fc.boolean(),
    withResourceConstantLabels: fc.constantFrom(/./, /^a/),
    appendTimestamp: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** Exporters of all kinds of hostile metrics, each with its own SDK; the same for the same seed. */
export function hostileExporters(numRuns: number, seed: number): PrometheusExporter[] {
  const parts = fc.record({ config: textConfigs, ofResource: hostileAttributes, metrics: hostileMetrics });
  return fc.sample(parts, { numRuns, seed }).map(({ config, ofResource, metrics }) => {
    const producer = new Producer();
    producer.scopeMetrics = metrics;
    const exporter = new PrometheusExporter({ ...config, metricProducers: [producer], preventServerStart: true });
    const provider = new MeterProvider({ resource: resourceFromAttributes(ofResource), readers: [exporter] });
    provider.getMeter('friendly').createCounter('friendly').add(1);
    return exporter;
  });
}
