import * as fc from 'fast-check';
import { type Amount, decimal } from '../venue/decimal.ts';
import type { LedgerFee } from '../venue/ledger.ts';
import { VenueOrder } from '../venue/venue-order.ts';

/** An execution that a history plans. */
interface PlannedExecution {
  /** A share of the order's quantity, in twelfths. */
  readonly twelfths: number;
  /** How many ticks off the expected price. */
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
}

/** What happens to one order at one moment. */
export interface HistoryEvent {
  readonly order: number;
  readonly kind: 'new' | 'execution' | 'end' | 'poll';
}

/** A random history of some orders, and of how the messages about it reach the bot. */
export interface History {
  readonly orders: readonly PlannedOrder[];
  /** In which order things happen: each number, modulo what is left, picks the order that goes on. */
  readonly picks: readonly number[];
  /** By how many events a message comes too late, by message. */
  readonly delays: readonly number[];
  /** Which messages come twice, by message. */
  readonly repeats: readonly boolean[];
  /** After how many events the bot is restarted; never when that is more than there are. */
  readonly restartAfter: number;
  /** Whether the bot reports updates by the order's id, and follows no order; without a restart. */
  readonly isReported: boolean;
  /** Whether the bot knows after a restart which executions it has counted. */
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
  isRefused: fc.integer({ min: 0, max: 11 }).map((value) => value === 0),
});

/** Random histories. */
export const histories: fc.Arbitrary<History> = fc.record({
  orders: fc.array(plannedOrder, { minLength: 1, maxLength: 3 }),
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

/** What a history is played with: two symbols in one currency, and another one for some fees. */
export interface Market {
  readonly symbols: readonly [string, string];
  readonly currency: string;
  /** `undefined` when the venue reports no fees. */
  readonly feeCurrency?: string;
  /** Of one of the lots that a quantity is a number of. */
  readonly lot: string;
  /** False when the venue calls what has expired canceled. */
  readonly hasExpiry?: boolean;
  /** What `error.type` says of an order that is refused. */
  readonly refusal: string;
}

/** When the first thing happens. */
const start = Date.UTC(2026, 0, 5, 14, 30);

/** Plays a history: orders as their venue has them, one event at a time. */
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
    this.#remaining = history.orders.map(({ executions, isRefused }, index) => ({
      order: index,
      events: isRefused ? ['end'] : ['new', ...executions.map(() => 'execution' as const), 'poll', 'end'],
    }));
  }

  /** Milliseconds since the epoch. */
  get time(): number {
    return start + 1_000 + this.#events * 1_000;
  }

  /** Lets the next thing happen. @returns what it was, or `undefined` when all is over */
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
    return { order: picked.order, kind };
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
      id: `${order.id}${order.executions.length}`,
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
