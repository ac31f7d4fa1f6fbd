import { riskMetrics } from '@trademeter/semantic-conventions';
import { testInstrumentation } from '@trademeter/testing/contract';
import { afterAll, describe, test } from 'vitest';
import { instrumentRisk } from './index.ts';
import { version } from './version.ts';

testInstrumentation(
  { afterAll, describe, test },
  {
    name: '@trademeter/instrumentation-risk',
    version,
    metrics: riskMetrics,
    metricsAtZero: [
      'trading.breaker.trips',
      'trading.kill_switch.activations',
      'trading.rule.checks',
      'trading.risk.limit.hits',
      'trading.position.exits',
    ],
    instrument: (options) => instrumentRisk({ strategy: 's', ...options }),
    introduce(risk) {
      risk.breaker('daily_loss');
      risk.rule('max_position');
      risk.limit('exposure');
    },
    recordAll(risk, pass) {
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
    optionalCallers: ['rule().check'],
  },
);
