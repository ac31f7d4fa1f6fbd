import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { startTelemetry } from '@trademeter/sdk';
import { FollowedOrders } from '../bot/followed-orders.ts';
import { followInstructions } from '../bot/instructions.ts';
import { PlacedOrders } from '../bot/placed-orders.ts';
import { type FixFields, valueOf } from './fix-message.ts';
import { fixTime } from './messages.ts';
import { FixSession } from './session.ts';
import { reportUpdate } from './updates.ts';

const telemetry = await startTelemetry({ serviceName: 'fix-bot' });
console.log(`metrics ${telemetry.endpoints[0]?.url}`);

const session = new FixSession(process.env['FIX_ADDRESS'] ?? '127.0.0.1:9878');
const orders = instrumentOrders({ venue: 'broker', strategy: 'momentum', currency: 'USD' });
const followed = new FollowedOrders();
const placed = new PlacedOrders();

function takeReport(report: FixFields): void {
  const [id = '', type] = [valueOf(report, 11), valueOf(report, 150)];
  // a replaced order stays open under another ClOrdID
  followed.alias(id, valueOf(report, 41));
  // NEW, or PENDING_NEW: the broker has answered
  if (type === '0' || type === 'A') followed.get(id)?.acknowledge();
  // a status request for an order that the broker never received
  if (type === 'I' && valueOf(report, 37) === 'NONE') followed.get(id)?.fail('unknown_order');
  else if (valueOf(report, 35) === '8') followed.update(id, reportUpdate(report));
}

/** Sends a message and waits for its answer, for a limited time or until the connection breaks. */
async function ask(type: string, fields: FixFields, id: string): Promise<FixFields | undefined> {
  const { promise, resolve } = Promise.withResolvers<FixFields | undefined>();
  const listener = (report: FixFields) => {
    if ([11, 41, 584].some((tag) => valueOf(report, tag) === id)) resolve(report);
  };
  session.on('report', listener);
  const timer = setTimeout(resolve, 1_000, undefined);
  session.once('broken', () => {
    void once(session, 'ready').then(() => resolve(undefined));
  });
  session.send(type, [...fields, [60, fixTime(Date.now())]]);
  const report = await promise;
  clearTimeout(timer);
  session.off('report', listener);
  return report;
}

/** Orders that an earlier process placed and whose fills so far it counted. */
function resumeOrder(report: FixFields): void {
  const value = (tag: number) => valueOf(report, tag) ?? '';
  if (value(37) === 'NONE') return;
  const resumed = orders.resume({
    symbol: value(55),
    side: value(54) === '1' ? 'buy' : 'sell',
    type: 'limit',
    quantity: value(38),
    expectedPrice: value(44),
    filledQuantity: value(14),
    averagePrice: value(14) === '0' ? undefined : value(6),
  });
  followed.follow(value(11), resumed);
  placed.add({ clientId: value(11), symbol: value(55), side: value(54) === '1' ? 'buy' : 'sell' });
}

await session.logOn();
session.on('report', resumeOrder);
// all orders
const massStatus = randomUUID();
await ask(
  'AF',
  [
    [584, massStatus],
    [585, '7'],
  ],
  massStatus,
);
session.off('report', resumeOrder);
session.on('report', takeReport);
console.log('ready');

const sideOf = (side: 'buy' | 'sell') => (side === 'buy' ? '1' : '2');

await followInstructions({
  async place({ symbol, side, quantity, price }) {
    const id = randomUUID();
    followed.follow(id, orders.place({ symbol, side, type: 'limit', quantity, expectedPrice: price }));
    placed.add({ clientId: id, symbol, side });
    const fields: FixFields = [
      [11, id],
      [55, symbol],
      [54, sideOf(side)],
      [38, String(quantity)],
      [40, '2'],
      [44, String(price)],
    ];
    await ask('D', fields, id);
  },

  async cancel(number) {
    const { clientId, symbol, side } = placed.get(number);
    const id = randomUUID();
    const fields: FixFields = [
      [41, clientId],
      [11, id],
      [55, symbol],
      [54, sideOf(side)],
    ];
    await (followed.get(clientId) ?? orders).request('cancel', () => ask('F', fields, clientId));
  },

  async replace(number, quantity, price) {
    const order = placed.get(number);
    const { clientId, symbol, side } = order;
    const following = followed.get(clientId);
    const id = randomUUID();
    // OrderQty is the whole order's
    const whole = (following?.filledQuantity ?? 0) + quantity;
    const fields: FixFields = [
      [41, clientId],
      [11, id],
      [55, symbol],
      [54, sideOf(side)],
      [38, String(whole)],
      [40, '2'],
      [44, String(price)],
    ];
    const report = await (following ?? orders).request('replace', () => ask('G', fields, id));
    if (report === undefined || valueOf(report, 150) !== '5') throw new Error('not replaced');
    following?.replace({ quantity: whole, expectedPrice: price });
    order.clientId = id;
  },

  async poll() {
    for (const { clientId, symbol, side } of placed) {
      if (followed.get(clientId)?.outcome !== undefined) continue;
      const fields: FixFields = [
        [11, clientId],
        [55, symbol],
        [54, sideOf(side)],
      ];
      await ask('H', fields, clientId);
    }
  },
});
process.exit();
