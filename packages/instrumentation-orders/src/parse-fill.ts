import { describeValue, finiteNumber, type Meter, numberBetween, positiveNumber } from '@trademeter/instrumentation';
import { ATTR_TRADING_ORDER_LIQUIDITY, tradingOrderFee, tradingOrderFills } from '@trademeter/semantic-conventions';
import type { Fee, Fill, OrderFill } from './order-types.ts';
import { readOptional, readOptionalFigure } from './read-optional.ts';

/** A fill that was read: each part of it will do. */
export type ParsedFill = Required<Fill>;

const metric = tradingOrderFills.name;
const notNegative = numberBetween(0, Number.POSITIVE_INFINITY);

/**
 * Reads a fill, before anything is made of it. What of it may be left out costs only itself when it is wrong.
 *
 * @returns `undefined` when it is no fill, which is dropped, counted and told
 */
export function parseFill(meter: Meter, fill: Fill): ParsedFill | undefined {
  return meter.attempt(metric, () => {
    const { quantity, price } = fill;
    if (!meter.accepts(metric, "a fill's quantity", quantity, positiveNumber)) return undefined;
    if (!meter.accepts(metric, "a fill's price", price, finiteNumber)) return undefined;
    const fee = readOptional(meter, tradingOrderFee.name, () => parseFee(meter, fill.fee));
    const liquidity = readOptional(meter, metric, () =>
      meter.attribute(tradingOrderFills, ATTR_TRADING_ORDER_LIQUIDITY, fill.liquidity),
    );
    return { quantity, price, fee, liquidity };
  });
}

/** What a fill of an order that is followed says beside the execution. */
export function parseOrderParts(meter: Meter, fill: OrderFill) {
  return {
    leavesQuantity: readOptionalFigure(meter, metric, 'leavesQuantity', notNegative, () => fill.leavesQuantity),
    executionId: readOptional(meter, metric, () => parseExecutionId(meter, fill.executionId)),
  };
}

function parseFee(meter: Meter, fee: Fee | null | undefined): Fee | undefined {
  if (fee === undefined || fee === null) return undefined;
  const { amount, currency } = fee;
  return meter.accepts(tradingOrderFee.name, 'the amount of a fee', amount, finiteNumber)
    ? { amount, currency }
    : undefined;
}

/** The id of a fill's execution, where it has one that will do. Tells nothing and never throws. */
export function executionIdOf(fill: OrderFill): string | undefined {
  try {
    return idText(fill.executionId);
  } catch {
    return undefined;
  }
}

/** Some venues number their executions. */
function idText(id: unknown): string | undefined {
  if (typeof id === 'string' && id !== '') return id;
  return typeof id === 'bigint' || Number.isSafeInteger(id) ? `${id as bigint}` : undefined;
}

function parseExecutionId(meter: Meter, id: unknown): string | undefined {
  const text = idText(id);
  if (text !== undefined || id === undefined || id === null) return text;
  meter.drop(metric, 'invalid_attribute', `executionId must be a non-empty string, got ${describeValue(id)}`);
  return undefined;
}
