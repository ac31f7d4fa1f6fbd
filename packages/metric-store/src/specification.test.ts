// The normative sentences of the specification's metrics SDK, API and data model that a meter provider can keep or break,
// one test each. Upstream tests the sentences about readers and exporters. Sections: specification/metrics/*.md.

import { setImmediate } from 'node:timers/promises';
import {
  type Histogram as ApiHistogram,
  type Attributes,
  context,
  createNoopMeter,
  type MetricOptions,
  ROOT_CONTEXT,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  createAllowListAttributesProcessor,
  createDenyListAttributesProcessor,
  DataPointType,
  type ExponentialHistogram,
  type HistogramMetricData,
  InstrumentType,
  type MetricData,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import { captureLogs } from '@trademeter/testing';
import { afterEach, expect, test } from 'vitest';
import { createStore, ManualReader } from '../test/support.ts';
import { type Exemplar, MeterProvider } from './index.ts';

afterEach(() => {
  trace.disable();
  context.disable();
});

type Row = readonly [section: string, sentence: string, expectIt: () => void | Promise<void>];

const boundaries = [0, 5, 10];
const defaultBoundaries = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000];

async function collect(
  views: ViewOptions[],
  record: (meter: ReturnType<typeof createStore>['meter']) => void,
): Promise<MetricData[]> {
  const { reader, meter } = createStore({ views });
  record(meter);
  return reader.metrics();
}

/** Name, unit, description and values of the streams that views create from a counter `requests` that counted 2 and 3. */
async function streamsOf(...views: ViewOptions[]): Promise<unknown[]> {
  const metrics = await collect(views, (meter) => {
    const counter = meter.createCounter('requests', { unit: '{request}', description: 'given' });
    counter.add(2, { a: 1, b: 1 });
    counter.add(3, { a: 1, b: 2 });
  });
  return metrics.map(({ descriptor, dataPoints }) => [
    descriptor.name,
    descriptor.description,
    dataPoints.map(({ attributes, value }) => [attributes, value]),
  ]);
}

const both = [
  [{ a: 1, b: 1 }, 2],
  [{ a: 1, b: 2 }, 3],
];

async function histogramOf(view: ViewOptions['aggregation'], options?: MetricOptions): Promise<readonly number[]> {
  const views = view === undefined ? [] : [{ instrumentName: 'h', aggregation: view }];
  const [metric] = await collect(views, (meter) => meter.createHistogram('h', options).record(1));
  const [point] = (metric as HistogramMetricData).dataPoints;
  return point?.value.buckets.boundaries ?? [];
}

async function exponentialOf(record: (histogram: ApiHistogram) => void, maxSize = 160): Promise<ExponentialHistogram> {
  const aggregation = { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize } } as const;
  const [metric] = await collect([{ instrumentName: 'h', aggregation }], (meter) => record(meter.createHistogram('h')));
  return metric?.dataPoints[0]?.value as ExponentialHistogram;
}

async function exemplarsOf(
  record: (meter: ReturnType<typeof createStore>['meter'], span: typeof ROOT_CONTEXT) => void,
  options: Parameters<typeof createStore>[0] = {},
  traceFlags = TraceFlags.SAMPLED,
): Promise<Exemplar[]> {
  trace.setGlobalTracerProvider({ getTracer: () => trace.getTracer('unused') });
  const { reader, meter } = createStore(options);
  const spanContext = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags };
  record(meter, trace.setSpanContext(ROOT_CONTEXT, spanContext));
  const [metric] = await reader.metrics();
  return (metric?.dataPoints ?? []).flatMap((point) => (point as { exemplars?: Exemplar[] }).exemplars ?? []);
}

