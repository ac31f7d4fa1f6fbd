import type { Order, OrderUpdate } from '@trademeter/instrumentation-orders';

/** How many orders are followed, since venues report on orders that ended long ago. */
const mostIds = 10_000;

interface Followed {
  readonly order: Order;
  /** Another order of the venue's continues this one. */
  isReplaced: boolean;
  /** The venue counts its fills from 0, although it continues another order. */
  readonly isContinuation: boolean;
}

/** The orders that a bot follows, by the ids of venue and bot. The oldest are removed. */
export class FollowedOrders {
  readonly #byId = new Map<string, Followed>();

  follow(id: string, order: Order): void {
    this.#set(id, { order, isReplaced: false, isContinuation: false });
  }

  /** Adds an id of the venue to an order. No effect if neither id is known. */
  alias(id: string | undefined, known: string | undefined): void {
    const followed = known === undefined ? undefined : this.#byId.get(known);
    if (id !== undefined && followed !== undefined && !this.#byId.has(id)) this.#set(id, followed);
  }

  /** The venue replaces an order: its cancellation is ignored, and late fills still count. */
  replace(id: string, newId: string): void {
    const followed = this.#byId.get(id);
    if (followed === undefined) return;
    followed.isReplaced = true;
    this.#set(newId, { order: followed.order, isReplaced: false, isContinuation: true });
  }

  /** The venue rejected a replacement; the order stays open. */
  keep(id: string): void {
    const followed = this.#byId.get(id);
    if (followed !== undefined) followed.isReplaced = false;
  }

  /** Reports an update to a followed order. No effect for other orders. */
  update(id: string | undefined, update: OrderUpdate): void {
    const followed = id === undefined ? undefined : this.#byId.get(id);
    if (followed === undefined) return;
    const { order, isReplaced, isContinuation } = followed;
    if (isReplaced) order.update({ executions: update.executions });
    else if (!isContinuation) order.update(update);
    // totals of a part of the order would be too low
    else order.update({ ...update, filledQuantity: undefined, averagePrice: undefined, cost: undefined });
  }

  get(id: string): Order | undefined {
    return this.#byId.get(id)?.order;
  }

  #set(id: string, followed: Followed): void {
    this.#byId.set(id, followed);
    const [oldest] = this.#byId.keys();
    if (this.#byId.size > mostIds && oldest !== undefined) this.#byId.delete(oldest);
  }
}
