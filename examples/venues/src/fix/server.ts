import { createServer, type Socket } from 'node:net';
import { decimal } from '../venue/decimal.ts';
import type { Execution } from '../venue/ledger.ts';
import { close, listen } from '../venue/listening.ts';
import { type ErrorTypes, Venue } from '../venue/venue.ts';
import type { OrderTerms, VenueOrder } from '../venue/venue-order.ts';
import { encodeFix, type FixFields, FixReader, valueOf } from './fix-message.ts';
import { type ExecType, executionReport, fixTime } from './messages.ts';

/** A broker that speaks FIX 4.4 over TCP. */
export class FixServer extends Venue {
  readonly feeCurrency = 'EUR';
  readonly symbols = ['AAPL', 'MSFT'] as const;
  // OrdRejReason 3, and those that a broker answers with to too many orders
  readonly errorTypes: ErrorTypes = {
    refuse: 'order_exceeds_limit',
    limit: 'other',
    ban: 'other',
  };
  readonly #tcp = createServer((socket) => this.#follow(socket));
  readonly #sockets = new Set<Socket>();
  #address = '';
  #sequence = 0;

  async listen(): Promise<this> {
    this.#address = await listen(this.#tcp);
    return this;
  }

  get environment(): Readonly<Record<string, string>> {
    return { FIX_ADDRESS: this.#address };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await close(this.#tcp);
  }

  protected override announce(order: VenueOrder, execution?: Execution): void {
    const ended: ExecType = order.state === 'canceled' || order.state === 'expired' ? order.state : 'new';
    this.#report(executionReport(order, execution === undefined ? ended : 'trade', execution));
  }

  #follow(socket: Socket): void {
    const reader = new FixReader();
    this.#sockets.add(socket);
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      for (const message of reader.read(chunk.toString())) this.#receive(message, socket);
    });
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  }

  #report(fields: FixFields): void {
    for (const socket of this.#sockets) this.#send(socket, fields);
  }

  /** Adds the header. */
  #send(socket: Socket, [type, ...fields]: FixFields): void {
    this.#sequence += 1;
    const header: FixFields = [
      type ?? [35, '0'],
      [49, 'BROKER'],
      [56, 'BOT'],
      [34, String(this.#sequence)],
      [52, fixTime(Date.now())],
    ];
    socket.write(encodeFix([...header, ...fields]));
  }

  #receive(message: FixFields, socket: Socket): void {
    const value = (tag: number) => valueOf(message, tag) ?? '';
    switch (value(35)) {
      case 'A':
        return this.#send(socket, [
          [35, 'A'],
          [98, '0'],
          [108, value(108)],
        ]);
      case 'D':
        return this.#place(message, socket);
      case 'F': {
        const order = this.orders.find(({ clientId }) => clientId === value(41));
        return order?.state === 'open' ? this.end(order, 'canceled') : this.#refuseChange(message, socket);
      }
      case 'G':
        return this.#replace(message, socket);
      case 'H': {
        const order = this.orders.find(({ clientId }) => clientId === value(11));
        if (order !== undefined) return this.#send(socket, executionReport(order, 'status'));
        return this.#send(socket, noOrder(this.newId(), message));
      }
      case 'AF': {
        const open = this.orders.filter(({ state }) => state === 'open');
        const total: FixFields = [
          [584, value(584)],
          [911, String(open.length)],
        ];
        for (const order of open) this.#send(socket, [...executionReport(order, 'status'), ...total]);
        if (open.length === 0) this.#send(socket, [...noOrder(this.newId(), message), ...total]);
        return undefined;
      }
      default:
        return undefined;
    }
  }

  #termsOf(message: FixFields): OrderTerms {
    const value = (tag: number) => valueOf(message, tag) ?? '';
    return {
      id: this.newId(),
      clientId: value(11),
      symbol: value(55),
      side: value(54) === '1' ? 'buy' : 'sell',
      currency: 'USD',
      quantity: decimal(value(38)),
      price: decimal(value(44)),
    };
  }

  #place(message: FixFields, socket: Socket): void {
    const { order, answer } = this.take(this.#termsOf(message));
    if (answer === 'cut') {
      socket.destroy();
    } else if (answer === 'accept') this.announce(order);
    else if (answer !== 'keep-silent') this.#send(socket, executionReport(order, 'rejected'));
  }

  /** The order keeps its OrderID and fills and gets another ClOrdID. */
  #replace(message: FixFields, socket: Socket): void {
    const order = this.orders.find(({ clientId }) => clientId === valueOf(message, 41));
    if (order?.state !== 'open') return this.#refuseChange(message, socket);
    const { clientId, quantity, price } = this.#termsOf(message);
    const previousId = order.clientId;
    order.change({ clientId, quantity, price });
    this.#report(executionReport(order, 'replaced', undefined, previousId));
  }

  /** OrderCancelReject. */
  #refuseChange(message: FixFields, socket: Socket): void {
    this.#send(socket, [
      [35, '9'],
      [37, 'NONE'],
      [11, valueOf(message, 11) ?? ''],
      [41, valueOf(message, 41) ?? ''],
      [39, '8'],
      [434, '1'],
      [102, '1'],
    ]);
  }
}

/** The status of an unknown order. */
function noOrder(id: string, request: FixFields): FixFields {
  return [
    [35, '8'],
    [37, 'NONE'],
    [11, valueOf(request, 11) ?? 'NONE'],
    [17, id],
    [150, 'I'],
    [39, '8'],
    // unknown order
    [103, '5'],
    [55, valueOf(request, 55) ?? 'NONE'],
    [54, valueOf(request, 54) ?? '1'],
    [151, '0'],
    [14, '0'],
    [6, '0'],
  ];
}
