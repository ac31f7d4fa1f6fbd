// Generated from model/ by `pnpm generate`. Change it there.

import type { MetricDefinition } from '../definition.ts';

/** The name of {@link tradingOrderPlaced}. */
export const METRIC_TRADING_ORDER_PLACED = 'trading.order.placed' as const;

/**
 * Orders that were placed.
 *
 * A counter, unit `{order}`, in Prometheus `trading_order_placed_total`.
 */
export const tradingOrderPlaced = {
  name: 'trading.order.placed',
  instrument: 'counter',
  unit: '{order}',
  description: 'Orders that were placed.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'required' },
    'trading.symbol': { type: 'string', requirement: 'required' },
    'trading.order.side': { type: 'string', requirement: 'required', values: ['buy', 'sell', 'sell_short'] },
    'trading.order.type': {
      type: 'string',
      requirement: 'required',
      values: ['market', 'limit', 'stop', 'stop_limit', 'trailing_stop'],
      open: true,
    },
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
    'trading.order.post_only': { type: 'boolean', requirement: 'opt_in' },
    'trading.order.reduce_only': { type: 'boolean', requirement: 'opt_in' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
  cardinalityLimit: 10_000,
} as const satisfies MetricDefinition;

/** The name of {@link tradingOrderClosed}. */
export const METRIC_TRADING_ORDER_CLOSED = 'trading.order.closed' as const;

/**
 * Orders that ended, by outcome. Every order counts once, unless it is reopened: placed = closed - reopened + open.
 *
 * A counter, unit `{order}`, in Prometheus `trading_order_closed_total`.
 */
export const tradingOrderClosed = {
  name: 'trading.order.closed',
  instrument: 'counter',
  unit: '{order}',
  description: 'Orders that ended, by outcome.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'required' },
    'trading.symbol': { type: 'string', requirement: 'required' },
    'trading.order.side': { type: 'string', requirement: 'required', values: ['buy', 'sell', 'sell_short'] },
    'trading.order.outcome': {
      type: 'string',
      requirement: 'required',
      values: ['filled', 'canceled', 'rejected', 'expired', 'failed'],
    },
    'trading.order.time_in_force': {
      type: 'string',
      requirement: 'recommended',
      values: [
        'day',
        'good_till_cancel',
        'at_the_open',
        'immediate_or_cancel',
        'fill_or_kill',
        'good_till_date',
        'at_the_close',
      ],
    },
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
  cardinalityLimit: 20_000,
} as const satisfies MetricDefinition;

/** The name of {@link tradingOrderRejections}. */
export const METRIC_TRADING_ORDER_REJECTIONS = 'trading.order.rejections' as const;

/**
 * Rejections of new orders, replaces and cancels by the venue, by reason. Separate from `trading.order.closed`, whose
 * outcomes exist at 0 from the start, because reasons are not known in advance.
 *
 * A counter, unit `{rejection}`, in Prometheus `trading_order_rejections_total`.
 */
export const tradingOrderRejections = {
  name: 'trading.order.rejections',
  instrument: 'counter',
  unit: '{rejection}',
  description: 'Rejections of new orders, replaces and cancels by the venue, by reason.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'required' },
    'error.type': {
      type: 'string',
      requirement: 'required',
      values: [
        'broker_credit',
        'unknown_symbol',
        'exchange_closed',
        'order_exceeds_limit',
        'too_late_to_enter',
        'unknown_order',
        'duplicate_order',
        'stale_order',
        'unsupported_order_characteristic',
        'incorrect_quantity',
        'unknown_account',
        'price_exceeds_current_price_band',
        'invalid_price_increment',
        'notional_value_exceeds_threshold',
        'short_sell_not_permitted',
        'insufficient_credit_limit',
        'exceeded_max_notional_order_amt',
        'other',
        '_OTHER',
      ],
      open: true,
    },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingOrderOpen}. */
export const METRIC_TRADING_ORDER_OPEN = 'trading.order.open' as const;

/**
 * Open orders.
 *
 * An updowncounter, unit `{order}`, in Prometheus `trading_order_open`.
 */
export const tradingOrderOpen = {
  name: 'trading.order.open',
  instrument: 'updowncounter',
  unit: '{order}',
  description: 'Open orders.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'required' },
    'trading.symbol': { type: 'string', requirement: 'required' },
    'trading.order.side': { type: 'string', requirement: 'required', values: ['buy', 'sell', 'sell_short'] },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
  cardinalityLimit: 5_000,
} as const satisfies MetricDefinition;

/** The name of {@link tradingOrderUnconfirmed}. */
export const METRIC_TRADING_ORDER_UNCONFIRMED = 'trading.order.unconfirmed' as const;

/**
 * Open orders that the venue has not confirmed and may not have received. Part of `trading.order.open`: the request
 * was cut off or timed out, and no message has settled the order since.
 *
 * An updowncounter, unit `{order}`, in Prometheus `trading_order_unconfirmed`.
 */
export const tradingOrderUnconfirmed = {
  name: 'trading.order.unconfirmed',
  instrument: 'updowncounter',
  unit: '{order}',
  description: 'Open orders that the venue has not confirmed and may not have received.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'required' },
    'trading.symbol': { type: 'string', requirement: 'required' },
    'trading.order.side': { type: 'string', requirement: 'required', values: ['buy', 'sell', 'sell_short'] },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
  cardinalityLimit: 5_000,
} as const satisfies MetricDefinition;

/** The name of {@link tradingOrderReopened}. */
export const METRIC_TRADING_ORDER_REOPENED = 'trading.order.reopened' as const;

/**
 * Closed orders that turned out to be open. The counts satisfy placed = closed - reopened + open.
 *
 * A counter, unit `{order}`, in Prometheus `trading_order_reopened_total`.
 */
export const tradingOrderReopened = {
  name: 'trading.order.reopened',
  instrument: 'counter',
  unit: '{order}',
  description: 'Closed orders that turned out to be open.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'required' },
    'trading.symbol': { type: 'string', requirement: 'required' },
    'trading.order.side': { type: 'string', requirement: 'required', values: ['buy', 'sell', 'sell_short'] },
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
  cardinalityLimit: 5_000,
} as const satisfies MetricDefinition;

/** The name of {@link tradingOrderReplacements}. */
export const METRIC_TRADING_ORDER_REPLACEMENTS = 'trading.order.replacements' as const;

/**
 * Changes of open orders by the venue, including those with a new order id.
 *
 * A counter, unit `{replacement}`, in Prometheus `trading_order_replacements_total`.
 */
export const tradingOrderReplacements = {
  name: 'trading.order.replacements',
  instrument: 'counter',
  unit: '{replacement}',
  description: 'Changes of open orders by the venue, including those with a new order id.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'required' },
    'trading.symbol': { type: 'string', requirement: 'required' },
    'trading.order.side': { type: 'string', requirement: 'required', values: ['buy', 'sell', 'sell_short'] },
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
  cardinalityLimit: 10_000,
} as const satisfies MetricDefinition;

/** The name of {@link tradingOrderAge}. */
export const METRIC_TRADING_ORDER_AGE = 'trading.order.age' as const;

/**
 * Age of the oldest open order; 0 while none is open.
 *
 * A gauge, unit `s`, in Prometheus `trading_order_age_seconds`.
 */
export const tradingOrderAge = {
  name: 'trading.order.age',
  instrument: 'gauge',
  unit: 's',
  description: 'Age of the oldest open order; 0 while none is open.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'required' },
    'trading.symbol': { type: 'string', requirement: 'required' },
  },
  cardinalityLimit: 5_000,
} as const satisfies MetricDefinition;

