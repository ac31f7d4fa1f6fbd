import type { streaming, trading } from '@alpacahq/alpaca-trade-api';
import type { ExecutionBust, ExecutionCorrection, OrderUpdate } from '@trademeter/instrumentation-orders';

/** A message of the `trade_updates` stream: the order's totals and, if any, the execution. */
export function streamUpdate({ event, order, executionId, price, qty, timestamp }: streaming.TradeUpdate): OrderUpdate {
  const isExecution = event === 'fill' || event === 'partial_fill';
  return {
    ...orderUpdate(order),
    executions: isExecution ? [{ executionId, quantity: qty, price, time: timestamp }] : undefined,
    time: timestamp,
  };
}

/** A message of the stream that corrects an execution, or `undefined`. */
export function streamCorrection(update: streaming.TradeUpdate): ExecutionCorrection | undefined {
  if (update.event !== 'trade_correct') return undefined;
  const { executionId, price, qty: quantity } = update;
  return { previousExecutionId: String(update['previous_execution_id']), executionId, price, quantity };
}

/** A message of the stream that busts an execution, or `undefined`. */
export function streamBust(update: streaming.TradeUpdate): ExecutionBust | undefined {
  if (update.event !== 'trade_bust') return undefined;
  return { previousExecutionId: String(update['previous_execution_id']) };
}

/** An order from a REST answer: only totals. */
export function orderUpdate({ status, filledQty, filledAvgPrice }: trading.Order): OrderUpdate {
  return { status, filledQuantity: filledQty, averagePrice: filledAvgPrice };
}
