import {
  type AgeInstrument,
  attributeValue,
  epochMilliseconds,
  errorType,
  longestAttributeValue,
  type Meter,
  toInteger,
} from '@trademeter/instrumentation';
import {
  ATTR_ERROR_TYPE,
  ATTR_TRADING_CORRECTION_TYPE,
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
  type AttributesOf,
  tradingOrderClosed,
  tradingOrderFee,
  tradingOrderFillAge,
  tradingOrderFillCorrections,
  tradingOrderFillDuration,
  tradingOrderFillRatio,
  tradingOrderFills,
  tradingOrderNotional,
  tradingOrderNotionalReversed,
  tradingOrderOpen,
  tradingOrderPlaced,
  tradingOrderRejections,
  tradingOrderReopened,
  tradingOrderReplacements,
  tradingOrderRequestDuration,
  tradingOrderSlippage,
  tradingOrderSlippageCost,
  tradingOrderUnconfirmed,
  tradingSignalFillDuration,
  tradingTradeAge,
  tradingTradeClosed,
  tradingTradeHoldingDuration,
  tradingTradePnl,
} from '@trademeter/semantic-conventions';
import type { CorrectionIncrement, FillIncrement } from './fill-ledger.ts';
import { OrderAges } from './order-ages.ts';
import type {
  Liquidity,
  OrderKey,
  OrderOperation,
  OrderOutcome,
  OrderSide,
  OrderType,
  PositionSide,
  Trade,
} from './order-types.ts';
import type { ParsedFee } from './parse-fill.ts';
import { quoteCurrency } from './quote-currency.ts';
import { notNegative, readFigureOf, readOptional } from './read-optional.ts';
import { slippageOf } from './slippage.ts';
import type { TimeInForce } from './time-in-force.ts';
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

/** What a venue did to an execution. */
export type CorrectionType = AttributesOf<typeof tradingOrderFillCorrections>[typeof ATTR_TRADING_CORRECTION_TYPE];

/** The instrumentation's defaults. */
export interface OrderDefaults {
  readonly venue: string;
  readonly strategy?: string | undefined;
  readonly currency?: string | undefined;
}

