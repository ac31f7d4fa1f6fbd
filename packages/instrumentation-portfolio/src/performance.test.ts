import { createTestTelemetry } from '@trademeter/testing';
import { describe, expect, test } from 'vitest';
import { instrumentPortfolio, type PortfolioOptions } from './index.ts';

function setUp(options: Partial<PortfolioOptions> = {}) {
  const telemetry = createTestTelemetry();
  const clock = { time: Date.parse('2020-01-31T21:00Z') };
  const portfolio = instrumentPortfolio({
    currency: 'USD',
    ...options,
    meterProvider: telemetry.meterProvider,
    now: () => clock.time,
  });
  return {
    telemetry,
    clock,
    portfolio,
    figure: async (name: string, strategy?: string) => {
      const series = await telemetry.series(`trading.performance.${name}`);
      return series.find(({ attributes }) => attributes['trading.strategy.name'] === strategy)?.value;
    },
    streak: async (result: string) => telemetry.value('trading.performance.streak', { 'trading.trade.result': result }),
  };
}

const day = 86_400_000;

// Closes of the S&P 500 (vega-datasets, data/sp500-2000.csv), every trading day from 2020-01-31 to 2020-04-03.
const closes: readonly (readonly [date: string, close: number])[] = [
  ['2020-01-31', 3225.52002],
  ['2020-02-03', 3248.919922],
  ['2020-02-04', 3297.590088],
  ['2020-02-05', 3334.689941],
  ['2020-02-06', 3345.780029],
  ['2020-02-07', 3327.709961],
  ['2020-02-10', 3352.090088],
  ['2020-02-11', 3357.75],
  ['2020-02-12', 3379.449951],
  ['2020-02-13', 3373.939941],
  ['2020-02-14', 3380.159912],
  ['2020-02-18', 3370.290039],
  ['2020-02-19', 3386.149902],
  ['2020-02-20', 3373.22998],
  ['2020-02-21', 3337.75],
  ['2020-02-24', 3225.889893],
  ['2020-02-25', 3128.209961],
  ['2020-02-26', 3116.389893],
  ['2020-02-27', 2978.76001],
  ['2020-02-28', 2954.219971],
  ['2020-03-02', 3090.22998],
  ['2020-03-03', 3003.370117],
  ['2020-03-04', 3130.120117],
  ['2020-03-05', 3023.939941],
  ['2020-03-06', 2972.370117],
  ['2020-03-09', 2746.560059],
  ['2020-03-10', 2882.22998],
  ['2020-03-11', 2741.379883],
  ['2020-03-12', 2480.639893],
  ['2020-03-13', 2711.02002],
  ['2020-03-16', 2386.129883],
  ['2020-03-17', 2529.189941],
  ['2020-03-18', 2398.100098],
  ['2020-03-19', 2409.389893],
  ['2020-03-20', 2304.919922],
  ['2020-03-23', 2237.399902],
  ['2020-03-24', 2447.330078],
  ['2020-03-25', 2475.560059],
  ['2020-03-26', 2630.070068],
  ['2020-03-27', 2541.469971],
  ['2020-03-30', 2626.649902],
  ['2020-03-31', 2584.590088],
  ['2020-04-01', 2470.5],
  ['2020-04-02', 2526.899902],
  ['2020-04-03', 2488.649902],
];

