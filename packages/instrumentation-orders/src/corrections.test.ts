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
  test('counts what it adds, and separately what it takes back', async () => {
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

  test('at IBKR is recognized by its id', async () => {
    const { orders, counts, fee } = setUp('ibkr');
    const order = orders.place(buy);
    const first = { executionId: '0000e0d5.6596b0d0.01.01', quantity: 50, price: 187, fee: { amount: 1 } };
    const corrected = { ...first, executionId: '0000e0d5.6596b0d0.01.02', price: 186 };
    const other = { ...first, executionId: '0000e0d5.6596b0d1.01.01' };
    for (const execution of [first, corrected, first, corrected, other, other]) order.fill(execution);
    expect(await counts()).toEqual({ fills: 2, notional: 2 * 9_350, reversed: 50, corrected: 1, busted: 0 });
    expect([await fee('paid'), order.filledQuantity, order.outcome]).toEqual([2, 100, 'filled']);
  });

  test('at another venue has an unrelated id', async () => {
    const { orders, counts } = setUp();
    const order = orders.place(buy);
    order.fill({ ...a, executionId: '1.01' });
    order.fill({ ...a, executionId: '1.02' });
    expect(await counts()).toMatchObject({ fills: 2, corrected: 0 });
  });

  test('that arrives before the execution counts once', async () => {
    const { orders, counts } = setUp('ibkr');
    const order = orders.place(buy);
    order.correct({ previousExecutionId: 'a', executionId: 'a2', quantity: 50, price: 188 });
    order.fill(a);
    order.fill({ executionId: 'c.02', quantity: 10, price: 188 });
    order.fill({ executionId: 'c.01', quantity: 10, price: 187 });
    expect(await counts()).toMatchObject({ fills: 2, notional: 60 * 188 });
  });

  test.each([
    ['its price', { price: 188 }, 50 * 188],
    ['its quantity', { quantity: 40 }, 40 * 187],
    ['nothing', {}, 50 * 187],
  ])('that arrives before the execution with %s counts once both are known', async (_name, right, notional) => {
    const { orders, counts } = setUp();
    const order = orders.place(buy);
    for (let index = 0; index < 2; index += 1) {
      order.correct({ previousExecutionId: 'a', executionId: 'a2', ...right });
    }
    expect(await counts()).toEqual({ fills: 0, notional: 0, reversed: 0, corrected: 1, busted: 0 });
    for (let index = 0; index < 2; index += 1) {
      order.fill(a);
      order.correct({ previousExecutionId: 'a', executionId: 'a2', ...right });
    }
    expect(await counts()).toEqual({ fills: 1, notional, reversed: 0, corrected: 1, busted: 0 });
    order.bust({ previousExecutionId: 'a2' });
    expect(await counts()).toMatchObject({ reversed: notional, busted: 1 });
    expect(order.filledQuantity).toBe(0);
  });

  test('that arrives before the execution in two parts counts once both are known', async () => {
    const { orders, counts } = setUp();
    const order = orders.place(buy);
    order.correct({ previousExecutionId: 'a', executionId: 'a2', price: 188 });
    order.correct({ previousExecutionId: 'a2', executionId: 'a3', quantity: 40 });
    order.fill(a);
    expect(await counts()).toEqual({ fills: 1, notional: 40 * 188, reversed: 0, corrected: 2, busted: 0 });
    order.correct({ previousExecutionId: 'b', executionId: 'b2', price: 188 });
    order.bust({ previousExecutionId: 'b' });
    order.fill({ ...b, executionId: 'b2' });
    expect(await counts()).toMatchObject({ fills: 1, busted: 0 });
  });

  test.each([
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ])('with some figures keeps those of the one before, in the sequence %i, %i, %i', async (...sequence) => {
    const { orders, counts } = setUp();
    const order = orders.place(buy);
    const messages = [
      () => order.fill(a),
      () => order.correct({ previousExecutionId: 'a', executionId: 'a2', quantity: 40, price: 188 }),
      () => order.correct({ previousExecutionId: 'a2', executionId: 'a3', quantity: 45 }),
    ];
    for (let delivery = 0; delivery < 2; delivery += 1) {
      for (const index of sequence) messages[index]?.();
      const { notional, reversed } = await counts();
      expect(notional - reversed).toBeCloseTo(45 * 188, 9);
      expect(order.filledQuantity).toBe(45);
    }
  });

  test.each([
    ['in order', [0, 1, 2]],
    ['the last one first', [2, 1, 0]],
    ['the execution between them', [2, 0, 1]],
    ['the execution first', [0, 2, 1]],
    ['the first correction first', [1, 2, 0]],
    ['the execution last but one', [1, 0, 2]],
  ])('of a correction counts once, %s', async (_name, sequence) => {
    const { orders, counts, fee } = setUp();
    const order = orders.place(buy);
    const messages = [
      () => order.fill({ executionId: 'a', quantity: 50, price: 187, fee: { amount: 3 } }),
      () => order.correct({ previousExecutionId: 'a', executionId: 'b', quantity: 40, price: 188, fee: { amount: 2 } }),
      () => order.correct({ previousExecutionId: 'b', executionId: 'c', quantity: 30, price: 189, fee: { amount: 1 } }),
    ];
    for (const index of [...sequence, ...sequence]) messages[index]?.();
    const { notional, reversed, corrected } = await counts();
    expect(notional - reversed).toBeCloseTo(30 * 189, 9);
    expect([corrected, order.filledQuantity, (await fee('paid')) - (await fee('received'))]).toEqual([2, 30, 1]);
  });

  test.each([
    ['more at a lower price', 60, 100],
    ['less at a higher price', 40, 300],
    ['more at a higher price', 60, 200],
    ['less at a lower price', 40, 100],
    ['more for the same money', 100, 93.5],
  ])('to %s leaves what it is worth', async (_name, quantity, price) => {
    const { orders, counts } = setUp();
    const order = orders.place(buy);
    order.fill({ executionId: 'a', quantity: 50, price: 187 });
    for (let index = 0; index < 2; index += 1) {
      order.correct({ previousExecutionId: 'a', executionId: 'b', quantity, price });
    }
    const { notional, reversed, corrected } = await counts();
    expect(notional - reversed).toBeCloseTo(quantity * price, 9);
    expect([corrected, order.filledQuantity]).toEqual([1, quantity]);
  });

  test('to more at another price has the slippage of that price', async () => {
    const { orders, telemetry } = setUp();
    const order = orders.place({ ...buy, expectedPrice: 200 });
    order.fill({ executionId: 'a', quantity: 50, price: 200 });
    order.correct({ previousExecutionId: 'a', executionId: 'b', quantity: 60, price: 201 });
    const slippage = await telemetry.histogram('trading.order.slippage', { 'trading.slippage.direction': 'adverse' });
    expect(slippage).toMatchObject({ count: 1 });
    expect(slippage?.sum).toBeCloseTo(50, 9);
    expect(await telemetry.value('trading.order.notional')).toBeCloseTo(60 * 201, 9);
  });

  test('that was reported as an execution as well takes back the one that it corrects', async () => {
    const { orders, counts } = setUp();
    const order = orders.place(buy);
    order.fill(a);
    order.fill({ ...a, executionId: 'a2', price: 188 });
    for (let index = 0; index < 2; index += 1) {
      order.correct({ previousExecutionId: 'a', executionId: 'a2', quantity: 50, price: 188 });
    }
    const { notional, reversed, corrected } = await counts();
    expect([notional - reversed, corrected, order.filledQuantity]).toEqual([50 * 188, 1, 50]);
    order.bust({ previousExecutionId: 'a' });
    expect(order.filledQuantity).toBe(0);
  });

  test('from before a restart counts no money, even if its id is unknown', async () => {
    const { orders, counts } = setUp();
    const order = orders.resume({ ...buy, filledQuantity: 50 });
    for (let index = 0; index < 2; index += 1) {
      order.correct({ previousExecutionId: 'a', executionId: 'a2', quantity: 40, price: 187, fee: { amount: 2 } });
      order.fill(a);
    }
    expect(await counts()).toEqual({ fills: 0, notional: 0, reversed: 0, corrected: 1, busted: 0 });
    expect([order.filledQuantity, order.outcome]).toEqual([50, undefined]);
  });

  test('with an unknown id is a new execution if the ids of all earlier ones are known', async () => {
    const { orders, counts } = setUp();
    const order = orders.resume({ ...buy, filledQuantity: 50, executionIds: ['z'] });
    order.correct({ previousExecutionId: 'a', executionId: 'a2', quantity: 40, price: 187 });
    expect(await counts()).toMatchObject({ fills: 1, notional: 40 * 187, corrected: 1 });
  });

  test('with the same fees in several parts adds no fee', async () => {
    const { orders, fee } = setUp();
    const order = orders.place(buy);
    const fees = [{ amount: 1 }, { amount: 0.5, currency: 'usd' }, { amount: 0.5 }];
    order.fill({ ...a, fee: undefined, fees });
    expect(await fee('paid')).toBe(2);
    order.correct({ previousExecutionId: 'a', executionId: 'a2', price: 188, fees });
    order.fee({ amount: 0.5, executionId: 'a2' });
    expect([await fee('paid'), await fee('received')]).toEqual([2, 0]);
    order.correct({
      previousExecutionId: 'a2',
      executionId: 'a3',
      price: 187,
      fees: [{ amount: 1 }, { amount: 0.75 }],
    });
    expect([await fee('paid'), await fee('received')]).toEqual([2, 0.25]);
  });

  test('of an earlier process counts as a correction, without money', async () => {
    const { orders, counts } = setUp();
    const order = orders.resume({ ...buy, filledQuantity: 50, executionIds: ['a'] });
    order.correct({ previousExecutionId: 'a', executionId: 'a2', price: 188, fee: { amount: 2 } });
    order.bust({ previousExecutionId: 'a2' });
    expect(await counts()).toEqual({ fills: 0, notional: 0, reversed: 0, corrected: 1, busted: 1 });
  });
});

