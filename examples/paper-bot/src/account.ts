/** The open position. */
export interface Holding {
  readonly quantity: number;
  /** Average price, without fees. */
  readonly entryPrice: number;
  /** Fees and interest paid less rebates received since it was opened. */
  readonly costs: number;
  readonly openedTime: number;
}

/** A position that was opened and closed again. */
export interface RoundTrip {
  /** The quantity bought and sold. */
  readonly quantity: number;
  readonly entryPrice: number;
  readonly exitPrice: number;
  readonly costs: number;
  readonly pnl: number;
  readonly openedTime: number;
}

interface Turnover {
  readonly quantity: number;
  readonly amount: number;
}

const nothing: Turnover = { quantity: 0, amount: 0 };

function plus({ quantity, amount }: Turnover, more: number, price: number): Turnover {
  return { quantity: quantity + more, amount: amount + more * price };
}

/** The bot's own books: cash and one long position. */
export class Account {
  #cash: number;
  #price = 0;
  #holding: Holding | undefined;
  /** Cost and proceeds of the position since it was opened. */
  #bought = nothing;
  #sold = nothing;

  constructor(cash: number) {
    this.#cash = cash;
  }

  get cash(): number {
    return this.#cash;
  }

  get holding(): Holding | undefined {
    return this.#holding;
  }

  /** Market value of the position. */
  get positionValue(): number {
    return (this.#holding?.quantity ?? 0) * this.#price;
  }

  /** Unrealized profit, less fees. */
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
    this.#bought = plus(this.#bought, quantity, price);
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
   * @returns the round trip, when the position is closed
   */
  sell(quantity: number, price: number, fee: number): RoundTrip | undefined {
    const held = this.#holding;
    if (held === undefined) return undefined;
    this.#cash += quantity * price - fee;
    this.#sold = plus(this.#sold, quantity, price);
    const left = { ...held, quantity: held.quantity - quantity, costs: held.costs + fee };
    this.#holding = left;
    if (left.quantity > 0) return undefined;
    const [bought, sold] = [this.#bought, this.#sold];
    this.#holding = undefined;
    this.#bought = nothing;
    this.#sold = nothing;
    return {
      quantity: sold.quantity,
      entryPrice: bought.amount / bought.quantity,
      exitPrice: sold.amount / sold.quantity,
      costs: left.costs,
      pnl: sold.amount - bought.amount - left.costs,
      openedTime: held.openedTime,
    };
  }
}
