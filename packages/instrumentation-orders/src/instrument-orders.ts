import type { MeterProvider } from '@opentelemetry/api';
import {
  anyFunction,
  checkOptions,
  createMeter,
  type Meter,
  meterProviderOption,
  nonEmptyString,
  runTimed,
  type Settled,
} from '@trademeter/instrumentation';
import {
  METRIC_TRADING_ORDER_AGE,
  METRIC_TRADING_ORDER_FILL_CORRECTIONS,
  SCHEMA_URL,
} from '@trademeter/semantic-conventions';
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

/** How {@link instrumentOrders} is made. */
export interface OrdersOptions {
  /** The exchange or broker: `binance`, `alpaca`, `ibkr`. An order may name another. */
  readonly venue: string;
  /** The strategy that orders and trades belong to, unless they name another. */
  readonly strategy?: string | undefined;
  /** The account that orders and trades belong to, unless they name another. Default: it is not recorded. */
  readonly account?: string | undefined;
  /** The currency of prices and cost, unless an order names another or has a symbol whose quote is a currency. */
  readonly currency?: string | undefined;
  /** Milliseconds since the epoch. Default: a monotonic clock, and the calendar for times that callers give. */
  readonly now?: (() => number) | undefined;
  /** Default: the global meter provider, also one that is registered later. */
  readonly meterProvider?: MeterProvider | undefined;
}

/** Single facts, for a bot that keeps the life of its orders elsewhere. Only what has an `orderId` keeps state. */
export interface OrderReports {
  /** An order was sent. Does not count as open: `open` sets that. */
  placed(order: NewOrder): void;
  /** A request to the venue took so long. */
  request(request: ReportedRequest): void;
  fill(fill: ReportedFill): void;
  /** A fee or a rebate was charged, apart from a fill. */
  fee(fee: ReportedFee): void;
  /**
   * As {@link Order.update}, for an order that nobody follows: counts its fills, its end, and that it is open until then,
   * not that it was placed. Remembers 10,000 open orders and 10,000 that have ended; one that is forgotten counts again.
   */
  update(update: ReportedUpdate): void;
  /** An order that `update` will name was open before this process started: what was filled of it counts no second time. */
  resume(order: ReportedResume): void;
  /** The venue changed an order that `update` has named; one with a new id is the same order. */
  replace(replacement: ReportedReplacement): void;
  /** The venue corrected an execution of an order that `update` has named: as {@link Order.correct}. */
  correct(correction: ReportedCorrection): void;
  /** The venue took back an execution of an order that `update` has named: as {@link Order.bust}. */
  bust(bust: ReportedBust): void;
  /** An order ended. */
  closed(close: ReportedClose): void;
  /** The venue refused something. Does not count as closed: `closed` does that. */
  rejection(rejection: ReportedRejection): void;
  /** So many orders are open now. */
  open(orders: ReportedOpenOrders): void;
}

/** The metrics of orders and trades. No verb throws. */
export interface OrderMetrics {
  /** An order is sent to the venue: follow it with what is returned. */
  place(order: NewOrder): Order;
  /** An order that was placed by an earlier process and is still open. Counts as open, not as placed. */
  resume(order: ResumedOrder): Order;
  /** A position was opened and closed: counts the trade, its P&L net of fees, and how long it was held. */
  trade(trade: Trade): void;
  /** Times a request to the venue that belongs to no single order; what `fn` throws goes on to the caller. */
  request<R>(operation: OrderOperation, fn: () => R): Settled<R>;
  readonly report: OrderReports;
}

/**
 * Metrics of orders and trades: what was placed, filled, refused, how fast, at what cost and to what result.
 *
 * @throws ConfigurationError when an option is wrong
 * @example
 * const orders = instrumentOrders({ venue: 'binance', strategy: 'momentum' });
 * const order = orders.place({ symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 0.5, expectedPrice: 64_000 });
 * order.acknowledge();
 * order.fill({ quantity: 0.5, price: 64_010, fee: { amount: 12.8 } });
 */
export function instrumentOrders(options: OrdersOptions): OrderMetrics {
  checkOptions(
    'instrumentation-orders',
    options,
    {
      venue: nonEmptyString,
      strategy: nonEmptyString,
      account: nonEmptyString,
      currency: nonEmptyString,
      now: anyFunction,
      meterProvider: meterProviderOption,
    },
    ['venue'],
  );
  const meter = createMeter({
    name: '@trademeter/instrumentation-orders',
    version,
    schemaUrl: SCHEMA_URL,
    meterProvider: options.meterProvider,
    now: options.now,
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
