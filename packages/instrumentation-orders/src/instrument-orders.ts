import {
  createInstrumentationMeter,
  type InstrumentationOptions,
  type Meter,
  nonEmptyString,
  runTimed,
  type Settled,
} from '@trademeter/instrumentation';
import { METRIC_TRADING_ORDER_AGE, METRIC_TRADING_ORDER_FILL_CORRECTIONS } from '@trademeter/semantic-conventions';
import { Order } from './order.ts';
import type {
  NewOrder,
  OrderOperation,
  ReportedBust,
  ReportedClose,
  ReportedCorrection,
  ReportedFee,
  ReportedFill,
  ReportedOpenOrders,
  ReportedRejection,
  ReportedReplacement,
  ReportedRequest,
  ReportedResume,
  ReportedUpdate,
  ResumedOrder,
  Trade,
} from './order-types.ts';
import { isPriceUsable, moneyOf } from './reading/contract-terms.ts';
import { expectedPrice, parseTerms, parseTimeInForce, placedOrder, resumedOrder } from './reading/order-start.ts';
import { parseFill, parseLiquidity, parseOrderFee } from './reading/parse-fill.ts';
import { readAge, readFigureOf } from './reading/read-optional.ts';
import { OrderRecorder } from './recording/order-recorder.ts';
import { ReportedOrders } from './reported-orders.ts';
import { version } from './version.ts';

/** Options of {@link instrumentOrders}. */
export interface OrdersOptions extends InstrumentationOptions {
  /** The exchange or broker: `binance`, `alpaca`, `ibkr`. An order may name another. */
  readonly venue: string;
  /** The strategy that orders and trades belong to, unless they name another. */
  readonly strategy?: string | undefined;
  /** The account that orders and trades belong to, unless they name another. */
  readonly account?: string | undefined;
  /**
   * The currency of prices and costs. An order's own currency, or the quote of a symbol such as `ETH/EUR`, takes precedence.
   *
   * @default the quote of a `BASE/QUOTE` symbol
   */
  readonly currency?: string | undefined;
}

/** Reports single events, for a bot that keeps track of its orders itself. Only verbs with an `orderId` keep state. */
export interface OrderReports {
  /** Counts an order that was sent. Does not change the number of open orders: use `open` for that. */
  placed(order: NewOrder): void;
  /** Records how long a request to the venue took. */
  request(request: ReportedRequest): void;
  /** Counts one execution, with its money, fees and slippage. */
  fill(fill: ReportedFill): void;
  /**
   * Counts a fee or a rebate that is reported separately from its fill: `amount` (negative for a rebate), `currency`,
   * `symbol`, `liquidity`.
   */
  fee(fee: ReportedFee): void;
  /**
   * Does what {@link Order.update} does, for an order without a handle: counts its fills and its end, and counts it as
   * open until then, but not as placed. Only the first update of an order needs `symbol` and `side`; `BTC/USDT` and
   * `btcusdt` are the same symbol. Tracks up to 10,000 open and 10,000 closed orders. When a limit is reached, the
   * order that was reported longest ago is dropped; if it is reported again, it counts again.
   */
  update(update: ReportedUpdate): void;
  /**
   * Starts to track an order that was open before this process started. Pass what was filled before and the ids of those
   * executions (`filledQuantity`, `executionIds`), so that nothing is counted again.
   */
  resume(order: ReportedResume): void;
  /**
   * Counts a change that the venue made to a tracked order: `newOrderId`, `quantity`, `filledQuantity`. An order that got a new id stays the same order, also if
   * updates of the new id arrive before this, or the old id was canceled. A new id of an order that is not tracked yet
   * is remembered for 12 hours, up to 1,000; any other change of an unknown order is dropped. Where both ids were
   * counted before this, and some of their messages have executions without totals, the money that both counted is
   * estimated: report replacements first.
   */
  replace(replacement: ReportedReplacement): void;
  /** Counts the correction of an execution of a tracked order, as {@link Order.correct} does. */
  correct(correction: ReportedCorrection): void;
  /** Counts that the venue canceled an execution of a tracked order, as {@link Order.bust} does. */
  bust(bust: ReportedBust): void;
  /** Counts the end of an order. */
  closed(close: ReportedClose): void;
  /** Counts a refusal by the venue. Does not count the order as closed: use `closed` for that. */
  rejection(rejection: ReportedRejection): void;
  /** Sets the number of open orders. */
  open(orders: ReportedOpenOrders): void;
}

/** Records the metrics of orders and trades. No verb throws. */
export interface OrderMetrics {
  /** Counts an order that is sent to the venue, and returns a handle to report what happens to it. */
  place(order: NewOrder): Order;
  /**
   * Returns a handle for an order that an earlier process placed and that is still open. Counts it as open. Pass what
   * was filled before and the ids of those executions (`filledQuantity`, `executionIds`), so that nothing is counted
   * again.
   */
  resume(order: ResumedOrder): Order;
  /**
   * Records a round trip: counts it, and records its P&L and its holding time. The P&L is `pnl`, net of fees, or
   * computed from `entryPrice`, `exitPrice`, `quantity` and `fees`; below a billionth of the money moved it is 0.
   * Pass `pnl` for derivatives whose quantity is in contracts. For inverse and quanto contracts it is required.
   */
  trade(trade: Trade): void;
  /** Times a request to the venue that does not belong to a single order. What `fn` throws reaches the caller. */
  request<R>(operation: OrderOperation, fn: () => R): Settled<R>;
  /** Verbs for a bot that has no order handles. */
  readonly report: OrderReports;
}

