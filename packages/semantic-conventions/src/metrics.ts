// Generated from model/ by `pnpm generate`. Change it there.

import type { MetricDefinition } from './definition.ts';
import { agentMetrics } from './metrics/agent.ts';
import { cacheMetrics } from './metrics/cache.ts';
import { marketDataMetrics } from './metrics/market-data.ts';
import { ordersMetrics } from './metrics/orders.ts';
import { portfolioMetrics } from './metrics/portfolio.ts';
import { riskMetrics } from './metrics/risk.ts';
import { runtimeMetrics } from './metrics/runtime.ts';
import { strategyMetrics } from './metrics/strategy.ts';

/** Every metric of the conventions. */
export const allMetrics: readonly MetricDefinition[] = [
  ...ordersMetrics,
  ...portfolioMetrics,
  ...riskMetrics,
  ...strategyMetrics,
  ...agentMetrics,
  ...cacheMetrics,
  ...marketDataMetrics,
  ...runtimeMetrics,
];
