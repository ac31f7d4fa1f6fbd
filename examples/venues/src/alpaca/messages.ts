import { text } from '../venue/decimal.ts';
import type { Execution } from '../venue/ledger.ts';
import type { VenueOrder } from '../venue/venue-order.ts';

/** Decimal places of `filled_avg_price`. */
export const averagePlaces = 6;

/** An order, as in REST answers and in each `trade_updates` message. */
export function alpacaOrder(order: VenueOrder, status = statusOf(order)): Record<string, unknown> {
  const time = new Date(order.time).toISOString();
  return {
    id: order.id,
    client_order_id: order.clientId,
    created_at: time,
    updated_at: time,
    submitted_at: time,
    filled_at: null,
    expired_at: null,
    canceled_at: null,
    failed_at: null,
    asset_id: `asset-${order.symbol}`,
    symbol: order.symbol,
    asset_class: 'us_equity',
    qty: text(order.quantity),
    filled_qty: text(order.filled),
    filled_avg_price: order.filled === 0n ? null : text(order.averagePrice(averagePlaces)),
    order_class: '',
    order_type: 'limit',
    type: 'limit',
    side: order.side,
    time_in_force: 'day',
    limit_price: text(order.price),
    stop_price: null,
    status,
    extended_hours: false,
    legs: null,
  };
}

function statusOf({ state, reported }: VenueOrder): string {
  if (state !== 'open') return state;
  return reported.length > 0 ? 'partially_filled' : 'new';
}

/** An event of an order. */
export type AlpacaEvent =
  | 'new'
  | 'partial_fill'
  | 'fill'
  | 'canceled'
  | 'expired'
  | 'rejected'
  | 'replaced'
  | 'done_for_day'
  | 'trade_correct'
  | 'trade_bust';

/** The data of a `trade_updates` message, with the current order. */
export function tradeUpdate(
  order: VenueOrder,
  event: AlpacaEvent,
  execution?: Execution,
  status?: string,
  previousExecutionId?: string,
): Record<string, unknown> {
  return {
    event,
    event_id: `${order.id}-${event}`,
    timestamp: new Date(execution?.time ?? order.time).toISOString(),
    order: alpacaOrder(order, status),
    previous_execution_id: previousExecutionId,
    ...(execution !== undefined && {
      execution_id: execution.id,
      price: text(execution.price),
      qty: text(execution.quantity),
      position_qty: text(order.filled),
    }),
  };
}