const sdk: Row[] = [
  [
    'MeterProvider',
    'If a Resource is specified, it SHOULD be associated with all the metrics produced by any Meter',
    async () => {
      const resource = resourceFromAttributes({ 'service.name': 'bot' });
      const { reader } = createStore({ resource });
      expect((await reader.collect()).resourceMetrics.resource).toBe(resource);
    },
  ],
  [
    'MeterProvider creation',
    'The SDK SHOULD allow the creation of multiple independent MeterProviders',
    async () => {
      const [one, other] = [createStore(), createStore()];
      one.meter.createCounter('c').add(1);
      expect(await other.reader.metrics()).toEqual([]);
    },
  ],
  [
    'Meter creation',
    'The input provided by the user MUST be used to create an InstrumentationScope instance',
    async () => {
      const { reader, provider } = createStore();
      const attributes = { shard: 1 };
      const meter = provider.getMeter('name', '1.2', { schemaUrl: 'https://schema', attributes });
      meter.createCounter('c').add(1);
      const { resourceMetrics } = await reader.collect();
      const scope = { name: 'name', version: '1.2', schemaUrl: 'https://schema', attributes };
      expect(resourceMetrics.scopeMetrics.map((each) => each.scope)).toEqual([scope]);
    },
  ],
  [
    'Meter creation',
    'In the case where an invalid name is specified, a working Meter MUST be returned [and it] SHOULD be logged',
    async () => {
      using logs = captureLogs();
      const { reader, provider } = createStore();
      for (const name of ['', undefined as unknown as string]) provider.getMeter(name).createCounter('c').add(1);
      expect(await reader.values('c')).toEqual({ '': 2 });
      expect(logs.messages).toEqual(Array.from({ length: 2 }, () => expect.stringContaining('must not be empty')));
    },
  ],
  [
    'Shutdown',
    'After the call to Shutdown, subsequent attempts to get a Meter are not allowed. SDKs SHOULD return a valid no-op Meter',
    async () => {
      using _logs = captureLogs();
      const { reader, provider } = createStore();
      await provider.shutdown();
      const counter = provider.getMeter('late').createCounter('c');
      counter.add(1);
      counter.bind({}).add(1);
      expect(counter.enabled()).toBe(false);
      expect(Object.keys(createNoopMeter())).toEqual([]);
      await expect(reader.collect()).rejects.toThrow('shutdown');
    },
  ],
  [
    'Shutdown',
    'Shutdown MUST be implemented at least by invoking Shutdown on all registered MetricReader [instances, and] MUST be called only once',
    async () => {
      using _logs = captureLogs();
      const readers = [new ManualReader(), new ManualReader()];
      const { provider } = createStore({ readers });
      await Promise.all([provider.shutdown(), provider.shutdown()]);
      expect(readers.map(({ shutdowns }) => shutdowns)).toEqual([1, 1]);
    },
  ],
  [
    'ForceFlush',
    'ForceFlush MUST invoke ForceFlush on all registered MetricReader instances [and] SHOULD provide a way to let the caller know whether it failed',
    async () => {
      const readers = [new ManualReader(), new ManualReader()];
      const { provider } = createStore({ readers });
      await provider.forceFlush();
      expect(readers.map(({ flushes }) => flushes)).toEqual([1, 1]);
      const failing = new ManualReader();
      failing.forceFlush = () => Promise.reject(new Error('no connection'));
      await expect(createStore({ readers: [failing] }).provider.forceFlush()).rejects.toThrow('no connection');
    },
  ],
  [
    'ForceFlush',
    'ForceFlush MUST invoke ForceFlush on all registered MetricReader instances, also if one throws; nor does Shutdown skip any',
    async () => {
      const [failing, slow] = [new ManualReader(), new ManualReader()];
      failing.forceFlush = () => {
        throw new Error('no connection');
      };
      failing.shutdown = failing.forceFlush;
      let ended = 0;
      slow.forceFlush = async () => {
        await setImmediate();
        ended += 1;
      };
      slow.shutdown = slow.forceFlush;
      const { provider } = createStore({ readers: [failing, slow] });
      await expect(provider.forceFlush()).rejects.toThrow('no connection');
      expect(ended).toBe(1);
      await expect(provider.shutdown()).rejects.toThrow('no connection');
      expect(ended).toBe(2);
    },
  ],
  [
    'Instrument selection criteria',
    'Criteria SHOULD be treated as additive',
    async () => {
      const view = { instrumentName: 'requests', instrumentType: InstrumentType.HISTOGRAM, name: 'other' };
      expect(await streamsOf(view)).toEqual([['requests', 'given', both]]);
    },
  ],
  [
    'Stream configuration',
    'name: The metric stream name that SHOULD be used. [It is] NOT REQUIRED to conform to the instrument name syntax',
    async () => expect(await streamsOf({ instrumentName: 'requests', name: '1 x' })).toEqual([['1 x', 'given', both]]),
  ],
  [
    'Stream configuration',
    'If the selection criteria for a View with a name can select more than one instrument the SDK MAY fail fast',
    () => {
      const views = [{ instrumentName: 'r*', name: 'x' }];
      expect(() => new MeterProvider({ views })).toThrow(/views\[0\].name needs an instrumentName without a wildcard/u);
    },
  ],
  [
    'Stream configuration',
    'attribute_keys: an allow-list of attribute keys that MUST be kept, and all other attributes MUST be ignored',
    async () => {
      const attributesProcessors = [createAllowListAttributesProcessor(['a'])];
      const streams = await streamsOf({ instrumentName: 'requests', attributesProcessors });
      expect(streams).toEqual([['requests', 'given', [[{ a: 1 }, 5]]]]);
    },
  ],
  [
    'Stream configuration',
    'Implementations SHOULD support configuring an exclude-list of attribute keys',
    async () => {
      const attributesProcessors = [createDenyListAttributesProcessor(['a', 'c'])];
      const streams = await streamsOf({ instrumentName: 'requests', attributesProcessors });
      expect(streams).toMatchObject([
        [
          'requests',
          'given',
          [
            [{ b: 1 }, 2],
            [{ b: 2 }, 3],
          ],
        ],
      ]);
    },
  ],
  [
    'Stream configuration',
    'If the user does not provide an aggregation, the MeterProvider MUST apply a default aggregation configurable on the basis of instrument type according to the MetricReader',
    async () => {
      const reader = new ManualReader({ aggregationSelector: () => ({ type: AggregationType.SUM }) });
      const { meter } = createStore({ readers: [reader], views: [{ instrumentName: '*', description: 'viewed' }] });
      meter.createHistogram('h').record(3);
      expect((await reader.metrics())[0]).toMatchObject({
        dataPointType: DataPointType.SUM,
        dataPoints: [{ value: 3 }],
      });
    },
  ],
  [
    'Stream configuration',
    'If the user does not provide an aggregation_cardinality_limit, the MeterProvider MUST apply the limit the MetricReader is configured with',
    async () => {
      const reader = new ManualReader({ cardinalitySelector: () => 3 });
      const { meter } = createStore({ readers: [reader], views: [{ instrumentName: '*', description: 'viewed' }] });
      for (let id = 0; id < 9; id += 1) meter.createCounter('c').add(1, { id });
      expect(await reader.values('c')).toEqual({ 0: 1, 1: 1, overflow: 7 });
    },
  ],
  [
    'Measurement processing',
    'Try to apply the stream configuration independently of any other Views [and where] identities conflict SHOULD apply the View and emit a warning',
    async () => {
      using logs = captureLogs();
      const attributesProcessors = [createAllowListAttributesProcessor(['a'])];
      const streams = await streamsOf(
        { instrumentName: 'requests', aggregation: { type: AggregationType.SUM } },
        { instrumentName: '*', attributesProcessors },
      );
      expect(streams).toEqual([
        ['requests', 'given', both],
        ['requests', 'given', [[{ a: 1 }, 5]]],
      ]);
      expect(logs.messages).toEqual([expect.stringContaining('several views create streams named requests')]);
    },
  ],
  [
    'Measurement processing',
    'If applying the View would produce semantic errors the implementation SHOULD emit a warning and proceed as if that View did not exist',
    async () => {
      using logs = captureLogs();
      const aggregation = { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM } as const;
      const [metric] = await collect([{ instrumentName: '*', description: 'viewed', aggregation }], (meter) => {
        meter.createObservableGauge('g').addCallback((result) => result.observe(1));
      });
      expect(metric).toMatchObject({ descriptor: { description: '' }, dataPointType: DataPointType.GAUGE });
      expect(logs.messages).toEqual([expect.stringContaining('ignored a view of g')]);
    },
  ],
  [
    'Measurement processing',
    'Users can configure match-all Views using Drop aggregation to disable instruments by default',
    async () => {
      using logs = captureLogs();
      const drop = { instrumentName: '*', aggregation: { type: AggregationType.DROP } } as const;
      expect(await streamsOf({ instrumentName: 'requests' }, drop)).toEqual([['requests', 'given', both]]);
      expect(await streamsOf({ instrumentName: 'others' }, drop)).toEqual([]);
      expect(logs.messages).toEqual([]);
    },
  ],
  [
    'Default aggregation',
    'The Default Aggregation informs the SDK to use the Instrument kind to select an aggregation',
    async () => {
      const metrics = await collect([], (meter) => {
        meter.createCounter('1').add(1);
        meter.createObservableCounter('2').addCallback((result) => result.observe(1));
        meter.createUpDownCounter('3').add(1);
        meter.createObservableUpDownCounter('4').addCallback((result) => result.observe(1));
        meter.createGauge('5').record(1);
        meter.createObservableGauge('6').addCallback((result) => result.observe(1));
        meter.createHistogram('7').record(1);
      });
      const { SUM, GAUGE, HISTOGRAM } = DataPointType;
      expect(metrics.map(({ dataPointType }) => dataPointType)).toEqual([SUM, SUM, SUM, SUM, GAUGE, GAUGE, HISTOGRAM]);
    },
  ],
  [
    'Sum aggregation',
    'The monotonicity of the aggregation is determined by the instrument type',
    async () => {
      const views = [{ instrumentName: '*', aggregation: { type: AggregationType.SUM } as const }];
      const metrics = await collect(views, (meter) => {
        meter.createCounter('1').add(1);
        meter.createHistogram('2').record(1);
        meter.createObservableCounter('3').addCallback((result) => result.observe(1));
        meter.createUpDownCounter('4').add(1);
        meter.createGauge('5').record(1);
        meter.createObservableGauge('6').addCallback((result) => result.observe(1));
        meter.createObservableUpDownCounter('7').addCallback((result) => result.observe(1));
      });
      const isMonotonic = metrics.map((metric) => metric.dataPointType === DataPointType.SUM && metric.isMonotonic);
      expect(isMonotonic).toEqual([true, true, true, false, false, false, false]);
    },
  ],
  [
    'Histogram aggregations',
    'The sum SHOULD NOT be collected when used with instruments that record negative measurements',
    async () => {
      for (const type of [AggregationType.EXPLICIT_BUCKET_HISTOGRAM, AggregationType.EXPONENTIAL_HISTOGRAM] as const) {
        const [upDown, counter] = await collect([{ instrumentName: '*', aggregation: { type } }], (meter) => {
          meter.createUpDownCounter('u').add(-1);
          meter.createCounter('c').add(1);
        });
        expect(upDown?.dataPoints[0]?.value).toMatchObject({ sum: undefined, count: 1, min: -1, max: -1 });
        expect(counter?.dataPoints[0]?.value).toMatchObject({ sum: 1, count: 1, min: 1, max: 1 });
      }
    },
  ],
  [
    'Explicit bucket histogram aggregation',
    'SDKs SHOULD use the default value when boundaries are not explicitly provided',
    async () => expect(await histogramOf(undefined)).toEqual(defaultBoundaries),
  ],
  [
    'Explicit bucket histogram aggregation',
    'RecordMinMax: Whether to record min and max',
    async () => {
      const options = { boundaries: [5], recordMinMax: false };
      const aggregation = { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options } as const;
      const [metric] = await collect([{ instrumentName: 'h', aggregation }], (meter) =>
        meter.createHistogram('h').record(1),
      );
      expect(metric?.dataPoints[0]?.value).toMatchObject({ min: undefined, max: undefined, sum: 1 });
    },
  ],
  [
    'Base2 exponential bucket histogram aggregation',
    'Implementations are REQUIRED to accept the entire normal range of IEEE floating point values',
    async () => {
      const histogram = await exponentialOf((each) => {
        for (let exponent = -1022; exponent <= 1022; exponent += 1) each.record(2 ** exponent);
        each.record(Number.MIN_VALUE);
      });
      expect(histogram.count).toBe(2046);
      expect(histogram.positive.bucketCounts.reduce((sum, count) => sum + count)).toBe(2046);
      expect(histogram.positive.bucketCounts.length).toBeLessThanOrEqual(160);
      expect(histogram.scale).toBe(-4);
    },
  ],
  [
    'Base2 exponential bucket histogram aggregation',
    'Implementations SHOULD NOT incorporate non-normal values into the sum, min, and max fields',
    async () => {
      const histogram = await exponentialOf((each) => {
        for (const value of [1, Infinity, -Infinity, Number.NaN]) each.record(value);
      });
      expect(histogram).toMatchObject({ count: 1, sum: 1, min: 1, max: 1 });
    },
  ],
  [
    'Base2 exponential bucket histogram aggregation',
    'When the histogram contains not more than one value in either of the ranges, the implementation SHOULD use the maximum scale',
    async () => expect(await exponentialOf((each) => each.record(3))).toMatchObject({ scale: 20 }),
  ],
  [
    'Base2 exponential bucket histogram aggregation',
    'Implementations SHOULD adjust the histogram scale as necessary to maintain the best resolution possible, within the constraint of maximum size',
    async () => {
      for (const [high, scale] of [
        [4, 6],
        [20, 5],
        [1_000, 4],
        [100_000, 3],
        [10_000_000, 2],
      ] as const) {
        const histogram = await exponentialOf((each) => {
          each.record(1.001);
          each.record(high);
        });
        expect(histogram.scale).toBe(scale);
      }
    },
  ],
  [
    'Base2 exponential bucket histogram aggregation',
    'The largest value of scale such that no more than the maximum number of buckets are needed',
    async () => {
      const histogram = await exponentialOf((each) => {
        for (let value = 1; value <= 1_000; value += 1) each.record(value);
      }, 10);
      expect(histogram.positive.bucketCounts.length).toBeGreaterThan(5);
      expect(histogram.positive.bucketCounts.length).toBeLessThanOrEqual(10);
      expect(histogram).toMatchObject({ count: 1_000, sum: 500_500, min: 1, max: 1_000, zeroCount: 0 });
    },
  ],
  [
    'Start timestamps',
    'For delta aggregations, the start timestamp MUST equal the previous collection interval’s timestamp, or the creation time of the instrument',
    async () => {
      const reader = ManualReader.delta();
      const { clock, meter } = createStore({ readers: [reader] });
      clock.advance(5);
      const created = clock.time;
      const counter = meter.createCounter('c');
      for (let previous = created, round = 0; round < 3; round += 1) {
        clock.advance(5);
        counter.add(1);
        clock.advance(5);
        expect(await reader.points('c')).toMatchObject([{ startTime: previous, endTime: clock.time }]);
        previous = clock.time;
      }
    },
  ],
  [
    'Start timestamps',
    'For synchronous instruments, the start timestamp SHOULD be the time of the first measurement for the series',
    async () => {
      const { clock, reader, meter } = createStore();
      const counter = meter.createCounter('c');
      clock.advance(5);
      counter.add(1);
      const first = clock.time;
      for (let round = 0; round < 2; round += 1) {
        clock.advance(5);
        expect(await reader.points('c')).toMatchObject([{ startTime: first, endTime: clock.time }]);
      }
    },
  ],
  [
    'Start timestamps',
    'For asynchronous instrument, the start timestamp SHOULD be the creation time of the instrument, [or] the timestamp of the collection interval prior to the first series measurement',
    async () => {
      const { clock, reader, meter } = createStore();
      const created = clock.time;
      const observed = ['a'];
      meter.createObservableCounter('c').addCallback((result) => {
        for (const id of observed) result.observe(1, { id });
      });
      clock.advance(5);
      expect(await reader.points('c')).toMatchObject([{ startTime: created }]);
      const prior = clock.time;
      observed.push('b');
      clock.advance(5);
      expect(await reader.points('c')).toMatchObject([{ startTime: created }, { startTime: prior }]);
    },
  ],
  [
    'Synchronous instrument cardinality limits',
    'MUST continue to export all attribute sets that were observed prior to the beginning of overflow. Measurements MUST NOT be double-counted or dropped during an overflow',
    async () => {
      const views = [{ instrumentName: '*', aggregationCardinalityLimit: 10 }];
      const { reader, meter } = createStore({ views });
      const counter = meter.createCounter('c');
      for (let index = 0; index < 1_000; index += 1) {
        counter.add(1, { id: index % 37 });
        if (index % 100 === 0) await reader.collect();
      }
      const values = await reader.values('c');
      expect(Object.keys(values)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', 'overflow']);
      expect(Object.values(values).reduce((sum, value) => sum + value)).toBe(1_000);
    },
  ],
  [
    'Meter',
    'Distinct meters MUST be treated as separate namespaces for the purposes of detecting duplicate instrument registrations',
    () => {
      using logs = captureLogs();
      const { provider } = createStore();
      provider.getMeter('one').createCounter('c', { unit: 's' });
      provider.getMeter('other').createCounter('c', { unit: 'ms' });
      expect(logs.messages).toEqual([]);
    },
  ],
  [
    'Duplicate instrument registration',
    'The Meter MUST return a functional instrument [and] a warning SHOULD be emitted',
    async () => {
      using logs = captureLogs();
      const metrics = await collect([], (meter) => {
        meter.createCounter('c', { unit: 's' }).add(1);
        meter.createCounter('c', { unit: 'ms' }).add(2);
        meter.createUpDownCounter('c', { unit: 's' }).add(3);
      });
      expect(metrics.map(({ dataPoints }) => dataPoints[0]?.value)).toEqual([1, 2, 3]);
      expect(logs.messages).toEqual([
        expect.stringContaining('unit "s" and "ms"'),
        expect.stringContaining('type "COUNTER" and "UP_DOWN_COUNTER"'),
      ]);
    },
  ],
  [
    'Duplicate instrument registration',
    'If the conflict involves instruments that can be distinguished by a supported View selector a renaming View recipe SHOULD be included',
    () => {
      using logs = captureLogs();
      const { meter } = createStore();
      meter.createCounter('c');
      meter.createUpDownCounter('c');
      expect(logs.messages).toEqual([expect.stringContaining('"instrumentType":"UP_DOWN_COUNTER"')]);
    },
  ],
  [
    'Duplicate instrument registration',
    'Setting the description through a configured View SHOULD avoid the warning',
    () => {
      using logs = captureLogs();
      const { meter } = createStore({ views: [{ instrumentName: 'c', description: 'viewed' }] });
      meter.createCounter('c', { description: 'one' });
      meter.createCounter('c', { description: 'other' });
      expect(logs.messages).toEqual([]);
    },
  ],
  [
    'Duplicate instrument registration',
    'The SDK MUST aggregate data from identical Instruments together in its export pipeline',
    async () => {
      const [metric, ...others] = await collect([], (meter) => {
        meter.createCounter('c').add(1);
        meter.createCounter('c').add(2);
      });
      expect(metric?.dataPoints[0]?.value).toBe(3);
      expect(others).toEqual([]);
    },
  ],
  [
    'Name conflict',
    'The Meter MUST return an instrument using the first-seen instrument name and log an appropriate error',
    async () => {
      using logs = captureLogs();
      const [metric, ...others] = await collect([], (meter) => {
        meter.createCounter('requestCount').add(1);
        meter.createCounter('RequestCount').add(2);
      });
      expect(metric).toMatchObject({ descriptor: { name: 'requestCount' }, dataPoints: [{ value: 3 }] });
      expect(others).toEqual([]);
      expect(logs.messages).toEqual([expect.stringContaining('"RequestCount" is recorded as "requestCount"')]);
    },
  ],
  [
    'Instrument name',
    'If the instrument name does not conform to this syntax, the Meter SHOULD emit an error notifying the user',
    async () => {
      const names = ['', 'a'.repeat(256), '1a', '-a', 'a b', 'ä'];
      using logs = captureLogs();
      const metrics = await collect([], (meter) => {
        for (const name of names) meter.createCounter(name).add(1);
        for (const name of ['a', 'A.b_c-d/e9', 'b'.repeat(255)]) meter.createCounter(name);
        meter.createCounter(undefined as unknown as string).add(1);
      });
      expect(metrics).toHaveLength(names.length + 1);
      expect(logs.messages).toHaveLength(names.length);
    },
  ],
  [
    'Instrument unit and description',
    'If a unit or description is not provided or null, the Meter MUST treat it the same as an empty string',
    async () => {
      using logs = captureLogs();
      const nothing = { unit: null, description: null } as unknown as MetricOptions;
      const metrics = await collect([], (meter) => {
        for (const options of [undefined, {}, nothing]) meter.createCounter('c', options).add(1);
      });
      expect(metrics).toMatchObject([{ descriptor: { unit: '', description: '' }, dataPoints: [{ value: 3 }] }]);
      expect(logs.messages).toEqual([]);
    },
  ],
  [
    'Instrument advisory parameters',
    'If an advisory parameter is not valid, the Meter SHOULD emit an error and proceed as if the parameter was not provided',
    async () => {
      using logs = captureLogs();
      const wrong = { advice: { explicitBucketBoundaries: ['1'] as unknown as number[] } };
      expect(await histogramOf(undefined, wrong)).toEqual(defaultBoundaries);
      expect(logs.messages).toEqual([expect.stringContaining('ignored the advice for h')]);
    },
  ],
  [
    'Instrument advisory parameters',
    'The Meter MUST return an instrument using the first-seen advisory parameters and log an appropriate error',
    async () => {
      using logs = captureLogs();
      const metrics = await collect([], (meter) => {
        meter.createHistogram('h', { advice: { explicitBucketBoundaries: boundaries } }).record(1);
        meter.createHistogram('h', { advice: { explicitBucketBoundaries: [1] } }).record(1);
      });
      expect(metrics).toMatchObject([{ dataPoints: [{ value: { count: 2, buckets: { boundaries } } }] }]);
      expect(logs.messages).toEqual([expect.stringContaining('other advice')]);
      const unknown = { advice: { other: 1n } } as MetricOptions;
      await collect([], (meter) => [1, 2].map((value) => meter.createCounter('c', unknown).add(value)));
    },
  ],
  [
    'Instrument advisory parameter: ExplicitBucketBoundaries',
    'If no View matches, or if a matching View selects the default aggregation, the parameter MUST be used',
    async () => {
      const options = { advice: { explicitBucketBoundaries: boundaries } };
      expect(await histogramOf(undefined, options)).toEqual(boundaries);
      // OTLP's boundaries must be strictly increasing.
      const repeated = { advice: { explicitBucketBoundaries: [10, 0, 5, 0, -0, 10] } };
      expect(await histogramOf(undefined, repeated)).toEqual(boundaries);
      expect(await histogramOf({ type: AggregationType.DEFAULT }, options)).toEqual(boundaries);
    },
  ],
  [
    'Instrument advisory parameter: ExplicitBucketBoundaries',
    'If a matching View specifies Explicit Bucket Histogram aggregation (with or without boundaries), the parameter is ignored',
    async () => {
      const options = { advice: { explicitBucketBoundaries: boundaries } };
      const type = AggregationType.EXPLICIT_BUCKET_HISTOGRAM;
      expect(await histogramOf({ type }, options)).toEqual(defaultBoundaries);
      expect(await histogramOf({ type, options: { boundaries: [7] } }, options)).toEqual([7]);
    },
  ],
  [
    'Instrument enabled',
    'Enabled MUST return false when all resolved views are configured with the Drop Aggregation; otherwise, it SHOULD return true',
    () => {
      const { meter } = createStore({ views: [{ instrumentName: 'c', aggregation: { type: AggregationType.DROP } }] });
      expect(meter.createCounter('c').enabled()).toBe(false);
      expect(meter.createCounter('d').enabled()).toBe(true);
    },
  ],
  [
    'Instrument bind',
    'A bound instrument MUST behave identically to calling the equivalent unbound recording operation',
    async () => {
      const attributesProcessors = [createAllowListAttributesProcessor(['a'])];
      const views = [
        { instrumentName: 'requests', attributesProcessors },
        { instrumentName: 'requests', name: 'all' },
      ];
      const metrics = await collect(views, (meter) => {
        const counter = meter.createCounter('requests');
        counter.bind({ a: 1, b: 1 }).add(2);
        counter.add(3, { b: 2, a: 1 });
      });
      expect(metrics.map(({ dataPoints }) => dataPoints.map(({ attributes, value }) => [attributes, value]))).toEqual([
        [[{ a: 1 }, 5]],
        [
          [{ a: 1, b: 1 }, 2],
          [{ b: 2, a: 1 }, 3],
        ],
      ]);
    },
  ],
  [
    'Instrument bind',
    'Cardinality limit evaluation MUST be performed at bind time. The resolved aggregator MUST be fixed',
    async () => {
      const { reader, meter } = createStore({ views: [{ instrumentName: 'c', aggregationCardinalityLimit: 3 }] });
      const counter = meter.createCounter('c');
      const early = counter.bind({ id: 'early' });
      counter.add(1, { id: 'a' });
      const late = counter.bind({ id: 'late' });
      for (let round = 0; round < 3; round += 1) {
        early.add(1);
        late.add(1);
        await reader.collect();
        counter.remove({ id: 'a' });
      }
      expect(await reader.values('c')).toEqual({ early: 3, overflow: 3 });
    },
  ],
  [
    'Instrument bind',
    'Measurements recorded on a bound instrument MUST be candidates for Exemplar sampling [with] the Context associated with each recording',
    async () => {
      const exemplars = await exemplarsOf((meter, span) => {
        const bound = meter.createCounter('c').bind({ id: 1 });
        bound.add(1);
        bound.add(2, span);
      });
      expect(exemplars).toMatchObject([{ value: 2, spanId: 'b7ad6b7169203331' }]);
    },
  ],
  [
    'Exemplar',
    'The set of Attributes associated with the Measurement not already included in a metric data point',
    async () => {
      const attributesProcessors = [createAllowListAttributesProcessor(['X', 'Y'])];
      const record: Parameters<typeof exemplarsOf>[0] = (meter, span) =>
        meter.createCounter('c').add(1, { X: 'x-value', Y: 'y-value', Z: 'z-value' }, span);
      const exemplars = await exemplarsOf(record, { views: [{ instrumentName: 'c', attributesProcessors }] });
      expect(exemplars).toMatchObject([{ value: 1, filteredAttributes: { Z: 'z-value' } }]);
    },
  ],
  [
    'ExemplarFilter',
    'TraceBased: measurements which are recorded in the context of a sampled parent span; the default value SHOULD be TraceBased',
    async () => {
      const add: Parameters<typeof exemplarsOf>[0] = (meter, span) => meter.createCounter('c').add(1, {}, span);
      expect(await exemplarsOf(add)).toHaveLength(1);
      expect(await exemplarsOf(add, {}, TraceFlags.NONE)).toEqual([]);
      expect(await exemplarsOf((meter) => meter.createCounter('c').add(1))).toEqual([]);
    },
  ],
  [
    'ExemplarFilter',
    'An OpenTelemetry SDK MUST support AlwaysOn and AlwaysOff',
    async () => {
      const plain: Parameters<typeof exemplarsOf>[0] = (meter) => meter.createCounter('c').add(1);
      expect(await exemplarsOf(plain, { exemplarFilter: 'always_on' })).toMatchObject([{ value: 1 }]);
      const add: Parameters<typeof exemplarsOf>[0] = (meter, span) => meter.createCounter('c').add(1, {}, span);
      expect(await exemplarsOf(add, { exemplarFilter: 'always_off' })).toEqual([]);
    },
  ],
  [
    'ExemplarReservoir',
    'For synchronous instruments, the trace ID and span ID of the active Span within Context',
    async () => {
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
      const exemplars = await exemplarsOf((meter, span) => {
        const histogram = meter.createHistogram('h');
        context.with(span, () => histogram.record(1));
      });
      expect(exemplars).toMatchObject([{ value: 1, traceId: '0af7651916cd43dd8448eb211c80319c' }]);
    },
  ],
  [
    'ExemplarReservoir',
    'Exemplars reported against a metric data point SHOULD have occurred within the start/stop timestamps of that point',
    async () => {
      const reader = ManualReader.delta();
      const { meter } = createStore({ readers: [reader], exemplarFilter: 'always_on' });
      const histogram = meter.createHistogram('h');
      histogram.record(1);
      await reader.collect();
      histogram.record(100);
      expect(await reader.points('h')).toMatchObject([{ exemplars: [{ value: 100 }] }]);
    },
  ],
  [
    'AlignedHistogramBucketExemplarReservoir',
    'MUST store at most one measurement that falls within a histogram bucket [and] MAY keep the last seen measurement',
    async () => {
      const record: Parameters<typeof exemplarsOf>[0] = (meter) => {
        const histogram = meter.createHistogram('h', { advice: { explicitBucketBoundaries: boundaries } });
        for (const value of [1, 2, 50, 3, 7]) histogram.record(value);
      };
      const exemplars = await exemplarsOf(record, { exemplarFilter: 'always_on' });
      expect(exemplars.map(({ value }) => value)).toEqual([3, 7, 50]);
    },
  ],
  [
    'Exemplar defaults',
    'Base2 Exponential Histogram Aggregation SHOULD use a SimpleFixedSizeExemplarReservoir with min(20, max_buckets)',
    async () => {
      for (const [maxSize, size] of [
        [160, 20],
        [4, 4],
      ] as const) {
        const aggregation = { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize } } as const;
        const record: Parameters<typeof exemplarsOf>[0] = (meter) => {
          for (let value = 1; value < 100; value += 1) meter.createHistogram('h').record(value);
        };
        const options = { exemplarFilter: 'always_on', views: [{ instrumentName: 'h', aggregation }] } as const;
        expect(await exemplarsOf(record, options)).toHaveLength(size);
      }
    },
  ],
  [
    'MetricReader',
    'For synchronous instruments with Cumulative temporality, Collect MUST receive data points exposed in previous collections',
    async () => {
      const { reader, meter } = createStore();
      meter.createCounter('c').add(1);
      meter.createGauge('g').record(1);
      for (let round = 0; round < 3; round += 1) expect(await reader.metrics()).toHaveLength(2);
    },
  ],
  [
    'MetricReader',
    'For synchronous instruments with Delta temporality, Collect MUST only receive data points with measurements recorded since the previous collection. These rules apply to all metrics',
    async () => {
      const reader = ManualReader.delta();
      const { meter } = createStore({ readers: [reader] });
      const gauge = meter.createGauge('g');
      const upDown = meter.createUpDownCounter('u');
      gauge.record(1);
      upDown.add(1);
      expect(await reader.metrics()).toHaveLength(2);
      expect(await reader.metrics()).toEqual([]);
      gauge.record(1);
      upDown.add(1);
      upDown.add(-1);
      expect((await reader.metrics()).map(({ dataPoints }) => dataPoints[0]?.value)).toEqual([1, 0]);
    },
  ],
  [
    'MetricReader',
    'The ending timestamp MUST always be equal to time the metric data point took effect',
    async () => {
      const { clock, reader, meter } = createStore();
      meter.createCounter('c').add(1);
      clock.advance(7);
      expect(await reader.points('c')).toMatchObject([{ endTime: clock.time }]);
    },
  ],
  [
    'MetricReader',
    'The SDK MUST NOT allow a MetricReader instance to be registered on more than one MeterProvider instance',
    () => {
      const { reader } = createStore();
      expect(() => new MeterProvider({ readers: [reader] })).toThrow('can not be bound to a MeterProvider again');
    },
  ],
  [
    'MetricReader',
    'Successive data points MUST repeat the same starting timestamps [or] with Delta MUST advance them',
    async () => {
      const [delta, cumulative] = [ManualReader.delta(), new ManualReader()];
      const { clock, meter } = createStore({ readers: [delta, cumulative] });
      meter.createObservableCounter('c').addCallback((result) => result.observe(1));
      const starts = { delta: new Set<string>(), cumulative: new Set<string>() };
      for (let round = 0; round < 3; round += 1) {
        clock.advance(1);
        for (const { startTime } of await delta.points('c')) starts.delta.add(startTime.join());
        for (const { startTime } of await cumulative.points('c')) starts.cumulative.add(startTime.join());
      }
      expect([starts.delta.size, starts.cumulative.size]).toEqual([3, 1]);
    },
  ],
  [
    'Collect',
    'When the Collect operation fails or times out on some of the instruments, the SDK MAY return successfully collected results and a failed reasons list',
    async () => {
      const { reader, meter } = createStore();
      meter.createObservableGauge('fails').addCallback(() => {
        throw new Error('broken sensor');
      });
      meter.createObservableGauge('works').addCallback((result) => result.observe(1));
      const { errors, resourceMetrics } = await reader.collect();
      expect(errors).toEqual([new Error('broken sensor')]);
      expect(resourceMetrics.scopeMetrics[0]?.metrics).toHaveLength(1);
    },
  ],
  [
    'Concurrency requirements',
    'Collect MUST be safe to be called concurrently',
    async () => {
      const { reader, meter } = createStore();
      let running = 0;
      meter.createObservableGauge('g').addCallback(async (result) => {
        running += 1;
        expect(running).toBe(1);
        await Promise.resolve();
        result.observe(1);
        running -= 1;
      });
      const all = await Promise.all([reader.values('g'), reader.values('g'), reader.values('g')]);
      expect(all).toEqual([{ '': 1 }, { '': 1 }, { '': 1 }]);
    },
  ],
];

