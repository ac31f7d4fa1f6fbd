import { decimal } from '../venue/decimal.ts';
import type { Execution } from '../venue/ledger.ts';
import { type RestReply, type RestRequest, RestVenue, type SocketClient } from '../venue/rest-venue.ts';
import type { VenueOrder } from '../venue/venue-order.ts';
import { bybitExecution, bybitOrder, bybitSymbol } from './messages.ts';

interface OrderRequest {
  readonly symbol: string;
  readonly side: 'Buy' | 'Sell';
  readonly qty: string;
  readonly price: string;
  readonly orderLinkId: string;
}

/** Bybit's spot market: the REST interface, and the private topics `order` and `execution`. */
export class BybitServer extends RestVenue {
  readonly feeCurrency = 'BNB';
  readonly symbols = ['BTC/USDT', 'ETH/USDT'] as const;

  get environment(): Readonly<Record<string, string>> {
    return { BYBIT_URL: `http://${this.address}`, BYBIT_WS_URL: `ws://${this.address}/v5/private` };
  }

  protected override announce(order: VenueOrder, execution?: Execution): void {
    if (execution !== undefined) this.#send('execution', bybitExecution(order, execution));
    this.#send('order', bybitOrder(order));
  }

  /** Expired orders are reported as canceled. */
  override end(order: VenueOrder): void {
    super.end(order, 'canceled');
  }

  protected override receive(message: unknown, client: SocketClient): void {
    const { op, req_id } = message as { op: string; req_id?: string };
    if (op === 'ping') return client.send({ success: true, ret_msg: 'pong', op: 'ping', conn_id: 'venue', req_id });
    client.send({ success: true, ret_msg: '', op, conn_id: 'venue', req_id });
    if (op === 'subscribe') client.subscribe();
  }

  protected override answer({ route, query, body }: RestRequest, reply: RestReply): void {
    const asked = (order: VenueOrder) => {
      const [symbol, linkId] = [query.get('symbol'), query.get('orderLinkId')];
      if (linkId !== null) return order.clientId === linkId;
      return symbol === null || bybitSymbol(order.symbol) === symbol;
    };
    const list = (orders: readonly Record<string, unknown>[]) => say(reply, 0, { category: 'spot', list: orders });
    switch (route) {
      case 'POST /v5/order/create':
        return this.#place(JSON.parse(body) as OrderRequest, reply);
      case 'POST /v5/order/amend':
        return this.#amend(JSON.parse(body) as OrderRequest, reply);
      case 'POST /v5/order/cancel': {
        const order = this.#open(JSON.parse(body) as OrderRequest);
        if (order === undefined) return say(reply, 170213, {}, 'Order does not exist.');
        say(reply, 0, { orderId: order.id, orderLinkId: order.clientId });
        return this.end(order);
      }
      case 'GET /v5/order/realtime':
        // the open orders, unless one is requested
        return list(
          this.orders
            .filter((order) => asked(order) && (query.has('orderLinkId') || order.state === 'open'))
            .map(bybitOrder),
        );
      case 'GET /v5/execution/list':
        return list(
          this.orders.filter(asked).flatMap((order) => order.reported.map((each) => bybitExecution(order, each))),
        );
      default:
        return say(reply, 10001, {}, `there is no ${route}`);
    }
  }

  #send(topic: string, data: Record<string, unknown>): void {
    this.report({ id: this.newId(), topic, creationTime: Date.now(), data: [data] });
  }

  #open({ orderLinkId }: OrderRequest): VenueOrder | undefined {
    return this.orders.find(({ clientId, state }) => clientId === orderLinkId && state === 'open');
  }

  #place(request: OrderRequest, reply: RestReply): void {
    const symbol = this.symbols.find((each) => bybitSymbol(each) === request.symbol) ?? '';
    const { order, answer } = this.take({
      id: this.newId(),
      clientId: request.orderLinkId,
      symbol,
      side: request.side === 'Buy' ? 'buy' : 'sell',
      currency: 'USDT',
      quantity: decimal(request.qty),
      price: decimal(request.price),
    });
    switch (answer) {
      case 'cut':
        return reply.cut();
      case 'limit':
        return say(reply, 10006, {}, 'Too many visits. Exceeded the API Rate Limit.');
      case 'ban':
        return reply.json(403, {});
      case 'refuse':
        return say(reply, 170131, {}, 'Insufficient balance.');
      default:
        this.announce(order);
        if (answer === 'accept') say(reply, 0, { orderId: order.id, orderLinkId: order.clientId });
    }
  }

  /** An amended order keeps its id and its fills. */
  #amend(request: OrderRequest, reply: RestReply): void {
    const order = this.#open(request);
    if (order === undefined) return say(reply, 170213, {}, 'Order does not exist.');
    order.change({ quantity: decimal(request.qty), price: decimal(request.price) });
    say(reply, 0, { orderId: order.id, orderLinkId: order.clientId });
    this.announce(order);
  }
}

function say(reply: RestReply, retCode: number, result: unknown, retMsg = 'OK'): void {
  reply.json(200, { retCode, retMsg, result, retExtInfo: {}, time: Date.now() });
}
