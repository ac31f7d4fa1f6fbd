import { ConfigurationError } from '@trademeter/instrumentation';
import { strategyMetrics } from '@trademeter/semantic-conventions';
import { createTestTelemetry } from '@trademeter/testing';
import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { instrumentStrategy, type Strategy, type StrategyMetrics, type Timing } from './index.ts';

function setUp() {
  const telemetry = createTestTelemetry();
  const clock = { milliseconds: Date.parse('2020-03-09T14:30:00Z') };
  const momentum = instrumentStrategy({
    strategy: 'momentum',
    meterProvider: telemetry.meterProvider,
    now: () => clock.milliseconds,
  });
  return { telemetry, clock, momentum };
}

const named = { 'trading.strategy.name': 'momentum' };

describe('strategies and their states', () => {
  test('a strategy starts as active', async () => {
    const telemetry = createTestTelemetry();
    instrumentStrategy({ strategies: ['momentum', 'reversal'], meterProvider: telemetry.meterProvider });

    const status = { ...named, 'trading.strategy.state': 'active' };
    expect(await telemetry.value('trading.strategy.status', status)).toBe(1);
    expect(await telemetry.value('trading.strategy.status', { ...named, 'trading.strategy.state': 'paused' })).toBe(0);
    expect(await telemetry.value('trading.strategy.status', { ...named, 'trading.strategy.state': 'stopped' })).toBe(0);
    expect(await telemetry.series('trading.strategy.status')).toHaveLength(6);
  });

  test('a strategy has one state at a time', async () => {
    const { telemetry, momentum } = setUp();
    const holds = async () =>
      (await telemetry.series('trading.strategy.status'))
        .filter((series) => series.value === 1)
        .map((series) => series.attributes['trading.strategy.state']);

    momentum.pause();
    expect(await holds()).toEqual(['paused']);
    momentum.stop();
    expect(await holds()).toEqual(['stopped']);
    momentum.activate();
    expect(await holds()).toEqual(['active']);
    momentum.set('paused');
    momentum.set('asleep' as 'paused');
    expect(momentum.state).toBe('paused');
    expect(await holds()).toEqual(['paused']);
  });

  test('accepts a state in another case', async () => {
    const { telemetry, momentum } = setUp();

    momentum.set('PAUSED' as 'paused');

    expect(momentum.state).toBe('paused');
    expect(await telemetry.value('trading.strategy.status', { ...named, 'trading.strategy.state': 'paused' })).toBe(1);
    expect(await telemetry.value('trading.strategy.status', { ...named, 'trading.strategy.state': 'active' })).toBe(0);
    expect(await telemetry.value('trademeter.measurement.dropped')).toBe(0);
  });
});

