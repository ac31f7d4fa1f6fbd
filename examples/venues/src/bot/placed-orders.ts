/** An order of the bot's. Its id is the bot's own: the venue's comes with the answer, and may come late or never. */
export interface PlacedOrder {
  /** That of the order that continues it, once it is replaced. */
  clientId: string;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
}

/** What a bot has placed, by number from 1. */
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
