import { decimal } from '../venue/decimal.ts';
import type { Execution } from '../venue/ledger.ts';
import { type RestReply, type RestRequest, RestVenue, type SocketClient } from '../venue/rest-venue.ts';
import type { OrderTerms, VenueOrder } from '../venue/venue-order.ts';
import { binanceSymbol, executionReport, restOrder, restTrade, symbolInfo } from './messages.ts';

/** Binance's spot market: the REST interface, and the user data stream of the WebSocket interface. */
export class BinanceServer extends RestVenue {
  readonly feeCurrency = 'BNB';
  readonly symbols = ['BTC/USDT', 'ETH/USDT'] as const;

  get environment(): Readonly<Record<string, string>> {
    return { BINANCE_URL: `http://${this.address}`, BINANCE_WS_URL: `ws://${this.address}/ws-api/v3` };
  }

  protected override announce(order: VenueOrder, execution?: Execution): void {
    const ended = order.state === 'canceled' ? 'CANCELED' : order.state === 'expired' ? 'EXPIRED' : 'NEW';
    this.#send(executionReport(order, execution === undefined ? ended : 'TRADE', execution));
  }

  protected override receive(message: unknown, client: SocketClient): void {
    const { id, method } = message as { id: string; method: string };
    const isSubscription = method.startsWith('userDataStream.subscribe');
    client.send({ id, status: 200, result: isSubscription ? { subscriptionId: 0 } : {} });
    if (isSubscription) client.subscribe();
  }

  protected override answer({ route, query, body }: RestRequest, reply: RestReply): void {
    const given = new URLSearchParams(`${query.toString()}&${body}`);
    switch (route) {
      case 'GET /api/v3/exchangeInfo': {
        const symbols = this.symbols.map(symbolInfo);
        return reply.json(200, { timezone: 'UTC', serverTime: Date.now(), rateLimits: [], symbols });
      }
      case 'POST /api/v3/order':
        return this.#place(given, reply);
      case 'POST /api/v3/order/cancelReplace':
        return this.#replace(given, reply);
      case 'DELETE /api/v3/order': {
        const order = this.#find(given);
        if (order?.state !== 'open') return reply.json(400, { code: -2011, msg: 'Unknown order sent.' });
        this.end(order, 'canceled');
        return reply.json(200, restOrder(order));
      }
      case 'GET /api/v3/order': {
        const order = this.#find(given);
        if (order === undefined) return reply.json(400, { code: -2013, msg: 'Order does not exist.' });
        return reply.json(200, restOrder(order));
      }
      case 'GET /api/v3/openOrders': {
        const symbol = given.get('symbol');
        const open = this.orders.filter(({ state }) => state === 'open');
        const asked = open.filter((order) => symbol === null || binanceSymbol(order.symbol) === symbol);
        return reply.json(200, asked.map(restOrder));
      }
      case 'GET /api/v3/myTrades': {
        const traded = this.orders.filter(({ symbol }) => binanceSymbol(symbol) === given.get('symbol'));
        const trades = traded.flatMap((order) => order.reported.map((execution) => restTrade(order, execution)));
        return reply.json(200, trades);
      }
      default:
        return reply.json(404, { code: -1000, msg: `there is no ${route}` });
    }
  }

  #send(event: Record<string, unknown>): void {
    this.report({ subscriptionId: 0, event });
  }

  #find(given: URLSearchParams): VenueOrder | undefined {
    const clientId = given.get('origClientOrderId') ?? given.get('cancelOrigClientOrderId');
    const id = given.get('orderId') ?? given.get('cancelOrderId');
    return this.orders.find((order) => order.id === id || order.clientId === clientId);
  }

  #place(given: URLSearchParams, reply: RestReply): void {
    const { order, answer } = this.take(this.#termsOf(given));
    switch (answer) {
      case 'cut':
        return reply.cut();
      case 'limit':
        return reply.json(429, { code: -1003, msg: 'Too much request weight used; please slow down.' });
      case 'ban':
        return reply.json(418, { code: -1003, msg: 'Way too much request weight used; IP banned.' });
      case 'refuse':
        return reply.json(400, { code: -2010, msg: 'Account has insufficient balance for requested action.' });
      default:
        this.announce(order);
        if (answer === 'accept') reply.json(200, restOrder(order));
    }
  }

  #termsOf(given: URLSearchParams): OrderTerms {
    const symbol = this.symbols.find((each) => binanceSymbol(each) === given.get('symbol'));
    if (symbol === undefined) throw new Error(`there is no symbol ${given.get('symbol')}`);
    return {
      id: this.newId(),
      clientId: given.get('newClientOrderId') ?? `web_${this.newId()}`,
      symbol,
      side: given.get('side') === 'BUY' ? 'buy' : 'sell',
      currency: 'USDT',
      quantity: decimal(given.get('quantity') ?? ''),
      price: decimal(given.get('price') ?? ''),
    };
  }

  /** Cancels one order and places another; the ledger treats them as one. */
  #replace(given: URLSearchParams, reply: RestReply): void {
    const order = this.#find(given);
    if (order?.state !== 'open') return reply.json(400, { code: -2022, msg: 'Order cancel-replace failed.' });
    order.state = 'canceled';
    const cancelResponse = restOrder(order);
    this.#send(executionReport(order, 'CANCELED', undefined, `web_${this.newId()}`));
    order.continueAs(this.#termsOf(given));
    this.announce(order);
    const newOrderResponse = restOrder(order);
    reply.json(200, { cancelResult: 'SUCCESS', newOrderResult: 'SUCCESS', cancelResponse, newOrderResponse });
  }
}
