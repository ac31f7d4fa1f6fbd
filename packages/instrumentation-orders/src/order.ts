import {
  describeValue,
  type Meter,
  positiveNumber,
  runTimed,
  type Settled,
  secondsBetween,
} from '@trademeter/instrumentation';
import { METRIC_TRADING_ORDER_FEE } from '@trademeter/semantic-conventions';
import { unitContract } from './contract.ts';
import { type FilledTotal, FillLedger } from './fill-ledger.ts';
import type { OrderRecorder } from './order-recorder.ts';
import { expectedPrice, type OrderStart } from './order-start.ts';
import type {
  Liquidity,
  OrderFee,
  OrderFill,
  OrderOperation,
  OrderOutcome,
  OrderReplacement,
  OrderUpdate,
} from './order-types.ts';
import {
  executionIdOf,
  hasFees,
  type ParsedFee,
  type ParsedOrderParts,
  parseFill,
  parseFillParts,
  parseId,
  parseLiquidity,
  parseOrderFee,
  parseOrderParts,
} from './parse-fill.ts';
import { type ParsedUpdate, parseUpdate } from './parse-update.ts';
import { readOptionalFigure } from './read-optional.ts';

// Quantities are sums of decimals in binary: 0.1 + 0.2 has to fill an order for 0.3.
const quantityTolerance = 1e-9;
// A venue that says what is open has subtracted once at most: it means the 1 that it reports of two billion.
const reportedTolerance = 4 * Number.EPSILON;
// What a fee in the base currency takes from a fill; more than that was not filled.
const closedTolerance = 0.02;

/**
 * Follows one order from its placement to its end. Nothing here throws, and an order ends once: whatever is called
 * after that changes no count of orders. A fill that arrives late, after a cancel say, still moved money and is counted
 * as a fill.
 */
export class Order {
  readonly #meter: Meter;
  readonly #recorder: OrderRecorder;
  /** Absent when what was placed could not be understood: every verb then does nothing. */
  readonly #start: OrderStart | undefined;
  readonly #ledger: FillLedger;
  /** Fees by their execution, where that is known. */
  #paid: Map<string, Set<string>> | undefined;
  #quantity: number | undefined;
  #expectedPrice: number | undefined;
  #isAcknowledged = false;
  readonly #followedSince: number;
  #outcome: OrderOutcome | undefined;

