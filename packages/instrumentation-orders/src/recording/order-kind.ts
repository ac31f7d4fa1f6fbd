import {
  ATTR_TRADING_ACCOUNT,
  ATTR_TRADING_CORRECTION_TYPE,
  ATTR_TRADING_CURRENCY,
  ATTR_TRADING_ORDER_LIQUIDITY,
  ATTR_TRADING_ORDER_OPERATION,
  ATTR_TRADING_ORDER_OUTCOME,
  ATTR_TRADING_ORDER_POST_ONLY,
  ATTR_TRADING_ORDER_REDUCE_ONLY,
  ATTR_TRADING_ORDER_SIDE,
  ATTR_TRADING_ORDER_TIME_IN_FORCE,
  ATTR_TRADING_ORDER_TYPE,
  ATTR_TRADING_PAYMENT_DIRECTION,
  ATTR_TRADING_SLIPPAGE_DIRECTION,
  ATTR_TRADING_STRATEGY_NAME,
  ATTR_TRADING_SYMBOL,
  ATTR_TRADING_VENUE,
  type AttributesOf,
  tradingOrderClosed,
  type tradingOrderFillCorrections,
} from '@trademeter/semantic-conventions';
import type { CorrectionIncrement, FillIncrement } from '../ledgers/fill-ledger.ts';
import type { Liquidity, OrderOperation, OrderOutcome, OrderSide, OrderType } from '../order-types.ts';
import type { Contract } from '../reading/contract-terms.ts';
import type { ParsedFee } from '../reading/parse-fill.ts';
import type { TimeInForce } from '../reading/time-in-force.ts';
import { BoundBy } from './bound-by.ts';
import type { OrderInstruments } from './order-instruments.ts';
import { type Slippage, slippageOf } from './slippage.ts';

/** What a venue did to an execution. */
export type CorrectionType = AttributesOf<typeof tradingOrderFillCorrections>[typeof ATTR_TRADING_CORRECTION_TYPE];

/** The kind of an order, with the instrumentation's defaults filled in. */
export interface ResolvedKey {
  readonly venue: string;
  readonly symbol: string;
  readonly side: OrderSide;
  /** `undefined` if the side is not one of the conventions. */
  readonly isBuy: boolean | undefined;
  /** Whether only its legs have symbols. */
  readonly isMultiLeg: boolean;
  readonly strategy: string | undefined;
  readonly account: string | undefined;
  readonly currency: string;
  readonly contract: Contract;
}

/** What an order type, or a time in force, says in addition. */
export interface ExecutionInstructions {
  readonly isPostOnly: boolean;
  readonly isReduceOnly: boolean;
}

const outcomes = tradingOrderClosed.attributes[ATTR_TRADING_ORDER_OUTCOME].values;

/** Orders that record to the same series. Each series is bound once, so recording builds no attributes. */
export class OrderKind implements ResolvedKey {
  readonly venue: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly isBuy: boolean | undefined;
  readonly isMultiLeg: boolean;
  readonly strategy: string | undefined;
  readonly account: string | undefined;
  readonly currency: string;
  readonly contract: Contract;
  /** Identifies venue and symbol; `undefined` if they cannot be recorded. */
  readonly placeKey: string | undefined;
  readonly #instruments: OrderInstruments;
  readonly #fillAgeKey: string | undefined;
  readonly #fillAgeAttributes;
  readonly #open;
  readonly #placed;
  readonly #closed;
  readonly #requested;
  readonly #fills;
  readonly #notional;
  readonly #paid;
  readonly #received;
  readonly #slippage;
  readonly #slippageCost;
  readonly #fillDuration;
  readonly #signalFillDuration;
  readonly #fillRatio;

