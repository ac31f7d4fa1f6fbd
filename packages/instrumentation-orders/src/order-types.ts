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

/** The side of an order: FIX Side(54). */
export type OrderSide = AttributesOf<typeof tradingOrderPlaced>[typeof ATTR_TRADING_ORDER_SIDE];
/** The type of an order: FIX OrdType(40). */
export type OrderType = AttributesOf<typeof tradingOrderPlaced>[typeof ATTR_TRADING_ORDER_TYPE];
/** How an order ended: a terminal FIX OrdStatus(39), or `failed` when the venue never acknowledged it. */
export type OrderOutcome = AttributesOf<typeof tradingOrderClosed>[typeof ATTR_TRADING_ORDER_OUTCOME];
/** The kind of a request to the venue. */
export type OrderOperation = AttributesOf<typeof tradingOrderRequestDuration>[typeof ATTR_TRADING_ORDER_OPERATION];
/** Whether a fill added or removed liquidity: FIX LastLiquidityInd(851). */
export type Liquidity = NonNullable<AttributesOf<typeof tradingOrderFills>[typeof ATTR_TRADING_ORDER_LIQUIDITY]>;
/** Whether a position gains when the price rises (`long`) or falls (`short`). */
export type PositionSide = AttributesOf<typeof tradingTradeClosed>[typeof ATTR_TRADING_POSITION_SIDE];

/** Any text, as the types of client libraries declare it; editors suggest the listed words. */
type Word<W extends string> = W | (string & {});
/** An optional value. Client libraries use both `undefined` and `null`. */
type Optional<T> = T | null | undefined;

/** Identifies the kind of an order. Venue, strategy, account and currency default to the instrumentation's options. */
export interface OrderKey {
  /** As the venue writes it: `BTC/USDT`, `AAPL`. Omit it, or leave it empty, for an order of several legs. */
  readonly symbol: Optional<string>;
  /** In the words of the conventions or of the venue: `BUY`, `BOT`, `SSHORT`, `1`. */
  readonly side: Optional<Word<OrderSide>>;
  readonly venue?: Optional<string>;
  readonly strategy?: Optional<string>;
  readonly account?: Optional<string>;
  /**
   * The currency of prices, notional and cost. Default: the quote of a `BASE/QUOTE` symbol, or the option `currency`.
   */
  readonly currency?: Optional<string>;
  /** The size of one contract of a derivative, in units of the underlying or as an amount of the quote. Default: 1. */
  readonly contractSize?: Optional<Figure>;
  /** The type of a derivative. Default: derived from the symbol, else `linear`. */
  readonly contractType?: Optional<Word<'linear' | 'inverse' | 'quanto'>>;
}

/** An order that is placed. */
export interface NewOrder extends OrderKey {
  /** In the words of the conventions or of the venue: `LMT`, `STOP_LOSS_LIMIT`, `limit_maker`. */
  readonly type: Optional<Word<OrderType>>;
  /**
   * FIX OrderQty(38), in units of the symbol or in contracts. Omit it if the venue decides it (an order for an amount
   * of money).
   */
  readonly quantity?: Optional<Figure>;
  /** The price at the time of the decision. Slippage is measured against it. */
  readonly expectedPrice?: Optional<Figure>;
  /** In the words of the conventions, or as brokers abbreviate it: `GTC`, `IOC`, `DAY`. */
  readonly timeInForce?: Optional<Word<TimeInForce | TimeInForceAbbreviation>>;
  /** Whether the order may only add liquidity: FIX ExecInst(18) 6. Default: derived from type and time in force. */
  readonly postOnly?: Optional<boolean>;
  /** Whether the order may only reduce a position: FIX ExecInst(18) E. */
  readonly reduceOnly?: Optional<boolean>;
  /** When the signal for the order arose. The time from the signal to the fill is recorded. */
  readonly signalTime?: Optional<Moment>;
}

/** An order that was open before this process started. */
export interface ResumedOrder extends NewOrder {
  /** FIX CumQty(14): the quantity filled before. */
  readonly filledQuantity?: Optional<Figure>;
  /**
   * FIX AvgPx(6) of the quantity filled before. Default: derived from the first update with an average price or a cost.
   */
  readonly averagePrice?: Optional<Figure>;
  /**
   * The ids of the executions in `filledQuantity`; if one is delivered again, it does not count. Without this list, an
   * execution that has an id and no later `time` is assumed to be one of them, until `filledQuantity` is reached.
   */
  readonly executionIds?: Optional<readonly (string | number | bigint)[]>;
  /** When the order was placed. Without it, no fill duration is recorded. */
  readonly placedTime?: Optional<Moment>;
}

