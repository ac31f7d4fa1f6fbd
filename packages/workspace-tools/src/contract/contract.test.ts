import { createNoopMeter, diag, metrics } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { PrometheusExporter } from '@trademeter/exporter-prometheus';
import { announceMeterProvider } from '@trademeter/instrumentation';
import { type AttributeDefinition, SCHEMA_URL } from '@trademeter/semantic-conventions';
import { createTestTelemetry } from '@trademeter/testing';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { callEveryVerb } from './every-verb.ts';
import { ordersSubject, subjects } from './subjects.ts';

const start = Date.UTC(2026, 0, 5, 12);

function clock() {
  let milliseconds = start;
  return {
    now: () => milliseconds,
    pass: (more: number) => {
      milliseconds += more;
    },
  };
}

// The look-out for providers is one for the process: it has to begin on the clock that these tests turn.
beforeAll(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterAll(() => void vi.useRealTimers());
afterEach(() => {
  metrics.disable();
  announceMeterProvider();
  vi.restoreAllMocks();
});

test('the crawl reaches the verbs of handles', () => {
  const { verbs, runners } = ordersSubject.make({ now: () => start });
  const { called } = callEveryVerb('orders', verbs, [{ symbol: 'AAPL', side: 'buy', type: 'market' }], runners);
  expect(called).toEqual(expect.arrayContaining(['orders.place', 'orders.place().fill', 'orders.report.closed']));
});

test('the crawl tells what throws and what rejects', async () => {
  const careless = {
    handle: () => ({ verb: (options: { name: string }) => options.name.length }),
    later: async () => Promise.reject(new Error('no')),
  };
  const { threw, rejected } = callEveryVerb('careless', careless, [undefined], []);
  expect(threw).toEqual([expect.stringContaining('careless.handle().verb threw TypeError')]);
  expect(await Promise.all(rejected)).toEqual(['careless.later rejected with Error: no']);
});

const ofInstrumentation = 'trademeter.measurement.dropped';

describe.each(subjects)('instrumentation-$name', ({ name, metrics: section, bornAtZero, make }) => {
  const ownSection = section.filter((definition) => definition.name !== ofInstrumentation);

  test('records every metric of its section, and nothing that has no definition', async () => {
    await using telemetry = createTestTelemetry();
    const { now, pass } = clock();
    await make({ meterProvider: telemetry.meterProvider, now }).live(pass);
    const recorded = new Set((await telemetry.series()).map((series) => series.name));
    expect([...recorded].filter((each) => each !== ofInstrumentation).toSorted()).toEqual(
      ownSection.map((definition) => definition.name).toSorted(),
    );
  });

  test("records the definition's attributes only: the required ones always, the listed values where they are listed", async () => {
    await using telemetry = createTestTelemetry();
    const { now, pass } = clock();
    await make({ meterProvider: telemetry.meterProvider, now }).live(pass);
    for (const series of await telemetry.series()) {
      const definition = section.find((each) => each.name === series.name);
      if (definition === undefined) continue;
      expect(series.unit).toBe(definition.unit);
      const attributes: Record<string, AttributeDefinition> = definition.attributes;
      for (const [key, { requirement }] of Object.entries(attributes)) {
        if (requirement === 'required') expect(series.attributes, series.name).toHaveProperty([key]);
      }
      for (const [key, value] of Object.entries(series.attributes)) {
        expect(Object.keys(attributes), series.name).toContain(key);
        const { values, open } = attributes[key] as AttributeDefinition;
        if (values !== undefined && open !== true) expect(values).toContain(value);
      }
      if (series.histogram !== undefined) expect(series.histogram.boundaries).toEqual(definition.boundaries);
    }
    expect(await telemetry.value(ofInstrumentation)).toBe(0);
  });

  test('says on every scope which version of the conventions it keeps to', async () => {
    const reader = new PrometheusExporter({ preventServerStart: true });
    const meterProvider = new MeterProvider({ readers: [reader] });
    const { now, pass } = clock();
    await make({ meterProvider, now }).live(pass);
    const { resourceMetrics } = await reader.collect();
    const scopes = resourceMetrics.scopeMetrics.map(({ scope }) => scope);
    const version = SCHEMA_URL.split('/').at(-1);
    expect(scopes).toHaveLength(2);
    for (const scopeName of ['@trademeter/instrumentation', `@trademeter/instrumentation-${name}`]) {
      expect(scopes).toContainEqual({ name: scopeName, version, schemaUrl: SCHEMA_URL });
    }
    await meterProvider.shutdown();
  });

  test('shows what an alert watches at 0 before it is counted', async () => {
    await using telemetry = createTestTelemetry();
    make({ meterProvider: telemetry.meterProvider, now: () => start }).introduce();
    for (const metric of bornAtZero) {
      const series = await telemetry.series(metric);
      expect(series.length, metric).toBeGreaterThan(0);
      expect(series.every(({ value }) => value === 0)).toBe(true);
    }
  });

  test('shows every state of its statuses from the start, one of them 1', async () => {
    await using telemetry = createTestTelemetry();
    make({ meterProvider: telemetry.meterProvider, now: () => start }).introduce();
    for (const { name: metric, attributes } of ownSection.filter((each) => each.name.endsWith('.status'))) {
      const states = Object.entries(attributes as Record<string, AttributeDefinition>).find(([key]) =>
        key.endsWith('.state'),
      )?.[1].values;
      const series = await telemetry.series(metric);
      expect(series.length, metric).toBe(states?.length);
      expect(
        series.reduce((sum, { value }) => sum + value, 0),
        metric,
      ).toBe(1);
    }
  });

  test('made before an SDK starts, it records once one has', async () => {
    const { now, pass } = clock();
    const living = make({ now });
    living.introduce();
    await using telemetry = createTestTelemetry();
    metrics.setGlobalMeterProvider(telemetry.meterProvider);
    announceMeterProvider();
    for (const metric of bornAtZero) expect(await telemetry.value(metric), metric).toBe(0);
    await living.live(pass);
    const recorded = new Set((await telemetry.series()).map((series) => series.name));
    for (const definition of ownSection) expect(recorded).toContain(definition.name);
  });

  test('on an SDK that does not announce itself, and on the next one after it, its series at 0 appear within a few seconds', async () => {
    make({ now: () => start }).introduce();
    await using telemetry = createTestTelemetry();
    metrics.setGlobalMeterProvider(telemetry.meterProvider);
    vi.advanceTimersByTime(5_000);
    for (const metric of bornAtZero) expect(await telemetry.value(metric), metric).toBe(0);

    metrics.disable();
    await using next = createTestTelemetry();
    metrics.setGlobalMeterProvider(next.meterProvider);
    vi.advanceTimersByTime(5_000);
    for (const metric of bornAtZero) expect(await next.value(metric), metric).toBe(0);
  });

  test('without an SDK it asks for no instrument and keeps no process alive', async () => {
    const noop = createNoopMeter();
    const asked = (
      [
        'createCounter',
        'createHistogram',
        'createGauge',
        'createUpDownCounter',
        'createObservableGauge',
        'createObservableUpDownCounter',
      ] as const
    ).map((method) => vi.spyOn(noop, method));
    const before = process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length;
    const { now, pass } = clock();
    const living = make({ now });
    living.introduce();
    await living.live(pass);
    for (const spy of asked) expect(spy).not.toHaveBeenCalled();
    expect(process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length).toBeLessThanOrEqual(before);
  });

  test('no verb throws, whatever it is given', async () => {
    diag.disable();
    await using telemetry = createTestTelemetry();
    const { now, pass } = clock();
    const living = make({ meterProvider: telemetry.meterProvider, now });
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { maxLength: 3 }), async (args) => {
        const given = args.map((value) => value());
        const { threw, rejected } = callEveryVerb(name, living.verbs, given, living.runners);
        expect([...threw, ...(await Promise.all(rejected)).filter((each) => each !== undefined)]).toEqual([]);
      }),
      { numRuns: 60 },
    );
    await living.live(pass);
    for (const series of await telemetry.series()) {
      expect(Number.isFinite(series.value), series.name).toBe(true);
      const definition = section.find((each) => each.name === series.name);
      for (const key of Object.keys(series.attributes)) {
        if (definition !== undefined) expect(Object.keys(definition.attributes)).toContain(key);
      }
    }
  });
});