  constructor(instruments: OrderInstruments, key: ResolvedKey) {
    const { venue, symbol, side, strategy, account, currency } = key;
    this.venue = venue;
    this.symbol = symbol;
    this.side = side;
    this.isBuy = key.isBuy;
    this.isMultiLeg = key.isMultiLeg;
    this.strategy = strategy;
    this.account = account;
    this.currency = currency;
    this.contract = key.contract;
    this.#instruments = instruments;
    this.placeKey = isText(venue) && isText(symbol) ? `${venue}\n${symbol}` : undefined;
    // An invalid venue is logged by the metric that counts fills.
    this.#fillAgeKey = typeof venue === 'string' ? `${venue}\n${strategy ?? ''}` : undefined;

    this.#fillAgeAttributes = { [ATTR_TRADING_VENUE]: venue, [ATTR_TRADING_STRATEGY_NAME]: strategy };

    const symbolAndSide = this.#symbolAndSide();
    const withStrategy = { ...symbolAndSide, [ATTR_TRADING_STRATEGY_NAME]: strategy };
    this.#open = new BoundBy((_: undefined) => instruments.open.bind(symbolAndSide));
    this.#placed = new BoundBy((type: OrderType) =>
      instruments.placed.bind({ ...withStrategy, [ATTR_TRADING_ORDER_TYPE]: type }),
    );
    this.#closed = new BoundBy((timeInForce: TimeInForce | undefined) => {
      const attributes = { ...withStrategy, [ATTR_TRADING_ORDER_TIME_IN_FORCE]: timeInForce };
      // Start at 0, so that an alert on the increase sees the first rejection.
      for (const outcome of outcomes) {
        instruments.closed.initialize({ ...attributes, [ATTR_TRADING_ORDER_OUTCOME]: outcome });
      }
      return new BoundBy((outcome: OrderOutcome) =>
        instruments.closed.bind({ ...attributes, [ATTR_TRADING_ORDER_OUTCOME]: outcome }),
      );
    });
    this.#requested = new BoundBy((operation: OrderOperation) =>
      instruments.requestDuration.bind({ [ATTR_TRADING_VENUE]: venue, [ATTR_TRADING_ORDER_OPERATION]: operation }),
    );
    this.#fills = new BoundBy((liquidity: Liquidity | undefined) =>
      instruments.fills.bind({ ...withStrategy, [ATTR_TRADING_ORDER_LIQUIDITY]: liquidity }),
    );
    this.#notional = new BoundBy((liquidity: Liquidity | undefined) =>
      instruments.notional.bind({
        ...symbolAndSide,
        [ATTR_TRADING_CURRENCY]: currency,
        [ATTR_TRADING_ORDER_LIQUIDITY]: liquidity,
      }),
    );
    this.#paid = new BoundBy((liquidity: Liquidity | undefined) =>
      instruments.fee.bind(this.#feeAttributes(currency, 'paid', liquidity)),
    );
    this.#received = new BoundBy((liquidity: Liquidity | undefined) =>
      instruments.fee.bind(this.#feeAttributes(currency, 'received', liquidity)),
    );
    const slippageAttributes = (direction: Slippage['direction']) => ({
      [ATTR_TRADING_VENUE]: venue,
      [ATTR_TRADING_SYMBOL]: symbol,
      [ATTR_TRADING_SLIPPAGE_DIRECTION]: direction,
    });
    this.#slippage = new BoundBy((direction: Slippage['direction']) =>
      instruments.slippage.bind(slippageAttributes(direction)),
    );
    this.#slippageCost = new BoundBy((direction: Slippage['direction']) =>
      instruments.slippageCost.bind({ ...slippageAttributes(direction), [ATTR_TRADING_CURRENCY]: currency }),
    );
    this.#fillDuration = new BoundBy((type: OrderType) =>
      instruments.fillDuration.bind({
        [ATTR_TRADING_VENUE]: venue,
        [ATTR_TRADING_ORDER_TYPE]: type,
        [ATTR_TRADING_STRATEGY_NAME]: strategy,
      }),
    );
    this.#signalFillDuration = new BoundBy((_: undefined) =>
      instruments.signalFillDuration.bind({ [ATTR_TRADING_STRATEGY_NAME]: strategy }),
    );
    this.#fillRatio = new BoundBy((type: OrderType) =>
      instruments.fillRatio.bind({ [ATTR_TRADING_VENUE]: venue, [ATTR_TRADING_ORDER_TYPE]: type }),
    );
  }

  placed(type: OrderType, { isPostOnly, isReduceOnly }: ExecutionInstructions): void {
    if (!isPostOnly && !isReduceOnly) {
      this.#placed.get(type).add(1);
      return;
    }
    this.#instruments.placed.add(1, {
      ...this.#symbolAndSide(),
      [ATTR_TRADING_ORDER_TYPE]: type,
      [ATTR_TRADING_STRATEGY_NAME]: this.strategy,
      ...(isPostOnly && { [ATTR_TRADING_ORDER_POST_ONLY]: true }),
      ...(isReduceOnly && { [ATTR_TRADING_ORDER_REDUCE_ONLY]: true }),
    });
  }

  /** Creates the series of every outcome at 0. */
  expectOutcomes(timeInForce: TimeInForce | undefined): void {
    this.#closed.get(timeInForce);
  }

  /**
   * @param change 1 for an order that opens, -1 for one that closes
   * @returns false if it was dropped
   */
  opened(change: 1 | -1): boolean {
    return this.#open.get(undefined).add(change);
  }

  /** Sets the number of open orders. */
  setOpen(count: number): void {
    this.#open.get(undefined).set(count);
  }

  /**
   * @param change 1 for an order that becomes unconfirmed, -1 for one that is confirmed
   * @returns false if it was dropped
   */
  unconfirmed(change: 1 | -1): boolean {
    return this.#instruments.unconfirmed.add(change, this.#symbolAndSide());
  }

  /** Counts a closed order that is open again. */
  reopened(): void {
    this.#instruments.reopened.add(1, { ...this.#symbolAndSide(), [ATTR_TRADING_STRATEGY_NAME]: this.strategy });
  }

  /** Counts a change of an open order. */
  replaced(): void {
    this.#instruments.replacements.add(1, { ...this.#symbolAndSide(), [ATTR_TRADING_STRATEGY_NAME]: this.strategy });
  }

  closed(outcome: OrderOutcome, timeInForce: TimeInForce | undefined): void {
    this.#closed.get(timeInForce).get(outcome).add(1);
  }

  /** Records a successful request. */
  requested(operation: OrderOperation, durationSeconds: number): void {
    this.#requested.get(operation).record(durationSeconds);
  }

  /** @param increment what a fill or a total adds to what was counted for its order */
  filled(increment: FillIncrement, liquidity: Liquidity | undefined, expectedPrice: number | undefined): void {
    const { executions, quantity, price, money, divisor } = increment;
    if (executions > 0) this.#fills.get(liquidity).add(executions);
    if ((executions > 0 || quantity > 0) && this.#fillAgeKey !== undefined) {
      this.#instruments.fillAge.happened(this.#fillAgeKey, this.#fillAgeAttributes);
    }
    if (quantity === 0 && money === 0) return;
    this.#notional.get(liquidity).add(Math.abs(money));
    if (quantity === 0 || expectedPrice === undefined || this.isBuy === undefined) return;
    const { direction, basisPoints, cost } = slippageOf(this, expectedPrice, price, quantity, divisor);
    if (basisPoints !== undefined) this.#slippage.get(direction).record(basisPoints);
    this.#slippageCost.get(direction).add(cost);
  }

  /** Counts the correction or bust of an execution. */
  corrected(
    type: CorrectionType,
    { added, reversedMoney }: CorrectionIncrement,
    liquidity: Liquidity | undefined,
    expectedPrice: number | undefined,
  ): void {
    this.#instruments.corrections.add(1, { ...this.#symbolAndSide(), [ATTR_TRADING_CORRECTION_TYPE]: type });
    this.filled(added, liquidity, expectedPrice);
    this.reversed(reversedMoney);
  }

  /** Counts money that was counted but not moved; not negative. */
  reversed(reversedMoney: number): void {
    if (reversedMoney === 0) return;
    this.#instruments.reversed.add(reversedMoney, {
      ...this.#symbolAndSide(),
      [ATTR_TRADING_CURRENCY]: this.currency,
    });
  }

  /** Counts a fee or a rebate. */
  paid({ amount, currency }: ParsedFee, liquidity: Liquidity | undefined): void {
    if (currency === undefined || currency === null || currency === this.currency) {
      (amount < 0 ? this.#received : this.#paid).get(liquidity).add(Math.abs(amount));
      return;
    }
    const direction = amount < 0 ? 'received' : 'paid';
    this.#instruments.fee.add(Math.abs(amount), this.#feeAttributes(currency, direction, liquidity));
  }

  filledWholly(type: OrderType, fillSeconds: number | undefined, signalFillSeconds: number | undefined): void {
    if (fillSeconds !== undefined) this.#fillDuration.get(type).record(fillSeconds);
    if (signalFillSeconds !== undefined) this.#signalFillDuration.get(undefined).record(signalFillSeconds);
  }

  fillRatio(type: OrderType, ratio: number): void {
    this.#fillRatio.get(type).record(ratio);
  }

  #symbolAndSide() {
    return {
      [ATTR_TRADING_VENUE]: this.venue,
      [ATTR_TRADING_SYMBOL]: this.symbol,
      [ATTR_TRADING_ORDER_SIDE]: this.side,
      [ATTR_TRADING_ACCOUNT]: this.account,
    };
  }

  #feeAttributes(currency: string, direction: 'paid' | 'received', liquidity: Liquidity | undefined) {
    return {
      [ATTR_TRADING_VENUE]: this.venue,
      [ATTR_TRADING_SYMBOL]: this.isMultiLeg ? undefined : this.symbol,
      [ATTR_TRADING_CURRENCY]: currency,
      [ATTR_TRADING_PAYMENT_DIRECTION]: direction,
      [ATTR_TRADING_ORDER_LIQUIDITY]: liquidity,
      [ATTR_TRADING_ACCOUNT]: this.account,
    };
  }
}

/** An id that is a number is recorded as its digits. */
function isText(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}