/** The name of {@link tradingOrderRequestDuration}. */
export const METRIC_TRADING_ORDER_REQUEST_DURATION = 'trading.order.request.duration' as const;

/**
 * Time from a request to the venue's answer, by operation.
 *
 * A histogram, unit `s`, in Prometheus `trading_order_request_duration_seconds`.
 */
export const tradingOrderRequestDuration = {
  name: 'trading.order.request.duration',
  instrument: 'histogram',
  unit: 's',
  description: "Time from a request to the venue's answer, by operation.",
  attributes: {
    'trading.venue': { type: 'string', requirement: 'required' },
    'trading.order.operation': { type: 'string', requirement: 'required', values: ['new', 'replace', 'cancel'] },
    'error.type': { type: 'string', requirement: 'conditionally_required', values: ['_OTHER'], open: true },
  },
  boundaries: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** The name of {@link tradingOrderFillDuration}. */
export const METRIC_TRADING_ORDER_FILL_DURATION = 'trading.order.fill.duration' as const;

/**
 * Time from placing an order until it was completely filled.
 *
 * A histogram, unit `s`, in Prometheus `trading_order_fill_duration_seconds`.
 */
export const tradingOrderFillDuration = {
  name: 'trading.order.fill.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'Time from placing an order until it was completely filled.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'required' },
    'trading.order.type': {
      type: 'string',
      requirement: 'required',
      values: ['market', 'limit', 'stop', 'stop_limit', 'trailing_stop'],
      open: true,
    },
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
    'error.type': { type: 'string', requirement: 'conditionally_required', values: ['_OTHER'], open: true },
  },
  boundaries: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** The name of {@link tradingSignalFillDuration}. */
