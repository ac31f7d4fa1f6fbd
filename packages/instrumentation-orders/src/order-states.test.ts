import { tradingOrderOpen } from '@trademeter/semantic-conventions';
import { captureLogs, createTestTelemetry } from '@trademeter/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instrumentOrders, type NewOrder, type Order } from './index.ts';

const kinds: readonly NewOrder[] = [
  { symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 2, expectedPrice: 100 },
  { symbol: 'ETH/USDT', side: 'sell', type: 'market', quantity: 1 },
  { symbol: 'ETH/USDT', side: 'sell_short', type: 'stop', quantity: 3, timeInForce: 'day' },
];

type Step = (order: Order) => void;

const steps = fc.oneof(
  fc.constant<Step>((order) => order.acknowledge()),
  fc.double({ min: 0.1, max: 2, noNaN: true }).map<Step>((quantity) => (order) => order.fill({ quantity, price: 101 })),
  fc.double({ min: 0.1, max: 4, noNaN: true }).map<Step>((quantity) => (order) => order.replace({ quantity })),
  fc.constant<Step>((order) => order.cancel()),
  fc.constant<Step>((order) => order.expire()),
  fc.constant<Step>((order) => order.reject('other')),
  fc.constant<Step>((order) => order.fail(new Error('x'))),
  fc.constant<Step>((order) => order.fill({ quantity: Number.NaN, price: 1 })),
);

test('for any sequence of calls, placed = closed + open, and each order closes once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(2), fc.array(steps, { maxLength: 8 })), { minLength: 1, maxLength: 8 }),
      async (lives) => {
        await using telemetry = createTestTelemetry();
        const orders = instrumentOrders({ venue: 'binance', meterProvider: telemetry.meterProvider });
        const followed = lives.map(([kind, life]) => ({ order: orders.place(kinds[kind] as NewOrder), life }));
        // Interleaved, like the orders of a bot.
        for (let i = 0; i < 8; i++) for (const { order, life } of followed) life[i]?.(order);

        const value = async (name: string, attributes = {}) => (await telemetry.value(name, attributes)) ?? 0;
        const closedOrders = followed.filter(({ order }) => order.outcome !== undefined);
        expect(await value('trading.order.placed')).toBe(followed.length);
        expect(await value('trading.order.closed')).toBe(closedOrders.length);
        expect(await value('trading.order.open')).toBe(followed.length - closedOrders.length);
        for (const outcome of ['filled', 'canceled', 'rejected', 'expired', 'failed']) {
          expect(await value('trading.order.closed', { 'trading.order.outcome': outcome })).toBe(
            closedOrders.filter(({ order }) => order.outcome === outcome).length,
          );
        }
        for (const series of await telemetry.series('trading.order.open'))
          expect(series.value).toBeGreaterThanOrEqual(0);
      },
    ),
    { numRuns: 150 },
  );
});

const statuses = ['open', 'pending', 'partially_filled', 'filled', 'closed', 'canceled', 'expired', 'rejected', 'x'];
const moreSteps = fc.oneof(
  steps,
  fc
    .record({
      status: fc.option(fc.constantFrom(...statuses), { nil: undefined }),
      filledQuantity: fc.option(fc.double({ min: 0, max: 4, noNaN: true }), { nil: undefined }),
      averagePrice: fc.option(fc.double({ min: 90, max: 110, noNaN: true }), { nil: undefined }),
    })
    .map<Step>((update) => (order) => order.update(update)),
  fc.nat(3).map<Step>((id) => (order) => order.fill({ executionId: id, quantity: 0.5, price: 100 })),
  fc.nat(3).map<Step>((id) => (order) => order.bust({ previousExecutionId: id })),
  fc.nat(3).map<Step>((id) => (order) => order.correct({ previousExecutionId: id, quantity: 0.75, price: 99 })),
  fc
    .constantFrom('RequestTimeout', 'InsufficientFunds', 'ArgumentsRequired')
    .map<Step>((name) => (order) => order.error({ name })),
  fc.constant<Step>((order) => order.reopen()),
);

