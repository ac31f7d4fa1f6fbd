import type { Order, OrderUpdate } from '@trademeter/instrumentation-orders';

/** A venue reports on orders that ended long ago, but not for ever. */
const mostIds = 10_000;

interface Followed {
  readonly order: Order;
  /** Another order of the venue's continues this one. */
  isReplaced: boolean;
  /** The venue counts its fills from 0, though it continues another one. */
  readonly isContinuation: boolean;
}

/** The orders that a bot follows, by whatever ids the venue and the bot have for them. The oldest are forgotten. */
export class FollowedOrders {
  readonly #byId = new Map<string, Followed>();

  follow(id: string, order: Order): void {
    this.#set(id, { order, isReplaced: false, isContinuation: false });
  }

  /** The venue has another id for an order, too. Nothing when neither is known. */
  alias(id: string | undefined, known: string | undefined): void {
    const followed = known === undefined ? undefined : this.#byId.get(known);
    if (id !== undefined && followed !== undefined && !this.#byId.has(id)) this.#set(id, followed);
  }

  /** The venue replaces an order by another one: its cancellation ends nothing, while late fills still count. */
  replace(id: string, newId: string): void {
    const followed = this.#byId.get(id);
    if (followed === undefined) return;
    followed.isReplaced = true;
    this.#set(newId, { order: followed.order, isReplaced: false, isContinuation: true });
  }

  /** The venue has refused to replace an order, which goes on. */
  keep(id: string): void {
    const followed = this.#byId.get(id);
    if (followed !== undefined) followed.isReplaced = false;
  }

  /** Passes on what the venue says of an order, and does nothing when it is not followed. */
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
