import {
  describeValue,
  finiteNumber,
  type Meter,
  nonEmptyString,
  type OptionCheck,
  positiveNumber,
} from '@trademeter/instrumentation';
import {
  ATTR_TRADING_ORDER_TIME_IN_FORCE,
  METRIC_TRADING_ORDER_CLOSED,
  METRIC_TRADING_ORDER_FILL_DURATION,
  METRIC_TRADING_ORDER_FILL_RATIO,
  METRIC_TRADING_ORDER_FILLS,
  METRIC_TRADING_ORDER_PLACED,
  METRIC_TRADING_ORDER_SLIPPAGE,
  METRIC_TRADING_SIGNAL_FILL_DURATION,
  tradingOrderClosed,
} from '@trademeter/semantic-conventions';
import type { FilledBefore } from '../ledgers/fill-ledger.ts';
import type { NewOrder, OrderType, ResumedOrder } from '../order-types.ts';
import type { ExecutionInstructions, OrderKind } from '../recording/order-kind.ts';
import type { OrderRecorder } from '../recording/order-recorder.ts';
import { type Contract, valueOf } from './contract-terms.ts';
import { type OrderTerms, termsOfTimeInForce, termsOfType } from './order-words.ts';
import { parseId } from './parse-fill.ts';
import { notNegative, readAge, readGiven, readOptional, readOptionalFigure } from './read-optional.ts';
import type { TimeInForce } from './time-in-force.ts';

/** The execution terms of an order. */
export interface ParsedTerms extends ExecutionInstructions {
  readonly type: OrderType;
  readonly timeInForce: TimeInForce | undefined;
}

/** The state of an order when its handle is created. */
export interface OrderStart extends ParsedTerms {
  readonly key: OrderKind;
  readonly quantity: number | undefined;
  readonly expectedPrice: number | undefined;
  readonly filled: FilledBefore;
  /** How long before the handle was created the order was placed; `undefined` if that is not known. */
  readonly ageSeconds: number | undefined;
  readonly signalAgeSeconds: number | undefined;
  readonly isAcknowledged: boolean;
}

/** Reads an order that is placed now. An invalid optional field is dropped on its own. May throw. */
export function placedOrder(meter: Meter, recorder: OrderRecorder, order: NewOrder): OrderStart {
  return startOf(meter, recorder, order, 0, nothingFilled, false);
}

/** As {@link placedOrder}, for an order that an earlier process placed. */
export function resumedOrder(meter: Meter, recorder: OrderRecorder, order: ResumedOrder): OrderStart {
  const ageSeconds = readAge(meter, METRIC_TRADING_ORDER_FILL_DURATION, 'placedTime', order, 'placedTime');
  const start = startOf(meter, recorder, order, ageSeconds, nothingFilled, true);
  return { ...start, filled: filledBefore(meter, order, start.key.contract) };
}

function startOf(
  meter: Meter,
  recorder: OrderRecorder,
  order: NewOrder,
  ageSeconds: number | undefined,
  filled: FilledBefore,
  isAcknowledged: boolean,
): OrderStart {
  const key = recorder.resolve(order);
  const { type, timeInForce, isPostOnly, isReduceOnly } = parseTerms(meter, order);
  return {
    key,
    type,
    timeInForce,
    isPostOnly,
    isReduceOnly,
    quantity: readOptionalFigure(meter, METRIC_TRADING_ORDER_FILL_RATIO, 'quantity', positiveNumber, order, 'quantity'),
    expectedPrice: expectedPrice(meter, order),
    filled,
    ageSeconds,
    signalAgeSeconds: readAge(meter, METRIC_TRADING_SIGNAL_FILL_DURATION, 'signalTime', order, 'signalTime'),
    isAcknowledged,
  };
}

const nothingFilled: FilledBefore = { quantity: 0, value: 0, executionIds: undefined };

function filledBefore(meter: Meter, order: ResumedOrder, contract: Contract): FilledBefore {
  const figure = (key: 'filledQuantity' | 'averagePrice', check: OptionCheck) =>
    readOptionalFigure(meter, METRIC_TRADING_ORDER_FILL_RATIO, key, check, order, key);
  const quantity = figure('filledQuantity', notNegative) ?? 0;
  const averagePrice = figure('averagePrice', finiteNumber);
  const ids = readGiven(meter, METRIC_TRADING_ORDER_FILLS, order, 'executionIds');
  return {
    quantity,
    value: averagePrice === undefined || averagePrice === 0 ? undefined : valueOf(contract, quantity, averagePrice),
    executionIds: ids === undefined ? undefined : parseIds(meter, ids),
  };
}

function parseIds(meter: Meter, ids: unknown): readonly string[] | undefined {
  return readOptional(meter, METRIC_TRADING_ORDER_FILLS, () => {
    if (Array.isArray(ids)) return ids.map((id) => parseId(meter, 'executionId', id)).filter((id) => id !== undefined);
    meter.drop(
      METRIC_TRADING_ORDER_FILLS,
      'invalid_argument',
      `executionIds must be a list, got ${describeValue(ids)}`,
    );
    return undefined;
  });
}

/** Reads type and time in force together, because each may define the other: `limit_maker`, `PO`, `moc`. */
export function parseTerms(meter: Meter, order: Omit<Partial<NewOrder>, 'symbol' | 'side'>): ParsedTerms {
  const ofType = parseType(meter, order);
  const ofTime = parseTimeInForce(meter, order);
  return {
    type: ofType.type as OrderType,
    timeInForce: ofTime?.timeInForce ?? ofType.timeInForce,
    isPostOnly:
      ofType.isPostOnly === true ||
      ofTime?.isPostOnly === true ||
      readGiven(meter, METRIC_TRADING_ORDER_PLACED, order, 'postOnly') === true,
    isReduceOnly:
      ofTime?.isReduceOnly === true || readGiven(meter, METRIC_TRADING_ORDER_PLACED, order, 'reduceOnly') === true,
  };
}

/** An order without a type still counts, so that placed = closed + open. */
function parseType(meter: Meter, order: Pick<Partial<NewOrder>, 'type'>): OrderTerms {
  const type: unknown = readGiven(meter, METRIC_TRADING_ORDER_PLACED, order, 'type');
  if (typeof type === 'number') return termsOfType(type);
  return meter.accepts(METRIC_TRADING_ORDER_PLACED, 'type', type, nonEmptyString)
    ? termsOfType(type as string)
    : { type: '_OTHER' };
}

/** An invalid time in force is dropped, counted and logged once. */
export function parseTimeInForce(meter: Meter, order: Pick<Partial<NewOrder>, 'timeInForce'>): OrderTerms | undefined {
  const given = readGiven(meter, METRIC_TRADING_ORDER_CLOSED, order, 'timeInForce');
  if (given === undefined) return undefined;
  const terms = termsOfTimeInForce(given);
  if (terms === undefined) meter.attribute(tradingOrderClosed, ATTR_TRADING_ORDER_TIME_IN_FORCE, given);
  return terms;
}

/** Reads the expected price. An invalid one is dropped, counted and logged once. */
export function expectedPrice(meter: Meter, order: Pick<NewOrder, 'expectedPrice'>): number | undefined {
  return readOptionalFigure(
    meter,
    METRIC_TRADING_ORDER_SLIPPAGE,
    'expectedPrice',
    finiteNumber,
    order,
    'expectedPrice',
  );
}
