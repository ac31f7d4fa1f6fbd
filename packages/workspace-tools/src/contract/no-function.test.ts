import { instrumentAgent } from '@trademeter/instrumentation-agent';
import { instrumentCache } from '@trademeter/instrumentation-cache';
import { instrumentMarketData } from '@trademeter/instrumentation-market-data';
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { instrumentRuntime } from '@trademeter/instrumentation-runtime';
import { instrumentStrategy } from '@trademeter/instrumentation-strategy';
import { createTestTelemetry } from '@trademeter/testing';
import { describe, expect, test } from 'vitest';
import type { Common } from './subjects.ts';

/** Every verb that runs a function of its caller, or keeps it to run it later. */
function runnersOf(common: Partial<Common>): Readonly<Record<string, (fn: never) => unknown>> {
  const orders = instrumentOrders({ venue: 'ibkr', currency: 'USD', ...common });
  const order = orders.place({ symbol: 'AAPL', side: 'buy', type: 'market', quantity: 1 });
  const strategy = instrumentStrategy({ strategy: 'momentum', ...common });
  const agent = instrumentAgent(common);
  const cache = instrumentCache(common);
  const marketData = instrumentMarketData(common);
  const runtime = instrumentRuntime(common);
  return {
    'orders.request': (fn) => orders.request('new', fn),
    'order.request': (fn) => order.request('cancel', fn),
    'strategy.evaluation.time': (fn) => strategy.evaluation.time(fn),
    'strategy.decision.time': (fn) => strategy.decision.time(fn),
    'agent.model.time': (fn) => agent.model('lstm').time(fn),
    'agent.llm.call': (fn) => agent.llm.call({ provider: 'openai', model: 'm' }, fn),
    'cache.query': (fn) => cache.query(fn),
    'cache.wrap': (fn) => cache.wrap(fn),
    'cache.layer.lookup': (fn) => cache.layer('l1_memory').lookup(fn),
    'cache.layer.wrap': (fn) => cache.layer('l1_memory').wrap(fn),
    'cache.feature.time': (fn) => cache.feature('sma').time(fn),
    'marketData.provider.call': (fn) => marketData.provider('polygon').call('bars', fn),
    'marketData.feed.process': (fn) => marketData.feed('sec').process(fn),
    'marketData.sentiment.time': (fn) => marketData.sentiment.time(fn),
    'runtime.watch': (fn) => runtime.watch(fn, { component: 'loop' }),
    'runtime.dependency.check': (fn) => runtime.dependency('redis').check(fn),
  };
}

// To return undefined instead would let a bot believe that its request was made.
describe.each(Object.keys(runnersOf({})))('%s', (name) => {
  test.each([[undefined], [null], ['get'], [{}]])('given %o, throws what calling that throws', async (given) => {
    await using telemetry = createTestTelemetry();
    for (const common of [{}, { meterProvider: telemetry.meterProvider }]) {
      const run = runnersOf(common)[name] as (fn: unknown) => unknown;
      expect(() => run(given)).toThrow(TypeError);
      expect(() => run(given)).toThrow(/ is not a function$/u);
    }
  });
});

test('agent.llm.stream, which is async, rejects with it', async () => {
  const { llm } = instrumentAgent();
  await expect(llm.stream({ provider: 'openai', model: 'm' }, undefined as never)).rejects.toThrow(TypeError);
});
