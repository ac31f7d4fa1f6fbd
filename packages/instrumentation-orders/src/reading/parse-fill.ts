import {
  describeValue,
  epochMilliseconds,
  finiteNumber,
  type Meter,
  positiveNumber,
  readFigure,
} from '@trademeter/instrumentation';
import {
  ATTR_TRADING_ORDER_LIQUIDITY,
  METRIC_TRADING_ORDER_FILL_CORRECTIONS,
  METRIC_TRADING_ORDER_FILL_DURATION,
  METRIC_TRADING_ORDER_NOTIONAL,
  tradingOrderFee,
  tradingOrderFills,
} from '@trademeter/semantic-conventions';
import type { ExecutionBust, ExecutionCorrection, Fee, Fill, Liquidity, OrderFill } from '../order-types.ts';
import { liquidityOf } from './order-words.ts';
import { isGiven, notNegative, readAge, readFigureOf, readGiven, readOptionalFigure } from './read-optional.ts';

/** A valid fee. */
export interface ParsedFee {
  readonly amount: number;
  readonly currency: string | null | undefined;
}

/** A valid fill: each part of it can be recorded. */
export interface ParsedFill {
  /** 0 for a fill that only reports fees. */
  readonly quantity: number;
  readonly price: number;
  readonly fees: readonly ParsedFee[];
  readonly liquidity: Liquidity | undefined;
}

/** The parts of a fill that only an order handle uses. */
export interface ParsedOrderParts {
  readonly leavesQuantity: number | undefined;
  readonly executionId: string | undefined;
  /** How long ago it happened, in seconds; `undefined` if that is not known. */
  readonly ageSeconds: number | undefined;
  /** How long ago it happened at most, if the clock of the venue is ahead; `undefined` if that is not known. */
  readonly mostSeconds: number | undefined;
}

const metric = tradingOrderFills.name;
/** A time that is further in the future is in another time zone. */
const mostAheadSeconds = 3_600;
/** A time in the future shows that the clock of the venue is ahead, by a few seconds more than it shows. */
const clockSlackSeconds = 5;

/**
 * Reads a fill before anything is recorded. An invalid optional field is dropped on its own.
 *
 * @returns `undefined` for an invalid fill, which is dropped, counted and logged once
 */
export function parseFill(meter: Meter, fill: Fill): ParsedFill | undefined {
  return meter.attempt(metric, () => {
    const quantity = readFigureOf(meter, metric, "a fill's quantity", fill.quantity, notNegative);
    if (quantity === undefined) return undefined;
    if (quantity === 0) return parseFeeOfNothing(meter, fill);
    const price = readFigureOf(meter, metric, "a fill's price", fill.price);
    if (price === undefined) return undefined;
    if (!isValueUsable(meter, quantity, price)) return undefined;
    return { quantity, price, ...parseFillParts(meter, fill) };
  });
}

/** The product of a valid quantity and price may be too large for sums: it is dropped, counted and logged once. */
export function isValueUsable(meter: Meter, quantity: number, price: number): boolean {
  const value = quantity * price;
  if (!Number.isNaN(readFigure(value))) return true;
  meter.drop(METRIC_TRADING_ORDER_NOTIONAL, 'invalid_value', `a fill's value must be at most 1e100, got ${value}`);
  return false;
}

/** A fill of quantity 0 only reports fees. Without a fee it is dropped. */
function parseFeeOfNothing(meter: Meter, fill: Fill): ParsedFill | undefined {
  const parts = parseFillParts(meter, fill);
  if (parts.fees.length > 0) return { quantity: 0, price: 0, ...parts };
  meter.drop(metric, 'invalid_value', "a fill's quantity must be above 0, got 0");
  return undefined;
}

/** Reads the fees and the liquidity of a fill. */
export function parseFillParts(meter: Meter, fill: Fill): Pick<ParsedFill, 'fees' | 'liquidity'> {
  const liquidity = readGiven(meter, metric, fill, 'liquidity');
  return {
    fees: parseFees(meter, fill),
    liquidity: liquidity === undefined ? undefined : parseLiquidity(meter, liquidity),
  };
}

