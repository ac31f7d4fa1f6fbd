import type { OrderUpdate } from '@trademeter/instrumentation-orders';
import type { AccountOrderV5, ExecutionV5, WSAccountOrderV5, WSExecutionV5 } from 'bybit-api';

/** An order from the topic `order` or a REST answer: totals. */
export function orderUpdate(order: WSAccountOrderV5 | AccountOrderV5): OrderUpdate {
  const { orderStatus: status, cumExecQty: filledQuantity, cumExecValue: cost, rejectReason: reason } = order;
  return { status, filledQuantity, cost, reason };
}

/** An execution of the topic `execution`, or of `getExecutionList`. Only trades are fills, funding is not. */
export function executionUpdate(execution: WSExecutionV5 | ExecutionV5): OrderUpdate {
  const { execType, execId, execQty, execPrice, execFee, feeCurrency, isMaker, execTime } = execution;
  if (execType !== 'Trade') return {};
  return {
    executions: [
      {
        executionId: execId,
        quantity: execQty,
        price: execPrice,
        fee: { amount: execFee, currency: feeCurrency },
        liquidity: isMaker ? 'maker' : 'taker',
        time: Number(execTime),
      },
    ],
  };
}
