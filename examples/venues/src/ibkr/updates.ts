import { type CommissionReport, type Execution, Liquidities } from '@stoqey/ib';
import type { OrderFee, OrderUpdate } from '@trademeter/instrumentation-orders';

/** The event `orderStatus`: totals, often repeated. */
export function statusUpdate(status: string, filled: number, remaining: number, averagePrice: number): OrderUpdate {
  return { status, filledQuantity: filled, averagePrice, leavesQuantity: remaining };
}

/** The event `execDetails`. TWS sends `20260105 14:30:00` in its own time zone, so the time is not used. */
export function executionUpdate({ execId, shares, price, cumQty, avgPrice, lastLiquidity }: Execution): OrderUpdate {
  return {
    filledQuantity: cumQty,
    averagePrice: avgPrice,
    executions: [
      {
        executionId: execId,
        quantity: shares,
        price,
        liquidity: liquidityOf(lastLiquidity),
      },
    ],
  };
}

function liquidityOf(liquidity: Liquidities | undefined): 'maker' | 'taker' | undefined {
  if (liquidity === Liquidities.Added) return 'maker';
  return liquidity === Liquidities.Removed ? 'taker' : undefined;
}

/** The event `commissionReport`, which comes after its execution. */
export function commissionFee({ execId, commission, currency }: CommissionReport): OrderFee {
  return { executionId: execId, amount: commission, currency };
}