test('for any sequence of closes, reopens and corrections, placed = closed - reopened + open, and no count is below 0', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(2), fc.array(moreSteps, { maxLength: 12 })), { minLength: 1, maxLength: 6 }),
      async (lives) => {
        await using telemetry = createTestTelemetry();
        const orders = instrumentOrders({ venue: 'binance', meterProvider: telemetry.meterProvider });
        const followed = lives.map(([kind, life]) => ({ order: orders.place(kinds[kind] as NewOrder), life }));
        for (let i = 0; i < 12; i++) for (const { order, life } of followed) life[i]?.(order);
        const value = async (name: string) => (await telemetry.value(name)) ?? 0;
        const open = await value('trading.order.open');
        expect(open).toBe(followed.filter(({ order }) => order.outcome === undefined).length);
        expect(await value('trading.order.placed')).toBe(
          (await value('trading.order.closed')) - (await value('trading.order.reopened')) + open,
        );
        const unconfirmed = await value('trading.order.unconfirmed');
        expect(unconfirmed >= 0 && unconfirmed <= open).toBe(true);
        for (const { order } of followed) expect(order.filledQuantity).toBeGreaterThanOrEqual(-1e-9);
        const [counted, reversed] = [
          await value('trading.order.notional'),
          await value('trading.order.notional_reversed'),
        ];
        expect(reversed).toBeLessThanOrEqual(counted + 1e-6);
      },
    ),
    { numRuns: 300 },
  );
});

const trap = () => {
  throw new Error('trap');
};
const worst: unknown[] = [
  undefined,
  null,
  1n,
  Symbol('s'),
  trap,
  'x'.repeat(100_000),
  new Proxy({}, { get: trap, ownKeys: trap }),
];
const hostile = fc.oneof(
  fc.anything({ withBigInt: true, withNullPrototype: true, withMap: true }).map((value) => () => value),
  fc.nat(worst.length - 1).map((index) => () => worst[index]),
  // Input that is almost valid finds the most mistakes.
  fc
    .record(
      {
        symbol: fc.oneof(fc.constant('AAPL'), fc.anything()),
        side: fc.oneof(fc.constant('buy'), fc.anything()),
        quantity: fc.oneof(fc.double(), fc.bigInt(), fc.string()),
        price: fc.oneof(fc.double(), fc.bigInt(), fc.string()),
        fee: fc.anything(),
        expectedPrice: fc.anything(),
        signalTime: fc.anything(),
        openedTime: fc.anything(),
        pnl: fc.anything(),
      },
      { requiredKeys: [] },
    )
    .map((value) => () => value),
);

test('no verb throws on any input', async () => {
  await using telemetry = createTestTelemetry();
  const orders = instrumentOrders({ venue: 'binance', meterProvider: telemetry.meterProvider });
  fc.assert(
    fc.property(hostile, hostile, (one, two) => {
      const a = one() as never;
      const b = two() as never;
      for (const order of [orders.place(a), orders.resume(a), orders.place(kinds[0] as NewOrder)]) {
        order.fill(b);
        order.update(b);
        order.fee(b);
        order.correct(b);
        order.bust(b);
        order.error(b);
        void order.request('new', () => 1, b);
        order.reopen();
        order.replace(b);
        order.acknowledge();
        order.reject(b);
        order.fail(b);
        order.cancel();
        order.expire();
      }
      orders.trade(a);
      for (const report of Object.values(orders.report)) report(a);
    }),
    { numRuns: 300 },
  );
  for (const series of await telemetry.series()) expect(Number.isFinite(series.value)).toBe(true);
});

/** A value that fails after it was read a number of times, or that was revoked. */
function failing(kind: 'object' | 'list' | 'revoked', reads: number): unknown {
  let left = reads;
  const step =
    (name: keyof ProxyHandler<object>) =>
    (...args: readonly unknown[]) => {
      if (left === 0) throw new Error('failed');
      left -= 1;
      return (Reflect[name] as (...given: readonly unknown[]) => unknown)(...args);
    };
  const target = kind === 'list' ? [{ executionId: 'x', quantity: 1, price: 5, amount: 1 }, 1] : {};
  const names = ['get', 'has', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor'] as const;
  const { proxy, revoke } = Proxy.revocable(target, Object.fromEntries(names.map((name) => [name, step(name)])));
  if (kind === 'revoked') revoke();
  return proxy;
}

const failingValue = fc.tuple(fc.constantFrom('object' as const, 'list' as const, 'revoked' as const), fc.nat(6));
const maybe = (...valid: readonly unknown[]) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...valid).map((value) => () => value) },
    {
      weight: 1,
      arbitrary: failingValue.map(
        ([kind, reads]) =>
          () =>
            failing(kind, reads),
      ),
    },
  );
