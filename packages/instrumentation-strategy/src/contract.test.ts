import { strategyMetrics } from '@trademeter/semantic-conventions';
import { testInstrumentation } from '@trademeter/testing/contract';
import { afterAll, describe, test } from 'vitest';
import { instrumentStrategy } from './index.ts';
import { version } from './version.ts';

testInstrumentation(
  { afterAll, describe, test },
  {
    name: '@trademeter/instrumentation-strategy',
    version,
    metrics: strategyMetrics,
    instrument: (options) => instrumentStrategy({ strategy: 's', ...options }),
    recordAll(strategy) {
      strategy.signal({ type: 'buy', confidence: 0.7, symbol: 'AAPL' });
      for (const timing of [strategy.generation, strategy.signalToOrder, strategy.evaluation, strategy.cycle]) {
        timing.time(() => undefined);
      }
      strategy.decision.time((timer) => timer.decide('buy'));
      strategy.pause();
    },
    callers: {
      'evaluation.time': (strategy, fn) => strategy.evaluation.time(fn),
      'decision.time': (strategy, fn) => strategy.decision.time(fn),
    },
  },
);
