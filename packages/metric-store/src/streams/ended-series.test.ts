import { AggregationTemporality, AggregationType, type DataPoint, InstrumentType } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createStore, ManualReader, SnapshotReader } from '../../test/support.ts';

// Series are recorded, removed, replaced at the limit, and return, while readers collect at any time. What each reader must
// get is computed from the recordings.

const kinds = ['counter', 'histogram', 'exponential', 'upDown', 'gauge'] as const;
type Kind = (typeof kinds)[number];
const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const;
type Id = (typeof ids)[number] | 'overflow';

type Step =
  | { readonly type: 'record' | 'recordBound'; readonly kind: Kind; readonly id: Id; readonly value: number }
  | { readonly type: 'remove' | 'bind' | 'initialize'; readonly kind: Kind; readonly id: Id }
  | { readonly type: 'collect'; readonly reader: number }
  | { readonly type: 'wait'; readonly seconds: number };

/** The numbers of a data point that each recording adds to. */
type Totals = readonly number[];

interface Recording {
  readonly kind: Kind;
  readonly id: Id;
  readonly value: number;
  readonly step: number;
}

interface Row {
  readonly kind: Kind;
  readonly id: Id;
  readonly start: string;
  readonly totals: Totals;
}

const boundaries = [10, 100, 1_000];
const isGrowing = (kind: Kind): boolean => kind !== 'upDown' && kind !== 'gauge';

const anyKind = fc.constantFrom(...kinds);
const anyId = fc.constantFrom<Id[]>(...ids);
// Sums of these are exact in any order.
const anyValue = fc.integer({ min: -400, max: 4_000 }).map((quarters) => quarters / 4);

function stepsWithin(longestWaitSeconds: number): fc.Arbitrary<Step[]> {
  const record = fc.record({
    type: fc.constantFrom('record', 'recordBound'),
    kind: anyKind,
    id: anyId,
    value: anyValue,
  });
  const change = fc.record({
    type: fc.constantFrom('remove', 'remove', 'bind', 'initialize'),
    kind: anyKind,
    id: anyId,
  });
  const collect = fc.record({ type: fc.constant('collect'), reader: fc.nat() });
  const wait = fc.record({ type: fc.constant('wait'), seconds: fc.constantFrom(1, longestWaitSeconds) });
  return fc.array(
    fc.oneof(
      { weight: 8, arbitrary: record },
      { weight: 4, arbitrary: change },
      { weight: 3, arbitrary: collect },
      { weight: 1, arbitrary: wait },
    ) as fc.Arbitrary<Step>,
    { maxLength: 100, size: 'max' },
  );
}

function totalsOf(recordings: readonly Recording[], of: Kind): Totals {
  const values = recordings.map((each) => each.value);
  const sum = values.reduce((total, each) => total + each, 0);
  if (of === 'histogram') {
    const buckets = [...boundaries, Number.POSITIVE_INFINITY].map(
      (upper, index) => values.filter((each) => each <= upper && each > (boundaries[index - 1] ?? -1)).length,
    );
    return [sum, values.length, ...buckets];
  }
  return of === 'exponential' ? [sum, values.length, values.filter((each) => each === 0).length] : [sum];
}

function addUp(rows: Iterable<Row>, of: Kind): Totals {
  return [...rows].reduce(
    (total, { totals }) => total.map((each, index) => each + (totals[index] as number)),
    totalsOf([], of),
  );
}

async function rowsOf(reader: ManualReader): Promise<Row[]> {
  if (!(reader instanceof SnapshotReader)) {
    return (await reader.metrics()).flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map((each) => rowOf(descriptor.name, each.attributes, each.startTime, each.value)),
    );
  }
  const { scopes } = await reader.snapshot();
  return scopes.flatMap(({ streams }) =>
    streams.flatMap((stream) =>
      stream.series
        .slice(0, stream.count)
        .map((each) => rowOf(stream.descriptor.name, each.attributes, stream.startOf(each), stream.pointOf(each))),
    ),
  );
}

function rowOf(name: string, attributes: DataPoint<unknown>['attributes'], startTime: unknown, point: any): Row {
  const isOverflow = attributes['otel.metric.overflow'] === true;
  return {
    kind: name as Kind,
    id: isOverflow ? 'overflow' : (attributes['id'] as Id),
    start: JSON.stringify(startTime),
    totals: pointTotals(name, point),
  };
}