/** Reads the parts of a fill that only an order handle uses. */
export function parseOrderParts(meter: Meter, fill: OrderFill): ParsedOrderParts {
  const executionId = readGiven(meter, metric, fill, 'executionId');
  return {
    leavesQuantity: readOptionalFigure(meter, metric, 'leavesQuantity', notNegative, fill, 'leavesQuantity'),
    executionId: executionId === undefined ? undefined : parseId(meter, 'executionId', executionId),
    ...readFillAge(meter, fill),
  };
}

/** A time further in the future is dropped, but shows that the fill is not from long before. */
function readFillAge(meter: Meter, fill: OrderFill): Pick<ParsedOrderParts, 'ageSeconds' | 'mostSeconds'> {
  const ageSeconds = readAge(meter, METRIC_TRADING_ORDER_FILL_DURATION, "a fill's time", fill, 'time');
  if (ageSeconds !== undefined && ageSeconds > 0) return { ageSeconds, mostSeconds: ageSeconds };
  const time = readGiven(meter, METRIC_TRADING_ORDER_FILL_DURATION, fill, 'time');
  const now = meter.calendarNow();
  const aheadSeconds = time === undefined ? Number.NaN : (epochMilliseconds(time, now) - now) / 1_000;
  // One of the clocks may have whole milliseconds.
  if (Math.abs(aheadSeconds) <= 0.001) return { ageSeconds, mostSeconds: 0 };
  const isPlausible = aheadSeconds > 0 && aheadSeconds <= mostAheadSeconds;
  return { ageSeconds, mostSeconds: isPlausible ? clockSlackSeconds : undefined };
}

const noFees: readonly ParsedFee[] = [];
/** What a fee without an amount may have: ccxt adds the rate. */
const feeKeys: ReadonlySet<string> = new Set(['currency', 'rate', 'executionId', 'liquidity']);

/** Reads the fees of a fill. An invalid one is dropped on its own. */
function parseFees(meter: Meter, fill: Pick<Fill, 'fee' | 'fees'>): readonly ParsedFee[] {
  try {
    return readFees(meter, fill);
  } catch (error) {
    meter.attempt(tradingOrderFee.name, () => {
      throw error;
    });
    return noFees;
  }
}

/** May throw, as {@link parseFee} may. */
function readFees(meter: Meter, fill: Pick<Fill, 'fee' | 'fees'>): readonly ParsedFee[] {
  const fees: unknown = readGiven(meter, tradingOrderFee.name, fill, 'fees');
  if (Array.isArray(fees) && fees.some(hasAmount)) {
    return fees
      .map((fee: unknown) => meter.attempt(tradingOrderFee.name, () => parseFee(meter, fee)))
      .filter((fee) => fee !== undefined);
  }
  if (fees !== undefined && !Array.isArray(fees)) {
    meter.drop(tradingOrderFee.name, 'invalid_argument', `fees must be a list, got ${describeValue(fees)}`);
    return noFees;
  }
  const fee = parseFee(meter, readGiven(meter, tradingOrderFee.name, fill, 'fee'));
  return fee === undefined ? noFees : [fee];
}

/** Reads a fee. ccxt has fees without an amount, which are not fees. */
function parseFee(meter: Meter, fee: unknown): ParsedFee | undefined {
  if (typeof fee !== 'object' || fee === null) return undefined;
  const { name } = tradingOrderFee;
  const given = readGiven(meter, name, fee as Fee, 'amount') ?? readGiven(meter, name, fee as Fee, 'cost');
  if (given === undefined) {
    const unknown = Object.keys(fee).find((key) => !feeKeys.has(key));
    if (unknown !== undefined && !('amount' in fee) && !('cost' in fee)) {
      meter.drop(name, 'invalid_argument', `a fee must have an amount or a cost, got ${unknown}`);
    }
    return undefined;
  }
  const amount = readFigureOf(meter, name, 'the amount of a fee', given);
  return amount === undefined ? undefined : { amount, currency: readGiven(meter, name, fee as Fee, 'currency') };
}

