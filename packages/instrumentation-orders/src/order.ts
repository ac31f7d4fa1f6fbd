import {
  describeValue,
  isIbkr,
  type Meter,
  positiveNumber,
  runTimed,
  type Settled,
  secondsBetween,
  whenSettled,
} from '@trademeter/instrumentation';
import { METRIC_TRADING_ORDER_FEE } from '@trademeter/semantic-conventions';
import { ExecutionRevisions } from './ledgers/execution-revisions.ts';
import { FeeLedger } from './ledgers/fee-ledger.ts';
import { type FilledTotal, FillLedger, quantityTolerance } from './ledgers/fill-ledger.ts';
import type {
  ExecutionBust,
  ExecutionCorrection,
  Liquidity,
  OrderFee,
  OrderFill,
  OrderOperation,
  OrderOutcome,
  OrderReplacement,
  OrderUpdate,
  RequestOptions,
} from './order-types.ts';
import { isPriceUsable, moneyOf, unitContract } from './reading/contract-terms.ts';
import { expectedPrice, type OrderStart } from './reading/order-start.ts';
import {
  executionIdOf,
  hasFees,
  type ParsedCorrection,
  type ParsedFee,
  type ParsedFill,
  type ParsedOrderParts,
  parseBust,
  parseCorrection,
  parseFill,
  parseFillParts,
  parseId,
  parseLiquidity,
  parseOrderFee,
  parseOrderParts,
} from './reading/parse-fill.ts';
import { type ParsedUpdate, parseUpdate } from './reading/parse-update.ts';
import { notNegative, readGiven, readOptionalFigure } from './reading/read-optional.ts';
import { type RequestFailure, requestFailureOf } from './reading/request-failure.ts';
import type { CorrectionType, OrderKind } from './recording/order-kind.ts';
import type { OrderRecorder } from './recording/order-recorder.ts';

// A reported open quantity is the result of one subtraction at most: an open 1 of two billion is not a rounding error.
const reportedTolerance = 4 * Number.EPSILON;
// A fee in the base currency reduces a fill by less than this share. If more is missing, the order was not filled.
const closedTolerance = 0.02;

/**
 * Order is the handle of one order, from its placement to its end. No method throws. An order closes once: later calls
 * change no count of orders. A fill that arrives after the close (after a cancel, for example) moved money all the
 * same, and counts as a fill.
 */
export class Order {
  readonly #meter: Meter;
  readonly #recorder: OrderRecorder;
  /** `undefined` if the placed order was invalid: every verb then does nothing. */
  readonly #start: OrderStart | undefined;
  readonly #ledger: FillLedger;
  /** For IBKR only, whose execution ids show which execution they correct. */
  readonly #revisions: ExecutionRevisions | undefined;
  #legExecutions: Set<string> | undefined;
  readonly #fees: FeeLedger;
  #quantity: number | undefined;
  /** Whether the quantity is that of a replacement alone, without the fills before it. */
  #isQuantityRestarted = false;
  #expectedPrice: number | undefined;
  /** Whether the venue's response time was recorded, or can no longer be known. */
  #isAnswered = false;
  /** Whether the venue has confirmed that it has the order. */
  #isConfirmed = false;
  #isUnconfirmed = false;
  /** Whether the order is one of those that are counted as open, or as unconfirmed. */
  #isCountedOpen = false;
  #isCountedUnconfirmed = false;
  #isForgotten = false;
  /** Whether another tracked order goes on in its place. */
  #isSuperseded = false;
  readonly #followedSince: number;
  #outcome: OrderOutcome | undefined;
  #endedAt = 0;

