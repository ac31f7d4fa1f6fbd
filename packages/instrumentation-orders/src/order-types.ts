import type { Moment } from '@trademeter/instrumentation';
import type {
  ATTR_TRADING_ORDER_LIQUIDITY,
  ATTR_TRADING_ORDER_OPERATION,
  ATTR_TRADING_ORDER_OUTCOME,
  ATTR_TRADING_ORDER_SIDE,
  ATTR_TRADING_ORDER_TYPE,
  ATTR_TRADING_POSITION_SIDE,
  AttributesOf,
  tradingOrderClosed,
  tradingOrderFills,
  tradingOrderPlaced,
  tradingOrderRequestDuration,
  tradingTradeClosed,
} from '@trademeter/semantic-conventions';
import type { TimeInForce, TimeInForceAbbreviation } from './time-in-force.ts';

/** FIX Side(54). */
export type OrderSide = AttributesOf<typeof tradingOrderPlaced>[typeof ATTR_TRADING_ORDER_SIDE];
/** FIX OrdType(40). */
export type OrderType = AttributesOf<typeof tradingOrderPlaced>[typeof ATTR_TRADING_ORDER_TYPE];
/** How an order ended: a terminal FIX OrdStatus(39), or `failed` when the venue never acknowledged it. */
export type OrderOutcome = AttributesOf<typeof tradingOrderClosed>[typeof ATTR_TRADING_ORDER_OUTCOME];
/** What is asked of the venue. */
export type OrderOperation = AttributesOf<typeof tradingOrderRequestDuration>[typeof ATTR_TRADING_ORDER_OPERATION];
/** FIX LastLiquidityInd(851). */
export type Liquidity = NonNullable<AttributesOf<typeof tradingOrderFills>[typeof ATTR_TRADING_ORDER_LIQUIDITY]>;
/** Whether a position gains when the price rises (`long`) or falls (`short`). */
export type PositionSide = AttributesOf<typeof tradingTradeClosed>[typeof ATTR_TRADING_POSITION_SIDE];

/** What every report about an order says of it. Venue, strategy and currency default to the instrumentation's. */
export interface OrderKey {
  /** As the venue writes it: `BTC/USDT`, `AAPL`. */
  readonly symbol: string;
  readonly side: OrderSide;
  readonly venue?: string | undefined;
  readonly strategy?: string | undefined;
  /** Of prices, notional and cost. Default: the instrumentation's, else the quote of a `BASE/QUOTE` symbol. */
  readonly currency?: string | undefined;
}

/** An order, as it is placed. */
export interface NewOrder extends OrderKey {
  readonly type: OrderType;
  /** FIX OrderQty(38), in units of the symbol. Left out when the venue decides it (an order for an amount of money). */
  readonly quantity?: number | undefined;
  /** The price that the decision was made on; slippage is measured against it. */
  readonly expectedPrice?: number | undefined;
  /** In the conventions' words, or as brokers abbreviate it: `GTC`, `IOC`, `DAY`. */
  readonly timeInForce?: TimeInForce | TimeInForceAbbreviation | undefined;
  /** When the signal for it arose; the time from there until it is filled is recorded. */
  readonly signalTime?: Moment | undefined;
}

/** An order that was open before this process started. */
export interface ResumedOrder extends NewOrder {
  /** FIX CumQty(14): what was filled of it before. */
  readonly filledQuantity?: number | undefined;
  /** When it was placed. Without it, its fill duration is not known and not recorded. */
  readonly placedTime?: Moment | undefined;
}

/** A fee, or a rebate. */
export interface Fee {
  /** In `currency`; negative when the venue pays it to you. */
  readonly amount: number;
  /** Default: the order's. */
  readonly currency?: string | undefined;
}

/** One execution. */
export interface Fill {
  /** FIX LastQty(32), above 0, such that quantity times price is money: of contracts, their number times their size. */
  readonly quantity: number;
  /** FIX LastPx(31). */
  readonly price: number;
  readonly fee?: Fee | undefined;
  readonly liquidity?: Liquidity | undefined;
}

/** One execution of an order that is being followed. */
export interface OrderFill extends Fill {
  /** FIX LeavesQty(151): what is still open after this fill. Default: what the fills so far leave of the quantity. */
  readonly leavesQuantity?: number | undefined;
  /** FIX ExecID(17), not empty. A second fill with the same one is the same fill, delivered again, and is not counted. */
  readonly executionId?: string | undefined;
}

/** A change to an open order. */
export interface OrderReplacement {
  readonly quantity?: number | undefined;
  readonly expectedPrice?: number | undefined;
}

/** A round trip: a position that was opened and closed. */
export interface Trade {
  readonly symbol: string;
  readonly positionSide: PositionSide;
  readonly venue?: string | undefined;
  readonly strategy?: string | undefined;
  readonly currency?: string | undefined;
  /** Profit or loss net of fees, in `currency`. Or leave it out and give prices, quantity and fees. */
  readonly pnl?: number | undefined;
  readonly entryPrice?: number | undefined;
  readonly exitPrice?: number | undefined;
  readonly quantity?: number | undefined;
  /** All fees of the round trip, in `currency`; rebates negative. Default 0. */
  readonly fees?: number | undefined;
  readonly openedTime?: Moment | undefined;
  /** Default: now. */
  readonly closedTime?: Moment | undefined;
}
