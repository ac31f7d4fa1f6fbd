import { readExposition, startBot } from '@trademeter/test-support';
import { expect, test } from 'vitest';

test.each([
  {
    program: 'agent',
    prints: {
      'trading_agent_decisions_total{trading_decision_action="buy",trading_symbol="MSFT"}': 1,
      'trading_agent_cost_total{gen_ai_request_model="claude-haiku-4-5",trading_currency="USD"}': 0.001_19,
      'gen_ai_client_token_usage_sum{gen_ai_request_model="gemini-2.5-flash",gen_ai_token_type="input"}': 1500,
    },
  },
  {
    program: 'backtest',
    prints: {
      'trading_portfolio_value{trading_currency="USD"}': 108_000,
      'trading_portfolio_return_ratio{trading_period="total"}': 0.08,
      trading_portfolio_drawdown_max_ratio: 7 / 104,
      'trading_position_open{trading_position_side="long"}': 0,
    },
  },
  {
    program: 'feature-store',
    prints: {
      trading_cache_hit_ratio: 0.75,
      'trading_cache_lookups_total{trading_cache_layer="l2_timescaledb",trading_cache_result="miss"}': 1,
    },
  },
  {
    program: 'main-loop',
    prints: {
      trading_cycle_duration_seconds_count: 3,
      'trading_feed_items_total{trading_feed_result="duplicate"}': 4,
      'trading_alert_sent_total{trading_alert_category="breakout"}': 1,
      'trading_dependency_status{trading_dependency_state="up"}': 1,
    },
  },
  {
    program: 'orders',
    prints: {
      'trading_order_closed_total{trading_order_outcome="filled"}': 1,
      'trading_order_closed_total{trading_order_outcome="rejected"}': 1,
      'trading_order_rejections_total{error_type="InsufficientFunds"}': 1,
      'trading_trade_closed_total{trading_trade_result="win"}': 1,
    },
  },
  {
    program: 'risk',
    prints: {
      'trading_breaker_trips_total{trading_breaker_name="daily_loss"}': 1,
      'trading_breaker_trips_total{trading_breaker_name="max_drawdown"}': 0,
      'trading_risk_rejections_total{trading_risk_reason="max_exposure"}': 1,
      'trading_kill_switch_status{trading_kill_switch_state="active"}': 1,
    },
  },
  {
    program: 'web-api',
    prints: {
      'http_server_request_duration_seconds_count{http_route="/orders/:id"}': 2,
      'http_server_request_duration_seconds_count{http_response_status_code="404"}': 1,
    },
  },
])('the program $program shows what its bot did', async ({ program, prints }) => {
  await using bot = startBot({ program: new URL(`../programs/${program}.ts`, import.meta.url) });
  const { stdout, stderr } = await bot.succeeds();
  expect(stderr).toBe('');
  const { samples } = readExposition(stdout, { strict: false });
  for (const [series, value] of Object.entries(prints)) {
    const [{ name, labels } = { name: '', labels: {} }] = readExposition(`${series} 0\n`, { strict: false }).samples;
    const found = samples.filter((sample) => sample.name === name);
    expect(found, series).toContainEqual(
      expect.objectContaining({ labels: expect.objectContaining(labels), value: expect.closeTo(value, 9) }),
    );
  }
});