/** As {@link parseFee}, where a fee is required: without an amount it is dropped, counted and logged once. */
export function parseOrderFee(meter: Meter, fee: Fee): ParsedFee | undefined {
  if (hasAmount(fee)) return parseFee(meter, fee);
  meter.drop(tradingOrderFee.name, 'invalid_argument', 'a fee must have an amount or a cost');
  return undefined;
}

/** Reads the liquidity attribute of a fill or a fee. */
export function parseLiquidity(meter: Meter, given: unknown): Liquidity | undefined {
  const meant = liquidityOf(given);
  return meter.attribute(tradingOrderFills, ATTR_TRADING_ORDER_LIQUIDITY, meant);
}

/** Whether a fill has fees. The fees of one without any may still arrive. Never throws. */
export function hasFees(fill: Fill): boolean {
  try {
    const fees: unknown = fill.fees ?? [];
    return !Array.isArray(fees) || hasAmount(fill.fee) || fees.some(hasAmount);
  } catch {
    return true;
  }
}

/** Some libraries use a fee without an amount while the fee is not known. */
function hasAmount(fee: unknown): boolean {
  try {
    return isGiven((fee as Fee).amount) || isGiven((fee as Fee).cost);
  } catch {
    return typeof fee === 'object' && fee !== null;
  }
}

/** The id of a fill's execution; `undefined` if it is missing or invalid. Logs nothing and never throws. */
export function executionIdOf(fill: OrderFill): string | undefined {
  try {
    return idText(fill.executionId);
  } catch {
    return undefined;
  }
}

/** Some venues use numbers as ids of executions and orders. */
function idText(id: unknown): string | undefined {
  if (typeof id === 'string' && id !== '') return id;
  return typeof id === 'bigint' || Number.isSafeInteger(id) ? `${id as bigint}` : undefined;
}

/** Reads the id of an order or an execution. An invalid one is dropped, counted and logged once. */
export function parseId(meter: Meter, what: string, id: unknown): string | undefined {
  const text = idText(id);
  if (text !== undefined || id === undefined || id === null) return text;
  meter.drop(metric, 'invalid_attribute', `${what} must be a non-empty string, got ${describeValue(id)}`);
  return undefined;
}

/** A valid correction. */
export interface ParsedCorrection extends Pick<ParsedFill, 'fees' | 'liquidity'> {
  readonly previousId: string;
  readonly id: string;
  /** `undefined` if it stays the same, like `price`. */
  readonly quantity: number | undefined;
  readonly price: number | undefined;
}

/** @returns `undefined` if it names no execution; it is then dropped, counted and logged once */
export function parseCorrection(meter: Meter, correction: ExecutionCorrection): ParsedCorrection | undefined {
  return meter.attempt(METRIC_TRADING_ORDER_FILL_CORRECTIONS, () => {
    const previousId = parsePreviousId(meter, correction);
    if (previousId === undefined) return undefined;
    const quantity = readOptionalFigure(meter, metric, 'quantity', positiveNumber, correction, 'quantity');
    const price = readOptionalFigure(meter, metric, 'price', finiteNumber, correction, 'price');
    if (quantity !== undefined && price !== undefined && !isValueUsable(meter, quantity, price)) return undefined;
    const id = parseId(meter, 'executionId', correction.executionId) ?? previousId;
    return { previousId, id, quantity, price, fees: parseFees(meter, correction), liquidity: undefined };
  });
}

/** As {@link parseCorrection}, for an execution that did not happen. */
export function parseBust(meter: Meter, bust: ExecutionBust): ParsedCorrection | undefined {
  return meter.attempt(METRIC_TRADING_ORDER_FILL_CORRECTIONS, () => {
    const previousId = parsePreviousId(meter, bust);
    if (previousId === undefined) return undefined;
    return { previousId, id: previousId, quantity: 0, price: undefined, fees: [], liquidity: undefined };
  });
}

function parsePreviousId(meter: Meter, { previousExecutionId }: ExecutionBust): string | undefined {
  const id = parseId(meter, 'previousExecutionId', previousExecutionId);
  if (id === undefined && !isGiven(previousExecutionId)) {
    meter.drop(METRIC_TRADING_ORDER_FILL_CORRECTIONS, 'missing_attribute', 'previousExecutionId is missing');
  }
  return id;
}
