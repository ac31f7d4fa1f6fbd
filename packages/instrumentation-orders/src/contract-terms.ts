/** What a quantity and a price of an instrument are worth. */
export interface Contract {
  /** Units of the underlying per contract; 1 where the quantity is in units already. */
  readonly size: number;
  /** The size is an amount of the quote currency, and money is in the base currency (`BTC/USD:BTC`). */
  readonly isInverse: boolean;
}

/** A quantity in units, priced in the quote currency: spot and shares. */
export const unitContract: Contract = { size: 1, isInverse: false };

/** Quantity and price as one figure that adds up over executions; money is this times the contract's size. */
export function valueOf(contract: Contract, quantity: number, price: number): number {
  return contract.isInverse ? quantity / price : quantity * price;
}

/** The price at which a quantity has a value; the reverse of {@link valueOf}. */
export function priceOf(contract: Contract, quantity: number, value: number): number {
  return contract.isInverse ? quantity / value : value / quantity;
}