const theirs = () => Promise.reject(new Error('theirs'));

/** What a function of the caller may answer where something else was expected. */
const answers: readonly (readonly [name: string, answer: () => unknown])[] = [
  ['a promise that rejects', theirs],
  ['a promise of a promise that rejects', async () => theirs()],
  ['a thenable that rejects', () => thenable((_resolve, reject) => reject(new Error('theirs')))],
  ['a thenable that answers twice', () => thenable((resolve, reject) => [resolve(1), resolve(2), reject(3)])],
  ['a thenable that throws', () => thenable(trap)],
  // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
  ['a thenable that cannot be read', () => Object.defineProperty({}, 'then', { get: trap })],
  ['what cannot be read at all', () => new Proxy({}, { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap })],
  ['a function', () => () => theirs()],
];

function thenable(then: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => unknown): object {
  // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
  return { then };
}

describe.each(subjects)('instrumentation-$name', ({ name, make }) => {
  test.each(answers)('a function of the caller may answer with %s', async (_name, answer) => {
    diag.disable();
    await using telemetry = createTestTelemetry();
    const unhandled: unknown[] = [];
    const listener = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', listener);
    try {
      const ours = new Set<unknown>();
      const run = () => {
        const answered = answer();
        ours.add(answered);
        return answered;
      };
      const { verbs, runners } = make({ meterProvider: telemetry.meterProvider, now: () => start }, run);
      ours.add(run);
      // Whatever option it asks for is a function: how to tell a hit, say.
      const options = new Proxy({}, { get: (_target, key) => (key === 'then' ? undefined : run) });
      const ways = [
        { run, args: [options] },
        { run, args: [run] },
        { run: () => 1, args: [options] },
      ];
      for (const way of ways) {
        const { threw, rejected } = callEveryVerb(name, verbs, way.args, runners, way.run, ours);
        expect([...threw, ...(await Promise.all(rejected)).filter((each) => each !== undefined)]).toEqual([]);
      }
      await new Promise(setImmediate);
      expect(unhandled).toEqual([]);
    } finally {
      process.off('unhandledRejection', listener);
    }
    for (const series of await telemetry.series()) expect(Number.isFinite(series.value), series.name).toBe(true);
  });
});

function trap(): never {
  throw new Error('trap');
}
const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;
const worst: readonly unknown[] = [
  undefined,
  null,
  Number.NaN,
  Number.NEGATIVE_INFINITY,
  -1,
  1n,
  Symbol('s'),
  'x'.repeat(1_000_000),
  '\uD800',
  cyclic,
  Object.create(null),
  new Proxy({}, { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap }),
  {
    symbol: 'AAPL',
    side: 'buy',
    get quantity() {
      return trap();
    },
  },
];

/** In a function, since fast-check itself trips over some of it. Functions are left out: what they throw is theirs. */
const hostile = fc.oneof(
  fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true }).map((value) => () => value),
  fc.nat(worst.length - 1).map((index) => () => worst[index]),
);
