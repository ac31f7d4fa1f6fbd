import { createTestTelemetry } from '@trademeter/testing';
import { describe, expect, test } from 'vitest';
import { instrumentOrders, type NewOrder } from './index.ts';

const limitBuy: NewOrder = { symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 1 };

function setUp(options = {}) {
  const telemetry = createTestTelemetry();
  const orders = instrumentOrders({ venue: 'ibkr', meterProvider: telemetry.meterProvider, ...options });
  const value = async (name: string, attributes = {}) => (await telemetry.value(`trading.${name}`, attributes)) ?? 0;
  const labels = async (name: string) => (await telemetry.series(`trading.${name}`))[0]?.attributes;
  const dropped = () => telemetry.value('trademeter.measurement.dropped');
  return { telemetry, orders, value, labels, dropped };
}

describe('a side', () => {
  test.each([
    ['BUY', 'buy'],
    ['B', 'buy'],
    ['BOT', 'buy'],
    ['1', 'buy'],
    ['buy_to_open', 'buy'],
    ['SELL', 'sell'],
    ['S', 'sell'],
    ['SLD', 'sell'],
    ['2', 'sell'],
    ['sell to close', 'sell'],
    ['SSHORT', 'sell_short'],
    ['5', 'sell_short'],
    ['Sell-Short', 'sell_short'],
    ['long', 'buy'],
    ['short', 'sell_short'],
    ['A', 'sell'],
    ['Open Long', 'buy'],
    ['Close Short', 'buy'],
    ['Close Long', 'sell'],
    ['Open Short', 'sell'],
    ['buy_minus', 'buy'],
    ['sell_plus', 'sell'],
    ['buy-limit', 'buy'],
    ['ORDER_SIDE_SELL', 'sell'],
    ['-1', 'sell'],
  ])('%s is %s', async (side, recorded) => {
    const { orders, value, telemetry, dropped } = setUp();
    orders.place({ ...limitBuy, side, expectedPrice: 100 }).fill({ quantity: 1, price: 101 });
    orders.report.fill({ symbol: 'BTC/USDT', side, quantity: 1, price: 100 });
    expect(await value('order.fills', { 'trading.order.side': recorded })).toBe(2);
    const direction = recorded === 'buy' ? 'adverse' : 'favorable';
    expect(
      await telemetry.histogram('trading.order.slippage', { 'trading.slippage.direction': direction }),
    ).toMatchObject({ count: 1 });
    expect(await dropped()).toBe(0);
  });
});

test.each(['3', '4'])('%s is not a side: venues mean different ones by it', async (side) => {
  const { orders, value, dropped } = setUp();
  orders.report.fill({ symbol: 'BTC/USDT', side, quantity: 1, price: 100 });
  expect(await value('order.fills', { 'trading.order.side': 'buy' })).toBe(0);
  expect(await value('order.fills', { 'trading.order.side': 'sell' })).toBe(0);
  expect(await dropped()).toBeGreaterThan(0);
});

describe('an order type', () => {
  test.each<[string | number, string, string | undefined, boolean]>([
    ['LMT', 'limit', undefined, false],
    ['LIMIT', 'limit', undefined, false],
    ['MKT', 'market', undefined, false],
    ['1', 'market', undefined, false],
    ['STP', 'stop', undefined, false],
    ['STP LMT', 'stop_limit', undefined, false],
    ['STOP_LOSS', 'stop', undefined, false],
    ['STOP_LOSS_LIMIT', 'stop_limit', undefined, false],
    ['stop-loss-limit', 'stop_limit', undefined, false],
    ['StopLimit', 'stop_limit', undefined, false],
    ['TRAIL', 'trailing_stop', undefined, false],
    ['TRAILING_STOP_MARKET', 'trailing_stop', undefined, false],
    ['limit_maker', 'limit', undefined, true],
    ['post_only', 'limit', undefined, true],
    ['ioc', 'limit', 'immediate_or_cancel', false],
    ['MOC', 'market', 'at_the_close', false],
    ['TAKE_PROFIT_LIMIT', 'take_profit_limit', undefined, false],
    ['EXCHANGE LIMIT', 'limit', undefined, false],
    ['EXCHANGE STOP LIMIT', 'stop_limit', undefined, false],
    ['EXCHANGE FOK', 'limit', 'fill_or_kill', false],
    ['buy-market', 'market', undefined, false],
    ['sell-limit-maker', 'limit', undefined, true],
    ['limit_stop', 'stop_limit', undefined, false],
    ['take_market', 'take_profit', undefined, false],
    ['market_market_ioc', 'market', 'immediate_or_cancel', false],
    ['stop_limit_stop_limit_gtc', 'stop_limit', undefined, false],
    ['mmp_and_post_only', 'limit', undefined, true],
    ['-1', '_1', undefined, false],
    ['Pegged To Midpoint', 'pegged_to_midpoint', undefined, false],
    ['_OTHER', '_OTHER', undefined, false],
  ])('%s is %s', async (type, recorded, timeInForce, isPostOnly) => {
    const { orders, labels, telemetry, dropped } = setUp();
    orders.place({ ...limitBuy, type: type as string }).cancel();
    expect(await labels('order.placed')).toMatchObject({ 'trading.order.type': recorded });
    expect((await labels('order.placed'))?.['trading.order.post_only']).toBe(isPostOnly ? true : undefined);
    expect((await labels('order.closed'))?.['trading.order.time_in_force']).toBe(timeInForce);
    expect(await telemetry.histogram('trading.order.fill_ratio', { 'trading.order.type': recorded })).toMatchObject({
      count: 1,
    });
    expect(await dropped()).toBe(0);
  });
});

