import { type Amount, asAmount, average, type Money } from './decimal.ts';
import type { Execution, LedgerOrder, OrderState } from './ledger.ts';

/** An order in a client's request. */
export interface OrderTerms {
  readonly id: string;
  readonly clientId: string;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly currency: string;
  readonly quantity: Amount;
  readonly price: Amount;
  /** Milliseconds since the epoch. Default: now. */
  readonly time?: number;
}

/**
 * An order at a venue. Where a venue gives a replaced order a new id and counts its fills from 0, the order here stays
 * the same: `reported` is the venue's view, `executions` has all of them.
 */
export class VenueOrder implements LedgerOrder {
  readonly executions: Execution[] = [];
  readonly busted: Execution[] = [];
  state: OrderState = 'open';
  rejection: string | undefined;
  readonly time: number;
  #terms: OrderTerms;
  #executionsBefore = 0;

  constructor(terms: OrderTerms) {
    this.#terms = terms;
    this.time = terms.time ?? Date.now();
  }

  get id(): string {
    return this.#terms.id;
  }

  get clientId(): string {
    return this.#terms.clientId;
  }

  get symbol(): string {
    return this.#terms.symbol;
  }

  get side(): 'buy' | 'sell' {
    return this.#terms.side;
  }

  get currency(): string {
    return this.#terms.currency;
  }

  get quantity(): Amount {
    return this.#terms.quantity;
  }

  get price(): Amount {
    return this.#terms.price;
  }

  /** The executions under the order's current id. */
  get reported(): readonly Execution[] {
    return this.executions.slice(this.#executionsBefore);
  }

  get filled(): Amount {
    return this.reported.reduce((sum, { quantity }) => sum + quantity, 0n);
  }

  get leaves(): Amount {
    return this.quantity - this.filled;
  }

  get cost(): Money {
    return this.reported.reduce((sum, { quantity, price }) => sum + quantity * price, 0n);
  }

  /** Truncated after twelve places. */
  get costAmount(): Amount {
    return asAmount(this.cost);
  }

  /** Rounded to the venue's decimal places. */
  averagePrice(places: number): Amount {
    return average(this.cost, this.filled, places);
  }

  /** @param code the venue's reason */
  refuse(code: string): void {
    this.state = 'rejected';
    this.rejection = code;
  }

  /** Changes quantity or price under the same id. */
  change(terms: Partial<Pick<OrderTerms, 'clientId' | 'quantity' | 'price'>>): void {
    this.#terms = { ...this.#terms, ...terms };
  }

  /** Continues it under another id without fills. */
  continueAs(terms: OrderTerms): void {
    this.#terms = terms;
    this.#executionsBefore = this.executions.length;
    this.state = 'open';
  }
}
