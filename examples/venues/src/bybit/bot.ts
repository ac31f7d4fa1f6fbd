import { randomUUID } from 'node:crypto';
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { startTelemetry } from '@trademeter/sdk';
import { RestClientV5, WebsocketClient, type WSAccountOrderEventV5, type WSExecutionEventV5 } from 'bybit-api';
import { FollowedOrders } from '../bot/followed-orders.ts';
import { followInstructions } from '../bot/instructions.ts';
import { PlacedOrders } from '../bot/placed-orders.ts';
import { executionUpdate, orderUpdate } from './updates.ts';

const telemetry = await startTelemetry({ serviceName: 'bybit-bot' });
console.log(`metrics ${telemetry.endpoints[0]?.url}`);

const { BYBIT_URL: baseUrl, BYBIT_WS_URL: wsUrl } = process.env;
const keys = { key: process.env['BYBIT_KEY'] ?? 'key', secret: process.env['BYBIT_SECRET'] ?? 'secret' };
// throwExceptions: without it, a refusal is an answer like any other
const rest = new RestClientV5(
  { ...keys, ...(baseUrl !== undefined && { baseUrl }), throwExceptions: true },
  { timeout: 2_000 },
);
const quiet = { trace: () => {}, info: () => {}, error: console.error };
const socket = new WebsocketClient({ ...keys, ...(wsUrl !== undefined && { wsUrl }) }, quiet);

const orders = instrumentOrders({ venue: 'bybit', strategy: 'momentum' });
const followed = new FollowedOrders();
const placed = new PlacedOrders();

/** Bybit's symbols do not name the currency, so the metrics get the bot's own symbol. */
const bybitSymbol = (symbol: string) => symbol.replace('/', '');

/** Orders that an earlier process placed and whose fills so far it counted. */
async function resumeOrders(symbols: readonly string[]): Promise<void> {
  for (const symbol of symbols) {
    const query = { category: 'spot', symbol: bybitSymbol(symbol) } as const;
    const executions = (await rest.getExecutionList(query)).result.list;
    for (const order of (await rest.getActiveOrders(query)).result.list) {
      const { orderLinkId: clientId, side, orderType: type, qty, price, cumExecQty, avgPrice, createdTime } = order;
      const resumed = orders.resume({
        symbol,
        side,
        type,
        quantity: qty,
        expectedPrice: price,
        filledQuantity: cumExecQty,
        averagePrice: avgPrice === '' ? undefined : avgPrice,
        executionIds: executions.filter(({ orderId }) => orderId === order.orderId).map(({ execId }) => execId),
        placedTime: Number(createdTime),
      });
      followed.follow(clientId, resumed);
      placed.add({ clientId, symbol, side: side === 'Buy' ? 'buy' : 'sell' });
    }
  }
}

await resumeOrders(['BTC/USDT', 'ETH/USDT']);
socket.on('update', (event: WSAccountOrderEventV5 | WSExecutionEventV5) => {
  if (event.topic === 'order') {
    for (const order of event.data) followed.update(order.orderLinkId, orderUpdate(order));
  } else {
    for (const execution of event.data) followed.update(execution.orderLinkId, executionUpdate(execution));
  }
});
await Promise.all(socket.subscribeV5(['order', 'execution'], 'spot'));
console.log('ready');

await followInstructions({
  async place({ symbol, side, quantity, price }) {
    const clientId = randomUUID();
    const order = orders.place({ symbol, side, type: 'limit', quantity, expectedPrice: price, timeInForce: 'GTC' });
    followed.follow(clientId, order);
    placed.add({ clientId, symbol, side });
    const send = () =>
      rest.submitOrder({
        category: 'spot',
        symbol: bybitSymbol(symbol),
        side: side === 'buy' ? 'Buy' : 'Sell',
        orderType: 'Limit',
        qty: String(quantity),
        price: String(price),
        orderLinkId: clientId,
      });
    await order.request('new', send, { settle: true });
  },

  async cancel(number) {
    const { clientId, symbol } = placed.get(number);
    const send = () => rest.cancelOrder({ category: 'spot', symbol: bybitSymbol(symbol), orderLinkId: clientId });
    await (followed.get(clientId) ?? orders).request('cancel', send);
  },

  async replace(number, quantity, price) {
    const { clientId, symbol } = placed.get(number);
    const following = followed.get(clientId);
    // an amended order keeps its id; the quantity is the whole order's
    const whole = (following?.filledQuantity ?? 0) + quantity;
    const send = () =>
      rest.amendOrder({
        category: 'spot',
        symbol: bybitSymbol(symbol),
        orderLinkId: clientId,
        qty: String(whole),
        price: String(price),
      });
    await (following ?? orders).request('replace', send);
    following?.replace({ quantity: whole, expectedPrice: price });
  },

  async poll() {
    for (const { clientId, symbol } of placed) {
      if (followed.get(clientId)?.outcome !== undefined) continue;
      const query = { category: 'spot', symbol: bybitSymbol(symbol), orderLinkId: clientId } as const;
      const [order] = (await rest.getActiveOrders(query)).result.list;
      for (const each of (await rest.getExecutionList(query)).result.list)
        followed.update(clientId, executionUpdate(each));
      if (order !== undefined) followed.update(clientId, orderUpdate(order));
      // no such order: it never arrived
      else followed.get(clientId)?.fail(new Error('order not found'));
    }
  },
});
process.exit();
