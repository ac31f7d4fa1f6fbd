import { decimal } from '../venue/decimal.ts';
import { type RestReply, type RestRequest, RestVenue } from '../venue/rest-venue.ts';
import { restOrder } from './messages.ts';

interface OrderRequest {
  readonly client_id: string;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly qty: number;
  readonly limit: number;
}

/** A venue with only a small REST interface: the bot sees changes of an order when it polls. */
export class RestServer extends RestVenue {
  readonly feeCurrency = undefined;
  override readonly isPolled = true;
  readonly symbols = ['BTC/USDT', 'ETH/USDT'] as const;

  get environment(): Readonly<Record<string, string>> {
    return { VENUE_URL: `http://${this.address}` };
  }

  /** The client gets no message about it. */
  protected override announce(): void {}

  protected override receive(): void {}

  protected override answer({ route, query, body }: RestRequest, reply: RestReply): void {
    if (route === 'POST /orders') return this.#place(JSON.parse(body) as OrderRequest, reply);
    if (route === 'GET /orders') {
      const open = this.orders.filter(({ state }) => state === query.get('state'));
      return reply.json(200, open.map(restOrder));
    }
    const [verb, clientId] = route.split(' /orders/');
    const order = this.orders.find((each) => each.clientId === clientId);
    if (order === undefined) return reply.json(404, { error: { code: 'order_not_found' } });
    if (verb !== 'GET' && order.state !== 'open') return reply.json(409, { error: { code: 'order_not_open' } });
    if (verb === 'DELETE') this.end(order, 'canceled');
    if (verb === 'PATCH') {
      const { qty, limit } = JSON.parse(body) as OrderRequest;
      order.change({ quantity: decimal(String(qty)), price: decimal(String(limit)) });
    }
    return reply.json(200, restOrder(order));
  }

  #place({ client_id, symbol, side, qty, limit }: OrderRequest, reply: RestReply): void {
    const { order, answer } = this.take({
      id: this.newId(),
      clientId: client_id,
      symbol,
      side,
      currency: 'USDT',
      quantity: decimal(String(qty)),
      price: decimal(String(limit)),
    });
    switch (answer) {
      case 'cut':
        return reply.cut();
      case 'limit':
        return reply.json(429, { error: { code: 'too_many_requests' } });
      case 'ban':
        return reply.json(418, { error: { code: 'banned' } });
      case 'refuse':
        return reply.json(422, { error: { code: 'insufficient_funds' } });
      default:
        return answer === 'accept' ? reply.json(200, restOrder(order)) : undefined;
    }
  }
}
