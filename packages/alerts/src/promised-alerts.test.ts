import { describe, expect, test } from 'vitest';
import { alertRules, recordingRules } from './index.ts';

/** The alerts of the five systems that the conventions are based on, and the alerts that replace them. */
const promised: readonly (readonly [system: string, condition: string, alert: string, expression: string])[] = [
  ['ai-trading-system', 'kill_switch_status == 1', 'TradingKillSwitchActive', 'trading_kill_switch_state="active"'],
  ['ai-trading-system', 'rate(ai_api_cost_usd_total[1h]) > 0.50', 'TradingAiCostHigh', 'increase1h > 0.5'],
  ['ai-trading-system', 'cache_hit_rate < 0.8', 'TradingCacheHitRatioLow', '< 0.8'],
  ['ai-trading-system', 'redis_connection_status == 0', 'TradingDependencyDown', 'trading_dependency_state="down"'],
  ['ai-trading-system', 'max_drawdown_pct < -8.0', 'TradingDrawdownHigh', '> 0.08'],
  ['247trader-v2', 'trader_exposure_pct > 90', 'TradingExposureCritical', '> 0.9'],
  ['247trader-v2', 'trader_max_drawdown_pct > 15', 'TradingDrawdownCritical', '> 0.15'],
  ['247trader-v2', 'increase(trader_circuit_breaker_trips_total[5m]) > 0', 'TradingBreakerTripped', '[5m])) > 0'],
  ['247trader-v2', 'trader_data_staleness_seconds > 300', 'TradingDataStale', '> 300'],
  ['247trader-v2', 'rate(trader_api_errors_total[5m]) > 5', 'TradingErrorsHigh', 'trading_errors_total[5m]'],
  ['247trader-v2', 'histogram_quantile(0.95, …cycle_duration…[1h]) > 45', 'TradingCyclesSlow', 'p95_rate1h > 45'],
  ['247trader-v2', 'scrape failures', 'TradingBotDown', '(up) == 0'],
];

describe('the alerts', () => {
  const rules = alertRules().flatMap((group) => group.rules);

  test.each(promised)('replace those of %s: %s', (_, __, alert, expression) => {
    expect(rules.find((rule) => rule.alert === alert)?.expr).toContain(expression);
  });

  test('use every recording rule', () => {
    const expressions = [...rules, ...recordingRules().flatMap((group) => group.rules)]
      .map(({ expr }) => expr)
      .join('\n');
    for (const { record } of recordingRules().flatMap((group) => group.rules)) expect(expressions).toContain(record);
  });
});