/** A fee, or a rebate. */
export interface Fee {
  /** An amount in `currency`; negative for a rebate. */
  readonly amount?: Optional<Figure>;
  /** ccxt's name for `amount`. */
  readonly cost?: Optional<Figure>;
  /** Default: the currency of the order. */
  readonly currency?: Optional<string>;
}

/** A fee that is reported separately from its fill. */
export interface OrderFee extends Fee {
  /** FIX ExecID(17) of the fill. If it is set, the same amount in the same currency counts once. */
  readonly executionId?: Optional<string | number | bigint>;
  readonly liquidity?: Optional<Word<Liquidity>>;
}

/** One execution. */
export interface Fill {
  /**
   * FIX LastQty(32), above 0; 0 for a fill that only reports a fee. In units of the symbol, or in contracts if the
   * order has a `contractSize`.
   */
  readonly quantity: Optional<Figure>;
  /** FIX LastPx(31). */
  readonly price: Optional<Figure>;
  readonly fee?: Optional<Fee>;
  /** All fees of the fill. Takes precedence over `fee`, because ccxt sets both. */
  readonly fees?: Optional<readonly Fee[]>;
  readonly liquidity?: Optional<Word<Liquidity>>;
}

/** One execution of an order that has a handle. */
export interface OrderFill extends Fill {
  /**
   * The leg, for an order of several legs. The fill counts under this symbol and not in the order's filled quantity.
   */
  readonly symbol?: Optional<string>;
  /** The side of the leg. Default: the side of the order. */
  readonly side?: Optional<Word<OrderSide>>;
  readonly currency?: Optional<string>;
  readonly contractSize?: Optional<Figure>;
  readonly contractType?: OrderKey['contractType'];
  /**
   * FIX LeavesQty(151): the quantity still open after this fill. Default: the order's quantity less its fills so far.
   */
  readonly leavesQuantity?: Optional<Figure>;
  /** FIX ExecID(17), not empty. A second fill with the same id is the same fill delivered again, and does not count. */
  readonly executionId?: Optional<string | number | bigint>;
  /** FIX TransactTime(60): when it happened. Default: now. */
  readonly time?: Optional<Moment>;
}

/** What a venue reports about an order: its status, totals, executions, or all of them. Omit what is not known. */
export interface OrderUpdate {
  /** In the words of the venue, in upper or lower case: `closed`, `PARTIALLY_FILLED`, `Submitted`. */
  readonly status?: Optional<string>;
  /** FIX CumQty(14): the total quantity filled so far. */
  readonly filledQuantity?: Optional<Figure>;
  /** FIX AvgPx(6): the average price of all fills so far. */
  readonly averagePrice?: Optional<Figure>;
  /** The money value of all fills so far. Takes precedence over `averagePrice`, which is often rounded. */
  readonly cost?: Optional<Figure>;
  /** FIX LeavesQty(151): the quantity still open. */
  readonly leavesQuantity?: Optional<Figure>;
  /** Executions, each with its `executionId`. Those that are known already do not count again. */
  readonly executions?: Optional<readonly OrderFill[]>;
  /** The reason for a status that means `rejected`, as for `reject`. */
  readonly reason?: unknown;
  /** FIX TransactTime(60): when it happened. Default: now. */
  readonly time?: Optional<Moment>;
}

/** A change to an open order. */
export interface OrderReplacement {
  readonly quantity?: Optional<Figure>;
  readonly expectedPrice?: Optional<Figure>;
  /**
   * FIX CumQty(14) that the order starts with under its new id: 0 if the venue starts to count again, and `quantity` is
   * that of the new order alone (Binance, ccxt's `editOrder`). Default: the totals continue.
   */
  readonly filledQuantity?: Optional<Figure>;
}

/** An execution that the venue corrected after it had reported it (FIX TradeCorrect, Alpaca's `trade_correct`). */
export interface ExecutionCorrection {
  /** FIX ExecRefID(19): the id of the execution that is corrected. */
  readonly previousExecutionId: string | number | bigint;
  /** FIX ExecID(17) of the correction. If it is set, a repeated delivery changes nothing. */
  readonly executionId?: Optional<string | number | bigint>;
  /** The correct quantity. Default: unchanged. */
  readonly quantity?: Optional<Figure>;
  /** The correct price. Default: unchanged. */
  readonly price?: Optional<Figure>;
  /** The correct fee, which replaces what was paid for the execution; the difference counts. Default: unchanged. */
  readonly fee?: Optional<Fee>;
  readonly fees?: Optional<readonly Fee[]>;
}

