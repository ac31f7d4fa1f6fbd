import { describeValue, finiteNumber, type Meter } from '@trademeter/instrumentation';
import {
  METRIC_TRADING_ORDER_CLOSED,
  METRIC_TRADING_ORDER_FILL_DURATION,
  METRIC_TRADING_ORDER_FILLS,
} from '@trademeter/semantic-conventions';
import type { FilledTotal } from '../ledgers/fill-ledger.ts';
import type { OrderFill, OrderUpdate } from '../order-types.ts';
import { parseStatus, type StatusMeaning } from './order-status.ts';
import { isValueUsable } from './parse-fill.ts';
import { notNegative, readAge, readGiven, readOptional, readOptionalFigure } from './read-optional.ts';

/** A valid update: each part of it can be used. */
export interface ParsedUpdate {
  readonly status: StatusMeaning | undefined;
  readonly total: FilledTotal | undefined;
  readonly leavesQuantity: number | undefined;
  /** The executions, which are not validated yet. */
  readonly executions: readonly OrderFill[];
  readonly reason: unknown;
  /** How long ago it happened, in seconds; `undefined` if that is not known. */
  readonly ageSeconds: number | undefined;
}

const metric = METRIC_TRADING_ORDER_FILLS;

/**
 * Reads an update. Each field is optional, and an invalid one is dropped on its own.
 *
 * @returns `undefined` if it is not an object; it is then dropped, counted and logged once
 */
export function parseUpdate(meter: Meter, update: OrderUpdate): ParsedUpdate | undefined {
  if (typeof update !== 'object' || update === null) {
    meter.drop(metric, 'invalid_argument', `an update must be an object, got ${describeValue(update)}`);
    return undefined;
  }
  const status = readOptional(meter, METRIC_TRADING_ORDER_CLOSED, () => parseStatus(meter, update.status));
  return {
    status,
    total: parseTotal(meter, update),
    leavesQuantity: readOptionalFigure(meter, metric, 'leavesQuantity', notNegative, update, 'leavesQuantity'),
    executions: readOptional(meter, metric, () => parseExecutions(meter, update.executions)) ?? [],
    reason: status === 'rejected' ? readGiven(meter, METRIC_TRADING_ORDER_CLOSED, update, 'reason') : undefined,
    ageSeconds: readAge(meter, METRIC_TRADING_ORDER_FILL_DURATION, "an update's time", update, 'time'),
  };
}

function parseTotal(meter: Meter, update: OrderUpdate): FilledTotal | undefined {
  const quantity = readOptionalFigure(meter, metric, 'filledQuantity', notNegative, update, 'filledQuantity');
  // Without a fill the price has no meaning, and venues send anything: 0, -1, an unset double.
  if (quantity === undefined || quantity === 0) return quantity === 0 ? nothingFilled : undefined;
  const average = readOptionalFigure(meter, metric, 'averagePrice', finiteNumber, update, 'averagePrice');
  const cost = readOptionalFigure(meter, metric, 'cost', finiteNumber, update, 'cost');
  // 0 means unknown, and so does Binance's cost of -1; at a price below 0 both are negative.
  const isUsable = average !== undefined && average !== 0 && isValueUsable(meter, quantity, average);
  const averagePrice = isUsable ? average : undefined;
  const sign = averagePrice === undefined || averagePrice > 0 ? 1 : -1;
  return { quantity, averagePrice, cost: cost !== undefined && cost * sign > 0 ? cost : undefined };
}

const nothingFilled: FilledTotal = { quantity: 0, averagePrice: undefined, cost: undefined };

function parseExecutions(meter: Meter, executions: OrderUpdate['executions']): readonly OrderFill[] | undefined {
  if (executions === undefined || executions === null) return undefined;
  // Copied, because reading a proxy may throw.
  if (Array.isArray(executions)) return [...(executions as readonly OrderFill[])];
  meter.drop(metric, 'invalid_argument', `executions must be a list, got ${describeValue(executions)}`);
  return undefined;
}
