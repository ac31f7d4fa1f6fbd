import { ConfigurationError } from '@trademeter/instrumentation';
import { cacheMetrics } from '@trademeter/semantic-conventions';
import { createTestTelemetry } from '@trademeter/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from 'vitest';
import { type CacheMetrics, instrumentCache } from './index.ts';

let telemetry: ReturnType<typeof createTestTelemetry>;
let time: number;
let cache: CacheMetrics;

beforeEach(() => {
  telemetry = createTestTelemetry();
  time = Date.UTC(2026, 0, 5, 14, 30);
  cache = instrumentCache({ name: 'features', meterProvider: telemetry.meterProvider, now: () => time });
});

afterEach(async () => {
  await telemetry.shutdown();
});

const lookups = (layer: string, result: string) =>
  telemetry.value('trading.cache.lookups', {
    'trading.cache.name': 'features',
    'trading.cache.layer': layer,
    'trading.cache.result': result,
  });
const hitRatio = () => telemetry.value('trading.cache.hit_ratio', { 'trading.cache.name': 'features' });
const dropped = () => telemetry.value('trademeter.measurement.dropped');

describe('a layer', () => {
  test('has its lookups at 0 from the start', async () => {
    cache.layer('l1_memory');
    expect(await lookups('l1_memory', 'hit')).toBe(0);
    expect(await lookups('l1_memory', 'miss')).toBe(0);
  });

  test('is the same in upper and lower case', () => {
    expect(cache.layer('L1_MEMORY')).toBe(cache.layer('l1_memory'));
    expect(cache.layer('My_Layer')).not.toBe(cache.layer('my_layer'));
  });

  test('counts a synchronous getter by its result, and keeps it synchronous', async () => {
    const stored = new Map<string, number | null>([
      ['a', 0],
      ['b', null],
    ]);
    const get = cache.layer('l1_memory').wrap((key: string) => stored.get(key));
    expectTypeOf(get).toEqualTypeOf<(key: string) => number | null | undefined>();
    expect([get('a'), get('b'), get('c')]).toEqual([0, null, undefined]);
    expect(await lookups('l1_memory', 'hit')).toBe(1);
    expect(await lookups('l1_memory', 'miss')).toBe(2);
  });

  test('counts an asynchronous getter when it settles, and times it', async () => {
    const get = cache.layer('l2_sqlite').wrap(async (key: string) => {
      time += 3;
      return key === 'a' ? 'found' : undefined;
    });
    expect(await get('a')).toBe('found');
    expect(await get('b')).toBeUndefined();
    expect(await lookups('l2_sqlite', 'hit')).toBe(1);
    expect(await lookups('l2_sqlite', 'miss')).toBe(1);
    const duration = await telemetry.histogram('trading.cache.lookup.duration', { 'trading.cache.layer': 'l2_sqlite' });
    expect(duration).toMatchObject({ count: 2, sum: 0.006 });
  });

  test('accepts a custom test for hits', async () => {
    const layer = cache.layer('l2_postgres');
    const query = layer.wrap(async (rows: readonly string[]) => ({ rows }), { isHit: ({ rows }) => rows.length > 0 });
    await query(['one']);
    await query([]);
    layer.lookup(() => -1, { isHit: (index) => index >= 0 });
    expect(await lookups('l2_postgres', 'hit')).toBe(1);
    expect(await lookups('l2_postgres', 'miss')).toBe(2);
  });

  test('counts a failed lookup as a miss with an error.type, and the same error reaches the caller', async () => {
    const failure = Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
    const layer = cache.layer('l1_redis');
    let calls = 0;
    const rejects = layer.wrap(async () => {
      calls += 1;
      throw failure;
    });
    const throws = layer.wrap(() => {
      calls += 1;
      throw failure;
    });
    await expect(rejects()).rejects.toBe(failure);
    expect(throws).toThrow(failure);
    expect(calls).toBe(2);
    expect(await lookups('l1_redis', 'miss')).toBe(2);
    expect(await telemetry.histogram('trading.cache.lookup.duration', { 'error.type': 'ECONNREFUSED' })).toMatchObject({
      count: 2,
    });
  });

  test('passes this and the arguments to a wrapped method', async () => {
    class Store {
      readonly prefix = 'k:';
      get(a: string, b: number) {
        return `${this.prefix}${a}${b}`;
      }
    }
    const store = new Store();
    // oxlint-disable-next-line typescript/unbound-method -- it is the subject of the test
    store.get = cache.layer('l1_memory').wrap(store.get);
    expect(store.get('x', 1)).toBe('k:x1');
  });

  test('calls `then` of a query builder once, because each call runs the query', async () => {
    let runs = 0;
    const builder = {
      // oxlint-disable-next-line unicorn/no-thenable -- like knex
      then(resolve: (value: string) => unknown) {
        runs += 1;
        return Promise.resolve('row').then(resolve);
      },
    };
    expect(await cache.layer('l2_sql').lookup(() => builder as unknown as Promise<string>)).toBe('row');
    expect(runs).toBe(1);
    expect(await lookups('l2_sql', 'hit')).toBe(1);
  });

  test('counts lookups of the caller, with an optional duration', async () => {
    const layer = cache.layer('l1_memory');
    layer.hit({ durationSeconds: 0.0002 });
    layer.hit();
    layer.miss();
    expect(await lookups('l1_memory', 'hit')).toBe(2);
    expect(await lookups('l1_memory', 'miss')).toBe(1);
    expect(await telemetry.histogram('trading.cache.lookup.duration')).toMatchObject({ count: 1, sum: 0.0002 });
  });

  test('counts only the increase of totals', async () => {
    const layer = cache.layer('l1_memory');
    layer.record({ hits: 10, misses: 4 });
    layer.record({ hits: 10, misses: 4 });
    cache.layer('l1_memory').record({ hits: 15, misses: 4 });
    expect(await lookups('l1_memory', 'hit')).toBe(15);
    expect(await lookups('l1_memory', 'miss')).toBe(4);
  });

  test('continues to count when totals restart', async () => {
    const layer = cache.layer('l1_memory');
    layer.record({ hits: 10, misses: 4 });
    layer.record({ hits: 2, misses: 5 });
    expect(await lookups('l1_memory', 'hit')).toBe(12);
    expect(await lookups('l1_memory', 'miss')).toBe(5);
  });

  test('counts from restored totals', async () => {
    const layer = cache.layer('l1_redis');
    layer.restore({ hits: 1_000_000, misses: 500 });
    layer.record({ hits: 1_000_007, misses: 501 });
    expect(await lookups('l1_redis', 'hit')).toBe(7);
    expect(await lookups('l1_redis', 'miss')).toBe(1);
  });
});

