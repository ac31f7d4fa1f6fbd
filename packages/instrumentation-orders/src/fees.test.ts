import { createTestTelemetry } from '@trademeter/testing';
import { describe, expect, test } from 'vitest';
import { type Fee, instrumentOrders, type NewOrder } from './index.ts';

const buy: NewOrder = { symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 0.5 };
const a = { executionId: 'a', quantity: 0.3, price: 64_000 };

function setUp() {
  const telemetry = createTestTelemetry();
  const orders = instrumentOrders({ venue: 'binance', meterProvider: telemetry.meterProvider });
  const paid = async (currency = 'USDT', direction = 'paid') =>
    (await telemetry.value('trading.order.fee', {
      'trading.currency': currency,
      'trading.payment.direction': direction,
    })) ?? 0;
  const dropped = () => telemetry.value('trademeter.measurement.dropped');
  return { telemetry, orders, paid, dropped };
}

test('a fee that arrives after its fill counts by currency, once for each execution', async () => {
  const { orders, paid, dropped } = setUp();
  const order = orders.place(buy);
  order.fill(a);
  for (let index = 0; index < 2; index += 1) {
    order.fee({ amount: 1.05, currency: 'USD', executionId: 'a' });
    order.fee({ cost: '0.002', currency: 'BNB', executionId: 'a', liquidity: 'taker' });
  }
  order.fee({ amount: 1.05, currency: 'USD', executionId: 'b' });
  order.fee({ cost: -3 });
  expect([await paid('USD'), await paid('BNB'), await paid('USDT', 'received')]).toEqual([2.1, 0.002, 3]);
  expect(await dropped()).toBe(0);
});

test('a fill may have several fees, and fees that ccxt reports twice count once', async () => {
  const { orders, paid } = setUp();
  const fees = [
    { cost: 12.8, currency: 'USDT' },
    { cost: 0.01, currency: 'BNB' },
  ];
  orders.place(buy).fill({ ...a, fee: fees[0], fees });
  orders.place(buy).fill({ ...a, fee: fees[0], fees: [] });
  orders.place(buy).fill({ ...a, fee: { cost: undefined, currency: undefined }, fees: [{}] });
  expect([await paid(), await paid('BNB')]).toEqual([25.6, 0.01]);
});

test('a fee in the fields of another library is dropped and counted', async () => {
  const { orders, dropped } = setUp();
  const fee = { asset: 'USD', qty: 0.03 } as Fee;
  orders.place(buy).fill({ ...a, fee });
  expect(await dropped()).toBe(1);
  orders.place(buy).fill({ ...a, fee: { currency: 'USDT', rate: 0.001 } as Fee });
  expect(await dropped()).toBe(1);
});

test('a fee that is first reported in a later delivery of the execution counts once', async () => {
  const { orders, paid, telemetry } = setUp();
  const order = orders.place(buy);
  order.update({ filledQuantity: 0.3, averagePrice: 64_000 });
  order.update({ executions: [a] });
  for (let index = 0; index < 2; index += 1)
    order.update({ executions: [{ ...a, fee: { cost: 3, currency: 'USDT' } }] });
  order.fee({ amount: 3, executionId: 'a' });
  expect(await paid()).toBe(3);
  expect(await telemetry.value('trading.order.fills')).toBe(1);
});

test('equal fees in one list are several fees, and count no second time when delivered again', async () => {
  const { orders, paid } = setUp();
  const order = orders.place(buy);
  const fees = [{ amount: 1.5 }, { amount: 1.5, currency: 'usdt' }, { amount: 2, currency: 'BNB' }];
  for (let index = 0; index < 2; index += 1) order.fill({ ...a, fees });
  order.fee({ amount: 1.5, currency: 'USDT', executionId: 'a' });
  order.fee({ amount: 2, currency: 'bnb', executionId: 'a' });
  expect([await paid(), await paid('BNB')]).toEqual([3, 2]);
});

test('a fee without an amount is not a fee, and the one that arrives later counts', async () => {
  const { orders, paid, dropped } = setUp();
  const order = orders.place(buy);
  order.fill({ ...a, fee: { cost: undefined, currency: undefined }, fees: [] });
  order.fill({ ...a, fee: { cost: null as never }, fees: [{}] });
  for (let index = 0; index < 2; index += 1) order.fill({ ...a, fee: { cost: 3, currency: 'USDT' }, fees: [{}] });
  expect([await paid(), await dropped()]).toEqual([3, 0]);
});

test('a fill of quantity 0 counts its fee, but no fill', async () => {
  const { orders, paid, telemetry, dropped } = setUp();
  const order = orders.place(buy);
  for (let index = 0; index < 2; index += 1) {
    order.fill({ executionId: 'x', quantity: 0, price: 0, fee: { amount: 2, currency: 'USDT' } });
  }
  orders.report.fill({ symbol: 'BTC/USDT', side: 'buy', quantity: '0', price: '0', fee: { amount: 1 } });
  expect([await paid(), await telemetry.value('trading.order.fills'), await dropped()]).toEqual([3, undefined, 0]);
  order.fill({ quantity: 0, price: 64_000 });
  expect(await dropped()).toBe(1);
});

test('the fee of an execution from before a restart does not count again', async () => {
  const { orders, paid } = setUp();
  const known = orders.resume({ ...buy, filledQuantity: 0.3, executionIds: ['a'] });
  const unknown = orders.resume({ ...buy, filledQuantity: 0.3 });
  for (const order of [known, unknown]) {
    order.fill({ ...a, fee: { amount: 1 } });
    order.fill({ ...a, fee: { amount: 1 } });
    order.fee({ amount: 1, executionId: 'a' });
  }
  expect(await paid()).toBe(0);
});

test('a fee of an order without a handle counts', async () => {
  const { orders, paid, dropped } = setUp();
  orders.report.fee({ symbol: 'BTC/USDT', amount: '1.5' });
  orders.report.fee({ symbol: 'AAPL', cost: 1, currency: 'USD', side: 'buy' });
  expect([await paid(), await paid('USD'), await dropped()]).toEqual([1.5, 1, 0]);
});

describe('an invalid fee', () => {
  test.each([
    ['has no amount', { currency: 'USDT' }],
    ['is not an object', null],
    ['is an unset double', { amount: 1.797_693_134_862_315_7e308 }],
    ['is not a decimal', { amount: '1,5' }],
  ])('%s is dropped and counted', async (_name, fee) => {
    const { orders, paid, dropped } = setUp();
    orders.place(buy).fee(fee as Fee);
    orders.report.fee({ symbol: 'BTC/USDT', ...fee });
    expect([await paid(), await dropped()]).toEqual([0, 2]);
  });

  test('is dropped once, even if its fill is delivered twice', async () => {
    const { orders, paid, dropped } = setUp();
    const order = orders.place(buy);
    for (let index = 0; index < 2; index += 1) order.fill({ ...a, fees: 'x' as never });
    expect([await paid(), await dropped()]).toEqual([0, 1]);
  });
});