describe('a time in force', () => {
  test.each([
    ['PO', undefined, { 'trading.order.post_only': true }],
    ['PostOnly', undefined, { 'trading.order.post_only': true }],
    ['post-only', undefined, { 'trading.order.post_only': true }],
    ['GTX', 'good_till_cancel', { 'trading.order.post_only': true }],
    ['REDUCE_ONLY', undefined, { 'trading.order.reduce_only': true }],
    ['Alo', undefined, { 'trading.order.post_only': true }],
    ['poc', undefined, { 'trading.order.post_only': true }],
    ['RPI', undefined, { 'trading.order.post_only': true }],
    ['GTC', 'good_till_cancel', {}],
    ['good_til_cancelled', 'good_till_cancel', {}],
    ['GOOD_UNTIL_DATE_TIME', 'good_till_date', {}],
    ['GOOD_UNTIL_CANCELLED', 'good_till_cancel', {}],
    ['GTT', 'good_till_date', {}],
    ['ImmediateOrCancel', 'immediate_or_cancel', {}],
    ['fill or kill', 'fill_or_kill', {}],
    ['0', 'day', {}],
    ['7', 'at_the_close', {}],
  ])('%s is %s', async (timeInForce, recorded, flags) => {
    const { orders, labels, dropped } = setUp();
    orders.place({ ...limitBuy, timeInForce }).cancel();
    orders.report.closed({ ...limitBuy, timeInForce, outcome: 'canceled' });
    expect((await labels('order.closed'))?.['trading.order.time_in_force']).toBe(recorded);
    expect(await labels('order.placed')).toMatchObject(flags);
    expect(await dropped()).toBe(0);
  });

  test('that is unknown counts as one drop for each order', async () => {
    const { orders, value, dropped } = setUp();
    orders.place({ ...limitBuy, timeInForce: 'whenever' }).cancel();
    expect([await value('order.closed'), await dropped()]).toEqual([1, 1]);
  });
});

test('post-only and reduce-only are recorded as ccxt spells them', async () => {
  const { orders, telemetry, dropped } = setUp();
  orders.place({ ...limitBuy, postOnly: true, reduceOnly: undefined });
  orders.place({ ...limitBuy, postOnly: false, reduceOnly: true });
  orders.place({ ...limitBuy, postOnly: null, reduceOnly: null });
  const series = await telemetry.series('trading.order.placed');
  expect(
    series.map(({ attributes }) => [attributes['trading.order.post_only'], attributes['trading.order.reduce_only']]),
  ).toEqual([
    [true, undefined],
    [undefined, true],
    [undefined, undefined],
  ]);
  expect(await dropped()).toBe(0);
});

test.each([
  ['MAKER', 'maker'],
  ['M', 'maker'],
  [1, 'maker'],
  ['2', 'taker'],
  ['removed', 'taker'],
  ['RemovedLiquidity', 'taker'],
  ['-1', 'taker'],
])('the liquidity %o is %s', async (liquidity, recorded) => {
  const { orders, value, dropped } = setUp();
  orders.place(limitBuy).fill({ quantity: 1, price: 100, liquidity: liquidity as string });
  expect(await value('order.fills', { 'trading.order.liquidity': recorded })).toBe(1);
  expect(await dropped()).toBe(0);
});

test.each([0, '3', 'O', 'UNKNOWN_LIQUIDITY_INDICATOR', 'routed_out'])(
  'the liquidity %o is neither maker nor taker, and not a drop at every fill',
  async (liquidity) => {
    const { orders, labels, dropped } = setUp();
    orders.place(limitBuy).fill({ quantity: 1, price: 100, liquidity: liquidity as string });
    expect((await labels('order.fills'))?.['trading.order.liquidity']).toBeUndefined();
    expect(await dropped()).toBe(0);
  },
);

