import {
  describeValue,
  type Meter,
  positiveNumber,
  runTimed,
  type Settled,
  secondsBetween,
} from '@trademeter/instrumentation';
import type { OrderRecorder } from './order-recorder.ts';
import { expectedPrice, type OrderStart } from './order-start.ts';
import type { OrderFill, OrderOperation, OrderOutcome, OrderReplacement } from './order-types.ts';
import { executionIdOf, parseFill, parseOrderParts } from './parse-fill.ts';
import { readOptionalFigure } from './read-optional.ts';

// Quantities are sums of decimals in binary: 0.1 + 0.2 has to fill an order for 0.3.
const quantityTolerance = 1e-9;
// A venue that tells what is open has subtracted once at most: it means the 1 that it tells of two billion.
const toldTolerance = 4 * Number.EPSILON;

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
  readonly #executions = new Set<string>();
  #quantity: number | undefined;
  #expectedPrice: number | undefined;
  #filledQuantity = 0;
  #isAcknowledged = false;
  readonly #followedSince: number;
  #outcome: OrderOutcome | undefined;

  /** @internal */
  constructor(meter: Meter, recorder: OrderRecorder, start: OrderStart | undefined) {
    this.#meter = meter;
    this.#recorder = recorder;
    this.#start = start;
    this.#followedSince = meter.now();
    if (start === undefined) return;
    this.#quantity = start.quantity;
    this.#expectedPrice = start.expectedPrice;
    this.#filledQuantity = start.filledQuantity;
    this.#isAcknowledged = start.isAcknowledged;
    recorder.opened(this, start.key, start.ageSeconds);
    recorder.expectOutcomes(start.key, start.timeInForce);
    // Filled while nobody looked.
    if (start.filledQuantity > 0 && this.#leaves() === 0) this.#end('filled');
  }

  /** How it ended, or `undefined` while it is open. */
  get outcome(): OrderOutcome | undefined {
    return this.#outcome;
  }

  /** FIX CumQty(14), in units of the symbol. */
  get filledQuantity(): number {
    return this.#filledQuantity;
  }

  /** The venue has taken the order. Records the time since it was placed, once; not after a fill, which implies it. */
  acknowledge(): void {
    this.#answer();
  }

  /** One execution. The one that leaves nothing open ends the order as `filled`. */
  fill(fill: OrderFill): void {
    const start = this.#start;
    if (start === undefined) return;
    const told = executionIdOf(fill);
    // First: what is wrong with a fill is told once, however often it is delivered.
    if (told !== undefined && this.#executions.has(told)) return;
    const usable = parseFill(this.#meter, fill);
    if (usable === undefined) return;
    const { executionId, leavesQuantity } = parseOrderParts(this.#meter, fill);
    if (executionId !== undefined) this.#executions.add(executionId);
    this.#filledQuantity += usable.quantity;
    // The venue has answered, though nobody knows when.
    this.#isAcknowledged = true;
    this.#recorder.filled(start.key, usable, this.#expectedPrice);
    if (this.#leaves(leavesQuantity) === 0) this.#fillWholly(start);
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
    if (this.#leaves() === 0) this.#fillWholly(start);
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
   * @param told what the venue says is open
   */
  #leaves(told?: number): number {
    const quantity = this.#quantity ?? (told === undefined ? undefined : this.#filledQuantity + told);
    if (quantity === undefined) return Number.POSITIVE_INFINITY;
    const leaves = told ?? quantity - this.#filledQuantity;
    const tolerance = told === undefined ? quantityTolerance : toldTolerance;
    return leaves <= quantity * tolerance ? 0 : leaves;
  }

  #fillWholly({ key, type, ageSeconds, signalAgeSeconds }: OrderStart): void {
    if (this.#outcome !== undefined) return;
    this.#recorder.filledWholly(key, type, this.#secondsSince(ageSeconds), this.#secondsSince(signalAgeSeconds));
    this.#end('filled');
  }

  #end(outcome: OrderOutcome): void {
    const start = this.#start;
    if (start === undefined || this.#outcome !== undefined) return;
    this.#outcome = outcome;
    this.#recorder.ended(this, start.key);
    this.#recorder.closed(start.key, outcome, start.timeInForce);
    // What the venue never worked has no fill ratio.
    if ((outcome === 'rejected' || outcome === 'failed') && this.#filledQuantity === 0) return;
    const ratio = outcome === 'filled' ? 1 : this.#fillRatio();
    if (ratio !== undefined) this.#recorder.fillRatio(start.key, start.type, ratio);
  }

  #fillRatio(): number | undefined {
    return this.#quantity === undefined ? undefined : Math.min(1, this.#filledQuantity / this.#quantity);
  }

  /** @param ageSeconds how long it was ago when the order began to be followed */
  #secondsSince(ageSeconds: number): number;
  #secondsSince(ageSeconds: number | undefined): number | undefined;
  #secondsSince(ageSeconds: number | undefined): number | undefined {
    return ageSeconds === undefined ? undefined : ageSeconds + secondsBetween(this.#followedSince, this.#meter.now());
  }
}
