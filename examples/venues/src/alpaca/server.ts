import { decimal } from '../venue/decimal.ts';
import type { Execution } from '../venue/ledger.ts';
import { type RestReply, type RestRequest, RestVenue, type SocketClient } from '../venue/rest-venue.ts';
import type { OrderTerms, VenueOrder } from '../venue/venue-order.ts';
import { alpacaOrder, tradeUpdate } from './messages.ts';

interface OrderRequest {
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly qty: string;
  readonly limit_price: string;
  readonly client_order_id: string;
}

/** Alpaca: the trading API, and the stream of trade updates. */
export class AlpacaServer extends RestVenue {
  readonly feeCurrency = undefined;
  readonly symbols = ['AAPL', 'MSFT'] as const;

  get environment(): Readonly<Record<string, string>> {
    return { ALPACA_URL: `http://${this.address}`, ALPACA_STREAM_URL: `ws://${this.address}/stream` };
  }

  protected override announce(order: VenueOrder, execution?: Execution): void {
    if (execution !== undefined) this.#send(order, order.state === 'filled' ? 'fill' : 'partial_fill', execution);
    else this.#send(order, order.state === 'canceled' || order.state === 'expired' ? order.state : 'new');
  }

  protected override receive(message: unknown, client: SocketClient): void {
    const { action } = message as { action: string };
    if (action === 'authenticate') {
      client.send({ stream: 'authorization', data: { status: 'authorized', action: 'authenticate' } });
    } else if (action === 'listen') {
      client.send({ stream: 'listening', data: { streams: ['trade_updates'] } });
      client.subscribe();
    }
  }

  protected override answer({ route, query, body }: RestRequest, reply: RestReply): void {
    if (route === 'GET /v2/orders:by_client_order_id') {
      const order = this.orders.find(({ clientId }) => clientId === query.get('client_order_id'));
      if (order === undefined) return reply.json(404, { code: 40410000, message: 'order not found' });
      return reply.json(200, alpacaOrder(order));
    }
    if (route === 'GET /v2/orders') {
      const open = this.orders.filter(({ state }) => state === 'open');
      return reply.json(
        200,
        open.map((order) => alpacaOrder(order)),
      );
    }
    if (route === 'POST /v2/orders') return this.#place(JSON.parse(body) as OrderRequest, reply);
    const [verb, id] = route.split(' /v2/orders/');
    const order = this.orders.find((each) => each.id === id);
    if (order?.state !== 'open') return reply.json(422, { code: 42210000, message: 'order is not cancelable' });
    if (verb === 'PATCH') return this.#replace(order, JSON.parse(body) as OrderRequest, reply);
    this.end(order, 'canceled');
    reply.json(204, undefined);
  }

  #send(...update: Parameters<typeof tradeUpdate>): void {
    this.report({ stream: 'trade_updates', data: tradeUpdate(...update) });
  }

  #place(request: OrderRequest, reply: RestReply): void {
    const { order, answer } = this.take(this.#termsOf(request));
    switch (answer) {
      case 'cut':
        return reply.cut();
      case 'limit':
      case 'ban':
        return reply.json(429, { message: 'too many requests.' });
      case 'refuse':
        return reply.json(403, { code: 40310000, message: 'insufficient buying power' });
      default:
        this.announce(order);
        if (answer === 'accept') reply.json(200, alpacaOrder(order));
    }
  }

  /** A replacement has its own id; the ledger treats it as the same order. */
  #replace(order: VenueOrder, { qty, limit_price, client_order_id }: OrderRequest, reply: RestReply): void {
    const { symbol, side } = order;
    this.#send(order, 'replaced', undefined, 'replaced');
    order.continueAs(this.#termsOf({ symbol, side, qty, limit_price, client_order_id }));
    this.announce(order);
    reply.json(200, alpacaOrder(order));
  }

  #termsOf({ symbol, side, qty, limit_price, client_order_id }: OrderRequest): OrderTerms {
    return {
      id: this.newId(),
      clientId: client_order_id,
      symbol,
      side,
      currency: 'USD',
      quantity: decimal(qty),
      price: decimal(limit_price),
    };
  }
}
