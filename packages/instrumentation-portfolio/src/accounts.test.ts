import { captureLogs, createTestTelemetry } from '@trademeter/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { instrumentPortfolio } from './index.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('two accounts in one process have separate figures', async () => {
  const telemetry = createTestTelemetry();
  const { meterProvider } = telemetry;
  const a = instrumentPortfolio({ currency: 'USD', account: 'a', meterProvider });
  const b = instrumentPortfolio({ currency: 'USD', account: 'b', meterProvider });
  for (let count = 0; count < 11; count += 1) a.trade({ pnl: -100, strategy: 'grid' });
  b.trade({ pnl: 5, strategy: 'grid' });
  b.trade({ pnl: 1, strategy: 'grid' });

  for (const strategy of [undefined, 'grid']) {
    const figure = async (name: string, account: string) => {
      const series = await telemetry.series(`trading.performance.${name}`);
      return series
        .filter(({ attributes }) => attributes['trading.account'] === account)
        .filter(({ attributes }) => attributes['trading.strategy.name'] === strategy)
        .map(({ value }) => value);
    };
    expect(await figure('pnl', 'a')).toEqual([-1_100]);
    expect(await figure('pnl', 'b')).toEqual([6]);
    expect(await figure('win_ratio', 'a')).toEqual([0]);
    expect(await figure('win_ratio', 'b')).toEqual([1]);
    expect(await figure('trade_pnl.mean_loss', 'a')).toEqual([-100]);
    expect(await figure('trade_pnl.mean_win', 'a')).toEqual([]);
    expect(await figure('trade_pnl.mean_loss', 'b')).toEqual([]);
    expect(await figure('trade_pnl.mean_win', 'b')).toEqual([3]);
  }
});

test('every series of a portfolio with an account has the account as an attribute', async () => {
  const telemetry = createTestTelemetry();
  const { meterProvider } = telemetry;
  const clock = { time: Date.UTC(2026, 0, 5) };
  const now = () => clock.time;
  const portfolio = instrumentPortfolio({ currency: 'USD', account: 'a', venue: 'ibkr', meterProvider, now });
  for (const value of [100, 90, 120, 110]) {
    portfolio.snapshot({
      value,
      cash: 1,
      buyingPower: 1,
      marginUtilization: 0.1,
      benchmark: { value: 100 },
      positions: [{ symbol: 'AAPL', side: 'long', value: 50, unrealizedPnl: 1 }],
    });
    portfolio.trade({ symbol: 'AAPL', pnl: value - 100 });
    clock.time += 86_400_000;
  }
  portfolio.funding({ symbol: 'AAPL', amount: 1 });

  const own = (await telemetry.series()).filter(({ name }) => name.startsWith('trading.'));
  expect(new Set(own.map(({ name }) => name)).size).toBeGreaterThan(25);
  for (const { name, attributes } of own) expect(attributes, name).toHaveProperty(['trading.account'], 'a');
});

test.each([
  ['without an account', {}, {}],
  ['of the account "main"', { account: 'main' }, { account: 'main', strategy: 'grid' }],
])('two portfolios %s are logged once, when the second is created', (which, one, other) => {
  using logs = captureLogs();
  const { meterProvider } = createTestTelemetry();
  instrumentPortfolio({ currency: 'USDT', ...one, meterProvider });
  expect(logs.messages).toEqual([]);
  instrumentPortfolio({ currency: 'BTC', ...other, meterProvider });
  expect(logs.messages).toEqual([expect.stringContaining(`two portfolios ${which}`)]);
  instrumentPortfolio({ currency: 'EUR', ...other, meterProvider });
  expect(logs.messages).toHaveLength(1);
});

test('portfolios of different accounts, or on different meter providers, are not logged', () => {
  using logs = captureLogs();
  const { meterProvider } = createTestTelemetry();
  instrumentPortfolio({ currency: 'USD', meterProvider });
  instrumentPortfolio({ currency: 'USD', account: 'a', meterProvider });
  instrumentPortfolio({ currency: 'USD', account: 'b', meterProvider });
  instrumentPortfolio({ currency: 'USD', meterProvider: createTestTelemetry().meterProvider });
  expect(logs.messages).toEqual([]);
});

test('the age of the last snapshot grows while no snapshot comes', async () => {
  const telemetry = createTestTelemetry();
  const clock = { time: Date.UTC(2026, 0, 5) };
  const { meterProvider } = telemetry;
  const portfolio = instrumentPortfolio({ currency: 'USD', meterProvider, now: () => clock.time });
  expect(await telemetry.value('trading.portfolio.snapshot.age')).toBeUndefined();
  portfolio.snapshot({ value: 100 });
  expect(await telemetry.value('trading.portfolio.snapshot.age')).toBe(0);
  clock.time += 7 * 3_600_000;
  portfolio.snapshot({ value: Number.NaN });
  expect(await telemetry.value('trading.portfolio.snapshot.age')).toBe(25_200);
  portfolio.snapshot({ value: 101 });
  expect(await telemetry.value('trading.portfolio.snapshot.age')).toBe(0);
});

