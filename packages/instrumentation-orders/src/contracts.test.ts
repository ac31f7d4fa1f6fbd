import { createTestTelemetry } from '@trademeter/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { instrumentOrders, type NewOrder } from './index.ts';

function setUp(options = {}) {
  const telemetry = createTestTelemetry({ global: true });
  onTestFinished(() => telemetry.shutdown());
  const orders = instrumentOrders({ venue: 'okx', meterProvider: telemetry.meterProvider, ...options });
  const value = async (name: string, attributes = {}) => (await telemetry.value(`trading.${name}`, attributes)) ?? 0;
  const money = (name: string, currency: string) => value(`order.${name}`, { 'trading.currency': currency });
  return { telemetry, orders, value, money, logged: telemetry.messages };
}

const swap: NewOrder = {
  symbol: 'BTC/USDT:USDT',
  side: 'buy',
  type: 'limit',
  quantity: 5,
  contractSize: 0.01,
  expectedPrice: 63_000,
};
const fill = { quantity: 5, price: 64_000 };

describe('derivatives', () => {
  test('have their contract size in the recorded money', async () => {
    const { orders, money, logged } = setUp();
    const order = orders.place(swap);
    order.fill(fill);
    orders
      .place({ ...swap, contractSize: '0.01' })
      .update({ status: 'closed', filledQuantity: 5, averagePrice: 64_000 });
    orders.report.fill({ ...swap, ...fill });
    expect(order.outcome).toBe('filled');
    expect(await money('notional', 'USDT')).toBeCloseTo(3 * 3_200, 9);
    expect(await money('slippage_cost', 'USDT')).toBeCloseTo(3 * 50, 9);
    expect(logged).toEqual([]);
  });

  test.each([
    'BTC/USDT:USDT',
    'ETH/USD:ETH-261225',
    'BTC-USDT-SWAP',
    'BTC-27DEC26',
    'BTC-PERPETUAL',
    'BTCUSD_PERP',
    'AAPL261218C00150000',
  ])('%s without a contract size is logged once', async (symbol) => {
    const { orders, value, logged } = setUp({ currency: 'USDT' });
    for (let index = 0; index < 2; index += 1) orders.place({ ...swap, symbol, contractSize: undefined }).fill(fill);
    expect(logged).toEqual([expect.stringContaining(`${symbol} looks like a derivative but has no contractSize`)]);
    expect(await value('order.fills')).toBe(2);
  });

  test.each(['BTC/USDT', 'AAPL', 'BRK/B', 'EUR-USD', 'BTC_USDT'])('%s is not taken for a derivative', (symbol) => {
    const { orders, logged } = setUp({ currency: 'USDT' });
    orders.place({ ...swap, symbol, contractSize: undefined, currency: 'USDT' }).fill(fill);
    expect(logged).toEqual([]);
  });

  test('without a contract size use the cost that the venue reports, and the slippage of the price', async () => {
    const { orders, money, telemetry } = setUp();
    const order = orders.place({ ...swap, contractSize: undefined, expectedPrice: 64_000 });
    order.update({ status: 'closed', filledQuantity: 5, averagePrice: 64_000, cost: 3_200 });
    expect(await money('notional', 'USDT')).toBe(3_200);
    expect(await telemetry.histogram('trading.order.slippage', { 'trading.slippage.direction': 'none' })).toMatchObject(
      { count: 1 },
    );
  });

  test('that are inverse record money in the base currency', async () => {
    const { orders, money, telemetry } = setUp();
    const inverse: NewOrder = {
      symbol: 'BTC/USD:BTC',
      side: 'buy',
      type: 'limit',
      quantity: 64,
      contractSize: 100,
      expectedPrice: 64_000,
    };
    orders.place(inverse).fill({ quantity: 64, price: 64_000, fee: { amount: 0.0001 } });
    const order = orders.place({ ...inverse, quantity: 128 });
    order.update({ filledQuantity: 64, averagePrice: 64_000 });
    order.update({ status: 'closed', filledQuantity: 128, cost: 0.1 + 0.08 });
    expect(await money('notional', 'BTC')).toBeCloseTo(0.1 + 0.18, 12);
    expect(await money('fee', 'BTC')).toBe(0.0001);
    const adverse = { 'trading.slippage.direction': 'adverse' };
    expect((await telemetry.histogram('trading.order.slippage', adverse))?.sum).toBeCloseTo(2_500, 6);
    expect(await money('slippage_cost', 'BTC')).toBeCloseTo(0.02, 12);
    orders.place(inverse).fill({ quantity: 64, price: 0 });
    expect(await telemetry.value('trademeter.measurement.dropped')).toBe(1);
  });

  test('can be declared with contractType', async () => {
    const { orders, money, telemetry } = setUp();
    orders
      .place({
        ...swap,
        symbol: 'BTC-PERPETUAL',
        quantity: 6_400,
        contractSize: undefined,
        contractType: 'Inverse',
        currency: 'BTC',
      })
      .fill({ quantity: 6_400, price: 64_000 });
    orders
      .place({ ...swap, symbol: 'ETH/USD:BTC', contractSize: 0.000001, contractType: 'quanto' })
      .fill({ quantity: 5, price: 3_000 });
    orders.place({ ...swap, contractType: 'round' }).fill(fill);
    expect(await money('notional', 'BTC')).toBeCloseTo(0.1 + 0.015, 12);
    expect(await money('notional', 'USDT')).toBeCloseTo(3_200, 9);
    expect(await telemetry.value('trademeter.measurement.dropped')).toBe(1);
  });
});

