import { randomUUID } from 'node:crypto';
import { Spot, SpotRestAPI } from '@binance/spot';
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { startTelemetry } from '@trademeter/sdk';
import { FollowedOrders } from '../bot/followed-orders.ts';
import { followInstructions } from '../bot/instructions.ts';
import { PlacedOrders } from '../bot/placed-orders.ts';
import { orderUpdate, reportUpdate, tradeUpdate } from './updates.ts';

const telemetry = await startTelemetry({ serviceName: 'binance-bot' });
console.log(`metrics ${telemetry.endpoints[0]?.url}`);

const { BINANCE_URL: basePath, BINANCE_WS_URL: wsURL } = process.env;
const keys = { apiKey: process.env['BINANCE_KEY'] ?? 'key', apiSecret: process.env['BINANCE_SECRET'] ?? 'secret' };
const client = new Spot({
  configurationRestAPI: { ...keys, ...(basePath !== undefined && { basePath }), timeout: 2_000, retries: 0 },
  configurationWebsocketAPI: { ...keys, ...(wsURL !== undefined && { wsURL }) },
});
const rest = client.restAPI;

const orders = instrumentOrders({ venue: 'binance', strategy: 'momentum' });
const followed = new FollowedOrders();
const placed = new PlacedOrders();

/** Binance's symbols do not name the currency, so the metrics get the bot's own symbol. */
const binanceSymbol = (symbol: string) => symbol.replace('/', '');

async function takeTrades(symbol: string): Promise<void> {
  const trades = await (await rest.myTrades({ symbol: binanceSymbol(symbol) })).data();
  for (const trade of trades) followed.update(String(trade.orderId), tradeUpdate(trade));
}

function takeOrder(order: SpotRestAPI.GetOrderResponse): void {
  followed.alias(String(order.orderId), order.clientOrderId);
  followed.update(String(order.orderId), orderUpdate(order));
}

/** Orders that an earlier process placed and whose fills so far it counted. */
async function resumeOrders(symbols: readonly string[]): Promise<void> {
  for (const symbol of symbols) {
    const query = { symbol: binanceSymbol(symbol) };
    const trades = await (await rest.myTrades(query)).data();
    for (const order of await (await rest.getOpenOrders(query)).data()) {
      const { clientOrderId: clientId = '', side = '', type = '', origQty, price, executedQty, time } = order;
      const resumed = orders.resume({
        symbol,
        side,
        type,
        quantity: origQty,
        expectedPrice: price,
        filledQuantity: executedQty,
        averagePrice: Number(order.cummulativeQuoteQty) / Number(executedQty) || undefined,
        executionIds: trades.filter(({ orderId }) => orderId === order.orderId).map(({ id }) => String(id)),
        placedTime: Number(time),
      });
      followed.follow(clientId, resumed);
      followed.alias(String(order.orderId), clientId);
      placed.add({ clientId, symbol, side: side === 'BUY' ? 'buy' : 'sell' });
    }
  }
}

async function followReports(): Promise<void> {
  const connection = await client.websocketAPI.connect();
  const { stream } = await connection.userDataStreamSubscribeSignature();
  stream.on('message', (event) => {
    if (event.e !== 'executionReport') return;
    // a cancellation has its own id and names the order's id as C
    followed.alias(String(event.i), event.C || event.c);
    followed.update(String(event.i), reportUpdate(event));
  });
}

await resumeOrders(['BTC/USDT', 'ETH/USDT']);
await followReports();
console.log('ready');

await followInstructions({
  async place({ symbol, side, quantity, price }) {
    const clientId = randomUUID();
    const order = orders.place({ symbol, side, type: 'limit', quantity, expectedPrice: price, timeInForce: 'GTC' });
    followed.follow(clientId, order);
    placed.add({ clientId, symbol, side });
    const send = async () =>
      (
        await rest.newOrder({
          symbol: binanceSymbol(symbol),
          side: SpotRestAPI.NewOrderSideEnum[side === 'buy' ? 'BUY' : 'SELL'],
          type: SpotRestAPI.NewOrderTypeEnum.LIMIT,
          timeInForce: SpotRestAPI.NewOrderTimeInForceEnum.GTC,
          quantity,
          price,
          newClientOrderId: clientId,
        })
      ).data();
    takeOrder(await order.request('new', send, { settle: true }));
  },

  async cancel(number) {
    const { clientId, symbol } = placed.get(number);
    const query = { symbol: binanceSymbol(symbol), origClientOrderId: clientId };
    await (followed.get(clientId) ?? orders).request('cancel', () => rest.deleteOrder(query));
  },

  async replace(number, quantity, price) {
    const order = placed.get(number);
    const { clientId, symbol, side } = order;
    const newId = randomUUID();
    followed.replace(clientId, newId);
    const send = async () => {
      const answer = await rest.orderCancelReplace({
        symbol: binanceSymbol(symbol),
        side: SpotRestAPI.OrderCancelReplaceSideEnum[side === 'buy' ? 'BUY' : 'SELL'],
        type: SpotRestAPI.OrderCancelReplaceTypeEnum.LIMIT,
        timeInForce: SpotRestAPI.OrderCancelReplaceTimeInForceEnum.GTC,
        quantity,
        price,
        newClientOrderId: newId,
        cancelReplaceMode: SpotRestAPI.OrderCancelReplaceCancelReplaceModeEnum.STOP_ON_FAILURE,
        cancelOrigClientOrderId: clientId,
      });
      return answer.data();
    };
    const following = followed.get(clientId);
    try {
      await (following ?? orders).request('replace', send);
      following?.replace({ quantity: following.filledQuantity + quantity, expectedPrice: price });
      order.clientId = newId;
    } catch (error) {
      followed.keep(clientId);
      throw error;
    }
  },

  async poll() {
    for (const { clientId, symbol } of placed) {
      if (followed.get(clientId)?.outcome !== undefined) continue;
      const query = { symbol: binanceSymbol(symbol), origClientOrderId: clientId };
      try {
        takeOrder(await (await rest.getOrder(query)).data());
      } catch (error) {
        // no such order: it never arrived
        if ((error as { code?: unknown }).code !== -2013) throw error;
        followed.get(clientId)?.fail(error);
      }
      await takeTrades(symbol);
    }
  },
});
process.exit();