/**
 * Creates the metrics of orders and trades: orders placed, filled and rejected, their latency, fees and slippage, and
 * the results of trades. Recording needs no SDK to be registered yet.
 *
 * @throws ConfigurationError if an option is invalid
 * @example
 * const orders = instrumentOrders({ venue: 'binance', strategy: 'momentum' });
 * const order = orders.place({ symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 0.5, expectedPrice: 64_000 });
 * order.acknowledge();
 * order.fill({ quantity: 0.5, price: 64_010, fee: { amount: 12.8 } });
 */
export function instrumentOrders(options: OrdersOptions): OrderMetrics {
  const meter = createInstrumentationMeter({
    domain: 'orders',
    version,
    options,
    checks: {
      venue: nonEmptyString,
      strategy: nonEmptyString,
      account: nonEmptyString,
      currency: nonEmptyString,
    },
    required: ['venue'],
  });
  const recorder = new OrderRecorder(meter, options);

  return {
    place(order) {
      const start = meter.attempt('trading.order.placed', () => {
        const placed = placedOrder(meter, recorder, order);
        placed.key.placed(placed.type, placed);
        return placed;
      });
      return new Order(meter, recorder, start);
    },
    resume(order) {
      const start = meter.attempt('trading.order.open', () => resumedOrder(meter, recorder, order));
      return new Order(meter, recorder, start);
    },
    trade(trade) {
      meter.attempt('trading.trade.closed', () => recorder.trade(trade));
    },
    request(operation, fn) {
      return runTimed(recorder.startRequest(undefined, operation), fn);
    },
    report: reports(meter, recorder),
  };
}

function reports(meter: Meter, recorder: OrderRecorder): OrderReports {
  const reported = new ReportedOrders(meter, recorder);
  return {
    placed(order) {
      meter.attempt('trading.order.placed', () => {
        const kind = recorder.resolve(order);
        const terms = parseTerms(meter, order);
        kind.expectOutcomes(terms.timeInForce);
        kind.placed(terms.type, terms);
      });
    },
    request(request) {
      meter.attempt('trading.order.request.duration', () => {
        const { venue, operation, error } = request;
        const durationSeconds = readFigureOf(
          meter,
          'trading.order.request.duration',
          'durationSeconds',
          request.durationSeconds,
        );
        if (durationSeconds === undefined) return;
        recorder.requested(
          venue,
          operation,
          durationSeconds,
          ...(error === undefined || error === null ? [] : ([error] as [unknown])),
        );
      });
    },
    fill(fill) {
      meter.attempt('trading.order.fills', () => {
        const parsed = parseFill(meter, fill);
        if (parsed === undefined) return;
        const { quantity, price, fees, liquidity } = parsed;
        const kind = recorder.resolve(fill);
        for (const fee of fees) kind.paid(fee, liquidity);
        if (quantity === 0 || !isPriceUsable(meter, kind.contract, price)) return;
        const money = moneyOf(kind.contract, quantity, price);
        kind.filled({ executions: 1, quantity, price, money, divisor: 1 }, liquidity, expectedPrice(meter, fill));
      });
    },
    fee(fee) {
      meter.attempt('trading.order.fee', () => {
        const parsed = parseOrderFee(meter, fee);
        if (parsed !== undefined) recorder.resolve(fee).paid(parsed, parseLiquidity(meter, fee.liquidity));
      });
    },
    update: (update) => {
      meter.attempt('trading.order.fills', () => reported.update(update));
    },
    resume: (order) => {
      meter.attempt('trading.order.open', () => reported.resume(order));
    },
    replace: (replacement) => {
      meter.attempt('trading.order.replacements', () => reported.replace(replacement));
    },
    correct: (correction) => {
      meter.attempt(METRIC_TRADING_ORDER_FILL_CORRECTIONS, () => reported.correct(correction));
    },
    bust: (bust) => {
      meter.attempt(METRIC_TRADING_ORDER_FILL_CORRECTIONS, () => reported.bust(bust));
    },
    closed(close) {
      meter.attempt('trading.order.closed', () => {
        recorder.resolve(close).closed(close.outcome, parseTimeInForce(meter, close)?.timeInForce);
      });
    },
    rejection(rejection) {
      meter.attempt('trading.order.rejections', () => recorder.rejected(rejection.venue, rejection.reason));
    },
    open(orders) {
      meter.attempt('trading.order.open', () => {
        const oldestSeconds = readAge(meter, METRIC_TRADING_ORDER_AGE, 'oldestPlacedTime', orders, 'oldestPlacedTime');
        recorder.setOpen(recorder.resolve(orders), orders.count, oldestSeconds);
      });
    },
  };
}
