import type { OrderFill, OrderUpdate } from '@trademeter/instrumentation-orders';
import type { Order, Trade } from 'ccxt';

/** An order, from `createOrder`, `fetchOrder` or `watchOrders`: totals and, if the venue has them, executions. */
export function orderUpdate(order: Order): OrderUpdate {
  return {
    status: order.status,
    filledQuantity: order.filled,
    averagePrice: order.average,
    cost: order.cost,
    leavesQuantity: order.remaining,
    executions: order.trades?.map(execution),
  };
}

/** An execution, from `watchMyTrades` or `fetchMyTrades`. */
export function tradeUpdate(trade: Trade): OrderUpdate {
  return { executions: [execution(trade)] };
}

function execution({ id, amount, price, takerOrMaker, fee, timestamp }: Trade): OrderFill {
  return {
    executionId: id,
    quantity: amount,
    price,
    liquidity: takerOrMaker,
    fee: fee?.cost === undefined ? undefined : { amount: fee.cost, currency: fee.currency },
    time: timestamp,
  };
}
