import { captureLogs, createTestTelemetry, type TestTelemetry } from '@trademeter/testing';
import { describe, expect, test } from 'vitest';
import { instrumentOrders, type NewOrder, type OrdersOptions } from './index.ts';

const limitBuy: NewOrder = { symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 0.5, expectedPrice: 64_000 };

function setUp(options: Partial<OrdersOptions> = {}) {
  const telemetry = createTestTelemetry();
  const clock = { milliseconds: Date.UTC(2026, 0, 5) };
  const orders = instrumentOrders({
    venue: 'binance',
    meterProvider: telemetry.meterProvider,
    now: () => clock.milliseconds,
    ...options,
  });
  const value = (name: string, attributes = {}) => telemetry.value(`trading.${name}`, attributes);
  const histogram = (name: string, attributes = {}) => telemetry.histogram(`trading.${name}`, attributes);
  const closed = (outcome: string) => value('order.closed', { 'trading.order.outcome': outcome });
  return { telemetry, clock, orders, value, histogram, closed };
}

describe('an order', () => {
  test('is placed, acknowledged, filled in parts and closed once', async () => {
    const { orders, clock, value, histogram, closed } = setUp({ strategy: 'momentum' });
    const order = orders.place(limitBuy);
    expect(await value('order.open')).toBe(1);
    clock.milliseconds += 40;
    order.acknowledge();
    clock.milliseconds += 460;
    order.fill({ quantity: 0.2, price: 64_000 });
    expect(order.outcome).toBeUndefined();
    clock.milliseconds += 500;
    order.fill({ quantity: 0.3, price: 64_064 });

    expect(order.outcome).toBe('filled');
    expect(await value('order.placed', { 'trading.order.type': 'limit', 'trading.strategy.name': 'momentum' })).toBe(1);
    expect(await value('order.open')).toBe(0);
    expect(await closed('filled')).toBe(1);
    expect(await value('order.fills')).toBe(2);
    expect(await value('order.notional', { 'trading.currency': 'USDT' })).toBeCloseTo(0.2 * 64_000 + 0.3 * 64_064, 6);
    expect(await histogram('order.request.duration', { 'trading.order.operation': 'new' })).toMatchObject({
      sum: 0.04,
    });
    expect(await histogram('order.fill.duration')).toMatchObject({ count: 1, sum: 1 });
    expect(await histogram('order.fill_ratio')).toMatchObject({ count: 1, sum: 1 });
  });

  test('shows every outcome at 0 once the first of its kind is placed', async () => {
    const { orders, telemetry } = setUp();
    orders.place(limitBuy);
    const series = await telemetry.series('trading.order.closed');
    expect(series.map((each) => [each.attributes['trading.order.outcome'], each.value])).toEqual([
      ['filled', 0],
      ['canceled', 0],
      ['rejected', 0],
      ['expired', 0],
      ['failed', 0],
    ]);
    const closing = orders.place(limitBuy);
    closing.cancel();
    expect(await telemetry.series('trading.order.closed')).toHaveLength(5);
  });

  test('shows the outcomes of each kind to every SDK, whenever it is registered', async () => {
    const orders = instrumentOrders({ venue: 'binance' });
    const kinds: NewOrder[] = [
      limitBuy,
      { ...limitBuy, side: 'sell' },
      { ...limitBuy, symbol: 'ETH/USDT' },
      { ...limitBuy, venue: 'kraken' },
      { ...limitBuy, strategy: 'momentum' },
      { ...limitBuy, timeInForce: 'day' },
    ];
    for (const kind of [...kinds, ...kinds]) orders.place(kind);
    for (let round = 0; round < 2; round += 1) {
      await using telemetry = createTestTelemetry({ global: true });
      orders.place(limitBuy);
      expect(await telemetry.series('trading.order.closed')).toHaveLength(5 * kinds.length);
    }
  });

  test('that is canceled half filled has that fill ratio', async () => {
    const { orders, histogram, closed, value } = setUp();
    const order = orders.place(limitBuy);
    order.fill({ quantity: 0.25, price: 64_000 });
    order.cancel();
    expect(await closed('canceled')).toBe(1);
    expect(await histogram('order.fill_ratio')).toMatchObject({ sum: 0.5 });
    expect(await histogram('order.fill.duration')).toBeUndefined();
    expect(await value('order.open')).toBe(0);
  });

  test('that the venue rejects is counted with its reason', async () => {
    const { orders, closed, value, histogram } = setUp();
    orders.place(limitBuy).reject('insufficient_credit_limit');
    orders.place(limitBuy).reject(Object.assign(new Error('no money'), { name: 'InsufficientFunds' }));
    expect(await closed('rejected')).toBe(2);
    expect(await value('order.rejections', { 'error.type': 'insufficient_credit_limit' })).toBe(1);
    expect(await value('order.rejections', { 'error.type': 'InsufficientFunds' })).toBe(1);
    expect(await histogram('order.request.duration', { 'error.type': 'InsufficientFunds' })).toMatchObject({
      count: 1,
    });
    expect(await histogram('order.fill_ratio')).toBeUndefined();
  });

  test.each<[string, unknown, string]>([
    ['binance', { code: -2010 }, '-2010'],
    ['binance', -2010, '-2010'],
    ['bybit', { retCode: 110007 }, '110007'],
    ['okx', '51008', '51008'],
    ['alpaca', Object.assign(new Error('x'), { code: 40310000 }), '40310000'],
    ['ibkr', 201, 'ibkr_201'],
    ['IBKR', { code: 201 }, 'ibkr_201'],
    ['ibkr', { code: 504 }, 'ibkr_504'],
    ['ibkr', 10147, '10147'],
    ['kraken', new Error('EOrder:Insufficient funds'), 'EOrder:Insufficient funds'],
    ['fix', 3, 'order_exceeds_limit'],
    ['fix', { OrdRejReason: '25' }, 'insufficient_credit_limit'],
    ['binance', 429, '429'],
    ['binance', 918_273_645, '_OTHER'],
  ])('that %s rejects with %o has the reason %s', async (venue, reason, type) => {
    const { orders, value, histogram } = setUp({ venue });
    orders.place(limitBuy).reject(reason);
    expect(await value('order.rejections', { 'error.type': type })).toBe(1);
    expect(await histogram('order.request.duration', { 'error.type': type })).toMatchObject({ count: 1 });
  });

  test("whose request throws a venue's code has it as error.type", async () => {
    const { orders, histogram } = setUp({ venue: 'ibkr' });
    const refused = Object.assign(new Error('Order rejected'), { code: 201 });
    await expect(orders.place(limitBuy).request('new', () => Promise.reject(refused))).rejects.toBe(refused);
    expect(await histogram('order.request.duration', { 'error.type': 'ibkr_201' })).toMatchObject({ count: 1 });
  });

  test.each(['reject', 'fail'] as const)('that was filled in part before a %s has that fill ratio', async (end) => {
    const { orders, histogram } = setUp();
    const order = orders.place(limitBuy);
    order.fill({ quantity: 0.2, price: 64_000 });
    order[end](new Error('session closed'));
    expect(await histogram('order.fill_ratio')).toMatchObject({ count: 1, sum: 0.4 });
  });

  test.each([
    ['GTC', 'good_till_cancel'],
    ['gtc', 'good_till_cancel'],
    ['IOC', 'immediate_or_cancel'],
    ['FOK', 'fill_or_kill'],
    ['GTD', 'good_till_date'],
    ['OPG', 'at_the_open'],
    ['cls', 'at_the_close'],
    ['DAY', 'day'],
    ['day', 'day'],
  ] as const)('with the time in force %s is recorded as %s', async (timeInForce, recorded) => {
    const { orders, value, telemetry } = setUp();
    orders.place({ ...limitBuy, timeInForce }).cancel();
    orders.report.closed({ ...limitBuy, timeInForce, outcome: 'canceled' });
    const attributes = { 'trading.order.time_in_force': recorded, 'trading.order.outcome': 'canceled' };
    expect(await value('order.closed', attributes)).toBe(2);
    expect(await telemetry.value('trademeter.measurement.dropped')).toBe(0);
  });

  test('that expires or never arrives is closed as expired or failed', async () => {
    const { orders, closed, value } = setUp();
    orders.place({ ...limitBuy, timeInForce: 'day' }).expire();
    orders.place(limitBuy).fail(new Error('socket hang up'));
    expect(await closed('expired')).toBe(1);
    expect(await closed('failed')).toBe(1);
    expect(await value('order.closed', { 'trading.order.time_in_force': 'day' })).toBe(1);
    expect(await value('order.rejections')).toBeUndefined();
  });

  test('closes when its new quantity is below the filled quantity', async () => {
    const { orders, closed } = setUp();
    const order = orders.place(limitBuy);
    order.fill({ quantity: 0.2, price: 64_000 });
    order.replace({ quantity: 0.4, expectedPrice: 64_010 });
    expect(order.outcome).toBeUndefined();
    order.replace({ quantity: 0.2 });
    expect(order.outcome).toBe('filled');
    expect(await closed('filled')).toBe(1);
  });

  test('counts a fill that is delivered twice once', async () => {
    const { orders, value } = setUp();
    const order = orders.place(limitBuy);
    order.fill({ quantity: 0.2, price: 64_000, executionId: 'e1' });
    order.fill({ quantity: 0.2, price: 64_000, executionId: 'e1' });
    expect(await value('order.fills')).toBe(1);
    expect(order.filledQuantity).toBe(0.2);
  });

  test.each([[null], [undefined], [''], [{}]])('counts every fill whose executionId is %o', async (executionId) => {
    const { orders, value } = setUp();
    const order = orders.place(limitBuy);
    order.fill({ quantity: 0.2, price: 64_000, executionId: executionId as never });
    order.fill({ quantity: 0.3, price: 64_000, executionId: executionId as never });
    expect(await value('order.fills')).toBe(2);
    expect(order.outcome).toBe('filled');
  });

  test('accepts a number as executionId', async () => {
    const { orders, value } = setUp();
    const order = orders.place(limitBuy);
    for (const executionId of [7, 7, '7', 8]) {
      order.fill({ quantity: 0.1, price: 64_000, executionId: executionId });
    }
    expect(await value('order.fills')).toBe(2);
  });

  test('counts a fill that arrives after a cancel, but does not close again', async () => {
    const { orders, value, closed } = setUp();
    const order = orders.place(limitBuy);
    order.cancel();
    order.fill({ quantity: 0.5, price: 64_000 });
    expect(await value('order.fills')).toBe(1);
    expect(await closed('canceled')).toBe(1);
    expect(await closed('filled')).toBe(0);
    expect(await value('order.open')).toBe(0);
  });

  test('of unknown quantity is filled when the venue reports that nothing is open', async () => {
    const { orders, closed } = setUp();
    const order = orders.place({ ...limitBuy, quantity: undefined });
    order.fill({ quantity: 0.1, price: 64_000 });
    expect(order.outcome).toBeUndefined();
    order.fill({ quantity: 0.1, price: 64_000, leavesQuantity: 0 });
    expect(await closed('filled')).toBe(1);
  });

  test.each([0.3, undefined])(
    'of the quantity %d is filled when the venue reports a rounding error as open',
    (quantity) => {
      const { orders } = setUp();
      const order = orders.place({ ...limitBuy, quantity });
      order.fill({ quantity: 0.1, price: 1, leavesQuantity: 0.2 });
      expect(order.outcome).toBeUndefined();
      order.fill({ quantity: 0.2, price: 1, leavesQuantity: 8.3e-17 });
      expect(order.outcome).toBe('filled');
    },
  );

  test('of two billion is open while the venue reports that one is open', () => {
    const { orders } = setUp();
    const order = orders.place({ ...limitBuy, quantity: 2e9 });
    order.fill({ quantity: 2e9 - 1, price: 1, leavesQuantity: 1 });
    expect(order.outcome).toBeUndefined();
    order.fill({ quantity: 1, price: 1, leavesQuantity: 0 });
    expect(order.outcome).toBe('filled');
  });

  test('is filled by decimals that have a rounding error in binary', () => {
    const { orders } = setUp();
    const order = orders.place({ ...limitBuy, quantity: 0.3 });
    order.fill({ quantity: 0.1, price: 1 });
    order.fill({ quantity: 0.2, price: 1 });
    expect(order.outcome).toBe('filled');
  });

  test('records the time from its signal to its fill', async () => {
    const { orders, clock, histogram } = setUp();
    const order = orders.place({ ...limitBuy, signalTime: new Date(clock.milliseconds - 250) });
    clock.milliseconds += 250;
    order.fill({ quantity: 0.5, price: 64_000 });
    expect(await histogram('signal.fill.duration')).toMatchObject({ count: 1, sum: 0.5 });
  });

  test('from before a restart counts as open and not as placed', async () => {
    const { orders, clock, value, histogram, closed } = setUp();
    const order = orders.resume({ ...limitBuy, filledQuantity: 0.4, placedTime: clock.milliseconds - 60_000 });
    expect(await value('order.open')).toBe(1);
    expect(await value('order.placed')).toBeUndefined();
    order.fill({ quantity: 0.1, price: 64_000 });
    expect(await closed('filled')).toBe(1);
    expect(await histogram('order.fill.duration')).toMatchObject({ sum: 60 });
    expect(await histogram('order.request.duration')).toBeUndefined();
  });
});

