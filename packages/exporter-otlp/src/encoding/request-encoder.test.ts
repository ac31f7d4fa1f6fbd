import { type Attributes, context, TraceFlags, trace } from '@opentelemetry/api';
import { JsonMetricsSerializer, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { type DecodedRequest, dataOf, decodeProtobuf, joinRequests } from '@trademeter/test-support';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createEncodedStore, createEncoder, createInstruments, encodeAll } from '../../test/encoded-store.ts';

const attributeSets: Attributes[] = [
  {},
  { id: 1 },
  { id: -1 },
  { id: 2 ** 53, ratio: 0.1 },
  { id: -(2 ** 62), ключ: 'значение' },
  { symbol: 'BTC/USDT', isOpen: true, isClosed: false, empty: '' },
  { list: ['a', 'b'], numbers: [1, -2.5, 3e300], flags: [true] },
  { long: 'x'.repeat(200), longer: 'ü'.repeat(9_000) },
];
const instrumentNames = [
  'counter',
  'integers',
  'gauge',
  'histogram',
  'unbounded',
  'exponential',
  'exponentialOfBoth',
] as const;

interface Recording {
  readonly name: (typeof instrumentNames)[number];
  readonly set: number;
  readonly value: number;
  readonly isEnd: boolean;
}

const recording: fc.Arbitrary<Recording> = fc.record({
  name: fc.constantFrom(...instrumentNames),
  set: fc.nat(attributeSets.length + 20),
  value: fc.oneof(fc.integer({ min: 0, max: 1_000 }), fc.double({ min: -1e6, max: 1e6, noNaN: true })),
  isEnd: fc.boolean(),
});

function record(instruments: ReturnType<typeof createInstruments>, { name, set, value, isEnd }: Recording): void {
  const attributes = attributeSets[set] ?? { id: set };
  const instrument = instruments[name];
  if (isEnd && value < 100) instrument.remove(attributes);
  else if (name === 'integers') instruments.integers.add(Math.round(value), attributes);
  else if (name === 'counter') instruments.counter.add(Math.abs(value), attributes);
  else if (name === 'gauge') instruments.gauge.record(value, attributes);
  else instruments[name].record(Math.abs(value), attributes);
}

/** Omits fields with default values, which both encoders may write or omit. */
function normalized(request: DecodedRequest | undefined): unknown {
  const copy = structuredClone(request);
  for (const { resource } of copy?.resourceMetrics ?? []) {
    // Upstream's JSON repeats the schema URL in the resource, where OTLP has no such field.
    Reflect.deleteProperty(resource as object, 'schemaUrl');
  }
  return JSON.parse(
    JSON.stringify(copy, (key, each: unknown) => {
      if (key === 'droppedAttributesCount' && each === 0) return undefined;
      // As text or number; upstream's JSON has numbers here that exceed 64 bits.
      if (typeof each === 'object' && each !== null && 'intValue' in each) {
        const value = Number(each.intValue);
        return Math.abs(value) < 2 ** 63 ? { intValue: value } : { doubleValue: value };
      }
      return each;
    }),
  );
}

