import type { Meter } from '@trademeter/instrumentation';
import { METRIC_TRADING_ORDER_FILLS } from '@trademeter/semantic-conventions';
import { Order } from './order.ts';
import type { OrderRecorder } from './order-recorder.ts';
import { resumedOrder } from './order-start.ts';
import type { NewOrder, ReportedUpdate } from './order-types.ts';
import { parseId } from './parse-fill.ts';

/** Orders that never end, and those that have ended, must not fill the memory. */
const mostOrders = 10_000;

/**
 * Orders that are only reported, by id: 10,000 that are open and 10,000 that have ended. Beyond these the one that was
 * reported longest ago is forgotten.
 */
export class ReportedOrders {
  readonly #meter: Meter;
  readonly #recorder: OrderRecorder;
  readonly #open = new Map<string, Order>();
  readonly #ended = new Map<string, Order>();

  constructor(meter: Meter, recorder: OrderRecorder) {
    this.#meter = meter;
    this.#recorder = recorder;
  }

  /** May throw, before anything is recorded. */
  update(update: ReportedUpdate): void {
    const id = parseId(this.#meter, 'orderId', update.orderId);
    if (id === undefined) {
      if (update.orderId === undefined || update.orderId === null)
        this.#drop('missing_attribute', 'orderId is missing');
      return;
    }
    const { venue, symbol } = update;
    let key = `${this.#recorder.venueOf(venue)}\n${id}`;
    let order = this.#find(key);
    // Some venues number the orders of each symbol.
    if (order !== undefined && symbol !== undefined && symbol !== null && order.symbol !== symbol) {
      key = `${key}\n${symbol}`;
      order = this.#find(key);
    }
    order ??= this.#follow(update);
    if (order === undefined) return;
    order.update(update);
    this.#keep(key, order);
  }

  #find(key: string): Order | undefined {
    return this.#open.get(key) ?? this.#ended.get(key);
  }

  #follow(update: ReportedUpdate): Order | undefined {
    const { symbol, side, type } = update;
    if (symbol === undefined || symbol === null || side === undefined || side === null) {
      this.#drop('missing_attribute', 'the first update of an order must have its symbol and side');
      return undefined;
    }
    const described = { ...update, symbol, side, type: type ?? '_OTHER' } satisfies NewOrder;
    // What is filled comes with the update itself.
    const start = resumedOrder(this.#meter, this.#recorder, {
      ...described,
      filledQuantity: undefined,
      averagePrice: undefined,
    });
    return new Order(this.#meter, this.#recorder, start);
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