describe('signals and decisions', () => {
  test('counts signals by type and symbol, and records their confidence', async () => {
    const { telemetry, momentum } = setUp();

    momentum.signal({ type: 'buy', confidence: 0.8, symbol: 'AAPL' });
    momentum.signal({ type: 'buy', confidence: 0.6, symbol: 'MSFT' });
    momentum.signal({ type: 'hold' });

    expect(await telemetry.value('trading.signal.generated', { ...named, 'trading.symbol': 'AAPL' })).toBe(1);
    expect(await telemetry.value('trading.signal.generated', { ...named, 'trading.signal.type': 'buy' })).toBe(2);
    expect(await telemetry.value('trading.signal.generated', { ...named, 'trading.signal.type': 'hold' })).toBe(1);
    const confidence = await telemetry.histogram('trading.signal.confidence');
    expect(confidence).toMatchObject({ count: 2, sum: 1.4, min: 0.6, max: 0.8 });
  });

  test('a confidence may be a decimal text, and null means that it is unknown', async () => {
    const { telemetry, momentum } = setUp();
    for (const confidence of ['0.75', null, undefined]) momentum.signal({ type: 'buy', confidence, symbol: null });
    expect(await telemetry.value('trading.signal.generated')).toBe(3);
    expect(await telemetry.histogram('trading.signal.confidence')).toMatchObject({ count: 1, sum: 0.75 });
    expect(await telemetry.value('trademeter.measurement.dropped')).toBe(0);
  });

  test('an invalid confidence is dropped, and the signal counts', async () => {
    const { telemetry, momentum } = setUp();

    momentum.signal({ type: 'buy', confidence: 80 });
    momentum.signal({ type: 'buy', confidence: Number.NaN });

    expect(await telemetry.value('trading.signal.generated')).toBe(2);
    expect(await telemetry.histogram('trading.signal.confidence')).toBeUndefined();
    expect(await telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': 'invalid_value' })).toBe(
      2,
    );
  });

  test.each<[metric: string, timing: (strategy: Strategy) => Timing]>([
    ['trading.signal.generation.duration', (strategy) => strategy.generation],
    ['trading.signal.order.duration', (strategy) => strategy.signalToOrder],
    ['trading.strategy.evaluation.duration', (strategy) => strategy.evaluation],
    ['trading.cycle.duration', (strategy) => strategy.cycle],
  ])('times %s as a function, a timer and a figure', async (metric, timingOf) => {
    const { telemetry, clock, momentum } = setUp();
    const timing = timingOf(momentum);

    const synchronous = timing.time(() => {
      clock.milliseconds += 1_000;
      return 'synchronous';
    });
    const asynchronous = await timing.time(async () => {
      await Promise.resolve();
      clock.milliseconds += 2_000;
      return 'asynchronous';
    });
    {
      using timer = timing.start();
      clock.milliseconds += 4_000;
      void timer;
    }
    const timer = timing.start();
    clock.milliseconds += 8_000;
    expect(timer.stop()).toBe(8);
    expect(timer.stop()).toBeUndefined();
    timing.record(16);

    expect([synchronous, asynchronous]).toEqual(['synchronous', 'asynchronous']);
    expect(await telemetry.histogram(metric, named)).toMatchObject({ count: 5, sum: 31 });
  });

  test('the error of a timed function reaches the caller unchanged and is recorded', async () => {
    const { telemetry, momentum } = setUp();
    const error = new RangeError('too few bars');
    let runs = 0;
    const failing = (): never => {
      runs += 1;
      throw error;
    };

    expect(() => momentum.evaluation.time(failing)).toThrow(error);
    await expect(momentum.evaluation.time(async () => failing())).rejects.toBe(error);
    const timer = momentum.evaluation.start();
    timer.fail(error);
    timer.stop();

    expect(runs).toBe(2);
    const failed = { ...named, 'error.type': 'RangeError' };
    expect(await telemetry.histogram('trading.strategy.evaluation.duration', failed)).toMatchObject({ count: 3 });
  });

  test('a decision gets its action at its end', async () => {
    const { telemetry, clock, momentum } = setUp();
    const timed = async (action: string) =>
      (await telemetry.histogram('trading.decision.duration', { ...named, 'trading.decision.action': action }))?.sum;

    const action = await momentum.decision.time(async (timer) => {
      clock.milliseconds += 250;
      timer.decide('buy');
      return 'buy';
    });
    {
      using decision = momentum.decision.start();
      clock.milliseconds += 500;
      decision.decide('hold');
      clock.milliseconds += 500;
    }
    momentum.decision.record({ durationSeconds: 2, action: 'sell' });
    momentum.decision.start().stop();

    expect(action).toBe('buy');
    expect(await timed('buy')).toBe(0.25);
    expect(await timed('hold')).toBe(1);
    expect(await timed('sell')).toBe(2);
    expect(await telemetry.series('trading.decision.duration')).toHaveLength(4);
  });

  test('a decision that fails has an error and no action', async () => {
    const { telemetry, momentum } = setUp();
    const error = new TypeError('no quote');

    expect(() =>
      momentum.decision.time(() => {
        throw error;
      }),
    ).toThrow(error);
    const timer = momentum.decision.start();
    timer.fail(error);
    timer.stop();

    expect(await telemetry.histogram('trading.decision.duration', { 'error.type': 'TypeError' })).toMatchObject({
      count: 2,
    });
  });
});