describe.each(['cumulative', 'delta'] as const)('%s requests', (temporality) => {
  test.each(['protobuf', 'json'] as const)(
    "in %s carry what OpenTelemetry's serializer makes of the same data points, however they are split",
    async (format) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(recording, { maxLength: 40 }), { minLength: 1, maxLength: 6 }),
          fc.integer({ min: 1, max: 30 }),
          fc.integer({ min: 24_000, max: 60_000 }),
          async (rounds, maxExportBatchSize, maxBytes) => {
            const store = createEncodedStore(temporality);
            const instruments = createInstruments(store);
            let observed = 0;
            store.meter.createObservableUpDownCounter('observed').addCallback((result) => {
              for (let id = 0; id < observed; id += 1) result.observe(id + observed, { id });
            });
            const encoder = createEncoder({ format, maxExportBatchSize, maxBytes });
            const decode = (bytes: Uint8Array): DecodedRequest =>
              format === 'json' ? (JSON.parse(Buffer.from(bytes).toString()) as DecodedRequest) : decodeProtobuf(bytes);
            const serializer = format === 'json' ? JsonMetricsSerializer : ProtobufMetricsSerializer;
            for (const recordings of rounds) {
              observed = recordings.length % 5;
              store.clock.millis += 1_234;
              for (const each of recordings) record(instruments, each);
              const requests = await encodeAll(encoder, await store.snapshots.snapshot());
              const points = await store.points.points();
              if (points.scopeMetrics.length === 0) {
                expect(requests).toEqual([]);
                continue;
              }
              for (const { bytes, dataPoints } of requests) {
                expect(bytes.length).toBeLessThanOrEqual(maxBytes);
                expect(dataPoints).toBeLessThanOrEqual(maxExportBatchSize);
              }
              const expected = decode(serializer.serializeRequest(points) ?? new Uint8Array());
              const joined = joinRequests(requests.map(({ bytes }) => decode(bytes)));
              expect(normalized(joined)).toEqual(normalized(expected));
            }
          },
        ),
        { numRuns: 100 },
      );
    },
  );
});

