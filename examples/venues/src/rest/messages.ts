import { text } from '../venue/decimal.ts';
import type { VenueOrder } from '../venue/venue-order.ts';

/** Decimal places of `avg_price`. */
export const averagePlaces = 4;

/** An order of a REST interface with only totals, as JSON numbers. */
export interface RestOrder {
  readonly id: number;
  readonly client_id: string;
  readonly symbol: string;
  readonly side: string;
  readonly qty: number;
  readonly limit: number;
  readonly state: string;
  readonly filled_qty: number;
  readonly avg_price: number;
}

/** An order in the venue's answers. */
export function restOrder(order: VenueOrder): RestOrder {
  return {
    id: Number(order.id),
    client_id: order.clientId,
    symbol: order.symbol,
    side: order.side.toUpperCase(),
    qty: Number(text(order.quantity)),
    limit: Number(text(order.price)),
    state: order.state === 'open' ? 'OPEN' : order.state === 'canceled' ? 'CANCELLED' : order.state.toUpperCase(),
    filled_qty: Number(text(order.filled)),
    avg_price: Number(text(order.averagePrice(averagePlaces))),
  };
}
