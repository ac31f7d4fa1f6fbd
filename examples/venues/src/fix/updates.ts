import type { ExecutionBust, ExecutionCorrection, OrderFill, OrderUpdate } from '@trademeter/instrumentation-orders';
import { type FixFields, valueOf } from './fix-message.ts';

/** An ExecutionReport(35=8): the order's totals and, if any, the execution. */
export function reportUpdate(report: FixFields): OrderUpdate {
  const value = (tag: number) => valueOf(report, tag);
  const time = fixMoment(value(60));
  // TRADE; PARTIAL_FILL and FILL before FIX 4.3
  const isTrade = ['F', '1', '2'].includes(value(150) ?? '');
  return {
    status: value(39),
    filledQuantity: value(14),
    averagePrice: value(6),
    leavesQuantity: value(151),
    // OrdRejReason
    reason: value(103) === undefined ? undefined : Number(value(103)),
    executions: isTrade ? [execution(report, time)] : undefined,
    time,
  };
}

/** A report with ExecType TRADE_CORRECT, or `undefined`. */
export function reportCorrection(report: FixFields): ExecutionCorrection | undefined {
  if (valueOf(report, 150) !== 'G') return undefined;
  const { quantity, price, executionId, fees } = execution(report, undefined);
  return { previousExecutionId: valueOf(report, 19) ?? '', executionId, quantity, price, fees };
}

/** A report with ExecType TRADE_CANCEL, or `undefined`. */
export function reportBust(report: FixFields): ExecutionBust | undefined {
  return valueOf(report, 150) === 'H' ? { previousExecutionId: valueOf(report, 19) ?? '' } : undefined;
}

function execution(report: FixFields, time: Date | undefined): OrderFill {
  const value = (tag: number) => valueOf(report, tag);
  const commission = value(12);
  const liquidity = { '1': 'maker', '2': 'taker' }[value(851) ?? ''];
  const misc = report.flatMap(([tag, amount], index) => {
    if (tag !== 137) return [];
    const next = report[index + 1];
    return [{ amount, currency: next?.[0] === 138 ? next[1] : undefined }];
  });
  return {
    executionId: value(17),
    quantity: value(32),
    price: value(31),
    fees: [...(commission === undefined ? [] : [{ amount: commission, currency: value(479) }]), ...misc],
    liquidity,
    time,
  };
}

/** UTCTimestamp: `20260105-14:30:00.123`. */
function fixMoment(timestamp: string | undefined): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)-(.+)$/u.exec(timestamp ?? '');
  return parts === null ? undefined : new Date(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}Z`);
}
