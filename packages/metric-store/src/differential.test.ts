import type {
  MeterProvider as ApiMeterProvider,
  Attributes,
  Meter,
  MetricOptions,
  ObservableResult,
} from '@opentelemetry/api';
import {
  AggregationTemporality,
  AggregationType,
  createAllowListAttributesProcessor,
  createDenyListAttributesProcessor,
  type DataPoint,
  DataPointType,
  InstrumentType,
  type MetricData,
  type MetricReader,
  MeterProvider as UpstreamMeterProvider,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { ManualReader } from '../test/support.ts';
import { MeterProvider } from './index.ts';
import { canonicalKey } from './series/attribute-values.ts';

afterEach(() => vi.restoreAllMocks());

// Where upstream differs on purpose, inputs are not generated; see the differences below, with the paragraph of the
// specification.
const kinds = [
  'createCounter',
  'createUpDownCounter',
  'createGauge',
  'createHistogram',
  'createObservableCounter',
  'createObservableUpDownCounter',
  'createObservableGauge',
] as const;
type Kind = (typeof kinds)[number];

const isObserved = (kind: Kind): boolean => kind.startsWith('createObservable');

// Sums of these are exact in any order. With values that are not positive, upstream's exponential histograms lose their
// scale when merged.
const value = fc
  .integer({ min: -400, max: 4_000 })
  .filter((quarters) => quarters !== 0)
  .map((quarters) => quarters / 4);
const attributes: fc.Arbitrary<Attributes> = fc.record(
  {
    venue: fc.constantFrom('a', 'b'),
    symbol: fc.constantFrom('x', 'y', 'z'),
    level: fc.constantFrom(1, '1', true, 'true'),
    list: fc.constantFrom(['p'], ['p', 'q']),
  },
  { requiredKeys: [] },
);

const instrument = fc.record({
  kind: fc.constantFrom(...kinds),
  unit: fc.constantFrom('', 's'),
  boundaries: fc.constantFrom(undefined, [], [1, 10, 100]),
  callbacks: fc.constantFrom(1, 2),
});

const aggregation: fc.Arbitrary<ViewOptions['aggregation']> = fc.constantFrom(
  undefined,
  { type: AggregationType.DEFAULT },
  { type: AggregationType.DROP },
  { type: AggregationType.SUM },
  { type: AggregationType.LAST_VALUE },
  { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [5, 50, 500] } },
  { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [2], recordMinMax: false } },
  { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize: 8 } },
  { type: AggregationType.EXPONENTIAL_HISTOGRAM },
);

const processors = fc.constantFrom(
  undefined,
  [createAllowListAttributesProcessor(['venue', 'list'])],
  [createDenyListAttributesProcessor(['symbol'])],
);

const view = fc.record({
  aggregation,
  processors,
  renames: fc.boolean(),
  describes: fc.boolean(),
  second: fc.boolean(),
});

type Step =
  | { readonly type: 'record'; readonly instrument: number; readonly value: number; readonly attributes: Attributes }
  | { readonly type: 'collect'; readonly reader: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant('record' as const), instrument: fc.nat(3), value, attributes }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('collect' as const), reader: fc.nat(2) }) },
);

