// The eight instrumentations, each with a bot's life that makes it record every metric of its section.
import type { MeterProvider } from '@opentelemetry/api';
import { instrumentAgent } from '@trademeter/instrumentation-agent';
import { instrumentCache } from '@trademeter/instrumentation-cache';
import { instrumentMarketData } from '@trademeter/instrumentation-market-data';
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { instrumentPortfolio } from '@trademeter/instrumentation-portfolio';
import { instrumentRisk } from '@trademeter/instrumentation-risk';
import { instrumentRuntime } from '@trademeter/instrumentation-runtime';
import { instrumentStrategy } from '@trademeter/instrumentation-strategy';
import {
  agentMetrics,
  cacheMetrics,
  type MetricDefinition,
  marketDataMetrics,
  ordersMetrics,
  portfolioMetrics,
  riskMetrics,
  runtimeMetrics,
  strategyMetrics,
} from '@trademeter/semantic-conventions';

/** What an instrumentation is made with, the same for all. */
export interface Common {
  readonly meterProvider?: MeterProvider | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** An instrumentation, not made yet. */
export interface Subject {
  readonly name: string;
  /** Its section of the conventions. */
  readonly metrics: readonly MetricDefinition[];
  /** Series of counters that an alert watches: they exist at 0 once `live` has begun, before anything is counted. */
  readonly bornAtZero: readonly string[];
  /** @param callback what every option that takes a function of the caller is, beside the clock; left out, none is given */
  make(common: Common, callback?: () => unknown): Living;
}

/** An instrumentation that was made. */
export interface Living {
  /** Everything that it offers. */
  readonly verbs: object;
  /** The names of verbs that run a function of their caller. */
  readonly runners: readonly string[];
  /** Makes things known without counting anything. */
  introduce(): void;
  /** Makes it record every metric of its section. */
  live(pass: (milliseconds: number) => void): void | Promise<void>;
}

function subject<V extends object>(
  name: string,
  metrics: readonly MetricDefinition[],
  bornAtZero: readonly string[],
  make: (common: Common, callback: (() => never) | undefined) => V,
  introduce: (verbs: V) => void,
  live: (verbs: V, pass: (milliseconds: number) => void) => void | Promise<void>,
): Subject {
  return {
    name,
    metrics,
    bornAtZero,
    make(common, callback) {
      const verbs = make(common, callback as (() => never) | undefined);
      return { verbs, runners, introduce: () => introduce(verbs), live: (pass) => live(verbs, pass) };
    },
  };
}

/** Verbs that run a function of their caller, by the same names in every package. */
const runners = ['time', 'call', 'query', 'lookup', 'wrap', 'watch', 'process', 'request', 'check', 'stream'];

const day = 24 * 60 * 60 * 1000;

export const ordersSubject: Subject = subject(
  'orders',
  ordersMetrics,
  ['trading.order.closed'],
  (common) => instrumentOrders({ venue: 'ibkr', strategy: 's', currency: 'USD', ...common }),
  (orders) => void orders.place({ symbol: 'AAPL', side: 'buy', type: 'limit', quantity: 1 }),
  (orders, pass) => {
    const order = orders.place({
      symbol: 'AAPL',
      side: 'buy',
      type: 'limit',
      quantity: 2,
      expectedPrice: 10,
      signalTime: 1,
    });
    pass(10);
    order.acknowledge();
    order.fill({ quantity: 2, price: 10.01, fee: { amount: 0.1 }, liquidity: 'taker' });
    orders.place({ symbol: 'AAPL', side: 'sell', type: 'market', quantity: 2 }).reject('unknown_symbol');
    orders.trade({ symbol: 'AAPL', positionSide: 'long', pnl: 5, openedTime: 1 });
  },
);

export const subjects: readonly Subject[] = [
  ordersSubject,
  subject(
    'portfolio',
    portfolioMetrics,
    [],
    (common) => instrumentPortfolio({ currency: 'USD', venue: 'ibkr', strategy: 's', ...common }),
    (portfolio) =>
      portfolio.snapshot({ value: 100, positions: [{ symbol: 'AAPL', side: 'long', value: 50, unrealizedPnl: 0 }] }),
    (portfolio, pass) => {
      for (const value of [100, 110, 105, 120, 118, 130]) {
        portfolio.snapshot({
          value,
          cash: 50,
          buyingPower: 80,
          marginUtilization: 0.2,
          benchmark: { name: 'buy_and_hold', value: 100 },
          positions: [{ symbol: 'AAPL', side: 'long', value: value - 50, unrealizedPnl: value - 100 }],
        });
        portfolio.trade({ symbol: 'AAPL', pnl: value - 108 });
        pass(day);
      }
      portfolio.funding({ symbol: 'AAPL', amount: -1 });
    },
  ),
  subject(
    'risk',
    riskMetrics,
    [
      'trading.breaker.trips',
      'trading.kill_switch.activations',
      'trading.rule.checks',
      'trading.risk.limit.hits',
      'trading.position.exits',
    ],
    (common) => instrumentRisk({ strategy: 's', ...common }),
    (risk) => {
      risk.breaker('daily_loss');
      risk.rule('max_position');
      risk.limit('exposure');
    },
    (risk, pass) => {
      const breaker = risk.breaker('daily_loss');
      breaker.trip();
      pass(1_000);
      breaker.reset();
      risk.killSwitch.activate();
      risk.rule('max_position').check(false);
      risk.reject({ reasons: ['max_position'] });
      risk.limit('exposure').hit();
      risk.limit('exposure').utilization(0.5);
      risk.positionSize({ fraction: 0.1, confidence: 0.9 });
      risk.exit('stop_loss');
      risk.complianceEvent('pdt_avoided');
    },
  ),
  subject(
    'strategy',
    strategyMetrics,
    [],
    (common) => instrumentStrategy({ strategy: 's', ...common }),
    (strategy) => void strategy.name,
    (strategy) => {
      strategy.signal({ type: 'buy', confidence: 0.7, symbol: 'AAPL' });
      for (const timing of [strategy.generation, strategy.signalToOrder, strategy.evaluation, strategy.cycle]) {
        timing.time(() => undefined);
      }
      strategy.decision.time((timer) => timer.decide('buy'));
      strategy.pause();
    },
  ),
  subject(
    'agent',
    agentMetrics,
    ['trading.agent.cost'],
    (common) => instrumentAgent({ agent: 'a', prices: { m: { input: 1, output: 2, currency: 'USD' } }, ...common }),
    (agent) => void agent.llm.start({ provider: 'openai', model: 'm' }),
    (agent) => {
      agent.analysis({ symbol: 'AAPL' });
      agent.decision({ action: 'buy', symbol: 'AAPL', conviction: 0.8 });
      agent.model('m').time(() => undefined);
      agent.llm.record({ provider: 'openai', model: 'm', inputTokens: 10, outputTokens: 5, durationSeconds: 1 });
    },
  ),
  subject(
    'cache',
    cacheMetrics,
    ['trading.cache.lookups'],
    (common) => instrumentCache({ name: 'features', ...common }),
    (cache) => void cache.layer('l1_memory'),
    (cache) => {
      cache.query(() => cache.layer('l1_memory').lookup(() => 1));
      cache.feature('sma').time(() => 1);
    },
  ),
  subject(
    'market-data',
    marketDataMetrics,
    [
      'trading.provider.rate_limit.hits',
      'trading.feed.items',
      'trading.sentiment.contributions',
      'trading.sentiment.divergences',
    ],
    (common, callback) => instrumentMarketData({ ...common, isRateLimit: callback, availabilityOf: callback }),
    (market) => {
      market.provider('polygon');
      market.feed('polygon');
      market.sentiment.provider('polygon');
    },
    (market) => {
      const provider = market.provider('polygon');
      provider.call('bars', () => 1);
      provider.rateLimited();
      market.received({ provider: 'polygon', type: 'ohlcv', symbol: 'AAPL' });
      market.feed('polygon').processed();
      market.sentiment.time(() => undefined);
      market.sentiment.scored({ score: -0.5, providers: ['polygon'] });
      market.sentiment.provider('polygon').weight(0.5);
      market.sentiment.diverged();
    },
  ),
  subject(
    'runtime',
    runtimeMetrics,
    ['trading.alert.sent'],
    (common) => instrumentRuntime(common),
    (runtime) => {
      runtime.alert({ category: 'risk', channel: 'telegram' });
      runtime.dependency('redis');
    },
    async (runtime) => {
      runtime.error(new RangeError('x'), { component: 'loop' });
      runtime.alertSent({ category: 'risk', channel: 'telegram' });
      const { promise, resolve } = Promise.withResolvers<void>();
      runtime.dependency('redis').check(() => {
        resolve();
        return true;
      });
      await promise;
      await new Promise(setImmediate);
      runtime.stop();
    },
  ),
];
