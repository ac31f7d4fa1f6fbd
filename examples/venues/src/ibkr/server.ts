import { createServer, type Socket } from 'node:net';
import { decimal } from '../venue/decimal.ts';
import type { Execution } from '../venue/ledger.ts';
import { close, listen } from '../venue/listening.ts';
import { type ErrorTypes, Venue } from '../venue/venue.ts';
import type { OrderTerms, VenueOrder } from '../venue/venue-order.ts';
import {
  commissionReport,
  errorMessage,
  executionData,
  openOrder,
  orderStatus,
  serverVersion,
  unsetCommissionReport,
} from './messages.ts';
import { encodeTws, type TwsFields, TwsReader } from './tws-socket.ts';

/** The codes with which TWS rejects orders. */
const refusals = {
  refuse: [201, 'Order rejected - reason:The order exceeds the available funds.'],
  limit: [201, 'Order rejected - reason:More than 15 orders work on this side of the contract.'],
  ban: [460, 'No trading permissions.'],
} as const;

/** TWS or IB Gateway: the socket that its API clients connect to. */
export class TwsServer extends Venue {
  readonly feeCurrency = 'HKD';
  readonly symbols = ['AAPL', 'MSFT'] as const;
  readonly errorTypes: ErrorTypes = { refuse: 'ibkr_201', limit: 'ibkr_201', ban: 'ibkr_460' };
  readonly #tcp = createServer((socket) => this.#follow(socket));
  readonly #sockets = new Set<Socket>();
  #address = '';
  #orderIds = 0;

  async listen(): Promise<this> {
    this.#address = await listen(this.#tcp);
    return this;
  }

  get environment(): Readonly<Record<string, string>> {
    return { TWS_ADDRESS: this.#address };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await close(this.#tcp);
  }

  /** Cuts the connections, as when TWS restarts. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Expired orders are reported as canceled. */
  override end(order: VenueOrder): void {
    super.end(order, 'canceled');
  }

  /** Corrects an execution. Its slippage is not corrected. */
  correct(order: VenueOrder, wrong: Execution, right: { readonly price: string; readonly fee: string }): Execution {
    const price = decimal(right.price);
    const corrected: Execution = {
      ...wrong,
      id: wrong.id.replace(/\d$/u, (revision) => String(Number(revision) + 1)),
      price,
      expectedPrice: wrong.expectedPrice + price - wrong.price,
      fees: this.feesOf(right.fee, order.currency),
    };
    order.executions.splice(order.executions.indexOf(wrong), 1, corrected);
    this.announce(order, corrected);
    return corrected;
  }

  /** Sends a corrected execution and its commission again. */
  repeatCorrected(order: VenueOrder, wrong: Execution): void {
    for (const message of executionMessages(order, wrong)) this.#report(message);
  }

  protected override newExecutionId(): string {
    return `0000e0d5.${this.newId()}.01.01`;
  }

  /** Most statuses come twice. */
  protected override announce(order: VenueOrder, execution?: Execution): void {
    const executed = execution === undefined ? [] : executionMessages(order, execution);
    for (const message of [openOrder(order), orderStatus(order), ...executed, orderStatus(order)]) {
      this.#report(message);
    }
  }

  #report(fields: TwsFields): void {
    for (const socket of this.#sockets) socket.write(encodeTws(fields));
  }

  #follow(socket: Socket): void {
    const reader = new TwsReader();
    this.#sockets.add(socket);
    socket.on('data', (chunk) => {
      for (const message of reader.read(chunk)) this.#receive(message, socket);
    });
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  }

  #receive(message: readonly string[], socket: Socket): void {
    const send = (fields: TwsFields) => socket.write(encodeTws(fields));
    const [type = '', , id = ''] = message;
    switch (type) {
      // START_API: MANAGED_ACCTS, NEXT_VALID_ID
      case '71':
        send([15, 1, 'DU1']);
        send([9, 1, this.#orderIds + 1]);
        return;
      // PLACE_ORDER
      case '3':
        this.#place(message, socket);
        return;
      // CANCEL_ORDER
      case '4':
        this.#cancel(id, send);
        return;
      // REQ_OPEN_ORDERS
      case '5':
        for (const order of this.orders) {
          if (order.state !== 'open') continue;
          send(openOrder(order));
          send(orderStatus(order));
        }
        send([53, 1]);
        return;
      // REQ_EXECUTIONS
      case '7':
        for (const order of this.orders) {
          for (const execution of order.executions) {
            for (const each of executionMessages(order, execution, Number(id))) send(each);
          }
        }
        send([55, 1, id]);
        return;
      default:
        // the client's versions
        if (type.startsWith('v100..')) send([serverVersion, '20260105 14:30:00 EST']);
        else throw new Error(`there is no answer to ${type}`);
    }
  }

  /** A new order, or a change of the order with that id. */
  #place(message: readonly string[], socket: Socket): void {
    const terms = termsOf(message);
    const known = this.orders.find(({ id }) => id === terms.id);
    if (known?.state === 'open') {
      known.change(terms);
      this.announce(known);
      return;
    }
    this.#orderIds = Math.max(this.#orderIds, Number(terms.id));
    const { order, answer } = this.take(terms);
    if (answer === 'accept') this.announce(order);
    else if (answer === 'cut') socket.destroy();
    else if (answer !== 'keep-silent') {
      const [code, reason] = refusals[answer];
      this.#report(errorMessage(order.id, code, reason));
      this.#report(orderStatus(order));
    }
  }

  #cancel(id: string, send: (fields: TwsFields) => void): void {
    const order = this.orders.find((each) => each.id === id);
    if (order === undefined) {
      send(errorMessage(id, 10_147, `OrderId ${id} that needs to be cancelled is not found.`));
    } else if (order.state === 'open') {
      send(errorMessage(id, 202, 'Order Canceled - reason:'));
      this.end(order);
    } else {
      send(
        errorMessage(
          id,
          10_148,
          `OrderId ${id} that needs to be cancelled cannot be cancelled, state: ${order.state}.`,
        ),
      );
    }
  }
}

/** EXECUTION_DATA and COMMISSION_REPORT, in reverse for every second execution; the first report is unset. */
function executionMessages(order: VenueOrder, execution: Execution, requestId?: number): TwsFields[] {
  const messages = [
    executionData(order, execution, requestId),
    unsetCommissionReport(execution),
    commissionReport(execution),
  ];
  return execution.isMaker ? messages : messages.toReversed();
}

/** Reads PLACE_ORDER. */
function termsOf(message: readonly string[]): OrderTerms {
  const field = (index: number) => message[index] ?? '';
  return {
    id: field(2),
    clientId: field(2),
    symbol: field(4),
    side: field(17) === 'BUY' ? 'buy' : 'sell',
    currency: field(12),
    quantity: decimal(field(18)),
    price: decimal(field(20)),
  };
}
