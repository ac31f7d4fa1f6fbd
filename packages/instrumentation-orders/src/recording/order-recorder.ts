import {
  epochMilliseconds,
  errorType,
  Log,
  longestAttributeValue,
  type Meter,
  toInteger,
} from '@trademeter/instrumentation';
import {
  ATTR_ERROR_TYPE,
  ATTR_TRADING_ACCOUNT,
  ATTR_TRADING_CURRENCY,
  ATTR_TRADING_ORDER_OPERATION,
  ATTR_TRADING_POSITION_SIDE,
  ATTR_TRADING_STRATEGY_NAME,
  ATTR_TRADING_SYMBOL,
  ATTR_TRADING_TRADE_RESULT,
  ATTR_TRADING_VENUE,
  tradingOrderOpen,
  tradingOrderPlaced,
  tradingTradeClosed,
  tradingTradeHoldingDuration,
} from '@trademeter/semantic-conventions';
import type { OrderKey, OrderOperation, OrderSide, PositionSide, Trade } from '../order-types.ts';
import { isContractType, parseContract } from '../reading/contract-terms.ts';
import { sideOf } from '../reading/order-words.ts';
import { isGiven, notNegative, readFigureOf, readGiven, readOptional } from '../reading/read-optional.ts';
import { cashOf, isSameMoney, type SymbolTerms, termsOfSymbol } from '../reading/symbol-terms.ts';
import { netPnl } from '../reading/trade-pnl.ts';
import { OrderAges } from './order-ages.ts';
import { createInstruments } from './order-instruments.ts';
import { OrderKind, type ResolvedKey } from './order-kind.ts';

/** The instrumentation's defaults. */
export interface OrderDefaults {
  readonly venue: string;
  readonly strategy?: string | undefined;
  readonly account?: string | undefined;
  readonly currency?: string | undefined;
}

/** The fields of an order that make up its kind, as the caller passed them. */
type GivenKey = { readonly [K in keyof OrderKey]?: unknown };

interface KnownKind {
  readonly given: GivenKey;
  readonly kind: OrderKind;
}

/** Limits the kinds of orders that are bound at the same time. At the limit, all are released. */
const mostKinds = 1_000;
/** The symbol of an order of several legs. */
const noSymbol = '_OTHER';
const results = tradingTradeClosed.attributes[ATTR_TRADING_TRADE_RESULT].values;

/** Turns events of orders and trades into recordings. Keeps no state of an order. */
export class OrderRecorder {
  readonly #defaults: OrderDefaults;
  readonly #meter: Meter;
  readonly #log = new Log('instrumentation-orders');
  readonly #instruments;
  readonly #orderAges: OrderAges;
  readonly #kinds = new Map<unknown, KnownKind[]>();
  #kindCount = 0;

  constructor(meter: Meter, defaults: OrderDefaults) {
    this.#defaults = defaults;
    this.#meter = meter;
    this.#instruments = createInstruments(meter);
    this.#orderAges = new OrderAges(meter);
  }

  /** Finds the kind of an order; may throw. An invalid optional field is dropped on its own. */
  resolve(key: Partial<OrderKey>): OrderKind {
    const given = readKey(key);
    if (given === undefined) return this.#kindOf(key);
    const known = this.#kinds.get(given.symbol);
    if (known !== undefined) for (const each of known) if (isSameKey(each.given, given)) return each.kind;
    const kind = this.#kindOf(key);
    if (isRepeatable(given, kind)) this.#remember({ given, kind });
    return kind;
  }

  /** The venue of an order, which defaults to the option; may throw. */
  venueOf(venue: string | null | undefined): string {
    return venue ?? this.#defaults.venue;
  }

  /**
   * Adds an open order.
   *
   * @param order identifies the order until it has ended
   * @param ageSeconds how long ago it was placed; `undefined` if that is not known
   * @returns whether it counts as open
   */
  opened(order: object, kind: OrderKind, ageSeconds: number | undefined): boolean {
    this.#orderAges.opened(order, kind, ageSeconds);
    return kind.opened(1);
  }

  /**
   * Removes an open order.
   *
   * @param isCounted whether it counts as open
   */
  ended(order: object, kind: OrderKind, isCounted: boolean): void {
    if (isCounted) kind.opened(-1);
    this.#orderAges.ended(order, kind);
  }