  /** @internal */
  constructor(meter: Meter, recorder: OrderRecorder, start: OrderStart | undefined) {
    this.#meter = meter;
    this.#recorder = recorder;
    this.#start = start;
    this.#followedSince = meter.now();
    const hasRevisedIds = isIbkr(start?.key.venue);
    this.#fees = new FeeLedger(start?.key.currency ?? '', hasRevisedIds);
    this.#ledger = new FillLedger(
      start?.key.contract ?? unitContract,
      start?.filled ?? { quantity: 0, value: 0, executionIds: [] },
    );
    if (start === undefined) return;
    if (hasRevisedIds) this.#revisions = new ExecutionRevisions(start.filled.executionIds);
    this.#quantity = start.quantity;
    this.#expectedPrice = start.expectedPrice;
    this.#isAnswered = start.isAcknowledged;
    this.#isConfirmed = start.isAcknowledged;
    this.#isCountedOpen = recorder.opened(this, start.key, start.ageSeconds);
    start.key.expectOutcomes(start.timeInForce);
    // It was filled while no process tracked it.
    if (start.filled.quantity > 0 && this.#leaves() === 0) this.#end('filled');
  }

  /** How the order ended; `undefined` while it is open. */
  get outcome(): OrderOutcome | undefined {
    return this.#outcome;
  }

  /** The filled quantity, FIX CumQty(14), in units of the symbol. */
  get filledQuantity(): number {
    return this.#ledger.quantity;
  }

  /** Reports that the venue accepted the order. Records the time since the placement, once, and not after a fill. */
  acknowledge(): void {
    this.#answer();
    this.#confirm();
  }

