import {
  describeValue,
  finiteNumber,
  type Meter,
  nonEmptyString,
  type OptionCheck,
  positiveNumber,
} from '@trademeter/instrumentation';
import {
  METRIC_TRADING_ORDER_CLOSED,
  METRIC_TRADING_ORDER_FILL_DURATION,
  METRIC_TRADING_ORDER_FILL_RATIO,
  METRIC_TRADING_ORDER_FILLS,
  METRIC_TRADING_ORDER_PLACED,
  METRIC_TRADING_ORDER_SLIPPAGE,
  METRIC_TRADING_SIGNAL_FILL_DURATION,
} from '@trademeter/semantic-conventions';
import { unitContract, valueOf } from './contract-terms.ts';
import type { FilledBefore } from './fill-ledger.ts';
import type { OrderRecorder, ResolvedKey } from './order-recorder.ts';
import type { NewOrder, OrderType, ResumedOrder } from './order-types.ts';
import { parseId } from './parse-fill.ts';
import { notNegative, readOptional, readOptionalFigure } from './read-optional.ts';
import { parseTimeInForce, type TimeInForce } from './time-in-force.ts';

/** What an order is when it begins to be followed. */
export interface OrderStart {
  readonly key: ResolvedKey;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce | undefined;
  readonly quantity: number | undefined;
  readonly expectedPrice: number | undefined;
  readonly filled: FilledBefore;
  /** How long ago it was placed, and its signal arose, when it began to be followed; `undefined` when it is not known. */
  readonly ageSeconds: number | undefined;
  readonly signalAgeSeconds: number | undefined;
  readonly isAcknowledged: boolean;
}

/** Reads an order that is placed now. What of it may be omitted costs only itself when it is wrong. May throw. */
export function placedOrder(meter: Meter, recorder: OrderRecorder, order: NewOrder): OrderStart {
  return {
    key: recorder.resolve(order),
    type: orderType(meter, order),
    timeInForce: timeInForce(meter, order),
    quantity: readOptionalFigure(
      meter,
      METRIC_TRADING_ORDER_FILL_RATIO,
      'quantity',
      positiveNumber,
      () => order.quantity,
    ),
    expectedPrice: expectedPrice(meter, order),
    filled: nothingFilled,
    ageSeconds: 0,
    signalAgeSeconds: readOptional(meter, METRIC_TRADING_SIGNAL_FILL_DURATION, () =>
      meter.ageSeconds(METRIC_TRADING_SIGNAL_FILL_DURATION, 'signalTime', order.signalTime),
    ),
    isAcknowledged: false,
  };
}

/** As {@link placedOrder}, of an order that an earlier process placed. */
export function resumedOrder(meter: Meter, recorder: OrderRecorder, order: ResumedOrder): OrderStart {
  const placed = placedOrder(meter, recorder, order);
  return {
    ...placed,
    ageSeconds: readOptional(meter, METRIC_TRADING_ORDER_FILL_DURATION, () =>
      meter.ageSeconds(METRIC_TRADING_ORDER_FILL_DURATION, 'placedTime', order.placedTime),
    ),
    filled: filledBefore(meter, order),
    isAcknowledged: true,
  };
}

const nothingFilled: FilledBefore = { quantity: 0, value: 0, executionIds: [] };

function filledBefore(meter: Meter, order: ResumedOrder): FilledBefore {
  const figure = (what: string, check: OptionCheck, read: () => unknown) =>
    readOptionalFigure(meter, METRIC_TRADING_ORDER_FILL_RATIO, what, check, read);
  const quantity = figure('filledQuantity', notNegative, () => order.filledQuantity) ?? 0;
  const averagePrice = figure('averagePrice', finiteNumber, () => order.averagePrice);
  const ids = readOptional(meter, METRIC_TRADING_ORDER_FILLS, () => order.executionIds);
  return {
    quantity,
    value: averagePrice === undefined || averagePrice === 0 ? undefined : valueOf(unitContract, quantity, averagePrice),
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

/** An order without a type counts all the same, so that what is placed is also what is closed or open. */
export function orderType(meter: Meter, order: Pick<NewOrder, 'type'>): OrderType {
  const type = readOptional(meter, METRIC_TRADING_ORDER_PLACED, () => order.type);
  return meter.accepts(METRIC_TRADING_ORDER_PLACED, 'type', type, nonEmptyString) ? (type as OrderType) : '_OTHER';
}

/** The time in force; one that is not is dropped, counted and logged once. */
export function timeInForce(meter: Meter, order: Pick<NewOrder, 'timeInForce'>): TimeInForce | undefined {
  return readOptional(meter, METRIC_TRADING_ORDER_CLOSED, () => parseTimeInForce(meter, order.timeInForce));
}

/** What slippage is measured against; what is not a price is dropped, counted and logged once. */
export function expectedPrice(meter: Meter, order: Pick<NewOrder, 'expectedPrice'>): number | undefined {
  return readOptionalFigure(
    meter,
    METRIC_TRADING_ORDER_SLIPPAGE,
    'expectedPrice',
    finiteNumber,
    () => order.expectedPrice,
  );
}