describe('a query', () => {
  test('is timed through all layers, by its result', async () => {
    const memory = cache.layer('l1_memory').wrap((key: string) => (key === 'warm' ? 1 : undefined));
    const disk = cache.layer('l2_sqlite').wrap((key: string) => {
      time += 2;
      return key === 'cold' ? 2 : undefined;
    });
    const find = cache.wrap((key: string) => memory(key) ?? disk(key));
    expect([find('warm'), find('cold'), find('unknown')]).toEqual([1, 2, undefined]);
    const duration = (result: string) =>
      telemetry.histogram('trading.cache.query.duration', { 'trading.cache.result': result });
    expect(await duration('hit')).toMatchObject({ count: 2, sum: 0.002 });
    expect(await duration('miss')).toMatchObject({ count: 1, sum: 0.002 });
    expect(await lookups('l1_memory', 'hit')).toBe(1);
    expect(await lookups('l1_memory', 'miss')).toBe(2);
    expect(await lookups('l2_sqlite', 'hit')).toBe(1);
    expect(await hitRatio()).toBeCloseTo(2 / 3);
  });

  test('can report a miss although it returns a calculated value', async () => {
    const result = await cache.query(async (query) => {
      query.miss();
      return 'calculated';
    });
    expect(result).toBe('calculated');
    expect(cache.query((query) => (query.hit(), undefined))).toBeUndefined();
    expect(await hitRatio()).toBe(0.5);
  });

  test('that fails is a miss with an error.type, and its error reaches the caller unchanged', async () => {
    const failure = new RangeError('no');
    await expect(cache.query(() => Promise.reject(failure))).rejects.toBe(failure);
    expect(
      await telemetry.histogram('trading.cache.query.duration', {
        'trading.cache.result': 'miss',
        'error.type': 'RangeError',
      }),
    ).toMatchObject({ count: 1 });
    expect(await hitRatio()).toBe(0);
  });

  test('can be reported by the caller', async () => {
    cache.hit({ durationSeconds: 0.5 });
    cache.hit();
    cache.miss();
    expect(await hitRatio()).toBeCloseTo(2 / 3);
    expect(await telemetry.histogram('trading.cache.query.duration', { 'trading.cache.result': 'hit' })).toMatchObject({
      count: 1,
      sum: 0.5,
    });
  });
});