function pointTotals(name: string, point: any): Totals {
  if (name === 'histogram') return [point.sum, point.count, ...point.buckets.counts];
  if (name !== 'exponential') return [point];
  const counts: number[] = point.positive.bucketCounts;
  expect(counts.reduce((sum, count) => sum + count, point.zeroCount)).toBe(point.count);
  return [point.sum, point.count, point.zeroCount];
}

/** A reader that checks that it gets what was recorded. */
interface CheckedReader {
  readonly reader: ManualReader;
  collect(step: number, recordings: readonly Recording[], removals: readonly Removal[]): Promise<void>;
}

function checked(reader: ManualReader, deltas: readonly Kind[], isLimited: boolean): CheckedReader {
  // The last row for each start of each series.
  const seen = new Map<string, Row>();
  let lastStep = -1;
  return {
    reader,
    async collect(step, recordings, removals) {
      const rows = await rowsOf(reader);
      const keys = rows.map((row) => `${row.kind} ${row.id}`);
      expect(new Set(keys).size, 'no series is there twice').toBe(keys.length);
      for (const of of kinds) {
        const own = rows.filter((row) => row.kind === of);
        const recorded = recordings.filter((each) => each.kind === of);
        if (deltas.includes(of))
          expectDeltas(
            of,
            own,
            recorded.filter((each) => each.step > lastStep),
            isLimited,
          );
        else if (isGrowing(of)) expectGrowth(of, own, recorded, { seen, isLimited });
        else if (!isLimited) expect(valuesOf(own)).toEqual(levelsOf(of, recorded, removals, lastStep));
      }
      lastStep = step;
    },
  };
}

function expectDeltas(of: Kind, rows: readonly Row[], fresh: readonly Recording[], isLimited: boolean): void {
  if (of !== 'gauge') expectTotals(of, rows, fresh, isLimited);
  else if (!isLimited) expect(valuesOf(rows)).toEqual(Object.fromEntries(fresh.map((each) => [each.id, each.value])));
}

function expectGrowth(
  of: Kind,
  rows: readonly Row[],
  recorded: readonly Recording[],
  { seen, isLimited }: { readonly seen: Map<string, Row>; readonly isLimited: boolean },
): void {
  for (const row of rows) {
    const key = `${row.kind} ${row.id} ${row.start}`;
    const before = seen.get(key)?.totals ?? [];
    for (const [index, each] of before.entries()) expect(row.totals[index]).toBeGreaterThanOrEqual(each);
    seen.set(key, row);
  }
  const own = [...seen.values()].filter((row) => row.kind === of);
  expectTotals(of, own, recorded, isLimited);
}

function expectTotals(of: Kind, rows: readonly Row[], recorded: readonly Recording[], isLimited: boolean): void {
  expect(addUp(rows, of)).toEqual(totalsOf(recorded, of));
  if (isLimited) return;
  for (const each of ids) {
    const ofId = (other: { readonly id: Id }): boolean => other.id === each;
    expect(addUp(rows.filter(ofId), of)).toEqual(totalsOf(recorded.filter(ofId), of));
  }
}

/** Gauges and up-down counters restart at each removal; a reader sees the removed value if it has not before. */
function levelsOf(
  of: Kind,
  recorded: readonly Recording[],
  removals: readonly Removal[],
  lastStep: number,
): Record<string, number> {
  const levels: Record<string, number> = {};
  for (const each of ids) {
    const own = recorded.filter((recording) => recording.id === each);
    const last = own.at(-1);
    if (last === undefined) continue;
    const removed = removals.filter((removal) => removal.kind === of && removal.id === each);
    if (removed.some((removal) => removal.step > last.step) && last.step <= lastStep) continue;
    const began = Math.max(-1, ...removed.map((removal) => removal.step).filter((step) => step < last.step));
    const [sum] = totalsOf(
      own.filter((recording) => recording.step > began),
      of,
    );
    levels[each] = of === 'gauge' ? last.value : (sum as number);
  }
  return levels;
}

interface Removal {
  readonly kind: Kind;
  readonly id: Id;
  readonly step: number;
}

function valuesOf(rows: readonly Row[]): Record<string, number> {
  return Object.fromEntries(rows.map((row) => [row.id, row.totals[0] as number]));
}

type Instruments = ReturnType<typeof instrumentsOf>;

