import { portfolioMetrics } from '@trademeter/semantic-conventions';
import { testInstrumentation } from '@trademeter/testing/contract';
import { afterAll, describe, test } from 'vitest';
import { instrumentPortfolio } from './index.ts';
import { version } from './version.ts';

const dayMillis = 24 * 60 * 60 * 1000;

testInstrumentation(
  { afterAll, describe, test },
  {
    name: '@trademeter/instrumentation-portfolio',
    version,
    metrics: portfolioMetrics,
    instrument: (options) => instrumentPortfolio({ currency: 'USD', venue: 'ibkr', strategy: 's', ...options }),
    introduce: (portfolio) =>
      portfolio.snapshot({ value: 100, positions: [{ symbol: 'AAPL', side: 'long', value: 50, unrealizedPnl: 0 }] }),
    recordAll(portfolio, pass) {
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
        pass(dayMillis);
      }
      portfolio.funding({ symbol: 'AAPL', amount: -1 });
    },
  },
);