describe('an order of several legs', () => {
  test.each([[''], [null], [undefined]])(
    'with the symbol %o counts as one order, and its legs count under their own symbols',
    async (symbol) => {
      const { orders, value, logged } = setUp({ currency: 'USD' });
      const order = orders.place({ symbol, side: 'buy', type: 'limit', quantity: 2, expectedPrice: 1.5 });
      const leg = { symbol: 'SPY261218C00600000', quantity: 2, price: 5, contractSize: 100, executionId: 'a' };
      for (let index = 0; index < 2; index += 1) {
        order.fill(leg);
        order.fill({ ...leg, symbol: 'SPY261218C00610000', side: 'sell', price: 3.5, fee: { amount: 1 } });
      }
      expect(order.outcome).toBeUndefined();
      order.update({ status: 'filled', filledQuantity: 2, averagePrice: 1.5 });
      expect(await value('order.placed')).toBe(1);
      expect([await value('order.closed', { 'trading.order.outcome': 'filled' }), await value('order.open')]).toEqual([
        1, 0,
      ]);
      expect(await value('order.fills')).toBe(2);
      expect(await value('order.fills', { 'trading.symbol': 'SPY261218C00600000', 'trading.order.side': 'buy' })).toBe(
        1,
      );
      expect(
        await value('order.notional', { 'trading.symbol': 'SPY261218C00610000', 'trading.order.side': 'sell' }),
      ).toBe(700);
      expect(await value('order.notional')).toBe(1_700);
      expect(await value('order.fee')).toBe(1);
      expect(logged).toEqual([]);
    },
  );
});

describe('the P&L of a trade in a derivative', () => {
  const trade = { positionSide: 'long', entryPrice: 50_000, exitPrice: 55_000, quantity: 100 };

  test.each(['BTC/USD:BTC', 'ETH/USD:BTC'])('in %s is not computed from prices', async (symbol) => {
    const { orders, telemetry, value, logged } = setUp({ currency: 'USD' });
    for (let index = 0; index < 2; index += 1) orders.trade({ ...trade, symbol });
    expect([await value('trade.closed'), await telemetry.value('trademeter.measurement.dropped')]).toEqual([0, 2]);
    expect(logged).toEqual([expect.stringContaining('pnl is required for an inverse or a quanto contract')]);
    orders.trade({ symbol, positionSide: 'long', pnl: 0.00018, currency: 'BTC' });
    expect(await value('trade.closed')).toBe(1);
  });

  test('is computed as if its quantity were in units, which is logged once', async () => {
    const { orders, telemetry, logged } = setUp();
    for (let index = 0; index < 2; index += 1) orders.trade({ ...trade, symbol: 'BTC/USDT:USDT', quantity: 0.05 });
    expect(await telemetry.histogram('trading.trade.pnl')).toMatchObject({ count: 2, sum: 500 });
    expect(logged).toEqual([expect.stringContaining('BTC/USDT:USDT looks like a derivative')]);
    orders.trade({ symbol: 'BTC-PERPETUAL', positionSide: 'long', pnl: 1, currency: 'USD' });
    expect(logged).toHaveLength(1);
  });
});