  /**
   * Counts one execution, with its notional, `fee` or `fees`, `liquidity` and slippage; one with a repeated
   * `executionId` only once. If nothing is left open (`leavesQuantity`), the order closes as `filled`.
   */
  fill(fill: OrderFill): void {
    const start = this.#start;
    if (start === undefined) return;
    const parts = this.#execute(start, fill);
    if (parts !== undefined && this.#leaves(parts.leavesQuantity) === 0) this.#fillWholly(start, parts.ageSeconds);
  }

  /**
   * Reports a message of the venue about the order: a status, totals, executions. Messages may arrive in any sequence
   * and repeatedly. The quantity counted is the sum of the known executions or the largest total, whichever is larger.
   * A terminal status closes the order. Unlike `acknowledge`, it does not record the venue's response time.
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
    if (this.#outcome === 'failed' && !this.#isSuperseded && this.#isAlive(parsed)) this.reopen();
    for (const execution of executions) {
      // Without an id it might have been counted before. The total includes it.
      if (executionIdOf(execution) === undefined) {
        this.#dropExecution(execution);
        continue;
      }
      const executed = this.#execute(start, execution);
      ageSeconds ??= executed?.ageSeconds;
    }
    if (total !== undefined) this.#total(start, total);
    if (total !== undefined || (status !== undefined && status !== 'pending')) this.#confirm();
    if (this.#isConfirmed) this.#isAnswered = true;
    if (!this.#isSuperseded) this.#follow(start, parsed, ageSeconds);
  }

  /**
   * Counts a fee or a rebate that is reported separately from its fill, such as IBKR's commission report.
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

  /** Reports that the venue changed the order. A quantity (FIX OrderQty) not above the filled quantity closes it. */
  replace(replacement: OrderReplacement): void {
    const start = this.#start;
    if (start === undefined || !this.isOpen) return;
    if (typeof replacement !== 'object' || replacement === null) {
      const got = describeValue(replacement);
      this.#meter.drop('trading.order.closed', 'invalid_argument', `a replacement must be an object, got ${got}`);
      return;
    }
    const restart = this.#restartOf(replacement);
    const filledBefore = restart === undefined ? 0 : this.#ledger.quantity - restart;
    if (restart !== undefined) this.#ledger.restart(restart);
    this.#change(start, replacement, filledBefore, restart !== undefined);
  }

  /**
   * @internal As {@link replace}, for an order that gets a new id, even if it ended under its old one: some venues cancel
   * the old id first.
   */
  replaceId(replacement: OrderReplacement): void {
    if (this.#outcome === 'canceled' || this.#outcome === 'expired' || this.#outcome === 'failed') this.reopen();
    if (this.isOpen) this.replace(replacement);
    else if (!this.#isSuperseded) this.#start?.key.replaced();
  }

  /**
   * @param filledBefore what the new quantity does not include
   * @param isRestarted whether the new quantity is that of the replacement alone
   */
  #change(start: OrderStart, replacement: OrderReplacement, filledBefore: number, isRestarted: boolean): void {
    this.#expectedPrice = expectedPrice(this.#meter, replacement) ?? this.#expectedPrice;
    const metric = 'trading.order.closed';
    const quantity = readOptionalFigure(this.#meter, metric, 'quantity', positiveNumber, replacement, 'quantity');
    start.key.replaced();
    this.#isAnswered = true;
    this.#confirm();
    if (quantity === undefined) return;
    this.#quantity = filledBefore + quantity;
    this.#isQuantityRestarted = isRestarted;
    if (this.#leaves() === 0) this.#fillWholly(start, undefined);
  }

  /** The total that the order starts with under its new id; `undefined` if the totals continue. */
  #restartOf(replacement: OrderReplacement): number | undefined {
    const key = 'filledQuantity';
    return readOptionalFigure(this.#meter, 'trading.order.closed', key, notNegative, replacement, key);
  }

  /**
   * Reports that the venue corrected an execution. An increase adds to the usual counters; a decrease counts in
   * `trading.order.notional_reversed`. The order stays open or closed.
   */
  correct(correction: ExecutionCorrection): void {
    const start = this.#start;
    if (start === undefined) return;
    const parsed = parseCorrection(this.#meter, correction);
    if (parsed !== undefined) this.#correct(start, parsed, 'corrected');
  }

  /** Reports that the venue canceled an execution: it did not happen. Counts in `trading.order.fill.corrections`. */
  bust(bust: ExecutionBust): void {
    const start = this.#start;
    if (start === undefined) return;
    const parsed = parseBust(this.#meter, bust);
    if (parsed !== undefined) this.#correct(start, parsed, 'busted');
  }

  /** Reports that the order, or the open rest of it, was canceled. Closes the order and records its fill ratio. */
  cancel(): void {
    this.#end('canceled');
  }

  /** Reports that the order expired at the end of its time in force. Closes the order and records its fill ratio. */
  expire(): void {
    this.#end('expired');
  }

  /**
   * Reports that the venue rejected the order. Closes the order, and counts in `trading.order.rejections` with the
   * reason as `error.type`.
   *
   * @param reason FIX OrdRejReason(103) in snake case (`insufficient_credit_limit`, `unknown_symbol`, …) or its
   * number from 0 to 99, the venue's code (`-2010`), an HTTP status, or the error that the venue's client threw
   */
  reject(reason?: unknown): void {
    if (this.#start === undefined || this.#outcome !== undefined) return;
    this.#recorder.rejected(this.#start.key.venue, reason);
    this.#answer(reason);
    this.#end('rejected');
  }

  /** Reports that the order never reached the venue, as far as is known. Closes the order. */
  fail(error?: unknown): void {
    if (this.#start === undefined || this.#outcome !== undefined) return;
    this.#answer(error);
    this.#end('failed');
  }

  /**
   * Reports that a request for the order failed. The error decides: the venue rejected the order (as `reject`), the
   * request was never sent (as `fail`), or it may have arrived (a timeout, a lost connection). In the last case the
   * order stays open and counts as unconfirmed until `acknowledge`, `update`, a fill, or an end settles it.
   *
   * If the venue has confirmed the order already, what failed is a second attempt, a change or a cancel, and the order
   * stays open. A refusal counts in `trading.order.rejections`. IBKR's codes 201 and 203 reject such an order, and 202
   * cancels it.
   *
   * @param error as the client threw it, or as IBKR's error callback reports it
   */
  error(error: unknown): void {
    const start = this.#start;
    if (start === undefined || this.#outcome !== undefined) return;
    switch (this.#failureOf(start, error)) {
      case 'unsent':
        // A later request failed: the venue has the order.
        if (!this.#isConfirmed) this.fail(error);
        return;
      case 'unknown':
        if (this.#isConfirmed) return;
        this.#answer(error);
        if (!this.#isUnconfirmed) this.#isCountedUnconfirmed = start.key.unconfirmed(1);
        this.#isUnconfirmed = true;
        return;
      case 'duplicate':
        // A duplicate id means that the first attempt arrived.
        if (this.#isUnconfirmed) this.#confirm();
        else if (!this.#isConfirmed) this.reject(error);
        return;
      case 'alive':
        this.#confirm();
        return;
      case 'canceled':
        this.cancel();
        return;
      case 'rejected':
        if (this.#isConfirmed) this.#recorder.rejected(start.key.venue, error);
        else this.reject(error);
        return;
      case 'order_rejected':
        this.reject(error);
    }
  }

  /**
   * Reports that a closed order is open after all, for example one that was reported as failed. An update that shows a
   * failed order alive reopens it as well.
   */
  reopen(): void {
    const start = this.#start;
    if (start === undefined || this.#outcome === undefined) return;
    this.#outcome = undefined;
    this.#isForgotten = false;
    start.key.reopened();
    this.#isCountedOpen = this.#recorder.opened(this, start.key, this.#secondsSince(start.ageSeconds ?? 0));
  }

  /**
   * Times a request to the venue about this order. If it throws, the duration has an `error.type` and the error reaches
   * the caller. A successful `new` request acknowledges the order.
   *
   * @example
   * await order.request('new', () => exchange.createOrder(…), { settle: true });
   */
  request<R>(operation: OrderOperation, fn: () => R, options?: RequestOptions): Settled<R> {
    const start = this.#start;
    const isNew = operation === 'new';
    // Its duration is that of the acknowledgement, which must be recorded once.
    if (isNew) this.#isAnswered = true;
    const run = () => runTimed(this.#recorder.startRequest(start?.key.venue, operation), fn);
    const isSettling = this.#meter.attempt('trading.order.closed', () => options?.settle === true) === true;
    if (start === undefined || (!isNew && !isSettling)) return run();
    return whenSettled(run, (failure) => {
      if (failure === undefined) {
        if (isNew) this.#confirm();
      } else if (isSettling && isNew) this.error(failure.error);
      else if (isSettling && this.#failureOf(start, failure.error).endsWith('rejected')) {
        this.#recorder.rejected(start.key.venue, failure.error);
      }
    }) as Settled<R>;
  }

  /**
   * @internal Reports a message about the order that this one replaced. Its executions count, and its totals if those of
   * this order continue them; its status does not apply to this order.
   */
  updateReplaced(update: OrderUpdate): void {
    const start = this.#start;
    if (start === undefined) return;
    const before = this.#ledger.quantity;
    const parsed = parseUpdate(this.#meter, update);
    for (const execution of parsed?.executions ?? []) {
      if (executionIdOf(execution) === undefined) this.#dropExecution(execution);
      else this.#execute(start, execution, true);
    }
    if (parsed?.total !== undefined && !this.#ledger.isRestarted) this.#total(start, parsed.total);
    if (this.#quantity !== undefined && this.#isQuantityRestarted) this.#quantity += this.#ledger.quantity - before;
    if (this.#leaves() === 0) this.#fillWholly(start, undefined);
  }

  /**
   * @internal Reports that another order, which was tracked before it was known to replace this one, goes on in its
   * place. If its totals start at 0, only fills of this one count from then on.
   *
   * @returns whether the other order took over all that was counted for this one
   */
  supersede(next: Order, replacement: OrderReplacement): boolean {
    const start = this.#start;
    if (start === undefined || this.#isSuperseded || !(#start in Object(next)) || next.#start === undefined)
      return false;
    const restart = this.#restartOf(replacement);
    const filledBefore = restart === undefined || restart === 0 ? 0 : this.#ledger.quantity - restart;
    if (restart !== 0) next.#absorb(next.#start, this, restart);
    if (next.#outcome === undefined) next.#change(next.#start, replacement, filledBefore, filledBefore !== 0);
    else next.#start.key.replaced();
    // One order, so it must not end twice.
    if (this.#outcome === undefined) this.forget();
    else start.key.reopened();
    this.#isSuperseded = true;
    return restart !== 0;
  }

  /** Takes over what was counted for the order that this one replaces. What was counted twice is taken back. */
  #absorb(start: OrderStart, replaced: Order, restart: number | undefined): void {
    start.key.reversed(this.#ledger.absorb(replaced.#ledger, restart));
    for (const fee of this.#fees.absorb(replaced.#fees)) start.key.paid(fee, undefined);
    this.#expectedPrice ??= replaced.#expectedPrice;
    // Without another quantity it is the same.
    if (restart === undefined) this.#quantity ??= replaced.#quantity;
  }

  /** @internal Whether the order may still end. */
  get isOpen(): boolean {
    return this.#outcome === undefined && !this.#isSuperseded;
  }

  /** @internal Whether another order goes on in its place. */
  get isSuperseded(): boolean {
    return this.#isSuperseded;
  }

  /** @internal */
  get isBuy(): boolean | undefined {
    return this.#start?.key.isBuy;
  }

  /** @internal How long ago the order ended; `undefined` while it is open. */
  get endedSeconds(): number | undefined {
    return this.#outcome === undefined ? undefined : secondsBetween(this.#endedAt, this.#meter.now());
  }

  /** @internal The recorded symbol; `undefined` if the placed order was invalid. */
  get symbol(): unknown {
    return this.#start?.key.symbol;
  }

  /** @internal Stops tracking the order: it no longer counts as open. */
  forget(): void {
    if (this.#start === undefined || this.#outcome !== undefined || this.#isForgotten) return;
    this.#confirm();
    this.#recorder.ended(this, this.#start.key, this.#isCountedOpen);
    this.#isForgotten = true;
  }

  #failureOf(start: OrderStart, error: unknown): RequestFailure {
    return this.#meter.attempt('trading.order.closed', () => requestFailureOf(error, start.key.venue)) ?? 'unknown';
  }

  /** The venue has the order, or it has ended. */
  #confirm(): void {
    this.#isConfirmed = true;
    if (!this.#isUnconfirmed || this.#start === undefined) return;
    this.#isUnconfirmed = false;
    if (this.#isCountedUnconfirmed) this.#start.key.unconfirmed(-1);
  }

  /** Whether an update shows that the venue has, or had, the order. */
  #isAlive({ status, total, executions }: ParsedUpdate): boolean {
    if (status === 'alive' || status === 'paused' || status === 'filled') return true;
    if (total !== undefined && total.quantity > this.#ledger.quantity) return true;
    return executions.some((execution) => !this.#ledger.has(executionIdOf(execution) ?? ''));
  }

  #correct(start: OrderStart, correction: ParsedCorrection, type: CorrectionType): void {
    const { previousId, id, quantity, price, fees, liquidity } = correction;
    const change = this.#ledger.correct(previousId, id, quantity, price);
    if (change === undefined) return;
    start.key.corrected(type, change, liquidity, this.#expectedPrice);
    if (!this.#ledger.isBefore(previousId)) {
      for (const fee of this.#fees.correct(previousId, id, fees)) start.key.paid(fee, liquidity);
    }
    if (this.#leaves() === 0) this.#fillWholly(start, undefined);
  }

  /** @returns the other parts of the fill; `undefined` if it was counted before */
  #execute(start: OrderStart, fill: OrderFill, isOfReplaced = false): ParsedOrderParts | undefined {
    const given = executionIdOf(fill);
    // Checked first, so that an invalid part of a fill is logged once, however often the fill is delivered.
    if (given !== undefined && this.#ledger.has(given)) {
      this.#payLate(start, given, fill);
      return undefined;
    }
    const parsed = parseFill(this.#meter, fill);
    if (parsed === undefined) return undefined;
    const parts = parseOrderParts(this.#meter, fill);
    const { executionId, mostSeconds } = parts;
    const isEarlier = mostSeconds === undefined || mostSeconds > this.#secondsSince(0);
    // The venue has answered, at an unknown time.
    this.#isAnswered = true;
    this.#confirm();
    const { quantity, price, fees, liquidity } = parsed;
    const leg = this.#legOf(start, fill);
    if (leg !== undefined) {
      this.#executeLeg(leg, executionId, parsed);
      return undefined;
    }
    if (!isPriceUsable(this.#meter, start.key.contract, price)) return undefined;
    if (quantity === 0) {
      this.#pay(start, executionId, fees, liquidity);
      return undefined;
    }
    const previousId = this.#revisions?.previous(executionId);
    if (previousId === 'newer') {
      if (fees.length > 0) this.#pay(start, executionId, fees, liquidity);
      return undefined;
    }
    if (executionId !== undefined && previousId !== undefined) {
      this.#correct(start, { previousId, id: executionId, quantity, price, fees, liquidity }, 'corrected');
      return parts;
    }
    const increment = isOfReplaced
      ? this.#ledger.executionOfReplaced(executionId, quantity, price, isEarlier)
      : this.#ledger.execution(executionId, quantity, price, isEarlier);
    if (increment === undefined) return undefined;
    start.key.filled(increment, liquidity, this.#expectedPrice);
    // The fees of a fill without any may still arrive.
    if (fees.length > 0 || (executionId !== undefined && hasFees(fill))) this.#pay(start, executionId, fees, liquidity);
    return parts;
  }

  /** The kind of the leg that a fill belongs to; `undefined` if it belongs to the order itself. */
  #legOf(start: OrderStart, fill: OrderFill): OrderKind | undefined {
    // In an order with a symbol, the symbol of a fill may only be spelled differently.
    if (!start.key.isMultiLeg) return undefined;
    const symbol = readGiven(this.#meter, 'trading.order.fills', fill, 'symbol');
    if (symbol === undefined || symbol === '') return undefined;
    return this.#meter.attempt('trading.order.fills', () => {
      const { venue, strategy, account, side } = start.key;
      const { currency, contractSize, contractType } = fill;
      return this.#recorder.resolve({
        symbol,
        side: fill.side ?? side,
        venue,
        strategy,
        account,
        currency,
        contractSize,
        contractType,
      });
    });
  }

  /** Counts an execution of a leg under the symbol of the leg. Its quantity is not part of the order's. */
  #executeLeg(leg: OrderKind, executionId: string | undefined, { quantity, price, fees, liquidity }: ParsedFill): void {
    const symbol: unknown = leg.symbol;
    const id = executionId === undefined ? undefined : `${typeof symbol === 'string' ? symbol : ''}\n${executionId}`;
    this.#legExecutions ??= new Set();
    if (id !== undefined && this.#legExecutions.has(id)) return;
    if (id !== undefined) this.#legExecutions.add(id);
    for (const fee of fees) leg.paid(fee, liquidity);
    if (quantity === 0 || !isPriceUsable(this.#meter, leg.contract, price)) return;
    const money = moneyOf(leg.contract, quantity, price);
    leg.filled({ executions: 1, quantity, price, money, divisor: 1 }, liquidity, undefined);
  }

  /** Counts the fee of an execution that is delivered again: IBKR and ccxt report it later. */
  #payLate(start: OrderStart, executionId: string, fill: OrderFill): void {
    if (this.#fees.has(executionId) || !hasFees(fill)) return;
    const { fees, liquidity } = parseFillParts(this.#meter, fill);
    this.#pay(start, executionId, fees, liquidity);
  }

  #pay(
    start: OrderStart,
    executionId: string | undefined,
    fees: readonly ParsedFee[],
    liquidity: Liquidity | undefined,
  ): void {
    if (executionId !== undefined && this.#ledger.isBefore(this.#revisions?.last(executionId) ?? executionId)) return;
    const added = executionId === undefined ? fees : this.#fees.add(executionId, fees);
    for (const fee of added) start.key.paid(fee, liquidity);
  }

  #total(start: OrderStart, total: FilledTotal): void {
    const increment = this.#ledger.total(total);
    // The legs of an order count under their own symbols.
    if (!start.key.isMultiLeg) start.key.filled(increment, undefined, this.#expectedPrice);
  }

  #dropExecution(execution: unknown): void {
    const got = describeValue(execution);
    const detail = `each execution in an update needs an executionId, got ${got}`;
    this.#meter.drop('trading.order.fills', 'invalid_argument', detail);
  }

  /** Closes the order if its status or its quantity says so. */
  #follow(
    start: OrderStart,
    { status, total, leavesQuantity, reason }: ParsedUpdate,
    ageSeconds: number | undefined,
  ): void {
    const isWhole = this.#ledger.quantity > 0 && this.#leaves() === 0;
    switch (status) {
      case 'canceled':
      case 'expired':
        // The cancel came too late.
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
        // FIX: LeavesQty(151) may be 0 while an order is done for the day.
        const leaves = this.#leaves(status === 'paused' ? undefined : leavesQuantity);
        const isFilled = this.#ledger.quantity > 0 && leaves === 0;
        if (isWhole || isFilled) this.#fillWholly(start, ageSeconds);
      }
    }
  }

  /** Records the venue's answer to the placement. */
  #answer(...failure: [unknown?]): void {
    const start = this.#start;
    if (start === undefined || this.#isAnswered) return;
    this.#isAnswered = true;
    if (start.ageSeconds === undefined) return;
    const seconds = this.#secondsSince(start.ageSeconds);
    if (failure.length === 0) start.key.requested('new', seconds);
    else this.#recorder.requested(start.key.venue, 'new', seconds, failure[0]);
  }

  /**
   * The quantity still open; `Infinity` if it is not known, 0 if only a rounding error is left.
   *
   * @param reported the open quantity as the venue reports it
   */
  #leaves(reported?: number): number {
    const filled = this.#ledger.quantity;
    const quantity = this.#quantity ?? (reported === undefined ? undefined : filled + reported);
    if (quantity === undefined) return Number.POSITIVE_INFINITY;
    const leaves = reported ?? quantity - filled;
    const tolerance = reported === undefined ? quantityTolerance : reportedTolerance;
    return leaves <= quantity * tolerance ? 0 : leaves;
  }

  /** Whether an order that ccxt calls `closed` was filled: it has fills, and no more is missing than a fee explains. */
  #isFilledAtClose(total: FilledTotal | undefined, leavesQuantity: number | undefined): boolean {
    const filled = this.#ledger.quantity;
    if (filled === 0) return total === undefined && (leavesQuantity ?? 0) === 0;
    const quantity = this.#quantity ?? filled + (leavesQuantity ?? 0);
    return quantity - filled <= quantity * closedTolerance;
  }

  /** @param agoSeconds how long ago the last fill was; `undefined` for now */
  #fillWholly({ key, type, ageSeconds, signalAgeSeconds }: OrderStart, agoSeconds: number | undefined): void {
    if (!this.isOpen) return;
    const until = (seconds: number | undefined) =>
      seconds === undefined ? undefined : Math.max(0, this.#secondsSince(seconds) - (agoSeconds ?? 0));
    key.filledWholly(type, until(ageSeconds), until(signalAgeSeconds));
    this.#end('filled');
  }

  #end(outcome: OrderOutcome): void {
    const start = this.#start;
    if (start === undefined || this.#outcome !== undefined) return;
    this.#outcome = outcome;
    this.#endedAt = this.#meter.now();
    this.#confirm();
    if (!this.#isForgotten) this.#recorder.ended(this, start.key, this.#isCountedOpen);
    start.key.closed(outcome, start.timeInForce);
    // An order that the venue never worked has no fill ratio.
    if ((outcome === 'rejected' || outcome === 'failed') && this.#ledger.quantity === 0) return;
    const ratio = outcome === 'filled' ? 1 : this.#fillRatio();
    if (ratio !== undefined) start.key.fillRatio(start.type, ratio);
  }

  #fillRatio(): number | undefined {
    return this.#quantity === undefined ? undefined : Math.min(1, this.#ledger.quantity / this.#quantity);
  }

  /** @param ageSeconds how long ago it was when the handle was created */
  #secondsSince(ageSeconds: number): number {
    return ageSeconds + secondsBetween(this.#followedSince, this.#meter.now());
  }
}
