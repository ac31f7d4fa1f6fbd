import { createTestTelemetry } from '@trademeter/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { instrumentOrders, type NewOrder } from './index.ts';

const start = Date.UTC(2026, 0, 5);
const buy: NewOrder = { symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 1 };

function setUp(telemetry = createTestTelemetry()) {
  const clock = { milliseconds: start };
  const { meterProvider } = telemetry;
  const orders = instrumentOrders({ venue: 'binance', meterProvider, now: () => clock.milliseconds });
  const age = (symbol: string) => telemetry.value('trading.order.age', { 'trading.symbol': symbol });
  return { telemetry, clock, orders, age };
}

afterEach(() => void vi.useRealTimers());

test('the age of the oldest open order grows, and is 0 while none is open', async () => {
  const { orders, clock, age } = setUp();
  expect(await age('BTC/USDT')).toBeUndefined();
  const first = orders.place(buy);
  clock.milliseconds += 10_000;
  const second = orders.place({ ...buy, side: 'sell' });
  orders.place({ ...buy, symbol: 'ETH/USDT' });
  clock.milliseconds += 5_000;
  expect(await age('BTC/USDT')).toBe(15);
  expect(await age('ETH/USDT')).toBe(5);
  first.fill({ quantity: 1, price: 64_000 });
  expect(await age('BTC/USDT')).toBe(5);
  second.cancel();
  second.cancel();
  clock.milliseconds += 5_000;
  expect(await age('BTC/USDT')).toBe(0);
  expect(await age('ETH/USDT')).toBe(10);
});

test('an order resumed after a restart keeps its age', async () => {
  const { orders, clock, age } = setUp();
  orders.resume({ ...buy, placedTime: start - 3_600_000 });
  orders.resume({ ...buy, symbol: 'ETH/USDT' });
  clock.milliseconds += 1_000;
  expect(await age('BTC/USDT')).toBe(3_601);
  expect(await age('ETH/USDT')).toBe(1);
});

test('the age of reported open orders is that of the oldest', async () => {
  const { orders, telemetry, clock, age } = setUp();
  orders.report.open({ symbol: 'AAPL', side: 'buy', count: 2, oldestPlacedTime: new Date(start - 60_000) });
  orders.report.open({ symbol: 'AAPL', side: 'sell', count: 1, oldestPlacedTime: start - 90_000 });
  clock.milliseconds += 1_000;
  expect(await age('AAPL')).toBe(91);
  orders.report.open({ symbol: 'AAPL', side: 'sell', count: 0 });
  expect(await age('AAPL')).toBe(61);
  orders.report.open({ symbol: 'AAPL', side: 'buy', count: 0, oldestPlacedTime: start - 60_000 });
  expect(await age('AAPL')).toBe(0);
  orders.report.open({ symbol: 'TSLA', side: 'buy', count: 1, oldestPlacedTime: 'soon' });
  expect(await age('TSLA')).toBeUndefined();
  expect(await telemetry.value('trading.order.open', { 'trading.symbol': 'TSLA' })).toBe(1);
  expect(await telemetry.value('trademeter.measurement.dropped')).toBe(1);
});

test('a new symbol takes the place of one without open orders', async () => {
  const views = [{ instrumentName: '*', aggregationCardinalityLimit: 20_000 }];
  const { orders, telemetry, clock, age } = setUp(createTestTelemetry({ views }));
  const open = orders.place(buy);
  for (let index = 0; index < 5_010; index += 1) orders.place({ ...buy, symbol: `S${index}` }).cancel();
  clock.milliseconds += 1_000;
  expect(await age('S5009')).toBe(0);
  expect(await age('S0')).toBeUndefined();
  expect(await age('BTC/USDT')).toBe(1);
  expect(open.outcome).toBeUndefined();
  expect(await telemetry.value('trademeter.measurement.dropped')).toBe(0);
});

test('the ages of the last fill and the last round trip are recorded by venue and strategy', async () => {
  const { orders, telemetry, clock } = setUp();
  orders.place({ ...buy, strategy: 'grid' }).fill({ quantity: 1, price: 64_000 });
  clock.milliseconds += 20_000;
  orders.report.fill({ symbol: 'AAPL', side: 'buy', venue: 'alpaca', quantity: 1, price: 187, currency: 'USD' });
  orders.trade({ symbol: 'BTC/USDT', positionSide: 'long', pnl: 5, strategy: 'grid', closedTime: start });
  clock.milliseconds += 1_000;
  const ages = async (name: string) =>
    (await telemetry.series(name)).map(({ attributes, value }) => [
      attributes['trading.venue'],
      attributes['trading.strategy.name'],
      value,
    ]);
  expect(await ages('trading.order.fill.age')).toEqual([
    ['binance', 'grid', 21],
    ['alpaca', undefined, 1],
  ]);
  expect(await ages('trading.trade.age')).toEqual([['binance', 'grid', 1]]);
});

test('fees are recorded by symbol, with the currency in one spelling', async () => {
  const { orders, telemetry } = setUp();
  orders.place(buy).fill({ quantity: 1, price: 64_000, fee: { amount: 3, currency: 'usdt' } });
  orders.place(buy).fill({ quantity: 1, price: 64_000, fee: { amount: 2 } });
  orders.place({ ...buy, symbol: 'ETH/USDT' }).fill({ quantity: 1, price: 3_000, fee: { amount: 1 } });
  const fees = (symbol: string) =>
    telemetry.value('trading.order.fee', { 'trading.symbol': symbol, 'trading.currency': 'USDT' });
  expect(await fees('BTC/USDT')).toBe(5);
  expect(await fees('ETH/USDT')).toBe(1);
});

test('a Date.now that is replaced after the start takes effect', async () => {
  const telemetry = createTestTelemetry();
  const orders = instrumentOrders({ venue: 'binance', meterProvider: telemetry.meterProvider });
  vi.useFakeTimers({ toFake: ['Date'], now: start });
  orders.place({ ...buy, signalTime: start - 2_000 }).fill({ quantity: 1, price: 64_000 });
  const duration = await telemetry.histogram('trading.signal.fill.duration');
  expect(duration?.sum).toBeGreaterThanOrEqual(2);
  expect(duration?.sum).toBeLessThan(1_000);
});
