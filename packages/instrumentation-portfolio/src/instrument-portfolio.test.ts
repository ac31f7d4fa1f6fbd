import { ConfigurationError } from '@trademeter/instrumentation';
import { portfolioMetrics } from '@trademeter/semantic-conventions';
import { createTestTelemetry } from '@trademeter/testing';
import { describe, expect, test } from 'vitest';
import { instrumentPortfolio, type PortfolioOptions } from './index.ts';

function setUp(options: Partial<PortfolioOptions> = {}) {
  const telemetry = createTestTelemetry();
  const clock = { time: Date.parse('2020-03-09T14:30:00Z') };
  const portfolio = instrumentPortfolio({
    currency: 'USD',
    venue: 'alpaca',
    ...options,
    meterProvider: telemetry.meterProvider,
    now: () => clock.time,
  });
  const drops = async (reason: string) =>
    telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': reason });
  return { telemetry, clock, portfolio, drops };
}

const apple = { symbol: 'AAPL', side: 'long', quantity: 10, value: 3_000, unrealizedPnl: 200 } as const;
const tesla = { symbol: 'TSLA', side: 'short', quantity: 5, value: 1_000, unrealizedPnl: -50 } as const;

describe('snapshots', () => {
  test('one snapshot sets value, cash, buying power and margin', async () => {
    const { telemetry, portfolio } = setUp({ account: 'U1' });

    portfolio.snapshot({ value: 10_000, cash: 8_000, buyingPower: 32_000, marginUtilization: 0.2 });

    const attributes = { 'trading.currency': 'USD', 'trading.account': 'U1' };
    expect(await telemetry.series('trading.portfolio.value')).toMatchObject([{ value: 10_000, attributes }]);
    expect(await telemetry.series('trading.portfolio.cash')).toMatchObject([{ value: 8_000, attributes }]);
    expect(await telemetry.series('trading.portfolio.buying_power')).toMatchObject([{ value: 32_000, attributes }]);
    expect(await telemetry.series('trading.portfolio.margin.utilization')).toMatchObject([
      { value: 0.2, attributes: { 'trading.venue': 'alpaca', 'trading.account': 'U1' } },
    ]);
  });

  test('fields that a snapshot omits keep their value', async () => {
    const { telemetry, portfolio } = setUp();

    portfolio.snapshot({ value: 10_000, cash: 8_000, positions: [apple] });
    portfolio.snapshot({ value: 10_100 });

    expect(await telemetry.value('trading.portfolio.cash')).toBe(8_000);
    expect(await telemetry.value('trading.position.value')).toBe(3_000);
    expect(await telemetry.value('trading.position.open')).toBe(1);
  });
});

