import type { OrderUpdate } from '@trademeter/instrumentation-orders';
import type { RestOrder } from './messages.ts';

/** The state of an order, from a poll. */
export function orderUpdate({ state, filled_qty, avg_price }: RestOrder): OrderUpdate {
  return { status: state, filledQuantity: filled_qty, averagePrice: avg_price };
}
