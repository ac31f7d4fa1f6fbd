import * as standard from '@opentelemetry/semantic-conventions/incubating';
import { describe, expect, expectTypeOf, test } from 'vitest';
import * as conventions from './index.ts';
import {
  ATTR_TRADING_BREAKER_STATE,
  ATTR_TRADING_ORDER_SIDE,
  type AttributesOf,
  allMetrics,
  type genAiClientOperationDuration,
  METRIC_TRADING_ORDER_PLACED,
  type MetricDefinition,
  TRADING_BREAKER_STATE_VALUE_HALF_OPEN,
  TRADING_ORDER_SIDE_VALUE_SELL_SHORT,
  type tradingKillSwitchActivations,
  tradingOrderPlaced,
  tradingOrderRejections,
  type tradingOrderRequestDuration,
  type tradingPortfolioValue,
} from './index.ts';

const byName = new Map(allMetrics.map((metric) => [metric.name, metric]));

function named(name: string): MetricDefinition {
  const metric = byName.get(name);
  if (metric === undefined) throw new Error(`there is no metric ${name}`);
  return metric;
}

describe('definitions', () => {
  test('are listed once each, by domain and all together', () => {
    const lists = Object.entries(conventions).filter(
      ([name]) => /^[a-z]\w*Metrics$/.test(name) && name !== 'allMetrics',
    );
    const listed = lists.flatMap(([, list]) => list as readonly MetricDefinition[]);
    expect(listed.length).toBeGreaterThan(100);
    expect(listed.map(({ name }) => name).toSorted()).toEqual(allMetrics.map(({ name }) => name).toSorted());
    expect(byName.size).toBe(allMetrics.length);
  });

  test('are exported under their names in camelCase, and their names as constants', () => {
    const exported = Object.values(conventions);
    const constants = Object.entries(conventions).filter(([key]) => key.startsWith('METRIC_'));
    for (const metric of allMetrics) expect(exported).toContain(metric);
    expect(constants.map(([, name]) => name)).toEqual(expect.arrayContaining([...byName.keys()]));
    expect(constants).toHaveLength(byName.size);
    expect(tradingOrderPlaced.name).toBe(METRIC_TRADING_ORDER_PLACED);
  });

  test('have attributes and values named like those of OpenTelemetry', () => {
    expect(ATTR_TRADING_ORDER_SIDE).toBe('trading.order.side');
    expect(TRADING_ORDER_SIDE_VALUE_SELL_SHORT).toBe('sell_short');
    expect(TRADING_BREAKER_STATE_VALUE_HALF_OPEN).toBe('half_open');
    expect(named('trading.breaker.status').attributes[ATTR_TRADING_BREAKER_STATE]?.values).toEqual([
      'closed',
      'open',
      'half_open',
    ]);
  });

  test('have an exported constant for each of their attributes', () => {
    const constants = Object.entries(conventions)
      .filter(([key]) => key.startsWith('ATTR_'))
      .map(([, key]) => key);
    const used = new Set(allMetrics.flatMap(({ attributes }) => Object.keys(attributes)));
    expect(constants).toEqual(expect.arrayContaining([...used]));
    expect(new Set(constants)).toEqual(new Set([...used, 'trading.mode', 'service.name', 'service.instance.id']));
  });

  test('list the reject reasons of FIX with their fallback, and stay open', () => {
    const reason = tradingOrderRejections.attributes['error.type'];
    expect(reason.values).toEqual(expect.arrayContaining(['insufficient_credit_limit', 'other', '_OTHER']));
    expect(reason.values).toHaveLength(19);
    expect(reason.open).toBe(true);
  });

  test('give error.type to every histogram of time, on failure only', () => {
    const durations = allMetrics.filter(({ instrument, unit }) => instrument === 'histogram' && unit === 's');
    expect(durations.length).toBeGreaterThan(15);
    for (const { name, attributes } of durations) {
      expect(attributes['error.type']?.requirement, name).toBe('conditionally_required');
    }
  });

  test('use OpenTelemetry’s own attributes with the names and values of its package', () => {
    const published = new Map(Object.entries(standard));
    const own = Object.entries(conventions).filter(([key]) => /^(?:ATTR_)?(?:ERROR|SERVER|SERVICE|GEN_AI)_/.test(key));
    expect(own.length).toBeGreaterThan(30);
    for (const [key, value] of own) expect(published.get(key), key).toBe(value);
  });
});