describe('round trips', () => {
  test('the win ratio includes breakeven trades in the total', async () => {
    const { portfolio, figure } = setUp();

    for (const pnl of [120, -50, 0, 30, -20]) portfolio.trade({ pnl });

    expect(await figure('win_ratio')).toBe(0.4);
    expect(await figure('profit_factor')).toBeCloseTo(150 / 70, 14);
    expect(await figure('pnl')).toBe(80);
    expect(await figure('trade_pnl.best')).toBe(120);
    expect(await figure('trade_pnl.worst')).toBe(-50);
    expect(await figure('trade_pnl.mean_win')).toBe(75);
    expect(await figure('trade_pnl.mean_loss')).toBe(-35);
  });

  test('figures that are not defined yet are absent', async () => {
    const { portfolio, figure, telemetry } = setUp();
    expect(await figure('win_ratio')).toBeUndefined();

    portfolio.trade({ pnl: 10 });
    expect(await figure('win_ratio')).toBe(1);
    expect(await figure('profit_factor')).toBeUndefined();
    expect(await figure('trade_pnl.mean_loss')).toBeUndefined();
    expect(await figure('trade_pnl.worst')).toBe(10);
    expect(await figure('sharpe_ratio')).toBeUndefined();

    portfolio.trade({ pnl: -5 });
    expect(await figure('profit_factor')).toBe(2);
    expect((await telemetry.series()).every(({ value }) => Number.isFinite(value))).toBe(true);
  });

  test('without a win the profit factor is 0, and the mean win is absent', async () => {
    const { portfolio, figure } = setUp();

    portfolio.trade({ pnl: -5 });

    expect(await figure('profit_factor')).toBe(0);
    expect(await figure('win_ratio')).toBe(0);
    expect(await figure('trade_pnl.best')).toBe(-5);
    expect(await figure('trade_pnl.mean_win')).toBeUndefined();
  });

  test('a streak counts the last trades with the same result', async () => {
    const { portfolio, streak } = setUp();
    expect(await streak('win')).toBeUndefined();

    for (const pnl of [-1, 5, 6, 7]) portfolio.trade({ pnl });
    expect([await streak('win'), await streak('loss'), await streak('breakeven')]).toEqual([3, 0, 0]);

    portfolio.trade({ pnl: 0 });
    expect([await streak('win'), await streak('loss'), await streak('breakeven')]).toEqual([0, 0, 1]);

    portfolio.trade({ pnl: 2 });
    expect(await streak('win')).toBe(1);
  });

  test('a round trip without a valid P&L is dropped', async () => {
    const { portfolio, figure, telemetry } = setUp();

    portfolio.trade({ pnl: Number.NaN });
    portfolio.trade({ pnl: '1,200' });

    expect(await figure('win_ratio')).toBeUndefined();
    expect(await telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': 'invalid_value' })).toBe(
      2,
    );
  });

  test('a round trip counts for its strategy and for the portfolio', async () => {
    const { portfolio, figure } = setUp();

    portfolio.trade({ pnl: 10, strategy: 'momentum' });
    portfolio.strategy('pairs').trade({ pnl: -4 });

    expect(await figure('pnl', 'momentum')).toBe(10);
    expect(await figure('pnl', 'pairs')).toBe(-4);
    expect(await figure('pnl')).toBe(6);
    expect(await figure('win_ratio', 'momentum')).toBe(1);
    expect(await figure('win_ratio')).toBe(0.5);
  });

  test('the series of a portfolio with a single strategy have the strategy as an attribute', async () => {
    const { portfolio, figure } = setUp({ strategy: 'momentum' });

    portfolio.trade({ pnl: 10 });
    portfolio.trade({ pnl: 5, strategy: 'momentum' });
    portfolio.strategy('momentum').trade({ pnl: 1 });
    portfolio.trade({ pnl: -3, strategy: 'pairs' });

    expect(await figure('pnl', 'momentum')).toBe(16);
    expect(await figure('pnl', 'pairs')).toBe(-3);
    expect(await figure('pnl')).toBeUndefined();
  });

  test('a round trip with an invalid strategy counts without it', async () => {
    const { portfolio, figure } = setUp();

    portfolio.trade({ pnl: 10, strategy: '' });
    portfolio.strategy(undefined as unknown as string).trade({ pnl: 5 });

    expect(await figure('pnl')).toBe(15);
  });
});