describe('a custom test for hits', () => {
  type Test = (value: number) => boolean;
  const misses = async () =>
    (await telemetry.histogram('trading.cache.query.duration', { 'trading.cache.result': 'miss' }))?.count;
  const both = [
    ['a lookup', (isHit: Test) => cache.layer('l1').lookup(() => 0.5, { isHit }), () => lookups('l1', 'miss')],
    ['a query', (isHit: Test) => cache.query(() => 0.5, { isHit }), misses],
  ] as const;

  test.each(both)('that throws makes %s a miss, which is logged and counted', async (_, lookUp, missed) => {
    const result = lookUp(() => {
      throw new Error('no');
    });
    expect(result).toBe(0.5);
    expect(await missed()).toBe(1);
    expect(await dropped()).toBe(1);
  });

  test.each(both)(
    'that returns a promise makes %s a miss, which is logged, and does not end the process',
    async (_, lookUp, missed) => {
      const rejections: unknown[] = [];
      const onRejection = (reason: unknown) => rejections.push(reason);
      process.on('unhandledRejection', onRejection);
      expect(lookUp((async () => Promise.reject(new Error('no'))) as never)).toBe(0.5);
      expect(lookUp((async () => true) as never)).toBe(0.5);
      await new Promise((resolve) => setImmediate(resolve));
      process.off('unhandledRejection', onRejection);
      expect(rejections).toEqual([]);
      expect(await missed()).toBe(2);
      expect(await dropped()).toBe(2);
    },
  );

  test.each(both)('that returns a query makes %s a miss, and does not run the query', async (_, lookUp, missed) => {
    let runs = 0;
    const query = {
      // oxlint-disable-next-line unicorn/no-thenable -- like a query builder
      then() {
        runs += 1;
      },
    };
    expect(lookUp((() => query) as never)).toBe(0.5);
    await new Promise((resolve) => setImmediate(resolve));
    expect(runs).toBe(0);
    expect(await missed()).toBe(1);
    expect(await dropped()).toBe(1);
  });
});

