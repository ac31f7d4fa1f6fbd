import { text } from '../venue/decimal.ts';
import type { Execution } from '../venue/ledger.ts';
import type { VenueOrder } from '../venue/venue-order.ts';
import type { FixFields } from './fix-message.ts';

/** Decimal places of AvgPx(6). */
export const averagePlaces = 6;

/** ExecType(150). */
export type ExecType =
  | 'new'
  | 'trade'
  | 'canceled'
  | 'replaced'
  | 'expired'
  | 'rejected'
  | 'status'
  | 'correct'
  | 'cancel';

const execTypes: Readonly<Record<ExecType, string>> = {
  new: '0',
  canceled: '4',
  replaced: '5',
  rejected: '8',
  expired: 'C',
  trade: 'F',
  status: 'I',
  correct: 'G',
  cancel: 'H',
};

/** OrdStatus(39). */
function statusOf({ state, reported }: VenueOrder): string {
  const ends = { filled: '2', canceled: '4', rejected: '8', expired: 'C', failed: '8' } as const;
  if (state !== 'open') return ends[state];
  return reported.length > 0 ? '1' : '0';
}

/** OrdRejReason(103): order exceeds limit, or other. */
function rejectReasonOf({ rejection }: VenueOrder): string | undefined {
  if (rejection === undefined) return undefined;
  return rejection === 'order_exceeds_limit' ? '3' : '99';
}

/** An ExecutionReport(35=8) with the order's current totals. */
export function executionReport(
  order: VenueOrder,
  type: ExecType,
  execution?: Execution,
  previousId = '',
  refersTo?: string,
): FixFields {
  const [fee, otherFee] = execution?.fees ?? [];
  const fields: [number, string | undefined][] = [
    [35, '8'],
    [37, order.id],
    [11, order.clientId],
    [41, previousId || undefined],
    [17, execution?.id ?? `${order.id}-${type}`],
    [19, refersTo],
    [150, execTypes[type]],
    [39, statusOf(order)],
    [103, rejectReasonOf(order)],
    [55, order.symbol],
    [54, order.side === 'buy' ? '1' : '2'],
    [38, text(order.quantity)],
    [44, text(order.price)],
    [32, execution === undefined ? undefined : text(execution.quantity)],
    [31, execution === undefined ? undefined : text(execution.price)],
    [151, order.state === 'open' ? text(order.leaves) : '0'],
    [14, text(order.filled)],
    [6, text(order.averagePrice(averagePlaces))],
    [12, fee === undefined ? undefined : text(fee.amount)],
    [479, fee?.currency],
    // NoMiscFees
    [136, otherFee === undefined ? undefined : '1'],
    [137, otherFee === undefined ? undefined : text(otherFee.amount)],
    [138, otherFee?.currency],
    // AddedLiquidity, RemovedLiquidity
    [851, execution === undefined ? undefined : execution.isMaker ? '1' : '2'],
    [60, fixTime(execution?.time ?? order.time)],
  ];
  return fields.filter((field): field is [number, string] => field[1] !== undefined);
}

/** UTCTimestamp. */
export function fixTime(time: number): string {
  return new Date(time).toISOString().slice(0, -1).replaceAll('-', '').replace('T', '-');
}
