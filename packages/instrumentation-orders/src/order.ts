import { type Meter, numberBetween, positiveNumber, runTimed, secondsBetween } from '@trademeter/instrumentation';
import type {
  OrderFill,
  OrderOperation,
  OrderOutcome,
  OrderReplacement,
  OrderType,
  TimeInForce,
} from './order-facts.ts';
import type { OrderRecorder, ResolvedKey } from './order-recorder.ts';

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

// Quantities are sums of decimals in binary: 0.1 + 0.2 has to fill an order for 0.3.
const quantityTolerance = 1e-9;
const notNegative = numberBetween(0, Number.POSITIVE_INFINITY);

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
    recorder.changeOpen(start.key, 1);
    recorder.expectOutcomes(start.key, start.timeInForce);
    // Filled while nobody looked.
    if (start.filledQuantity > 0 && start.quantity !== undefined && this.#leaves(start.quantity) <= 0)
      this.#end('filled');
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
    const leaves = this.#meter.attempt('trading.order.fills', () => this.#account(fill));
    if (leaves === undefined) return;
    // The venue has answered, though nobody knows when.
    this.#isAcknowledged = true;
    this.#meter.attempt('trading.order.fills', () => this.#recorder.filled(start.key, fill, this.#expectedPrice));
    if (leaves <= 0) this.#fillWholly(start);
  }

  /** The venue has changed the order's quantity (FIX OrderQty) or price. Less than what is filled already ends it. */
  replace(replacement: OrderReplacement): void {
    const start = this.#start;
    if (start === undefined || this.#outcome !== undefined) return;
    this.#meter.attempt('trading.order.closed', () => {
      const { quantity, expectedPrice } = replacement;
      if (expectedPrice !== undefined) this.#expectedPrice = expectedPrice;
      if (quantity === undefined) return;
      if (!this.#meter.accepts('trading.order.closed', 'quantity', quantity, positiveNumber)) return;
      this.#quantity = quantity;
      if (this.#leaves(quantity) <= 0) this.#fillWholly(start);
    });
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
   * @param reason FIX OrdRejReason(103) in snake case (`insufficient_credit_limit`, `unknown_symbol`, …), an HTTP
   * status, or the error that the venue's library threw
   */
  reject(reason?: unknown): void {
    if (this.#start === undefined || this.#outcome !== undefined) return;
    this.#recorder.rejected(this.#start.key.venue, reason);
    this.#answer(reason);
    this.#end('rejected');
  }

  /** The order never reached the venue, as far as is known: a timeout, a broken connection. */
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
  request<R>(operation: OrderOperation, fn: () => R): R {
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

  /** @returns what the fill leaves open, or `undefined` when it is none. */
  #account(fill: OrderFill): number | undefined {
    const { quantity, executionId } = fill;
    if (executionId !== undefined && this.#executions.has(executionId)) return undefined;
    if (!this.#recorder.isFill(fill)) return undefined;
    if (executionId !== undefined) this.#executions.add(executionId);
    this.#filledQuantity += quantity;
    const leaves = this.#quantity === undefined ? Number.POSITIVE_INFINITY : this.#leaves(this.#quantity);
    const { leavesQuantity } = fill;
    if (leavesQuantity === undefined || leavesQuantity === null) return leaves;
    return this.#meter.accepts('trading.order.fills', 'leavesQuantity', leavesQuantity, notNegative)
      ? leavesQuantity
      : leaves;
  }

  #leaves(quantity: number): number {
    const leaves = quantity - this.#filledQuantity;
    return leaves <= quantity * quantityTolerance ? 0 : leaves;
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
    this.#recorder.changeOpen(start.key, -1);
    this.#recorder.closed(start.key, outcome, start.timeInForce);
    // What the venue never worked has no fill ratio.
    if (outcome === 'rejected' || outcome === 'failed') return;
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
