import { decimal } from './decimal.ts';
import type { Execution, LedgerFee } from './ledger.ts';
import { type OrderTerms, VenueOrder } from './venue-order.ts';

/** How a venue handles the next order. */
export type Answer =
  | 'accept'
  /** Rejects it with the venue's code. */
  | 'refuse'
  /** Answers that there are too many requests. */
  | 'limit'
  /** Answers that the client is banned for too many requests. */
  | 'ban'
  /** Accepts the order and never answers. */
  | 'keep-silent'
  /** Cuts the connection before the order is read. */
  | 'cut';

/** The `error.type` of a rejected order and of a rate-limited one. */
export interface ErrorTypes {
  readonly refuse: string;
  readonly limit: string;
  readonly ban: string;
}

/** An execution to play. */
export interface NewExecution {
  readonly quantity: string;
  readonly price: string;
  /** In the currency of the order. */
  readonly fee?: string;
  /** In another currency, such as Binance's BNB. */
  readonly otherFee?: string;
  readonly isMaker?: boolean;
}

/**
 * A venue: it keeps orders, plays events on them, and reports them to its clients.
 * The server of each venue extends it with the venue's protocol.
 */
export abstract class Venue implements AsyncDisposable {
  /** Every accepted or rejected order, in order. A replaced order stays the same. */
  readonly orders: VenueOrder[] = [];
  /** Orders that never arrived: only the bot knows them. */
  readonly lost: VenueOrder[] = [];
  /** How the next order is handled; later ones are accepted. */
  nextAnswer: Answer = 'accept';
  /** The environment variables that connect a bot to this venue. */
  abstract readonly environment: Readonly<Record<string, string>>;
  /** The currency of some fees; `undefined` if it reports no fees. */
  abstract readonly feeCurrency: string | undefined;
  /** Whether a bot must poll its orders. */
  readonly isPolled: boolean = false;
  /** Two symbols that it trades. */
  abstract readonly symbols: readonly [string, string];
  /** The `error.type`s of the venue's answers, as its client reports them. */
  abstract readonly errorTypes: ErrorTypes;
  #ids = 1000;

  abstract [Symbol.asyncDispose](): Promise<void>;

  /** Reports an event of an order to the clients, with its execution, if any. */
  protected abstract announce(order: VenueOrder, execution?: Execution): void;

  /** A new number for an order or execution. */
  protected newId(): string {
    this.#ids += 1;
    return String(this.#ids);
  }

  /** An id in the venue's format. Default: {@link newId}. */
  protected newExecutionId(): string {
    return this.newId();
  }

  /** Accepts or rejects an order and stores it. */
  protected take(terms: OrderTerms): { readonly order: VenueOrder; readonly answer: Answer } {
    const answer = this.nextAnswer;
    this.nextAnswer = 'accept';
    const order = new VenueOrder(terms);
    if (answer === 'cut') order.state = 'failed';
    else if (answer !== 'accept' && answer !== 'keep-silent') order.refuse(this.errorTypes[answer]);
    (answer === 'accept' || answer === 'keep-silent' || answer === 'refuse' ? this.orders : this.lost).push(order);
    return { order, answer };
  }

  /** Executes a part of an order, or the rest. */
  execute(order: VenueOrder, { quantity, price, fee, otherFee, isMaker = false }: NewExecution): Execution {
    const execution: Execution = {
      id: this.newExecutionId(),
      quantity: decimal(quantity),
      price: decimal(price),
      expectedPrice: order.price,
      isMaker,
      fees: [
        ...(fee === undefined ? [] : this.feesOf(fee, order.currency)),
        ...(otherFee === undefined ? [] : this.feesOf(otherFee, this.feeCurrency)),
      ],
      time: Date.now(),
    };
    order.executions.push(execution);
    if (order.leaves <= 0n) order.state = 'filled';
    this.announce(order, execution);
    return execution;
  }

  /** No effect if the venue reports no fees. */
  protected feesOf(amount: string, currency: string | undefined): readonly LedgerFee[] {
    return this.feeCurrency === undefined || currency === undefined ? [] : [{ amount: decimal(amount), currency }];
  }

  /** Ends an order before it is filled. */
  end(order: VenueOrder, state: 'canceled' | 'expired'): void {
    order.state = state;
    this.announce(order);
  }

  /** Repeats the messages about an order, latest first. */
  repeat(order: VenueOrder): void {
    if (order.state !== 'filled') this.announce(order);
    for (const execution of order.reported.toReversed()) this.announce(order, execution);
  }
}