const scenario = fc.record({
  instruments: fc.array(instrument, { minLength: 1, maxLength: 4 }),
  views: fc.array(fc.option(view), { minLength: 4, maxLength: 4 }),
  lowMemory: fc.boolean(),
  steps: fc.array(step, { maxLength: 60, size: 'max' }),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer S> ? S : never;

function viewsOf({ instruments, views }: Scenario): ViewOptions[] {
  return instruments.flatMap(({ kind }, index) => {
    const chosen = views[index];
    if (chosen === null || chosen === undefined) return [];
    const isExplicit = chosen.aggregation?.type === AggregationType.EXPLICIT_BUCKET_HISTOGRAM;
    const isExponential = chosen.aggregation?.type === AggregationType.EXPONENTIAL_HISTOGRAM;
    const isWrongUpstream =
      (isObserved(kind) && (isExplicit || isExponential)) ||
      (isExponential && kind !== 'createCounter' && kind !== 'createHistogram');
    const options: ViewOptions = {
      instrumentName: `i${index}`,
      ...(chosen.renames && { name: `renamed${index}` }),
      ...(chosen.describes && { description: 'described' }),
      ...(chosen.aggregation && !isWrongUpstream && { aggregation: chosen.aggregation }),
      ...(chosen.processors && !isObserved(kind) && { attributesProcessors: [...chosen.processors] }),
    };
    return chosen.second ? [options, { instrumentName: `i${index}`, name: `second${index}` }] : [options];
  });
}

function readersOf({ lowMemory, views }: Scenario): ManualReader[] {
  // A view without an aggregation hides the reader's choice upstream (Stream configuration, `aggregation`).
  const sums = lowMemory && views.every((each) => each === null);
  const cumulative = new ManualReader();
  const delta = ManualReader.delta();
  const third = new ManualReader({
    aggregationTemporalitySelector: (type) =>
      lowMemory && (type === InstrumentType.COUNTER || type === InstrumentType.HISTOGRAM)
        ? AggregationTemporality.DELTA
        : AggregationTemporality.CUMULATIVE,
    aggregationSelector: (type) => ({
      type: type === InstrumentType.HISTOGRAM && sums ? AggregationType.SUM : AggregationType.DEFAULT,
    }),
  });
  return [cumulative, delta, third];
}

interface Recorder {
  record(value: number, attributes: Attributes): void;
}

/** Observes everything that was ever set; series that end have another test. */
function recorderOf(
  meter: Meter,
  { kind, unit, boundaries, callbacks }: Scenario['instruments'][number],
  name: string,
): Recorder {
  const options: MetricOptions = {
    unit,
    ...(kind === 'createHistogram' && boundaries && { advice: { explicitBucketBoundaries: [...boundaries] } }),
  };
  if (!isObserved(kind)) {
    const made = meter[kind](name, options) as { add?: Recorder['record']; record?: Recorder['record'] };
    return { record: (each, set) => (made.add ?? made.record)?.call(made, each, set) };
  }
  const observable = meter[kind as 'createObservableGauge'](name, options);
  const states = new Map<string, { readonly set: Attributes; value: number }>();
  for (let part = 0; part < callbacks; part += 1) {
    observable.addCallback((result: ObservableResult) => {
      let index = 0;
      for (const { set, value: current } of states.values()) {
        if (index % callbacks === part) result.observe(current, set);
        index += 1;
      }
    });
  }
  return {
    record(given, set) {
      // For a negative value of an observable counter, upstream creates a series at 0.
      const each = kind === 'createObservableCounter' ? Math.abs(given) : given;
      const key = canonicalKey(set);
      const state = states.get(key);
      if (state === undefined) states.set(key, { set, value: each });
      else state.value = kind === 'createObservableCounter' ? state.value + each : each;
    },
  };
}

/** What readers got, in an order and form independent of the provider. */
async function collected(reader: MetricReader): Promise<unknown> {
  const { resourceMetrics, errors } = await reader.collect();
  expect(errors).toEqual([]);
  return resourceMetrics.scopeMetrics.map(({ scope, metrics }) => ({
    scope,
    metrics: metrics
      .map((metric) => ({
        ...metric,
        dataPoints: metric.dataPoints
          .map((point) => ({
            ...point,
            startTime: startTimeOf(metric, point),
            key: canonicalKey(point.attributes),
          }))
          .toSorted((a, b) => (a.key < b.key ? -1 : 1)),
      }))
      .toSorted((a, b) => (a.descriptor.name < b.descriptor.name ? -1 : 1)),
  }));
}

/**
 * The start times of synchronous cumulative series. For deltas, upstream uses the first recording of an interval instead of
 * the interval's start; for observed series, the first collection:
 * https://opentelemetry.io/docs/specs/otel/metrics/sdk/#start-timestamps
 */
function startTimeOf({ aggregationTemporality, descriptor }: MetricData, { startTime }: DataPoint<unknown>): unknown {
  const isComparable =
    aggregationTemporality === AggregationTemporality.CUMULATIVE &&
    !String(Reflect.get(descriptor, 'type')).startsWith('OBSERVABLE');
  return isComparable ? startTime : undefined;
}

async function play(
  given: Scenario,
  make: (views: ViewOptions[], readers: ManualReader[]) => ApiMeterProvider,
): Promise<unknown[]> {
  let now = Date.UTC(2026, 0, 1);
  vi.spyOn(Date, 'now').mockImplementation(() => now);
  const readers = readersOf(given);
  const meter = make(viewsOf(given), readers).getMeter('test', '1');
  const recorders = given.instruments.map((each, index) => recorderOf(meter, each, `i${index}`));
  const results: unknown[] = [];
  for (const each of [...given.steps, ...readers.map((_, reader) => ({ type: 'collect' as const, reader }))]) {
    now += 1_000;
    if (each.type === 'record') recorders[each.instrument % recorders.length]?.record(each.value, each.attributes);
    else results.push(await collected(readers[each.reader] as ManualReader));
  }
  vi.restoreAllMocks();
  return results;
}

test('every reader gets the same as from upstream, for any recordings, views and collections', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (given) => {
      const ours = await play(given, (views, readers) => new MeterProvider({ views, readers }));
      const upstreams = await play(given, (views, readers) => new UpstreamMeterProvider({ views, readers }));
      expect(ours).toEqual(upstreams);
    }),
    { numRuns: 300 },
  );
});

type Difference = readonly [
  what: string,
  paragraph: string,
  views: ViewOptions[],
  observe: (meter: Meter, reader: ManualReader, delta: ManualReader) => Promise<unknown>,
  ours: unknown,
  upstreams: unknown,
];

