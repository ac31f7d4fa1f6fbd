import { createTestTelemetry } from '@trademeter/testing';
import { describe, expect, test } from 'vitest';
import { instrumentOrders, type NewOrder } from './index.ts';

const buy: NewOrder = { symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 0.5, expectedPrice: 64_000 };
const unset = 1.797_693_134_862_315_7e308;

function setUp() {
  const telemetry = createTestTelemetry();
  const now = Date.UTC(2026, 0, 5);
  const orders = instrumentOrders({ venue: 'binance', meterProvider: telemetry.meterProvider, now: () => now });
  const value = async (name: string, attributes = {}) => (await telemetry.value(`trading.${name}`, attributes)) ?? 0;
  const dropped = () => telemetry.value('trademeter.measurement.dropped');
  return { telemetry, now, orders, value, dropped };
}

/** The shape of big.js, decimal.js and bignumber.js. */
const decimal = (text: string) => ({ toNumber: () => Number(text), toString: () => text });

test.each([
  ['texts', (text: string) => text],
  ['decimal objects', decimal],
  ['objects with a text', (text: string) => ({ toString: () => text })],
])('figures given as %s count like numbers', async (_name, figure) => {
  const { orders, value, telemetry, dropped } = setUp();
  for (let index = 0; index < 5; index += 1) {
    const order = orders.place({ ...buy, quantity: figure('0.5'), expectedPrice: figure('64000') });
    order.fill({ quantity: figure('0.5'), price: figure('64010'), fee: { amount: figure('12.8') } });
  }
  const changed = orders.place({ ...buy, quantity: figure('1') });
  changed.fill({ quantity: figure('0.25'), price: figure('64000'), leavesQuantity: figure('0.75') });
  changed.replace({ quantity: figure('0.25'), expectedPrice: figure('64010') });
  orders.resume({ ...buy, filledQuantity: figure('0.5') });
  orders.report.fill({ ...buy, quantity: figure('0.5'), price: figure('64000'), expectedPrice: figure('64000') });
  orders.report.open({ symbol: 'ETH/USDT', side: 'buy', count: figure('3') });
  orders.report.request({ operation: 'new', durationSeconds: figure('0.2') });
  const trade = { symbol: 'BTC/USDT', positionSide: 'long' };
  orders.trade({ ...trade, pnl: figure('12') });
  const [entryPrice, exitPrice, quantity] = ['100', '110', '2'].map(figure);
  orders.trade({ ...trade, entryPrice, exitPrice, quantity, fees: figure('1') });
  expect(await value('order.fills')).toBe(7);
  expect(await value('order.open', { 'trading.symbol': 'BTC/USDT' })).toBe(0);
  expect(await value('order.open', { 'trading.symbol': 'ETH/USDT' })).toBe(3);
  expect(await value('order.fee')).toBe(64);
  expect(await telemetry.histogram('trading.trade.pnl')).toMatchObject({ count: 2, sum: 31 });
  expect(await dropped()).toBe(0);
});

test('a bigint is a figure', async () => {
  const { orders, value } = setUp();
  orders.place({ ...buy, quantity: 2n }).fill({ quantity: 2n, price: 64_000n });
  expect([await value('order.notional'), await value('order.open')]).toEqual([128_000, 0]);
});

