import type { Figure, Moment } from '@trademeter/instrumentation';
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
import type { TimeInForce, TimeInForceAbbreviation } from './reading/time-in-force.ts';

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

/** Any text, as clients' types have it; the listed words are offered. */
type Word<W extends string> = W | (string & {});
/** What may be omitted: clients give `undefined` and `null` for it. */
type Optional<T> = T | null | undefined;

/** What every report about an order says of it. Venue, strategy and currency default to the instrumentation's. */
export interface OrderKey {
  /** As the venue writes it: `BTC/USDT`, `AAPL`. Omitted or empty for an order of several legs. */
  readonly symbol: Optional<string>;
  /** In the conventions' words or the venue's: `BUY`, `BOT`, `SSHORT`, `1`. */
  readonly side: Optional<Word<OrderSide>>;
  readonly venue?: Optional<string>;
  readonly strategy?: Optional<string>;
  readonly account?: Optional<string>;
  /** Of prices, notional and cost. Default: the quote of a `BASE/QUOTE` symbol, or the instrumentation's. */
  readonly currency?: Optional<string>;
  /** Of derivatives: units of the underlying in one contract, or what one is worth in the quote. Default 1. */
  readonly contractSize?: Optional<Figure>;
  /** Of derivatives. Default: what the symbol says, `linear` if it says nothing. */
  readonly contractType?: Optional<Word<'linear' | 'inverse' | 'quanto'>>;
}

/** An order, as it is placed. */
export interface NewOrder extends OrderKey {
  /** In the conventions' words or the venue's: `LMT`, `STOP_LOSS_LIMIT`, `limit_maker`. */
  readonly type: Optional<Word<OrderType>>;
  /** FIX OrderQty(38), in units of the symbol or in contracts. Omitted when the venue decides it (an order for an amount of money). */
  readonly quantity?: Optional<Figure>;
  /** The price that the decision was made on; slippage is measured against it. */
  readonly expectedPrice?: Optional<Figure>;
  /** In the conventions' words, or as brokers abbreviate it: `GTC`, `IOC`, `DAY`. */
  readonly timeInForce?: Optional<Word<TimeInForce | TimeInForceAbbreviation>>;
  /** It may only add liquidity. FIX ExecInst(18) 6. Default: what type and time in force say. */
  readonly postOnly?: Optional<boolean>;
  /** It may only reduce a position. FIX ExecInst(18) E. */
  readonly reduceOnly?: Optional<boolean>;
  /** When the signal for it arose; the time from there until it is filled is recorded. */
  readonly signalTime?: Optional<Moment>;
}

/** An order that was open before this process started. */
export interface ResumedOrder extends NewOrder {
  /** FIX CumQty(14): what was filled of it before. */
  readonly filledQuantity?: Optional<Figure>;
  /** FIX AvgPx(6) of what was filled before. Default: found from the first update that has an average or a cost. */
  readonly averagePrice?: Optional<Figure>;
  /**
   * The executions that make up `filledQuantity`; one that is delivered again is not counted. Without them, an execution
   * with an id and without a later `time` is taken for one of them, until they make up `filledQuantity`.
   */
  readonly executionIds?: Optional<readonly (string | number | bigint)[]>;
  /** When it was placed. Without it, its fill duration is not known and not recorded. */
  readonly placedTime?: Optional<Moment>;
}

/** A fee, or a rebate. */
export interface Fee {
  /** In `currency`; negative when the venue pays it to you. */
  readonly amount?: Optional<Figure>;
  /** The same as `amount`, as ccxt spells it. */
  readonly cost?: Optional<Figure>;
  /** Default: the order's. */
  readonly currency?: Optional<string>;
}

/** A fee that comes apart from its fill. */
export interface OrderFee extends Fee {
  /** FIX ExecID(17) of its fill. With it, the same amount in the same currency counts once. */
  readonly executionId?: Optional<string | number | bigint>;
  readonly liquidity?: Optional<Word<Liquidity>>;
}