const limited: ViewOptions[] = [{ instrumentName: '*', aggregationCardinalityLimit: 3 }];
const exponential = { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const;

/** Intended differences. */
const differences: Difference[] = [
  [
    'a series that is not observed any more ends',
    'Observations inside asynchronous callbacks',
    [],
    async (meter, reader) => {
      let ids = ['a', 'b'];
      meter.createObservableGauge('g').addCallback((result) => {
        for (const id of ids) result.observe(1, { id });
      });
      await reader.collect();
      ids = ['a'];
      return reader.values('g');
    },
    { a: 1 },
    { a: 1, b: 1 },
  ],
  [
    'a limit holds from one collection to the next',
    'Cardinality limits',
    limited,
    async (meter, reader) => {
      for (const id of ['a', 'b', 'c', 'd']) {
        meter.createCounter('c').add(1, { id });
        await reader.collect();
      }
      return reader.values('c');
    },
    { a: 1, b: 1, overflow: 2 },
    { a: 1, b: 1, c: 1, d: 1 },
  ],
  [
    'what is observed beyond the limit is aggregated',
    'Overflow attribute',
    limited,
    async (meter, reader) => {
      meter.createObservableCounter('c').addCallback((result) => {
        for (const id of ['a', 'b', 'c', 'd']) result.observe(5, { id });
      });
      return reader.values('c');
    },
    { a: 5, b: 5, overflow: 10 },
    { a: 5, b: 5, overflow: 5 },
  ],
  [
    'observed sums that a view makes one are added up',
    'Sum aggregation',
    [{ instrumentName: 'c', attributesProcessors: [createAllowListAttributesProcessor(['id'])] }],
    async (meter, reader) => {
      meter.createObservableCounter('c').addCallback((result) => {
        for (const core of [1, 2]) result.observe(core, { id: 'cpu', core });
      });
      return reader.values('c');
    },
    { cpu: 3 },
    { cpu: 2 },
  ],
  [
    'two views of one name make two streams, and neither counts twice',
    'Measurement processing',
    [{ instrumentName: 'c' }, { instrumentName: 'c*' }],
    async (meter, reader) => {
      meter.createCounter('c').add(1);
      return reader.values('c');
    },
    { '': 1 },
    { '': 2 },
  ],
  [
    'an exponential histogram keeps its scale when a 0 is recorded',
    'Maintain the ideal scale',
    [{ instrumentName: 'h', aggregation: exponential }],
    async (meter, reader) => {
      const histogram = meter.createHistogram('h');
      histogram.record(0);
      await reader.collect();
      histogram.record(0.25);
      return (await reader.points('h')).map(({ value: { scale } }: { value: any }) => scale);
    },
    [20],
    [0],
  ],
  [
    'the negative range of an exponential histogram does not change the scale of the positive one',
    'Maintain the ideal scale',
    [{ instrumentName: 'u', aggregation: exponential }],
    async (meter, reader) => {
      const upDown = meter.createUpDownCounter('u');
      upDown.add(-0.25);
      await reader.collect();
      upDown.add(0.25);
      return (await reader.points('u')).map(({ value: { scale } }: { value: any }) => scale);
    },
    [20],
    [6],
  ],
  [
    'a name in another case is the same instrument',
    'Name conflict',
    [],
    async (meter, reader) => {
      meter.createCounter('requestCount').add(1);
      meter.createCounter('RequestCount').add(1);
      return (await reader.metrics()).map(({ descriptor }) => descriptor.name);
    },
    ['requestCount'],
    ['requestCount', 'RequestCount'],
  ],
  [
    'an observable instrument is not aggregated to a histogram',
    'Measurement processing',
    [{ instrumentName: 'g', aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM } }],
    async (meter, reader) => {
      meter.createObservableGauge('g').addCallback((result) => result.observe(1));
      return (await reader.metrics()).map(({ dataPointType }) => DataPointType[dataPointType]);
    },
    ['GAUGE'],
    ['HISTOGRAM'],
  ],
  [
    'a value that is not finite does not reach a sum',
    'Numerical limits handling',
    [],
    async (meter, reader) => {
      const counter = meter.createCounter('c');
      counter.add(1);
      counter.add(Number.NaN);
      return reader.values('c');
    },
    { '': 1 },
    { '': Number.NaN },
  ],
  [
    'an attribute without a value does not identify a series',
    'Single-Writer',
    [],
    async (meter, reader) => {
      meter.createCounter('c').add(1, { id: 'a' });
      meter.createCounter('c').add(1, { id: 'a', other: undefined });
      return (await reader.points('c')).map(({ value: sum }) => sum);
    },
    [2],
    [1, 1],
  ],
];

test.each(differences)('differs from upstream: %s (%s)', async (_what, _paragraph, views, observe, ours, upstreams) => {
  for (const [expected, Provider] of [
    [ours, MeterProvider],
    [upstreams, UpstreamMeterProvider],
  ] as const) {
    const [reader, delta] = [new ManualReader(), ManualReader.delta()];
    const provider = new Provider({ views, readers: [reader, delta] });
    expect(await observe(provider.getMeter('test'), reader, delta)).toEqual(expected);
  }
});