describe('absurd figures are dropped and counted', () => {
  test('of a trade', async () => {
    const { orders, telemetry, dropped } = setUp();
    const trade = { symbol: 'BTC/USDT', positionSide: 'long' };
    for (const pnl of [unset, unset, 12]) orders.trade({ ...trade, pnl });
    orders.trade({ ...trade, entryPrice: 1, exitPrice: 1e90, quantity: 1e90 });
    expect(await telemetry.histogram('trading.trade.pnl')).toMatchObject({ count: 1, sum: 12 });
    expect(await dropped()).toBe(3);
  });

  test('of a fill, alone and as a product', async () => {
    const { orders, value, dropped } = setUp();
    const order = orders.place({ ...buy, expectedPrice: unset });
    order.fill({ quantity: unset, price: 1 });
    order.fill({ quantity: 1e90, price: 1e90 });
    order.fill({ quantity: 0.1, price: 64_000, fee: { amount: -unset } });
    order.update({ filledQuantity: 1e90, averagePrice: 1e90 });
    expect([await value('order.notional'), await value('order.fee'), await dropped()]).toEqual([6_400, 0, 5]);
  });

  test.each(['signalTime', 'placedTime'])('a %s in seconds', async (key) => {
    const { orders, now, telemetry, dropped } = setUp();
    const order = orders.resume({ ...buy, [key]: now / 1_000 });
    order.fill({ quantity: 0.5, price: 64_000 });
    expect(await telemetry.histogram('trading.signal.fill.duration')).toBeUndefined();
    expect(await telemetry.histogram('trading.order.fill.duration')).toBeUndefined();
    expect(await dropped()).toBe(1);
  });

  test.each([1e3, 1e6])('the times of a trade in microseconds or nanoseconds: %i', async (unit) => {
    const { orders, now, telemetry, dropped } = setUp();
    const trade = { symbol: 'BTC/USDT', positionSide: 'long', pnl: 1 };
    orders.trade({ ...trade, openedTime: now - 60_000, closedTime: now * unit });
    orders.trade({ ...trade, openedTime: `${(now - 60_000) * unit}` });
    orders.trade({ ...trade, openedTime: now - 60_000, closedTime: now });
    expect(await telemetry.histogram('trading.trade.holding.duration')).toMatchObject({ count: 1, sum: 60 });
    expect(await dropped()).toBe(2);
  });

  test('the times of a trade in seconds', async () => {
    const { orders, now, telemetry, dropped } = setUp();
    const trade = { symbol: 'BTC/USDT', positionSide: 'long', pnl: 1 };
    orders.trade({ ...trade, openedTime: now / 1_000 });
    orders.trade({ ...trade, openedTime: `${(now - 60_000) / 1_000}`, closedTime: now });
    orders.trade({ ...trade, openedTime: new Date(now - 60_000).toISOString() });
    expect(await telemetry.histogram('trading.trade.holding.duration')).toMatchObject({ count: 1, sum: 60 });
    expect(await dropped()).toBe(2);
  });
});

test('a backtest on old data keeps its times', async () => {
  const telemetry = createTestTelemetry();
  const now = Date.UTC(1970, 6, 1);
  const orders = instrumentOrders({ venue: 'paper', meterProvider: telemetry.meterProvider, now: () => now });
  orders.trade({ symbol: 'X/USD', positionSide: 'long', pnl: 1, openedTime: now - 86_400_000 });
  expect(await telemetry.histogram('trading.trade.holding.duration')).toMatchObject({ count: 1, sum: 86_400 });
});

describe('fills at the expected price have no slippage', () => {
  test.each<[string, (price: number, quantity: number) => number]>([
    ['as it is', (price) => price],
    ['divided out of a cost', (price, quantity) => (price * quantity) / quantity],
    ['divided out of a cost of eight decimals', (price, quantity) => Number((price * quantity).toFixed(8)) / quantity],
  ])('%s', async (_name, priceOf) => {
    const { orders, telemetry } = setUp();
    for (let index = 1; index <= 2_000; index += 1) {
      const expectedPrice = 60_000 + index * 0.01;
      const quantity = index * 0.001;
      orders.place({ ...buy, quantity, expectedPrice }).fill({ quantity, price: priceOf(expectedPrice, quantity) });
    }
    const series = await telemetry.series('trading.order.slippage_cost');
    expect(series.map(({ attributes, value }) => [attributes['trading.slippage.direction'], value])).toEqual([
      ['none', 0],
    ]);
    expect(await telemetry.histogram('trading.order.slippage')).toMatchObject({ count: 2_000, sum: 0 });
  });

  test('nor do totals, but one tick away from it they have', async () => {
    const { orders, value } = setUp();
    const order = orders.place({ ...buy, quantity: 10 });
    for (let index = 1; index <= 100; index += 1) {
      order.update({ filledQuantity: index * 0.1, averagePrice: (index * 0.1 * 64_000) / (index * 0.1) });
    }
    expect(await value('order.slippage_cost')).toBe(0);
    orders.place(buy).fill({ quantity: 0.5, price: 64_000.01 });
    expect(await value('order.slippage_cost')).toBeCloseTo(0.005, 6);
  });
});