export const METRIC_TRADING_SIGNAL_FILL_DURATION = 'trading.signal.fill.duration' as const;

/**
 * Time from a signal until its order was filled.
 *
 * A histogram, unit `s`, in Prometheus `trading_signal_fill_duration_seconds`.
 */
export const tradingSignalFillDuration = {
  name: 'trading.signal.fill.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'Time from a signal until its order was filled.',
  attributes: {
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
    'error.type': { type: 'string', requirement: 'conditionally_required', values: ['_OTHER'], open: true },
  },
  boundaries: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** The name of {@link tradingOrderFills}. */
export const METRIC_TRADING_ORDER_FILLS = 'trading.order.fills' as const;

/**
 * Executions; an order has one or more.
 *
 * A counter, unit `{fill}`, in Prometheus `trading_order_fills_total`.
 */
export const tradingOrderFills = {
  name: 'trading.order.fills',
  instrument: 'counter',
  unit: '{fill}',
  description: 'Executions; an order has one or more.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'required' },
    'trading.symbol': { type: 'string', requirement: 'required' },
    'trading.order.side': { type: 'string', requirement: 'required', values: ['buy', 'sell', 'sell_short'] },
    'trading.order.liquidity': { type: 'string', requirement: 'recommended', values: ['maker', 'taker'] },
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
  cardinalityLimit: 10_000,
} as const satisfies MetricDefinition;

/** The name of {@link tradingOrderFillCorrections}. */
export const METRIC_TRADING_ORDER_FILL_CORRECTIONS = 'trading.order.fill.corrections' as const;

/**
 * Executions that the venue corrected or canceled after it had reported them. Counters cannot decrease: the valid
 * fills are `trading.order.fills` less the busted ones.
 *
 * A counter, unit `{correction}`, in Prometheus `trading_order_fill_corrections_total`.
 */
export const tradingOrderFillCorrections = {
  name: 'trading.order.fill.corrections',
  instrument: 'counter',
  unit: '{correction}',
  description: 'Executions that the venue corrected or canceled after it had reported them.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'required' },
    'trading.symbol': { type: 'string', requirement: 'required' },
    'trading.order.side': { type: 'string', requirement: 'required', values: ['buy', 'sell', 'sell_short'] },
    'trading.correction.type': { type: 'string', requirement: 'required', values: ['corrected', 'busted'] },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
  cardinalityLimit: 5_000,
} as const satisfies MetricDefinition;

/** The name of {@link tradingOrderFillAge}. */
export const METRIC_TRADING_ORDER_FILL_AGE = 'trading.order.fill.age' as const;

/**
 * Time since the last fill.
 *
 * A gauge, unit `s`, in Prometheus `trading_order_fill_age_seconds`.
 */
export const tradingOrderFillAge = {
  name: 'trading.order.fill.age',
  instrument: 'gauge',
  unit: 's',
  description: 'Time since the last fill.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'required' },
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingOrderNotional}. */
export const METRIC_TRADING_ORDER_NOTIONAL = 'trading.order.notional' as const;

/**
 * Traded value: quantity times price of all fills.
 *
 * A counter, unit `{currency}`, in Prometheus `trading_order_notional_total`.
 */
export const tradingOrderNotional = {
  name: 'trading.order.notional',
  instrument: 'counter',
  unit: '{currency}',
  description: 'Traded value: quantity times price of all fills.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'required' },
    'trading.symbol': { type: 'string', requirement: 'required' },
    'trading.order.side': { type: 'string', requirement: 'required', values: ['buy', 'sell', 'sell_short'] },
    'trading.currency': { type: 'string', requirement: 'required' },
    'trading.order.liquidity': { type: 'string', requirement: 'recommended', values: ['maker', 'taker'] },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
  cardinalityLimit: 10_000,
} as const satisfies MetricDefinition;

/** The name of {@link tradingOrderNotionalReversed}. */
export const METRIC_TRADING_ORDER_NOTIONAL_REVERSED = 'trading.order.notional_reversed' as const;

/**
 * Value of fills that the venue canceled, completely or in part. Counters cannot decrease: the valid traded value is
 * `trading.order.notional` less this. An upward correction adds to `trading.order.notional`. Includes what was counted
 * twice because the new id of an order was known too late.
 *
 * A counter, unit `{currency}`, in Prometheus `trading_order_notional_reversed_total`.
 */
export const tradingOrderNotionalReversed = {
  name: 'trading.order.notional_reversed',
  instrument: 'counter',
  unit: '{currency}',
  description: 'Value of fills that the venue canceled, completely or in part.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'required' },
    'trading.symbol': { type: 'string', requirement: 'required' },
    'trading.order.side': { type: 'string', requirement: 'required', values: ['buy', 'sell', 'sell_short'] },
    'trading.currency': { type: 'string', requirement: 'required' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
  cardinalityLimit: 5_000,
} as const satisfies MetricDefinition;

/** The name of {@link tradingOrderFee}. */
export const METRIC_TRADING_ORDER_FEE = 'trading.order.fee' as const;

/**
 * Fees paid and rebates received.
 *
 * A counter, unit `{currency}`, in Prometheus `trading_order_fee_total`.
 */
export const tradingOrderFee = {
  name: 'trading.order.fee',
  instrument: 'counter',
  unit: '{currency}',
  description: 'Fees paid and rebates received.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'required' },
    'trading.symbol': { type: 'string', requirement: 'recommended' },
    'trading.currency': { type: 'string', requirement: 'required' },
    'trading.payment.direction': { type: 'string', requirement: 'required', values: ['paid', 'received'] },
    'trading.order.liquidity': { type: 'string', requirement: 'recommended', values: ['maker', 'taker'] },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
  cardinalityLimit: 10_000,
} as const satisfies MetricDefinition;

/** The name of {@link tradingOrderSlippage}. */
export const METRIC_TRADING_ORDER_SLIPPAGE = 'trading.order.slippage' as const;

/**
 * Difference between the fill price and the expected price, in basis points of the expected price.
 *
 * A histogram, unit `{basis_point}`, in Prometheus `trading_order_slippage`.
 */
export const tradingOrderSlippage = {
  name: 'trading.order.slippage',
  instrument: 'histogram',
  unit: '{basis_point}',
  description: 'Difference between the fill price and the expected price, in basis points of the expected price.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'required' },
    'trading.symbol': { type: 'string', requirement: 'required' },
    'trading.slippage.direction': { type: 'string', requirement: 'required', values: ['adverse', 'favorable', 'none'] },
  },
  boundaries: [0.1, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250],
  cardinalityLimit: 1_000,
} as const satisfies MetricDefinition;

/** The name of {@link tradingOrderSlippageCost}. */
export const METRIC_TRADING_ORDER_SLIPPAGE_COST = 'trading.order.slippage_cost' as const;

/**
 * Money lost or gained by slippage: the difference from the expected price times the quantity.
 *
 * A counter, unit `{currency}`, in Prometheus `trading_order_slippage_cost_total`.
 */
export const tradingOrderSlippageCost = {
  name: 'trading.order.slippage_cost',
  instrument: 'counter',
  unit: '{currency}',
  description: 'Money lost or gained by slippage: the difference from the expected price times the quantity.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'required' },
    'trading.symbol': { type: 'string', requirement: 'required' },
    'trading.currency': { type: 'string', requirement: 'required' },
    'trading.slippage.direction': { type: 'string', requirement: 'required', values: ['adverse', 'favorable', 'none'] },
  },
  cardinalityLimit: 5_000,
} as const satisfies MetricDefinition;