function instrumentsOf(meter: ReturnType<typeof createStore>['meter']) {
  return {
    counter: meter.createCounter('counter'),
    histogram: meter.createHistogram('histogram', { advice: { explicitBucketBoundaries: boundaries } }),
    exponential: meter.createHistogram('exponential'),
    upDown: meter.createUpDownCounter('upDown'),
    gauge: meter.createGauge('gauge'),
  };
}

function recordTo(instrument: Instruments[Kind] | ReturnType<Instruments[Kind]['bind']>, given: number, id?: Id): void {
  const attributes = id === undefined ? undefined : ({ id } as never);
  if ('add' in instrument) instrument.add(given, attributes);
  else instrument.record(given, attributes);
}

async function play(steps: readonly Step[], readers: readonly CheckedReader[], limit: number): Promise<void> {
  const { clock, meter } = createStore({
    readers: readers.map(({ reader }) => reader),
    views: kinds.map((each) => ({
      instrumentName: each,
      aggregationCardinalityLimit: limit,
      ...(each === 'exponential' && { aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }),
    })),
  });
  const instruments = instrumentsOf(meter);
  const bound = new Map<string, ReturnType<Instruments[Kind]['bind']>>();
  const recordings: Recording[] = [];
  const removals: Removal[] = [];
  const all = [...steps, ...readers.map((_, reader) => ({ type: 'collect' as const, reader }))];
  for (const [step, each] of all.entries()) {
    clock.advance(1);
    if (each.type === 'wait') {
      clock.advance(each.seconds);
      continue;
    }
    if (each.type === 'collect') {
      await readers[each.reader % readers.length]?.collect(step, recordings, removals);
      continue;
    }
    const instrument = instruments[each.kind];
    const key = `${each.kind} ${each.id}`;
    switch (each.type) {
      case 'remove':
        instrument.remove({ id: each.id });
        removals.push({ kind: each.kind, id: each.id, step });
        break;
      case 'initialize':
        if (isGrowing(each.kind) && 'initialize' in instrument) instrument.initialize({ id: each.id });
        break;
      case 'bind':
        bound.set(key, instrument.bind({ id: each.id }));
        break;
      default: {
        const given = isGrowing(each.kind) ? Math.abs(each.value) : each.value;
        const handle = each.type === 'recordBound' ? bound.get(key) : undefined;
        recordTo(handle ?? instrument, given, handle === undefined ? each.id : undefined);
        recordings.push({ kind: each.kind, id: each.id, value: given, step });
      }
    }
  }
}

const lowMemory = {
  aggregationTemporalitySelector: (type: InstrumentType) =>
    type === InstrumentType.COUNTER || type === InstrumentType.HISTOGRAM
      ? AggregationTemporality.DELTA
      : AggregationTemporality.CUMULATIVE,
};
const delta = { aggregationTemporalitySelector: () => AggregationTemporality.DELTA };

function deltaReaders(isLimited: boolean): CheckedReader[] {
  return [
    checked(new ManualReader(delta), kinds, isLimited),
    checked(new SnapshotReader(delta), kinds, isLimited),
    checked(new ManualReader(lowMemory), kinds.filter(isGrowing), isLimited),
  ];
}

function cumulativeReaders(isLimited: boolean): CheckedReader[] {
  return [new ManualReader(), new SnapshotReader()].map((reader) => checked(reader, [], isLimited));
}

const hourSeconds = 3_600;

test.each<[what: string, steps: fc.Arbitrary<Step[]>, limit: number, readers: () => CheckedReader[]]>([
  ['within the limit', stepsWithin(2 * hourSeconds), 100, () => [...cumulativeReaders(false), ...deltaReaders(false)]],
  [
    'at the limit',
    stepsWithin(2 * hourSeconds),
    3,
    () => [...cumulativeReaders(true).slice(0, 1), ...deltaReaders(true)],
  ],
  [
    'at the limit with snapshots',
    stepsWithin(2 * hourSeconds),
    3,
    () => [...cumulativeReaders(true).slice(1), ...deltaReaders(true)],
  ],
  ['at the limit with several readers', stepsWithin(10), 3, () => [...cumulativeReaders(true), ...deltaReaders(true)]],
])('every reader gets each recording once, whatever ends and returns: %s', async (_what, steps, limit, readers) => {
  await fc.assert(
    fc.asyncProperty(steps, (given) => play(given, readers(), limit)),
    { numRuns: 250 },
  );
});