describe('positions', () => {
  test('positions are recorded by venue, symbol, side and strategy, with an unsigned value', async () => {
    const { telemetry, portfolio } = setUp();

    portfolio.snapshot({
      value: 10_000,
      positions: [apple, { ...tesla, value: -1_000, venue: 'ibkr', strategy: 'pairs' }],
    });

    expect(await telemetry.series('trading.position.value')).toMatchObject([
      {
        value: 3_000,
        attributes: {
          'trading.venue': 'alpaca',
          'trading.symbol': 'AAPL',
          'trading.position.side': 'long',
          'trading.currency': 'USD',
        },
      },
      {
        value: 1_000,
        attributes: {
          'trading.venue': 'ibkr',
          'trading.symbol': 'TSLA',
          'trading.position.side': 'short',
          'trading.strategy.name': 'pairs',
        },
      },
    ]);
    expect(await telemetry.value('trading.position.unrealized_pnl', { 'trading.symbol': 'TSLA' })).toBe(-50);
  });

  test('a closed position reads 0 from the next snapshot on', async () => {
    const { telemetry, portfolio } = setUp();

    portfolio.snapshot({ value: 10_000, positions: [apple, tesla] });
    await telemetry.series();
    portfolio.snapshot({ value: 10_000, positions: [tesla] });

    expect(await telemetry.value('trading.position.value', { 'trading.symbol': 'AAPL' })).toBe(0);
    expect(await telemetry.value('trading.position.unrealized_pnl', { 'trading.symbol': 'AAPL' })).toBe(0);
    expect(await telemetry.value('trading.position.value', { 'trading.symbol': 'TSLA' })).toBe(1_000);
    expect(await telemetry.value('trading.position.open', { 'trading.position.side': 'long' })).toBe(0);
    expect(await telemetry.value('trading.position.open', { 'trading.position.side': 'short' })).toBe(1);
  });

  test('a position that turns from long to short closes on the long side', async () => {
    const { telemetry, portfolio } = setUp();

    portfolio.snapshot({ value: 10_000, positions: [{ symbol: 'AAPL', quantity: 10, value: 3_000 }] });
    portfolio.snapshot({ value: 10_000, positions: [{ symbol: 'AAPL', quantity: -5, value: 1_500 }] });

    expect(await telemetry.value('trading.position.value', { 'trading.position.side': 'long' })).toBe(0);
    expect(await telemetry.value('trading.position.value', { 'trading.position.side': 'short' })).toBe(1_500);
  });

  test('a position of quantity 0 is closed', async () => {
    const { telemetry, portfolio } = setUp();

    portfolio.snapshot({ value: 10_000, positions: [apple] });
    portfolio.snapshot({ value: 10_000, positions: [{ ...apple, quantity: 0, value: 0 }] });

    expect(await telemetry.value('trading.position.value')).toBe(0);
    expect(await telemetry.value('trading.position.open')).toBe(0);
  });

  test('a position that lost all its value is still open', async () => {
    const { telemetry, portfolio } = setUp();

    portfolio.snapshot({ value: 10_000, positions: [{ symbol: 'SPY 300C', side: 'long', quantity: 1, value: 0 }] });

    expect(await telemetry.value('trading.position.open')).toBe(1);
  });

  test('the lots of one position add up and count as one', async () => {
    const { telemetry, portfolio } = setUp();

    portfolio.snapshot({ value: 10_000, positions: [apple, { ...apple, value: 500, unrealizedPnl: -20 }] });

    expect(await telemetry.value('trading.position.value')).toBe(3_500);
    expect(await telemetry.value('trading.position.unrealized_pnl')).toBe(180);
    expect(await telemetry.value('trading.position.open')).toBe(1);
  });

  test('a venue whose positions are all closed counts 0 open ones', async () => {
    const { telemetry, portfolio } = setUp();

    portfolio.snapshot({ value: 10_000, positions: [{ ...apple, venue: 'ibkr' }] });
    portfolio.snapshot({ value: 10_000, positions: [] });

    expect(await telemetry.value('trading.position.open', { 'trading.venue': 'ibkr' })).toBe(0);
    expect(await telemetry.value('trading.position.open', { 'trading.venue': 'alpaca' })).toBe(0);
  });
});