describe('the Sharpe ratio', () => {
  // pandas 3.1: r = closes.pct_change().dropna(); r[-30:].mean() / r[-30:].std(ddof=1) * numpy.sqrt(252).
  // Python's statistics.mean and stdev give -2.5850345887982913.
  test('the Sharpe ratio is that of the last 30 daily returns, annualized', async () => {
    const { portfolio, clock, figure } = setUp();

    for (const [date, close] of closes) {
      clock.time = Date.parse(`${date}T21:00Z`);
      portfolio.snapshot({ value: close * 10 });
    }
    clock.time += day;

    expect(await figure('sharpe_ratio')).toBeCloseTo(-2.585034588798291, 10);
  });

  test('annualization 1 does not change the Sharpe ratio', async () => {
    const { portfolio, clock, figure } = setUp({ annualization: 1 });

    for (const [date, close] of closes) {
      clock.time = Date.parse(`${date}T21:00Z`);
      portfolio.snapshot({ value: close });
    }
    clock.time += day;

    expect(await figure('sharpe_ratio')).toBeCloseTo(-0.1628418726776284, 11);
  });

  // pandas 3.1, as above, over the five returns from 2020-02-03 to 2020-02-07.
  test('deposits, withdrawals and snapshots within a day do not change the Sharpe ratio', async () => {
    const { portfolio, clock, figure } = setUp();
    let units = 10;

    for (const [date, close] of closes.slice(0, 6)) {
      clock.time = Date.parse(`${date}T15:00Z`);
      portfolio.snapshot({ value: units * close * 1.1 });
      clock.time = Date.parse(`${date}T21:00Z`);
      portfolio.snapshot({ value: units * close });
      portfolio.deposit({ amount: 2 * close });
      units += 2;
      portfolio.snapshot({ value: units * close });
      portfolio.withdraw({ amount: close });
      units -= 1;
      portfolio.snapshot({ value: units * close });
    }
    clock.time += day;

    expect(await figure('sharpe_ratio')).toBeCloseTo(12.702946975713514, 9);
  });

  test('the current day has no daily return yet', async () => {
    const { portfolio, clock, figure } = setUp();

    for (const value of [100, 102, 101]) {
      portfolio.snapshot({ value });
      clock.time += day;
    }
    // The last return counts as soon as its day is over: (0.02 - 0.00980) / 2 over the deviation of the two.
    const mean = (0.02 - 1 / 102) / 2;
    expect(await figure('sharpe_ratio')).toBeCloseTo((mean / ((0.02 + 1 / 102) / Math.SQRT2)) * Math.sqrt(252), 10);

    clock.time -= 1.5 * day;
    const other = setUp();
    for (const value of [100, 102, 101]) {
      other.portfolio.snapshot({ value });
      other.clock.time += day;
    }
    other.clock.time -= day;
    expect(await other.figure('sharpe_ratio')).toBeUndefined();
  });

  test('returns without deviation have no Sharpe ratio', async () => {
    const { portfolio, clock, figure } = setUp();

    for (let days = 0, value = 100; days < 10; days++, value *= 1.01) {
      portfolio.snapshot({ value });
      clock.time += day;
    }

    expect(await figure('sharpe_ratio')).toBeUndefined();
  });

  test('a strategy with snapshots has its own Sharpe ratio', async () => {
    const { portfolio, clock, figure } = setUp();
    const momentum = portfolio.strategy('momentum');

    for (const [date, close] of closes) {
      clock.time = Date.parse(`${date}T21:00Z`);
      portfolio.snapshot({ value: 100_000 });
      momentum.snapshot({ value: close });
      momentum.deposit({ amount: close });
      momentum.snapshot({ value: close * 2 });
      momentum.withdraw({ amount: close });
      momentum.snapshot({ value: close });
    }
    clock.time += day;

    expect(await figure('sharpe_ratio', 'momentum')).toBeCloseTo(-2.585034588798291, 9);
    expect(await figure('sharpe_ratio')).toBeUndefined();
  });
});

