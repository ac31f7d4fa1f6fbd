import { cacheMetrics } from '@trademeter/semantic-conventions';
import { testInstrumentation } from '@trademeter/testing/contract';
import { afterAll, describe, test } from 'vitest';
import { instrumentCache } from './index.ts';
import { version } from './version.ts';

testInstrumentation(
  { afterAll, describe, test },
  {
    name: '@trademeter/instrumentation-cache',
    version,
    metrics: cacheMetrics,
    metricsAtZero: ['trading.cache.lookups'],
    instrument: (options) => instrumentCache({ name: 'features', ...options }),
    introduce: (cache) => void cache.layer('l1_memory'),
    recordAll(cache) {
      cache.query(() => cache.layer('l1_memory').lookup(() => 1));
      cache.feature('sma').time(() => 1);
    },
    callers: {
      query: (cache, fn) => cache.query(fn),
      wrap: (cache, fn) => cache.wrap(fn),
      'layer().lookup': (cache, fn) => cache.layer('l1_memory').lookup(fn),
      'layer().wrap': (cache, fn) => cache.layer('l1_memory').wrap(fn),
      'feature().time': (cache, fn) => cache.feature('sma').time(fn),
    },
  },
);