describe('the commission reports of a corrected execution at IBKR', () => {
  const first = { executionId: '0000e0d5.6596b0d0.01.01', quantity: 50, price: 187 };
  const second = { ...first, executionId: '0000e0d5.6596b0d0.01.02', price: 186 };
  const firstFee = { executionId: first.executionId, amount: 1 };
  const secondFee = { executionId: second.executionId, amount: 1.2 };

  test.each([
    ['in order', [first, firstFee, second, secondFee]],
    ['each before its execution', [firstFee, first, secondFee, second]],
    ['all before the executions', [firstFee, secondFee, first, second]],
    ['the older one last', [first, second, secondFee, firstFee]],
    ['the older one last, without its execution', [second, secondFee, firstFee]],
    ['the older execution last', [second, firstFee, secondFee, first]],
    [
      'in the executions themselves',
      [
        { ...first, fee: { amount: 1 } },
        { ...second, fee: { amount: 1.2 } },
      ],
    ],
    ['in a later delivery of the execution', [first, second, { ...second, fee: { amount: 1.2 } }]],
    ['without an execution', [firstFee, secondFee].map((fee) => ({ ...fee, quantity: 0, price: 0, fee }))],
    ['as a fill of quantity 0', [first, { ...secondFee, quantity: 0, price: 0, fee: secondFee }]],
  ])('count the last one once: %s', async (_name, messages) => {
    const { orders, fee, counts } = setUp('ibkr');
    const order = orders.place(buy);
    const deliver = (message: object) => {
      if ('quantity' in message) order.fill(message as never);
      else order.fee(message);
    };
    for (const message of messages) {
      deliver(message);
      deliver(message);
    }
    for (const message of messages.toReversed()) deliver(message);
    expect((await fee('paid')) - (await fee('received'))).toBeCloseTo(1.2, 12);
    const isFilled = messages.includes(first) || messages.some((message) => 'price' in message && message.price !== 0);
    expect([order.filledQuantity, (await counts()).busted]).toEqual([isFilled ? 50 : 0, 0]);
  });

  test('add nothing to an execution with the same fee, whichever arrives first', async () => {
    for (const messages of [
      [first, firstFee, second],
      [first, firstFee],
    ]) {
      const { orders, fee } = setUp('ibkr');
      const order = orders.place(buy);
      for (const message of messages) {
        if ('quantity' in message) order.fill(message);
        else order.fee(message);
      }
      order.fee({ ...secondFee, amount: 1 });
      order.fill(second);
      expect([await fee('paid'), await fee('received')]).toEqual([1, 0]);
    }
  });

  test('count a lower fee as received', async () => {
    const { orders, fee } = setUp('ibkr');
    const order = orders.place(buy);
    for (const amount of [2, 1.5, 1.75]) {
      const executionId = `e.0${[2, 1.5, 1.75].indexOf(amount) + 1}`;
      order.fee({ executionId, amount });
      order.fee({ executionId, amount });
    }
    expect([await fee('paid'), await fee('received')]).toEqual([2.25, 0.5]);
  });

  test('count by currency', async () => {
    const { orders, value } = setUp('ibkr');
    const order = orders.place(buy);
    order.fee({ executionId: 'e.01', amount: 8, currency: 'HKD' });
    order.fee({ executionId: 'e.01', amount: 1, currency: 'USD' });
    order.fee({ executionId: 'e.02', amount: 9, currency: 'HKD' });
    order.fee({ executionId: 'e.02', amount: 1, currency: 'USD' });
    expect(await value('order.fee', { 'trading.currency': 'HKD' })).toBe(9);
    expect(await value('order.fee', { 'trading.currency': 'USD' })).toBe(1);
  });

  test('count nothing for an execution of an earlier process, whichever revision that process saw', async () => {
    for (const known of [first, second]) {
      const { orders, fee } = setUp('ibkr');
      const order = orders.resume({ ...buy, filledQuantity: 50, executionIds: [known.executionId] });
      for (const message of [firstFee, secondFee, firstFee]) order.fee(message);
      order.fill(second);
      order.fee(secondFee);
      expect([await fee('paid'), await fee('received')]).toEqual([0, 0]);
    }
  });

  test('at another venue belong to two executions', async () => {
    const { orders, fee } = setUp();
    const order = orders.place(buy);
    order.fee(firstFee);
    order.fee(secondFee);
    expect(await fee('paid')).toBe(2.2);
  });
});

