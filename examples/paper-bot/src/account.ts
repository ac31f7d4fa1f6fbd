/** The position, while there is one. */
export interface Holding {
  readonly quantity: number;
  /** What it cost on average, without fees. */
  readonly entryPrice: number;
  /** Fees paid and rebates received so far, and the interest on it. */
  readonly costs: number;
  readonly openedTime: number;
}

/** A position that was opened and closed. */
export interface RoundTrip {
  readonly quantity: number;
  readonly entryPrice: number;
  readonly exitPrice: number;
  readonly costs: number;
  readonly pnl: number;
  readonly openedTime: number;
}

/** Cash and one position, long only: the bot's own books. */
export class Account {
  #cash: number;
  #price = 0;
  #holding: Holding | undefined;
  #sold = { quantity: 0, amount: 0 };

  constructor(cash: number) {
    this.#cash = cash;
  }

  get cash(): number {
    return this.#cash;
  }

  get holding(): Holding | undefined {
    return this.#holding;
  }

  /** What the position would bring now. */
  get positionValue(): number {
    return (this.#holding?.quantity ?? 0) * this.#price;
  }

  /** What it would bring more than it cost, fees included. */
  get unrealizedPnl(): number {
    const { quantity = 0, entryPrice = 0, costs = 0 } = this.#holding ?? {};
    return quantity * (this.#price - entryPrice) - costs;
  }

  get equity(): number {
    return this.#cash + this.positionValue;
  }

  /** Values the position at the market's price. */
  mark(price: number): void {
    this.#price = price;
  }

  /** Interest on the position, paid from cash. */
  finance(amount: number): void {
    if (this.#holding === undefined) return;
    this.#cash -= amount;
    this.#holding = { ...this.#holding, costs: this.#holding.costs + amount };
  }

  /** @param fee negative is a rebate */
  buy(quantity: number, price: number, fee: number, time: number): void {
    this.#cash -= quantity * price + fee;
    const held = this.#holding ?? { quantity: 0, entryPrice: 0, costs: 0, openedTime: time };
    const total = held.quantity + quantity;
    this.#holding = {
      quantity: total,
      entryPrice: (held.quantity * held.entryPrice + quantity * price) / total,
      costs: held.costs + fee,
      openedTime: held.openedTime,
    };
  }

  /**
   * Sells a part or all.
   *
   * @param fee negative is a rebate
   * @returns the round trip, once nothing is held any more
   */
  sell(quantity: number, price: number, fee: number): RoundTrip | undefined {
    const held = this.#holding;
    if (held === undefined) return undefined;
    this.#cash += quantity * price - fee;
    this.#sold.quantity += quantity;
    this.#sold.amount += quantity * price;
    const left = { ...held, quantity: held.quantity - quantity, costs: held.costs + fee };
    this.#holding = left;
    if (left.quantity > 0) return undefined;
    const { quantity: soldQuantity, amount } = this.#sold;
    this.#holding = undefined;
    this.#sold = { quantity: 0, amount: 0 };
    return {
      quantity: soldQuantity,
      entryPrice: held.entryPrice,
      exitPrice: amount / soldQuantity,
      costs: left.costs,
      pnl: amount - soldQuantity * held.entryPrice - left.costs,
      openedTime: held.openedTime,
    };
  }
}
