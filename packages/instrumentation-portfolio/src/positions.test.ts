import { createTestTelemetry } from '@trademeter/testing';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Figure, instrumentPortfolio, type PortfolioOptions, type Position } from './index.ts';

function setUp(options: Partial<PortfolioOptions> = {}) {
  const telemetry = createTestTelemetry();
  const portfolio = instrumentPortfolio({
    currency: 'USDT',
    venue: 'binance',
    ...options,
    meterProvider: telemetry.meterProvider,
    now: () => Date.parse('2020-03-09T14:30:00Z'),
  });
  const figures = async () =>
    Object.fromEntries(
      (await telemetry.series())
        .filter(({ name }) => name.startsWith('trading.'))
        .map(({ name, attributes, value }) => [`${name} ${JSON.stringify(attributes)}`, value]),
    );
  return {
    telemetry,
    portfolio,
    figures,
    valueOf: (symbol: string, more = {}) =>
      telemetry.value('trading.position.value', { 'trading.symbol': symbol, ...more }),
    open: (side: string) => telemetry.value('trading.position.open', { 'trading.position.side': side }),
    gross: () => telemetry.value('trading.portfolio.exposure.gross'),
    net: () => telemetry.value('trading.portfolio.exposure.net'),
    drops: (reason: string) => telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': reason }),
  };
}

const bitcoin = { symbol: 'BTC/USDT:USDT', side: 'long', quantity: 0.01, value: 500 };
const ripple = { symbol: 'XRP/USDT:USDT', side: 'long', quantity: 100, value: 60 };
const nothing = { side: undefined, quantity: undefined, value: undefined };

test('an unreadable position does not keep a closed one of another symbol open', async () => {
  const { portfolio, valueOf, open, gross, drops } = setUp();

  portfolio.snapshot({ value: 1_000, positions: [bitcoin] });
  for (let times = 0; times < 3; times += 1) {
    portfolio.snapshot({ value: 1_000, positions: [{ ...nothing, symbol: ripple.symbol }] });
  }

  expect(await valueOf(bitcoin.symbol)).toBe(0);
  expect(await open('long')).toBe(0);
  expect(await gross()).toBeUndefined();
  expect(await drops('invalid_argument')).toBe(3);

  portfolio.snapshot({ value: 1_000, positions: [] });
  expect(await gross()).toBe(0);
});

test.each([
  ['without a side or a sign', nothing],
  ['with an unknown side', { ...ripple, side: 'sideways' }],
  ['with a quantity that is not a figure', { side: 'BOTH', quantity: '1,000', value: 60 }],
])('a position %s stays as it was, and the others are read', async (_, entry) => {
  const { portfolio, valueOf, open, gross } = setUp();

  portfolio.snapshot({ value: 1_000, positions: [bitcoin, ripple] });
  portfolio.snapshot({
    value: 1_000,
    positions: [
      { ...bitcoin, value: 400 },
      { ...entry, symbol: ripple.symbol },
    ],
  });
  expect(await valueOf(ripple.symbol)).toBe(60);
  expect(await valueOf(bitcoin.symbol)).toBe(400);
  expect(await open('long')).toBe(2);
  expect(await gross()).toBeCloseTo(0.46, 12);

  portfolio.snapshot({ value: 1_000, positions: [{ ...entry, symbol: ripple.symbol }] });
  expect(await valueOf(bitcoin.symbol)).toBe(0);
  expect(await valueOf(ripple.symbol)).toBe(60);
  expect(await gross()).toBeCloseTo(0.06, 12);
});

test('an unreadable position affects its own venue only', async () => {
  const { portfolio, valueOf } = setUp();

  portfolio.snapshot({ value: 1_000, positions: [ripple, { ...ripple, venue: 'kraken' }] });
  portfolio.snapshot({ value: 1_000, positions: [{ ...nothing, symbol: ripple.symbol, venue: 'kraken' }] });

  expect(await valueOf(ripple.symbol, { 'trading.venue': 'binance' })).toBe(0);
  expect(await valueOf(ripple.symbol, { 'trading.venue': 'kraken' })).toBe(60);
});