describe('the hit ratio', () => {
  test('is absent before the first query', async () => {
    cache.layer('l1_memory').hit();
    expect(await hitRatio()).toBeUndefined();
  });

  test('excludes queries before its window', async () => {
    cache.hit();
    cache.hit();
    time += 200_000;
    cache.miss();
    expect(await hitRatio()).toBeCloseTo(2 / 3);
    time += 101_000;
    expect(await hitRatio()).toBe(0);
  });

  test('keeps its value on a cumulative reader while its window is empty, and restarts afterwards', async () => {
    cache.hit();
    expect(await hitRatio()).toBe(1);
    time += 3_600_000;
    expect(await hitRatio()).toBe(1);
    cache.miss();
    expect(await hitRatio()).toBe(0);
  });

  test('has a configurable window', async () => {
    const own = instrumentCache({
      name: 'quotes',
      hitRatioWindowSeconds: 6,
      meterProvider: telemetry.meterProvider,
      now: () => time,
    });
    own.miss();
    time += 5_000;
    own.hit();
    expect(await telemetry.value('trading.cache.hit_ratio', { 'trading.cache.name': 'quotes' })).toBe(0.5);
    time += 1_100;
    expect(await telemetry.value('trading.cache.hit_ratio', { 'trading.cache.name': 'quotes' })).toBe(1);
  });

  test('equals the ratio of the queries in the window', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ waitSeconds: fc.integer({ min: 0, max: 200 }), found: fc.boolean() }), { minLength: 1 }),
        async (queries) => {
          await using own = createTestTelemetry();
          let now = 0;
          const each = instrumentCache({ meterProvider: own.meterProvider, now: () => now });
          const seen: { at: number; found: boolean }[] = [];
          for (const { waitSeconds, found } of queries) {
            now += waitSeconds * 1000;
            seen.push({ at: now, found });
            if (found) each.hit();
            else each.miss();
          }
          // the ring moves in steps of 5 seconds
          const oldest = (Math.floor(now / 5_000) - 59) * 5_000;
          const recent = seen.filter(({ at }) => at >= oldest);
          const expected = recent.filter(({ found }) => found).length / recent.length;
          expect(await own.value('trading.cache.hit_ratio')).toBeCloseTo(expected, 12);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('includes queries after the clock was set back', async () => {
    cache.hit();
    time -= 3_600_000;
    cache.miss();
    expect(await hitRatio()).toBe(0.5);
  });

  test('continues when a clock that was a day ahead is set back', async () => {
    time += 86_400_000;
    cache.hit();
    time -= 86_400_000;
    cache.hit();
    time += 301_000;
    cache.miss();
    expect(await hitRatio()).toBe(0);
  });

  test('includes only the increase of totals in its window', async () => {
    cache.record({ hits: 950, misses: 50 });
    expect(await hitRatio()).toBe(0.95);
    cache.record({ hits: 950, misses: 50 });
    expect(await hitRatio()).toBe(0.95);
    time += 400_000;
    cache.record({ hits: 951, misses: 53 });
    expect(await hitRatio()).toBe(0.25);
  });

  test('starts from the restored totals of an older server', async () => {
    cache.restore({ hits: 900, misses: 100 });
    cache.record({ hits: 901, misses: 101 });
    expect(await hitRatio()).toBe(0.5);
  });

  test('is separate for each cache', async () => {
    const other = instrumentCache({ name: 'polygon', meterProvider: telemetry.meterProvider, now: () => time });
    const nameless = instrumentCache({ meterProvider: telemetry.meterProvider, now: () => time });
    cache.hit();
    other.miss();
    nameless.hit();
    nameless.miss();
    const series = await telemetry.series('trading.cache.hit_ratio');
    expect(series.map(({ attributes, value }) => [attributes['trading.cache.name'], value])).toEqual([
      ['features', 1],
      ['polygon', 0],
      [undefined, 0.5],
    ]);
  });
});

describe('a feature', () => {
  const duration = (attributes = {}) =>
    telemetry.histogram('trading.feature.calculation.duration', {
      'trading.feature.name': 'momentum_20d',
      ...attributes,
    });

  test('is timed, sync or async', async () => {
    const momentum = cache.feature('momentum_20d');
    expect(momentum.time(() => ((time += 4), 0.12))).toBe(0.12);
    expect(await momentum.time(async () => ((time += 6), 'later'))).toBe('later');
    expect(await duration()).toMatchObject({ count: 2, sum: 0.01 });
  });

  test('that fails has an error.type, and its error reaches the caller unchanged', async () => {
    const failure = new TypeError('no bars');
    const momentum = cache.feature('momentum_20d');
    expect(() =>
      momentum.time(() => {
        throw failure;
      }),
    ).toThrow(failure);
    await expect(momentum.time(() => Promise.reject(failure))).rejects.toBe(failure);
    expect(await duration({ 'error.type': 'TypeError' })).toMatchObject({ count: 2 });
  });

  test('can be timed without a function', async () => {
    const momentum = cache.feature('momentum_20d');
    {
      using timer = momentum.start();
      time += 250;
      expect(timer).toBeDefined();
    }
    momentum.record(0.5);
    expect(await duration()).toMatchObject({ count: 2, sum: 0.75 });
  });
});

