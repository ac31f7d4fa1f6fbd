import { captureLogs, createTestTelemetry } from '@trademeter/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  instrumentOrders,
  type NewOrder,
  type OrderUpdate,
  type ReportedResume,
  type ReportedUpdate,
} from './index.ts';

const buy: NewOrder = { symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 0.5, expectedPrice: 64_000 };

function setUp() {
  const telemetry = createTestTelemetry();
  const clock = { milliseconds: Date.UTC(2026, 0, 5) };
  const orders = instrumentOrders({
    venue: 'binance',
    meterProvider: telemetry.meterProvider,
    now: () => clock.milliseconds,
  });
  const value = async (name: string, attributes = {}) => (await telemetry.value(`trading.${name}`, attributes)) ?? 0;
  const histogram = (name: string, attributes = {}) => telemetry.histogram(`trading.${name}`, attributes);
  const closed = (outcome: string) => value('order.closed', { 'trading.order.outcome': outcome });
  const dropped = () => telemetry.value('trademeter.measurement.dropped');
  return { telemetry, clock, orders, value, histogram, closed, dropped };
}

const a = { executionId: 'a', quantity: 0.3, price: 64_000 };
const b = { executionId: 'b', quantity: 0.2, price: 64_100 };
const cost = 0.3 * 64_000 + 0.2 * 64_100;

