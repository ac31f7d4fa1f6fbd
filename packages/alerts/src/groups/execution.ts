import {
  ATTR_TRADING_CURRENCY,
  ATTR_TRADING_ORDER_OPERATION,
  ATTR_TRADING_ORDER_TYPE,
  ATTR_TRADING_STRATEGY_NAME,
  ATTR_TRADING_VENUE,
  tradingOrderAge,
  tradingOrderUnconfirmed,
} from '@trademeter/semantic-conventions';
import { recorded } from '../recording-rules.ts';
import { type RuleContext, value } from '../rule-context.ts';
import type { AlertGroup } from '../rules.ts';
import { label, select } from '../series.ts';

/** Alerts for orders that are refused, late or expensive. */
export function executionGroup({ thresholds, by, bot, show }: RuleContext): AlertGroup {
  const venue = value(ATTR_TRADING_VENUE);
  const strategy = value(ATTR_TRADING_STRATEGY_NAME);
  return {
    name: 'execution',
    title: 'Execution',
    alerts: [
      {
        name: 'TradingOrdersRejected',
        severity: 'critical',
        expression: `${recorded.rejectedOrderRatio} > ${thresholds.rejectedOrderRatio}\nand on (${by(ATTR_TRADING_VENUE)}) ${recorded.rejectedOrders} >= ${thresholds.rejectedOrders}`,
        forSeconds: 0,
        summary: `${venue} rejects {{ $value | humanizePercentage }} of the orders of ${bot}`,
        description: `Rejected or failed, of all orders that ended within 15 minutes. The threshold is ${show('rejectedOrderRatio')} and ${show('rejectedOrders')} orders.`,
      },
      {
        name: 'TradingOrdersUnconfirmed',
        severity: 'critical',
        expression: `sum by (${by(ATTR_TRADING_VENUE)}) (${select(tradingOrderUnconfirmed)}) >= ${thresholds.unconfirmedOrders}`,
        forSeconds: 120,
        summary: `${bot} does not know whether ${venue} has {{ $value }} of its orders`,
        description: `Their requests timed out or were cut off, and nothing has confirmed them since. The threshold is ${show('unconfirmedOrders')}.`,
      },
      {
        name: 'TradingOrderRequestsSlow',
        severity: 'warning',
        expression: `${recorded.orderRequestP99} > ${thresholds.orderRequestSeconds}`,
        forSeconds: 300,
        summary: `${venue} takes {{ $value | humanizeDuration }} to answer ${bot}`,
        description: `The 99th percentile of the requests of the kind ${value(ATTR_TRADING_ORDER_OPERATION)} over ten minutes. The threshold is ${show('orderRequestSeconds')}.`,
      },
      {
        name: 'TradingFillsSlow',
        severity: 'warning',
        expression: `${recorded.fillP95}{${label(ATTR_TRADING_ORDER_TYPE)}="market"} > ${thresholds.fillSeconds}`,
        forSeconds: 300,
        summary: `Market orders of ${bot} at ${venue} take {{ $value | humanizeDuration }} to fill`,
        description: `The 95th percentile over 30 minutes. The threshold is ${show('fillSeconds')}.`,
      },
      {
        name: 'TradingSignalsSlow',
        severity: 'warning',
        expression: `${recorded.signalOrderP95} > ${thresholds.signalOrderSeconds}`,
        forSeconds: 300,
        summary: `Signals of ${strategy} take {{ $value | humanizeDuration }} to become orders of ${bot}`,
        description: `The 95th percentile over 30 minutes. The threshold is ${show('signalOrderSeconds')}.`,
      },
      {
        name: 'TradingCyclesSlow',
        severity: 'warning',
        expression: `${recorded.cycleP95} > ${thresholds.cycleSeconds}`,
        forSeconds: 300,
        summary: `A pass of the main loop of ${bot} takes {{ $value | humanizeDuration }}`,
        description: `The 95th percentile over an hour. The threshold is ${show('cycleSeconds')}.`,
      },
      {
        name: 'TradingOrderOld',
        severity: 'warning',
        expression: `max by (${by(ATTR_TRADING_VENUE)}) (${select(tradingOrderAge)}) > ${thresholds.openOrderSeconds}`,
        forSeconds: 60,
        summary: `An order of ${bot} at ${venue} has been open for {{ $value | humanizeDuration }}`,
        description: `The threshold is ${show('openOrderSeconds')}. The venue may have forgotten it, or the bot its end.`,
      },
      {
        name: 'TradingSlippageHigh',
        severity: 'warning',
        expression: `${recorded.slippageMean} > ${thresholds.slippageBasisPoints}`,
        forSeconds: 300,
        summary: `Adverse slippage of ${bot} at ${venue} is {{ $value | printf "%.1f" }} basis points`,
        description: `The mean over all fills of an hour. The threshold is ${show('slippageBasisPoints')}.`,
      },
      {
        name: 'TradingFeesHigh',
        severity: 'warning',
        expression: `${recorded.feeRatio} > ${thresholds.feeRatio}`,
        forSeconds: 300,
        summary: `${bot} pays {{ $value | humanizePercentage }} in fees at ${venue}`,
        description: `Fees less rebates, of the amount traded within an hour in ${value(ATTR_TRADING_CURRENCY)}. The threshold is ${show('feeRatio')}.`,
      },
    ],
  };
}
