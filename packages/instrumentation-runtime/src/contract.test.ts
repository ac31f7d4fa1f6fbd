import { runtimeMetrics } from '@trademeter/semantic-conventions';
import { testInstrumentation } from '@trademeter/testing/contract';
import { afterAll, describe, test } from 'vitest';
import { instrumentRuntime } from './index.ts';
import { version } from './version.ts';

testInstrumentation(
  { afterAll, describe, test },
  {
    name: '@trademeter/instrumentation-runtime',
    version,
    metrics: runtimeMetrics,
    metricsAtZero: ['trading.alert.sent'],
    instrument: (options) => instrumentRuntime(options),
    introduce(runtime) {
      runtime.alert({ category: 'risk', channel: 'telegram' });
      runtime.dependency('redis');
    },
    async recordAll(runtime) {
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
    callers: {
      watch: (runtime, fn) => runtime.watch(fn, { component: 'loop' }),
      'dependency().check': (runtime, fn) => runtime.dependency('redis').check(fn),
    },
  },
);
