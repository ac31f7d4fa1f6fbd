import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { createNoopMeter, diag, type MeterProvider, metrics } from '@opentelemetry/api';
import { MeterProvider as SdkMeterProvider } from '@opentelemetry/sdk-metrics';
import { type AttributeDefinition, type MetricDefinition, SCHEMA_URL } from '@trademeter/semantic-conventions';
import { MemoryReader } from '../memory-reader.ts';
import { createTestTelemetry, type TestTelemetry } from '../test-telemetry.ts';
import { callEveryVerb } from './call-every-verb.ts';
import { hostileResults, hostileValue } from './hostile-values.ts';

/** The functions of the test framework: those of Vitest or Jest; of `node:test` with `after` as `afterAll`. */
export interface TestFramework {
  describe(name: string, define: () => void): unknown;
  test(name: string, run: () => Promise<void>): unknown;
  afterAll(run: () => void): unknown;
}

/** Options that every instrumentation takes. */
export interface InstrumentationOptions {
  readonly meterProvider?: MeterProvider | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** An instrumentation, and a bot that uses all of it. */
export interface InstrumentationSubject<V extends object> {
  /** The name of its package, which is the name of its instrumentation scope. */
  readonly name: string;
  /** The version of its instrumentation scope. */
  readonly version: string;
  /** The schema URL of its conventions. Default: that of trademeter's. */
  readonly schemaUrl?: string | undefined;
  /** Every metric that it records. */
  readonly metrics: readonly MetricDefinition[];
  /** The names of metrics that an alert watches: they have series at 0 once `introduce` has run. */
  readonly metricsAtZero?: readonly string[];
  /**
   * Makes it.
   *
   * @param callback the value of every option that is a function of the caller; `undefined`: pass none
   */
  instrument(options: InstrumentationOptions, callback?: () => never): V;
  /** Names what is known beforehand, such as a breaker, and records nothing. */
  introduce?(verbs: V): void;
  /**
   * Records every metric at least once.
   *
   * @param pass lets time pass, in milliseconds
   */
  recordAll(verbs: V, pass: (millis: number) => void): void | Promise<void>;
  /**
   * Every verb that calls a function of its caller at once or later. The key is its path, and ends in the name of the
   * verb: `decision.time`.
   */
  readonly callers?: Readonly<Record<string, (verbs: V, fn: never) => unknown>>;
  /** Those of them that are async. */
  readonly asyncCallers?: Readonly<Record<string, (verbs: V, fn: never) => Promise<unknown>>>;
  /** The paths of verbs that take a function of the caller or a value: `rule().check`. */
  readonly optionalCallers?: readonly string[];
}

const start = Date.UTC(2026, 0, 5, 12);
const droppedMeasurements = 'trademeter.measurement.dropped';
/** Longer than the interval at which instrumentations look for a provider. */
const lookForProviderMillis = 5_000;
const hostileRuns = 60;
const notFunctions: readonly unknown[] = [undefined, null, 'get', {}];

/**
 * Registers the tests that every instrumentation has to pass: it records what its conventions define and nothing else, on
 * an SDK that starts before it, after it or not at all, and no verb throws, whatever it gets.
 *
 * It uses the global meter provider and replaces `setInterval` until the end of the test file, so it belongs in a file
 * of its own. It needs the package `fast-check`.
 *
 * @example
 * import { afterAll, describe, test } from 'vitest';
 * testInstrumentation({ afterAll, describe, test }, { name: '@example/instrumentation-auctions', … });
 */
export function testInstrumentation<V extends object>(
  framework: TestFramework,
  subject: InstrumentationSubject<V>,
): void {
  const { schemaUrl = SCHEMA_URL, metricsAtZero = [], callers = {}, asyncCallers = {}, optionalCallers = [] } = subject;
  const definitions = subject.metrics.filter((definition) => definition.name !== droppedMeasurements);
  const definitionOf = (name: string) => subject.metrics.find((definition) => definition.name === name);
  const callerNames = [...Object.keys({ ...callers, ...asyncCallers }), ...optionalCallers].map(
    (path) => path.split('.').at(-1) ?? path,
  );

  framework.describe(`${subject.name} keeps the contract of instrumentations:`, () => {
    replaceTimers();
    framework.afterAll(restoreTimers);
    const test = (name: string, run: () => Promise<void>) => {
      framework.test(name, async () => {
        try {
          await run();
        } finally {
          metrics.disable();
          lookForProvider();
        }
      });
    };

    test('it records every metric of its conventions, and no other', async () => {
      await using telemetry = createTestTelemetry();
      await recordAll(telemetry.meterProvider);
      const names = (await telemetry.series()).map(({ name }) => name);
      assert.deepEqual(
        [...new Set(names)].filter((name) => name !== droppedMeasurements).toSorted(),
        definitions.map(({ name }) => name).toSorted(),
      );
    });

    test('it records the unit, the boundaries and the attributes of the definition, the required ones always', async () => {
      await using telemetry = createTestTelemetry();
      await recordAll(telemetry.meterProvider);
      for (const { name, unit, attributes, histogram } of await telemetry.series()) {
        const definition = definitionOf(name);
        if (definition === undefined) continue;
        assert.equal(unit, definition.unit, name);
        const defined: Readonly<Record<string, AttributeDefinition>> = definition.attributes;
        for (const [key, { requirement }] of Object.entries(defined)) {
          if (requirement === 'required') assert.ok(key in attributes, `${name} lacks ${key}`);
        }
        for (const [key, value] of Object.entries(attributes)) {
          const attribute = defined[key];
          assert.ok(attribute !== undefined, `${name} has ${key}, which its definition lacks`);
          const { values, open } = attribute;
          if (values !== undefined && open !== true) {
            assert.ok(values.includes(value as never), `${key} of ${name} is ${String(value)}, which is not listed`);
          }
        }
        if (histogram !== undefined) assert.deepEqual(histogram.boundaries, definition.boundaries, name);
      }
      assert.equal(await telemetry.value(droppedMeasurements), 0, 'measurements were dropped');
    });

    test('it rejects an option that it does not have, and suggests the one that was meant', async () => {
      const misspelt = { now: () => start, meterProvidr: undefined };
      assert.throws(() => subject.instrument(misspelt), {
        name: 'ConfigurationError',
        code: 'ERR_TRADEMETER_OPTION',
        option: 'meterProvidr',
        message: /there is no option meterProvidr \(did you mean meterProvider\?\)/u,
      });
    });

    test('its scope has its name, its version, and the schema URL of its conventions', async () => {
      const reader = new MemoryReader();
      const meterProvider = new SdkMeterProvider({ readers: [reader] });
      await recordAll(meterProvider);
      const { resourceMetrics } = await reader.collect();
      const scopes = resourceMetrics.scopeMetrics.map(({ scope }) => scope);
      const isOurs = ({ name }: { readonly name: string }) => name === '@trademeter/instrumentation';
      assert.deepEqual(
        scopes.filter(isOurs).map((scope) => scope.schemaUrl),
        [SCHEMA_URL],
      );
      assert.deepEqual(
        scopes.filter((scope) => !isOurs(scope)),
        [{ name: subject.name, version: subject.version, schemaUrl }],
      );
      await meterProvider.shutdown();
    });

    test('metrics that an alert watches have series at 0 before anything is counted', async () => {
      await using telemetry = createTestTelemetry();
      introduce(telemetry.meterProvider);
      await assertAtZero(telemetry);
    });

    test('every status has a series for each state from the start, and one of them is 1', async () => {
      await using telemetry = createTestTelemetry();
      introduce(telemetry.meterProvider);
      for (const { name, attributes } of definitions.filter((definition) => definition.name.endsWith('.status'))) {
        const states = Object.entries(attributes).find(([key]) => key.endsWith('.state'))?.[1].values;
        const series = await telemetry.series(name);
        assert.equal(series.length, states?.length, name);
        const holding = series.reduce((sum, { value }) => sum + value, 0);
        assert.equal(holding, 1, name);
      }
    });

    test('made before an SDK starts, it records as soon as one has started', async () => {
      const clock = startClock();
      const verbs = subject.instrument({ now: clock.now });
      subject.introduce?.(verbs);
      await using telemetry = createTestTelemetry({ global: true });
      await assertAtZero(telemetry);
      await subject.recordAll(verbs, clock.pass);
      const names = new Set((await telemetry.series()).map(({ name }) => name));
      for (const { name } of definitions) assert.ok(names.has(name), `${name} was not recorded`);
    });

    test('on an SDK that does not announce itself, and on the next one, its series at 0 appear within seconds', async () => {
      introduce();
      for (const _sdk of ['the first', 'the next']) {
        await using telemetry = createTestTelemetry();
        metrics.setGlobalMeterProvider(telemetry.meterProvider);
        lookForProvider();
        await assertAtZero(telemetry);
        metrics.disable();
      }
    });

    test('without an SDK it creates no instrument and keeps no process alive', async () => {
      const noop = createNoopMeter();
      const created = (
        [
          'createCounter',
          'createHistogram',
          'createGauge',
          'createUpDownCounter',
          'createObservableCounter',
          'createObservableGauge',
          'createObservableUpDownCounter',
        ] as const
      ).map((method) => mock.method(noop, method).mock);
      const timeouts = () => process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length;
      const before = timeouts();
      try {
        const clock = startClock();
        const verbs = subject.instrument({ now: clock.now });
        subject.introduce?.(verbs);
        await subject.recordAll(verbs, clock.pass);
        assert.deepEqual(
          created.map((each) => each.callCount()),
          created.map(() => 0),
        );
        assert.ok(timeouts() <= before, 'a timer keeps the process alive');
      } finally {
        for (const each of created) each.restore();
      }
    });

    test('no verb throws, whatever it gets', async () => {
      const { default: fc } = await import('fast-check');
      diag.disable();
      await using telemetry = createTestTelemetry();
      const clock = startClock();
      const verbs = subject.instrument({ meterProvider: telemetry.meterProvider, now: clock.now });
      const property = fc.asyncProperty(fc.array(hostileValue(fc), { maxLength: 3 }), async (values) => {
        const args = values.map((value) => value());
        const { threw, rejected } = callEveryVerb(subject.name, verbs, { args, callers: callerNames });
        assert.deepEqual([...threw, ...(await sentences(rejected))], []);
      });
      await fc.assert(property, { numRuns: hostileRuns });
      await subject.recordAll(verbs, clock.pass);
      for (const { name, value, attributes } of await telemetry.series()) {
        assert.ok(Number.isFinite(value), `${name} is ${value}`);
        const definition = definitionOf(name);
        for (const key of Object.keys(attributes)) {
          if (definition !== undefined) assert.ok(key in definition.attributes, `${name} has ${key}`);
        }
      }
    });

    for (const [result, makeResult] of hostileResults) {
      test(`a function of the caller may return ${result}`, async () => {
        diag.disable();
        await using telemetry = createTestTelemetry();
        const unhandled: unknown[] = [];
        const listener = (reason: unknown) => void unhandled.push(reason);
        process.on('unhandledRejection', listener);
        try {
          const theirs = new Set<unknown>();
          const run = () => {
            const returned = makeResult();
            theirs.add(returned);
            return returned;
          };
          theirs.add(run);
          const options = { meterProvider: telemetry.meterProvider, now: () => start };
          const verbs = subject.instrument(options, run as () => never);
          // Whatever option a verb reads is a function: how to recognize a hit, for example.
          const functions = new Proxy({}, { get: (_target, key) => (key === 'then' ? undefined : run) });
          for (const way of [
            { run, args: [functions] },
            { run, args: [run] },
            { run: () => 1, args: [functions] },
          ]) {
            const { threw, rejected } = callEveryVerb(subject.name, verbs, { ...way, callers: callerNames, theirs });
            assert.deepEqual([...threw, ...(await sentences(rejected))], []);
          }
          await new Promise(setImmediate);
          assert.deepEqual(unhandled, []);
        } finally {
          process.off('unhandledRejection', listener);
        }
        for (const { name, value } of await telemetry.series()) {
          assert.ok(Number.isFinite(value), `${name} is ${value}`);
        }
      });
    }

    // To return undefined instead would let a bot believe that its request was made.
    for (const [path, call] of Object.entries(callers)) {
      test(`${path}, called without a function, throws the TypeError that a call of that value throws`, async () => {
        await eachSdk((verbs, value) => {
          assert.throws(() => call(verbs, value as never), isNotAFunction, String(value));
        });
      });
    }

    for (const [path, call] of Object.entries(asyncCallers)) {
      test(`${path}, called without a function, rejects with the TypeError that a call of that value throws`, async () => {
        await eachSdk(async (verbs, value) => {
          await assert.rejects(call(verbs, value as never), isNotAFunction, String(value));
        });
      });
    }
  });

  async function recordAll(meterProvider: MeterProvider): Promise<void> {
    const clock = startClock();
    await subject.recordAll(subject.instrument({ meterProvider, now: clock.now }), clock.pass);
  }

  function introduce(meterProvider?: MeterProvider): void {
    const verbs = subject.instrument({ meterProvider, now: () => start });
    subject.introduce?.(verbs);
  }

  async function assertAtZero(telemetry: TestTelemetry): Promise<void> {
    for (const metric of metricsAtZero) {
      const atZero = await telemetry.zeroSeries(metric);
      assert.ok(atZero.length > 0, `${metric} has no series at 0`);
      assert.deepEqual(await telemetry.series(metric), atZero);
    }
  }

  /** Calls back with the verbs of an instrumentation on an SDK, and of one on none, and each value that is no function. */
  async function eachSdk(check: (verbs: V, value: unknown) => void | Promise<void>): Promise<void> {
    await using telemetry = createTestTelemetry();
    for (const meterProvider of [undefined, telemetry.meterProvider]) {
      const verbs = subject.instrument({ meterProvider, now: () => start });
      for (const value of notFunctions) await check(verbs, value);
    }
  }
}

/** Lets the instrumentations see that the global provider has changed. */
function lookForProvider(): void {
  mock.timers.tick(lookForProviderMillis);
}

let suites = 0;

/** One search for providers serves the whole process, so it has to start on the timers that the tests advance. */
function replaceTimers(): void {
  if (suites === 0) mock.timers.enable({ apis: ['setInterval'] });
  suites += 1;
}

function restoreTimers(): void {
  suites -= 1;
  if (suites === 0) mock.timers.reset();
}

function startClock(): { readonly now: () => number; readonly pass: (millis: number) => void } {
  let millis = start;
  return {
    now: () => millis,
    pass: (more) => {
      millis += more;
    },
  };
}

async function sentences(rejected: readonly Promise<string | undefined>[]): Promise<string[]> {
  return (await Promise.all(rejected)).filter((each) => each !== undefined);
}

function isNotAFunction(error: unknown): boolean {
  return error instanceof TypeError && error.message.endsWith(' is not a function');
}
