import { describeValue, type Meter, positiveNumber, readFigure } from '@trademeter/instrumentation';
import {
  ATTR_TRADING_ORDER_LIQUIDITY,
  METRIC_TRADING_ORDER_FILL_DURATION,
  METRIC_TRADING_ORDER_NOTIONAL,
  tradingOrderFee,
  tradingOrderFills,
} from '@trademeter/semantic-conventions';
import type { Fee, Fill, Liquidity, OrderFill } from './order-types.ts';
import { notNegative, readFigureOf, readOptional, readOptionalFigure } from './read-optional.ts';

/** A fee that was read. */
export interface ParsedFee {
  readonly amount: number;
  readonly currency: string | null | undefined;
}

/** A fill that was read: each part of it can be recorded. */
export interface ParsedFill {
  readonly quantity: number;
  readonly price: number;
  readonly fee: ParsedFee | undefined;
  readonly liquidity: Liquidity | undefined;
}

/** What a fill of an order that is followed says besides. */
export interface ParsedOrderParts {
  readonly leavesQuantity: number | undefined;
  readonly executionId: string | undefined;
  /** How long ago it happened, in seconds; `undefined` when that is not known. */
  readonly ageSeconds: number | undefined;
}

const metric = tradingOrderFills.name;

/**
 * Reads a fill, before anything is made of it. What of it may be omitted costs only itself when it is wrong.
 *
 * @returns `undefined` when it is not a fill, which is dropped, counted and logged once
 */
export function parseFill(meter: Meter, fill: Fill): ParsedFill | undefined {
  return meter.attempt(metric, () => {
    const quantity = readFigureOf(meter, metric, "a fill's quantity", fill.quantity, positiveNumber);
    if (quantity === undefined) return undefined;
    const price = readFigureOf(meter, metric, "a fill's price", fill.price);
    if (price === undefined) return undefined;
    // Both may be within bounds, and their product spoil every sum.
    if (Number.isNaN(readFigure(quantity * price))) {
      meter.drop(
        METRIC_TRADING_ORDER_NOTIONAL,
        'invalid_value',
        `a fill's value must be at most 1e100, got ${quantity * price}`,
      );
      return undefined;
    }
    const fee = readOptional(meter, tradingOrderFee.name, () => parseFee(meter, fill.fee));
    const liquidity = readOptional(meter, metric, () =>
      meter.attribute(tradingOrderFills, ATTR_TRADING_ORDER_LIQUIDITY, fill.liquidity),
    );
    return { quantity, price, fee, liquidity };
  });
}

/** Reads what a fill of an order that is followed says besides the execution. */
export function parseOrderParts(meter: Meter, fill: OrderFill): ParsedOrderParts {
  return {
    leavesQuantity: readOptionalFigure(meter, metric, 'leavesQuantity', notNegative, () => fill.leavesQuantity),
    executionId: readOptional(meter, metric, () => parseId(meter, 'executionId', fill.executionId)),
    ageSeconds: readOptional(meter, metric, () =>
      meter.ageSeconds(METRIC_TRADING_ORDER_FILL_DURATION, "a fill's time", fill.time),
    ),
  };
}

function parseFee(meter: Meter, fee: Fee | null | undefined): ParsedFee | undefined {
  if (fee === undefined || fee === null) return undefined;
  const amount = readFigureOf(meter, tradingOrderFee.name, 'the amount of a fee', fee.amount);
  return amount === undefined ? undefined : { amount, currency: fee.currency };
}

/** The id of a fill's execution, where it has one that can be used. Logs nothing and never throws. */
export function executionIdOf(fill: OrderFill): string | undefined {
  try {
    return idText(fill.executionId);
  } catch {
    return undefined;
  }
}

/** Some venues number their executions and orders. */
function idText(id: unknown): string | undefined {
  if (typeof id === 'string' && id !== '') return id;
  return typeof id === 'bigint' || Number.isSafeInteger(id) ? `${id as bigint}` : undefined;
}

/** An id of an order or an execution; one that is not is dropped, counted and logged once. */
export function parseId(meter: Meter, what: string, id: unknown): string | undefined {
  const text = idText(id);
  if (text !== undefined || id === undefined || id === null) return text;
  meter.drop(metric, 'invalid_attribute', `${what} must be a non-empty string, got ${describeValue(id)}`);
  return undefined;
}
