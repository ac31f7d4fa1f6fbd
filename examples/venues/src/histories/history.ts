import * as fc from 'fast-check';
import { type Amount, decimal } from '../venue/decimal.ts';
import type { Execution, LedgerFee, LedgerTrade } from '../venue/ledger.ts';
import { VenueOrder } from '../venue/venue-order.ts';

/** A planned execution. */
interface PlannedExecution {
  /** Twelfths of the order's quantity. */
  readonly twelfths: number;
  /** Ticks away from the expected price. */
  readonly ticks: number;
  readonly isMaker: boolean;
  readonly fee: { readonly units: number; readonly isBase: boolean };
}

interface PlannedOrder {
  readonly isFirstSymbol: boolean;
  readonly side: 'buy' | 'sell';
  readonly lots: number;
  readonly priceTicks: number;
  readonly executions: readonly PlannedExecution[];
  readonly end: 'open' | 'canceled' | 'expired';
  readonly isRefused: boolean;
  /** How the venue revises its last execution; not in histories with a restart. */
  readonly revision: 'correction' | 'bust' | 'none';
}

interface PlannedTrade {
  readonly isLong: boolean;
  readonly entryTicks: number;
  readonly exitTicks: number;
  readonly lots: number;
  readonly feeUnits: number;
}

/** One event of one order. */
export interface HistoryEvent {
  readonly order: number;
  readonly kind: 'new' | 'execution' | 'correction' | 'bust' | 'end' | 'poll';
  /** For a correction or bust: the original execution. */
  readonly previous?: Execution;
}

/** A random history of some orders, and of how the messages about it reach the bot. */
export interface History {
  readonly orders: readonly PlannedOrder[];
  /** Round trips, in ticks and lots. */
  readonly trades: readonly PlannedTrade[];
  /** The interleaving: each number, modulo the orders left, picks the order with the next event. */
  readonly picks: readonly number[];
  /** Per message: by how many events it is late. */
  readonly delays: readonly number[];
  /** Per message: whether it comes twice. */
  readonly repeats: readonly boolean[];
  /** The bot restarts after this many events; never if there are fewer. */
  readonly restartAfter: number;
  /** Whether the bot reports updates by the order's id, and follows no order; without a restart. */
  readonly isReported: boolean;
  /** Whether the bot remembers counted executions after a restart. */
  readonly knowsExecutions: boolean;
}

const plannedExecution: fc.Arbitrary<PlannedExecution> = fc.record({
  twelfths: fc.integer({ min: 1, max: 6 }),
  ticks: fc.oneof(fc.constant(0), fc.integer({ min: -500, max: 500 })),
  isMaker: fc.boolean(),
  fee: fc.record({ units: fc.integer({ min: -50, max: 200 }), isBase: fc.boolean() }),
});

const plannedOrder: fc.Arbitrary<PlannedOrder> = fc.record({
  isFirstSymbol: fc.boolean(),
  side: fc.constantFrom('buy', 'sell'),
  lots: fc.integer({ min: 1, max: 5_000 }),
  priceTicks: fc.integer({ min: 1_000, max: 7_000_000 }),
  executions: fc.array(plannedExecution, { maxLength: 5 }),
  end: fc.constantFrom('open', 'canceled', 'expired'),
  revision: fc.constantFrom('correction', 'bust', 'none', 'none'),
  isRefused: fc.integer({ min: 0, max: 11 }).map((value) => value === 0),
});

/** Random histories. */
export const histories: fc.Arbitrary<History> = fc.record({
  orders: fc.array(plannedOrder, { minLength: 1, maxLength: 3 }),
  trades: fc.array(
    fc.record({
      isLong: fc.boolean(),
      entryTicks: fc.integer({ min: 1, max: 50_000 }),
      exitTicks: fc.integer({ min: 1, max: 50_000 }),
      lots: fc.integer({ min: 1, max: 1_000 }),
      feeUnits: fc.integer({ min: -100, max: 1_000 }),
    }),
    { maxLength: 3 },
  ),
  picks: fc.array(fc.nat(5), { minLength: 24, maxLength: 24 }),
  delays: fc.oneof(
    fc.constant([0]),
    fc.array(fc.nat(2), { minLength: 7, maxLength: 31 }),
    fc.array(fc.nat(40), { minLength: 7, maxLength: 31 }),
  ),
  repeats: fc.array(fc.boolean(), { minLength: 3, maxLength: 13 }),
  restartAfter: fc.oneof(fc.constant(1_000), fc.nat(12)),
  isReported: fc.boolean(),
  knowsExecutions: fc.boolean(),
});

/** The instruments of a history: two symbols in one currency, and another currency for some fees. */
export interface Market {
  readonly symbols: readonly [string, string];
  readonly currency: string;
  /** `undefined` when the venue reports no fees. */
  readonly feeCurrency?: string;
  /** The size of one lot. */
  readonly lot: string;
  /** How the venue revises executions. Default: not at all. */
  readonly revisions?: readonly ('correction' | 'bust')[];
  /** The suffix of execution ids. */
  readonly idSuffix?: string;
  /** False if the venue reports expired orders as canceled. */
  readonly hasExpiry?: boolean;
  /** The `error.type` of a rejected order. */
  readonly refusal: string;
}

/** The time of the first event. */
const start = Date.UTC(2026, 0, 5, 14, 30);