const api: Row[] = [
  [
    'Get a meter',
    'Identical applied to Meters describes instances where all parameters are equal',
    () => {
      const { provider } = createStore();
      const schemaUrl = 'https://schema';
      const meter = provider.getMeter('a', '1', { schemaUrl, attributes: { x: 1, y: 2 } });
      expect(provider.getMeter('a', '1', { schemaUrl, attributes: { y: 2, x: 1 } })).toBe(meter);
      const others: Parameters<MeterProvider['getMeter']>[] = [
        ['b', '1', { schemaUrl, attributes: { x: 1, y: 2 } }],
        ['a', '2', { schemaUrl, attributes: { x: 1, y: 2 } }],
        ['a', '1', { attributes: { x: 1, y: 2 } }],
        ['a', '1', { schemaUrl, attributes: { x: 1 } }],
        ['a', '1', { schemaUrl }],
        ['a'],
      ];
      expect(new Set(others.map((each) => provider.getMeter(...each))).add(meter).size).toBe(7);
    },
  ],
  [
    'Asynchronous instrument API',
    'Observations from a single callback MUST be reported with identical timestamps',
    async () => {
      const { clock, reader, meter } = createStore();
      meter.createObservableGauge('g').addCallback((result) => {
        for (let id = 0; id < 3; id += 1) {
          clock.advance(1);
          result.observe(1, { id });
        }
      });
      expect(new Set((await reader.points('g')).map(({ endTime }) => endTime.join())).size).toBe(1);
    },
  ],
  [
    'Counter add',
    'The increment value is expected to be non-negative [and] this API SHOULD NOT return a value',
    () => {
      const { meter } = createStore();
      const counter = meter.createCounter('c');
      expect([counter.add(1), counter.add(-1), counter.bind({}).add(1)]).toEqual([undefined, undefined, undefined]);
    },
  ],
  [
    'Instrument unit',
    'It MUST be case-sensitive (e.g. kb and kB are different units)',
    async () => {
      using _logs = captureLogs();
      const metrics = await collect([], (meter) => {
        for (const unit of ['kb', 'kB']) meter.createCounter('c', { unit }).add(1);
      });
      expect(metrics.map(({ descriptor }) => descriptor.unit)).toEqual(['kb', 'kB']);
    },
  ],
  [
    'Instrument description',
    'It MUST support BMP (Unicode Plane 0), at least 1023 characters',
    async () => {
      const description = 'Ω語'.repeat(1_000);
      const [metric] = await collect([], (meter) => meter.createCounter('c', { description }).add(1));
      expect(metric?.descriptor.description).toBe(description);
    },
  ],
];

