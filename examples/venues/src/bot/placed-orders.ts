/** An order of the bot, under the bot's own id: the venue's id may come late or never. */
export interface PlacedOrder {
  /** The id of the order that replaced it. */
  clientId: string;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
}

/** The orders that a bot placed, by number from 1. */
export class PlacedOrders implements Iterable<PlacedOrder> {
  readonly #orders: PlacedOrder[] = [];

  add(order: PlacedOrder): void {
    this.#orders.push(order);
  }

  get(number: number): PlacedOrder {
    const order = this.#orders[number - 1];
    if (order === undefined) throw new Error(`there is no order ${number}`);
    return order;
  }

  [Symbol.iterator](): Iterator<PlacedOrder> {
    return this.#orders.values();
  }
}
