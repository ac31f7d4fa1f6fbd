import { instrumentOrders, type Order, type OrderMetrics } from '@trademeter/instrumentation-orders';
import { createTestTelemetry } from '@trademeter/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Amount, text, toNumber } from '../venue/decimal.ts';
import { figuresOf, tradeFigures } from '../venue/ledger.ts';
import { measuredFigures } from '../venue/measured.ts';
import type { VenueOrder } from '../venue/venue-order.ts';
import type { Dialect, Message } from './dialect.ts';
import { dialects } from './dialects.ts';
import { type History, HistoryPlayer, histories, type Market, tradesOf } from './history.ts';

/** How many histories of each venue. `TRADEMETER_HISTORIES=10000` for a long run. */
const runs = Number(process.env['TRADEMETER_HISTORIES'] ?? 300);

describe.each(Object.entries(dialects))('on %s', (venue, dialect) => {
  const timeout = 120_000 + runs * 60;
  test("a bot's figures equal the ledger's, whatever happens and however it is reported", { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const { orders, rises, measured } = await play(history, venue, dialect);
        const expected = new Map([...figuresOf(orders), ...tradeFigures(tradesOf(history), dialect.market.currency)]);
        if (dialect.hasTotalsOnly === true) {
          for (const { symbol, side } of orders) expected.delete(`fills ${symbol} ${side}`);
          for (const [{ symbol, side }, count] of rises) {
            const name = `fills ${symbol} ${side}`;
            expected.set(name, (expected.get(name) ?? 0n) + BigInt(count) * 10n ** 24n);
          }
        }
        const names = new Set([...expected.keys(), ...measured.keys()]);
        // slippage is not revised
        const isRevised = history.orders.some(({ revision }) => revision !== 'none') && dialect.market.revisions;
        for (const name of names) {
          if (isRevised && name.startsWith('slippage ')) continue;
          const exact = toNumber(expected.get(name) ?? 0n);
          const difference = Math.abs((measured.get(name) ?? 0) - exact);
          expect(difference, `${name}: ${measured.get(name)} instead of ${exact}`).toBeLessThanOrEqual(
            toleranceOf(name, exact, orders, dialect),
          );
        }
      }),
      { numRuns: runs },
    );
  });
});

/** The tolerance: sums of doubles, and the venue's rounding where money comes from an average. */
function toleranceOf(name: string, exact: number, orders: readonly VenueOrder[], { averagePlaces }: Dialect): number {
  const binary = 1e-9 * Math.max(1, Math.abs(exact), ...orders.map(({ cost }) => toNumber(cost)));
  if (averagePlaces === undefined || !/^(?:notional|slippage) /u.test(name)) return binary;
  const rounding = 0.5 * 10 ** -averagePlaces;
  // each process has the rounding of its last average; at each fill, slippage within the rounding of a price counts as 0
  const times = ({ executions }: VenueOrder) => (name.startsWith('slippage ') ? 2 + 2 * executions.length : 2);
  return orders.reduce((sum, order) => sum + times(order) * rounding * Number(text(order.filled)), binary);
}

interface Bot {
  readonly orders: OrderMetrics;
  readonly clock: { time: number };
  figures(): Promise<Map<string, number>>;
}

function startBot(venue: string, { currency }: Market, time: number): Bot {
  const telemetry = createTestTelemetry();
  const clock = { time };
  const { meterProvider } = telemetry;
  return {
    orders: instrumentOrders({ venue, currency, meterProvider, now: () => clock.time }),
    clock,
    async figures() {
      const series = await telemetry.series();
      return measuredFigures(
        series.map(({ name, attributes, value }) => ({
          name: name.replaceAll('.', '_'),
          labels: Object.fromEntries(
            Object.entries(attributes).map(([key, each]) => [key.replaceAll('.', '_'), String(each)]),
          ),
          value,
        })),
      );
    },
  };
}

/** A message in transit to the bot. */
interface Delivery {
  readonly order: number;
  readonly message: Message;
  /** The event after which it arrives. */
  readonly due: number;
}

