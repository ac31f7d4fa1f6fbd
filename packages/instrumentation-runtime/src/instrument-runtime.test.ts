import { ConfigurationError } from '@trademeter/instrumentation';
import { runtimeMetrics } from '@trademeter/semantic-conventions';
import { createTestTelemetry } from '@trademeter/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type DependencyCheck, instrumentRuntime, type RuntimeMetrics, type Timers } from './index.ts';

/** A clock and timers that the test moves. */
class FakeTime implements Timers {
  now = Date.UTC(2026, 0, 5, 14, 30);
  #next = 1;
  readonly #pending = new Map<number, { readonly at: number; readonly callback: () => void }>();

  get pending(): number {
    return this.#pending.size;
  }

  setTimeout(callback: () => void, milliseconds: number): number {
    const id = this.#next;
    this.#next += 1;
    this.#pending.set(id, { at: this.now + milliseconds, callback });
    return id;
  }

  clearTimeout(id: unknown): void {
    this.#pending.delete(id as number);
  }

  async pass(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds;
    for (;;) {
      await settle();
      const due = [...this.#pending].filter(([, { at }]) => at <= end).toSorted(([, a], [, b]) => a.at - b.at)[0];
      if (due === undefined) break;
      const [id, { at, callback }] = due;
      this.#pending.delete(id);
      this.now = at;
      callback();
    }
    this.now = end;
  }
}

/** Waits until pending promises have settled. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

let telemetry: ReturnType<typeof createTestTelemetry>;
let time: FakeTime;
let runtime: RuntimeMetrics;

beforeEach(() => {
  telemetry = createTestTelemetry();
  time = new FakeTime();
  runtime = instrumentRuntime({ meterProvider: telemetry.meterProvider, now: () => time.now, timers: time });
});

afterEach(async () => {
  await telemetry.shutdown();
});

const isIn = (state: string, name = 'redis') =>
  telemetry.value('trading.dependency.status', {
    'trading.dependency.name': name,
    'trading.dependency.state': state,
  });
const checks = (attributes = {}) =>
  telemetry.series('trading.dependency.check.duration').then((series) =>
    series
      .filter(({ attributes: has }) => has['error.type'] === (attributes as Record<string, unknown>)['error.type'])
      .map(({ histogram }) => [histogram?.count, histogram?.sum])
      .at(0),
  );
const dropped = () => telemetry.value('trademeter.measurement.dropped');

describe('an error', () => {
  test('is counted by component, type and severity', async () => {
    runtime.error(new RangeError('x'), { component: 'order_router' });
    runtime.error(Object.assign(new Error('y'), { code: 'ECONNRESET' }), { component: 'feed', severity: 'warning' });
    runtime.error({ status: 503 }, { component: 'feed', severity: 'critical' });
    runtime.error('no class, only a text with an id 4711', { component: 'feed' });
    const series = await telemetry.series('trading.errors');
    expect(series.map(({ attributes, value }) => [...Object.values(attributes), value])).toEqual([
      ['order_router', 'RangeError', 'error', 1],
      ['feed', 'ECONNRESET', 'warning', 1],
      ['feed', '503', 'critical', 1],
      ['feed', '_OTHER', 'error', 1],
    ]);
  });

  test('of a watched function is counted and reaches the caller unchanged', async () => {
    const failure = new TypeError('no');
    const facts = { component: 'loop', severity: 'critical' } as const;
    let calls = 0;
    expect(runtime.watch(() => 1, facts)).toBe(1);
    expect(await runtime.watch(async () => 2, facts)).toBe(2);
    expect(() =>
      runtime.watch(() => {
        calls += 1;
        throw failure;
      }, facts),
    ).toThrow(failure);
    await expect(runtime.watch(() => Promise.reject(failure), facts)).rejects.toBe(failure);
    expect(calls).toBe(1);
    expect(await telemetry.value('trading.errors', { 'error.type': 'TypeError' })).toBe(2);
  });
});

describe('an alert', () => {
  const sent = (attributes: Record<string, string>) => telemetry.value('trading.alert.sent', attributes);

  test('is counted by category and channel', async () => {
    runtime.alertSent({ category: 'earnings', channel: 'telegram' });
    runtime.alertSent({ category: 'earnings', channel: 'email', count: 3 });
    runtime.alertSent({ category: 'risk' });
    expect(await sent({ 'trading.alert.category': 'earnings' })).toBe(4);
    expect(await sent({ 'trading.alert.channel': 'email' })).toBe(3);
    expect(await sent({ 'trading.alert.category': 'risk' })).toBe(1);
  });

  test('that is declared exists at 0', async () => {
    const breaker = runtime.alert({ category: 'breaker', channel: 'telegram' });
    expect(await sent({ 'trading.alert.category': 'breaker' })).toBe(0);
    breaker.sent();
    expect(await sent({ 'trading.alert.category': 'breaker', 'trading.alert.channel': 'telegram' })).toBe(1);
  });
});

describe('a dependency', () => {
  test('starts as up', async () => {
    const redis = runtime.dependency('redis');
    expect(await isIn('up')).toBe(1);
    expect(await isIn('down')).toBe(0);
    redis.down();
    expect(redis.state).toBe('down');
    expect([await isIn('up'), await isIn('down')]).toEqual([0, 1]);
    redis.up();
    expect([await isIn('up'), await isIn('down')]).toEqual([1, 0]);
    expect(runtime.dependency('redis')).toBe(redis);
  });

  test('is checked immediately and then periodically, and its state follows', async () => {
    let answer: () => unknown = () => 'PONG';
    let calls = 0;
    runtime.dependency('redis').check(
      () => {
        calls += 1;
        return answer();
      },
      { everyMillis: 1_000 },
    );
    await settle();
    expect(calls).toBe(1);
    expect(await isIn('up')).toBe(1);

    answer = () => Promise.reject(Object.assign(new Error('no'), { code: 'ECONNREFUSED' }));
    await time.pass(1_000);
    expect(calls).toBe(2);
    expect(await isIn('down')).toBe(1);

    answer = () => undefined;
    await time.pass(1_000);
    expect(calls).toBe(3);
    expect(await isIn('up')).toBe(1);
    expect(await checks()).toEqual([2, 0]);
    expect(await checks({ 'error.type': 'ECONNREFUSED' })).toEqual([1, 0]);
  });

  test.each([
    [
      'throws',
      () => {
        throw new RangeError('no');
      },
      'RangeError',
    ],
    ['rejects', () => Promise.reject(new RangeError('no')), 'RangeError'],
    ['gives false', () => false, '_OTHER'],
    ['resolves to false', async () => false, '_OTHER'],
  ])('is down when its check %s', async (_, check, errorType) => {
    expect(await runtime.dependency('redis').check(check).run()).toBe('down');
    expect(await isIn('down')).toBe(1);
    expect(await checks({ 'error.type': errorType })).toEqual([1, 0]);
  });

  test('records how long a check took', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    runtime.dependency('redis').check(() => promise);
    await time.pass(25);
    resolve('PONG');
    await settle();
    expect(await checks()).toEqual([1, 0.025]);
  });

  test('is down when its check takes too long, and the signal of the check aborts', async () => {
    let signal: AbortSignal | undefined;
    runtime.dependency('redis').check(
      (context) => {
        ({ signal } = context);
        return new Promise(() => {});
      },
      { everyMillis: 60_000, timeoutMillis: 2_000 },
    );
    await time.pass(1_999);
    expect([await isIn('up'), signal?.aborted]).toEqual([1, false]);
    await time.pass(1);
    expect([await isIn('down'), signal?.aborted]).toEqual([1, true]);
    expect(await checks({ 'error.type': 'TimeoutError' })).toEqual([1, 2]);
  });

  test('ignores the result of a check after its timeout', async () => {
    const answers: ((value: unknown) => void)[] = [];
    runtime.dependency('redis').check(() => new Promise((resolve) => answers.push(resolve)), {
      everyMillis: 10_000,
      timeoutMillis: 1_000,
    });
    await time.pass(1_000);
    answers[0]?.('PONG');
    await settle();
    expect(await isIn('down')).toBe(1);
    await time.pass(9_000);
    expect(answers).toHaveLength(2);
    answers[1]?.('PONG');
    await settle();
    expect(await isIn('up')).toBe(1);
  });

  test('is not checked again during a check', async () => {
    const answers: ((value: unknown) => void)[] = [];
    const check = runtime.dependency('redis').check(() => new Promise((resolve) => answers.push(resolve)), {
      everyMillis: 100,
      timeoutMillis: 10_000,
    });
    await time.pass(1_000);
    expect(answers).toHaveLength(1);
    expect(check.run()).toBe(check.run());
    answers[0]?.('PONG');
    await time.pass(100);
    expect(answers).toHaveLength(2);
  });

  test('can be checked only on demand', async () => {
    let calls = 0;
    const check = runtime.dependency('redis').check(() => void (calls += 1), {
      everyMillis: Number.POSITIVE_INFINITY,
    });
    await time.pass(86_400_000);
    expect([calls, time.pending]).toEqual([1, 0]);
    expect(await check.run()).toBe('up');
    expect(calls).toBe(2);
  });

  test('is no longer checked after its check was stopped', async () => {
    let signal: AbortSignal | undefined;
    const check = runtime.dependency('redis').check((context) => {
      ({ signal } = context);
      return new Promise(() => {});
    });
    const outcome = check.run();
    check.stop();
    check.stop();
    expect(await outcome).toBe('up');
    expect(signal?.aborted).toBe(true);
    expect(time.pending).toBe(0);
    expect(await check.run()).toBe('up');
    expect(await telemetry.series('trading.dependency.check.duration')).toEqual([]);
  });

  test('has one check: a new one replaces the previous one', async () => {
    const calls = { first: 0, second: 0 };
    const redis = runtime.dependency('redis');
    redis.check(() => void (calls.first += 1), { everyMillis: 1_000 });
    redis.check(() => void (calls.second += 1), { everyMillis: 1_000 });
    await time.pass(3_000);
    expect(calls).toEqual({ first: 1, second: 4 });
    redis.stop();
    await time.pass(3_000);
    expect(calls.second).toBe(4);
  });

  test('is no longer checked after runtime.stop() or the end of a `using` block', async () => {
    runtime.dependency('redis').check(() => true);
    runtime.dependency('timescaledb').check(() => true);
    await settle();
    expect(time.pending).toBe(2);
    runtime.stop();
    expect(time.pending).toBe(0);
    {
      using check = runtime.dependency('redis').check(() => true);
      expect(await check.run()).toBe('up');
    }
    expect(time.pending).toBe(0);
  });

  test('may call run() of its own check during the check, and gets the same check', async () => {
    let calls = 0;
    let own: Promise<string> | undefined;
    const check: DependencyCheck = runtime.dependency('redis').check(
      () => {
        calls += 1;
        own = calls === 1 ? undefined : check.run();
        return true;
      },
      { everyMillis: Number.POSITIVE_INFINITY },
    );
    await settle();
    const outcome = check.run();
    expect(own).toBe(outcome);
    expect(await outcome).toBe('up');
    expect(calls).toBe(2);
  });

  test.each([
    ['its dependency', () => runtime.dependency('redis').stop()],
    ['the runtime', () => runtime.stop()],
  ])('may be stopped in its first check, by %s, and keeps its state', async (_, stop) => {
    const redis = runtime.dependency('redis');
    redis.down();
    const check = redis.check(() => {
      stop();
      return true;
    });
    expect(time.pending).toBe(0);
    await settle();
    expect(await check.run()).toBe('down');
    expect(await isIn('down')).toBe(1);
    expect(await telemetry.series('trading.dependency.check.duration')).toEqual([]);
  });

  test('may get another check in its check', async () => {
    const redis = runtime.dependency('redis');
    redis.check(() => {
      redis.check(() => false, { everyMillis: 1_000 });
      return true;
    });
    await settle();
    expect(redis.state).toBe('down');
    redis.stop();
    expect(time.pending).toBe(0);
  });

  test('is checked with the default times if the options are invalid, which is logged and counted', async () => {
    let calls = 0;
    runtime.dependency('redis').check(() => void (calls += 1), { everyMillis: -1, timeoutMillis: 'soon' as never });
    await time.pass(30_000);
    expect(calls).toBe(2);
    expect(await dropped()).toBe(2);
  });

  test('keeps its check if the new one is not a function', async () => {
    const redis = runtime.dependency('redis');
    const check = redis.check(() => false);
    expect(() => redis.check('ping' as never)).toThrow(new TypeError('"ping" is not a function'));
    expect(await check.run()).toBe('down');
    runtime.stop();
    expect(time.pending).toBe(0);
  });

  test('has its check stopped with all others, whatever its name', () => {
    runtime.dependency('').check(() => true);
    expect(time.pending).toBeGreaterThan(0);
    runtime.stop();
    expect(time.pending).toBe(0);
  });

  test('does not keep the process alive with the default timers', async () => {
    const waiting = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = waiting();
    const own = instrumentRuntime({ meterProvider: telemetry.meterProvider });
    using check = own.dependency('redis').check(() => true);
    expect(await check.run()).toBe('up');
    expect(waiting()).toBe(before);
  });
});

describe('whatever happens', () => {
  test('every metric of the conventions is recorded, and nothing is dropped', async () => {
    runtime.error(new Error('x'), { component: 'loop' });
    runtime.alertSent({ category: 'risk' });
    await runtime
      .dependency('redis')
      .check(() => true)
      .run();
    const names = new Set((await telemetry.series()).map(({ name }) => name));
    expect(runtimeMetrics.map(({ name }) => name).filter((name) => !names.has(name))).toEqual([]);
    expect(await dropped()).toBe(0);
  });

  function callEverything(given: never): void {
    runtime.error(given, given);
    runtime.error(given, { component: given, severity: given });
    runtime.watch(() => given, given);
    try {
      runtime.watch(() => {
        // oxlint-disable-next-line typescript/only-throw-error -- JavaScript throws anything
        throw given;
      }, given);
    } catch (error) {
      expect(Object.is(error, given)).toBe(true);
    }
    runtime.alert(given).sent();
    runtime.alertSent(given);
    runtime.alertSent({ category: 'x', count: given });
    const dependency = runtime.dependency(given);
    dependency.up();
    dependency.down();
    dependency.check(() => given, given).stop();
    dependency.check(() => given, { everyMillis: given, timeoutMillis: given }).stop();
  }

  test('no verb throws on any input', () => {
    const property = fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (given) =>
      callEverything(given as never),
    );
    expect(() => fc.assert(property)).not.toThrow();
  });

  test('no verb throws on unreadable input', () => {
    const hostile = new Proxy(Function.prototype, {
      get() {
        throw new Error('hostile');
      },
      getPrototypeOf() {
        throw new Error('hostile');
      },
      ownKeys() {
        throw new Error('hostile');
      },
      apply() {},
    });
    expect(() => callEverything(hostile as never)).not.toThrow();
  });
});

test.each([
  [{ timers: {} }, 'timers must be an object with setTimeout and clearTimeout, got an object'],
  [{ meterProvider: 1 }, 'meterProvider must be an OpenTelemetry MeterProvider, got 1'],
  [{ component: 'x' }, 'there is no option component'],
])('an invalid option throws: %o', (options, message) => {
  expect(() => instrumentRuntime(options as never)).toThrow(ConfigurationError);
  expect(() => instrumentRuntime(options as never)).toThrow(`[trademeter/instrumentation-runtime] ${message}`);
});