test.each([
  ['no symbol', { ...ripple, symbol: undefined }],
  ['null in its place', null as unknown as Position],
])('with %s, no position is taken for closed', async (_, entry) => {
  const { portfolio, valueOf, open } = setUp();

  portfolio.snapshot({ value: 1_000, positions: [bitcoin, ripple] });
  portfolio.snapshot({ value: 1_000, positions: [entry] });

  expect(await valueOf(bitcoin.symbol)).toBe(500);
  expect(await open('long')).toBe(2);
});

test.each([
  ['Buy', 'long'],
  ['BOT', 'long'],
  ['1', 'long'],
  [1, 'long'],
  ['POSITION_SIDE_LONG', 'long'],
  ['Sell', 'short'],
  ['SLD', 'short'],
  ['sell_short', 'short'],
  [-1, 'short'],
])('a position opened by the side %o is %s', async (side, recorded) => {
  const { portfolio, open, drops } = setUp();
  portfolio.snapshot({ value: 1_000, positions: [{ ...bitcoin, side: side as string }] });
  expect([await open(recorded), await drops('invalid_argument')]).toEqual([1, 0]);
});

test.each(['BOTH', 'both', 'None', 'NONE', 'net', 'Net', '', null, undefined])(
  'a position of side %j is long or short by the sign of its quantity',
  async (side) => {
    const { portfolio, open, net, drops } = setUp();

    portfolio.snapshot({ value: 1_000, positions: [{ symbol: 'BTCUSDT', side, quantity: -2, value: 300 }] });
    expect([await open('long'), await open('short'), await net()]).toEqual([0, 1, -0.3]);

    portfolio.snapshot({ value: 1_000, positions: [{ symbol: 'BTCUSDT', side, quantity: '2.0', value: '300' }] });
    expect([await open('long'), await open('short'), await net()]).toEqual([1, 0, 0.3]);

    portfolio.snapshot({ value: 1_000, positions: [{ symbol: 'BTCUSDT', side, quantity: '0.000', value: '0.0' }] });
    expect([await open('long'), await open('short'), await net()]).toEqual([0, 0, 0]);
    expect(await drops('invalid_argument')).toBe(0);
  },
);

test.each(['0.000', '-0.0', '0', '0E-18', 0n, -0, { toNumber: () => 0 }])(
  'a quantity of %o is not an open position',
  async (quantity) => {
    const { portfolio, valueOf, open, drops } = setUp();

    portfolio.snapshot({ value: 1_000, positions: [bitcoin] });
    portfolio.snapshot({ value: 1_000, positions: [{ ...bitcoin, quantity, value: '0.0' }] });
    expect([await valueOf(bitcoin.symbol), await open('long')]).toEqual([0, 0]);

    portfolio.snapshot({ value: 1_000, positions: [{ ...bitcoin, quantity: undefined, value: quantity }] });
    expect(await open('long')).toBe(0);
    expect(await drops('invalid_value')).toBe(0);
  },
);

test.each([undefined, null, Number.NaN, 'n/a', 1.7976931348623157e308])(
  'exposure is absent while the value of a position is %o, and comes back with it',
  async (value) => {
    const { portfolio, telemetry, open, gross, net, drops } = setUp();

    portfolio.snapshot({ value: 1_000, positions: [bitcoin, { ...ripple, value }] });
    expect([await gross(), await net()]).toEqual([undefined, undefined]);
    expect(await open('long')).toBe(2);
    expect((await telemetry.series('trading.position.value')).map((each) => each.value)).toEqual([500]);
    expect(await drops('invalid_value')).toBe(1);

    portfolio.snapshot({ value: 1_000, positions: [bitcoin, ripple] });
    expect(await gross()).toBeCloseTo(0.56, 12);

    // From now on there is a last valid value.
    portfolio.snapshot({ value: 1_000, positions: [bitcoin, { ...ripple, value }] });
    expect(await gross()).toBeCloseTo(0.56, 12);
  },
);

test('the sum of two lots is unknown if the value of one is invalid', async () => {
  const { portfolio, valueOf, gross } = setUp();

  portfolio.snapshot({ value: 1_000, positions: [ripple, { ...ripple, value: 'n/a' }] });

  expect(await valueOf(ripple.symbol)).toBeUndefined();
  expect(await gross()).toBeUndefined();
});

