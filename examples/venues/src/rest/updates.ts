import type { OrderUpdate } from '@trademeter/instrumentation-orders';
import type { RestOrder } from './messages.ts';

/** What a poll finds of an order. */
export function orderUpdate({ state, filled_qty, avg_price }: RestOrder): OrderUpdate {
  return { status: state, filledQuantity: filled_qty, averagePrice: avg_price };
}
