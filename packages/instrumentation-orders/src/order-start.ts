import { finiteNumber, type Meter, nonEmptyString, numberBetween, positiveNumber } from '@trademeter/instrumentation';
import {
  METRIC_TRADING_ORDER_CLOSED,
  METRIC_TRADING_ORDER_FILL_DURATION,
  METRIC_TRADING_ORDER_FILL_RATIO,
  METRIC_TRADING_ORDER_PLACED,
  METRIC_TRADING_ORDER_SLIPPAGE,
  METRIC_TRADING_SIGNAL_FILL_DURATION,
} from '@trademeter/semantic-conventions';
import type { OrderRecorder, ResolvedKey } from './order-recorder.ts';
import type { NewOrder, OrderType, ResumedOrder } from './order-types.ts';
import { readOptional, readOptionalFigure } from './read-optional.ts';
import { parseTimeInForce, type TimeInForce } from './time-in-force.ts';

/** What an order is when it begins to be followed. */
export interface OrderStart {
  readonly key: ResolvedKey;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce | undefined;
  readonly quantity: number | undefined;
  readonly expectedPrice: number | undefined;
  readonly filledQuantity: number;
  /** How long ago it was placed, and its signal arose, when it began to be followed; `undefined` when it is not known. */
  readonly ageSeconds: number | undefined;
  readonly signalAgeSeconds: number | undefined;
  readonly isAcknowledged: boolean;
}

const notNegative = numberBetween(0, Number.POSITIVE_INFINITY);

/** Reads an order that is placed now. What of it may be left out costs only itself when it is wrong. May throw. */
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
    filledQuantity: 0,
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
  const filledQuantity = readOptionalFigure(
    meter,
    METRIC_TRADING_ORDER_FILL_RATIO,
    'filledQuantity',
    notNegative,
    () => order.filledQuantity,
  );
  return {
    ...placed,
    ageSeconds: readOptional(meter, METRIC_TRADING_ORDER_FILL_DURATION, () =>
      meter.ageSeconds(METRIC_TRADING_ORDER_FILL_DURATION, 'placedTime', order.placedTime),
    ),
    filledQuantity: filledQuantity ?? 0,
    isAcknowledged: true,
  };
}

/** An order without a type counts all the same, so that what is placed is also what is closed or open. */
export function orderType(meter: Meter, order: Pick<NewOrder, 'type'>): OrderType {
  const type = readOptional(meter, METRIC_TRADING_ORDER_PLACED, () => order.type);
  return meter.accepts(METRIC_TRADING_ORDER_PLACED, 'type', type, nonEmptyString) ? (type as OrderType) : '_OTHER';
}

/** The time in force; one that is none is told and left unknown. */
export function timeInForce(meter: Meter, order: Pick<NewOrder, 'timeInForce'>): TimeInForce | undefined {
  return readOptional(meter, METRIC_TRADING_ORDER_CLOSED, () => parseTimeInForce(meter, order.timeInForce));
}

/** What slippage is measured against; what is no price is told and left unknown. */
export function expectedPrice(meter: Meter, order: Pick<NewOrder, 'expectedPrice'>): number | undefined {
  return readOptionalFigure(
    meter,
    METRIC_TRADING_ORDER_SLIPPAGE,
    'expectedPrice',
    finiteNumber,
    () => order.expectedPrice,
  );
}