describe('a request', () => {
  test('stays within its byte limit, and a larger point is dropped and reported', async () => {
    const store = createEncodedStore();
    const { counter } = createInstruments(store);
    for (let id = 0; id < 1_000; id += 1) counter.add(id, { id, text: 'y'.repeat(50) });
    counter.add(1, { id: 'huge', text: 'z'.repeat(20_000) });
    for (let id = 1_000; id < 1_500; id += 1) counter.add(id, { id });
    const encoder = createEncoder({ maxBytes: 10_000 });
    for (let round = 0; round < 3; round += 1) {
      const dropped: string[] = [];
      const requests = await encodeAll(encoder, await store.snapshots.snapshot(), ({ what, reason }) => {
        dropped.push(`${what}: ${reason}`);
      });
      expect(Math.max(...requests.map(({ bytes }) => bytes.length))).toBeLessThanOrEqual(10_000);
      expect(requests.length).toBeGreaterThan(10);
      expect(dropped).toEqual(['a data point of "counter": it is larger than 10000 bytes']);
      const points = requests.flatMap(({ bytes }) => pointsOf(decodeProtobuf(bytes)));
      expect(points.map(({ asDouble }) => asDouble)).toEqual(Array.from({ length: 1_500 }, (_, id) => id));
    }
  });

  test('is as full as maxExportBatchSize allows, across metrics and scopes', async () => {
    const store = createEncodedStore();
    const { counter, exponential } = createInstruments(store);
    for (let id = 0; id < 17; id += 1) counter.add(id, { id });
    for (let id = 0; id < 16; id += 1) exponential.record(id, { id });
    const requests = await encodeAll(createEncoder({ maxExportBatchSize: 10 }), await store.snapshots.snapshot());
    expect(requests.map(({ dataPoints }) => dataPoints)).toEqual([10, 10, 10, 3]);
    expect(requests.map(({ bytes }) => pointsOf(decodeProtobuf(bytes)).length)).toEqual([10, 10, 10, 3]);
  });

  test('shows the moment of the snapshot, whatever is recorded during encoding', async () => {
    const store = createEncodedStore();
    const { counter } = createInstruments(store);
    for (let id = 0; id < 500; id += 1) counter.add(7, { id });
    const encoder = createEncoder({ maxExportBatchSize: 50 });
    for (let round = 1; round <= 3; round += 1) {
      const collection = await store.snapshots.snapshot();
      const seen: unknown[] = [];
      const { signal } = new AbortController();
      for await (const { bytes } of encoder.encode(collection, { signal, onDropped: () => {} })) {
        seen.push(...pointsOf(decodeProtobuf(bytes)).map(({ asDouble }) => asDouble));
        // The next request is encoded after this.
        for (let id = 0; id < 500; id += 1) counter.add(1, { id });
      }
      expect(new Set(seen)).toEqual(new Set([7 + 10 * (round - 1)]));
      expect(seen).toHaveLength(500);
    }
  });

  test('is not encoded after the export was canceled, and the next export is complete', async () => {
    const store = createEncodedStore();
    const { counter } = createInstruments(store);
    for (let id = 0; id < 300; id += 1) counter.add(1, { id });
    const encoder = createEncoder({ maxExportBatchSize: 100 });
    for (let round = 0; round < 3; round += 1) {
      const controller = new AbortController();
      const collection = await store.snapshots.snapshot();
      let requests = 0;
      for await (const _ of encoder.encode(collection, { signal: controller.signal, onDropped: () => {} })) {
        requests += 1;
        controller.abort();
      }
      expect(requests).toBe(1);
      const whole = await encodeAll(encoder, await store.snapshots.snapshot());
      expect(whole.flatMap(({ bytes }) => pointsOf(decodeProtobuf(bytes)))).toHaveLength(300);
    }
  });

  test.each(['protobuf', 'json'] as const)('contains exemplars in %s until they are gone', async (format) => {
    const store = createEncodedStore('delta', {
      exemplarFilter: 'always_on',
      views: [{ instrumentName: 'histogram', attributesProcessors: [{ process: () => ({ kept: 1 }) }] }],
    });
    const histogram = store.meter.createHistogram('histogram', { advice: { explicitBucketBoundaries: [10] } });
    const counter = store.meter.createCounter('counter');
    const encoder = createEncoder({ format });
    const spanContext = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
    const span = trace.wrapSpanContext({ ...spanContext, traceFlags: TraceFlags.SAMPLED });
    histogram.record(3, { dropped: 'x' }, trace.setSpan(context.active(), span));
    histogram.record(11, { dropped: 'y' });
    counter.add(2);
    const [request] = await encodeAll(encoder, await store.snapshots.snapshot());
    const decode = (bytes: Uint8Array): DecodedRequest =>
      format === 'json' ? (JSON.parse(Buffer.from(bytes).toString()) as DecodedRequest) : decodeProtobuf(bytes);
    const [ofHistogram, ofCounter] = pointsOf(decode(request?.bytes ?? new Uint8Array()));
    const ids =
      format === 'json'
        ? spanContext
        : {
            traceId: Buffer.from(spanContext.traceId, 'hex').toString('base64'),
            spanId: Buffer.from(spanContext.spanId, 'hex').toString('base64'),
          };
    const time = String(BigInt(store.clock.millis) * 1_000_000n);
    expect(ofHistogram?.exemplars).toEqual([
      {
        asDouble: 3,
        timeUnixNano: time,
        filteredAttributes: [{ key: 'dropped', value: { stringValue: 'x' } }],
        ...ids,
      },
      { asDouble: 11, timeUnixNano: time, filteredAttributes: [{ key: 'dropped', value: { stringValue: 'y' } }] },
    ]);
    expect(ofCounter?.exemplars).toMatchObject([{ asDouble: 2 }]);
  });

  test('omits only points that cannot be encoded', async () => {
    const store = createEncodedStore();
    store.meter.createCounter('good').add(1);
    const collection = await store.snapshots.snapshot();
    const points = await store.points.points();
    const [scope] = points.scopeMetrics;
    const [metric] = scope?.metrics ?? [];
    if (scope === undefined || metric === undefined) throw new Error('nothing was collected');
    const [point] = metric.dataPoints;
    const malformed = { ...metric, dataPoints: [point, null, point] } as unknown as typeof metric;
    const dropped: string[] = [];
    const [request] = await encodeAll(
      createEncoder(),
      { ...collection, resourceMetrics: { ...points, scopeMetrics: [{ ...scope, metrics: [malformed] }] } },
      ({ what }) => dropped.push(what),
    );
    expect(dropped).toEqual(['a data point of "good"']);
    expect(pointsOf(decodeProtobuf(request?.bytes ?? new Uint8Array()))).toHaveLength(3);
  });
});

function pointsOf({ resourceMetrics }: DecodedRequest) {
  return resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics }) => metrics.flatMap((metric) => dataOf(metric).dataPoints)),
  );
}