describe('a trade in a contract that is settled in a stablecoin of its quote', () => {
  test('counts, and has its P&L computed from prices', async () => {
    const { orders, telemetry, value } = setUp({ currency: 'USDC' });
    orders.trade({
      symbol: 'BTC/USD:USDC',
      positionSide: 'long',
      entryPrice: 50_000,
      exitPrice: 55_000,
      quantity: 0.5,
    });
    expect(await value('trade.closed')).toBe(1);
    const pnl = await telemetry.histogram('trading.trade.pnl', { 'trading.currency': 'USDC' });
    expect(pnl).toMatchObject({ count: 1, sum: 2_500 });
  });
});

describe('the currency of money', () => {
  test.each([
    ['ETH/EUR', 'USD', 'EUR'],
    ['BTC/usdt', 'USD', 'USDT'],
    ['ETH-EUR', 'USD', 'EUR'],
    ['eth_eur', 'USD', 'EUR'],
    ['EUR.GBP', 'USD', 'GBP'],
    ['BTC-USDT', undefined, 'USDT'],
    ['BTC_USDT', undefined, 'USDT'],
    ['BTC-EUR', 'USDT', 'EUR'],
    ['ETH-BTC', 'USDT', 'BTC'],
    ['BTC-USD', 'USDC', 'USDC'],
    ['BTC-USD', 'BTC', 'BTC'],
    ['ETH_USD', 'BTC', 'BTC'],
    ['BTC-USDT', 'USD', 'USD'],
    ['BRK-B', 'USD', 'USD'],
    ['BRK.B', 'USD', 'USD'],
    ['PF_XBTUSD', 'USD', 'USD'],
    ['1-EUR', 'USD', 'USD'],
    ['BRK/B', 'USD', 'USD'],
    ['XYZ/WS', 'USD', 'USD'],
    ['FOO/BARX', undefined, 'BARX'],
    ['ETH/USDT:USDT', 'USD', 'USDT'],
  ])('for %s with the option %s is %s', async (symbol, currency, recorded) => {
    const { orders, money, logged } = setUp({ currency });
    for (let index = 0; index < 2; index += 1) {
      orders.place({ ...swap, symbol, contractSize: 1 }).fill({ quantity: 5, price: 10 });
    }
    expect(await money('notional', recorded)).toBe(100);
    expect(logged).toHaveLength(currency !== undefined && recorded !== currency ? 1 : 0);
  });

  test.each([
    ['BTC_USD', 'BTC', 'BTC'],
    ['XBT-USD', 'BTC', 'BTC'],
    ['BTC_USD', undefined, 'BTC'],
    ['BTC/USD', undefined, 'BTC'],
    ['ADA-USD', 'USD', 'ADA'],
    ['BTC-PERPETUAL', 'BTC', 'BTC'],
  ])('of an inverse contract, for %s with the option %s, is %s', async (symbol, currency, recorded) => {
    const { orders, money } = setUp({ currency });
    orders.place({ ...swap, symbol, contractSize: 100, contractType: 'inverse' }).fill({ quantity: 64, price: 64_000 });
    expect(await money('notional', recorded)).toBeCloseTo(0.1, 12);
  });

  test('of a trade is the option, if the symbol may be that of an inverse contract', async () => {
    const { orders, telemetry } = setUp({ currency: 'BTC' });
    orders.trade({ symbol: 'BTC-USD', positionSide: 'long', pnl: 0.01 });
    expect(await telemetry.histogram('trading.trade.pnl', { 'trading.currency': 'BTC' })).toMatchObject({ count: 1 });
  });

  test('on the order takes precedence', async () => {
    const { orders, money, logged } = setUp({ currency: 'USD' });
    orders.place({ ...swap, symbol: 'ETH/EUR', contractSize: 1, currency: 'USD' }).fill({ quantity: 5, price: 10 });
    expect([await money('notional', 'USD'), logged]).toEqual([50, []]);
  });
});

test('orders count correctly beyond the limit of bound kinds', async () => {
  const { orders, value } = setUp({ currency: 'USD' });
  for (let index = 0; index < 2_100; index += 1) {
    const order = orders.place({ symbol: `S${index % 1_050}`, side: 'buy', type: 'limit', quantity: 1 });
    order.fill({ quantity: 1, price: 10 });
  }
  expect([await value('order.placed'), await value('order.fills'), await value('order.notional')]).toEqual([
    2_100, 2_100, 21_000,
  ]);
  expect(await value('order.open')).toBe(0);
});