describe('exposure and invalid values', () => {
  test('exposure is computed from the positions, in multiples of equity', async () => {
    const { telemetry, portfolio } = setUp();

    portfolio.snapshot({ value: 2_000, positions: [apple, tesla] });

    expect(await telemetry.value('trading.portfolio.exposure.gross')).toBe(2);
    expect(await telemetry.value('trading.portfolio.exposure.net')).toBe(1);

    portfolio.snapshot({ value: 2_000, positions: [] });

    expect(await telemetry.value('trading.portfolio.exposure.gross')).toBe(0);
    expect(await telemetry.value('trading.portfolio.exposure.net')).toBe(0);
  });

  test('an exposure from the broker takes precedence, until a snapshot omits it', async () => {
    const { telemetry, portfolio } = setUp();

    portfolio.snapshot({ value: 2_000, positions: [apple], exposure: { gross: 1.2, net: -0.4 } });
    expect(await telemetry.value('trading.portfolio.exposure.gross')).toBe(1.2);
    expect(await telemetry.value('trading.portfolio.exposure.net')).toBe(-0.4);

    portfolio.snapshot({ value: 2_000, positions: [apple] });
    expect(await telemetry.value('trading.portfolio.exposure.gross')).toBe(1.5);
  });

  test('exposure is absent without positions, and without equity', async () => {
    const { telemetry, portfolio } = setUp();

    portfolio.snapshot({ value: 2_000 });
    expect(await telemetry.series('trading.portfolio.exposure.gross')).toEqual([]);
    expect(await telemetry.series('trading.position.open')).toEqual([]);

    portfolio.snapshot({ value: 0, positions: [apple] });
    portfolio.snapshot({ value: -100, positions: [apple] });
    expect(await telemetry.series('trading.portfolio.exposure.gross')).toEqual([]);
  });

  test.each([0, -100])('exposure without positions is 0, even with an equity of %d', async (value) => {
    const { telemetry, portfolio } = setUp();

    portfolio.snapshot({ value: 2_000, positions: [apple] });
    expect(await telemetry.value('trading.portfolio.exposure.gross')).toBe(1.5);

    portfolio.snapshot({ value, positions: [] });
    expect(await telemetry.value('trading.portfolio.exposure.gross')).toBe(0);
    expect(await telemetry.value('trading.portfolio.exposure.net')).toBe(0);
  });

  test('null counts as omitted', async () => {
    const { telemetry, portfolio, drops } = setUp({ strategy: 'momentum' });
    const nothing = { venue: null, strategy: null, unrealizedPnl: null, side: null } as never as object;

    portfolio.snapshot({ value: 6_000, cash: 3_000, positions: [{ symbol: 'AAPL', quantity: -10, value: 3_000 }] });
    portfolio.snapshot({
      value: 6_000,
      cash: null,
      buyingPower: null,
      marginUtilization: null,
      exposure: null,
      realizedPnl: null,
      positions: [{ ...nothing, symbol: 'AAPL', quantity: null, value: -3_000 }],
    });
    portfolio.snapshot({ value: 6_000, positions: null });
    portfolio.trade({ pnl: 5, strategy: null });
    portfolio.funding({ symbol: 'AAPL', amount: -2, direction: null, currency: null, venue: null });
    portfolio.report({
      winRatio: null,
      streak: null,
      pnl: { day: null },
      drawdown: { current: null, peakTime: null },
      tradePnl: null,
    });

    const position = {
      'trading.venue': 'alpaca',
      'trading.strategy.name': 'momentum',
      'trading.position.side': 'short',
    };
    expect(await telemetry.value('trading.position.value', position)).toBe(3_000);
    expect(await telemetry.value('trading.position.open')).toBe(1);
    expect(await telemetry.value('trading.portfolio.cash')).toBe(3_000);
    expect(await telemetry.value('trading.portfolio.exposure.net')).toBe(-0.5);
    expect(await telemetry.value('trading.performance.win_ratio', { 'trading.strategy.name': 'momentum' })).toBe(1);
    expect(await telemetry.value('trading.position.funding', { 'trading.payment.direction': 'paid' })).toBe(2);
    for (const reason of ['invalid_argument', 'invalid_value', 'invalid_attribute', 'missing_attribute']) {
      expect(await drops(reason), reason).toBe(0);
    }
  });

  test('positions with the same attributes are one position', async () => {
    const { telemetry, portfolio } = setUp();
    const long = 'x'.repeat(255);

    portfolio.snapshot({
      value: 10_000,
      positions: [
        { ...apple, symbol: `${long}a` },
        { ...apple, symbol: `${long}b`, side: 'LONG' },
      ],
    });
    expect(await telemetry.value('trading.position.value')).toBe(6_000);

    portfolio.snapshot({ value: 10_000, positions: [] });
    expect(await telemetry.value('trading.position.value')).toBe(0);
  });

  test('an invalid value is dropped on its own', async () => {
    const { telemetry, portfolio, drops } = setUp();

    portfolio.snapshot({ value: 10_000, cash: 5_000, positions: [apple, tesla] });
    portfolio.snapshot({
      value: 11_000,
      cash: Number.NaN,
      positions: [{ ...apple, value: Number.NaN, unrealizedPnl: 300 }, tesla],
    });

    expect(await telemetry.value('trading.portfolio.value')).toBe(11_000);
    expect(await telemetry.value('trading.portfolio.cash')).toBe(5_000);
    expect(await telemetry.value('trading.position.value', { 'trading.symbol': 'AAPL' })).toBe(3_000);
    expect(await telemetry.value('trading.position.unrealized_pnl', { 'trading.symbol': 'AAPL' })).toBe(300);
    expect(await telemetry.value('trading.portfolio.exposure.gross')).toBeCloseTo(4_000 / 11_000, 12);
    expect(await drops('invalid_value')).toBe(2);
  });

  test('with an invalid equity the exposure is computed with the last valid one', async () => {
    const { telemetry, portfolio } = setUp();

    portfolio.snapshot({ value: 2_000, positions: [apple] });
    portfolio.snapshot({ value: Number.NaN, positions: [apple, tesla] });

    expect(await telemetry.value('trading.portfolio.exposure.gross')).toBe(2);
  });

  test('an unreadable position does not close any other', async () => {
    const { telemetry, portfolio, drops } = setUp();
    const unreadable = Object.defineProperty({}, 'symbol', {
      get() {
        throw new Error('no');
      },
    });

    portfolio.snapshot({ value: 10_000, positions: [apple, tesla] });
    portfolio.snapshot({ value: 10_000, positions: [unreadable as typeof apple, tesla] });

    expect(await telemetry.value('trading.position.value', { 'trading.symbol': 'AAPL' })).toBe(3_000);
    expect(await telemetry.value('trading.position.open')).toBe(2);
    expect(await drops('invalid_argument')).toBe(1);
  });

  test('a position without a venue counts in the exposure, and the missing venue is logged', async () => {
    const { telemetry, portfolio, drops } = setUp({ venue: undefined });

    portfolio.snapshot({ value: 6_000, positions: [apple] });

    expect(await telemetry.value('trading.portfolio.exposure.gross')).toBe(0.5);
    expect(await telemetry.value('trading.position.open', { 'trading.position.side': 'long' })).toBe(1);
    expect(await telemetry.series('trading.position.value')).toEqual([]);
    expect(await drops('missing_attribute')).toBe(2);
  });

  test('closed positions beyond the cardinality limit of the metric are removed at 0', async () => {
    const telemetry = createTestTelemetry({
      views: [{ instrumentName: 'trading.position.*', aggregationCardinalityLimit: 10_000 }],
    });
    const portfolio = instrumentPortfolio({ currency: 'USD', venue: 'alpaca', meterProvider: telemetry.meterProvider });
    const list = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({ symbol: `S${from + index}`, quantity: 1, value: 7 }));

    portfolio.snapshot({ value: 1, positions: list(0, 4_000) });
    portfolio.snapshot({ value: 1, positions: list(4_000, 2_000) });
    portfolio.snapshot({ value: 1, positions: [] });
    const series = await telemetry.series('trading.position.value');

    expect(series.filter(({ value }) => value !== 0)).toEqual([]);
    expect(series.length).toBe(5_000);
  });

  test('a reopened position is not removed with the closed ones', async () => {
    const telemetry = createTestTelemetry({
      views: [{ instrumentName: 'trading.position.*', aggregationCardinalityLimit: 10_000 }],
    });
    const portfolio = instrumentPortfolio({ currency: 'USD', venue: 'alpaca', meterProvider: telemetry.meterProvider });
    const others = Array.from({ length: 5_001 }, (_, index) => ({ symbol: `S${index}`, quantity: 1, value: 7 }));

    portfolio.snapshot({ value: 1, positions: [apple] });
    portfolio.snapshot({ value: 1, positions: [] });
    portfolio.snapshot({ value: 1, positions: [apple, ...others] });
    portfolio.snapshot({ value: 1, positions: [apple] });

    expect(await telemetry.value('trading.position.value', { 'trading.symbol': 'AAPL' })).toBe(3_000);
    expect(await telemetry.value('trading.position.open', { 'trading.position.side': 'long' })).toBe(1);
  });
});