test('open orders of two strategies on one symbol add up', async () => {
  const telemetry = createTestTelemetry();
  const strategies = ['momentum', 'carry'].map((strategy) =>
    instrumentOrders({ venue: 'binance', strategy, meterProvider: telemetry.meterProvider }),
  );
  const [first] = strategies.map((orders) => orders.place(limitBuy));
  expect(await telemetry.value('trading.order.open')).toBe(2);
  first?.cancel();
  expect(await telemetry.value('trading.order.open')).toBe(1);
});

describe('a request to the venue', () => {
  test('that succeeds acknowledges a new order and is recorded once', async () => {
    const { orders, clock, histogram } = setUp();
    const order = orders.place(limitBuy);
    const id = await order.request('new', async () => {
      clock.milliseconds += 30;
      return 'id-1';
    });
    expect(id).toBe('id-1');
    const later: Promise<number> = order.request('replace', () => Promise.resolve(5) as PromiseLike<number>);
    expect(await later).toBe(5);
    order.acknowledge();
    expect(await histogram('order.request.duration', { 'trading.order.operation': 'new' })).toMatchObject({
      count: 1,
      sum: 0.03,
    });
  });

  test('that throws is recorded with its error, which reaches the caller', async () => {
    const { orders, histogram } = setUp();
    const error = Object.assign(new Error('slow'), { name: 'RequestTimeout' });
    await expect(orders.request('cancel', () => Promise.reject(error))).rejects.toBe(error);
    expect(
      await histogram('order.request.duration', {
        'trading.order.operation': 'cancel',
        'error.type': 'RequestTimeout',
      }),
    ).toMatchObject({ count: 1 });
  });
});

