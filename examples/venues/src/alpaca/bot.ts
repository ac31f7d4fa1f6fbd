import { randomUUID } from 'node:crypto';
import { streaming, trading } from '@alpacahq/alpaca-trade-api';
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { startTelemetry } from '@trademeter/sdk';
import { FollowedOrders } from '../bot/followed-orders.ts';
import { followInstructions } from '../bot/instructions.ts';
import { PlacedOrders } from '../bot/placed-orders.ts';
import { orderUpdate, streamUpdate } from './updates.ts';

const telemetry = await startTelemetry({ serviceName: 'alpaca-bot' });
console.log(`metrics ${telemetry.endpoints[0]?.url}`);

const credentials = {
  keyId: process.env['APCA_API_KEY_ID'] ?? 'key',
  secret: process.env['APCA_API_SECRET_KEY'] ?? 'secret',
};
const { ALPACA_URL: basePath, ALPACA_STREAM_URL: url } = process.env;
const configuration = new trading.Configuration({
  ...credentials,
  ...(basePath !== undefined && { basePath }),
  timeoutMs: 2_000,
});
const api = new trading.OrdersApi(configuration);
const stream = new streaming.TradingStream({ credentials, ...(url !== undefined && { url }) });

const orders = instrumentOrders({ venue: 'alpaca', strategy: 'momentum', currency: 'USD' });
const followed = new FollowedOrders();
const placed = new PlacedOrders();

function takeOrder(order: trading.Order): void {
  followed.alias(order.id, order.clientOrderId);
  followed.update(order.id, orderUpdate(order));
}

/**
 * Orders that an earlier process placed and whose fills so far it counted. They are recognized by their time:
 * the stream sends it.
 */
async function resumeOrders(): Promise<void> {
  for (const order of await api.getAllOrders({ status: 'open' })) {
    const { id = '', clientOrderId: clientId = '', symbol = '', side = '', type, qty, limitPrice, filledQty } = order;
    const resumed = orders.resume({
      symbol,
      side,
      type,
      quantity: qty,
      expectedPrice: limitPrice,
      filledQuantity: filledQty,
      averagePrice: order.filledAvgPrice,
      placedTime: order.submittedAt,
    });
    followed.follow(clientId, resumed);
    followed.alias(id, clientId);
    placed.add({ clientId, symbol, side: side === 'buy' ? 'buy' : 'sell' });
  }
}

await resumeOrders();
stream.onTradeUpdate((update) => {
  followed.alias(update.order.id, update.order.clientOrderId);
  followed.update(update.order.id, streamUpdate(update));
});
stream.subscribeTradeUpdates();
const listening = new Promise((resolve) => stream.on('subscription', resolve));
stream.connect();
await listening;
console.log('ready');

await followInstructions({
  async place({ symbol, side, quantity, price }) {
    const clientOrderId = randomUUID();
    const order = orders.place({ symbol, side, type: 'limit', quantity, expectedPrice: price, timeInForce: 'day' });
    followed.follow(clientOrderId, order);
    placed.add({ clientId: clientOrderId, symbol, side });
    const postOrderRequest = {
      symbol,
      side,
      type: 'limit',
      timeInForce: 'day',
      qty: String(quantity),
      limitPrice: String(price),
      clientOrderId,
    } as const;
    takeOrder(await order.request('new', () => api.postOrder({ postOrderRequest }), { settle: true }));
  },

  async cancel(number) {
    const { clientId } = placed.get(number);
    const { id: orderId = '' } = await api.getOrderByClientOrderId({ clientOrderId: clientId });
    await (followed.get(clientId) ?? orders).request('cancel', () => api.deleteOrderByOrderID({ orderId }));
  },

  async replace(number, quantity, price) {
    const order = placed.get(number);
    const { clientId } = order;
    const newId = randomUUID();
    const { id: orderId = '' } = await api.getOrderByClientOrderId({ clientOrderId: clientId });
    const patchOrderRequest = { qty: String(quantity), limitPrice: String(price), clientOrderId: newId };
    const following = followed.get(clientId);
    followed.replace(clientId, newId);
    try {
      const send = () => api.patchOrderByOrderId({ orderId, patchOrderRequest });
      await (following ?? orders).request('replace', send);
      following?.replace({ quantity: following.filledQuantity + quantity, expectedPrice: price });
      order.clientId = newId;
    } catch (error) {
      followed.keep(clientId);
      throw error;
    }
  },

  async poll() {
    for (const { clientId } of placed) {
      if (followed.get(clientId)?.outcome !== undefined) continue;
      try {
        takeOrder(await api.getOrderByClientOrderId({ clientOrderId: clientId }));
      } catch (error) {
        // no such order: it never arrived
        if (!(error instanceof Error) || error.name !== 'NotFoundError') throw error;
        followed.get(clientId)?.fail(error);
      }
    }
  },
});
process.exit();