describe('funding', () => {
  test('funding counts by direction, and the other direction is 0', async () => {
    const { telemetry, portfolio } = setUp({ venue: 'binance', currency: 'USDT' });

    portfolio.funding({ symbol: 'BTC/USDT:USDT', amount: -1.5 });
    portfolio.funding({ symbol: 'BTC/USDT:USDT', amount: 0.5, direction: 'paid' });
    const key = { 'trading.venue': 'binance', 'trading.symbol': 'BTC/USDT:USDT', 'trading.currency': 'USDT' };

    expect(await telemetry.value('trading.position.funding', { ...key, 'trading.payment.direction': 'paid' })).toBe(2);
    expect(await telemetry.value('trading.position.funding', { ...key, 'trading.payment.direction': 'received' })).toBe(
      0,
    );

    portfolio.funding({ symbol: 'BTC/USDT:USDT', amount: 0.25 });
    expect(await telemetry.value('trading.position.funding', { 'trading.payment.direction': 'received' })).toBe(0.25);
  });

  test('funding counts in the realized P&L, with a direction in upper or lower case', async () => {
    const { telemetry, portfolio, drops } = setUp();

    portfolio.funding({ symbol: 'AAPL', amount: 3, direction: 'PAID' as 'paid' });
    portfolio.funding({ symbol: 'AAPL', amount: 5, direction: 'Received' as 'received' });
    portfolio.funding({ symbol: 'AAPL', amount: 7, direction: 'owed' as 'paid' });

    expect(await telemetry.value('trading.portfolio.realized_pnl', { 'trading.period': 'total' })).toBe(2);
    expect(await telemetry.value('trading.position.funding', { 'trading.payment.direction': 'paid' })).toBe(3);
    expect(await telemetry.value('trading.position.funding', { 'trading.payment.direction': 'received' })).toBe(5);
    expect(await drops('invalid_attribute')).toBe(1);
  });

  test.each(['-5 USD', null, Number.NaN])('a funding amount of %o is dropped', async (amount) => {
    const { telemetry, portfolio, drops } = setUp();

    portfolio.funding({ symbol: 'AAPL', amount });

    expect(await telemetry.value('trading.position.funding')).toBeUndefined();
    expect(await telemetry.series('trading.portfolio.realized_pnl')).toEqual([]);
    expect(await drops('invalid_value')).toBe(1);
  });

  test('a negative amount with a direction is dropped', async () => {
    const { telemetry, portfolio, drops } = setUp();

    portfolio.funding({ symbol: 'AAPL', amount: -1, direction: 'paid' });

    expect(await telemetry.value('trading.position.funding')).toBeUndefined();
    expect(await telemetry.series('trading.portfolio.realized_pnl')).toEqual([]);
    expect(await drops('negative_value')).toBe(1);
  });
});