const dataModel: Row[] = [
  [
    'Producer recommendations',
    'If the potential conflict involves descriptions, the producer SHOULD choose the longer string',
    async () => {
      using logs = captureLogs();
      const metrics = await collect([], (meter) => {
        for (const description of ['short', 'the longest', 'longer']) meter.createCounter('c', { description }).add(1);
      });
      expect(metrics).toMatchObject([{ descriptor: { description: 'the longest' }, dataPoints: [{ value: 3 }] }]);
      expect(logs.messages).toHaveLength(2);
    },
  ],
  [
    'Sums',
    'For delta monotonic sums, the reader SHOULD expect non-negative values; for cumulative ones values that are not less than the previous value',
    async () => {
      const [delta, cumulative] = [ManualReader.delta(), new ManualReader()];
      const { meter } = createStore({ readers: [delta, cumulative] });
      let value = 10;
      meter.createObservableCounter('c').addCallback((result) => result.observe(value));
      const deltas: number[] = [];
      const resets: unknown[] = [];
      let [lastValue, lastStart] = [0, ''];
      for (value of [10, 12, 3, 5]) {
        deltas.push((await delta.values('c'))[''] ?? Number.NaN);
        const [point] = await cumulative.points('c');
        const start = String(point?.startTime);
        if ((point?.value as number) < lastValue) resets.push(lastStart === start);
        [lastValue, lastStart] = [point?.value as number, start];
      }
      expect(deltas).toEqual([10, 2, 3, 2]);
      expect(resets).toHaveLength(1);
    },
  ],
  [
    'ExponentialHistogram',
    'Buckets are upper-inclusive: a value that maps exactly to a boundary belongs to the lower bucket',
    async () => {
      const histogram = await exponentialOf((each) => {
        for (const value of [1, 2, 4, 8]) each.record(value);
      }, 4);
      // At scale 0 the bucket of index i is (2 ** i, 2 ** (i + 1)].
      expect(histogram).toMatchObject({ scale: 0, positive: { offset: -1, bucketCounts: [1, 1, 1, 1] } });
    },
  ],
  [
    'ExponentialHistogram',
    'Implementations SHOULD ensure that every value lies within the bounds of its bucket',
    async () => {
      for (let round = 0; round < 200; round += 1) {
        const value = Math.exp((round - 100) * 3.3) * 1.000_1;
        const { scale, positive } = await exponentialOf((each) => each.record(value));
        const base = 2 ** -scale;
        expect(Math.log2(value)).toBeGreaterThan(positive.offset * base - 1e-12);
        expect(Math.log2(value)).toBeLessThanOrEqual((positive.offset + 1) * base + 1e-12);
      }
    },
  ],
  [
    'Resets and gaps',
    'A series that ends and comes back has a new start time, and begins at 0',
    async () => {
      const { clock, reader, meter } = createStore();
      const counter = meter.createCounter('c');
      counter.add(5);
      await reader.collect();
      counter.remove({});
      expect(await reader.metrics()).toEqual([]);
      clock.advance(5);
      counter.add(1);
      expect(await reader.points('c')).toMatchObject([{ value: 1, startTime: clock.time }]);
    },
  ],
  [
    'Single-Writer',
    'All metric data streams SHOULD have globally unique identity: no two data points of a metric have the same attributes',
    async () => {
      const { reader, meter } = createStore();
      const counter = meter.createCounter('c');
      const sets: Attributes[] = [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
        { a: 1, b: 2, c: undefined },
      ];
      for (const set of sets) counter.add(1, set);
      counter.remove({ b: 2, a: 1 });
      for (const set of sets) counter.bind(set).add(1);
      expect(await reader.points('c')).toMatchObject([{ value: 6 }]);
    },
  ],
];