  /** @param oldestSeconds the age of the oldest open order; `undefined` if it is not known */
  setOpen(kind: OrderKind, given: unknown, oldestSeconds: number | undefined): void {
    const count = readFigureOf(this.#meter, tradingOrderOpen.name, 'count', given, notNegative);
    if (count === undefined) return;
    kind.setOpen(count);
    this.#orderAges.reported(kind, count === 0 ? undefined : oldestSeconds);
  }

  rejected(venue: string | null | undefined, reason: unknown): void {
    this.#instruments.rejections.add(1, {
      [ATTR_TRADING_VENUE]: this.venueOf(venue),
      [ATTR_ERROR_TYPE]: reasonType(reason, this.venueOf(venue)),
    });
  }

  /** @param failure the error; omitted for a successful request */
  requested(
    venue: string | null | undefined,
    operation: OrderOperation,
    durationSeconds: number,
    ...failure: [unknown?]
  ): void {
    this.#instruments.requestDuration.record(durationSeconds, {
      [ATTR_TRADING_VENUE]: this.venueOf(venue),
      [ATTR_TRADING_ORDER_OPERATION]: operation,
      ...(failure.length > 0 && { [ATTR_ERROR_TYPE]: reasonType(failure[0], this.venueOf(venue)) }),
    });
  }

  /** Starts to time a request to the venue. */
  startRequest(venue: string | undefined, operation: OrderOperation) {
    return this.#instruments.requestDuration.startTimer({
      [ATTR_TRADING_VENUE]: this.venueOf(venue),
      [ATTR_TRADING_ORDER_OPERATION]: operation,
    });
  }

  /** May throw, before anything is recorded. */
  trade(trade: Trade): void {
    const { symbol, positionSide } = trade;
    // Without a usable P&L there is no result.
    const terms = termsOfSymbol(symbol);
    const pnl = netPnl(this.#meter, trade, terms);
    if (pnl === undefined) return;
    if (terms.isDerivative && !isGiven(trade.pnl)) {
      this.#log.warnOnce(
        `${symbol} looks like a derivative: the P&L of its trades is computed as if quantity were in units and not in contracts, unless pnl is set`,
        'tradeQuantity',
      );
    }
    const holdingSeconds = readOptional(this.#meter, tradingTradeHoldingDuration.name, () => this.#holding(trade));
    const { venue, strategy, account } = this.#belonging(tradingTradeClosed, trade);
    const currency = this.#currencyOf(tradingTradeClosed.name, trade, terms);
    const result = pnl > 0 ? 'win' : pnl < 0 ? 'loss' : 'breakeven';
    const attributes = {
      [ATTR_TRADING_VENUE]: venue,
      [ATTR_TRADING_SYMBOL]: symbol as string,
      [ATTR_TRADING_POSITION_SIDE]: positionSide as PositionSide,
      [ATTR_TRADING_STRATEGY_NAME]: strategy,
      [ATTR_TRADING_ACCOUNT]: account,
    };
    this.#instruments.tradePnl.record(Math.abs(pnl), {
      [ATTR_TRADING_TRADE_RESULT]: result,
      [ATTR_TRADING_CURRENCY]: currency,
      [ATTR_TRADING_STRATEGY_NAME]: strategy,
      [ATTR_TRADING_ACCOUNT]: account,
    });
    for (const each of results)
      this.#instruments.tradeClosed.initialize({ ...attributes, [ATTR_TRADING_TRADE_RESULT]: each });
    this.#instruments.tradeClosed.add(1, { ...attributes, [ATTR_TRADING_TRADE_RESULT]: result });
    this.#instruments.tradeAge.happened(`${venue}\n${strategy ?? ''}`, {
      [ATTR_TRADING_VENUE]: venue,
      [ATTR_TRADING_STRATEGY_NAME]: strategy,
    });
    if (holdingSeconds !== undefined) {
      this.#instruments.holdingDuration.record(holdingSeconds, { [ATTR_TRADING_TRADE_RESULT]: result });
    }
  }

  /** Not clamped at 0, so that a trade that closes before it opens is dropped as a mistake. */
  #holding({ openedTime, closedTime }: Trade): number | undefined {
    if (openedTime === undefined || openedTime === null) return undefined;
    const now = this.#meter.calendarNow();
    return (epochMilliseconds(closedTime ?? now, now) - epochMilliseconds(openedTime, now)) / 1000;
  }

  #kindOf(key: Partial<OrderKey>): OrderKind {
    const { symbol, side } = key;
    const terms = termsOfSymbol(symbol);
    const meant = sideOf(side);
    const { contract, isSized } = parseContract(this.#meter, key, terms);
    if (terms.isDerivative && !isSized) {
      this.#log.warnOnce(
        `${symbol} looks like a derivative but has no contractSize: its money is recorded as quantity times price`,
        'contractSize',
      );
    }
    const isMultiLeg = symbol === undefined || symbol === null || symbol === '';
    const resolved: ResolvedKey = {
      symbol: isMultiLeg ? noSymbol : symbol,
      // The guard drops and logs an invalid side.
      side: meant ?? (side as OrderSide),
      isBuy: meant === undefined ? undefined : meant === 'buy',
      isMultiLeg,
      contract,
      currency: this.#currencyOf(tradingOrderPlaced.name, key, terms, isSized, contract.isInverse),
      ...this.#belonging(tradingOrderPlaced, key),
    };
    return new OrderKind(this.#instruments, resolved);
  }

  #remember(known: KnownKind): void {
    if (this.#kindCount >= mostKinds) {
      this.#kinds.clear();
      this.#kindCount = 0;
    }
    this.#kindCount += 1;
    const kinds = this.#kinds.get(known.given.symbol);
    if (kinds === undefined) this.#kinds.set(known.given.symbol, [known]);
    else kinds.push(known);
  }

  /**
   * The currency of money, from the first of these: the caller, the settlement currency of a contract, the option if
   * the symbol may hide that it is the settlement currency, the base of an inverse contract, a quote that is a known
   * currency, the option, any quote. The guard logs `undefined` as missing.
   */
  #currencyOf(
    metric: string,
    given: { readonly currency?: string | null | undefined },
    terms: SymbolTerms,
    isSized = false,
    isInverse = false,
  ): string {
    const own = readGiven(this.#meter, metric, given, 'currency');
    if (own !== undefined) return own;
    const { currency: option } = this.#defaults;
    const { base, quote, settle, isQuoteKnown, isSettleHidden } = terms;
    // For an inverse or a quanto contract, quantity times price is not an amount of the quote.
    if (settle !== undefined && settle !== quote) return (isSized ? settle : option) as string;
    const derived = isInverse ? base : quote;
    if (option !== undefined && derived !== undefined && (isSettleHidden || isInverse)) {
      // A coin may be the collateral of any contract, and a contract in USD may be settled in a stablecoin.
      if (cashOf(option) === undefined || isSameMoney(option, derived)) return option;
    }
    if (derived === undefined || (option !== undefined && !isQuoteKnown)) return (option ?? derived) as string;
    if (option !== undefined && derived.toUpperCase() !== option.toUpperCase()) {
      this.#log.warnOnce(
        `some symbols have their money recorded in their ${isInverse ? 'base' : 'quote'} currency, ${derived}, and not in ${option}, the option currency: set currency on the order if that is wrong`,
        'currency',
      );
    }
    return derived;
  }

  /** The venue, strategy and account of an order or a trade, which default to the options. */
  #belonging(
    definition: typeof tradingOrderPlaced | typeof tradingTradeClosed,
    given: Pick<Partial<OrderKey>, 'venue' | 'strategy' | 'account'>,
  ): Pick<ResolvedKey, 'venue' | 'strategy' | 'account'> {
    const { name } = definition;
    const attribute = (
      key: 'strategy' | 'account',
      of: typeof ATTR_TRADING_STRATEGY_NAME | typeof ATTR_TRADING_ACCOUNT,
    ) => {
      const own = readGiven(this.#meter, name, given, key);
      return (own === undefined ? undefined : this.#meter.attribute(definition, of, own)) ?? this.#defaults[key];
    };
    return {
      venue: readGiven(this.#meter, name, given, 'venue') ?? this.#defaults.venue,
      strategy: attribute('strategy', ATTR_TRADING_STRATEGY_NAME),
      account: attribute('account', ATTR_TRADING_ACCOUNT),
    };
  }
}

/** Reads the fields that make up a kind. `undefined` if one cannot be read. */
function readKey(key: Partial<OrderKey>): GivenKey | undefined {
  try {
    const { symbol, side, venue, strategy, account, currency, contractSize, contractType } = key;
    return { symbol, side, venue, strategy, account, currency, contractSize, contractType };
  } catch {
    return undefined;
  }
}

function isSameKey(one: GivenKey, other: GivenKey): boolean {
  return (
    one.side === other.side &&
    one.strategy === other.strategy &&
    one.venue === other.venue &&
    one.currency === other.currency &&
    one.account === other.account &&
    one.contractSize === other.contractSize &&
    one.contractType === other.contractType
  );
}

/** Whether every order with these fields records the same, and none of the fields is dropped. */
function isRepeatable(given: GivenKey, { strategy, account, currency, contract }: OrderKind): boolean {
  const { symbol, side, venue, contractSize, contractType } = given;
  const isKept = (own: unknown, resolved: string | undefined) =>
    own === undefined || own === null || (own === resolved && resolved.length <= longestAttributeValue);
  return (
    isShort(symbol) &&
    sideOf(side) !== undefined &&
    (venue === undefined || venue === null || isShort(venue)) &&
    isKept(given.strategy, strategy) &&
    isKept(given.account, account) &&
    isKept(given.currency, currency) &&
    (contractSize === undefined || contractSize === null || contractSize === contract.size) &&
    (contractType === undefined || contractType === null || isContractType(contractType))
  );
}

function isShort(text: unknown): boolean {
  return typeof text === 'string' && text.length <= longestAttributeValue;
}

/** A bare number is a code of the venue, as callbacks pass it; from 0 to 99 it is FIX OrdRejReason(103). */
function reasonType(reason: unknown, venue: string | undefined): string {
  const code = toInteger(reason);
  if (code === undefined) return errorType(reason, venue);
  return errorType(code >= 0 && code < 100 ? { ordRejReason: code } : { code: reason }, venue);
}