describe('attributes of a recording', () => {
  test('are typed by the definition', () => {
    expectTypeOf<AttributesOf<typeof tradingOrderPlaced>>().toExtend<{
      readonly 'trading.venue': string;
      readonly 'trading.order.side': 'buy' | 'sell' | 'sell_short';
      readonly 'trading.strategy.name'?: string | undefined;
    }>();
    expectTypeOf<AttributesOf<typeof tradingKillSwitchActivations>>().toEqualTypeOf<{}>();
    expectTypeOf<AttributesOf<typeof genAiClientOperationDuration>['server.port']>().toEqualTypeOf<
      number | undefined
    >();
  });

  test('are type errors if they are invalid', () => {
    const complete = {
      'trading.venue': 'binance',
      'trading.symbol': 'BTC/USDT',
      'trading.order.side': 'buy',
      'trading.order.type': 'limit',
    } as const;
    const right: AttributesOf<typeof tradingOrderPlaced> = complete;
    // An open list accepts other values, and an optional attribute may be undefined.
    const open: AttributesOf<typeof tradingOrderPlaced> = {
      ...complete,
      'trading.order.type': 'iceberg',
      'trading.strategy.name': undefined,
    };
    const { 'trading.venue': _, ...incomplete } = complete;
    // @ts-expect-error a required attribute is missing
    const missing: AttributesOf<typeof tradingOrderPlaced> = incomplete;
    // @ts-expect-error a closed list accepts no other value
    const unknownValue: AttributesOf<typeof tradingOrderPlaced> = { ...complete, 'trading.order.side': 'long' };
    // @ts-expect-error a string is expected
    const wrongType: AttributesOf<typeof tradingOrderPlaced> = { ...complete, 'trading.venue': 7 };
    const other: AttributesOf<typeof tradingPortfolioValue> = {
      'trading.currency': 'USD',
      // @ts-expect-error the metric has no such attribute
      'trading.symbol': 'AAPL',
    };
    const failed: AttributesOf<typeof tradingOrderRequestDuration> = {
      'trading.venue': 'binance',
      'trading.order.operation': 'new',
      'error.type': 'RequestTimeout',
    };
    expect([right, open, missing, unknownValue, wrongType, other, failed]).toHaveLength(7);
  });
});

describe('bucket boundaries', () => {
  const orderDurations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
  const callDurations = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
  const decisionDurations = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60];
  const fastDurations = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];
  const calculationDurations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
  const longDurations = [1, 10, 60, 300, 900, 3600, 14_400, 86_400, 604_800, 2_592_000];
  const scores = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
  const genAiAdvice = Array.from({ length: 14 }, (_, power) => Number((0.01 * 2 ** power).toFixed(2)));
  const expected: readonly [string, readonly number[]][] = [
    ['trading.order.request.duration', orderDurations],
    ['trading.order.fill.duration', orderDurations],
    ['trading.signal.fill.duration', orderDurations],
    ['trading.order.slippage', [0.1, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250]],
    ['trading.order.fill_ratio', [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1]],
    ['trading.trade.pnl', [1, 5, 10, 50, 100, 500, 1000, 5000, 10_000, 50_000, 100_000]],
    ['trading.trade.holding.duration', longDurations],
    ['trading.portfolio.recovery.duration', longDurations],
    ['trading.breaker.halt.duration', longDurations],
    ['trading.risk.position_size', [0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.5, 1]],
    ['trading.signal.confidence', scores],
    ['trading.signal.generation.duration', decisionDurations],
    ['trading.signal.order.duration', decisionDurations],
    ['trading.decision.duration', decisionDurations],
    ['trading.strategy.evaluation.duration', decisionDurations],
    ['trading.cycle.duration', [0.1, 0.5, 1, 5, 10, 15, 30, 45, 60, 120, 300]],
    ['trading.agent.conviction', scores],
    ['gen_ai.client.operation.duration', [...genAiAdvice, 0.5, 1, 2, 5, 10, 30, 60].toSorted((a, b) => a - b)],
    ['gen_ai.client.token.usage', Array.from({ length: 14 }, (_, power) => 4 ** power)],
    ['trading.model.inference.duration', fastDurations],
    ['trading.cache.query.duration', fastDurations],
    ['trading.cache.lookup.duration', fastDurations],
    ['trading.feature.calculation.duration', calculationDurations],
    ['trading.sentiment.calculation.duration', calculationDurations],
    ['trading.sentiment.score', scores],
    ['trading.provider.request.duration', callDurations],
    ['trading.dependency.check.duration', callDurations],
  ];

  test.each(expected)('of %s are those of the conventions', (name, boundaries) => {
    expect(named(name).boundaries).toEqual(boundaries);
  });

  test('are on every histogram and on no other instrument', () => {
    for (const { name, instrument, boundaries } of allMetrics) {
      expect(boundaries !== undefined, name).toBe(instrument === 'histogram');
    }
  });

  // The boundaries of existing bots, whose quantiles must stay comparable.
  test.each([
    ['trading.signal.fill.duration', [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]],
    ['trading.provider.request.duration', [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]],
    ['trading.signal.order.duration', [0.5, 1, 2, 5, 10, 30, 60]],
    ['trading.cycle.duration', [1, 5, 10, 30, 45, 60, 120, 300]],
    ['gen_ai.client.operation.duration', [0.5, 1, 2, 5, 10, 30, 60]],
  ])('of %s contain those in use', (name, boundaries) => {
    expect(named(name).boundaries).toEqual(expect.arrayContaining(boundaries));
  });
});
