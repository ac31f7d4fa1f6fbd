import { createTestTelemetry } from '@trademeter/testing';
import { expect, expectTypeOf, test } from 'vitest';
import { ConfigurationError, counted, createMeter, defineMetric, timed } from './index.ts';

const cycleDuration = defineMetric({
  name: 'test.cycle.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'Cycles.',
  attributes: {
    symbol: { type: 'string', requirement: 'recommended' },
    'error.type': { type: 'string', requirement: 'conditionally_required' },
  },
  boundaries: [1, 10],
});
const calls = defineMetric({
  name: 'test.calls',
  instrument: 'counter',
  unit: '{call}',
  description: 'Calls.',
  attributes: cycleDuration.attributes,
});

const telemetry = createTestTelemetry();
const clock = { milliseconds: 0 };
const meter = createMeter({ name: 'test', meterProvider: telemetry.meterProvider, now: () => clock.milliseconds });
const duration = meter.histogram(cycleDuration);
const counter = meter.counter(calls);

const late = () => Promise.reject(new Error('later'));

class Bot {
  readonly #base = 40;

  @timed(duration, {})
  async cycle(extra: number): Promise<number> {
    clock.milliseconds += 2_000;
    return this.#base + extra;
  }

  @timed(duration, late as never)
  lateFacts(): string {
    return 'looked';
  }

  @timed(duration, (symbol: string) => ({ symbol }))
  look(symbol: string): string {
    return symbol.toLowerCase();
  }

  @counted(counter, (symbol: string) => ({ symbol }))
  async order(symbol: string): Promise<void> {
    if (symbol === 'BAD') throw new RangeError(symbol);
  }

  @timed(duration, () => {
    throw new Error('attributes');
  })
  careless(): number {
    return 1;
  }
}

test('@timed times a method, which keeps its this, its arguments, its result and its type', async () => {
  const bot = new Bot();
  expect(await bot.cycle(2)).toBe(42);
  expectTypeOf(bot.cycle).toEqualTypeOf<(extra: number) => Promise<number>>();
  expect((await telemetry.series('test.cycle.duration'))[0]).toMatchObject({ value: 2, attributes: {} });
});

test('@timed takes attributes from the arguments', async () => {
  expect(new Bot().look('AAPL')).toBe('aapl');
  expect(await telemetry.histogram('test.cycle.duration', { symbol: 'AAPL' })).toMatchObject({ count: 1 });
});

test('@counted counts success and failure, and the error reaches the caller', async () => {
  const bot = new Bot();
  await bot.order('AAPL');
  await expect(bot.order('BAD')).rejects.toThrow(RangeError);
  expect((await telemetry.series('test.calls')).map((each) => [each.attributes, each.value])).toEqual([
    [{ symbol: 'AAPL' }, 1],
    [{ symbol: 'BAD', 'error.type': 'RangeError' }, 1],
  ]);
});

test('a decorated method keeps its name and its length', () => {
  expect([Bot.prototype.look.name, Bot.prototype.look.length]).toEqual(['look', 1]);
});

test('decorating anything except a method throws when the class is created', () => {
  const decorate = timed(duration, {}) as unknown as (value: unknown, context: unknown) => unknown;
  expect(() => decorate(undefined, { kind: 'field', name: 'x' })).toThrow(ConfigurationError);
  expect(() => decorate({}, 'cycle')).toThrow('@timed must decorate a method');
});

test('timed throws a TypeError for an undefined function', () => {
  expect(() => timed(duration, {}, undefined as never)).toThrow(TypeError);
});

test('a function of attributes that throws does not affect the method', () => {
  expect(new Bot().careless()).toBe(1);
});

test('attributes from a promise are omitted, and its rejection is ignored', async () => {
  const before = (await telemetry.series('test.cycle.duration')).find(({ attributes }) => !('symbol' in attributes));
  expect(new Bot().lateFacts()).toBe('looked');
  const after = (await telemetry.series('test.cycle.duration')).find(({ attributes }) => !('symbol' in attributes));
  expect(after?.histogram?.count).toBe((before?.histogram?.count ?? 0) + 1);
});