describe('handles and options', () => {
  test('a cycle over all strategies has no strategy', async () => {
    const telemetry = createTestTelemetry();
    const strategies = instrumentStrategy({ meterProvider: telemetry.meterProvider });

    strategies.cycle.record(12);
    strategies.strategy('momentum').cycle.record(3);

    const series = await telemetry.series('trading.cycle.duration');
    expect(series.map(({ attributes, value }) => [attributes, value])).toEqual([
      [{}, 12],
      [named, 3],
    ]);
  });

  test('the same name has the same handle, including that of the option', () => {
    const { momentum } = setUp();

    momentum.strategy('momentum').pause();

    expect(momentum.name).toBe('momentum');
    expect(momentum.state).toBe('paused');
    expect(momentum.strategy('reversal')).toBe(momentum.strategy('reversal'));
    expect(momentum.strategy('reversal').state).toBe('active');
  });

  test('only with the option strategy is the result a handle', () => {
    expectTypeOf(instrumentStrategy({ strategy: 'momentum' })).toEqualTypeOf<StrategyMetrics & Strategy>();
    expectTypeOf(instrumentStrategy()).toEqualTypeOf<StrategyMetrics>();
  });

  test('every metric of the domain is recorded under its own name', async () => {
    const { telemetry, momentum } = setUp();
    momentum.signal({ type: 'buy', confidence: 0.5 });
    for (const timing of [momentum.generation, momentum.signalToOrder, momentum.evaluation, momentum.cycle]) {
      timing.record(1);
    }
    momentum.decision.record({ durationSeconds: 1 });

    const names = new Set((await telemetry.series()).map((series) => series.name));

    expect([...names].filter((name) => name.startsWith('trading.')).toSorted()).toEqual(
      strategyMetrics.map((metric) => metric.name).toSorted(),
    );
  });

  test.each<[string, unknown, string]>([
    ['strategy', '', 'strategy must be a non-empty string, got ""'],
    ['strategies', ['momentum', 1], 'strategies must be a list of non-empty strings, got ["momentum", 1]'],
    ['now', 5, 'now must be a function, got 5'],
    ['venue', 'binance', 'there is no option venue'],
  ])('the option %s set to %j throws', (option, value, message) => {
    let thrown: unknown;
    try {
      instrumentStrategy({ [option]: value });
    } catch (error) {
      thrown = error;
    }

    expect(thrown).toBeInstanceOf(ConfigurationError);
    expect(thrown).toMatchObject({ code: 'ERR_TRADEMETER_OPTION', option });
    expect((thrown as Error).message).toContain(`[trademeter/instrumentation-strategy] ${message}`);
  });

  test('no verb throws on any input', () => {
    const { momentum } = setUp();
    const anything = fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withSparseArray: true });
    const unreadable = new Proxy(
      {},
      {
        get() {
          throw new Error('hostile');
        },
        ownKeys() {
          throw new Error('hostile');
        },
      },
    );
    const hostile = fc.oneof(anything, fc.func(anything), fc.constantFrom(Symbol('hostile'), unreadable));

    fc.assert(
      fc.property(hostile, hostile, (input, other) => {
        const any = input as never;
        for (const strategy of [momentum, momentum.strategy(any)]) {
          strategy.set(any);
          strategy.signal(any);
          strategy.signal({ type: any, confidence: other as never, symbol: any });
          strategy.evaluation.record(any);
          const evaluation = strategy.evaluation.start();
          evaluation.fail(any);
          evaluation.stop();
          strategy.decision.record(any);
          strategy.decision.record({ durationSeconds: any, action: other as never });
          const decision = strategy.decision.start();
          decision.decide(any);
          decision.fail(any);
          decision.stop();
          expect(['active', 'paused', 'stopped']).toContain(strategy.state);
        }
      }),
    );
  });
});

describe('ages', () => {
  test('the age of the last successful cycle grows while cycles fail or hang', async () => {
    const { telemetry, clock, momentum } = setUp();
    const age = () => telemetry.value('trading.cycle.age', named);
    expect(await age()).toBeUndefined();

    momentum.cycle.time(() => undefined);
    clock.milliseconds += 60_000;
    expect(await age()).toBe(60);

    expect(() =>
      momentum.cycle.time(() => {
        throw new RangeError('no price');
      }),
    ).toThrow('no price');
    const failed = momentum.cycle.start();
    failed.fail(new RangeError('no price'));
    failed.stop();
    momentum.cycle.record(Number.NaN);
    const hanging = momentum.cycle.start();
    clock.milliseconds += 30_000;
    expect(await age()).toBe(90);

    hanging.stop();
    expect(await age()).toBe(0);
    hanging.stop();
    clock.milliseconds += 1_000;
    momentum.cycle.record(15);
    expect(await age()).toBe(0);
  });

  test('a stopped strategy has no age', async () => {
    const { telemetry, clock, momentum } = setUp();
    const age = () => telemetry.value('trading.cycle.age', named);
    momentum.cycle.record(1);
    clock.milliseconds += 60_000;
    momentum.pause();
    expect(await age()).toBe(60);
    momentum.stop();
    expect(await age()).toBe(0);
    clock.milliseconds += 60_000;
    expect(await age()).toBe(0);
    momentum.activate();
    await momentum.cycle.time(async () => undefined);
    clock.milliseconds += 5_000;
    expect(await age()).toBe(5);
  });

  test('the age of the main loop has no strategy', async () => {
    const telemetry = createTestTelemetry();
    const clock = { milliseconds: 1_000_000 };
    const { meterProvider } = telemetry;
    const { cycle, strategy } = instrumentStrategy({ meterProvider, now: () => clock.milliseconds });
    cycle.record(1);
    strategy('grid').cycle.record(1);
    clock.milliseconds += 2_000;
    strategy('grid').cycle.record(1);
    const series = await telemetry.series('trading.cycle.age');
    expect(series.map(({ attributes, value }) => [attributes['trading.strategy.name'], value])).toEqual([
      [undefined, 2],
      ['grid', 0],
    ]);
  });
});
