import { domains } from './domains.ts';
import type { Metric, MetricAttribute } from './model.ts';

/** The cardinality limit of a metric whose definition sets none. */
export const defaultCardinalityLimit = 2_000;

/** The assumptions of the estimate, in words. {@link seriesOf} uses the same numbers. */
export const assumptions: readonly string[] = [
  '100 symbols at one venue, in one currency; 3 strategies, each with its own symbols; one account, whose name is not recorded',
  'buy and sell orders, long and short positions; market and limit orders of one time in force, filled as maker and as taker',
  'every value of a closed list occurs (each outcome, each state, each result), because series exist at 0 before they count',
  'every timed operation succeeds, and fails in 2 ways; there are 5 kinds of errors and rejections',
  '5 breakers, 10 rules, 5 limits, 5 reasons of rejections; 3 providers with 4 endpoints each, each kind of data from one of them',
  '2 caches of 2 layers, 5 features, 2 prediction models, 2 agents that use one language model; 5 parts of the bot, 3 dependencies',
];

/** The number of values of an attribute, if it is not the number of listed ones. */
const values: Readonly<Record<string, number>> = {
  'trading.venue': 1,
  'trading.account': 1,
  'trading.benchmark.name': 1,
  'trading.symbol': 100,
  'trading.currency': 1,
  'trading.strategy.name': 3,
  'trading.order.side': 2,
  'trading.order.type': 2,
  'trading.order.time_in_force': 1,
  'trading.order.post_only': 1,
  'trading.order.reduce_only': 1,
  'trading.signal.type': 3,
  'trading.decision.action': 3,
  'trading.breaker.name': 5,
  'trading.rule.name': 10,
  'trading.risk.reason': 5,
  'trading.risk.limit.name': 5,
  'trading.compliance.event': 2,
  'trading.model.name': 2,
  'trading.feature.name': 5,
  'trading.cache.name': 2,
  'trading.cache.layer': 2,
  'trading.provider.name': 3,
  'trading.provider.operation': 4,
  'trading.data.type': 3,
  'trading.feed.source': 3,
  'trading.component': 5,
  'trading.alert.category': 5,
  'trading.alert.channel': 2,
  'trading.dependency.name': 3,
  'error.type': 5,
  'gen_ai.agent.name': 2,
  'gen_ai.operation.name': 1,
  'gen_ai.provider.name': 1,
  'gen_ai.request.model': 1,
  'gen_ai.response.model': 1,
  'server.address': 1,
  'server.port': 1,
};

/** Attributes that follow from another: a symbol has one strategy, a kind of data has one provider. */
const decided: Readonly<Record<string, string>> = {
  'trading.strategy.name': 'trading.symbol',
  'trading.provider.name': 'trading.data.type',
};

/** The number of series of a metric, for a bot with 100 symbols. */
export function seriesOf({ attributes }: Metric): number {
  const keys = new Set(attributes.map(({ key }) => key));
  return attributes.reduce((product, attribute) => {
    const decidedBy = decided[attribute.key];
    return decidedBy !== undefined && keys.has(decidedBy) ? product : product * valuesOf(attribute);
  }, 1);
}

/** The number of lines in a scrape. A series of a histogram has one for each bucket, its sum and its count. */
export function linesOf(metric: Metric): number {
  return seriesOf(metric) * (metric.boundaries === undefined ? 1 : metric.boundaries.length + 3);
}

/** Series and lines of each domain, in the order of the domains. */
export function seriesByDomain(metrics: readonly Metric[]): { domain: string; series: number; lines: number }[] {
  return domains.map(({ name }) => {
    const own = metrics.filter(({ domain }) => domain === name);
    return { domain: name, series: sum(own.map(seriesOf)), lines: sum(own.map(linesOf)) };
  });
}

/** The attributes without an assumption: the number of their values must be added above. */
export function unassumedAttributes({ attributes }: Metric): string[] {
  return attributes.filter(({ key, open }) => open && values[key] === undefined).map(({ key }) => key);
}

function valuesOf({ key, requirement, values: listed }: MetricAttribute): number {
  // The successes, and two kinds of failure.
  if (key === 'error.type' && requirement === 'conditionally_required') return 3;
  return values[key] ?? listed.length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