test.each<[string, string | undefined]>([
  ['marginCanceled', 'canceled'],
  ['selfTradeCanceled', 'canceled'],
  ['canceled-post-only', 'canceled'],
  ['scheduledCancel', 'canceled'],
  ['minTradeNtlRejected', 'rejected'],
  ['iocCancelRejected', 'rejected'],
  ['cancel_rejected', undefined],
  ['ORDER_MODIFICATION_REJECTED', undefined],
  ['Cancel Request Rejected', undefined],
  ['CANCEL_ORDER_REJECTED', undefined],
  ['replaceOrderRejected', undefined],
  ['update_rejected', undefined],
  ['modification_request_rejected', undefined],
  ['Change Request Rejected', undefined],
  ['PENDING_CANCELED', undefined],
  ['Cancelled (pending)', undefined],
  ['Filled (Partial)', undefined],
  ['BEST_EFFORT_CANCELED', undefined],
  ['EXECUTED @ 107.6(-0.2)', 'filled'],
  ['PARTIALLY FILLED @ 107.6(-0.2)', undefined],
  ['CANCELED was: PARTIALLY FILLED @ 107.6(-0.2)', 'canceled'],
  ['INSUFFICIENT MARGIN was: PARTIALLY FILLED @ 1.0(2.0)', 'canceled'],
  ['POSTONLY CANCELED', 'canceled'],
  ['RSN_DUST (amount is less than 0.00000001)', 'rejected'],
  ['FULLY_EXECUTED', 'filled'],
  ['full-fill', 'filled'],
  ['finished', 'filled'],
  ['TRIGGER PENDING', undefined],
  ['AWAITING_STOP_CONDITION', undefined],
  ['match', undefined],
])('the status %s of a venue ends an order as %s', async (status, outcome) => {
  const { orders, dropped } = setUp();
  const order = orders.place(limitBuy);
  order.update({ status });
  expect([order.outcome, await dropped()]).toEqual([outcome, 0]);
});

test.each(['-1', '1,0', '', 'unknown', 'not_canceled', 'Not Rejected'])(
  'the status "%s" is not known',
  async (status) => {
    const { orders, dropped } = setUp();
    const order = orders.place(limitBuy);
    order.update({ status });
    expect([order.outcome, await dropped()]).toEqual([undefined, 1]);
  },
);

test('the account is recorded where it is set', async () => {
  const { orders, telemetry } = setUp({ account: 'main' });
  for (const account of [undefined, 'hedge']) {
    const order = orders.place({ ...limitBuy, account });
    order.fill({ quantity: 1, price: 100, fee: { amount: 1 } });
    orders.trade({ symbol: 'BTC/USDT', positionSide: 'long', pnl: 5, account });
  }
  for (const name of [
    'order.placed',
    'order.open',
    'order.fills',
    'order.notional',
    'order.fee',
    'trade.closed',
    'trade.pnl',
  ]) {
    const accounts = new Set(
      (await telemetry.series(`trading.${name}`)).map(({ attributes }) => attributes['trading.account']),
    );
    expect([name, accounts]).toEqual([name, new Set(['main', 'hedge'])]);
  }
  const other = setUp();
  other.orders.place(limitBuy);
  expect(await other.labels('order.placed')).not.toHaveProperty('trading.account');
});

test('values of the types of client libraries are accepted', async () => {
  const { orders, value, dropped } = setUp();
  const ccxt = {
    id: 'c1' as string,
    symbol: 'BTC/USDT' as string,
    side: 'buy' as string,
    type: undefined as string | undefined,
    amount: 1 as number | undefined,
    price: undefined as number | undefined,
    timeInForce: 'PO' as string,
    status: 'closed' as 'open' | 'closed' | 'canceled' | (string & {}),
    filled: 1,
    cost: 100,
    remaining: 0,
    fee: { currency: 'USDT' as string | undefined, cost: undefined as number | undefined },
    clientOrderId: null as string | null,
  };
  const order = orders.place({
    symbol: ccxt.symbol,
    side: ccxt.side,
    type: ccxt.type ?? 'limit',
    quantity: ccxt.amount,
    expectedPrice: ccxt.price,
    timeInForce: ccxt.timeInForce,
    strategy: ccxt.clientOrderId,
  });
  order.update({
    status: ccxt.status,
    filledQuantity: ccxt.filled,
    cost: ccxt.cost,
    leavesQuantity: ccxt.remaining,
    executions: [{ executionId: ccxt.id, quantity: ccxt.filled, price: ccxt.cost, fee: ccxt.fee }],
  });
  expect([order.outcome, await value('order.fills'), await dropped()]).toEqual(['filled', 1, 0]);
});
