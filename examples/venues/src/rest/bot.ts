import { randomUUID } from 'node:crypto';
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { startTelemetry } from '@trademeter/sdk';
import { FollowedOrders } from '../bot/followed-orders.ts';
import { followInstructions } from '../bot/instructions.ts';
import { PlacedOrders } from '../bot/placed-orders.ts';
import type { RestOrder } from './messages.ts';
import { orderUpdate } from './updates.ts';

const telemetry = await startTelemetry({ serviceName: 'rest-bot' });
console.log(`metrics ${telemetry.endpoints[0]?.url}`);

const orders = instrumentOrders({ venue: 'demo', strategy: 'momentum' });
const followed = new FollowedOrders();
const placed = new PlacedOrders();

/** An answer other than 2xx. Its status becomes the `error.type`. */
class AnswerError extends Error {
  override readonly name = 'HTTPError';
  readonly status: number;

  constructor(status: number, code: string) {
    super(`${status} ${code}`);
    this.status = status;
  }
}

async function call<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`${process.env['VENUE_URL']}${path}`, {
    method,
    body: body === undefined ? null : JSON.stringify(body),
    signal: AbortSignal.timeout(2_000),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new AnswerError(response.status, (answer as { error: { code: string } }).error.code);
  return answer as T;
}

function takeOrder(order: RestOrder): void {
  followed.update(order.client_id, orderUpdate(order));
}

/** Requests the state of an order. */
async function poll(clientId: string): Promise<void> {
  try {
    takeOrder(await call<RestOrder>('GET', `/orders/${clientId}`));
  } catch (error) {
    // no such order: it never arrived
    if (!(error instanceof AnswerError) || error.status !== 404) throw error;
    followed.get(clientId)?.fail(error);
  }
}

// Orders that an earlier process placed: their fills so far were counted there.
for (const order of await call<RestOrder[]>('GET', '/orders?state=open')) {
  const { client_id: clientId, symbol, side, qty, limit, filled_qty, avg_price } = order;
  const resumed = orders.resume({
    symbol,
    side,
    type: 'limit',
    quantity: qty,
    expectedPrice: limit,
    filledQuantity: filled_qty,
    averagePrice: filled_qty > 0 ? avg_price : undefined,
  });
  followed.follow(clientId, resumed);
  placed.add({ clientId, symbol, side: side === 'BUY' ? 'buy' : 'sell' });
}
console.log('ready');

await followInstructions({
  async place({ symbol, side, quantity, price }) {
    const clientId = randomUUID();
    const order = orders.place({ symbol, side, type: 'limit', quantity, expectedPrice: price });
    followed.follow(clientId, order);
    placed.add({ clientId, symbol, side });
    const body = { client_id: clientId, symbol, side, qty: quantity, limit: price };
    takeOrder(await order.request('new', () => call<RestOrder>('POST', '/orders', body), { settle: true }));
  },

  async cancel(number) {
    const { clientId } = placed.get(number);
    const send = () => call<RestOrder>('DELETE', `/orders/${clientId}`);
    takeOrder(await (followed.get(clientId) ?? orders).request('cancel', send));
  },

  async replace(number, quantity, price) {
    const { clientId } = placed.get(number);
    const following = followed.get(clientId);
    // a changed order keeps its id; the quantity is the whole order's
    const whole = (following?.filledQuantity ?? 0) + quantity;
    const send = () => call<RestOrder>('PATCH', `/orders/${clientId}`, { qty: whole, limit: price });
    const answer = await (following ?? orders).request('replace', send);
    following?.replace({ quantity: whole, expectedPrice: price });
    takeOrder(answer);
  },

  async poll() {
    for (const { clientId } of placed) if (followed.get(clientId)?.outcome === undefined) await poll(clientId);
  },
});
process.exit();