test('realized P&L is recorded by symbol, across strategies and restarts', async () => {
  const telemetry = createTestTelemetry();
  const { meterProvider } = telemetry;
  const portfolio = instrumentPortfolio({ currency: 'usd', venue: 'ibkr', meterProvider });
  const pnl = (symbol: string) => telemetry.value('trading.position.realized_pnl', { 'trading.symbol': symbol });
  portfolio.trade({ symbol: 'AAPL', pnl: 100 });
  portfolio.trade({ symbol: 'TSLA', pnl: -40, strategy: 'grid' });
  portfolio.strategy('grid').trade({ symbol: 'TSLA', pnl: 10 });
  portfolio.trade({ pnl: 7 });
  portfolio.trade({ symbol: '', pnl: 7 });

  expect(await pnl('AAPL')).toBe(100);
  expect(await pnl('TSLA')).toBe(-30);
  const series = await telemetry.series('trading.position.realized_pnl');
  expect(series.map(({ attributes }) => attributes)).toEqual([
    { 'trading.symbol': 'AAPL', 'trading.currency': 'USD', 'trading.venue': 'ibkr' },
    {
      'trading.symbol': 'TSLA',
      'trading.currency': 'USD',
      'trading.venue': 'ibkr',
      'trading.strategy.name': 'grid',
    },
  ]);
  expect(await telemetry.value('trading.performance.win_ratio', { 'trading.strategy.name': 'grid' })).toBe(0.5);

  portfolio.reset();
  expect(await pnl('AAPL')).toBe(0);
  portfolio.restore({ trades: [{ time: Date.UTC(2020, 0, 1), symbol: 'AAPL', pnl: 12 }] });
  expect(await pnl('AAPL')).toBe(12);
  expect(await pnl('TSLA')).toBe(0);
});

test('the number of symbols with a realized P&L is limited like the series of the metric', async () => {
  const telemetry = createTestTelemetry();
  const portfolio = instrumentPortfolio({ currency: 'USD', meterProvider: telemetry.meterProvider });
  for (let index = 0; index < 5_002; index += 1) portfolio.trade({ symbol: `S${index}`, pnl: 1 });
  expect(await telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': 'too_many_series' })).toBe(
    2,
  );
  expect(await telemetry.value('trading.performance.pnl')).toBe(5_002);
});

test('the benchmark keeps its last reported value', async () => {
  const telemetry = createTestTelemetry();
  const portfolio = instrumentPortfolio({ currency: 'USD', meterProvider: telemetry.meterProvider });
  portfolio.snapshot({ value: 100 });
  expect(await telemetry.series('trading.portfolio.benchmark.value')).toEqual([]);
  portfolio.snapshot({ value: 101, benchmark: { name: 'SPY', value: 103 } });
  portfolio.snapshot({ value: 102 });
  expect(await telemetry.value('trading.portfolio.benchmark.value', { 'trading.benchmark.name': 'SPY' })).toBe(103);
  portfolio.snapshot({ value: 102, benchmark: 103 as never });
  expect(await telemetry.value('trading.portfolio.value')).toBe(102);
  expect(await telemetry.value('trademeter.measurement.dropped')).toBe(1);
});

test.each(['usd', 'USD', 'Usd'])('funding in %s counts in a USD portfolio', async (currency) => {
  const telemetry = createTestTelemetry();
  const { meterProvider } = telemetry;
  const portfolio = instrumentPortfolio({ currency: 'USD', venue: 'binance', meterProvider });
  portfolio.funding({ symbol: 'BTC/USD', amount: -3, currency });
  expect(await telemetry.value('trading.portfolio.realized_pnl', { 'trading.period': 'total' })).toBe(-3);
  const paid = { 'trading.currency': 'USD', 'trading.payment.direction': 'paid' };
  expect(await telemetry.value('trading.position.funding', paid)).toBe(3);
});

test('a Date.now that is replaced after the start takes effect', async () => {
  const telemetry = createTestTelemetry();
  const portfolio = instrumentPortfolio({ currency: 'USD', meterProvider: telemetry.meterProvider });
  const dayPnl = () => telemetry.value('trading.portfolio.pnl', { 'trading.period': 'day' });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2020, 2, 9, 12) });
  portfolio.snapshot({ value: 100 });
  portfolio.snapshot({ value: 90 });
  expect(await dayPnl()).toBe(-10);
  vi.setSystemTime(Date.UTC(2020, 2, 10, 12));
  expect(await dayPnl()).toBe(0);
  expect(await telemetry.value('trading.portfolio.snapshot.age')).toBe(86_400);
});
