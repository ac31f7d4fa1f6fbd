import {
  type Contract,
  ErrorCode,
  EventName,
  type Execution,
  IBApi,
  type Order,
  OrderAction,
  OrderType,
  SecType,
  TimeInForce,
} from '@stoqey/ib';
import { instrumentOrders, type OrderUpdate } from '@trademeter/instrumentation-orders';
import { startTelemetry } from '@trademeter/sdk';
import { FollowedOrders } from '../bot/followed-orders.ts';
import { followInstructions } from '../bot/instructions.ts';
import { PlacedOrders } from '../bot/placed-orders.ts';
import { Executions } from './executions.ts';
import { Requests } from './requests.ts';
import { executionUpdate, statusUpdate } from './updates.ts';

const telemetry = await startTelemetry({ serviceName: 'ibkr-bot' });
console.log(`metrics ${telemetry.endpoints[0]?.url}`);

/** The id under which the bot places orders; TWS sends a client only its own orders. */
const clientId = 1;
const [host = '', port = ''] = (process.env['TWS_ADDRESS'] ?? '127.0.0.1:7497').split(':');
const tws = new IBApi({ host, port: Number(port) });
const orders = instrumentOrders({ venue: 'ibkr', strategy: 'momentum', currency: 'USD' });
const followed = new FollowedOrders();
const placed = new PlacedOrders();
/** Orders that TWS has mentioned. */
const confirmed = new Set<number>();
const requests = new Requests();
const executions = new Executions((id, fee) => followed.get(`${id}`)?.fee(fee));
let nextId = 0;

/** The answer to an order that is placed or changed. */
const orderAnswer = (quantity: number | undefined, price: number | undefined) => `${quantity} at ${price}`;

function takeUpdate(id: number, update: OrderUpdate): void {
  confirmed.add(id);
  followed.update(`${id}`, update);
}

tws.on(EventName.openOrder, (id, _contract, { totalQuantity, lmtPrice }) => {
  requests.answer(id, orderAnswer(totalQuantity, lmtPrice));
});
tws.on(EventName.orderStatus, (id, status, filled, remaining, averagePrice) => {
  takeUpdate(id, statusUpdate(status, filled, remaining, averagePrice));
  requests.answer(id, status);
});
tws.on(EventName.execDetails, (_request, _contract, execution) => {
  const { execId = '', orderId = 0 } = execution;
  takeUpdate(orderId, executionUpdate(execution));
  executions.add(execId, orderId);
});
tws.on(EventName.commissionReport, (report) => executions.addCommission(report));
tws.on(EventName.error, (error, code, id) => {
  console.log(`${code} ${id}: ${error.message}`);
  // about no order
  if (id < 0) return;
  const failure = Object.assign(error, { code, reqId: id });
  followed.get(`${id}`)?.error(failure);
  // a successful cancel: the status follows
  if (code !== ErrorCode.ORDER_CANCELLED) requests.fail(id, failure);
});

tws.on(EventName.nextValidId, (id) => {
  nextId = Math.max(nextId, id);
  // TWS does not repeat what a client missed while disconnected
  askForOrders();
});
let reconnect: NodeJS.Timeout | undefined;
tws.on(EventName.disconnected, () => {
  requests.cut();
  clearTimeout(reconnect);
  reconnect = setTimeout(() => tws.connect(clientId), 100);
});

/** TWS's open orders, then its executions of the day. */
function askForOrders(): void {
  tws.reqOpenOrders();
  tws.reqExecutions(1, { clientId: `${clientId}` });
}

/** Unlike Node's `once`, ignores unrelated errors. */
function untilOrdersAreKnown(): Promise<void> {
  return new Promise((resolve) => tws.once(EventName.execDetailsEnd, () => resolve()));
}