describe('totals and executions of one order', () => {
  const messages: readonly OrderUpdate[] = [
    { status: 'open', filledQuantity: 0.3, averagePrice: 64_000, leavesQuantity: 0.2 },
    { executions: [a] },
    { status: 'PARTIALLY_FILLED', filledQuantity: '0.5', cost: `${cost}` },
    { executions: [b] },
    { executions: [a, b] },
  ];

  test('count the larger of the two, in any sequence and however often', async () => {
    const shuffled = fc.shuffledSubarray([...messages, ...messages], { minLength: 10 });
    await fc.assert(
      fc.asyncProperty(shuffled, async (updates) => {
        const { orders, value, closed, dropped } = setUp();
        const order = orders.place(buy);
        for (const update of updates) order.update(update);
        for (let index = 0; index < 2; index += 1) order.update({ status: 'closed', filledQuantity: 0.5, cost });
        expect(await value('order.fills')).toBe(2);
        expect(await value('order.notional')).toBeCloseTo(cost, 6);
        expect(order.filledQuantity).toBeCloseTo(0.5, 12);
        expect([await closed('filled'), await value('order.closed'), await value('order.open')]).toEqual([1, 1, 0]);
        expect(await dropped()).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test('include what the verb fill reported', async () => {
    const { orders, value } = setUp();
    const order = orders.place(buy);
    order.fill(a);
    order.update({ filledQuantity: 0.3, averagePrice: 64_000 });
    order.update({ filledQuantity: 0.5, cost });
    order.fill(b);
    order.fill(a);
    expect(order.outcome).toBe('filled');
    expect(await value('order.fills')).toBe(2);
    expect(await value('order.notional')).toBeCloseTo(cost, 6);
  });

  test('have the slippage of the increment that each added', async () => {
    const { orders, histogram, value } = setUp();
    const order = orders.place(buy);
    order.update({ filledQuantity: 0.3, averagePrice: 64_000 });
    order.update({ filledQuantity: 0.5, cost });
    const adverse = { 'trading.slippage.direction': 'adverse' };
    expect(await histogram('order.slippage', { 'trading.slippage.direction': 'none' })).toMatchObject({ count: 1 });
    expect((await histogram('order.slippage', adverse))?.sum).toBeCloseTo((100 / 64_000) * 10_000, 6);
    expect(await value('order.slippage_cost', adverse)).toBeCloseTo(20, 6);
  });

  test('count the money of a quantity once its price is known', async () => {
    const { orders, value } = setUp();
    const order = orders.place(buy);
    order.update({ filledQuantity: 0.3, averagePrice: 0 });
    expect([await value('order.fills'), await value('order.notional')]).toEqual([1, 0]);
    order.update({ filledQuantity: 0.3, averagePrice: 64_000 });
    order.update({ filledQuantity: 0.5, cost: 0.3 * 64_000 });
    expect([await value('order.fills'), await value('order.notional')]).toEqual([2, 19_200]);
    order.update({ filledQuantity: 0.5, cost });
    expect(await value('order.notional')).toBe(cost);
  });
});

test('every execution of an update with a time counts', async () => {
  const { orders, clock, value } = setUp();
  const order = orders.place(buy);
  order.update({ filledQuantity: 0.5, cost, time: clock.milliseconds });
  order.update({ executions: [a, b], time: clock.milliseconds });
  expect(await value('order.fills')).toBe(2);
  expect(await value('order.notional')).toBeCloseTo(cost, 6);
});

test('totals alone count as one fill at the average price', async () => {
  const { orders, value, histogram, closed } = setUp();
  orders.place(buy).update({ status: 'closed', filledQuantity: 0.5, cost: 32_005 });
  expect([await value('order.fills'), await value('order.notional'), await closed('filled')]).toEqual([1, 32_005, 1]);
  expect((await histogram('order.slippage'))?.sum).toBeCloseTo((10 / 64_000) * 10_000, 9);
});

describe('a status', () => {
  test.each<[string, OrderUpdate, string | undefined]>([
    [
      'closed and nothing filled, a triggered conditional order',
      { status: 'closed', filledQuantity: 0, leavesQuantity: 0.01 },
      'canceled',
    ],
    [
      'closed, net of a fee in the base currency',
      { status: 'closed', filledQuantity: 0.49975, leavesQuantity: 0.00025 },
      'filled',
    ],
    ['closed, half of it filled', { status: 'closed', filledQuantity: 0.25, leavesQuantity: 0.25 }, 'canceled'],
    ['closed alone', { status: 'closed' }, 'filled'],
    ['filled, with a missing execution', { status: 'FILLED' }, 'filled'],
    ['Filled, with an upper-case F', { status: 'Filled', filledQuantity: '0.5', averagePrice: '64010' }, 'filled'],
    ['2 of FIX', { status: '2', filledQuantity: 0.5 }, 'filled'],
    ['Cancelled', { status: 'Cancelled', leavesQuantity: 0 }, 'canceled'],
    ['ApiCancelled', { status: 'ApiCancelled' }, 'canceled'],
    ['PartiallyFilledCanceled', { status: 'PartiallyFilledCanceled', filledQuantity: 0.1 }, 'canceled'],
    ['canceled, too late', { status: 'canceled', filledQuantity: 0.5 }, 'filled'],
    ['EXPIRED_IN_MATCH', { status: 'EXPIRED_IN_MATCH' }, 'expired'],
    ['rejected', { status: 'rejected', reason: 'unknown_symbol' }, 'rejected'],
    ['done_for_day', { status: 'done_for_day' }, undefined],
    ['calculated', { status: 'calculated' }, undefined],
    ['suspended', { status: 'suspended' }, undefined],
    ['done_for_day, and nothing left', { status: '3', filledQuantity: 0.2, leavesQuantity: 0 }, undefined],
    ['calculated, and nothing left', { status: 'calculated', filledQuantity: 0.2, leavesQuantity: 0 }, undefined],
    ['suspended, and nothing left', { status: 'suspended', filledQuantity: 0.2, leavesQuantity: 0 }, undefined],
    ['done_for_day, and all filled', { status: 'done_for_day', filledQuantity: 0.5, leavesQuantity: 0 }, 'filled'],
    ['order_replace_rejected', { status: 'order_replace_rejected' }, undefined],
    ['PreSubmitted', { status: 'PreSubmitted', leavesQuantity: 0.5, filledQuantity: 0 }, undefined],
    ['none, and nothing is left', { filledQuantity: 0.4, leavesQuantity: 0 }, 'filled'],
    ['none, and all is filled', { filledQuantity: 0.5 }, 'filled'],
  ])('%s', async (_name, update, outcome) => {
    const { orders, value, dropped } = setUp();
    const order = orders.place(buy);
    order.update(update);
    order.update(update);
    expect(order.outcome).toBe(outcome);
    expect(await value('order.closed')).toBe(outcome === undefined ? 0 : 1);
    expect(await value('order.open')).toBe(outcome === undefined ? 1 : 0);
    expect(await value('order.rejections')).toBe(outcome === 'rejected' ? 1 : 0);
    expect(await dropped()).toBe(0);
  });

  test('closes an order for an amount of money', async () => {
    const { orders, closed, value, histogram } = setUp();
    const order = orders.place({ ...buy, quantity: undefined });
    order.update({ status: 'new', filledQuantity: 0, averagePrice: null });
    order.update({ filledQuantity: 0.1, averagePrice: 64_000, leavesQuantity: null });
    expect(order.outcome).toBeUndefined();
    order.update({ status: 'filled', filledQuantity: 0.1562, averagePrice: 64_000 });
    expect([await closed('filled'), await value('order.open')]).toEqual([1, 0]);
    expect(await histogram('order.fill_ratio')).toMatchObject({ count: 1, sum: 1 });
  });

  test('that is unknown is dropped, but the figures of the update count', async () => {
    const { orders, value, dropped } = setUp();
    const order = orders.place(buy);
    order.update({ status: 'on_the_moon', filledQuantity: 0.1, averagePrice: 64_000 });
    expect([await value('order.fills'), await dropped(), order.outcome]).toEqual([1, 1, undefined]);
  });

  test('records no response time', async () => {
    const { orders, clock, histogram } = setUp();
    const order = orders.place(buy);
    clock.milliseconds += 60_000;
    order.update({ status: 'open' });
    order.acknowledge();
    expect(await histogram('order.request.duration')).toBeUndefined();
  });
});

test('the fill duration of a late report ends at the time of the fill', async () => {
  const { orders, clock, histogram } = setUp();
  const order = orders.place(buy);
  const time = clock.milliseconds + 2_000;
  clock.milliseconds += 3_600_000;
  order.fill({ quantity: 0.5, price: 64_000, executionId: 'a', time });
  orders.place(buy).update({ status: 'filled', time: clock.milliseconds });
  const second = orders.place(buy);
  clock.milliseconds += 60_000;
  second.update({ executions: [{ ...a, quantity: 0.5, time: new Date(clock.milliseconds - 50_000) }] });
  expect(await histogram('order.fill.duration')).toMatchObject({ count: 3, sum: 12 });
});

describe('an invalid part of an update', () => {
  test.each<[string, OrderUpdate, number]>([
    ['is not an object', null as never, 1],
    ['is negative', { filledQuantity: -1 }, 1],
    ['is an unset double', { filledQuantity: 1.7976931348623157e308, averagePrice: 1.7976931348623157e308 }, 1],
    ['is an unset price without a fill', { filledQuantity: 0, averagePrice: 1.7976931348623157e308 }, 0],
    ['is an execution without an id', { executions: [{ quantity: 0.1, price: 64_000 }] }, 1],
    ['is a text in place of a list', { executions: 'a' as never }, 1],
    ['is a list of null', { executions: [null] as never }, 1],
  ])('%s and is dropped on its own', async (_name, update, drops) => {
    const { orders, value, dropped } = setUp();
    const order = orders.place(buy);
    order.update(update);
    expect([await value('order.fills'), await dropped(), order.outcome]).toEqual([0, drops, undefined]);
    order.update({
      ...update,
      filledQuantity: 0.5,
      averagePrice: 64e3,
    });
    expect(order.outcome).toBe('filled');
  });
});

describe('an order from before a restart', () => {
  const half = { ...buy, quantity: 1, filledQuantity: 0.5 };

  test.each([
    ['without ids', half, { ...a, quantity: 0.5 }],
    ['with its id', { ...half, executionIds: ['a'] }, { ...a, quantity: 0.5 }],
    ['with its number', { ...half, executionIds: [7] }, { ...a, executionId: 7, quantity: 0.5 }],
  ])('counts nothing of an execution that is delivered again, %s', async (_name, resumed, execution) => {
    const { orders, value } = setUp();
    const order = orders.resume(resumed);
    order.fill(execution);
    order.update({ filledQuantity: 0.5, averagePrice: 64_000, executions: [execution] });
    expect([await value('order.fills'), await value('order.notional'), order.filledQuantity]).toEqual([0, 0, 0.5]);
    expect(order.outcome).toBeUndefined();
    order.fill({ ...b, quantity: 0.5 });
    expect([await value('order.fills'), order.outcome]).toEqual([1, 'filled']);
  });

  test.each([0, 2_000, 60_000])('counts a new execution if the clock of the venue is ahead by %i ms', async (ahead) => {
    const { orders, clock, value } = setUp();
    const order = orders.resume(half);
    clock.milliseconds += 10_000;
    order.fill({ ...a, time: clock.milliseconds + ahead });
    expect([await value('order.fills'), order.filledQuantity]).toEqual([1, 0.8]);
  });

  test.each([
    ['an execution 2 s before it, by a clock that is 3 s ahead', 0, 1_000],
    ['the same execution, reported a little later', 500, 500],
    ['an execution with a time in another time zone', 0, 5 * 3_600_000],
    ['the same execution, reported later', 60_000, 5 * 3_600_000],
  ])('does not count %s', async (_, elapsed, ahead) => {
    const { orders, clock, value } = setUp();
    const order = orders.resume(half);
    clock.milliseconds += elapsed;
    order.fill({ ...a, time: clock.milliseconds + ahead });
    expect([await value('order.fills'), order.filledQuantity]).toEqual([0, 0.5]);
  });

  test('counts executions with a new id or a later time', async () => {
    const { orders, clock, value } = setUp();
    const known = orders.resume({ ...half, executionIds: ['x'] });
    known.fill(a);
    const timed = orders.resume(half);
    clock.milliseconds += 10_000;
    timed.fill({ ...a, time: clock.milliseconds - 5_000 });
    timed.fill({ ...b, time: clock.milliseconds - 3_600_000 });
    expect(await value('order.fills')).toBe(2);
    expect([known.filledQuantity, timed.filledQuantity]).toEqual([0.8, 0.8]);
  });

  test('counts what totals add', async () => {
    const { orders, value } = setUp();
    const order = orders.resume({ ...half, averagePrice: 60_000 });
    order.update({ filledQuantity: 0.6, cost: 0.5 * 60_000 + 0.1 * 64_000 });
    const other = orders.resume(half);
    other.update({ filledQuantity: 0.5, averagePrice: 60_000 });
    other.update({ filledQuantity: 0.6, cost: 0.5 * 60_000 + 0.1 * 64_000 });
    expect(await value('order.fills')).toBe(2);
    expect(await value('order.notional')).toBeCloseTo(2 * 6_400, 6);
  });
});

describe('an order without a handle', () => {
  const report: ReportedUpdate = { orderId: 1, symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 0.5 };
  const opened = { status: 'new', filledQuantity: 0 };
  const ended = { status: 'filled', filledQuantity: 0.5, averagePrice: 64_000 };

  test('counts its fills and its end, and is open until then', async () => {
    const { orders, value, closed } = setUp();
    orders.report.update({ ...report, status: 'open', filledQuantity: 0 });
    expect(await value('order.open')).toBe(1);
    for (let index = 0; index < 2; index += 1) {
      orders.report.update({ orderId: '1', filledQuantity: 0.3, averagePrice: 64_000 });
      orders.report.update({ ...report, executions: [a, b] });
      orders.report.update({ ...report, status: 'closed', filledQuantity: 0.5, cost });
    }
    expect(await value('order.fills')).toBe(2);
    expect(await value('order.notional')).toBeCloseTo(cost, 6);
    expect([await closed('filled'), await value('order.open'), await value('order.placed')]).toEqual([1, 0, 0]);
  });

  test('is identified by venue, symbol and id', async () => {
    const { orders, value } = setUp();
    for (const other of [{}, { venue: 'kraken' }, { symbol: 'ETH/USDT' }, { orderId: 2 }]) {
      for (let index = 0; index < 2; index += 1) orders.report.update({ ...report, status: 'filled', ...other });
    }
    expect(await value('order.closed')).toBe(4);
  });

  test('is another one than that with its id in another account, or on the other side', async () => {
    const { orders, value } = setUp();
    for (const other of [{ account: 'main' }, { account: 'hedge' }, { account: 'hedge', side: 'SELL' }]) {
      for (let index = 0; index < 2; index += 1) {
        orders.report.update({ ...report, ...other, status: 'Submitted', filledQuantity: 0 });
        orders.report.update({ ...report, ...other, status: 'Filled', filledQuantity: 0.5, averagePrice: 64_000 });
      }
    }
    expect([await value('order.closed'), await value('order.fills'), await value('order.open')]).toEqual([3, 3, 0]);
    expect(await value('order.notional')).toBe(3 * 32_000);
  });

  test('has the id of one that ended, if it is new half a day later or was placed after that one ended', async () => {
    const { orders, value, clock } = setUp();
    const fill = { ...report, status: 'filled', filledQuantity: 0.5, averagePrice: 64_000 };
    const unfilled = { ...report, status: 'new', filledQuantity: '0.0' };
    orders.report.update(unfilled);
    orders.report.update(fill);
    clock.milliseconds += 11 * 3_600_000;
    for (const late of [unfilled, fill]) orders.report.update(late);
    expect([await value('order.closed'), await value('order.open')]).toEqual([1, 0]);
    clock.milliseconds += 2 * 3_600_000;
    orders.report.update(fill);
    expect(await value('order.closed')).toBe(1);
    orders.report.update(unfilled);
    expect([await value('order.closed'), await value('order.open')]).toEqual([1, 1]);
    for (let index = 0; index < 2; index += 1) orders.report.update(fill);
    expect([await value('order.closed'), await value('order.fills')]).toEqual([2, 2]);
    // The clock of the venue is ahead.
    orders.report.update({ ...fill, placedTime: clock.milliseconds + 2_000 });
    expect(await value('order.closed')).toBe(2);
    clock.milliseconds += 2 * 3_600_000;
    const placedTime = clock.milliseconds - 60_000;
    for (let index = 0; index < 2; index += 1) orders.report.update({ ...fill, placedTime });
    expect([await value('order.closed'), await value('order.fills')]).toEqual([3, 3]);
    expect(await value('order.notional')).toBe(3 * 32_000);
  });

  test.each<[string, number, object]>([
    ['a repeated end with a placedTime that is hours ahead', 2, { placedTime: Date.UTC(2026, 0, 5, 5, 30), ...ended }],
    ['an open order with a placedTime that is hours ahead', 13, { placedTime: Date.UTC(2026, 0, 5, 20), ...opened }],
    ['an open order with the placedTime of the one that ended', 13, { placedTime: Date.UTC(2026, 0, 5), ...opened }],
    ['an open order at a time before the end', 13, { time: Date.UTC(2026, 0, 4, 23, 59), ...opened }],
  ])('that ended is not a new one after %s', async (_name, hours, message) => {
    const { orders, value, clock } = setUp();
    orders.report.update({ ...report, ...ended });
    clock.milliseconds += hours * 3_600_000;
    for (let index = 0; index < 3; index += 1) orders.report.update({ ...report, ...message });
    expect([await value('order.closed'), await value('order.open'), await value('order.fills')]).toEqual([1, 0, 1]);
  });

  test('with the id of one that ended can be resumed', async () => {
    const { orders, value, clock } = setUp();
    orders.report.update({ ...report, ...ended });
    clock.milliseconds += 24 * 3_600_000;
    const placedTime = clock.milliseconds - 60_000;
    const resumed: ReportedResume = { ...buy, orderId: 1, filledQuantity: 0, placedTime };
    for (let index = 0; index < 2; index += 1) orders.report.resume(resumed);
    expect(await value('order.open')).toBe(1);
    orders.report.update({ ...report, ...ended });
    expect([await value('order.closed'), await value('order.open'), await value('order.fills')]).toEqual([2, 0, 2]);
  });

  test.each<[string, object | undefined]>([
    ['later', undefined],
    ['later, unlike that of the options', { account: 'main' }],
  ])('is one order if its account is named %s', async (_name, options) => {
    const telemetry = createTestTelemetry();
    const { report: reports } = instrumentOrders({
      venue: 'ibkr',
      meterProvider: telemetry.meterProvider,
      ...options,
    });
    const value = async (name: string) => (await telemetry.value(`trading.${name}`)) ?? 0;
    const executions = [{ executionId: 'a.01', quantity: 0.5, price: 64_000 }];
    reports.update({ ...report, ...ended });
    reports.update({ ...report, account: 'U1', executions });
    reports.update({ ...report, ...ended });
    expect([await value('order.closed'), await value('order.fills')]).toEqual([1, 1]);
    reports.update({ ...report, account: 'U2', ...ended });
    expect([await value('order.closed'), await value('order.fills')]).toEqual([2, 2]);
  });

  test('is one order if its account is too long to be recorded', async () => {
    const { orders, value } = setUp();
    for (let index = 0; index < 3; index += 1) {
      orders.report.update({ ...report, account: 'U'.repeat(300), ...ended });
    }
    expect([await value('order.closed'), await value('order.fills')]).toEqual([1, 1]);
  });

  test('is one order if an execution names the side of its maker', async () => {
    const { orders, value } = setUp();
    orders.report.update({ ...report, ...opened });
    orders.report.update({ ...report, side: 'sell', executions: [{ executionId: 1, quantity: 0.5, price: 64_000 }] });
    orders.report.update({ ...report, status: 'done', leavesQuantity: 0 });
    expect([await value('order.closed'), await value('order.fills'), await value('order.open')]).toEqual([1, 1, 0]);
  });

  test('on the other side of one with its id gets its executions', async () => {
    const { orders, value } = setUp();
    for (const side of ['buy', 'sell']) orders.report.update({ ...report, side, ...opened });
    orders.report.update({ ...report, side: 'sell', executions: [{ executionId: 1, quantity: 0.5, price: 64_000 }] });
    expect(await value('order.open', { 'trading.order.side': 'sell' })).toBe(0);
    expect(await value('order.open', { 'trading.order.side': 'buy' })).toBe(1);
  });

  test.each([
    ['NSE:INFY', 'NSE:TCS'],
    ['BTC-USDT', 'BTC-USDT-SWAP'],
  ])('of %s is another one than that of %s with its id', async (...symbols) => {
    const { orders, value } = setUp();
    for (const symbol of [...symbols, ...symbols])
      orders.report.update({ ...report, symbol, currency: 'USD', ...ended });
    expect([await value('order.closed'), await value('order.fills')]).toEqual([2, 2]);
  });

  test('needs an id, and in the first update its symbol and side', async () => {
    const { orders, value, dropped } = setUp();
    orders.report.update({ status: 'filled' } as never);
    orders.report.update({ orderId: 5, status: 'filled' });
    orders.report.update({ ...report, orderId: {} as never });
    expect([await value('order.closed'), await dropped()]).toEqual([0, 3]);
  });

  test('of several legs is one order', async () => {
    const { orders, value } = setUp();
    for (let index = 0; index < 2; index += 1) orders.report.update({ ...report, symbol: '', status: 'open' });
    expect(await value('order.open')).toBe(1);
  });

  test('from before a restart counts what is new', async () => {
    const { orders, value } = setUp();
    const resumed = {
      ...report,
      symbol: 'BTC/USDT',
      side: 'buy',
      type: 'limit',
      filledQuantity: 0.3,
      executionIds: ['a'],
    };
    for (let index = 0; index < 2; index += 1) orders.report.resume(resumed);
    orders.report.update({ orderId: 1, filledQuantity: 0.3, averagePrice: 64_000, executions: [a] });
    expect([await value('order.fills'), await value('order.open')]).toEqual([0, 1]);
    orders.report.update({ orderId: 1, status: 'filled', filledQuantity: 0.5, cost, executions: [a, b] });
    expect([await value('order.fills'), await value('order.open')]).toEqual([1, 0]);
    expect(await value('order.notional')).toBeCloseTo(0.2 * 64_100, 6);
  });

  test('that gets a new id stays one order', async () => {
    const { orders, value, dropped } = setUp();
    orders.report.update({ ...report, status: 'open', filledQuantity: 0.3, averagePrice: 64_000 });
    const replacement = { orderId: 1, newOrderId: 2, quantity: 0.2, filledQuantity: 0 };
    for (let index = 0; index < 2; index += 1) orders.report.replace(replacement);
    orders.report.update({ orderId: 1, status: 'replaced' });
    orders.report.update({ orderId: 2, status: 'filled', filledQuantity: 0.2, averagePrice: 64_100 });
    expect([await value('order.replacements'), await value('order.closed'), await value('order.open')]).toEqual([
      1, 1, 0,
    ]);
    expect(await value('order.notional')).toBeCloseTo(cost, 6);
    expect(await dropped()).toBe(0);
  });

  test('that is not known cannot be replaced: that is dropped, counted and logged once', async () => {
    using logs = captureLogs();
    const { orders, value, dropped } = setUp();
    for (let index = 0; index < 2; index += 1) orders.report.replace({ orderId: 79, quantity: 1 });
    orders.report.replace({ orderId: 79, newOrderId: '79', quantity: 1 });
    orders.report.replace({ orderId: 79, newOrderId: {} as never, quantity: 1 });
    expect([await value('order.replacements'), await value('order.open'), await dropped()]).toEqual([0, 0, 4]);
    expect(logs.messages.filter((message) => message.includes('replacement'))).toEqual([
      expect.stringContaining('got a replacement of an unknown order: report an update of the order first'),
    ]);
  });

  test('that is not known yet gets its new id as soon as it is, logged once', async () => {
    using logs = captureLogs();
    const { orders, value, dropped } = setUp();
    orders.report.replace({ orderId: 78, newOrderId: 79, quantity: 0.6 });
    for (let index = 0; index < 2; index += 1) orders.report.replace({ orderId: 77, newOrderId: 78, quantity: 1 });
    expect([await value('order.replacements'), await value('order.open'), await dropped()]).toEqual([0, 0, 0]);
    orders.report.update({ ...report, orderId: 77, status: 'open', filledQuantity: 0.1, averagePrice: 64_000 });
    expect([await value('order.replacements'), await value('order.open')]).toEqual([2, 1]);
    orders.report.update({ orderId: 79, filledQuantity: 0.6, averagePrice: 64_000 });
    expect([await value('order.closed'), await value('order.open'), await dropped()]).toEqual([1, 0, 0]);
    expect(await value('order.notional')).toBeCloseTo(0.6 * 64_000, 6);
    expect(logs.messages).toEqual([
      expect.stringContaining('got a replacement of an unknown order: it counts as soon'),
    ]);
  });

  test('that becomes known later than half a day after its replacement is not replaced: that is dropped', async () => {
    const { orders, value, clock, dropped } = setUp();
    const replacement = { orderId: 77, newOrderId: 78 };
    orders.report.replace(replacement);
    replacement.newOrderId = 99;
    clock.milliseconds += 11 * 3_600_000;
    orders.report.update({ ...report, orderId: 77, ...opened });
    orders.report.update({ orderId: 78, ...ended });
    expect([await value('order.replacements'), await value('order.closed'), await dropped()]).toEqual([1, 1, 0]);
    orders.report.replace({ orderId: 80, newOrderId: 81 });
    clock.milliseconds += 13 * 3_600_000;
    orders.report.update({ ...report, orderId: 80, ...opened });
    expect([await value('order.replacements'), await value('order.open'), await dropped()]).toEqual([1, 1, 1]);
  });

  test('is awaited by up to 1,000 replacements: further ones are dropped and counted', async () => {
    const { orders, value, dropped } = setUp();
    for (let orderId = 0; orderId < 1_001; orderId += 1) orders.report.replace({ orderId, newOrderId: `n${orderId}` });
    expect(await dropped()).toBe(1);
    for (const orderId of [0, 1]) orders.report.update({ ...report, orderId, status: 'open' });
    expect(await value('order.replacements')).toBe(1);
  });

  test('that is canceled under its old id goes on under the new one', async () => {
    const { orders, value, closed, dropped } = setUp();
    orders.report.update({ ...report, status: 'open', filledQuantity: 0.4, averagePrice: 64_000 });
    orders.report.update({ orderId: 1, status: 'canceled', filledQuantity: 0.4, averagePrice: 64_000 });
    const replacement = { orderId: 1, newOrderId: 2, quantity: 0.1, filledQuantity: 0 };
    for (let index = 0; index < 2; index += 1) orders.report.replace(replacement);
    expect([await value('order.open'), await value('order.reopened'), await value('order.replacements')]).toEqual([
      1, 1, 1,
    ]);
    orders.report.update({ orderId: 2, status: 'filled', filledQuantity: 0.1, averagePrice: 64_000 });
    orders.report.replace(replacement);
    expect([await closed('canceled'), await closed('filled'), await value('order.open')]).toEqual([1, 1, 0]);
    expect(await value('order.notional')).toBeCloseTo(0.5 * 64_000, 6);
    expect(await dropped()).toBe(0);
  });

  test('whose totals continue has what its new id counted twice taken back, with its fees', async () => {
    const { orders, value } = setUp();
    const fee = { amount: 2, currency: 'USDT' };
    const [first, second] = [
      { ...a, fee },
      { ...b, fee },
    ];
    orders.report.update({ ...report, status: 'open', filledQuantity: 0.3, averagePrice: 64_000, executions: [first] });
    orders.report.update({
      ...report,
      orderId: 2,
      status: 'filled',
      filledQuantity: 0.5,
      cost,
      executions: [first, second],
    });
    orders.report.replace({ orderId: 1, newOrderId: 2 });
    expect(await value('order.notional_reversed')).toBeCloseTo(0.3 * 64_000, 6);
    expect((await value('order.notional')) - (await value('order.notional_reversed'))).toBeCloseTo(cost, 6);
    for (const orderId of [1, 2]) orders.report.update({ orderId, executions: [first, second] });
    const direction = (which: string) => value('order.fee', { 'trading.payment.direction': which });
    expect((await direction('paid')) - (await direction('received'))).toBe(4);
    expect([await value('order.open'), (await value('order.closed')) - (await value('order.reopened'))]).toEqual([
      0, 1,
    ]);
  });

  describe('that gets a new id, whose updates arrive before that is known', () => {
    const first = { ...report, quantity: 1, status: 'open', executions: [a] };
    const replacement = { orderId: 1, newOrderId: 2, quantity: 0.7, filledQuantity: 0 };
    const second = { ...report, orderId: 2, quantity: 0.7, status: 'open' };
    const part = { ...second, filledQuantity: 0.2, averagePrice: 64_000 };
    const late = { orderId: 1, executions: [a, { executionId: 'late', quantity: 0.1, price: 64_000 }] };
    const canceled = { orderId: 1, status: 'canceled', filledQuantity: 0.4, averagePrice: 64_000 };
    const end = { ...second, status: 'filled', filledQuantity: 0.7, averagePrice: 64_000 };

    test.each([0, 1, 2, 3, 4, 5])('is one order, wherever the replacement is among its messages: %i', async (at) => {
      const { orders, value } = setUp();
      const messages = [second, part, late, late, end];
      orders.report.update(first);
      const replace = () => {
        orders.report.replace(replacement);
        orders.report.replace(replacement);
      };
      for (const [index, message] of messages.entries()) {
        if (index === at) replace();
        orders.report.update(message);
      }
      if (at === messages.length) replace();
      orders.report.update(canceled);
      for (const message of messages) orders.report.update(message);
      orders.report.replace(replacement);
      expect([await value('order.replacements'), await value('order.open'), await value('order.closed')]).toEqual([
        1, 0, 1,
      ]);
      expect(await value('order.closed', { 'trading.order.outcome': 'filled' })).toBe(1);
      // Of the first id 0.3 and 0.1, of the second 0.2 and 0.5.
      expect(await value('order.fills')).toBe(4);
      expect(await value('order.notional')).toBeCloseTo(1.1 * 64_000, 6);
    });

    test('is one order if the old one has ended already', async () => {
      const { orders, value } = setUp();
      orders.report.update(first);
      orders.report.update(canceled);
      orders.report.update(second);
      orders.report.replace(replacement);
      expect([await value('order.open'), await value('order.closed'), await value('order.reopened')]).toEqual([
        1, 1, 1,
      ]);
      orders.report.update(end);
      orders.report.update(canceled);
      expect([await value('order.open'), await value('order.closed'), await value('order.reopened')]).toEqual([
        0, 2, 1,
      ]);
    });

    test('is replaced again under its new id only', async () => {
      const { orders, value, dropped } = setUp();
      orders.report.update(first);
      orders.report.update(second);
      orders.report.replace(replacement);
      orders.report.replace({ ...replacement, newOrderId: 3 });
      expect([await value('order.replacements'), await dropped()]).toEqual([1, 1]);
      orders.report.replace({ ...replacement, orderId: 2, newOrderId: 3 });
      orders.report.update({ orderId: 3, status: 'canceled' });
      expect([await value('order.replacements'), await value('order.open')]).toEqual([2, 0]);
    });
  });

  test('counts late totals of its old id if the totals continue under the new one', async () => {
    const { orders, value } = setUp();
    orders.report.update({ ...report, quantity: 1, status: 'open', filledQuantity: 0.3, averagePrice: 64_000 });
    orders.report.replace({ orderId: 1, newOrderId: 2, quantity: 1 });
    for (let index = 0; index < 2; index += 1) {
      orders.report.update({ orderId: 1, status: 'canceled', filledQuantity: 0.4, averagePrice: 64_000 });
      expect([await value('order.fills'), await value('order.open')]).toEqual([2, 1]);
      expect(await value('order.notional')).toBeCloseTo(0.4 * 64_000, 6);
    }
    orders.report.update({ orderId: 2, status: 'filled', filledQuantity: 1, averagePrice: 64_000 });
    orders.report.update({ orderId: 1, filledQuantity: 0.4, averagePrice: 64_000 });
    expect([await value('order.fills'), await value('order.open')]).toEqual([3, 0]);
    expect(await value('order.notional')).toBeCloseTo(64_000, 6);
  });

  describe('after it got a new id', () => {
    const first = { ...report, quantity: 1 };
    const replaced = { orderId: 1, newOrderId: 2, quantity: 0.7, filledQuantity: 0 };

    test('is not closed by messages with the old id, and does not count their totals again', async () => {
      const { orders, value } = setUp();
      orders.report.update({ ...first, status: 'open', filledQuantity: 0.3, averagePrice: 64_000, executions: [a] });
      orders.report.replace(replaced);
      for (let index = 0; index < 2; index += 1) {
        orders.report.update({ orderId: 1, status: 'CANCELED', filledQuantity: 0.3, averagePrice: 64_000 });
        orders.report.update({ orderId: 1, status: 'filled', filledQuantity: 0.3, executions: [a] });
      }
      expect([await value('order.fills'), await value('order.open'), await value('order.closed')]).toEqual([1, 1, 0]);
      expect(await value('order.notional')).toBe(19_200);
      orders.report.replace({ orderId: 2, newOrderId: 3, quantity: 0.7, filledQuantity: 0 });
      orders.report.update({ orderId: 1, status: 'canceled' });
      orders.report.update({ orderId: 2, status: 'canceled', filledQuantity: 0 });
      orders.report.replace(replaced);
      orders.report.update({ orderId: 3, status: 'filled', filledQuantity: 0.7, averagePrice: 64_000 });
      expect([await value('order.fills'), await value('order.open'), await value('order.closed')]).toEqual([2, 0, 1]);
      expect(await value('order.notional')).toBeCloseTo(64_000, 6);
      expect(await value('order.replacements')).toBe(2);
    });

    test('counts executions with the old id, except those that its totals included', async () => {
      const { orders, value } = setUp();
      orders.report.update({ ...first, status: 'open', filledQuantity: 0.3, averagePrice: 64_000 });
      orders.report.replace(replaced);
      orders.report.update({ orderId: 1, executions: [a] });
      orders.report.update({ orderId: 1, executions: [a] });
      expect([await value('order.fills'), await value('order.notional')]).toEqual([1, 19_200]);
      const late = { executionId: 'late', quantity: 0.1, price: 64_000 };
      orders.report.update({ orderId: 1, status: 'canceled', filledQuantity: 0.4, executions: [a, late] });
      expect([await value('order.fills'), await value('order.open')]).toEqual([2, 1]);
      orders.report.update({ orderId: 2, filledQuantity: 0.5, averagePrice: 64_000 });
      expect([await value('order.fills'), await value('order.open')]).toEqual([3, 1]);
      orders.report.update({ orderId: 2, filledQuantity: 0.7, averagePrice: 64_000 });
      expect([await value('order.fills'), await value('order.open')]).toEqual([4, 0]);
      expect(await value('order.notional')).toBeCloseTo(1.1 * 64_000, 6);
    });

    test('can get an earlier id again', async () => {
      const { orders, value } = setUp();
      orders.report.update({ ...first, status: 'open' });
      orders.report.replace({ orderId: 1, newOrderId: 2 });
      orders.report.replace({ orderId: 2, newOrderId: 1 });
      orders.report.update({ orderId: 2, status: 'canceled' });
      expect([await value('order.open'), await value('order.replacements')]).toEqual([1, 2]);
      orders.report.update({ orderId: 1, status: 'canceled' });
      expect(await value('order.open')).toBe(0);
    });

    test('counts once towards the limit of open orders, however many ids it had', async () => {
      const { orders, value, dropped } = setUp();
      orders.report.update({ ...first, status: 'open' });
      for (let orderId = 1; orderId < 10_050; orderId += 1) {
        orders.report.replace({ orderId, newOrderId: orderId + 1, quantity: 1 });
      }
      expect([await value('order.open'), await dropped()]).toEqual([1, 0]);
      orders.report.update({ orderId: 10_050, status: 'canceled' });
      expect(await value('order.open')).toBe(0);
    });
  });

  test.each(['BTCUSDT', 'BTC-USDT-SWAP', 'BTC/USDT:USDT'])(
    'of a swap stays the same order if its symbol is spelled %s',
    async (symbol) => {
      const { orders, value, dropped } = setUp();
      const swap = { ...report, symbol: 'BTC/USDT:USDT', contractSize: 1 };
      orders.report.update({ ...swap, status: 'open' });
      orders.report.update({ orderId: 1, symbol, status: 'filled', filledQuantity: 0.5, averagePrice: 64_000 });
      expect([await value('order.open'), await value('order.notional'), await dropped()]).toEqual([0, 32_000, 0]);
      orders.report.update({ ...report, symbol: 'BTC/USDT', status: 'open' });
      expect(await value('order.open')).toBe(1);
    },
  );

  test('stays the same order if its symbol is spelled differently', async () => {
    const { orders, value } = setUp();
    orders.report.update({ ...report, status: 'open' });
    for (const symbol of ['BTCUSDT', 'btc-usdt', 'BTC_USDT']) {
      orders.report.update({ ...report, symbol, filledQuantity: 0.3, averagePrice: 64_000 });
    }
    orders.report.update({ ...report, symbol: 'BTCUSDC', status: 'open' });
    expect([await value('order.open'), await value('order.fills')]).toEqual([2, 1]);
    orders.report.update({ ...report, symbol: 'BTC/USDC', status: 'canceled' });
    orders.report.update({ ...report, symbol: 'BTCUSDT', status: 'canceled' });
    expect([await value('order.open'), await value('order.closed')]).toEqual([0, 2]);
  });

  test('is dropped when too many others are open', async () => {
    const { orders, value, dropped } = setUp();
    for (let orderId = 0; orderId < 10_001; orderId += 1) orders.report.update({ ...report, orderId, status: 'open' });
    expect([await value('order.open'), await dropped()]).toEqual([10_000, 1]);
    orders.report.update({ orderId: 10_000, status: 'canceled' });
    expect(await value('order.open')).toBe(9_999);
  });
});
