import { text } from '../venue/decimal.ts';
import type { Execution } from '../venue/ledger.ts';
import type { VenueOrder } from '../venue/venue-order.ts';
import type { TwsFields } from './tws-socket.ts';

/** Decimal places of `avgFillPrice`. */
export const averagePlaces = 8;

/** TWS's text for an unset figure. */
const unset = '1.7976931348623157E308';

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

/** The server version of the messages below. */
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
  return [59, 1, execution.id, text(fee?.amount ?? 0n), fee?.currency ?? 'USD', unset, '', ''];
}

/** COMMISSION_REPORT of an execution whose commission is not known yet. */
export function unsetCommissionReport({ id }: Execution): TwsFields {
  return [59, 1, id, unset, '', unset, unset, ''];
}

/** ERR_MSG. */
export function errorMessage(orderId: string, code: number, message: string): TwsFields {
  return [4, 2, orderId, code, message];
}

/** OPEN_ORDER, of a limit order for shares. */
export function openOrder(order: VenueOrder): TwsFields {
  const fields: readonly TwsFields[] = [
    [5, 34, order.id],
    // contract
    [0, order.symbol, 'STK', '', 0, '', '', 'SMART', order.currency, order.symbol, 'NMS'],
    [order.side === 'buy' ? 'BUY' : 'SELL', text(order.quantity), 'LMT', text(order.price), 0, 'DAY'],
    // OCA group, account, open or close, origin, reference, client, permanent id, outside RTH, hidden, discretionary
    ['', 'DU1', '', 0, '', 1, order.id, 0, 0, 0],
    // good after time, shares allocation, four of financial advisors, good till date
    ['', '', '', '', '', '', ''],
    // rule 80A, percent offset, settling firm; short sale: slot, location, exemption; auction strategy
    ['', unset, '', 0, '', -1, 0],
    // starting price, stock reference price, delta, stock range, display size
    [unset, unset, unset, unset, unset, ''],
    // block, sweep to fill, all or none, minimum, OCA type, electronic only, firm quote only, NBBO cap, parent, trigger
    [0, 0, 0, '', 3, 0, 0, unset, 0, 0],
    // volatility and its type, delta neutral order and price, continuous update, reference price
    [unset, 0, '', unset, 0, 0],
    // trailing stop price and percent, basis points and their type
    [unset, unset, unset, ''],
    // legs, their prices, routing; scale: sizes, increment; hedge
    ['', 0, 0, 0, '', '', unset, ''],
    // opt out of smart routing, clearing account and intent, not held, delta neutral contract, algorithm, solicited
    [0, '', '', 0, 0, '', 0],
    // what if, status, margins and equity, commissions and their currency, warning
    [0, statusOf(order), unset, unset, unset, unset, unset, unset, '', ''],
    // randomize size and price, conditions
    [0, 0, 0],
    // adjusted order: type, trigger, stop, limit offset, stop, stop limit, trailing amount and unit
    ['', unset, unset, unset, unset, unset, unset, 0],
    // soft dollar tier, cash quantity
    ['', '', '', unset],
  ];
  return fields.flat();
}