/** Orders that an earlier process placed and whose fills so far it counted. */
async function resumeOrders(): Promise<void> {
  const open = new Map<number, { readonly contract: Contract; readonly order: Order }>();
  const statuses = new Map<number, OrderUpdate>();
  const executionIds = new Map<number, string[]>();
  const onOpenOrder = (id: number, contract: Contract, order: Order) => open.set(id, { contract, order });
  const onStatus = (id: number, ...status: Parameters<typeof statusUpdate>) =>
    statuses.set(id, statusUpdate(...status));
  const onExecution = (_request: number, _contract: Contract, { orderId = 0, execId = '' }: Execution) =>
    executionIds.set(orderId, [...(executionIds.get(orderId) ?? []), execId]);
  tws.on(EventName.openOrder, onOpenOrder).on(EventName.orderStatus, onStatus).on(EventName.execDetails, onExecution);
  const known = untilOrdersAreKnown();
  // immediately: later messages are updates
  tws.once(EventName.execDetailsEnd, () => {
    for (const [id, { contract, order }] of open) {
      const { symbol = '' } = contract;
      const { action, orderType: type, totalQuantity: quantity, lmtPrice: expectedPrice } = order;
      const { filledQuantity, averagePrice } = statuses.get(id) ?? {};
      const resumed = { symbol, side: action, type, quantity, expectedPrice, filledQuantity, averagePrice };
      followed.follow(`${id}`, orders.resume({ ...resumed, executionIds: executionIds.get(id) ?? [] }));
      placed.add({ clientId: `${id}`, symbol, side: action === OrderAction.BUY ? 'buy' : 'sell' });
    }
  });
  await known;
  tws
    .off(EventName.openOrder, onOpenOrder)
    .off(EventName.orderStatus, onStatus)
    .off(EventName.execDetails, onExecution);
}

/** Places an order, or changes one that has the id. */
function sendOrder(id: number, symbol: string, side: 'buy' | 'sell', quantity: number, price: number): Promise<void> {
  const contract = { symbol, secType: SecType.STK, exchange: 'SMART', currency: 'USD' };
  const order = {
    action: side === 'buy' ? OrderAction.BUY : OrderAction.SELL,
    orderType: OrderType.LMT,
    totalQuantity: quantity,
    lmtPrice: price,
    tif: TimeInForce.DAY,
    transmit: true,
  };
  return requests.send(id, orderAnswer(quantity, price), () => tws.placeOrder(id, contract, order));
}

tws.connect(clientId);
await resumeOrders();
console.log('ready');

await followInstructions({
  async place({ symbol, side, quantity, price }) {
    const id = nextId;
    nextId += 1;
    const order = orders.place({ symbol, side, type: 'LMT', quantity, expectedPrice: price, timeInForce: 'DAY' });
    followed.follow(`${id}`, order);
    placed.add({ clientId: `${id}`, symbol, side });
    await order.request('new', () => sendOrder(id, symbol, side, quantity, price), { settle: true });
  },

  async cancel(number) {
    const { clientId: key } = placed.get(number);
    const send = () => requests.send(Number(key), 'Cancelled', () => tws.cancelOrder(Number(key)));
    await (followed.get(key) ?? orders).request('cancel', send);
  },

  async replace(number, quantity, price) {
    const { clientId: key, symbol, side } = placed.get(number);
    const following = followed.get(key);
    // of the whole order
    const whole = (following?.filledQuantity ?? 0) + quantity;
    await (following ?? orders).request('replace', () => sendOrder(Number(key), symbol, side, whole, price));
    following?.replace({ quantity: whole, expectedPrice: price });
  },

  async poll() {
    const known = untilOrdersAreKnown();
    askForOrders();
    await known;
    for (const { clientId: key } of placed) {
      const id = Number(key);
      if (confirmed.has(id) || followed.get(key)?.outcome !== undefined) continue;
      // 10147: TWS does not have the order, so it never arrived
      await requests.send(id, 'Cancelled', () => tws.cancelOrder(id)).catch(() => undefined);
    }
  },
});
process.exit();
