import { ValueType } from '@opentelemetry/api';
import { DataPointType, InstrumentType, type MetricData, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { type DecodedRequest, dataOf, decodeProtobuf } from '@trademeter/test-support';
import { describe, expect, test } from 'vitest';
import { createEncoder, encodeAll } from '../../test/encoded-store.ts';
import type { DroppedPart } from '../collection.ts';

const formats = ['protobuf', 'json'] as const;

/** An object of which every access throws. */
const untouchable: object = new Proxy(
  {},
  {
    get: () => {
      throw new Error('get');
    },
    ownKeys: () => {
      throw Object.create(null);
    },
    getPrototypeOf: () => {
      throw new Error('getPrototypeOf');
    },
  },
);

function circular(): object {
  const self: Record<string, unknown> = {};
  self['self'] = [self];
  return self;
}

function nested(depth: number): object {
  let value: object = { leaf: 1 };
  for (let level = 0; level < depth; level += 1) value = { value };
  return value;
}

/** An object that is huge when every branch is written out. */
function bomb(): object {
  let value: object = { leaf: 'x' };
  for (let level = 0; level < 15; level += 1) value = Array.from({ length: 10 }, () => value);
  return value;
}

const unencodable: [what: string, attributes: () => object][] = [
  [
    'a getter that throws',
    () =>
      Object.defineProperty({}, 'a', {
        enumerable: true,
        get: () => {
          throw new Error('no');
        },
      }),
  ],
  ['an object that contains itself', () => ({ a: circular() })],
  ['an object nested 1,000 deep', () => ({ a: nested(1_000) })],
  ['what throws at every touch', () => ({ a: untouchable })],
  ['a list that throws at every touch', () => ({ a: [untouchable] })],
  ['a text that is larger than a request', () => ({ a: 'x'.repeat(200_000) })],
  ['a key that is larger than a request', () => ({ ['x'.repeat(200_000)]: 1 })],
  ['an object that is far larger than a request when it is written', () => ({ a: bomb() })],
];

const encodable: [what: string, attributes: object][] = [
  ['no value', { a: undefined, b: null }],
  ['a bigint', { a: 1n }],
  ['a symbol', { a: Symbol('s'), [Symbol('key')]: 1 }],
  ['a function', { a: () => {} }],
  ['lone surrogates', { ['\ud800key']: 'text\udc00' }],
  ['a prototype that is null', Object.assign(Object.create(null), { a: Object.create(null) })],
  ['nested objects and lists', { a: nested(15), b: [[['x']], ['y']] }],
  // oxlint-disable-next-line no-sparse-arrays -- this is tested
  ['a list with holes', { a: [1, , 2] }],
  ['values that are not finite', { a: Number.NaN, b: [Number.POSITIVE_INFINITY] }],
  ['dates, maps and bytes', { a: new Date(0), b: new Map([[1, 2]]), c: Uint8Array.of(1, 2) }],
  ['many keys', Object.fromEntries(Array.from({ length: 300 }, (_, key) => [`key${key}`, 'x'.repeat(20)]))],
];

function metricNamed(name: string, changes: object = {}): MetricData {
  const point = { attributes: {}, startTime: [1, 0] as const, endTime: [2, 0] as const, value: 1 };
  return {
    descriptor: { name, description: '', unit: '', type: InstrumentType.COUNTER, valueType: ValueType.DOUBLE },
    dataPointType: DataPointType.SUM,
    isMonotonic: true,
    aggregationTemporality: 1,
    dataPoints: [point, { ...point, value: 2 }],
    ...changes,
  } as unknown as MetricData;
}

const scopeNamed = (name: unknown, metrics: MetricData[], changes: object = {}) => ({
  scope: { name, version: '1', ...changes } as { name: string },
  metrics,
});

/** What is sent and dropped of two good scopes with a malformed part between them. */
async function encodeBetween(
  format: (typeof formats)[number],
  between: ReturnType<typeof scopeNamed>,
  resource: object = { attributes: { 'service.name': 'bot' } },
) {
  const resourceMetrics = {
    resource,
    scopeMetrics: [scopeNamed('first', [metricNamed('first')]), between, scopeNamed('last', [metricNamed('last')])],
  } as unknown as ResourceMetrics;
  const dropped: DroppedPart[] = [];
  const encoder = createEncoder({ format, maxBytes: 100_000 });
  const requests = await encodeAll(encoder, { resourceMetrics }, (part) => void dropped.push(part));
  const decoded = requests.map(({ bytes }) =>
    format === 'json' ? (JSON.parse(Buffer.from(bytes).toString()) as DecodedRequest) : decodeProtobuf(bytes),
  );
  return { decoded, dropped, sent: pointsIn(decoded) };
}

/** The number of points of each metric. */
function pointsIn(decoded: readonly DecodedRequest[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { scopeMetrics } of decoded.flatMap(({ resourceMetrics }) => resourceMetrics)) {
    for (const metric of scopeMetrics.flatMap(({ metrics }) => metrics)) {
      counts[metric.name] = (counts[metric.name] ?? 0) + dataOf(metric).dataPoints.length;
    }
  }
  return counts;
}

const good = { first: 2, last: 2 };
const ofScope = (dropped: readonly DroppedPart[]) => dropped.map(({ kind, dataPoints }) => ({ kind, dataPoints }));

describe.each(formats)('in %s', (format) => {
  describe.each(unencodable)('%s', (_what, attributes) => {
    test('removes only that attribute from the resource', async () => {
      const resource = { attributes: Object.defineProperties({ 'service.name': 'bot' }, descriptorsOf(attributes())) };
      const { sent, decoded, dropped } = await encodeBetween(format, scopeNamed('x', []), resource);
      expect(sent).toEqual(good);
      expect(decoded[0]?.resourceMetrics[0]?.resource).toMatchObject({
        attributes: [{ key: 'service.name', value: { stringValue: 'bot' } }],
        droppedAttributesCount: 1,
      });
      expect(ofScope(dropped)).toEqual([{ kind: 'resource', dataPoints: 0 }]);
    });

    test('drops its scope and no other', async () => {
      const metrics = [metricNamed('a'), metricNamed('b')];
      const { sent, dropped } = await encodeBetween(format, scopeNamed('bad', metrics, { attributes: attributes() }));
      expect(sent).toEqual(good);
      expect(ofScope(dropped)).toEqual(metrics.map(() => ({ kind: 'scope', dataPoints: 2 })));
      expect(dropped[0]?.what).toBe('the scope "bad"');
    });

    test('drops its data point and no other', async () => {
      const metric = metricNamed('a');
      const [point] = metric.dataPoints;
      const dataPoints = [point, { ...point, attributes: attributes() }, point];
      const { sent, dropped } = await encodeBetween(format, scopeNamed('bad', [metricNamed('a', { dataPoints })]));
      expect(sent).toEqual({ ...good, a: 2 });
      expect(ofScope(dropped)).toEqual([{ kind: 'data point', dataPoints: 1 }]);
      expect(dropped[0]?.what).toBe('a data point of "a"');
    });
  });

  test.each(encodable)('%s is sent', async (_what, attributes) => {
    const metric = metricNamed('a');
    const dataPoints = metric.dataPoints.map((point) => ({ ...point, attributes }));
    const between = scopeNamed('x', [metricNamed('a', { dataPoints })], { attributes });
    const { sent, dropped, decoded } = await encodeBetween(format, between, { attributes });
    expect(dropped).toEqual([]);
    expect(sent).toEqual({ ...good, a: 2 });
    expect(JSON.stringify(decoded)).not.toMatch(/\\ud[89a-f]/u);
  });

  const noTexts: [string, unknown][] = [
    ['a symbol', Symbol('s')],
    ['an object', {}],
    ['a list', ['x']],
    ['a function', () => 'x'],
    ['what throws at every touch', untouchable],
  ];

  test.each(noTexts)('%s as a text drops the part that contains it', async (_what, text) => {
    for (const changes of [{ name: text }, { version: text }, { schemaUrl: text }]) {
      const { sent, dropped } = await encodeBetween(format, scopeNamed('bad', [metricNamed('a')], changes));
      expect(sent).toEqual(good);
      expect(ofScope(dropped)).toEqual([{ kind: 'scope', dataPoints: 2 }]);
    }
    for (const changes of [{ name: text }, { description: text }, { unit: text }]) {
      const { descriptor } = metricNamed('bad');
      const bad = metricNamed('bad', { descriptor: { ...descriptor, ...changes } });
      const { sent, dropped } = await encodeBetween(format, scopeNamed('x', [metricNamed('a'), bad, metricNamed('b')]));
      expect(sent).toEqual({ ...good, a: 2, b: 2 });
      expect(ofScope(dropped)).toEqual([{ kind: 'metric', dataPoints: 2 }]);
    }
    const resource = { attributes: {}, schemaUrl: text };
    const { sent, dropped } = await encodeBetween(format, scopeNamed('x', []), resource);
    expect(sent).toEqual(good);
    expect(dropped.map(({ what }) => what)).toEqual(['the schema URL of the resource']);
  });

  test('a number is converted where a text is expected, and a missing text is omitted', async () => {
    const { descriptor } = metricNamed('x');
    const metric = metricNamed('x', { descriptor: { ...descriptor, name: 7n, unit: null, description: undefined } });
    const { decoded, dropped } = await encodeBetween(format, scopeNamed(5, [metric], { version: true }));
    expect(dropped).toEqual([]);
    const scope = decoded[0]?.resourceMetrics[0]?.scopeMetrics[1];
    expect(scope).toMatchObject({ scope: { name: '5', version: 'true' }, metrics: [{ name: '7' }] });
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an object without anything', {}],
    ['what throws at every touch', untouchable],
    ['attributes that throw at every touch', { attributes: untouchable }],
  ])('%s as the resource drops the resource', async (_what, resource) => {
    const { sent } = await encodeBetween(format, scopeNamed('x', []), resource as object);
    expect(sent).toEqual(good);
  });

  test.each<[string, unknown, number]>([
    ['null', null, 0],
    ['what throws at every touch', untouchable, 0],
    ['no metrics', { scope: { name: 'x' } }, 0],
    ['metrics that throw at every touch', { scope: { name: 'x' }, metrics: [untouchable, null] }, 0],
    ['a metric without a descriptor', scopeNamed('x', [metricNamed('a', { descriptor: undefined })]), 2],
    ['a metric of an unknown type', scopeNamed('x', [metricNamed('a', { dataPointType: 99 })]), 2],
    ['a metric without data points', scopeNamed('x', [metricNamed('a', { dataPoints: undefined })]), 0],
    ['no scope', { metrics: [metricNamed('a')] }, 2],
  ])('%s drops nothing else', async (_what, between, dataPoints) => {
    const { sent, dropped } = await encodeBetween(format, between as ReturnType<typeof scopeNamed>);
    expect(sent).toEqual(good);
    expect(dropped.length).toBeGreaterThan(0);
    expect(dropped.reduce((sum, part) => sum + part.dataPoints, 0)).toBe(dataPoints);
  });

  const histogram = { buckets: { boundaries: [1], counts: [1, 1] }, count: 2, sum: 1 };
  const exponential = {
    scale: 1,
    zeroCount: 0,
    count: 1,
    positive: { offset: 0, bucketCounts: [1] },
    negative: { offset: 0, bucketCounts: [] },
  };
  const { SUM, HISTOGRAM, EXPONENTIAL_HISTOGRAM } = DataPointType;

  test.each<[DataPointType, unknown]>([
    [SUM, undefined],
    [SUM, 1n],
    [SUM, {}],
    [SUM, '5'],
    [SUM, untouchable],
    [HISTOGRAM, 5],
    [HISTOGRAM, { ...histogram, count: -1 }],
    [HISTOGRAM, { ...histogram, count: 0.5 }],
    [HISTOGRAM, { ...histogram, sum: 'x' }],
    [HISTOGRAM, { ...histogram, buckets: { boundaries: ['x'], counts: [1] } }],
    [HISTOGRAM, { ...histogram, buckets: { boundaries: [], counts: [Number.NaN] } }],
    [EXPONENTIAL_HISTOGRAM, { ...exponential, scale: 0.5 }],
    [EXPONENTIAL_HISTOGRAM, { ...exponential, positive: { offset: 2 ** 40, bucketCounts: [] } }],
    [EXPONENTIAL_HISTOGRAM, { ...exponential, negative: undefined }],
  ])('a malformed data point of type %s drops no other (%#)', async (dataPointType, value) => {
    const valid = { 3: 1, 0: histogram, 1: exponential }[dataPointType as 0 | 1 | 3];
    const [point] = metricNamed('a').dataPoints;
    const dataPoints = [valid, value, valid].map((each) => ({ ...point, value: each }));
    const { sent, dropped } = await encodeBetween(
      format,
      scopeNamed('x', [metricNamed('a', { dataPointType, dataPoints })]),
    );
    expect(sent).toEqual({ ...good, a: 2 });
    expect(ofScope(dropped)).toEqual([{ kind: 'data point', dataPoints: 1 }]);
  });

  test.each([[Number.NaN, 0], [-1, 0], [1, 0.5], ['1', 0], []])('so does a time of %s and %s', async (...time) => {
    const [point] = metricNamed('a').dataPoints;
    const dataPoints = [point, { ...point, startTime: time }, { ...point, endTime: time }];
    const { sent, dropped } = await encodeBetween(format, scopeNamed('x', [metricNamed('a', { dataPoints })]));
    expect(sent).toEqual({ ...good, a: 1 });
    expect(dropped).toHaveLength(2);
  });
});

function descriptorsOf(object: object): PropertyDescriptorMap {
  return Object.getOwnPropertyDescriptors(object);
}