test.each(sdk)('SDK, %s: %s', (_section, _sentence, expectIt) => expectIt());
test.each(api)('API, %s: %s', (_section, _sentence, expectIt) => expectIt());
test.each(dataModel)('data model, %s: %s', (_section, _sentence, expectIt) => expectIt());

test.each<[ViewOptions, boolean]>([
  [{ instrumentName: '*' }, true],
  [{ instrumentName: 'requests' }, true],
  [{ instrumentName: 'request' }, false],
  [{ instrumentName: 're*t*' }, true],
  [{ instrumentName: 'r?quests' }, true],
  [{ instrumentName: 'request.' }, false],
  [{ instrumentType: InstrumentType.COUNTER }, true],
  [{ instrumentType: InstrumentType.UP_DOWN_COUNTER }, false],
  [{ instrumentUnit: '{request}' }, true],
  [{ instrumentUnit: '{Request}' }, false],
  [{ meterName: 'test' }, true],
  [{ meterName: 'tes*' }, false],
  [{ meterVersion: '' }, true],
  [{ meterVersion: '1' }, false],
  [{ meterSchemaUrl: 'https://schema' }, false],
])('SDK, Instrument selection criteria: The SDK MUST accept %j, which is met: %s', async (selector, isMet) => {
  const streams = await streamsOf({ ...selector, description: 'of the view' });
  expect(streams).toEqual([['requests', isMet ? 'of the view' : 'given', both]]);
});

test('temporality is what the reader chooses for the kind of instrument', async () => {
  const reader = new ManualReader({
    aggregationTemporalitySelector: (type) =>
      type === InstrumentType.UP_DOWN_COUNTER ? AggregationTemporality.CUMULATIVE : AggregationTemporality.DELTA,
  });
  const { meter } = createStore({ readers: [reader] });
  meter.createUpDownCounter('u').add(1);
  meter.createCounter('c').add(1);
  const temporalities = (await reader.metrics()).map((metric) => metric.aggregationTemporality);
  expect(temporalities).toEqual([AggregationTemporality.CUMULATIVE, AggregationTemporality.DELTA]);
});
