import { type AgentMetrics, instrumentAgent } from '@trademeter/instrumentation-agent';
import { type CacheMetrics, instrumentCache } from '@trademeter/instrumentation-cache';
import { instrumentMarketData, type MarketDataMetrics } from '@trademeter/instrumentation-market-data';
import { instrumentOrders, type OrderMetrics } from '@trademeter/instrumentation-orders';
import { instrumentPortfolio, type PortfolioMetrics } from '@trademeter/instrumentation-portfolio';
import { instrumentRisk, type RiskMetrics } from '@trademeter/instrumentation-risk';
import { instrumentRuntime, type RuntimeMetrics } from '@trademeter/instrumentation-runtime';
import { instrumentStrategy, type Strategy } from '@trademeter/instrumentation-strategy';
import { analystPrices } from './analyst.ts';

/** The bot's instrumentations. */
export interface Instruments {
  readonly orders: OrderMetrics;
  readonly portfolio: PortfolioMetrics;
  readonly risk: RiskMetrics;
  readonly strategy: Strategy;
  readonly agent: AgentMetrics;
  readonly cache: CacheMetrics;
  readonly market: MarketDataMetrics;
  readonly runtime: RuntimeMetrics;
}

/** @param now the clock of the replay, for holding times, drawdowns and halts; latencies are real */
export function createInstruments(now: () => number): Instruments {
  const strategy = 'momentum';
  const currency = 'USD';
  const venue = 'paper';
  return {
    orders: instrumentOrders({ venue, strategy, currency }),
    portfolio: instrumentPortfolio({ currency, venue, strategy, timeZone: 'America/New_York', now }),
    risk: instrumentRisk({
      strategy,
      reasons: ['halted', 'volatility', 'exposure'],
      complianceEvents: ['unsettled_cash'],
      now,
    }),
    strategy: instrumentStrategy({ strategy }),
    agent: instrumentAgent({ agent: 'analyst', prices: analystPrices }),
    cache: instrumentCache({ name: 'features' }),
    market: instrumentMarketData(),
    runtime: instrumentRuntime(),
  };
}
