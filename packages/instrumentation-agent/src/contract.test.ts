import { agentMetrics } from '@trademeter/semantic-conventions';
import { testInstrumentation } from '@trademeter/testing/contract';
import { afterAll, describe, test } from 'vitest';
import { instrumentAgent } from './index.ts';
import { version } from './version.ts';

testInstrumentation(
  { afterAll, describe, test },
  {
    name: '@trademeter/instrumentation-agent',
    version,
    metrics: agentMetrics,
    metricsAtZero: ['trading.agent.cost'],
    instrument: (options) =>
      instrumentAgent({ agent: 'a', prices: { m: { input: 1, output: 2, currency: 'USD' } }, ...options }),
    introduce: (agent) => void agent.llm.start({ provider: 'openai', model: 'm' }),
    recordAll(agent) {
      agent.analysis({ symbol: 'AAPL' });
      agent.decision({ action: 'buy', symbol: 'AAPL', conviction: 0.8 });
      agent.model('m').time(() => undefined);
      agent.llm.record({ provider: 'openai', model: 'm', inputTokens: 10, outputTokens: 5, durationSeconds: 1 });
    },
    callers: {
      'model().time': (agent, fn) => agent.model('lstm').time(fn),
      'llm.call': (agent, fn) => agent.llm.call({ provider: 'openai', model: 'm' }, fn),
    },
    asyncCallers: {
      'llm.stream': (agent, fn) => agent.llm.stream({ provider: 'openai', model: 'm' }, fn),
    },
  },
);