/** Plays a history to a bot that may restart, and adds up the figures of both processes. */
async function play(history: History, venue: string, dialect: Dialect) {
  const player = new HistoryPlayer(history, dialect.market);
  const sent: Delivery[] = [];
  const pending: Delivery[] = [];
  let events = 0;

  const send = (order: number, message: Message) => {
    const count = sent.length;
    // messages about corrections come in order and once, except separate fees
    const isRevised = player.isRevised(order) && !('fee' in message);
    const delay = isRevised ? 0 : (history.delays[count % history.delays.length] ?? 0);
    const delivery = { order, message, due: events + delay };
    sent.push(delivery);
    pending.push(delivery);
    if (!isRevised && history.repeats[count % history.repeats.length] === true)
      pending.push({ ...delivery, due: events + 2 * delay + 1 });
  };
  /** Plays events and delivers the messages that are due; at the end, all of them. */
  const run = (bot: Bot, followed: readonly (Follow | undefined)[], until: number) => {
    const deliver = (isDue: (delivery: Delivery) => boolean) => {
      bot.clock.time = player.time;
      const due = pending.filter(isDue).toSorted((one, other) => one.due - other.due);
      const left = pending.filter((delivery) => !isDue(delivery));
      pending.splice(0, pending.length, ...left);
      for (const { order, message } of due) {
        const following = followed[order];
        if (following !== undefined) following(message);
      }
    };
    while (events < until) {
      const event = player.next();
      if (event === undefined) break;
      events += 1;
      const order = player.orders[event.order] as VenueOrder;
      for (const message of dialect.messagesOf(order, event.kind, event.previous)) send(event.order, message);
      deliver(({ due }) => due <= events);
    }
    deliver(() => true);
  };

  /** How often an increase of a total was observed. */
  const rises = new Map<VenueOrder, number>();
  const rise = (order: VenueOrder) => {
    let largest = order.filled;
    return (total: Amount) => {
      if (total > largest) rises.set(order, (rises.get(order) ?? 0) + 1);
      if (total > largest) largest = total;
    };
  };

  const first = startBot(venue, dialect.market, player.time);
  for (const { isLong, entryPrice, exitPrice, quantity, fees } of tradesOf(history)) {
    first.orders.trade({
      symbol: dialect.market.symbols[0],
      positionSide: isLong ? 'long' : 'short',
      entryPrice: text(entryPrice),
      exitPrice: text(exitPrice),
      quantity: text(quantity),
      fees: text(fees),
    });
  }
  run(
    first,
    player.orders.map((order) => {
      return history.isReported && dialect.hasApartFees !== true && history.restartAfter >= 1_000
        ? report(first, order, rise(order))
        : follow(place(first, order), rise(order));
    }),
    history.restartAfter,
  );
  const measured = await first.figures();
  if (events < history.restartAfter) return { orders: player.orders, rises, measured };

  for (const name of measured.keys()) if (name.startsWith('open ')) measured.delete(name);
  // it takes a while
  const second = startBot(venue, dialect.market, player.time + 500);
  const resumed = player.orders.map((order) => {
    return order.state === 'open'
      ? follow(resume(second, order, history.knowsExecutions || dialect.hasApartFees === true), rise(order))
      : undefined;
  });
  // the messages of the first process come again
  for (const { order, message } of sent.splice(0)) send(order, message);
  run(second, resumed, Number.POSITIVE_INFINITY);
  for (const [name, value] of await second.figures()) measured.set(name, (measured.get(name) ?? 0) + value);
  return { orders: player.orders, rises, measured };
}

/** Reports a venue's message to an order. */
type Follow = (message: Message) => void;

function follow(order: Order, onTotal: (total: Amount) => void): Follow {
  return (message) => {
    if ('fee' in message) return order.fee(message.fee);
    if ('correction' in message) return order.correct(message.correction);
    if ('bust' in message) return order.bust(message.bust);
    order.update(message.update);
    if (message.total !== undefined) onTotal(message.total);
  };
}

function place({ orders }: Bot, { symbol, side, quantity, price }: VenueOrder): Order {
  return orders.place({ symbol, side, type: 'limit', quantity: text(quantity), expectedPrice: text(price) });
}

/** Follows an order by its id alone. */
function report(
  { orders }: Bot,
  { id, symbol, side, quantity, price }: VenueOrder,
  onTotal: (total: Amount) => void,
): Follow {
  const order = { symbol, side, type: 'limit', quantity: text(quantity), expectedPrice: text(price) };
  orders.report.placed(order);
  return (message) => {
    if ('fee' in message) throw new Error('an order whose fees come apart has to be followed');
    if ('correction' in message) return orders.report.correct({ ...message.correction, orderId: id });
    if ('bust' in message) return orders.report.bust({ ...message.bust, orderId: id });
    orders.report.update({ ...order, ...message.update, orderId: id });
    if (message.total !== undefined) onTotal(message.total);
  };
}

function resume({ orders }: Bot, order: VenueOrder, knowsExecutions: boolean): Order {
  const { symbol, side, quantity, price, filled, executions, time } = order;
  return orders.resume({
    symbol,
    side,
    type: 'limit',
    quantity: text(quantity),
    expectedPrice: text(price),
    filledQuantity: text(filled),
    averagePrice: filled === 0n ? undefined : text(order.averagePrice(12)),
    executionIds: knowsExecutions ? executions.map(({ id }) => id) : undefined,
    placedTime: time,
  });
}
