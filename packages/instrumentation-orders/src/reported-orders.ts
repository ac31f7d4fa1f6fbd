import type { Meter } from '@trademeter/instrumentation';
import {
  METRIC_TRADING_ORDER_FILL_CORRECTIONS,
  METRIC_TRADING_ORDER_FILLS,
  METRIC_TRADING_ORDER_REPLACEMENTS,
} from '@trademeter/semantic-conventions';
import { Order } from './order.ts';
import type {
  ReportedBust,
  ReportedCorrection,
  ReportedReplacement,
  ReportedResume,
  ReportedUpdate,
} from './order-types.ts';
import { resumedOrder } from './reading/order-start.ts';
import { parseId } from './reading/parse-fill.ts';
import type { OrderRecorder } from './recording/order-recorder.ts';

/** Limits memory: some orders are never closed, and closed ones are kept to recognize repeated messages. */
const mostOrders = 10_000;

/** `BTC/USDT`, `BTC-USDT` and `btcusdt` are the same symbol. */
function lettersOf(symbol: string): string {
  return symbol.replaceAll(/[^\p{L}\p{N}]+/gu, '').toLowerCase();
}

/**
 * Tracks orders without a handle by id: up to 10,000 open and 10,000 closed ones. Beyond that, the order that was
 * reported longest ago is dropped.
 */
export class ReportedOrders {
  readonly #meter: Meter;
  readonly #recorder: OrderRecorder;
  readonly #open = new Map<string, Order>();
  readonly #ended = new Map<string, Order>();
  /** The new key of each replaced order, by its old key. */
  readonly #replaced = new Map<string, string>();

  constructor(meter: Meter, recorder: OrderRecorder) {
    this.#meter = meter;
    this.#recorder = recorder;
  }

  /** May throw, before anything is recorded. */
  update(update: ReportedUpdate): void {
    const key = this.#keyOf(update, update.orderId);
    if (key === undefined) return;
    const known = this.#find(key);
    if (known !== undefined && this.#replaced.has(key)) {
      known.updateReplaced(update);
      return;
    }
    this.#replaced.delete(key);
    const order = known ?? this.#follow(update, undefined);
    if (order === undefined) return;
    order.update(update);
    this.#keep(key, order);
  }