/** The name of {@link tradingOrderFillRatio}. */
export const METRIC_TRADING_ORDER_FILL_RATIO = 'trading.order.fill_ratio' as const;

/**
 * Share of the ordered quantity that was filled when the order closed, from 0 to 1.
 *
 * A histogram, unit `1`, in Prometheus `trading_order_fill_ratio`.
 */
export const tradingOrderFillRatio = {
  name: 'trading.order.fill_ratio',
  instrument: 'histogram',
  unit: '1',
  description: 'Share of the ordered quantity that was filled when the order closed, from 0 to 1.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'required' },
    'trading.order.type': {
      type: 'string',
      requirement: 'required',
      values: ['market', 'limit', 'stop', 'stop_limit', 'trailing_stop'],
      open: true,
    },
  },
  boundaries: [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** The name of {@link tradingTradeClosed}. */
export const METRIC_TRADING_TRADE_CLOSED = 'trading.trade.closed' as const;

/**
 * Round trips (positions opened and closed again), by result.
 *
 * A counter, unit `{trade}`, in Prometheus `trading_trade_closed_total`.
 */
export const tradingTradeClosed = {
  name: 'trading.trade.closed',
  instrument: 'counter',
  unit: '{trade}',
  description: 'Round trips (positions opened and closed again), by result.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'required' },
    'trading.symbol': { type: 'string', requirement: 'required' },
    'trading.position.side': { type: 'string', requirement: 'required', values: ['long', 'short'] },
    'trading.trade.result': { type: 'string', requirement: 'required', values: ['win', 'loss', 'breakeven'] },
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
  cardinalityLimit: 10_000,
} as const satisfies MetricDefinition;

/** The name of {@link tradingTradeAge}. */
export const METRIC_TRADING_TRADE_AGE = 'trading.trade.age' as const;

/**
 * Time since the last round trip was closed.
 *
 * A gauge, unit `s`, in Prometheus `trading_trade_age_seconds`.
 */
export const tradingTradeAge = {
  name: 'trading.trade.age',
  instrument: 'gauge',
  unit: 's',
  description: 'Time since the last round trip was closed.',
  attributes: {
    'trading.venue': { type: 'string', requirement: 'required' },
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingTradePnl}. */
export const METRIC_TRADING_TRADE_PNL = 'trading.trade.pnl' as const;

/**
 * Profit or loss of a round trip, net of fees, as an absolute amount; the result is the sign.
 *
 * A histogram, unit `{currency}`, in Prometheus `trading_trade_pnl`.
 */
export const tradingTradePnl = {
  name: 'trading.trade.pnl',
  instrument: 'histogram',
  unit: '{currency}',
  description: 'Profit or loss of a round trip, net of fees, as an absolute amount; the result is the sign.',
  attributes: {
    'trading.trade.result': { type: 'string', requirement: 'required', values: ['win', 'loss', 'breakeven'] },
    'trading.currency': { type: 'string', requirement: 'required' },
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
    'trading.account': { type: 'string', requirement: 'opt_in' },
  },
  boundaries: [1, 5, 10, 50, 100, 500, 1000, 5000, 10000, 50000, 100000],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** The name of {@link tradingTradeHoldingDuration}. */
export const METRIC_TRADING_TRADE_HOLDING_DURATION = 'trading.trade.holding.duration' as const;

/**
 * Time from opening a position to closing it.
 *
 * A histogram, unit `s`, in Prometheus `trading_trade_holding_duration_seconds`.
 */
export const tradingTradeHoldingDuration = {
  name: 'trading.trade.holding.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'Time from opening a position to closing it.',
  attributes: {
    'trading.trade.result': { type: 'string', requirement: 'required', values: ['win', 'loss', 'breakeven'] },
    'error.type': { type: 'string', requirement: 'conditionally_required', values: ['_OTHER'], open: true },
  },
  boundaries: [1, 10, 60, 300, 900, 3600, 14400, 86400, 604800, 2592000],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** Orders and trades: every metric of the domain. */
export const ordersMetrics: readonly MetricDefinition[] = [
  tradingOrderPlaced,
  tradingOrderClosed,
  tradingOrderRejections,
  tradingOrderOpen,
  tradingOrderUnconfirmed,
  tradingOrderReopened,
  tradingOrderReplacements,
  tradingOrderAge,
  tradingOrderRequestDuration,
  tradingOrderFillDuration,
  tradingSignalFillDuration,
  tradingOrderFills,
  tradingOrderFillCorrections,
  tradingOrderFillAge,
  tradingOrderNotional,
  tradingOrderNotionalReversed,
  tradingOrderFee,
  tradingOrderSlippage,
  tradingOrderSlippageCost,
  tradingOrderFillRatio,
  tradingTradeClosed,
  tradingTradeAge,
  tradingTradePnl,
  tradingTradeHoldingDuration,
];