describe('the instrumentation', () => {
  test('records exactly the metrics of its domain', async () => {
    const { telemetry, portfolio, clock } = setUp();
    for (const value of [100, 101, 99, 102]) {
      portfolio.snapshot({
        value,
        cash: 1,
        buyingPower: 1,
        marginUtilization: 0.1,
        positions: [apple],
        benchmark: { value: 100 },
      });
      clock.time += 86_400_000;
    }
    portfolio.trade({ pnl: 3, symbol: 'AAPL' });
    portfolio.trade({ pnl: -1 });
    portfolio.funding({ symbol: 'AAPL', amount: 1 });

    const names = new Set((await telemetry.series()).map(({ name }) => name));
    names.delete('trademeter.measurement.dropped');

    expect([...names].toSorted()).toEqual(portfolioMetrics.map(({ name }) => name).toSorted());
  });

  test('no figure is exported before it is known', async () => {
    const { telemetry } = setUp();

    expect((await telemetry.series()).filter(({ name }) => name.startsWith('trading.'))).toEqual([]);
  });

  test.each([
    [{}, 'currency must be a non-empty string, got undefined'],
    [{ currency: '' }, 'currency must be a non-empty string, got ""'],
    [
      { currency: 'USD', timeZone: 'New York' },
      'timeZone must be an IANA time zone such as America/New_York, got "New York"',
    ],
    [{ currency: 'USD', annualization: 0 }, 'annualization must be a number above 0, got 0'],
    [{ currency: 'USD', now: 5 }, 'now must be a function, got 5'],
    [{ currency: 'USD', timezone: 'UTC' }, 'there is no option timezone'],
  ])('refuses the options %j', (options, message) => {
    const make = () => instrumentPortfolio(options as any);

    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(`[trademeter/instrumentation-portfolio] ${message}`);
  });
});