describe('slippage', () => {
  test.each([
    ['buy', 64_064, 'adverse', 10],
    ['buy', 63_936, 'favorable', 10],
    ['sell', 63_936, 'adverse', 10],
    ['sell_short', 64_064, 'favorable', 10],
    ['sell', 64_000, 'none', 0],
  ] as const)('of a %s at %d against 64000 is %s', async (side, price, direction, basisPoints) => {
    const { orders, histogram, value } = setUp();
    orders.place({ ...limitBuy, side }).fill({ quantity: 0.5, price });
    expect((await histogram('order.slippage', { 'trading.slippage.direction': direction }))?.sum).toBeCloseTo(
      basisPoints,
      9,
    );
    expect(await value('order.slippage_cost', { 'trading.slippage.direction': direction })).toBeCloseTo(
      Math.abs(price - 64_000) * 0.5,
      6,
    );
  });

  test('is absent without an expected price', async () => {
    const { orders, histogram } = setUp();
    orders.place({ ...limitBuy, expectedPrice: undefined }).fill({ quantity: 0.5, price: 64_000 });
    expect(await histogram('order.slippage')).toBeUndefined();
  });
});

test('a rebate is a fee received', async () => {
  const { orders, value } = setUp();
  const order = orders.place(limitBuy);
  order.fill({ quantity: 0.25, price: 64_000, liquidity: 'taker', fee: { amount: 12.8 } });
  order.fill({ quantity: 0.25, price: 64_000, liquidity: 'maker', fee: { amount: -3.2, currency: 'BNB' } });
  const paid = { 'trading.payment.direction': 'paid', 'trading.currency': 'USDT', 'trading.order.liquidity': 'taker' };
  expect(await value('order.fee', paid)).toBe(12.8);
  expect(await value('order.fee', { 'trading.payment.direction': 'received', 'trading.currency': 'BNB' })).toBe(3.2);
});

