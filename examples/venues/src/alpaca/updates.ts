import type { streaming, trading } from '@alpacahq/alpaca-trade-api';
import type { OrderUpdate } from '@trademeter/instrumentation-orders';

/** A message of the `trade_updates` stream: the order's totals, and the execution when it reports one. */
export function streamUpdate({ event, order, executionId, price, qty, timestamp }: streaming.TradeUpdate): OrderUpdate {
  const isExecution = event === 'fill' || event === 'partial_fill';
  return {
    ...orderUpdate(order),
    executions: isExecution ? [{ executionId, quantity: qty, price, time: timestamp }] : undefined,
    time: timestamp,
  };
}

/** An order that a request was answered with: totals alone. */
export function orderUpdate({ status, filledQty, filledAvgPrice }: trading.Order): OrderUpdate {
  return { status, filledQuantity: filledQty, averagePrice: filledAvgPrice };
}
