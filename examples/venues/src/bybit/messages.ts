import { asAmount, text } from '../venue/decimal.ts';
import type { Execution } from '../venue/ledger.ts';
import type { VenueOrder } from '../venue/venue-order.ts';

/** A symbol as Bybit writes it: `BTCUSDT`. */
export const bybitSymbol = (symbol: string): string => symbol.replace('/', '');

function statusOf({ state, reported }: VenueOrder): string {
  const isPart = reported.length > 0;
  switch (state) {
    case 'filled':
      return 'Filled';
    case 'rejected':
      return 'Rejected';
    case 'canceled':
    case 'expired':
      return isPart ? 'PartiallyFilledCanceled' : 'Cancelled';
    default:
      return isPart ? 'PartiallyFilled' : 'New';
  }
}

/** An order, as in the topic `order` and in `/v5/order/realtime`. */
export function bybitOrder(order: VenueOrder): Record<string, unknown> {
  return {
    category: 'spot',
    orderId: order.id,
    orderLinkId: order.clientId,
    symbol: bybitSymbol(order.symbol),
    price: text(order.price),
    qty: text(order.quantity),
    side: order.side === 'buy' ? 'Buy' : 'Sell',
    orderStatus: statusOf(order),
    cancelType: order.state === 'canceled' ? 'CancelByUser' : 'UNKNOWN',
    rejectReason: order.rejection ?? 'EC_NoError',
    avgPrice: order.filled === 0n ? '' : text(order.averagePrice(8)),
    leavesQty: order.state === 'open' ? text(order.leaves) : '0',
    leavesValue: '0',
    cumExecQty: text(order.filled),
    cumExecValue: text(order.costAmount),
    cumExecFee: '0',
    closedPnl: '0',
    feeCurrency: '',
    timeInForce: 'GTC',
    orderType: 'Limit',
    createdTime: String(order.time),
    updatedTime: String(order.time),
  };
}

/** An execution, as in the topic `execution` and in `/v5/execution/list`. */
export function bybitExecution(order: VenueOrder, execution: Execution): Record<string, unknown> {
  const [fee] = execution.fees;
  return {
    category: 'spot',
    symbol: bybitSymbol(order.symbol),
    orderId: order.id,
    orderLinkId: order.clientId,
    side: order.side === 'buy' ? 'Buy' : 'Sell',
    orderPrice: text(order.price),
    orderQty: text(order.quantity),
    leavesQty: text(order.leaves),
    orderType: 'Limit',
    execFee: text(fee?.amount ?? 0n),
    feeCurrency: fee?.currency ?? order.currency,
    execId: execution.id,
    execPrice: text(execution.price),
    execQty: text(execution.quantity),
    execType: 'Trade',
    execValue: text(asAmount(execution.quantity * execution.price)),
    execTime: String(execution.time),
    isMaker: execution.isMaker,
  };
}
