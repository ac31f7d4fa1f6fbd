import type { SpotRestAPI, SpotWebsocketAPI } from '@binance/spot';
import type { OrderFill, OrderUpdate } from '@trademeter/instrumentation-orders';

/** An `executionReport` of the user data stream: the order's totals and, if any, the execution. */
export function reportUpdate(report: SpotWebsocketAPI.ExecutionReport): OrderUpdate {
  const { x: event, X: status, z: filledQuantity, Z: cost, T: time, r: reason } = report;
  return {
    status,
    filledQuantity,
    cost,
    reason,
    time: time === undefined ? undefined : Number(time),
    executions: event === 'TRADE' ? [reportedExecution(report)] : undefined,
  };
}

function reportedExecution({ t, l, L, n, N, m, T }: SpotWebsocketAPI.ExecutionReport): OrderFill {
  return {
    executionId: t,
    quantity: l ?? '',
    price: L ?? '',
    fee: n === undefined ? undefined : { amount: n, currency: N },
    liquidity: m === true ? 'maker' : 'taker',
    time: T === undefined ? undefined : Number(T),
  };
}

/** The answer to a request about an order: only totals. */
export function orderUpdate(order: SpotRestAPI.GetOrderResponse): OrderUpdate {
  const { status, executedQty: filledQuantity, cummulativeQuoteQty: cost } = order;
  return { status, filledQuantity, cost };
}

/** One of `myTrades`. */
export function tradeUpdate(trade: SpotRestAPI.MyTradesResponseInner): OrderUpdate {
  const { id, qty, price, commission, commissionAsset, isMaker, time } = trade;
  return {
    executions: [
      {
        executionId: id,
        quantity: qty ?? '',
        price: price ?? '',
        fee: commission === undefined ? undefined : { amount: commission, currency: commissionAsset },
        liquidity: isMaker === true ? 'maker' : 'taker',
        time: time === undefined ? undefined : Number(time),
      },
    ],
  };
}