/** One execution. */
export interface Fill {
  /** FIX LastQty(32), above 0, or 0 where it only has a fee; in units of the symbol or, where the order says their size, in contracts. */
  readonly quantity: Optional<Figure>;
  /** FIX LastPx(31). */
  readonly price: Optional<Figure>;
  readonly fee?: Optional<Fee>;
  /** All fees of the fill, used instead of `fee`: ccxt gives both. */
  readonly fees?: Optional<readonly Fee[]>;
  readonly liquidity?: Optional<Word<Liquidity>>;
}

/** One execution of an order that is being followed. */
export interface OrderFill extends Fill {
  /** Of an order of several legs: the leg. It counts by its own symbol, and not in the order's filled quantity. */
  readonly symbol?: Optional<string>;
  /** Of a leg. Default: the order's. */
  readonly side?: Optional<Word<OrderSide>>;
  readonly currency?: Optional<string>;
  readonly contractSize?: Optional<Figure>;
  readonly contractType?: OrderKey['contractType'];
  /** FIX LeavesQty(151): what is still open after this fill. Default: what the fills so far leave of the quantity. */
  readonly leavesQuantity?: Optional<Figure>;
  /** FIX ExecID(17), not empty. A second fill with the same one is the same fill, delivered again, and is not counted. */
  readonly executionId?: Optional<string | number | bigint>;
  /** FIX TransactTime(60): when it happened. Default: now. */
  readonly time?: Optional<Moment>;
}

/** What a venue says of an order: its status, totals, executions, or all of them. What is omitted is not known. */
export interface OrderUpdate {
  /** In the venue's words and in any case: `closed`, `PARTIALLY_FILLED`, `Submitted`. */
  readonly status?: Optional<string>;
  /** FIX CumQty(14): all that is filled so far. */
  readonly filledQuantity?: Optional<Figure>;
  /** FIX AvgPx(6), of all that is filled so far. */
  readonly averagePrice?: Optional<Figure>;
  /** Money that all that is filled so far is worth. Used rather than `averagePrice`, which is often rounded. */
  readonly cost?: Optional<Figure>;
  /** FIX LeavesQty(151). */
  readonly leavesQuantity?: Optional<Figure>;
  /** Each with its `executionId`; those that are known already are not counted again. */
  readonly executions?: Optional<readonly OrderFill[]>;
  /** Of a status that says `rejected`: why, as for `reject`. */
  readonly reason?: unknown;
  /** FIX TransactTime(60): when it happened. Default: now. */
  readonly time?: Optional<Moment>;
}

/** A change to an open order. */
export interface OrderReplacement {
  readonly quantity?: Optional<Figure>;
  readonly expectedPrice?: Optional<Figure>;
  /**
   * FIX CumQty(14) with which the order goes on when it has a new id: 0 where the venue starts a new count, and `quantity` is
   * that of the new order alone (Binance, ccxt's `editOrder`). Default: its totals go on.
   */
  readonly filledQuantity?: Optional<Figure>;
}

/** An execution that the venue corrected after it had reported it (FIX TradeCorrect, Alpaca's `trade_correct`). */
export interface ExecutionCorrection {
  /** FIX ExecRefID(19): the execution that was wrong. */
  readonly previousExecutionId: string | number | bigint;
  /** FIX ExecID(17) of the correction. With it, one that is delivered again changes nothing. */
  readonly executionId?: Optional<string | number | bigint>;
  /** What is right. Default: as it was. */
  readonly quantity?: Optional<Figure>;
  /** What is right. Default: as it was. */
  readonly price?: Optional<Figure>;
  /** Instead of what was paid for the execution before; the difference counts. Default: as it was. */
  readonly fee?: Optional<Fee>;
  readonly fees?: Optional<readonly Fee[]>;
}

/** An execution that did not happen after all (FIX TradeCancel, Alpaca's `trade_bust`). */
export interface ExecutionBust {
  /** FIX ExecRefID(19): the execution. */
  readonly previousExecutionId: string | number | bigint;
}

/** How `order.request` deals with what it runs. */
export interface RequestOptions {
  /**
   * Decides by the error what became of the order: see `error`. A venue that refuses to replace or cancel it counts a
   * rejection, and the order goes on. Default: `false`, the caller decides.
   */
  readonly settle?: Optional<boolean>;
}