describe('a trade', () => {
  test('counts by result, with its P&L net of fees and its holding time', async () => {
    const { orders, clock, value, histogram } = setUp({ strategy: 'momentum', currency: 'USD' });
    const opened = clock.milliseconds;
    clock.milliseconds += 3_600_000;
    const prices = { entryPrice: 100, exitPrice: 110, quantity: 10 };
    orders.trade({ symbol: 'AAPL', positionSide: 'long', ...prices, fees: 2, openedTime: opened });
    orders.trade({ symbol: 'AAPL', positionSide: 'short', ...prices, fees: 2, openedTime: opened });
    orders.trade({ symbol: 'AAPL', positionSide: 'long', pnl: 0 });
    const result = (name: string) => ({ 'trading.trade.result': name });
    expect((await histogram('trade.pnl', result('win')))?.sum).toBe(98);
    expect((await histogram('trade.pnl', result('loss')))?.sum).toBe(102);
    expect(await value('trade.closed', result('win'))).toBe(1);
    expect(await value('trade.closed', result('loss'))).toBe(1);
    expect(await value('trade.closed', { ...result('breakeven'), 'trading.position.side': 'long' })).toBe(1);
    expect(await histogram('trade.holding.duration', result('win'))).toMatchObject({ count: 1, sum: 3_600 });
  });

  test('that breaks even, except for a rounding error, is not a loss', async () => {
    const { orders, value, histogram } = setUp({ currency: 'USD' });
    orders.trade({ symbol: 'X', positionSide: 'long', entryPrice: 100, exitPrice: 100.1, quantity: 10, fees: 1 });
    expect(await value('trade.closed', { 'trading.trade.result': 'breakeven' })).toBe(1);
    expect((await histogram('trade.pnl'))?.sum).toBe(0);
    orders.trade({ symbol: 'X', positionSide: 'long', entryPrice: 100, exitPrice: 100.1, quantity: 10, fees: 0.9999 });
    expect(await value('trade.closed', { 'trading.trade.result': 'win' })).toBe(1);
  });

  test('without P&L or prices is dropped and counted', async () => {
    const { orders, telemetry } = setUp();
    orders.trade({ symbol: 'AAPL', positionSide: 'long', currency: 'USD' });
    expect(await telemetry.series('trading.trade.closed')).toEqual([]);
    expect(await telemetry.value('trademeter.measurement.dropped')).toBe(1);
  });
});