  /** May throw, before anything is recorded. */
  resume(resumed: ReportedResume): void {
    const key = this.#keyOf(resumed, resumed.orderId);
    if (key === undefined || this.#find(key) !== undefined) return;
    const order = this.#follow(resumed, resumed);
    if (order !== undefined) this.#keep(key, order);
  }

  /** May throw, before anything is recorded. */
  replace(replacement: ReportedReplacement): void {
    const { orderId, newOrderId } = replacement;
    const key = this.#keyOf(replacement, orderId);
    if (key === undefined) return;
    const order = this.#find(key);
    if (order === undefined) {
      this.#dropUnknown(METRIC_TRADING_ORDER_REPLACEMENTS, 'replacement');
      return;
    }
    const newKey = newOrderId === undefined || newOrderId === null ? key : this.#keyOf(replacement, newOrderId);
    // Delivered again: the order has its new id already.
    const next = newKey === undefined ? undefined : this.#find(newKey);
    if (newKey === undefined || (this.#replaced.has(key) && next === order)) return;
    if (next === undefined && order.isSuperseded) {
      this.#dropUnknown(METRIC_TRADING_ORDER_REPLACEMENTS, 'second replacement');
      return;
    }
    if (next !== undefined && next !== order) {
      // Its new id was reported first.
      order.supersede(next, replacement);
      this.#keep(this.#liveKeyOf(newKey), next);
      this.#keep(this.#liveKeyOf(key), order);
      return;
    }
    order.replace(replacement);
    this.#rename(this.#liveKeyOf(key), newKey);
    this.#keep(newKey, order);
  }

  /** May throw, before anything is recorded. */
  correct(correction: ReportedCorrection): void {
    this.#revise(correction, (order) => order.correct(correction));
  }

  /** May throw, before anything is recorded. */
  bust(bust: ReportedBust): void {
    this.#revise(bust, (order) => order.bust(bust));
  }

  /** Does not start to track an unknown order: nothing says what was counted for it, or whether it is open. */
  #revise(revision: ReportedCorrection | ReportedBust, revise: (order: Order) => void): void {
    const key = this.#keyOf(revision, revision.orderId);
    if (key === undefined) return;
    const order = this.#find(key);
    if (order === undefined) {
      this.#dropUnknown(METRIC_TRADING_ORDER_FILL_CORRECTIONS, 'correction or a bust');
      return;
    }
    revise(order);
    this.#keep(this.#liveKeyOf(key), order);
  }

  /** Keeps one entry for an order, whatever its ids were. */
  #rename(key: string, newKey: string): void {
    this.#replaced.delete(newKey);
    if (key === newKey) return;
    this.#open.delete(key);
    this.#ended.delete(key);
    this.#replaced.set(key, newKey);
    if (this.#replaced.size > mostOrders) this.#replaced.delete(this.#replaced.keys().next().value as string);
  }

  /** Follows replacements to the current key of an order. */
  #liveKeyOf(key: string): string {
    let live = key;
    for (let next = this.#replaced.get(live); next !== undefined; next = this.#replaced.get(live)) live = next;
    return live;
  }

  /** @returns `undefined` for an invalid id, which is dropped, counted and logged once */
  #keyOf({ venue, symbol }: Pick<ReportedUpdate, 'venue' | 'symbol'>, orderId: unknown): string | undefined {
    const id = parseId(this.#meter, 'orderId', orderId);
    if (id === undefined) {
      if (orderId === undefined || orderId === null) this.#drop('missing_attribute', 'orderId is missing');
      return undefined;
    }
    const key = `${this.#recorder.venueOf(venue)}\n${id}`;
    const known = this.#find(key);
    if (known === undefined || typeof symbol !== 'string' || symbol === '' || known.symbol === symbol) return key;
    // Some venues have order ids that are unique only within a symbol, and some spell a symbol in two ways.
    const letters = lettersOf(symbol);
    return typeof known.symbol === 'string' && lettersOf(known.symbol) === letters ? key : `${key}\n${letters}`;
  }

  #find(key: string): Order | undefined {
    const live = this.#liveKeyOf(key);
    return this.#open.get(live) ?? this.#ended.get(live);
  }

  /** @param resumed what was filled before this process started; `undefined` if the updates include it */
  #follow(update: ReportedUpdate | ReportedResume, resumed: ReportedResume | undefined): Order | undefined {
    const { symbol, side, type } = update;
    if (symbol === undefined || symbol === null || side === undefined || side === null) {
      this.#drop('missing_attribute', 'the first update of an order must have its symbol and side');
      return undefined;
    }
    const { filledQuantity, averagePrice, executionIds } = resumed ?? {};
    const described = { ...update, symbol, side, type: type ?? '_OTHER', filledQuantity, averagePrice, executionIds };
    return new Order(this.#meter, this.#recorder, resumedOrder(this.#meter, this.#recorder, described));
  }

  #keep(key: string, order: Order): void {
    this.#open.delete(key);
    this.#ended.delete(key);
    const orders = order.isOpen ? this.#open : this.#ended;
    orders.set(key, order);
    if (orders.size <= mostOrders) return;
    const [oldestKey, oldest] = orders.entries().next().value as [string, Order];
    orders.delete(oldestKey);
    if (orders === this.#ended) return;
    oldest.forget();
    this.#drop('too_many_series', `more than ${mostOrders} open orders: stopped tracking the one reported longest ago`);
  }

  #dropUnknown(metric: string, what: string): void {
    const detail = `got a ${what} of an unknown order: report an update of the order first`;
    this.#meter.drop(metric, 'invalid_argument', detail);
  }

  #drop(reason: 'missing_attribute' | 'too_many_series', detail: string): void {
    this.#meter.drop(METRIC_TRADING_ORDER_FILLS, reason, detail);
  }
}
