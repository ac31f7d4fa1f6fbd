import { randomUUID } from 'node:crypto';
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { startTelemetry } from '@trademeter/sdk';
import { type Order, OrderNotFound, pro } from 'ccxt';
import { FollowedOrders } from '../bot/followed-orders.ts';
import { followInstructions } from '../bot/instructions.ts';
import { PlacedOrders } from '../bot/placed-orders.ts';
import { orderUpdate, tradeUpdate } from './updates.ts';

const telemetry = await startTelemetry({ serviceName: 'ccxt-bot' });
console.log(`metrics ${telemetry.endpoints[0]?.url}`);

const exchange = new pro.binance({
  apiKey: process.env['BINANCE_KEY'] ?? 'key',
  secret: process.env['BINANCE_SECRET'] ?? 'secret',
  newUpdates: true,
  timeout: 2_000,
  // needs a key with rights on the wallet
  has: { fetchCurrencies: false },
  options: {
    defaultType: 'spot',
    fetchMarkets: { types: ['spot'] },
    fetchMargins: false,
    warnOnFetchOpenOrdersWithoutSymbol: false,
  },
});
const { BINANCE_URL: rest, BINANCE_WS_URL: socket } = process.env;
if (rest !== undefined && socket !== undefined) {
  exchange.urls['api'] = { public: `${rest}/api/v3`, private: `${rest}/api/v3`, ws: { 'ws-api': { spot: socket } } };
  // for a socket without TLS
  await exchange.loadHttpProxyAgent();
}

const orders = instrumentOrders({ venue: 'binance', strategy: 'momentum' });
const followed = new FollowedOrders();

const placed = new PlacedOrders();

/** Trades have only the venue's id of their order. */
function takeOrder(order: Order): void {
  followed.alias(order.id, order.clientOrderId);
  followed.update(order.id, orderUpdate(order));
}

async function takeTrades(symbol: string): Promise<void> {
  for (const trade of await exchange.fetchMyTrades(symbol)) followed.update(trade.order, tradeUpdate(trade));
}

/** Orders that an earlier process placed and whose fills so far it counted. */
async function resumeOrders(): Promise<void> {
  for (const order of await exchange.fetchOpenOrders()) {
    const { id, clientOrderId, symbol = '', side = '', type = '', amount, filled, average, timestamp } = order;
    const trades = await exchange.fetchMyTrades(symbol);
    const resumed = orders.resume({
      symbol,
      side,
      type,
      quantity: amount,
      expectedPrice: order.price,
      filledQuantity: filled,
      averagePrice: average,
      executionIds: trades.filter(({ order: orderId }) => orderId === id).map((trade) => trade.id ?? ''),
      placedTime: timestamp,
    });
    followed.follow(clientOrderId ?? '', resumed);
    followed.alias(id, clientOrderId);
    placed.add({ clientId: clientOrderId ?? '', symbol, side: side === 'buy' ? 'buy' : 'sell' });
  }
}

async function watchOrders(): Promise<never> {
  for (;;) for (const order of await exchange.watchOrders()) takeOrder(order);
}

async function watchTrades(): Promise<never> {
  for (;;) for (const trade of await exchange.watchMyTrades()) followed.update(trade.order, tradeUpdate(trade));
}

await resumeOrders();
void watchOrders();
void watchTrades();
await exchange.ensureUserDataStreamWsSubscribeSignature('spot');
console.log('ready');

await followInstructions({
  async place({ symbol, side, quantity, price }) {
    const clientOrderId = randomUUID();
    const order = orders.place({ symbol, side, type: 'limit', quantity, expectedPrice: price, timeInForce: 'GTC' });
    followed.follow(clientOrderId, order);
    placed.add({ clientId: clientOrderId, symbol, side });
    // settle: the error decides whether the order was rejected, never sent, or may be alive
    const send = () => exchange.createOrder(symbol, 'limit', side, quantity, price, { clientOrderId });
    takeOrder(await order.request('new', send, { settle: true }));
  },

  async cancel(number) {
    const { clientId, symbol } = placed.get(number);
    const send = () => exchange.cancelOrder('', symbol, { clientOrderId: clientId });
    takeOrder(await (followed.get(clientId) ?? orders).request('cancel', send));
  },

  async replace(number, quantity, price) {
    const order = placed.get(number);
    const { clientId, symbol, side } = order;
    const clientOrderId = randomUUID();
    followed.replace(clientId, clientOrderId);
    const send = () =>
      exchange.editOrder('', symbol, 'limit', side, quantity, price, {
        cancelOrigClientOrderId: clientId,
        newClientOrderId: clientOrderId,
        clientOrderId,
      });
    const following = followed.get(clientId);
    try {
      const answer = await (following ?? orders).request('replace', send);
      following?.replace({ quantity: following.filledQuantity + quantity, expectedPrice: price });
      order.clientId = clientOrderId;
      takeOrder(answer);
    } catch (error) {
      followed.keep(clientId);
      throw error;
    }
  },

  async poll() {
    for (const { clientId, symbol } of placed) {
      if (followed.get(clientId)?.outcome !== undefined) continue;
      try {
        takeOrder(await exchange.fetchOrder('', symbol, { clientOrderId: clientId }));
      } catch (error) {
        if (!(error instanceof OrderNotFound)) throw error;
        followed.get(clientId)?.fail(error);
      }
      await takeTrades(symbol);
    }
  },
});
await exchange.close();
