import {
  epochMilliseconds,
  errorType,
  finiteNumber,
  type Meter,
  numberBetween,
  positiveNumber,
} from '@trademeter/instrumentation';
import {
  ATTR_ERROR_TYPE,
  ATTR_TRADING_CURRENCY,
  ATTR_TRADING_ORDER_LIQUIDITY,
  ATTR_TRADING_ORDER_OPERATION,
  ATTR_TRADING_ORDER_OUTCOME,
  ATTR_TRADING_ORDER_SIDE,
  ATTR_TRADING_ORDER_TIME_IN_FORCE,
  ATTR_TRADING_ORDER_TYPE,
  ATTR_TRADING_PAYMENT_DIRECTION,
  ATTR_TRADING_POSITION_SIDE,
  ATTR_TRADING_SLIPPAGE_DIRECTION,
  ATTR_TRADING_STRATEGY_NAME,
  ATTR_TRADING_SYMBOL,
  ATTR_TRADING_TRADE_RESULT,
  ATTR_TRADING_VENUE,
  tradingOrderClosed,
  tradingOrderExecutionDuration,
  tradingOrderFee,
  tradingOrderFillDuration,
  tradingOrderFillRatio,
  tradingOrderFills,
  tradingOrderNotional,
  tradingOrderOpen,
  tradingOrderPlaced,
  tradingOrderRejections,
  tradingOrderRequestDuration,
  tradingOrderSlippage,
  tradingOrderSlippageCost,
  tradingTradeClosed,
  tradingTradeHoldingDuration,
  tradingTradePnl,
} from '@trademeter/semantic-conventions';
import type {
  Fee,
  Fill,
  OrderKey,
  OrderOperation,
  OrderOutcome,
  OrderSide,
  OrderType,
  TimeInForce,
  Trade,
} from './order-facts.ts';
import { quoteCurrency } from './quote-currency.ts';
import { slippageOf } from './slippage.ts';
import { netPnl } from './trade-pnl.ts';

/** What an order is, with the instrumentation's defaults filled in. */
export interface ResolvedKey {
  readonly venue: string;
  readonly symbol: string;
  readonly side: OrderSide;
  /** `undefined` when the side is none of the conventions'. */
  readonly isBuy: boolean | undefined;
  readonly strategy: string | undefined;
  readonly currency: string;
}

/** The instrumentation's defaults. */
export interface OrderDefaults {
  readonly venue: string;
  readonly strategy?: string | undefined;
  readonly currency?: string | undefined;
}

const outcomes = tradingOrderClosed.attributes[ATTR_TRADING_ORDER_OUTCOME].values;
const sides = tradingOrderPlaced.attributes[ATTR_TRADING_ORDER_SIDE].values;
const positionSides = tradingTradeClosed.attributes[ATTR_TRADING_POSITION_SIDE].values;
const results = tradingTradeClosed.attributes[ATTR_TRADING_TRADE_RESULT].values;

/** Turns facts about orders and trades into recordings. Keeps no state of an order. */
export class OrderRecorder {
  readonly #defaults: OrderDefaults;
  readonly #meter: Meter;
  readonly #now: () => number;
  readonly #placed;
  readonly #closed;
  readonly #rejections;
  readonly #open;
  readonly #requestDuration;
  readonly #fillDuration;
  readonly #executionDuration;
  readonly #fills;
  readonly #notional;
  readonly #fee;
  readonly #slippage;
  readonly #slippageCost;
  readonly #fillRatio;
  readonly #tradeClosed;
  readonly #tradePnl;
  readonly #holdingDuration;

  constructor(meter: Meter, defaults: OrderDefaults) {
    this.#defaults = defaults;
    this.#meter = meter;
    this.#now = meter.calendarNow;
    this.#placed = meter.counter(tradingOrderPlaced);
    this.#closed = meter.counter(tradingOrderClosed);
    this.#rejections = meter.counter(tradingOrderRejections);
    this.#open = meter.state(tradingOrderOpen);
    this.#requestDuration = meter.histogram(tradingOrderRequestDuration);
    this.#fillDuration = meter.histogram(tradingOrderFillDuration);
    this.#executionDuration = meter.histogram(tradingOrderExecutionDuration);
    this.#fills = meter.counter(tradingOrderFills);
    this.#notional = meter.counter(tradingOrderNotional);
    this.#fee = meter.counter(tradingOrderFee);
    this.#slippage = meter.histogram(tradingOrderSlippage);
    this.#slippageCost = meter.counter(tradingOrderSlippageCost);
    this.#fillRatio = meter.histogram(tradingOrderFillRatio);
    this.#tradeClosed = meter.counter(tradingTradeClosed);
    this.#tradePnl = meter.histogram(tradingTradePnl);
    this.#holdingDuration = meter.histogram(tradingTradeHoldingDuration);
  }