/** The round trips of a history. */
export function tradesOf({ trades }: History): LedgerTrade[] {
  return trades.map(({ isLong, entryTicks, exitTicks, lots, feeUnits }) => ({
    isLong,
    entryPrice: decimal('0.01') * BigInt(entryTicks),
    exitPrice: decimal('0.01') * BigInt(exitTicks),
    quantity: decimal('0.01') * BigInt(lots),
    fees: decimal('0.001') * BigInt(feeUnits),
  }));
}

/** Plays the venue's side of a history, one event at a time. */
export class HistoryPlayer {
  readonly orders: readonly VenueOrder[];
  readonly #history: History;
  readonly #market: Market;
  readonly #remaining: { readonly order: number; readonly events: HistoryEvent['kind'][] }[];
  #events = 0;

  constructor(history: History, market: Market) {
    this.#history = history;
    this.#market = market;
    const lot = decimal(market.lot);
    this.orders = history.orders.map(({ isFirstSymbol, side, lots, priceTicks }, index) => {
      return new VenueOrder({
        id: String(100 + index),
        clientId: `bot-${index}`,
        symbol: market.symbols[isFirstSymbol ? 0 : 1],
        side,
        currency: market.currency,
        // in twelfths
        quantity: lot * BigInt(lots * 12),
        price: decimal('0.01') * BigInt(priceTicks),
        time: start + index,
      });
    });
    this.#remaining = history.orders.map(({ executions, isRefused, revision }, index) => ({
      order: index,
      events: isRefused
        ? ['end']
        : ['new', ...executions.map(() => 'execution' as const), ...this.#revisionOf(revision), 'poll', 'end'],
    }));
  }

  /** Milliseconds since the epoch. */
  get time(): number {
    return start + 1_000 + this.#events * 1_000;
  }

  /** Plays the next event. @returns the event, or `undefined` at the end */
  next(): HistoryEvent | undefined {
    const alive = this.#remaining.filter(({ events }) => events.length > 0);
    const picked = alive[(this.#history.picks[this.#events % this.#history.picks.length] ?? 0) % alive.length];
    const kind = picked?.events.shift();
    if (picked === undefined || kind === undefined) return undefined;
    this.#events += 1;
    const order = this.orders[picked.order] as VenueOrder;
    const plan = this.#history.orders[picked.order] as PlannedOrder;
    if (kind === 'execution') this.#execute(order, plan);
    if (kind === 'end') {
      if (plan.isRefused) order.refuse(this.#market.refusal);
      else if (order.state === 'open' && plan.end !== 'open') {
        order.state = this.#market.hasExpiry === false ? 'canceled' : plan.end;
      }
    }
    if (kind !== 'correction' && kind !== 'bust') return { order: picked.order, kind };
    const previous = this.#revise(order, kind);
    return previous === undefined ? { order: picked.order, kind: 'poll' } : { order: picked.order, kind, previous };
  }

  /** Whether the venue corrects or busts an execution of an order. */
  isRevised(order: number): boolean {
    return this.#revisionOf(this.#history.orders[order]?.revision ?? 'none').length > 0;
  }

  /** A restarted bot does not know the executions that are corrected. */
  #revisionOf(revision: PlannedOrder['revision']): HistoryEvent['kind'][] {
    if (revision === 'none' || this.#history.restartAfter < 1_000) return [];
    return this.#market.revisions?.includes(revision) === true ? [revision] : [];
  }

  /** Changes the last execution. @returns the original */
  #revise(order: VenueOrder, kind: 'correction' | 'bust'): Execution | undefined {
    const previous = order.state === 'open' ? order.executions.pop() : undefined;
    if (previous === undefined) return undefined;
    if (kind === 'bust') order.busted.push(previous);
    else {
      const id = previous.id.endsWith('.01') ? previous.id.replace(/1$/u, '2') : `${previous.id}9`;
      const sign = order.time % 2 === 0 ? 1n : -1n;
      order.executions.push({
        ...previous,
        id,
        price: previous.price + decimal('0.05') * sign,
        // more, less, or unchanged
        fees: previous.fees.map((fee) => ({
          ...fee,
          amount: fee.amount + decimal('0.007') * BigInt(order.executions.length % 3) * sign,
        })),
      });
    }
    return previous;
  }

  #execute(order: VenueOrder, plan: PlannedOrder): void {
    const planned = plan.executions[order.executions.length];
    if (planned === undefined || order.state !== 'open') return;
    const share = (order.quantity / 12n) * BigInt(planned.twelfths);
    const quantity: Amount = share < order.leaves ? share : order.leaves;
    const price = order.price + decimal('0.01') * BigInt(planned.ticks);
    const { currency, feeCurrency } = this.#market;
    const fee: LedgerFee = {
      amount: decimal('0.001') * BigInt(planned.fee.units),
      currency: planned.fee.isBase ? (feeCurrency ?? currency) : currency,
    };
    order.executions.push({
      id: `${order.id}${order.executions.length}${this.#market.idSuffix ?? ''}`,
      quantity,
      price: price > 0n ? price : order.price,
      expectedPrice: order.price,
      isMaker: planned.isMaker,
      fees: feeCurrency === undefined ? [] : [fee],
      time: this.time,
    });
    if (order.leaves === 0n) order.state = 'filled';
  }
}