  /** @internal */
  constructor(meter: Meter, recorder: OrderRecorder, start: OrderStart | undefined) {
    this.#meter = meter;
    this.#recorder = recorder;
    this.#start = start;
    this.#followedSince = meter.now();
    this.#ledger = new FillLedger(unitContract, start?.filled ?? { quantity: 0, value: 0, executionIds: [] });
    if (start === undefined) return;
    this.#quantity = start.quantity;
    this.#expectedPrice = start.expectedPrice;
    this.#isAcknowledged = start.isAcknowledged;
    recorder.opened(this, start.key, start.ageSeconds);
    recorder.expectOutcomes(start.key, start.timeInForce);
    // Filled while nobody looked.
    if (start.filled.quantity > 0 && this.#leaves() === 0) this.#end('filled');
  }

  /** How it ended, or `undefined` while it is open. */
  get outcome(): OrderOutcome | undefined {
    return this.#outcome;
  }

  /** FIX CumQty(14), in units of the symbol. */
  get filledQuantity(): number {
    return this.#ledger.quantity;
  }

  /** The venue has taken the order. Records the time since it was placed, once; not after a fill, which implies it. */
  acknowledge(): void {
    this.#answer();
  }

  /** One execution. The one that leaves nothing open ends the order as `filled`. */
  fill(fill: OrderFill): void {
    const start = this.#start;
    if (start === undefined) return;
    const parts = this.#execute(start, fill);
    if (parts !== undefined && this.#leaves(parts.leavesQuantity) === 0) this.#fillWholly(start, parts.ageSeconds);
  }

  /**
   * What the venue says of the order, in any order and as often as it says it: a status, totals, executions. The
   * quantity counted is the larger of the executions that are known and the largest total. A status that says that the
   * order has ended ends it. Does not record the time that the venue took to answer, as `acknowledge` does.
   *
   * @example
   * order.update({ status: 'closed', filledQuantity: 0.5, cost: 32_005 });
   */
  update(update: OrderUpdate): void {
    const start = this.#start;
    if (start === undefined) return;
    const parsed = parseUpdate(this.#meter, update);
    if (parsed === undefined) return;
    const { status, total, executions } = parsed;
    let { ageSeconds } = parsed;
    for (const execution of executions) {
      // Without an id nobody can say whether it was counted before; the total has it.
      if (executionIdOf(execution) === undefined) {
        this.#dropExecution(execution);
        continue;
      }
      const executed = this.#execute(start, execution);
      ageSeconds ??= executed?.ageSeconds;
    }
    if (total !== undefined) {
      this.#recorder.filled(start.key, this.#ledger.total(total), undefined, this.#expectedPrice);
    }
    if (this.#ledger.quantity > 0 || (status !== undefined && status !== 'pending')) this.#isAcknowledged = true;
    this.#follow(start, parsed, ageSeconds);
  }

  /**
   * A fee or a rebate that comes apart from its fill: later (IBKR's commission report), or one more in another currency.
   *
   * @example
   * order.fee({ amount: 1.05, currency: 'USD', executionId: '0000e0d5.6596b0d0.01.01' });
   */
  fee(fee: OrderFee): void {
    const start = this.#start;
    if (start === undefined) return;
    this.#meter.attempt(METRIC_TRADING_ORDER_FEE, () => {
      const parsed = parseOrderFee(this.#meter, fee);
      if (parsed === undefined) return;
      const executionId = parseId(this.#meter, 'executionId', fee.executionId);
      this.#pay(start, executionId, [parsed], parseLiquidity(this.#meter, fee.liquidity));
    });
  }

  /** The venue has changed the order's quantity (FIX OrderQty) or price. Less than what is filled already ends it. */
  replace(replacement: OrderReplacement): void {
    const start = this.#start;
    if (start === undefined || this.#outcome !== undefined) return;
    if (typeof replacement !== 'object' || replacement === null) {
      const got = describeValue(replacement);
      this.#meter.drop('trading.order.closed', 'invalid_argument', `a replacement must be an object, got ${got}`);
      return;
    }
    this.#expectedPrice = expectedPrice(this.#meter, replacement) ?? this.#expectedPrice;
    const quantity = readOptionalFigure(
      this.#meter,
      'trading.order.closed',
      'quantity',
      positiveNumber,
      () => replacement.quantity,
    );
    if (quantity === undefined) return;
    this.#quantity = quantity;
    if (this.#leaves() === 0) this.#fillWholly(start, undefined);
  }

  /** The order was canceled, wholly or what was left of it. */
  cancel(): void {
    this.#end('canceled');
  }

  /** The order's time in force ran out. */
  expire(): void {
    this.#end('expired');
  }

  /**
   * The venue has refused the order.
   *
   * @param reason FIX OrdRejReason(103) in snake case (`insufficient_credit_limit`, `unknown_symbol`, …) or its
   * number from 0 to 99, the venue's code (`-2010`), an HTTP status, or the error that the venue's library threw
   */
  reject(reason?: unknown): void {
    if (this.#start === undefined || this.#outcome !== undefined) return;
    this.#recorder.rejected(this.#start.key.venue, reason);
    this.#answer(reason);
    this.#end('rejected');
  }

  /** The order never reached the venue, or was lost on the way, as far as is known: a timeout, a broken connection. */
  fail(error?: unknown): void {
    if (this.#start === undefined || this.#outcome !== undefined) return;
    this.#answer(error);
    this.#end('failed');
  }

  /**
   * Times a request about this order to the venue, with `error.type` when it throws; the error goes on to the caller,
   * who decides what it means for the order. A `new` request that succeeds acknowledges the order.
   *
   * @example
   * await order.request('cancel', () => exchange.cancelOrder(id));
   * order.cancel();
   */
  request<R>(operation: OrderOperation, fn: () => R): Settled<R> {
    const isFirst = operation === 'new' && !this.#isAcknowledged;
    // Its duration stands for the acknowledgement's: recorded once.
    if (isFirst) this.#isAcknowledged = true;
    return runTimed(this.#recorder.startRequest(this.#start?.key.venue, operation), fn);
  }

  /** @internal The key of what it recorded; `undefined` when what was placed could not be understood. */
  get symbol(): unknown {
    return this.#start?.key.symbol;
  }

  /** @internal Nobody follows it any more: it no longer counts as open. */
  forget(): void {
    if (this.#start !== undefined && this.#outcome === undefined) this.#recorder.ended(this, this.#start.key);
  }

  /** @returns what the fill says besides, when it was not counted before */
  #execute(start: OrderStart, fill: OrderFill): ParsedOrderParts | undefined {
    const given = executionIdOf(fill);
    // First: what is wrong with a fill is logged once, however often it is delivered.
    if (given !== undefined && this.#ledger.has(given)) {
      this.#payLate(start, given, fill);
      return undefined;
    }
    const parsed = parseFill(this.#meter, fill);
    if (parsed === undefined) return undefined;
    const parts = parseOrderParts(this.#meter, fill);
    const { executionId, ageSeconds } = parts;
    const isEarlier = ageSeconds === undefined || ageSeconds > this.#secondsSince(0);
    // The venue has answered, though nobody knows when.
    this.#isAcknowledged = true;
    const { quantity, price, fees, liquidity } = parsed;
    if (quantity === 0) {
      this.#pay(start, executionId, fees, liquidity);
      return undefined;
    }
    const increment = this.#ledger.execution(executionId, quantity, price, isEarlier);
    if (increment === undefined) return undefined;
    this.#recorder.filled(start.key, increment, liquidity, this.#expectedPrice);
    this.#pay(start, executionId, fees, liquidity);
    if (executionId !== undefined && hasFees(fill)) this.#paidOf(executionId);
    return parts;
  }

  /** Of an execution that is delivered again only its fee may be new: IBKR and ccxt have it later. */
  #payLate(start: OrderStart, executionId: string, fill: OrderFill): void {
    if (this.#paid?.has(executionId) === true || this.#ledger.isBefore(executionId) || !hasFees(fill)) return;
    const { fees, liquidity } = parseFillParts(this.#meter, fill);
    this.#paidOf(executionId);
    this.#pay(start, executionId, fees, liquidity);
  }

  #pay(
    start: OrderStart,
    executionId: string | undefined,
    fees: readonly ParsedFee[],
    liquidity: Liquidity | undefined,
  ): void {
    for (const fee of fees) {
      if (executionId !== undefined) {
        if (this.#ledger.isBefore(executionId)) return;
        const paid = this.#paidOf(executionId);
        const what = `${fee.amount} ${fee.currency ?? start.key.currency}`;
        if (paid.has(what)) continue;
        paid.add(what);
      }
      this.#recorder.paid(start.key, fee, liquidity);
    }
  }

  /** What was paid for an execution. */
  #paidOf(executionId: string): Set<string> {
    this.#paid ??= new Map();
    let paid = this.#paid.get(executionId);
    if (paid === undefined) {
      paid = new Set();
      this.#paid.set(executionId, paid);
    }
    return paid;
  }

  #dropExecution(execution: unknown): void {
    const got = describeValue(execution);
    const detail = `an execution of an update must have an executionId, got ${got}`;
    this.#meter.drop('trading.order.fills', 'invalid_argument', detail);
  }

  /** Ends the order when its status or its quantity says so. */
  #follow(
    start: OrderStart,
    { status, total, leavesQuantity, reason }: ParsedUpdate,
    ageSeconds: number | undefined,
  ): void {
    const isWhole = this.#ledger.quantity > 0 && this.#leaves() === 0;
    switch (status) {
      case 'canceled':
      case 'expired':
        // A cancel that came too late.
        if (isWhole) this.#fillWholly(start, ageSeconds);
        else this.#end(status);
        return;
      case 'rejected':
        this.reject(reason);
        return;
      case 'closed':
        if (this.#isFilledAtClose(total, leavesQuantity)) this.#fillWholly(start, ageSeconds);
        else this.#end('canceled');
        return;
      case 'filled':
        this.#fillWholly(start, ageSeconds);
        return;
      default: {
        const isFilled = this.#ledger.quantity > 0 && this.#leaves(leavesQuantity) === 0;
        if (isWhole || isFilled) this.#fillWholly(start, ageSeconds);
      }
    }
  }

  /** The venue's answer to the placement. */
  #answer(...failure: [unknown?]): void {
    const start = this.#start;
    if (start === undefined || this.#isAcknowledged) return;
    this.#isAcknowledged = true;
    if (start.ageSeconds === undefined) return;
    this.#recorder.requested(start.key.venue, 'new', this.#secondsSince(start.ageSeconds), ...failure);
  }

  /**
   * What is still open, or `Infinity` when that is not known; what decimals in binary leave is nothing.
   *
   * @param reported what the venue says is open
   */
  #leaves(reported?: number): number {
    const filled = this.#ledger.quantity;
    const quantity = this.#quantity ?? (reported === undefined ? undefined : filled + reported);
    if (quantity === undefined) return Number.POSITIVE_INFINITY;
    const leaves = reported ?? quantity - filled;
    const tolerance = reported === undefined ? quantityTolerance : reportedTolerance;
    return leaves <= quantity * tolerance ? 0 : leaves;
  }

  /** Whether an order that ccxt calls `closed` was filled: some of it was, and no more is missing than a fee takes. */
  #isFilledAtClose(total: FilledTotal | undefined, leavesQuantity: number | undefined): boolean {
    const filled = this.#ledger.quantity;
    if (filled === 0) return total === undefined && (leavesQuantity ?? 0) === 0;
    const quantity = this.#quantity ?? filled + (leavesQuantity ?? 0);
    return quantity - filled <= quantity * closedTolerance;
  }

  /** @param agoSeconds how long ago the last fill was; `undefined` for now */
  #fillWholly({ key, type, ageSeconds, signalAgeSeconds }: OrderStart, agoSeconds: number | undefined): void {
    if (this.#outcome !== undefined) return;
    const until = (seconds: number | undefined) =>
      seconds === undefined ? undefined : Math.max(0, this.#secondsSince(seconds) - (agoSeconds ?? 0));
    this.#recorder.filledWholly(key, type, until(ageSeconds), until(signalAgeSeconds));
    this.#end('filled');
  }

  #end(outcome: OrderOutcome): void {
    const start = this.#start;
    if (start === undefined || this.#outcome !== undefined) return;
    this.#outcome = outcome;
    this.#recorder.ended(this, start.key);
    this.#recorder.closed(start.key, outcome, start.timeInForce);
    // What the venue never worked has no fill ratio.
    if ((outcome === 'rejected' || outcome === 'failed') && this.#ledger.quantity === 0) return;
    const ratio = outcome === 'filled' ? 1 : this.#fillRatio();
    if (ratio !== undefined) this.#recorder.fillRatio(start.key, start.type, ratio);
  }

  #fillRatio(): number | undefined {
    return this.#quantity === undefined ? undefined : Math.min(1, this.#ledger.quantity / this.#quantity);
  }

  /** @param ageSeconds how long it was ago when the order began to be followed */
  #secondsSince(ageSeconds: number): number {
    return ageSeconds + secondsBetween(this.#followedSince, this.#meter.now());
  }
}
