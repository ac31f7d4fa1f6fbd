import { text } from '../venue/decimal.ts';
import type { Execution } from '../venue/ledger.ts';
import type { VenueOrder } from '../venue/venue-order.ts';

/** To how many places TWS rounds `avgFillPrice`. */
export const averagePlaces = 8;

function statusOf({ state }: VenueOrder): string {
  switch (state) {
    case 'filled':
      return 'Filled';
    case 'canceled':
    case 'expired':
      return 'Cancelled';
    case 'rejected':
      return 'Inactive';
    default:
      return 'Submitted';
  }
}

/** The fields of a message of TWS. */
export type TwsFields = readonly (string | number)[];

/** The server version that the messages below are written for. */
export const serverVersion = 136;

/** ORDER_STATUS. */
export function orderStatus(order: VenueOrder): TwsFields {
  const average = order.filled === 0n ? '0' : text(order.averagePrice(averagePlaces));
  // permId, parentId, last price, clientId, why held, market cap price
  const rest = [order.id, 0, 0, 1, '', 0];
  return [3, order.id, statusOf(order), text(order.filled), text(order.leaves), average, ...rest];
}

/** EXECUTION_DATA. */
export function executionData(order: VenueOrder, execution: Execution, requestId = -1): TwsFields {
  const contract = [0, order.symbol, 'STK', '', 0, '', '', 'SMART', order.currency, order.symbol, 'NMS'];
  return [
    11,
    requestId,
    order.id,
    ...contract,
    execution.id,
    new Date(execution.time).toISOString().slice(0, 19).replaceAll('-', '').replace('T', ' '),
    'DU1',
    'ISLAND',
    order.side === 'buy' ? 'BOT' : 'SLD',
    text(execution.quantity),
    text(execution.price),
    order.id,
    1,
    0,
    text(order.filled),
    text(order.averagePrice(averagePlaces)),
    // order reference, EV rule and multiplier, model code, liquidity
    '',
    '',
    '',
    '',
    execution.isMaker ? 1 : 2,
  ];
}

/** COMMISSION_REPORT. */
export function commissionReport(execution: Execution): TwsFields {
  const [fee] = execution.fees;
  return [59, 1, execution.id, text(fee?.amount ?? 0n), fee?.currency ?? 'USD', '1.7976931348623157E308', '', ''];
}
