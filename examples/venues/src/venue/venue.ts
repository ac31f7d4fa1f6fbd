import { decimal } from './decimal.ts';
import type { Execution, LedgerFee } from './ledger.ts';
import { type OrderTerms, VenueOrder } from './venue-order.ts';

/** How a venue treats the next order that it gets. */
export type Answer =
  | 'accept'
  /** Refuses it, with a code of its own. */
  | 'refuse'
  /** Says that there are too many requests. */
  | 'limit'
  /** Says that the client is banned for too many requests. */
  | 'ban'
  /** Takes the order, and never answers. */
  | 'keep-silent'
  /** Cuts the connection before the order is read. */
  | 'cut';

/** What `error.type` says of an order that is refused, and of one that comes at a bad time. */
export interface ErrorTypes {
  readonly refuse: string;
  readonly limit: string;
  readonly ban: string;
}

/** An execution that is to happen. */
export interface NewExecution {
  readonly quantity: string;
  readonly price: string;
  /** In the currency of the order. */
  readonly fee?: string;
  /** In another one, such as Binance's BNB. */
  readonly otherFee?: string;
  readonly isMaker?: boolean;
}

/**
 * A venue: it keeps the orders that it was sent, does to them what it is asked to, and reports that to its clients.
 * Every venue's server is one, and speaks its language.
 */
export abstract class Venue implements AsyncDisposable {
  /** Every order that it took or refused, in order. A replaced one stays the same order. */
  readonly orders: VenueOrder[] = [];
  /** Orders that never became orders: the bot alone knows of them. */
  readonly lost: VenueOrder[] = [];
  /** What becomes of the next order; those after it are accepted. */
  nextAnswer: Answer = 'accept';
  /** The environment variables that bring a bot to this venue. */
  abstract readonly environment: Readonly<Record<string, string>>;
  /** What some fees are in; `undefined` when it reports no fees. */
  abstract readonly feeCurrency: string | undefined;
  /** Whether a bot has to ask what has become of its orders. */
  readonly isPolled: boolean = false;
  /** Two symbols that it trades. */
  abstract readonly symbols: readonly [string, string];
  /** What a bot that uses the venue's client makes of its answers. */
  abstract readonly errorTypes: ErrorTypes;
  #ids = 1000;

  abstract [Symbol.asyncDispose](): Promise<void>;

  /** Tells the clients what happened to an order; with its execution, when it is one. */
  protected abstract announce(order: VenueOrder, execution?: Execution): void;

  /** A number that no order and no execution has. */
  protected newId(): string {
    this.#ids += 1;
    return String(this.#ids);
  }

  /** As the venue writes it. Default: {@link newId}. */
  protected newExecutionId(): string {
    return this.newId();
  }

  /** Decides on an order that came, and puts it where it belongs. */
  protected take(terms: OrderTerms): { readonly order: VenueOrder; readonly answer: Answer } {
    const answer = this.nextAnswer;
    this.nextAnswer = 'accept';
    const order = new VenueOrder(terms);
    if (answer === 'cut') order.state = 'failed';
    else if (answer !== 'accept' && answer !== 'keep-silent') order.refuse(this.errorTypes[answer]);
    (answer === 'accept' || answer === 'keep-silent' || answer === 'refuse' ? this.orders : this.lost).push(order);
    return { order, answer };
  }

  /** Executes a part of an order, or what is left of it. */
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

  /** Nothing where the venue reports no fees. */
  protected feesOf(amount: string, currency: string | undefined): readonly LedgerFee[] {
    return this.feeCurrency === undefined || currency === undefined ? [] : [{ amount: decimal(amount), currency }];
  }

  /** Ends an order before it is filled. */
  end(order: VenueOrder, state: 'canceled' | 'expired'): void {
    order.state = state;
    this.announce(order);
  }

  /** Sends what was sent of an order once more, the latest first. */
  repeat(order: VenueOrder): void {
    if (order.state !== 'filled') this.announce(order);
    for (const execution of order.reported.toReversed()) this.announce(order, execution);
  }
}