/** An execution that did not happen after all (FIX TradeCancel, Alpaca's `trade_bust`). */
export interface ExecutionBust {
  /** FIX ExecRefID(19): the id of the execution. */
  readonly previousExecutionId: string | number | bigint;
}

/** Options of `order.request`. */
export interface RequestOptions {
  /**
   * Whether an error decides what happened to the order, as `error` does. A refused replace or cancel counts as a
   * rejection, and the order stays open.
   *
   * @default false: the caller decides
   */
  readonly settle?: Optional<boolean>;
}

/** A fill of an order without a handle. */
export interface ReportedFill extends OrderKey, Fill {
  /** The price that slippage is measured against. */
  readonly expectedPrice?: Optional<Figure>;
}

/** A fee of an order without a handle, or of none. */
export interface ReportedFee extends Partial<OrderKey>, Fee {
  readonly liquidity?: Optional<Word<Liquidity>>;
}

/** What a venue reports about an order without a handle. */
export interface ReportedUpdate extends Partial<OrderKey>, OrderUpdate {
  /** The venue's id or the bot's own, the same in each update of the order. */
  readonly orderId: string | number | bigint;
  /** Read from the first update of an order, like `symbol` and `side`. Default: `_OTHER`. */
  readonly type?: Optional<NewOrder['type']>;
  /** FIX OrderQty(38). Without it, only a status closes the order. */
  readonly quantity?: NewOrder['quantity'];
  readonly expectedPrice?: NewOrder['expectedPrice'];
  readonly timeInForce?: NewOrder['timeInForce'];
  /** When the order was placed. Without it, no fill duration is recorded. */
  readonly placedTime?: Optional<Moment>;
}

/** An order without a handle that was open before this process started. */
export interface ReportedResume extends ResumedOrder {
  /** The same id as in the order's updates. */
  readonly orderId: string | number | bigint;
}

/** Names an order without a handle that `update` or `resume` has reported before. */
interface NamedOrder {
  readonly orderId: string | number | bigint;
  readonly venue?: Optional<string>;
  /** Needed if the venue's order ids are unique only within a symbol, like `account` and `side`. */
  readonly symbol?: Optional<string>;
  readonly account?: Optional<string>;
  readonly side?: Optional<Word<OrderSide>>;
}

/** A change to an order without a handle that `update` or `resume` has reported before. */
export interface ReportedReplacement extends OrderReplacement, NamedOrder {
  /** The order's new id. Default: the id stays the same. */
  readonly newOrderId?: Optional<string | number | bigint>;
}

/** An {@link ExecutionCorrection} of an order without a handle. */
export interface ReportedCorrection extends ExecutionCorrection, NamedOrder {}

/** An {@link ExecutionBust} of an order without a handle. */
export interface ReportedBust extends ExecutionBust, NamedOrder {}

/** The end of an order without a handle. */
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
  /** The error, if the request failed. */
  readonly error?: unknown;
}

/** How many orders of one kind are open. */
export interface ReportedOpenOrders extends OrderKey {
  readonly count: Figure;
  /** When the oldest open order was placed, for `trading.order.age`. */
  readonly oldestPlacedTime?: Optional<Moment>;
}

/** A round trip: a position that was opened and closed again. */
export interface Trade {
  readonly symbol: Optional<string>;
  readonly positionSide: Optional<Word<PositionSide>>;
  readonly venue?: Optional<string>;
  readonly strategy?: Optional<string>;
  readonly account?: Optional<string>;
  readonly currency?: Optional<string>;
  /** Profit or loss net of fees, in `currency`. Alternatively, set the prices, `quantity` and `fees`. */
  readonly pnl?: Optional<Figure>;
  readonly entryPrice?: Optional<Figure>;
  readonly exitPrice?: Optional<Figure>;
  readonly quantity?: Optional<Figure>;
  /** All fees of the round trip, in `currency`; rebates are negative. Default: 0. */
  readonly fees?: Optional<Figure>;
  readonly openedTime?: Optional<Moment>;
  /** Default: now. */
  readonly closedTime?: Optional<Moment>;
}