test('a reopened position does not have its old value', async () => {
  const { portfolio, open, gross } = setUp();

  portfolio.snapshot({ value: 1_000, positions: [ripple] });
  portfolio.snapshot({ value: 1_000, positions: [] });
  portfolio.snapshot({ value: 1_000, positions: [{ ...ripple, value: undefined }] });

  expect(await open('long')).toBe(1);
  expect(await gross()).toBeUndefined();
});

test('a partially reported exposure is used, and the rest is computed', async () => {
  const { portfolio, gross, net, drops } = setUp();

  portfolio.snapshot({ value: 1_000, exposure: { gross: 2.5 } });
  expect([await gross(), await net()]).toEqual([2.5, undefined]);

  portfolio.snapshot({ value: 1_000, positions: [bitcoin], exposure: { net: '-0.5', gross: null } });
  expect([await gross(), await net()]).toEqual([0.5, -0.5]);
  expect(await drops('invalid_argument')).toBe(0);

  portfolio.snapshot({ value: 1_000, exposure: { gross: Number.NaN, net: '1.5' } });
  expect([await gross(), await net()]).toEqual([0.5, 1.5]);
  expect(await drops('invalid_argument')).toBe(1);
});

test('an unset double is dropped and counted, and does not change any sum', async () => {
  const unset = 1.7976931348623157e308;
  const { portfolio, telemetry, drops } = setUp();

  portfolio.snapshot({ value: 1_000 });
  for (const pnl of [unset, -unset, 12]) portfolio.trade({ pnl, symbol: 'BTC' });
  portfolio.deposit({ amount: unset });
  portfolio.funding({ symbol: 'BTC', amount: unset });
  portfolio.report({ winRatio: unset });
  portfolio.snapshot({ value: unset, cash: unset });
  portfolio.snapshot({ value: 1_012 });

  expect(await telemetry.value('trading.performance.pnl')).toBe(12);
  expect(await telemetry.value('trading.performance.win_ratio')).toBe(1);
  expect(await telemetry.value('trading.portfolio.realized_pnl', { 'trading.period': 'day' })).toBe(12);
  expect(await telemetry.value('trading.portfolio.pnl', { 'trading.period': 'total' })).toBe(12);
  expect(await telemetry.series('trading.position.funding')).toEqual([]);
  expect(await drops('invalid_value')).toBe(7);
});

test('a figure given as text, bigint or object records the same as the number', async () => {
  const figure = fc.integer({ min: 1, max: 1_000_000 });
  const spellings: readonly ((number: number) => Figure)[] = [
    String,
    (number) => `${number}.000`,
    BigInt,
    (number) => ({ toNumber: () => number }),
    (number) => ({ toString: () => `${number}e0` }),
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(figure, figure, figure, figure, figure),
      fc.constantFrom(...spellings),
      async ([value, other, quantity, pnl, amount], spell) => {
        const play = async (as: (number: number) => Figure) => {
          const { portfolio, figures, drops } = setUp();
          const flow = { amount: as(amount) };
          portfolio.restore({
            snapshots: [{ time: 0, value: as(value), deposits: as(1), withdrawals: as(2), realizedPnl: as(3) }],
            trades: [{ time: 0, pnl: as(-pnl) }],
          });
          portfolio.deposit(flow);
          portfolio.withdraw(flow);
          portfolio.snapshot({
            value: as(other),
            cash: as(value),
            buyingPower: as(value),
            marginUtilization: as(1),
            exposure: { gross: as(2), net: as(-1) },
            realizedPnl: as(pnl),
            benchmark: { value: as(value), name: null },
            positions: [{ symbol: 'A', quantity: as(-quantity), value: as(value), unrealizedPnl: as(-pnl) }],
          });
          portfolio.funding({ symbol: 'A', amount: as(-amount) });
          portfolio.trade({ pnl: as(pnl), symbol: 'A', strategy: 's' });
          portfolio.strategy('s').snapshot({ value: as(value) });
          portfolio.report({ sharpeRatio: as(2), pnl: { week: as(7) }, streak: { result: 'win', length: as(3) } });
          for (const reason of ['invalid_value', 'invalid_argument']) expect(await drops(reason)).toBe(0);
          return figures();
        };
        expect(await play(spell)).toEqual(await play((number) => number));
      },
    ),
    { numRuns: 50 },
  );
});