const executionFields = {
  executionId: maybe('x', 'y', undefined),
  quantity: maybe(0.5, 0),
  price: maybe(5),
  time: maybe(undefined, 1e12),
  fee: maybe(undefined, { amount: 1 }),
  fees: maybe(undefined, [{ amount: 1 }]),
  liquidity: maybe('maker'),
  symbol: maybe('BTC/USDT', ''),
  side: maybe('buy'),
  currency: maybe('USDT', undefined),
  contractSize: maybe(undefined, 1),
  contractType: maybe(undefined, 'inverse'),
};
const message = fc.record({
  ...executionFields,
  orderId: maybe('1', '2'),
  newOrderId: maybe('2', '3', undefined),
  previousExecutionId: maybe('x', 'y'),
  venue: maybe('ibkr', undefined),
  account: maybe(undefined, 'main'),
  type: maybe('limit'),
  status: maybe('open', 'filled', 'closed', undefined),
  filledQuantity: maybe(0, 0.5, undefined),
  averagePrice: maybe(5, undefined),
  cost: maybe(undefined, 2.5),
  leavesQuantity: maybe(undefined, 0),
  executions: maybe(undefined, [{ executionId: 'x', quantity: 0.5, price: 5 }]),
  executionIds: maybe(undefined, ['x']),
  placedTime: maybe(undefined, 1e12),
  amount: maybe(1),
  outcome: maybe('filled'),
  pnl: maybe(1, undefined),
  positionSide: maybe('long'),
  openedTime: maybe(1e12),
  reason: maybe('other'),
});
type Message = typeof message extends fc.Arbitrary<infer M> ? M : never;
const valueOf = (fields: Message) => Object.fromEntries(Object.entries(fields).map(([key, make]) => [key, make()]));

test('no verb throws on values that fail while they are read', async () => {
  await using telemetry = createTestTelemetry();
  const orders = instrumentOrders({ venue: 'binance', meterProvider: telemetry.meterProvider });
  fc.assert(
    fc.property(message, message, fc.boolean(), (one, two, isValid) => {
      const order = orders.place(isValid ? { ...(kinds[0] as NewOrder), symbol: '' } : (valueOf(one) as never));
      for (let times = 0; times < 2; times += 1) {
        const given = valueOf(two) as never;
        for (const verb of ['fill', 'update', 'fee', 'correct', 'bust', 'replace', 'error', 'reject'] as const) {
          order[verb](given);
        }
        order.reopen();
        orders.resume(valueOf(one) as never).fill(given);
        orders.trade(given);
        for (const report of Object.values(orders.report)) report(given);
      }
    }),
    { numRuns: 500 },
  );
  for (const series of await telemetry.series()) expect(Number.isFinite(series.value)).toBe(true);
});

test('orders that were not counted as open for lack of room do not take others away when they end', async () => {
  using _logs = captureLogs();
  await using telemetry = createTestTelemetry();
  const orders = instrumentOrders({ venue: 'binance', meterProvider: telemetry.meterProvider });
  const setOpen = (index: number, count: number) => orders.report.open({ symbol: `S${index}`, side: 'buy', count });
  const most = 10 * tradingOrderOpen.cardinalityLimit;
  for (let index = 0; index < most; index += 1) setOpen(index, 1);
  const place = () => orders.place({ symbol: 'LATE', side: 'buy', type: 'limit', quantity: 1 });
  const [dropped, reopened] = [place(), place()];
  for (let index = 0; index < 10; index += 1) setOpen(index, 0);
  await telemetry.series('trading.order.open');
  place();
  dropped.cancel();
  reopened.fail();
  reopened.reopen();
  for (let index = 10; index < most; index += 1) setOpen(index, 0);
  expect(await telemetry.value('trading.order.open')).toBe(2);
});
