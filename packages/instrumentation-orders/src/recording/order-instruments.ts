import type { Meter } from '@trademeter/instrumentation';
import {
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

/** The instruments of orders and trades. */
export type OrderInstruments = ReturnType<typeof createInstruments>;

/** Creates the instruments of orders and trades. */
export function createInstruments(meter: Meter) {
  return {
    placed: meter.counter(tradingOrderPlaced),
    closed: meter.counter(tradingOrderClosed),
    rejections: meter.counter(tradingOrderRejections),
    open: meter.observable(tradingOrderOpen),
    unconfirmed: meter.observable(tradingOrderUnconfirmed),
    reopened: meter.counter(tradingOrderReopened),
    replacements: meter.counter(tradingOrderReplacements),
    requestDuration: meter.histogram(tradingOrderRequestDuration),
    fillDuration: meter.histogram(tradingOrderFillDuration),
    signalFillDuration: meter.histogram(tradingSignalFillDuration),
    fills: meter.counter(tradingOrderFills),
    corrections: meter.counter(tradingOrderFillCorrections),
    notional: meter.counter(tradingOrderNotional),
    reversed: meter.counter(tradingOrderNotionalReversed),
    fee: meter.counter(tradingOrderFee),
    slippage: meter.histogram(tradingOrderSlippage),
    slippageCost: meter.counter(tradingOrderSlippageCost),
    fillRatio: meter.histogram(tradingOrderFillRatio),
    tradeClosed: meter.counter(tradingTradeClosed),
    tradePnl: meter.histogram(tradingTradePnl),
    holdingDuration: meter.histogram(tradingTradeHoldingDuration),
    fillAge: meter.age(tradingOrderFillAge),
    tradeAge: meter.age(tradingTradeAge),
  };
}