  resolve(key: OrderKey): ResolvedKey {
    return {
      symbol: key.symbol,
      side: key.side,
      isBuy: isBuy(listed(sides, key.side)),
      venue: key.venue ?? this.#defaults.venue,
      strategy: key.strategy ?? this.#defaults.strategy,
      currency: this.#currency(key),
    };
  }

  placed(key: ResolvedKey, type: OrderType): void {
    this.#placed.add(1, {
      ...symbolAndSide(key),
      [ATTR_TRADING_ORDER_TYPE]: type,
      [ATTR_TRADING_STRATEGY_NAME]: key.strategy,
    });
  }

  /** Every outcome of such an order exists from now on, so that an alert sees the first rejection. */
  expectOutcomes(key: ResolvedKey, timeInForce: TimeInForce | undefined): void {
    for (const outcome of outcomes) this.#closed.initialize(closedAttributes(key, outcome, timeInForce));
  }

  changeOpen(key: ResolvedKey, change: number): void {
    this.#open.add(change, symbolAndSide(key));
  }

  setOpen(key: ResolvedKey, count: number): void {
    if (!this.#meter.accepts(tradingOrderOpen.name, 'count', count, numberBetween(0, Number.POSITIVE_INFINITY))) return;
    this.#open.set(count, symbolAndSide(key));
  }

  closed(key: ResolvedKey, outcome: OrderOutcome, timeInForce: TimeInForce | undefined): void {
    this.#closed.add(1, closedAttributes(key, outcome, timeInForce));
  }

  rejected(venue: string | undefined, reason: unknown): void {
    this.#rejections.add(1, {
      [ATTR_TRADING_VENUE]: venue ?? this.#defaults.venue,
      [ATTR_ERROR_TYPE]: errorType(reason),
    });
  }

  /** @param failure what went wrong; left out when the venue said yes */
  requested(
    venue: string | undefined,
    operation: OrderOperation,
    durationSeconds: number,
    ...failure: [unknown?]
  ): void {
    this.#requestDuration.record(durationSeconds, {
      [ATTR_TRADING_VENUE]: venue ?? this.#defaults.venue,
      [ATTR_TRADING_ORDER_OPERATION]: operation,
      ...(failure.length > 0 && { [ATTR_ERROR_TYPE]: errorType(failure[0]) }),
    });
  }

  /** Times a request to the venue; its error goes on to the caller. */
  startRequest(venue: string | undefined, operation: OrderOperation) {
    return this.#requestDuration.startTimer({
      [ATTR_TRADING_VENUE]: venue ?? this.#defaults.venue,
      [ATTR_TRADING_ORDER_OPERATION]: operation,
    });
  }

  /** Whether it can be a fill; what cannot is dropped, counted and told. */
  isFill({ quantity, price }: Fill): boolean {
    const metric = tradingOrderFills.name;
    return (
      this.#meter.accepts(metric, "a fill's quantity", quantity, positiveNumber) &&
      this.#meter.accepts(metric, "a fill's price", price, finiteNumber)
    );
  }

  filled(key: ResolvedKey, fill: Fill, expectedPrice: number | undefined): void {
    const { quantity, price, fee, liquidity } = fill;
    this.#fills.add(1, {
      ...symbolAndSide(key),
      [ATTR_TRADING_ORDER_LIQUIDITY]: liquidity,
      [ATTR_TRADING_STRATEGY_NAME]: key.strategy,
    });
    this.#notional.add(Math.abs(quantity * price), {
      ...symbolAndSide(key),
      [ATTR_TRADING_CURRENCY]: key.currency,
      [ATTR_TRADING_ORDER_LIQUIDITY]: liquidity,
    });
    if (fee !== undefined && fee !== null) this.#paid(key, fee, liquidity);
    if (expectedPrice === undefined || expectedPrice === null || key.isBuy === undefined) return;
    if (!this.#meter.accepts(tradingOrderSlippage.name, 'expectedPrice', expectedPrice, finiteNumber)) return;
    const slippage = slippageOf(key.isBuy, expectedPrice, price, quantity);
    const attributes = {
      [ATTR_TRADING_VENUE]: key.venue,
      [ATTR_TRADING_SYMBOL]: key.symbol,
      [ATTR_TRADING_SLIPPAGE_DIRECTION]: slippage.direction,
    };
    if (slippage.basisPoints !== undefined) this.#slippage.record(slippage.basisPoints, attributes);
    this.#slippageCost.add(slippage.cost, { ...attributes, [ATTR_TRADING_CURRENCY]: key.currency });
  }

  filledWholly(
    key: ResolvedKey,
    type: OrderType,
    fillSeconds: number | undefined,
    executionSeconds: number | undefined,
  ): void {
    if (fillSeconds !== undefined) {
      this.#fillDuration.record(fillSeconds, {
        [ATTR_TRADING_VENUE]: key.venue,
        [ATTR_TRADING_ORDER_TYPE]: type,
        [ATTR_TRADING_STRATEGY_NAME]: key.strategy,
      });
    }
    if (executionSeconds !== undefined) {
      this.#executionDuration.record(executionSeconds, { [ATTR_TRADING_STRATEGY_NAME]: key.strategy });
    }
  }

  fillRatio(key: ResolvedKey, type: OrderType, ratio: number): void {
    this.#fillRatio.record(ratio, { [ATTR_TRADING_VENUE]: key.venue, [ATTR_TRADING_ORDER_TYPE]: type });
  }

  trade(trade: Trade): void {
    const pnl = netPnl(trade, listed(positionSides, trade.positionSide));
    // Of a trade without a usable P&L nobody can say whether it won.
    if (!this.#meter.accepts(tradingTradePnl.name, 'the P&L, or what it follows from,', pnl, finiteNumber)) return;
    const result = pnl > 0 ? 'win' : pnl < 0 ? 'loss' : 'breakeven';
    const strategy = trade.strategy ?? this.#defaults.strategy;
    const attributes = {
      [ATTR_TRADING_VENUE]: trade.venue ?? this.#defaults.venue,
      [ATTR_TRADING_SYMBOL]: trade.symbol,
      [ATTR_TRADING_POSITION_SIDE]: trade.positionSide,
      [ATTR_TRADING_STRATEGY_NAME]: strategy,
    };
    this.#tradePnl.record(Math.abs(pnl), {
      [ATTR_TRADING_TRADE_RESULT]: result,
      [ATTR_TRADING_CURRENCY]: this.#currency(trade),
      [ATTR_TRADING_STRATEGY_NAME]: strategy,
    });
    for (const each of results) this.#tradeClosed.initialize({ ...attributes, [ATTR_TRADING_TRADE_RESULT]: each });
    this.#tradeClosed.add(1, { ...attributes, [ATTR_TRADING_TRADE_RESULT]: result });
    if (trade.openedTime === undefined || trade.openedTime === null) return;
    const opened = epochMilliseconds(trade.openedTime);
    const closed = epochMilliseconds(trade.closedTime ?? this.#now());
    // Not clamped at 0: a trade that closes before it opens is a mistake, and is told.
    this.#holdingDuration.record((closed - opened) / 1000, {
      [ATTR_TRADING_TRADE_RESULT]: result,
    });
  }

  #paid(key: ResolvedKey, { amount, currency }: Fee, liquidity: Fill['liquidity']): void {
    if (!this.#meter.accepts(tradingOrderFee.name, 'the amount of a fee', amount, finiteNumber)) return;
    this.#fee.add(Math.abs(amount), {
      [ATTR_TRADING_VENUE]: key.venue,
      [ATTR_TRADING_CURRENCY]: currency ?? key.currency,
      [ATTR_TRADING_PAYMENT_DIRECTION]: amount < 0 ? 'received' : 'paid',
      [ATTR_TRADING_ORDER_LIQUIDITY]: liquidity,
    });
  }

  #currency({ currency, symbol }: Pick<OrderKey, 'currency' | 'symbol'>): string {
    // Undefined is left to the guard, which says that trading.currency is missing.
    return currency ?? this.#defaults.currency ?? (quoteCurrency(symbol) as string);
  }
}

function isBuy(side: OrderSide | undefined): boolean | undefined {
  return side === undefined ? undefined : side === 'buy';
}

/** The listed value that is meant, in whatever case, as the guard takes it; the guard tells of what is none. */
function listed<V extends string>(values: readonly V[], given: V): V | undefined {
  const lower = typeof given === 'string' ? given.toLowerCase() : given;
  return values.find((value) => value === lower);
}

function symbolAndSide(key: ResolvedKey) {
  return {
    [ATTR_TRADING_VENUE]: key.venue,
    [ATTR_TRADING_SYMBOL]: key.symbol,
    [ATTR_TRADING_ORDER_SIDE]: key.side,
  };
}

function closedAttributes(key: ResolvedKey, outcome: OrderOutcome, timeInForce: TimeInForce | undefined) {
  return {
    ...symbolAndSide(key),
    [ATTR_TRADING_ORDER_OUTCOME]: outcome,
    [ATTR_TRADING_ORDER_TIME_IN_FORCE]: timeInForce,
    [ATTR_TRADING_STRATEGY_NAME]: key.strategy,
  };
}
