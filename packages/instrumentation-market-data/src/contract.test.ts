import { marketDataMetrics } from '@trademeter/semantic-conventions';
import { testInstrumentation } from '@trademeter/testing/contract';
import { afterAll, describe, test } from 'vitest';
import { instrumentMarketData } from './index.ts';
import { version } from './version.ts';

testInstrumentation(
  { afterAll, describe, test },
  {
    name: '@trademeter/instrumentation-market-data',
    version,
    metrics: marketDataMetrics,
    metricsAtZero: [
      'trading.provider.rate_limit.hits',
      'trading.feed.items',
      'trading.sentiment.contributions',
      'trading.sentiment.divergences',
    ],
    instrument: (options, callback) =>
      instrumentMarketData({ ...options, isRateLimit: callback, availabilityOf: callback }),
    introduce(market) {
      market.provider('polygon');
      market.feed('polygon');
      market.sentiment.provider('polygon');
    },
    recordAll(market) {
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
    callers: {
      'provider().call': (market, fn) => market.provider('polygon').call('bars', fn),
      'feed().process': (market, fn) => market.feed('sec').process(fn),
      'sentiment.time': (market, fn) => market.sentiment.time(fn),
    },
  },
);