describe('drawdowns', () => {
  // pandas 3.1: 1 - c / c.cummax(); c.resample('W-SUN').last() and c.resample('ME').last() for week and month.
  test('P&L, return and drawdown of a real market', async () => {
    const { portfolio, clock, telemetry } = setUp({ timeZone: 'America/New_York' });

    for (const [date, close] of closes) {
      clock.time = Date.parse(`${date}T21:00Z`);
      portfolio.snapshot({ value: close });
    }
    const pnl = async (period: string) => telemetry.value('trading.portfolio.pnl', { 'trading.period': period });
    const returned = async (period: string) =>
      telemetry.value('trading.portfolio.return', { 'trading.period': period });

    expect(await telemetry.value('trading.portfolio.drawdown.current')).toBeCloseTo(0.26505028601063985, 12);
    expect(await telemetry.value('trading.portfolio.drawdown.max')).toBeCloseTo(0.33924960006097216, 12);
    expect(await telemetry.value('trading.portfolio.drawdown.age')).toBe(44 * 86_400); // since 2020-02-19
    expect(await pnl('day')).toBeCloseTo(-38.25, 8);
    expect(await returned('day')).toBeCloseTo(-0.01513712512700871, 12);
    expect(await pnl('week')).toBeCloseTo(-52.820068999999876, 8);
    expect(await returned('week')).toBeCloseTo(-0.020783274877419267, 12);
    expect(await pnl('month')).toBeCloseTo(-95.94018599999981, 8);
    expect(await returned('month')).toBeCloseTo(-0.03712007812977414, 12);
    expect(await pnl('total')).toBeCloseTo(-736.8701179999998, 8);
    expect(await returned('total')).toBeCloseTo(-0.2284500215255213, 12);
  });

  // The S&P 500 lost 56.8% from 2007-10-09 to 2009-03-09 and closed above its old peak on 2013-03-28.
  test('a recovery lasts from the peak to the new peak', async () => {
    const { portfolio, clock, telemetry } = setUp();
    const look = (date: string, value: number) => {
      clock.time = Date.parse(`${date}T21:00Z`);
      portfolio.snapshot({ value });
    };

    look('2007-10-08', 1552.579956);
    look('2007-10-09', 1565.150024);
    look('2008-11-20', 752.440002);
    look('2009-03-09', 676.530029);
    expect(await telemetry.value('trading.portfolio.drawdown.current')).toBeCloseTo(0.5677538775030553, 12);
    expect(await telemetry.histogram('trading.portfolio.recovery.duration')).toBeUndefined();
    look('2013-03-27', 1562.849976);
    look('2013-03-28', 1569.189941);
    look('2013-04-01', 1562.170044);

    expect(await telemetry.histogram('trading.portfolio.recovery.duration')).toMatchObject({
      count: 1,
      sum: 172_540_800,
    });
    expect(await telemetry.value('trading.portfolio.drawdown.max')).toBeCloseTo(0.5677538775030553, 12);
    expect(await telemetry.value('trading.portfolio.drawdown.current')).toBeCloseTo(1 - 1562.170044 / 1569.189941, 12);
  });

  test('the age of a drawdown grows without snapshots', async () => {
    const { portfolio, clock, telemetry } = setUp();

    portfolio.snapshot({ value: 100 });
    clock.time += 60_000;
    portfolio.snapshot({ value: 90 });
    clock.time += 30_000;

    expect(await telemetry.value('trading.portfolio.drawdown.age')).toBe(90);
  });

  test('sums that differ in the last digit are not a drawdown', async () => {
    const { portfolio, clock, telemetry } = setUp();

    portfolio.snapshot({ value: 0.1 + 0.2 });
    clock.time += 60_000;
    portfolio.snapshot({ value: 0.3 });
    clock.time += 60_000;
    portfolio.snapshot({ value: 0.1 + 0.2 });

    expect(await telemetry.value('trading.portfolio.drawdown.max')).toBe(0);
    expect(await telemetry.histogram('trading.portfolio.recovery.duration')).toBeUndefined();
  });
});

