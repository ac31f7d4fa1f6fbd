import { createTestTelemetry } from '@trademeter/testing';
import { describe, expect, test } from 'vitest';
import { instrumentOrders, type NewOrder } from './index.ts';

const buy: NewOrder = { symbol: 'AAPL', side: 'buy', type: 'limit', quantity: 100 };

function setUp(venue = 'alpaca') {
  const telemetry = createTestTelemetry();
  const orders = instrumentOrders({ venue, currency: 'USD', meterProvider: telemetry.meterProvider });
  const value = async (name: string, attributes = {}) => (await telemetry.value(`trading.${name}`, attributes)) ?? 0;
  const counts = async () => ({
    fills: await value('order.fills'),
    notional: await value('order.notional'),
    reversed: await value('order.notional_reversed'),
    corrected: await value('order.fill.corrections', { 'trading.correction.type': 'corrected' }),
    busted: await value('order.fill.corrections', { 'trading.correction.type': 'busted' }),
  });
  const fee = async (direction: string) => value('order.fee', { 'trading.payment.direction': direction });
  const dropped = () => telemetry.value('trademeter.measurement.dropped');
  return { telemetry, orders, value, counts, fee, dropped };
}

const a = { executionId: 'a', quantity: 50, price: 187, fee: { amount: 1 } };
const b = { executionId: 'b', quantity: 30, price: 188 };

describe('a corrected execution', () => {
  test('counts what it adds, and apart what it takes back', async () => {
    const { orders, counts, fee } = setUp();
    const order = orders.place(buy);
    order.fill(a);
    for (let index = 0; index < 2; index += 1) {
      order.correct({ previousExecutionId: 'a', executionId: 'a2', price: 188, fee: { amount: 1.5 } });
      order.fill(a);
      order.fill({ ...a, executionId: 'a2', price: 188 });
    }
    expect(await counts()).toEqual({ fills: 1, notional: 50 * 188, reversed: 0, corrected: 1, busted: 0 });
    expect(await fee('paid')).toBe(1.5);
    order.correct({ previousExecutionId: 'a2', executionId: 'a3', quantity: 40, fee: { amount: 1.25 } });
    expect(await counts()).toEqual({ fills: 1, notional: 9_400, reversed: 10 * 188, corrected: 2, busted: 0 });
    expect([await fee('paid'), await fee('received')]).toEqual([1.5, 0.25]);
    expect(order.filledQuantity).toBe(40);
    order.correct({ previousExecutionId: 'a3', executionId: 'a4', quantity: 100 });
    expect(await counts()).toMatchObject({ fills: 1, notional: 9_400 + 60 * 188, corrected: 3 });
    expect(order.outcome).toBe('filled');
  });

  test('of IBKR says so in its id', async () => {
    const { orders, counts, fee } = setUp('ibkr');
    const order = orders.place(buy);
    const first = { executionId: '0000e0d5.6596b0d0.01.01', quantity: 50, price: 187, fee: { amount: 1 } };
    const corrected = { ...first, executionId: '0000e0d5.6596b0d0.01.02', price: 186 };
    const other = { ...first, executionId: '0000e0d5.6596b0d1.01.01' };
    for (const execution of [first, corrected, first, corrected, other, other]) order.fill(execution);
    expect(await counts()).toEqual({ fills: 2, notional: 2 * 9_350, reversed: 50, corrected: 1, busted: 0 });
    expect([await fee('paid'), order.filledQuantity, order.outcome]).toEqual([2, 100, 'filled']);
  });

  test('of another venue has an id of its own', async () => {
    const { orders, counts } = setUp();
    const order = orders.place(buy);
    order.fill({ ...a, executionId: '1.01' });
    order.fill({ ...a, executionId: '1.02' });
    expect(await counts()).toMatchObject({ fills: 2, corrected: 0 });
  });

  test('that comes before the execution counts once', async () => {
    const { orders, counts } = setUp('ibkr');
    const order = orders.place(buy);
    order.correct({ previousExecutionId: 'a', executionId: 'a2', quantity: 50, price: 188 });
    order.fill(a);
    order.fill({ executionId: 'c.02', quantity: 10, price: 188 });
    order.fill({ executionId: 'c.01', quantity: 10, price: 187 });
    expect(await counts()).toMatchObject({ fills: 2, notional: 60 * 188 });
  });

  test('of an earlier process counts as one, and no money', async () => {
    const { orders, counts } = setUp();
    const order = orders.resume({ ...buy, filledQuantity: 50, executionIds: ['a'] });
    order.correct({ previousExecutionId: 'a', executionId: 'a2', price: 188, fee: { amount: 2 } });
    order.bust({ previousExecutionId: 'a2' });
    expect(await counts()).toEqual({ fills: 0, notional: 0, reversed: 0, corrected: 1, busted: 1 });
  });
});