describe('single events', () => {
  test('are counted for a bot that keeps its own orders', async () => {
    const { orders, value, histogram, closed } = setUp();
    const { report } = orders;
    report.placed(limitBuy);
    report.open({ symbol: 'BTC/USDT', side: 'buy', count: 3 });
    report.request({ operation: 'new', durationSeconds: 0.2 });
    report.request({ operation: 'new', durationSeconds: 0.3, error: 503 });
    report.fill({ ...limitBuy, quantity: 0.5, price: 64_064 });
    report.closed({ symbol: 'BTC/USDT', side: 'buy', outcome: 'filled' });
    report.rejection({ reason: 'unknown_symbol' });
    expect(await value('order.placed')).toBe(1);
    expect(await value('order.open')).toBe(3);
    expect(await histogram('order.request.duration', { 'error.type': '503' })).toMatchObject({ sum: 0.3 });
    expect(await value('order.fills')).toBe(1);
    expect((await histogram('order.slippage'))?.sum).toBeCloseTo(10, 9);
    expect(await closed('filled')).toBe(1);
    expect(await value('order.rejections')).toBe(1);
  });
});

describe('the currency', () => {
  test.each([
    ['BTC/USDT', undefined, 'USDT'],
    ['ETH/USDT:USDT-261225', undefined, 'USDT'],
    ['BTC/USD:BTC', 'USD', 'USD'],
    ['AAPL', 'EUR', 'EUR'],
  ])('of %s with the option %s is %s', async (symbol, currency, expected) => {
    const { orders, value } = setUp({ currency });
    orders.place({ ...limitBuy, symbol }).fill({ quantity: 0.5, price: 10 });
    expect(await value('order.notional', { 'trading.currency': expected })).toBe(5);
  });

  test.each(['AAPL', 'BTC/USD:BTC'])(
    'that is not known, for %s, drops the money and keeps the counts',
    async (symbol) => {
      const { orders, value, telemetry, closed } = setUp();
      orders.place({ ...limitBuy, symbol }).fill({ quantity: 0.5, price: 10 });
      expect(await value('order.notional')).toBeUndefined();
      expect(await closed('filled')).toBe(1);
      expect(
        await telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': 'missing_attribute' }),
      ).toBeGreaterThan(0);
    },
  );
});