describe('histories and reported figures', () => {
  test('a restored history is the start, in any order, and is not recorded again', async () => {
    const { portfolio, clock, telemetry, figure } = setUp({ timeZone: 'America/New_York' });
    const snapshots = closes.map(([date, value]) => ({ time: new Date(`${date}T21:00Z`), value }));

    clock.time = Date.parse('2020-04-03T22:00Z');
    portfolio.restore({
      snapshots: snapshots.toReversed(),
      trades: [
        { time: Date.parse('2020-04-03T15:00Z'), pnl: -8, strategy: 'momentum' },
        { time: Date.parse('2020-04-02T15:00Z'), pnl: 20, strategy: 'momentum' },
        { time: Number.NaN, pnl: 1_000 },
      ],
    });

    expect(await telemetry.value('trading.portfolio.pnl', { 'trading.period': 'day' })).toBeCloseTo(-38.25, 8);
    expect(await telemetry.value('trading.portfolio.drawdown.max')).toBeCloseTo(0.33924960006097216, 12);
    expect(await telemetry.histogram('trading.portfolio.recovery.duration')).toBeUndefined();
    expect(await figure('win_ratio', 'momentum')).toBe(0.5);
    expect(await figure('pnl')).toBe(12);
    expect(
      await telemetry.value('trading.performance.streak', {
        'trading.trade.result': 'loss',
        'trading.strategy.name': 'momentum',
      }),
    ).toBe(1);
    expect(await telemetry.value('trading.portfolio.realized_pnl', { 'trading.period': 'day' })).toBe(-8);
    clock.time += 3 * day;
    expect(await figure('sharpe_ratio')).toBeCloseTo(-2.585034588798291, 10);
    portfolio.snapshot({ value: 3_386.149902 });
    expect(await telemetry.histogram('trading.portfolio.recovery.duration')).toMatchObject({ count: 1 });
  });

  test('a history includes deposits and withdrawals', async () => {
    const { portfolio, telemetry } = setUp();

    portfolio.restore({
      snapshots: [
        { time: Date.parse('2020-01-02T21:00Z'), value: 1_000, deposits: 77 },
        { time: Date.parse('2020-01-03T21:00Z'), value: 1_600, deposits: 500 },
        { time: Date.parse('2020-01-04T21:00Z'), value: 1_200, withdrawals: 400, realizedPnl: 100 },
        { time: Date.parse('2020-01-05T21:00Z'), value: 1_200, realizedPnl: 130 },
        { time: Date.parse('2020-01-06T21:00Z'), value: 1_200, deposits: -5 },
      ],
    });

    expect(await telemetry.value('trading.portfolio.pnl', { 'trading.period': 'total' })).toBe(100);
    expect(await telemetry.value('trading.portfolio.return', { 'trading.period': 'total' })).toBeCloseTo(
      1_600 / 1_500 - 1,
    );
    expect(await telemetry.value('trading.portfolio.realized_pnl', { 'trading.period': 'total' })).toBe(30);
  });

  test('entries of a history with times in seconds are dropped and counted', async () => {
    const { portfolio, figure, telemetry } = setUp();
    const time = Date.parse('2020-01-02T21:00Z');
    portfolio.restore({
      trades: [
        { time: time / 1_000, pnl: 10 },
        { time: new Date(time).toISOString(), pnl: 5 },
      ],
    });
    expect(await figure('pnl')).toBe(5);
    expect(await telemetry.value('trademeter.measurement.dropped')).toBe(1);
  });

  test('a strategy is restored on its own', async () => {
    const { portfolio, figure } = setUp();

    portfolio.trade({ pnl: 5 });
    portfolio.strategy('momentum').restore({ trades: [{ time: 0, pnl: 10 }] });

    expect(await figure('pnl', 'momentum')).toBe(10);
    expect(await figure('pnl')).toBe(5);

    portfolio.strategy('momentum').reset();
    portfolio.strategy('momentum').trade({ pnl: 1 });
    expect(await figure('pnl', 'momentum')).toBe(1);
  });

  test('an invalid history changes nothing', async () => {
    const { portfolio, figure } = setUp();

    portfolio.trade({ pnl: 5 });
    portfolio.restore(undefined as any);
    portfolio.restore({ trades: 5 } as any);

    expect(await figure('pnl')).toBe(5);
  });

  test('each reported figure takes precedence over the computed one', async () => {
    const { portfolio, figure, streak } = setUp();

    portfolio.trade({ pnl: 5 });
    portfolio.report({
      winRatio: 0.61,
      sharpeRatio: 1.4,
      profitFactor: Number.NaN,
      tradePnl: { best: 900, meanLoss: -30 },
      streak: { result: 'loss', length: 4 },
    });
    portfolio.strategy('pairs').report({ winRatio: 0.5 });

    expect(await figure('win_ratio')).toBe(0.61);
    expect(await figure('sharpe_ratio')).toBe(1.4);
    expect(await figure('profit_factor')).toBeUndefined();
    expect(await figure('trade_pnl.best')).toBe(900);
    expect(await figure('trade_pnl.worst')).toBe(5);
    expect(await figure('trade_pnl.mean_loss')).toBe(-30);
    expect([await streak('win'), await streak('loss')]).toEqual([0, 4]);
    expect(await figure('win_ratio', 'pairs')).toBe(0.5);
  });

  test('a reported streak is read in upper or lower case, and an invalid one keeps the computed one', async () => {
    const { portfolio, streak, telemetry } = setUp();
    for (const pnl of [3, 4]) portfolio.trade({ pnl });

    portfolio.report({ streak: { result: 'victory' as 'win', length: 7 } });
    portfolio.report({ streak: { result: 'loss', length: Number.NaN } });
    portfolio.report({ streak: {} as never });
    expect([await streak('win'), await streak('loss')]).toEqual([2, 0]);
    const dropped = (reason: string) =>
      telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': reason });
    expect(await dropped('invalid_attribute')).toBe(1);
    expect(await dropped('invalid_value')).toBe(1);
    expect(await dropped('missing_attribute')).toBe(1);

    portfolio.report({ streak: { result: 'WIN' as 'win', length: 7 } });
    expect([await streak('win'), await streak('loss'), await streak('breakeven')]).toEqual([7, 0, 0]);
  });

  test('null counts as omitted in a history', async () => {
    const { portfolio, figure, telemetry } = setUp();

    portfolio.restore({ snapshots: null, trades: [{ time: 0, pnl: 3, strategy: null }] });
    portfolio.restore({
      snapshots: [{ time: 0, value: 100, deposits: null, withdrawals: null, realizedPnl: null }],
      trades: [{ time: 0, pnl: 3, strategy: null }],
    });

    expect(await figure('pnl')).toBe(3);
    expect(await telemetry.value('trademeter.measurement.dropped')).toBe(0);
  });
});