describe('a busted execution', () => {
  test('is taken back, once', async () => {
    const { orders, counts } = setUp();
    const order = orders.place(buy);
    order.fill(a);
    order.fill(b);
    order.bust({ previousExecutionId: 'b' });
    order.bust({ previousExecutionId: 'b' });
    order.fill(b);
    expect(await counts()).toEqual({ fills: 2, notional: 9_350 + 5_640, reversed: 5_640, corrected: 0, busted: 1 });
    expect(order.filledQuantity).toBe(50);
    order.fill({ executionId: 'c', quantity: 50, price: 189 });
    expect(await counts()).toMatchObject({ fills: 3, notional: 9_350 + 5_640 + 9_450 });
    expect(order.outcome).toBe('filled');
  });

  test('agrees with the totals that show it', async () => {
    const { orders, counts } = setUp();
    const order = orders.place(buy);
    order.update({ filledQuantity: 80, cost: 9_350 + 5_640, executions: [a, b] });
    order.bust({ previousExecutionId: 'b' });
    order.update({ filledQuantity: 80, cost: 9_350 + 5_640 });
    order.update({ filledQuantity: 50, cost: 9_350 });
    expect([(await counts()).notional, order.filledQuantity]).toEqual([14_990, 50]);
    order.update({ filledQuantity: 70, cost: 9_350 + 20 * 189 });
    order.fill({ executionId: 'c', quantity: 20, price: 189 });
    expect(await counts()).toMatchObject({ fills: 3, notional: 14_990 + 20 * 189, reversed: 5_640 });
    expect(order.filledQuantity).toBe(70);
  });

  test('that is not named is dropped and counted', async () => {
    const { orders, counts, dropped } = setUp();
    const order = orders.place(buy);
    for (const wrong of [undefined, {}, { previousExecutionId: {} }, { previousExecutionId: null }]) {
      order.bust(wrong as never);
      order.correct(wrong as never);
    }
    expect([(await counts()).busted, await dropped()]).toEqual([0, 8]);
  });
});

test('a fill whose symbol is spelled in another way is of its order', async () => {
  const { orders, value } = setUp();
  const order = orders.place({ ...buy, symbol: 'BTC/USDT' });
  order.fill({ ...a, symbol: 'BTCUSDT', quantity: 100 });
  expect([order.outcome, await value('order.fills', { 'trading.symbol': 'BTC/USDT' })]).toEqual(['filled', 1]);
});

test('five replacements, one of them with a new id, are one order', async () => {
  const { orders, value } = setUp();
  const order = orders.place(buy);
  order.update({ status: 'partially_filled', filledQuantity: 30, averagePrice: 187 });
  for (let index = 0; index < 4; index += 1) order.replace({ quantity: 90 - index });
  order.replace({ quantity: 50, filledQuantity: 0 });
  order.update({ status: 'new', filledQuantity: 0 });
  order.update({ status: 'partially_filled', filledQuantity: 20, averagePrice: 188 });
  expect([order.outcome, order.filledQuantity]).toEqual([undefined, 50]);
  order.update({ status: 'filled', filledQuantity: 50, averagePrice: 188 });
  expect(await value('order.replacements')).toBe(5);
  expect([await value('order.placed'), await value('order.closed'), await value('order.open')]).toEqual([1, 1, 0]);
  expect(await value('order.notional')).toBe(30 * 187 + 50 * 188);
  expect(await value('order.fills')).toBe(3);
  order.replace({ quantity: 200 });
  expect(await value('order.replacements')).toBe(5);
});
