import { boards, metricOf, metricQueriesOf, panelOf } from '@trademeter/view/panels';
import { describe, expect, test } from 'vitest';

/** A panel that the plan of an earlier system asks for, and the panel that provides it. */
interface Promised {
  readonly wanted: string;
  readonly panel: string;
  readonly board: string;
  /** The metric that it must read, and how. */
  readonly reads: string;
  readonly kind: string;
}

// The systems are those of examples/migrations; the fifth, stoic-citadel, lists metrics but no panels.
const promised: Readonly<Record<string, readonly Promised[]>> = {
  'ai-trading-system, AI overview': [
    {
      wanted: 'AI cost of today',
      panel: 'ai-cost-today',
      board: 'agents',
      reads: 'trading.agent.cost',
      kind: 'increase',
    },
    {
      wanted: 'AI requests a minute',
      panel: 'ai-requests',
      board: 'agents',
      reads: 'gen_ai.client.operation.duration',
      kind: 'rate',
    },
    {
      wanted: 'AI latency, 95th percentile',
      panel: 'ai-latency',
      board: 'agents',
      reads: 'gen_ai.client.operation.duration',
      kind: 'quantile',
    },
    {
      wanted: 'cache hit rate',
      panel: 'cache-hit-ratio',
      board: 'cache',
      reads: 'trading.cache.hit_ratio',
      kind: 'last',
    },
    {
      wanted: 'decisions by action',
      panel: 'agent-decisions',
      board: 'agents',
      reads: 'trading.agent.decisions',
      kind: 'increase',
    },
  ],
  'ai-trading-system, portfolio': [
    { wanted: 'portfolio value', panel: 'equity', board: 'portfolio', reads: 'trading.portfolio.value', kind: 'last' },
    { wanted: 'daily P&L', panel: 'pnl-today', board: 'portfolio', reads: 'trading.portfolio.pnl', kind: 'last' },
    {
      wanted: 'total return',
      panel: 'return-total',
      board: 'portfolio',
      reads: 'trading.portfolio.return',
      kind: 'last',
    },
    {
      wanted: 'worst drawdown',
      panel: 'drawdown-max',
      board: 'portfolio',
      reads: 'trading.portfolio.drawdown.max',
      kind: 'last',
    },
    {
      wanted: 'open positions',
      panel: 'positions-open',
      board: 'portfolio',
      reads: 'trading.position.open',
      kind: 'last',
    },
    {
      wanted: 'trades of today',
      panel: 'trades-today',
      board: 'orders',
      reads: 'trading.trade.closed',
      kind: 'increase',
    },
  ],
  'ai-trading-system, system health': [
    { wanted: 'kill switch', panel: 'kill-switch', board: 'risk', reads: 'trading.kill_switch.status', kind: 'last' },
    { wanted: 'uptime', panel: 'uptime', board: 'system', reads: 'process.uptime', kind: 'last' },
    {
      wanted: 'databases reachable',
      panel: 'dependencies',
      board: 'system',
      reads: 'trading.dependency.status',
      kind: 'last',
    },
    {
      wanted: 'rule violations',
      panel: 'rule-violations',
      board: 'risk',
      reads: 'trading.rule.checks',
      kind: 'increase',
    },
    {
      wanted: 'feature store latency',
      panel: 'feature-store-latency',
      board: 'cache',
      reads: 'trading.cache.query.duration',
      kind: 'quantile',
    },
  ],
  'catalyst-bot, overview': [
    { wanted: 'portfolio value', panel: 'equity', board: 'trading', reads: 'trading.portfolio.value', kind: 'last' },
    { wanted: 'daily P&L', panel: 'pnl-today', board: 'trading', reads: 'trading.portfolio.pnl', kind: 'last' },
    { wanted: 'positions', panel: 'positions-open', board: 'trading', reads: 'trading.position.open', kind: 'last' },
    {
      wanted: 'a heatmap of latency',
      panel: 'order-request-latency-map',
      board: 'trading',
      reads: 'trading.order.request.duration',
      kind: 'buckets',
    },
  ],
  '247trader-v2, ten panels': [
    {
      wanted: 'account value over time',
      panel: 'equity',
      board: 'portfolio',
      reads: 'trading.portfolio.value',
      kind: 'last',
    },
    {
      wanted: 'daily P&L in per cent',
      panel: 'return-today',
      board: 'portfolio',
      reads: 'trading.portfolio.return',
      kind: 'last',
    },
    {
      wanted: 'open positions',
      panel: 'positions-open',
      board: 'portfolio',
      reads: 'trading.position.open',
      kind: 'last',
    },
    {
      wanted: 'exposure',
      panel: 'exposure-gross',
      board: 'risk',
      reads: 'trading.portfolio.exposure.gross',
      kind: 'last',
    },
    {
      wanted: 'worst drawdown',
      panel: 'drawdown-max',
      board: 'portfolio',
      reads: 'trading.portfolio.drawdown.max',
      kind: 'last',
    },
    {
      wanted: 'number of trades',
      panel: 'trades-today',
      board: 'orders',
      reads: 'trading.trade.closed',
      kind: 'increase',
    },
    {
      wanted: 'risk rejections by reason, stacked',
      panel: 'risk-rejections',
      board: 'risk',
      reads: 'trading.risk.rejections',
      kind: 'increase',
    },
    {
      wanted: 'API latency, 95th percentile',
      panel: 'provider-latency',
      board: 'market-data',
      reads: 'trading.provider.request.duration',
      kind: 'quantile',
    },
    {
      wanted: 'breaker trips',
      panel: 'breaker-trips',
      board: 'risk',
      reads: 'trading.breaker.trips',
      kind: 'increase',
    },
    {
      wanted: 'cycle duration, 95th percentile',
      panel: 'cycle-duration',
      board: 'strategies',
      reads: 'trading.cycle.duration',
      kind: 'quantile',
    },
  ],
};

describe.each(Object.entries(promised))('%s', (_, panels) => {
  test.each(panels)('has $wanted', ({ panel: id, board: boardId, reads, kind }) => {
    const board = boards.find((each) => each.id === boardId);
    expect(board?.rows.flatMap((row) => row.panels)).toContain(id);
    const readings = panelOf(id).series.flatMap(({ query }) => metricQueriesOf(query));
    expect(readings.map((reading) => [reading.metric, reading.kind])).toContainEqual([reads, kind]);
    expect(metricOf(reads).name).toBe(reads);
  });
});

test('exposure needs attention from 70 % up, and is bad from 90 % up', () => {
  expect(panelOf('exposure-gross').thresholds).toEqual([
    { verdict: 'good' },
    { from: 0.7, verdict: 'attention' },
    { from: 0.9, verdict: 'bad' },
  ]);
});

test.each([
  ['main', 'trading'],
  ['trading', 'orders'],
  ['strategy', 'strategies'],
  ['system health', 'system'],
  ['sentiment', 'market-data'],
  ['risk', 'risk'],
  ['error', 'errors'],
])('the %s dashboard of the metrics pipeline plan is %s', (_, id) => {
  expect(boards.find((board) => board.id === id)?.rows.length).toBeGreaterThan(2);
});