test.each([
  ['venue', {}, 'venue must be a non-empty string, got undefined'],
  ['strategy', { venue: 'ibkr', strategy: '' }, 'strategy must be a non-empty string, got ""'],
  ['unknown', { venue: 'ibkr', exchange: 'x' }, 'there is no option exchange'],
])('an invalid option (%s) throws', (_name, options, message) => {
  expect(() => instrumentOrders(options as never)).toThrow(`[trademeter/instrumentation-orders] ${message}`);
});

describe('input that the types do not allow', () => {
  const dropped = (telemetry: TestTelemetry, reason = 'invalid_value') =>
    telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': reason });

  test('sides in another case work', async () => {
    const { orders, histogram, value } = setUp({ currency: 'USD' });
    orders.place({ ...limitBuy, side: 'BUY' }).fill({ quantity: 0.5, price: 64_064 });
    expect((await histogram('order.slippage', { 'trading.slippage.direction': 'adverse' }))?.count).toBe(1);
    const short = { symbol: 'X', positionSide: 'SHORT' as never, entryPrice: 100, exitPrice: 90 };
    orders.trade({ ...short, quantity: -10 });
    expect(await value('trade.closed', { 'trading.position.side': 'short', 'trading.trade.result': 'win' })).toBe(1);
    expect((await histogram('trade.pnl'))?.sum).toBe(100);
  });

  test('a fill without a usable side has no slippage', async () => {
    const { orders, histogram, value } = setUp();
    orders.report.fill({ ...limitBuy, side: undefined, quantity: 1, price: 101, expectedPrice: 100 });
    expect(await histogram('order.slippage')).toBeUndefined();
    expect(await value('order.fills')).toBeUndefined();
  });

  test('a reported fill is checked like a fill of a handle', async () => {
    const { orders, telemetry, value } = setUp();
    orders.report.fill({ ...limitBuy, quantity: Number.NaN, price: 100 });
    orders.report.fill({ ...limitBuy, quantity: -5, price: 99 });
    expect(await value('order.fills')).toBeUndefined();
    expect(await dropped(telemetry)).toBe(2);
  });

  test('null counts as omitted, and a text that is not a decimal is not a figure', async () => {
    const { orders, telemetry, value, histogram } = setUp({ currency: 'USD' });
    const order = orders.resume({ ...limitBuy, placedTime: null });
    order.fill({ quantity: 0.5, price: 64_064, fee: null, leavesQuantity: null });
    expect(order.outcome).toBe('filled');
    expect(await histogram('order.fill.duration')).toBeUndefined();
    expect((await histogram('order.slippage'))?.count).toBe(1);
    orders.trade({ symbol: 'X', positionSide: 'long', pnl: '12 USD', openedTime: null });
    expect(await histogram('trade.pnl')).toBeUndefined();
    expect(await value('trade.closed')).toBeUndefined();
    expect(await dropped(telemetry)).toBe(1);
  });

  test('null counts as omitted in every optional field', async () => {
    const { orders, telemetry, value, histogram } = setUp({ strategy: 'momentum' });
    const nothing = { venue: null, strategy: null, currency: null, expectedPrice: null } as never as object;
    const order = orders.place({ ...limitBuy, ...nothing, timeInForce: null, signalTime: null });
    order.replace({ quantity: null, expectedPrice: 64_000 });
    order.replace({ quantity: 0.5, expectedPrice: null });
    order.fill({ quantity: 0.5, price: 64_064, liquidity: null, fee: { amount: 1, currency: null } });
    orders.trade({ ...nothing, symbol: 'BTC/USDT', positionSide: 'long', pnl: 5, fees: null });
    orders.report.request({ operation: 'new', durationSeconds: 1, venue: null, error: null } as never);
    expect(order.outcome).toBe('filled');
    const ours = { 'trading.venue': 'binance', 'trading.strategy.name': 'momentum' };
    expect(await value('order.placed', ours)).toBe(1);
    expect(await value('trade.closed', { ...ours, 'trading.trade.result': 'win' })).toBe(1);
    expect(await value('order.fee', { 'trading.currency': 'USDT' })).toBe(1);
    expect((await histogram('order.slippage'))?.sum).toBeCloseTo(10, 9);
    expect((await telemetry.series('trading.order.request.duration'))[0]?.attributes).not.toHaveProperty('error.type');
    expect(await telemetry.value('trademeter.measurement.dropped')).toBe(0);
  });

  const trap = (key: string) =>
    Object.defineProperty({}, key, {
      enumerable: true,
      get() {
        throw new Error('unreadable');
      },
    });
  const withTrap = <T extends object>(facts: T, key: string): T =>
    Object.defineProperties({ ...facts }, Object.getOwnPropertyDescriptors(trap(key)));

  test.each(['fee', 'liquidity', 'executionId', 'leavesQuantity'])(
    'a fill counts without its %s if that cannot be read',
    async (key) => {
      const { orders, telemetry, value, closed } = setUp();
      orders.place(limitBuy).fill(withTrap({ quantity: 0.5, price: 64_000 }, key));
      expect(await value('order.fills')).toBe(1);
      expect(await value('order.notional')).toBe(32_000);
      expect(await closed('filled')).toBe(1);
      expect(await dropped(telemetry, 'invalid_argument')).toBe(1);
    },
  );

  test.each(['quantity', 'price'])('a fill whose %s cannot be read does not change the order', async (key) => {
    const { orders, telemetry, value } = setUp();
    const order = orders.place(limitBuy);
    order.fill(withTrap({ quantity: 0.5, price: 64_000, executionId: 'e1' }, key));
    expect([order.outcome, order.filledQuantity]).toEqual([undefined, 0]);
    expect(await dropped(telemetry, 'invalid_argument')).toBe(1);
    order.fill({ quantity: 0.5, price: 64_000, executionId: 'e1' });
    expect(await value('order.fills')).toBe(1);
  });

  test.each(['venue', 'strategy', 'currency', 'type', 'quantity', 'expectedPrice', 'timeInForce', 'signalTime'])(
    'an order counts without its %s if that cannot be read',
    async (key) => {
      const { orders, value, closed } = setUp();
      const { symbol, side, type } = limitBuy;
      orders.place(withTrap({ symbol, side, type }, key)).cancel();
      expect(await value('order.placed')).toBe(1);
      expect(await closed('canceled')).toBe(1);
      expect(await value('order.open')).toBe(0);
    },
  );

  test.each([
    ['timeInForce', { timeInForce: 'forever' }],
    ['strategy', { strategy: '' }],
  ])('an invalid %s counts as one drop for each order', async (_name, wrong) => {
    const { orders, telemetry, closed } = setUp();
    const order = orders.place({ ...limitBuy, ...wrong });
    order.fill({ quantity: 0.5, price: 64_000 });
    expect(await closed('filled')).toBe(1);
    expect(await dropped(telemetry, 'invalid_attribute')).toBe(1);
  });

  test('an invalid liquidity counts as one drop for each fill', async () => {
    const { orders, telemetry, value } = setUp();
    const fill = { quantity: 0.5, price: 64_000, liquidity: 'both' as never, fee: { amount: 1 } };
    orders.place(limitBuy).fill(fill);
    expect([await value('order.fills'), await value('order.fee')]).toEqual([1, 1]);
    expect(await dropped(telemetry, 'invalid_attribute')).toBe(1);
  });

  test('an invalid part of a fill counts as one drop, even if the fill is delivered twice', async () => {
    const { orders, telemetry, value } = setUp();
    const order = orders.place(limitBuy);
    const fill = { quantity: 0.2, price: 64_000, executionId: 'e1', fee: { amount: Number.NaN }, leavesQuantity: -1 };
    order.fill(fill);
    order.fill(fill);
    expect(await value('order.fills')).toBe(1);
    expect(await dropped(telemetry)).toBe(2);
  });

  test.each(['replace', 'fill'] as const)('%s without an argument counts as one drop', async (verb) => {
    const { orders, telemetry } = setUp();
    orders.place(limitBuy)[verb](null as never);
    expect(await telemetry.value('trademeter.measurement.dropped')).toBe(1);
  });

  test('the log quotes a figure of a trade that cannot be read', async () => {
    using logs = captureLogs();
    const { orders } = setUp({ currency: 'USD' });
    orders.trade({ symbol: 'X', positionSide: 'long', entryPrice: '1,000', exitPrice: 2, quantity: 3 });
    expect(logs.messages).toEqual([
      expect.stringContaining(
        'entryPrice, required without pnl, must be a finite number or a decimal text, of at most 1e100, got "1,000"',
      ),
    ]);
  });

  test('an invalid leavesQuantity is computed from the fills instead', async () => {
    const { orders, telemetry, value } = setUp();
    const order = orders.place(limitBuy);
    order.fill({ quantity: 0.5, price: 64_000, leavesQuantity: Number.NaN });
    expect(order.outcome).toBe('filled');
    expect(await value('order.open')).toBe(0);
    expect(await dropped(telemetry)).toBe(1);
  });

  test('an order without a type counts as placed', async () => {
    const { orders, value } = setUp();
    orders.place({ ...limitBuy, type: undefined }).cancel();
    expect(await value('order.placed', { 'trading.order.type': '_OTHER' })).toBe(1);
    expect(await value('order.closed')).toBe(1);
  });

  test('a negative number of open orders is dropped', async () => {
    const { orders, value } = setUp();
    orders.report.open({ symbol: 'BTC/USDT', side: 'buy', count: -3 });
    expect(await value('order.open')).toBeUndefined();
  });

  test('a time in the future is logged, and no duration is recorded', async () => {
    const { orders, clock, telemetry, histogram } = setUp();
    const order = orders.place({ ...limitBuy, signalTime: clock.milliseconds + 90_000 });
    order.fill({ quantity: 0.5, price: 64_000 });
    expect(await histogram('signal.fill.duration')).toBeUndefined();
    expect(await histogram('order.fill.duration')).toMatchObject({ count: 1 });
    expect(await dropped(telemetry)).toBe(1);
  });
});

test('a fill acknowledges the order without a response time', async () => {
  const { orders, clock, histogram } = setUp();
  const order = orders.place(limitBuy);
  clock.milliseconds += 3_600_000;
  order.fill({ quantity: 0.5, price: 64_000 });
  order.acknowledge();
  expect(await histogram('order.request.duration')).toBeUndefined();
});

test('an order that was filled while the bot was down closes when it is resumed', async () => {
  const { orders, closed, value } = setUp();
  expect(orders.resume({ ...limitBuy, filledQuantity: 0.5 }).outcome).toBe('filled');
  expect(await closed('filled')).toBe(1);
  expect(await value('order.open')).toBe(0);
});

test('slippage against a price below 0 is recorded as money, not as basis points', async () => {
  const { orders, value, histogram } = setUp({ currency: 'USD' });
  orders.place({ ...limitBuy, symbol: 'CL', expectedPrice: -30 }).fill({ quantity: 2, price: -25 });
  expect(await value('order.slippage_cost', { 'trading.slippage.direction': 'adverse' })).toBe(10);
  expect(await histogram('order.slippage')).toBeUndefined();
});