test('the fee of a correction counts once, before it, in it, after it, or in all of them', async () => {
  const correction = { previousExecutionId: 'a', executionId: 'a2', price: 188 };
  const fee2 = { executionId: 'a2', amount: 1.5 };
  for (const [before, within, after] of [
    [true, false, false],
    [false, true, false],
    [false, false, true],
    [true, true, true],
  ]) {
    const { orders, fee } = setUp();
    const order = orders.place(buy);
    order.fill(a);
    if (before === true) order.fee(fee2);
    order.correct(within === true ? { ...correction, fee: { amount: 1.5 } } : correction);
    if (after === true) order.fee(fee2);
    order.fee(fee2);
    order.fee({ executionId: 'a', amount: 1 });
    expect((await fee('paid')) - (await fee('received'))).toBe(1.5);
  }
});

describe('a busted execution', () => {
  test('is taken back once', async () => {
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

  test('is not taken back again by totals that reflect it', async () => {
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

  test('without an id is dropped and counted', async () => {
    const { orders, counts, dropped } = setUp();
    const order = orders.place(buy);
    for (const wrong of [undefined, {}, { previousExecutionId: {} }, { previousExecutionId: null }]) {
      order.bust(wrong as never);
      order.correct(wrong as never);
    }
    expect([(await counts()).busted, await dropped()]).toEqual([0, 8]);
  });
});

describe('an order without a handle', () => {
  const report = { orderId: 7, symbol: 'AAPL', side: 'buy', type: 'limit', quantity: 100 };

  test('can be corrected and busted by its id, once, even after its end', async () => {
    const { orders, counts, fee, value, dropped } = setUp();
    orders.report.update({ ...report, executions: [a, b] });
    for (let index = 0; index < 2; index += 1) {
      orders.report.correct({
        orderId: 7,
        previousExecutionId: 'a',
        executionId: 'a2',
        price: 188,
        fee: { amount: 1.5 },
      });
    }
    expect(await counts()).toMatchObject({ notional: 50 * 188 + 30 * 188, reversed: 0, corrected: 1 });
    orders.report.update({ orderId: 7, status: 'canceled' });
    for (let index = 0; index < 2; index += 1) orders.report.bust({ orderId: '7', previousExecutionId: 'b' });
    orders.report.update({ orderId: 7, executions: [a, b] });
    expect(await counts()).toEqual({ fills: 2, notional: 80 * 188, reversed: 30 * 188, corrected: 1, busted: 1 });
    expect([await fee('paid'), await value('order.closed'), await value('order.open')]).toEqual([1.5, 1, 0]);
    expect(await dropped()).toBe(0);
  });

  test('is found by symbol if order ids are unique only within a symbol', async () => {
    const { orders, value } = setUp();
    for (const symbol of ['AAPL', 'MSFT']) orders.report.update({ ...report, symbol, executions: [a] });
    orders.report.bust({ orderId: 7, symbol: 'MSFT', previousExecutionId: 'a' });
    expect(await value('order.notional_reversed', { 'trading.symbol': 'MSFT' })).toBe(9_350);
    expect(await value('order.notional_reversed', { 'trading.symbol': 'AAPL' })).toBe(0);
  });

  test('is not created by a correction: a correction of an unknown order is dropped and counted', async () => {
    const { orders, counts, value, dropped } = setUp();
    const { report: reports } = orders;
    reports.correct({ ...report, previousExecutionId: 'a', executionId: 'a2', quantity: 50, price: 188 });
    reports.bust({ orderId: 8, previousExecutionId: 'a' });
    for (const wrong of [undefined, {}, { orderId: {} }, { previousExecutionId: 'a' }]) {
      reports.correct(wrong as never);
      reports.bust(wrong as never);
    }
    reports.update(report);
    reports.correct({ orderId: 7 } as never);
    expect(await counts()).toEqual({ fills: 0, notional: 0, reversed: 0, corrected: 0, busted: 0 });
    expect([await value('order.open'), await dropped()]).toEqual([1, 11]);
  });
});

test('a fill that spells the symbol differently belongs to its order', async () => {
  const { orders, value } = setUp();
  const order = orders.place({ ...buy, symbol: 'BTC/USDT' });
  order.fill({ ...a, symbol: 'BTCUSDT', quantity: 100 });
  expect([order.outcome, await value('order.fills', { 'trading.symbol': 'BTC/USDT' })]).toEqual(['filled', 1]);
});

test('a replacement that counts from 0 adds its executions to the earlier totals', async () => {
  const { orders, value } = setUp();
  const order = orders.place({ ...buy, quantity: 1 });
  order.update({ filledQuantity: 0.4, averagePrice: 100 });
  order.replace({ quantity: 0.6, filledQuantity: 0 });
  order.fill({ executionId: 'x', quantity: 0.6, price: 110 });
  expect(order.filledQuantity).toBeCloseTo(1, 12);
  expect([order.outcome, await value('order.fills')]).toEqual(['filled', 2]);
  expect(await value('order.notional')).toBeCloseTo(106, 9);
  order.update({ status: 'filled', filledQuantity: 0.6, averagePrice: 110 });
  expect(await value('order.notional')).toBeCloseTo(106, 9);
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
