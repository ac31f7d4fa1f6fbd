import type { Meter } from '@trademeter/instrumentation';
import { METRIC_TRADING_ORDER_FILL_CORRECTIONS, METRIC_TRADING_ORDER_FILLS } from '@trademeter/semantic-conventions';
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

/** Orders that never end, and those that have ended, must not fill the memory. */
const mostOrders = 10_000;

/** `BTC/USDT`, `BTC-USDT` and `btcusdt` are one symbol. */
function lettersOf(symbol: string): string {
  return symbol.replaceAll(/[^\p{L}\p{N}]+/gu, '').toLowerCase();
}

/**
 * Orders that are only reported, by id: 10,000 that are open and 10,000 that have ended. Beyond these the one that was
 * reported longest ago is forgotten.
 */
export class ReportedOrders {
  readonly #meter: Meter;
  readonly #recorder: OrderRecorder;
  readonly #open = new Map<string, Order>();
  readonly #ended = new Map<string, Order>();
  /** What the keys of replaced orders became: the key that replaced each. */
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
    const order = key === undefined ? undefined : this.#find(key);
    if (key === undefined || order === undefined) return;
    const newKey = newOrderId === undefined || newOrderId === null ? key : this.#keyOf(replacement, newOrderId);
    // Delivered again: it is known by its new id already.
    if (newKey === undefined || (this.#replaced.has(key) && this.#find(newKey) === order)) return;
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

  /** An order that is not known is not followed from here on: what was counted for it, and whether it is open, is unknown. */
  #revise(revision: ReportedCorrection | ReportedBust, revise: (order: Order) => void): void {
    const key = this.#keyOf(revision, revision.orderId);
    if (key === undefined) return;
    const order = this.#find(key);
    if (order === undefined) {
      const detail = 'the order of a correction or a bust must be named by an update first';
      this.#meter.drop(METRIC_TRADING_ORDER_FILL_CORRECTIONS, 'invalid_argument', detail);
      return;
    }
    revise(order);
    this.#keep(this.#liveKeyOf(key), order);
  }

  /** An order has one place, whatever its ids were. */
  #rename(key: string, newKey: string): void {
    this.#replaced.delete(newKey);
    if (key === newKey) return;
    this.#open.delete(key);
    this.#ended.delete(key);
    this.#replaced.set(key, newKey);
    if (this.#replaced.size > mostOrders) this.#replaced.delete(this.#replaced.keys().next().value as string);
  }

  /** The key of the order that has replaced that of a key, and so on; the key itself when none has. */
  #liveKeyOf(key: string): string {
    let live = key;
    for (let next = this.#replaced.get(live); next !== undefined; next = this.#replaced.get(live)) live = next;
    return live;
  }

  /** `undefined` for an id that cannot be used, which is dropped, counted and logged once. */
  #keyOf({ venue, symbol }: Pick<ReportedUpdate, 'venue' | 'symbol'>, orderId: unknown): string | undefined {
    const id = parseId(this.#meter, 'orderId', orderId);
    if (id === undefined) {
      if (orderId === undefined || orderId === null) this.#drop('missing_attribute', 'orderId is missing');
      return undefined;
    }
    const key = `${this.#recorder.venueOf(venue)}\n${id}`;
    const known = this.#find(key);
    if (known === undefined || typeof symbol !== 'string' || symbol === '' || known.symbol === symbol) return key;
    // Some venues number the orders of each symbol, and some spell a symbol in two ways.
    const letters = lettersOf(symbol);
    return typeof known.symbol === 'string' && lettersOf(known.symbol) === letters ? key : `${key}\n${letters}`;
  }

  #find(key: string): Order | undefined {
    const live = this.#liveKeyOf(key);
    return this.#open.get(live) ?? this.#ended.get(live);
  }

  /** @param resumed what was filled of it before this process started; `undefined` when its updates say that */
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
    const orders = order.outcome === undefined ? this.#open : this.#ended;
    orders.set(key, order);
    if (orders.size <= mostOrders) return;
    const [oldestKey, oldest] = orders.entries().next().value as [string, Order];
    orders.delete(oldestKey);
    if (orders === this.#ended) return;
    oldest.forget();
    this.#drop('too_many_series', `no more than ${mostOrders} open orders are remembered, got one more`);
  }

  #drop(reason: 'missing_attribute' | 'too_many_series', detail: string): void {
    this.#meter.drop(METRIC_TRADING_ORDER_FILLS, reason, detail);
  }
}