const outcomes = tradingOrderClosed.attributes[ATTR_TRADING_ORDER_OUTCOME].values;
// With all outcomes fewer than the series that the counter keeps.
const mostExpected = 1_000;
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
  readonly #unconfirmed;
  readonly #reopened;
  readonly #replacements;
  readonly #requestDuration;
  readonly #fillDuration;
  readonly #signalFillDuration;
  readonly #fills;
  readonly #corrections;
  readonly #notional;
  readonly #reversed;
  readonly #fee;
  readonly #slippage;
  readonly #slippageCost;
  readonly #fillRatio;
  readonly #tradeClosed;
  readonly #tradePnl;
  readonly #holdingDuration;
  readonly #orderAges: OrderAges;
  readonly #fillAge;
  readonly #tradeAge;
  /** The kinds of orders whose outcomes exist. */
  readonly #expected = new Set<string>();

  constructor(meter: Meter, defaults: OrderDefaults) {
    this.#defaults = defaults;
    this.#meter = meter;
    this.#now = meter.calendarNow;
    this.#placed = meter.counter(tradingOrderPlaced);
    this.#closed = meter.counter(tradingOrderClosed);
    this.#rejections = meter.counter(tradingOrderRejections);
    this.#open = meter.observable(tradingOrderOpen);
    this.#unconfirmed = meter.observable(tradingOrderUnconfirmed);
    this.#reopened = meter.counter(tradingOrderReopened);
    this.#replacements = meter.counter(tradingOrderReplacements);
    this.#requestDuration = meter.histogram(tradingOrderRequestDuration);
    this.#fillDuration = meter.histogram(tradingOrderFillDuration);
    this.#signalFillDuration = meter.histogram(tradingSignalFillDuration);
    this.#fills = meter.counter(tradingOrderFills);
    this.#corrections = meter.counter(tradingOrderFillCorrections);
    this.#reversed = meter.counter(tradingOrderNotionalReversed);
    this.#notional = meter.counter(tradingOrderNotional);
    this.#fee = meter.counter(tradingOrderFee);
    this.#slippage = meter.histogram(tradingOrderSlippage);
    this.#slippageCost = meter.counter(tradingOrderSlippageCost);
    this.#fillRatio = meter.histogram(tradingOrderFillRatio);
    this.#tradeClosed = meter.counter(tradingTradeClosed);
    this.#tradePnl = meter.histogram(tradingTradePnl);
    this.#holdingDuration = meter.histogram(tradingTradeHoldingDuration);
    this.#orderAges = new OrderAges(meter);
    this.#fillAge = meter.age(tradingOrderFillAge);
    this.#tradeAge = meter.age(tradingTradeAge);
  }

  /** Reads what is told of an order, once; may throw. What of it may be left out costs only itself when it is wrong. */
  resolve(key: Partial<OrderKey>): ResolvedKey {
    const { symbol, side } = key;
    const meant = attributeValue(tradingOrderPlaced.attributes[ATTR_TRADING_ORDER_SIDE], side);
    return {
      // What is missing is left to the guard, which says so.
      symbol: symbol as string,
      side: side as OrderSide,
      isBuy: meant === undefined ? undefined : meant === 'buy',
      ...this.#belonging(tradingOrderPlaced, key, symbol),
    };
  }

  /** The venue of an order that may name its own; may throw. */
  venueOf(venue: string | null | undefined): string {
    return venue ?? this.#defaults.venue;
  }

  placed(key: ResolvedKey, type: OrderType): void {
    this.#placed.add(1, {
      ...symbolAndSide(key),
      [ATTR_TRADING_ORDER_TYPE]: type,
      [ATTR_TRADING_STRATEGY_NAME]: key.strategy,
    });
  }

  /**
   * Every outcome of such an order exists from now on, so that an alert sees a rejection, but for one that comes before
   * anybody has read the 0.
   */
  expectOutcomes(key: ResolvedKey, timeInForce: TimeInForce | undefined): void {
    const kind = kindOf(key, timeInForce);
    if (kind !== undefined && this.#expected.has(kind)) return;
    for (const outcome of outcomes) this.#closed.initialize(closedAttributes(key, outcome, timeInForce));
    if (kind !== undefined && this.#expected.size < mostExpected) this.#expected.add(kind);
  }

  /**
   * An order is open from now on.
   *
   * @param order stands for it until it has ended
   * @param ageSeconds how long ago it was placed; `undefined` when that is not known
   */
  opened(order: object, key: ResolvedKey, ageSeconds: number | undefined): void {
    this.#open.add(1, symbolAndSide(key));
    this.#orderAges.opened(order, key, ageSeconds);
  }

  /** An order that was open is no longer. */
  ended(order: object, key: ResolvedKey): void {
    this.#open.add(-1, symbolAndSide(key));
    this.#orderAges.ended(order, key);
  }

  /** @param oldestSeconds the age of the oldest of them; `undefined` when it is not known */
  setOpen(key: ResolvedKey, given: unknown, oldestSeconds: number | undefined): void {
    const count = readFigureOf(this.#meter, tradingOrderOpen.name, 'count', given, notNegative);
    if (count === undefined) return;
    this.#open.set(count, symbolAndSide(key));
    this.#orderAges.reported(key, count === 0 ? undefined : oldestSeconds);
  }

  /** @param change 1 when it is not known any more whether the venue has an open order, -1 when it is again */
  unconfirmed(key: ResolvedKey, change: 1 | -1): void {
    this.#unconfirmed.add(change, symbolAndSide(key));
  }

  /** An order that was closed is not. */
  reopened(key: ResolvedKey): void {
    this.#reopened.add(1, { ...symbolAndSide(key), [ATTR_TRADING_STRATEGY_NAME]: key.strategy });
  }

  /** The venue changed an open order. */
  replaced(key: ResolvedKey): void {
    this.#replacements.add(1, { ...symbolAndSide(key), [ATTR_TRADING_STRATEGY_NAME]: key.strategy });
  }

  closed(key: ResolvedKey, outcome: OrderOutcome, timeInForce: TimeInForce | undefined): void {
    this.#closed.add(1, closedAttributes(key, outcome, timeInForce));
  }

  rejected(venue: string | null | undefined, reason: unknown): void {
    this.#rejections.add(1, {
      [ATTR_TRADING_VENUE]: this.venueOf(venue),
      [ATTR_ERROR_TYPE]: reasonType(reason, this.venueOf(venue)),
    });
  }

  /** @param failure what went wrong; left out when the venue said yes */
  requested(
    venue: string | null | undefined,
    operation: OrderOperation,
    durationSeconds: number,
    ...failure: [unknown?]
  ): void {
    this.#requestDuration.record(durationSeconds, {
      [ATTR_TRADING_VENUE]: this.venueOf(venue),
      [ATTR_TRADING_ORDER_OPERATION]: operation,
      ...(failure.length > 0 && { [ATTR_ERROR_TYPE]: reasonType(failure[0], this.venueOf(venue)) }),
    });
  }

  /** Times a request to the venue; its error goes on to the caller. */
  startRequest(venue: string | undefined, operation: OrderOperation) {
    return this.#requestDuration.startTimer({
      [ATTR_TRADING_VENUE]: this.venueOf(venue),
      [ATTR_TRADING_ORDER_OPERATION]: operation,
    });
  }

  /** @param increment what a fill or a total adds to what was counted of its order */
  filled(
    key: ResolvedKey,
    { executions, quantity, price, money, divisor }: FillIncrement,
    liquidity: Liquidity | undefined,
    expectedPrice: number | undefined,
  ): void {
    if (executions > 0) {
      this.#fills.add(executions, {
        ...symbolAndSide(key),
        [ATTR_TRADING_ORDER_LIQUIDITY]: liquidity,
        [ATTR_TRADING_STRATEGY_NAME]: key.strategy,
      });
    }
    if (executions > 0 || quantity > 0) happened(this.#fillAge, key.venue, key.strategy);
    if (quantity === 0 && money === 0) return;
    this.#notional.add(Math.abs(money), {
      ...symbolAndSide(key),
      [ATTR_TRADING_CURRENCY]: key.currency,
      [ATTR_TRADING_ORDER_LIQUIDITY]: liquidity,
    });
    if (quantity === 0 || expectedPrice === undefined || key.isBuy === undefined) return;
    const slippage = slippageOf(key.isBuy, expectedPrice, price, quantity, divisor);
    const attributes = {
      [ATTR_TRADING_VENUE]: key.venue,
      [ATTR_TRADING_SYMBOL]: key.symbol,
      [ATTR_TRADING_SLIPPAGE_DIRECTION]: slippage.direction,
    };
    if (slippage.basisPoints !== undefined) this.#slippage.record(slippage.basisPoints, attributes);
    this.#slippageCost.add(slippage.cost, { ...attributes, [ATTR_TRADING_CURRENCY]: key.currency });
  }

  /** The venue changed what it had reported of an execution. */
  corrected(
    key: ResolvedKey,
    type: CorrectionType,
    { added, reversedMoney }: CorrectionIncrement,
    liquidity: Liquidity | undefined,
    expectedPrice: number | undefined,
  ): void {
    this.#corrections.add(1, { ...symbolAndSide(key), [ATTR_TRADING_CORRECTION_TYPE]: type });
    this.filled(key, added, liquidity, expectedPrice);
    if (reversedMoney === 0) return;
    this.#reversed.add(reversedMoney, { ...symbolAndSide(key), [ATTR_TRADING_CURRENCY]: key.currency });
  }

  /** A fee or a rebate. */
  paid(key: ResolvedKey, { amount, currency }: ParsedFee, liquidity: Liquidity | undefined): void {
    this.#fee.add(Math.abs(amount), {
      [ATTR_TRADING_VENUE]: key.venue,
      [ATTR_TRADING_SYMBOL]: key.symbol,
      [ATTR_TRADING_CURRENCY]: currency ?? key.currency,
      [ATTR_TRADING_PAYMENT_DIRECTION]: amount < 0 ? 'received' : 'paid',
      [ATTR_TRADING_ORDER_LIQUIDITY]: liquidity,
    });
  }

  filledWholly(
    key: ResolvedKey,
    type: OrderType,
    fillSeconds: number | undefined,
    signalFillSeconds: number | undefined,
  ): void {
    if (fillSeconds !== undefined) {
      this.#fillDuration.record(fillSeconds, {
        [ATTR_TRADING_VENUE]: key.venue,
        [ATTR_TRADING_ORDER_TYPE]: type,
        [ATTR_TRADING_STRATEGY_NAME]: key.strategy,
      });
    }
    if (signalFillSeconds !== undefined) {
      this.#signalFillDuration.record(signalFillSeconds, { [ATTR_TRADING_STRATEGY_NAME]: key.strategy });
    }
  }

  fillRatio(key: ResolvedKey, type: OrderType, ratio: number): void {
    this.#fillRatio.record(ratio, { [ATTR_TRADING_VENUE]: key.venue, [ATTR_TRADING_ORDER_TYPE]: type });
  }

  /** May throw, before anything is recorded. */
  trade(trade: Trade): void {
    const { symbol, positionSide } = trade;
    // Of a trade without a usable P&L nobody can say whether it won.
    const pnl = netPnl(this.#meter, trade);
    if (pnl === undefined) return;
    const holdingSeconds = readOptional(this.#meter, tradingTradeHoldingDuration.name, () => this.#holding(trade));
    const { venue, strategy, currency } = this.#belonging(tradingTradeClosed, trade, symbol);
    const result = pnl > 0 ? 'win' : pnl < 0 ? 'loss' : 'breakeven';
    const attributes = {
      [ATTR_TRADING_VENUE]: venue,
      [ATTR_TRADING_SYMBOL]: symbol,
      [ATTR_TRADING_POSITION_SIDE]: positionSide as PositionSide,
      [ATTR_TRADING_STRATEGY_NAME]: strategy,
    };
    this.#tradePnl.record(Math.abs(pnl), {
      [ATTR_TRADING_TRADE_RESULT]: result,
      [ATTR_TRADING_CURRENCY]: currency,
      [ATTR_TRADING_STRATEGY_NAME]: strategy,
    });
    for (const each of results) this.#tradeClosed.initialize({ ...attributes, [ATTR_TRADING_TRADE_RESULT]: each });
    this.#tradeClosed.add(1, { ...attributes, [ATTR_TRADING_TRADE_RESULT]: result });
    happened(this.#tradeAge, venue, strategy);
    if (holdingSeconds !== undefined) {
      this.#holdingDuration.record(holdingSeconds, { [ATTR_TRADING_TRADE_RESULT]: result });
    }
  }

  /** Not clamped at 0: a trade that closes before it opens is a mistake, and is told. */
  #holding({ openedTime, closedTime }: Trade): number | undefined {
    if (openedTime === undefined || openedTime === null) return undefined;
    const now = this.#now();
    return (epochMilliseconds(closedTime ?? now, now) - epochMilliseconds(openedTime, now)) / 1000;
  }

  /** What an order or a trade belongs to, each by default what the instrumentation's options say. */
  #belonging(
    definition: typeof tradingOrderPlaced | typeof tradingTradeClosed,
    given: Pick<OrderKey, 'venue' | 'strategy' | 'currency'>,
    symbol: unknown,
  ): Pick<ResolvedKey, 'venue' | 'strategy' | 'currency'> {
    const fact = <T>(read: () => T) => readOptional(this.#meter, definition.name, read);
    const strategy = fact(() => this.#meter.attribute(definition, ATTR_TRADING_STRATEGY_NAME, given.strategy));
    return {
      venue: fact(() => given.venue) ?? this.#defaults.venue,
      strategy: strategy ?? this.#defaults.strategy,
      // Undefined is left to the guard, which says that trading.currency is missing.
      currency: fact(() => given.currency) ?? this.#defaults.currency ?? (quoteCurrency(symbol) as string),
    };
  }
}

/** It happened now at this venue. What cannot be recorded of it is reported by the metric that counts it. */
function happened(
  age: Pick<AgeInstrument<typeof tradingOrderFillAge>, 'happened'>,
  venue: unknown,
  strategy: string | undefined,
): void {
  if (typeof venue !== 'string') return;
  age.happened(`${venue}\n${strategy ?? ''}`, { [ATTR_TRADING_VENUE]: venue, [ATTR_TRADING_STRATEGY_NAME]: strategy });
}

function isShort(part: unknown): boolean {
  return part === undefined || (typeof part === 'string' && part.length <= longestAttributeValue);
}

/** What tells orders apart by which series they close; `undefined` for what is not to be remembered. */
function kindOf(
  { venue, symbol, side, strategy }: ResolvedKey,
  timeInForce: TimeInForce | undefined,
): string | undefined {
  const parts: readonly unknown[] = [venue, symbol, side, strategy, timeInForce];
  return parts.every(isShort) ? JSON.stringify(parts) : undefined;
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

/** A number on its own is a code of the venue, as callbacks get it; below 100 it is OrdRejReason(103) of FIX. */
function reasonType(reason: unknown, venue: string | undefined): string {
  const code = toInteger(reason);
  if (code === undefined) return errorType(reason, venue);
  return errorType(code >= 0 && code < 100 ? { ordRejReason: code } : { code: reason }, venue);
}
