import { describe, expect, test } from 'vitest';
import { type Query, renderPromql } from './index.ts';

const cases: readonly { readonly says: string; readonly query: Query; readonly promql: string }[] = [
  {
    says: 'the newest value of an updowncounter, added up',
    query: { kind: 'last', metric: 'trading.portfolio.value', by: ['trading.currency'] },
    promql: 'sum by (trading_currency) (trading_portfolio_value)',
  },
  {
    says: 'the newest value of a gauge, by bot',
    query: { kind: 'last', metric: 'trading.data.age', aggregate: 'max' },
    promql: 'max by (job, instance) (trading_data_age_seconds)',
  },
  {
    says: 'a rate per minute',
    query: { kind: 'rate', metric: 'trading.order.placed', by: ['trading.symbol'], per: 60 },
    promql: '60 * sum by (trading_symbol) (rate(trading_order_placed_total[1m]))',
  },
  {
    says: 'the rate of the sum of a histogram',
    query: { kind: 'rate', metric: 'gen_ai.client.token.usage', of: 'sum' },
    promql: 'sum by () (rate(gen_ai_client_token_usage_sum[1m]))',
  },
  {
    says: 'an increase over a day, with conditions of each kind',
    query: {
      kind: 'increase',
      metric: 'trading.order.closed',
      where: {
        'trading.order.outcome': ['filled', 'canceled'],
        'trading.order.side': 'buy',
        'trading.strategy.name': { present: true },
      },
      over: '1d',
    },
    promql:
      'sum by () (increase(trading_order_closed_total{trading_order_outcome=~"filled|canceled", trading_order_side="buy", trading_strategy_name!=""}[1d]))',
  },
  {
    says: 'a quantile',
    query: { kind: 'quantile', metric: 'trading.cycle.duration', quantile: 0.95, over: 'step' },
    promql: 'histogram_quantile(0.95, sum by (le) (rate(trading_cycle_duration_seconds_bucket[1m])))',
  },
  {
    says: 'a mean that is absent when nothing was recorded',
    query: { kind: 'mean', metric: 'trading.cycle.duration', over: 'range' },
    promql:
      'sum by () (increase(trading_cycle_duration_seconds_sum[1h])) / (sum by () (increase(trading_cycle_duration_seconds_count[1h])) > 0)',
  },
  {
    says: 'buckets over time',
    query: { kind: 'buckets', metric: 'trading.cycle.duration' },
    promql: 'sum by (le) (increase(trading_cycle_duration_seconds_bucket[1m]))',
  },
  {
    says: 'a ratio whose numerator may be absent',
    query: {
      kind: 'ratio',
      of: {
        kind: 'rate',
        metric: 'trading.provider.request.duration',
        where: { 'error.type': { present: true } },
        by: ['trading.provider.name'],
      },
      to: { kind: 'rate', metric: 'trading.provider.request.duration', by: ['trading.provider.name'] },
      orZero: true,
    },
    promql:
      '(sum by (trading_provider_name) (rate(trading_provider_request_duration_seconds_count{error_type!=""}[1m])) or 0 * sum by (trading_provider_name) (rate(trading_provider_request_duration_seconds_count[1m]))) / (sum by (trading_provider_name) (rate(trading_provider_request_duration_seconds_count[1m])) > 0)',
  },
];

test.each(cases)('renders $says', ({ query, promql }) => {
  expect(renderPromql(query)).toBe(promql);
});

describe('with the variables of a dashboard', () => {
  const options = {
    rateInterval: '$__rate_interval',
    range: '$__range',
    mode: '$mode',
    filters: { job: '$job', instance: '$instance', 'trading.venue': '$venue', 'trading.currency': '$currency' },
  };

  test('joins the mode, and filters by the attributes that the metric has', () => {
    expect(renderPromql({ kind: 'rate', metric: 'trading.order.placed' }, options)).toBe(
      'sum by (trading_mode) (rate(trading_order_placed_total{job=~"$job", instance=~"$instance", trading_venue=~"$venue"}[$__rate_interval]) * on (job, instance) group_left (trading_mode) max by (job, instance, trading_mode) (target_info{job=~"$job", instance=~"$instance", trading_mode=~"$mode"}))',
    );
  });

  test('includes over a span what bots recorded that have ended since', () => {
    const info = 'target_info{job=~"$job", instance=~"$instance", trading_mode=~"$mode"}';
    expect(renderPromql({ kind: 'increase', metric: 'trading.breaker.trips', over: 'range' }, options)).toBe(
      'sum by (trading_mode) (increase(trading_breaker_trips_total{job=~"$job", instance=~"$instance"}[$__range]) * on (job, instance) group_left (trading_mode) ' +
        `(max by (job, instance, trading_mode) (${info}) or on (job, instance) topk by (job, instance) (1, max by (job, instance, trading_mode) (last_over_time(${info}[$__range])))))`,
    );
  });

  test('counts series of any name, of bots in the mode', () => {
    expect(renderPromql({ kind: 'scopes' }, options)).toBe(
      'count by (job, instance, otel_scope_name, otel_scope_version, otel_scope_schema_url) ({__name__=~"(trading|trademeter)_.+", job=~"$job", instance=~"$instance"}) and on (job, instance) target_info{job=~"$job", instance=~"$instance", trading_mode=~"$mode"}',
    );
    expect(renderPromql({ kind: 'overflows' })).toBe(
      'count by (job, instance, __name__) ({__name__=~".+", otel_metric_overflow="true"})',
    );
  });

  test('shows series about scrapes without target_info', () => {
    expect(renderPromql({ kind: 'last', metric: 'up', by: ['job', 'instance'] }, options)).toBe(
      'max by (job, instance) (up{job=~"$job", instance=~"$instance"})',
    );
  });
});

test('a value is compared literally', () => {
  const query: Query = {
    kind: 'last',
    metric: 'trading.order.open',
    where: { 'trading.symbol': ['BRK.B', 'a"b'], 'trading.venue': 'a"b\\c' },
  };
  expect(renderPromql(query)).toBe(
    'sum by () (trading_order_open{trading_symbol=~"BRK\\\\.B|a\\"b", trading_venue="a\\"b\\\\c"})',
  );
});