/** A fill of an order that nobody follows. */
export interface ReportedFill extends OrderKey, Fill {
  /** What slippage is measured against. */
  readonly expectedPrice?: Optional<Figure>;
}

/** A fee that belongs to no order that is followed. */
export interface ReportedFee extends Partial<OrderKey>, Fee {
  readonly liquidity?: Optional<Word<Liquidity>>;
}

/** What a venue says of an order that nobody follows. */
export interface ReportedUpdate extends Partial<OrderKey>, OrderUpdate {
  /** The venue's, or the bot's own; the same in each update of the order. */
  readonly orderId: string | number | bigint;
  /** With `symbol` and `side`, needed in the first update of an order only. Default: `_OTHER`. */
  readonly type?: Optional<NewOrder['type']>;
  /** FIX OrderQty(38). Without it, only a status ends the order. */
  readonly quantity?: NewOrder['quantity'];
  readonly expectedPrice?: NewOrder['expectedPrice'];
  readonly timeInForce?: NewOrder['timeInForce'];
  /** When it was placed. Without it, its fill duration is not known and not recorded. */
  readonly placedTime?: Optional<Moment>;
}

/** An order that nobody follows and that was open before this process started. */
export interface ReportedResume extends ResumedOrder {
  /** The same as in its updates. */
  readonly orderId: string | number | bigint;
}

/** An order that nobody follows, and that an update or `resume` has named before. */
interface NamedOrder {
  readonly orderId: string | number | bigint;
  readonly venue?: Optional<string>;
  /** Needed where the venue numbers the orders of each symbol. */
  readonly symbol?: Optional<string>;
}

/** A change to an order that nobody follows, and that an update or `resume` has named before. */
export interface ReportedReplacement extends OrderReplacement, NamedOrder {
  /** The id of the order that replaces it, which is the same order from then on. Default: it keeps its id. */
  readonly newOrderId?: Optional<string | number | bigint>;
}

/** As {@link ExecutionCorrection}, of an order that nobody follows. */
export interface ReportedCorrection extends ExecutionCorrection, NamedOrder {}

/** As {@link ExecutionBust}, of an order that nobody follows. */
export interface ReportedBust extends ExecutionBust, NamedOrder {}

/** The end of an order that nobody follows. */
export interface ReportedClose extends OrderKey {
  readonly outcome: OrderOutcome;
  readonly timeInForce?: NewOrder['timeInForce'];
}

/** A refusal by the venue. */
export interface ReportedRejection {
  readonly venue?: Optional<string>;
  /** FIX OrdRejReason(103) in snake case, an HTTP status, or an error. */
  readonly reason: unknown;
}

/** A request to the venue that was timed elsewhere. */
export interface ReportedRequest {
  readonly venue?: Optional<string>;
  readonly operation: OrderOperation;
  readonly durationSeconds: Figure;
  /** What went wrong, if something did. */
  readonly error?: unknown;
}

/** How many orders of one kind are open. */
export interface ReportedOpenOrders extends OrderKey {
  readonly count: Figure;
  /** When the oldest of them was placed, for its age. */
  readonly oldestPlacedTime?: Optional<Moment>;
}

/** A round trip: a position that was opened and closed. */
export interface Trade {
  readonly symbol: Optional<string>;
  readonly positionSide: Optional<Word<PositionSide>>;
  readonly venue?: Optional<string>;
  readonly strategy?: Optional<string>;
  readonly account?: Optional<string>;
  readonly currency?: Optional<string>;
  /** Profit or loss net of fees, in `currency`. Or omit it and give prices, quantity and fees. */
  readonly pnl?: Optional<Figure>;
  readonly entryPrice?: Optional<Figure>;
  readonly exitPrice?: Optional<Figure>;
  readonly quantity?: Optional<Figure>;
  /** All fees of the round trip, in `currency`; rebates negative. Default 0. */
  readonly fees?: Optional<Figure>;
  readonly openedTime?: Optional<Moment>;
  /** Default: now. */
  readonly closedTime?: Optional<Moment>;
}