describe('whatever happens', () => {
  test('every metric of the conventions is recorded, and nothing is dropped', async () => {
    cache.query(() => cache.layer('l1_memory').lookup(() => 'x'));
    cache.feature('momentum_20d').record(0.1);
    const names = new Set((await telemetry.series()).map(({ name }) => name));
    expect(cacheMetrics.map(({ name }) => name).filter((name) => !names.has(name))).toEqual([]);
    expect(await dropped()).toBe(0);
  });

  test('no verb throws on any input', () => {
    const property = fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (given) => {
      const anything = given as never;
      const layer = cache.layer(anything);
      const feature = cache.feature(anything);
      for (const handle of [cache, layer]) {
        handle.hit(anything);
        handle.miss(anything);
        handle.record(anything);
        handle.restore(anything);
        handle.wrap(() => given, anything)();
        handle.wrap(() => given, { isHit: anything })();
      }
      cache.query(() => given, anything);
      layer.lookup(() => given, anything);
      feature.time(() => given);
      feature.record(anything);
      feature.start().stop();
    });
    expect(() => fc.assert(property)).not.toThrow();
  });

  test.each([
    ['a proxy that throws', new Proxy({}, throwing())],
    ['a proxy of a function that throws', new Proxy(() => {}, throwing())],
    ['a revoked proxy', revoked()],
  ])('no verb throws on %s', (_, hostile) => {
    const given = hostile as never;
    expect(() => {
      cache.hit(given);
      cache.record(given);
      cache.layer('l1').miss(given);
      cache.layer('l1').record(given);
      cache.layer(given).lookup(() => given, given);
      cache.feature('f').record(given);
      cache.feature('f').time(() => given);
    }).not.toThrow();
  });

  test('a duration of null counts as omitted', async () => {
    cache.hit({ durationSeconds: null as never });
    cache.layer('l1').hit({ durationSeconds: null as never });
    expect(await hitRatio()).toBe(1);
    expect(await lookups('l1', 'hit')).toBe(1);
    expect(await dropped()).toBe(0);
  });

  test('invalid totals are logged and counted as drops, and change nothing', async () => {
    cache.record({ hits: -1, misses: 1 });
    cache.layer('l1').record({ hits: 1 } as never);
    cache.layer('l1').restore({ hits: Number.NaN, misses: 1 });
    expect(await lookups('l1', 'hit')).toBe(0);
    expect(await hitRatio()).toBeUndefined();
    expect(await dropped()).toBe(3);
  });

  test('a clock that throws drops the measurement, not the lookup', () => {
    const broken = instrumentCache({
      meterProvider: telemetry.meterProvider,
      now: () => {
        throw new Error('no clock');
      },
    });
    expect(broken.query(() => broken.layer('l1').lookup(() => 'found'))).toBe('found');
  });

  test('without an SDK a getter is only called', () => {
    let reads = 0;
    const silent = instrumentCache({ now: () => (reads += 1) });
    expect(silent.layer('l1').wrap((key: string) => key)('a')).toBe('a');
    expect(silent.query(() => 'b')).toBe('b');
    expect(reads).toBe(0);
  });
});

test.each([
  [{ name: '' }, 'name must be a non-empty string, got ""'],
  [{ hitRatioWindowSeconds: 0 }, 'hitRatioWindowSeconds must be a number above 0, got 0'],
  [{ now: 5 }, 'now must be a function, got 5'],
  [{ window: 5 }, 'there is no option window'],
])('an invalid option throws: %o', (options, message) => {
  expect(() => instrumentCache(options as never)).toThrow(ConfigurationError);
  expect(() => instrumentCache(options as never)).toThrow(`[trademeter/instrumentation-cache] ${message}`);
});

function throwing(): ProxyHandler<object> {
  return new Proxy(
    {},
    {
      get: () => () => {
        throw new Error('hostile');
      },
    },
  );
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
